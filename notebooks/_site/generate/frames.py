"""A page for each frame: of resources, of the server's reports, and of the results of helpers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

import trackagoat_pandas as tgp
from generate.names import Name
from generate.pages import Page, cell, relative, table
from trackagoat_pandas.tables import REPORTS, TABLES
from trackagoat_pandas.tables.model import ResultTable, Table
from trackagoat_pandas.tables.results import RESULTS

HEADS = ("column", "meaning", "dtype", "unit", "NA?", "known from")
KNOWN = {
    "computed": "Every column is computed.",
    "documentation": "Every column is in the API's documentation.",
    "assumed": "Every column is assumed: the API's documentation doesn't show it.",
}
"""What is said above the table where all of its columns are alike, in place of the last column."""


def frame_pages(names: list[Name]) -> list[Page]:
    """Write the pages of all frames, and the list of them."""
    pages_of = {name.short: name.page for name in names}
    pages = [table_page(one, pages_of) for one in TABLES.values()]
    pages += [result_page(one, pages_of) for one in RESULTS.values()]
    return [*pages, index_page()]


def table_page(declared: Table, pages_of: Mapping[str, str]) -> Page:
    """Write the page of what one loader returns."""
    path = f"frames/{declared.name}"
    loader = f"[{declared.loader}]({relative(path, pages_of[declared.loader])})"
    is_report = declared in REPORTS
    call = (
        f'tgp.load_report("{declared.name}", ...)' if is_report else f"tgp.{declared.loader}(...)"
    )
    facts = [
        f"A row is {declared.row}.",
        f"Loaded by {loader}: `{call}`, from `GET {declared.path}`.",
    ]
    if declared.key:
        facts.append(f"A row is identified by {', '.join(f'`{one}`' for one in declared.key)}.")
    if declared.is_open:
        facts.append("Columns of your own file are kept beside these.")
    kind = "report of the server" if is_report else "loaded frame"
    return frame_page(path, declared, kind, facts)


def result_page(declared: ResultTable, pages_of: Mapping[str, str]) -> Page:
    """Write the page of what one helper returns."""
    path = f"frames/{declared.name}"
    function = f"[{declared.name}]({relative(path, pages_of[declared.name])})"
    facts = [f"A row is {declared.row}.", f"Returned by {function}."]
    if declared.rows_of:
        facts.append(f"It has the columns of `{declared.rows_of}`, and these beside them.")
    if declared.optional:
        names = ", ".join(f"`{name}`" for name in declared.names if name in declared.optional)
        facts.append(f"Only with some arguments: {names}.")
    return frame_page(path, declared, "result of a helper", facts)


def frame_page(path: str, declared: Table | ResultTable, kind: str, facts: list[str]) -> Page:
    """Write the page of a frame from what ``describe`` says of it."""
    name = declared.name
    words = {column.name: column.categories for column in declared.columns}
    described = tgp.describe(name).to_dict("records")
    rows = [row_of(column, words.get(str(column["column"]), ())) for column in described]
    sources = {
        (column["source"], column["read_on"]) for column in described if column["documented"]
    }
    facts = [
        *facts,
        *(f"Documented columns: [{url}]({url}), read on {day:%Y-%m-%d}." for url, day in sources),
    ]
    heads, known = HEADS, {row[-1] for row in rows}
    if len(known) == 1:
        heads, rows = HEADS[:-1], [row[:-1] for row in rows]
        facts = [*facts, KNOWN[known.pop()]]
    listed = table(heads, rows) if rows else "It declares no columns of its own.\n"
    head = f"# The frame {name}\n\n{' '.join(facts)}\n\n"
    code = f'```python\ntgp.describe("{name}")  # the same in a notebook\n```\n'
    source = f"{head}:::{{container}} columns\n{listed}:::\n\n{code}"
    summary = f"{kind.capitalize()}: {declared.row}."
    return Page(path, f"The frame {name}", summary, source, f"{head}{listed}\n{code}")


def row_of(column: Mapping[str, object], words: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Write a column as a row of the table, with the words that a category can have."""
    documented = column["documented"]
    known = "computed" if pd.isna(documented) else "documentation" if documented else "assumed"
    unit = "" if pd.isna(column["unit"]) else str(column["unit"])
    nullable = "may be NA" if column["nullable"] else ""
    meaning = "" if pd.isna(column["meaning"]) else str(column["meaning"])
    if words:
        meaning = f"{meaning} One of {', '.join(f'`{word}`' for word in words)}.".strip()
    return (f"`{column['column']}`", meaning, f"{column['dtype']}", unit, nullable, known)


def index_page() -> Page:
    """Write the list of all frames."""
    about = "What each column is: its dtype, unit and meaning, and whether the API documents it."
    head = (
        f"# Frames\n\n{about} Dtypes are always these, also of an empty frame: ids are text, "
        "counts `Int64`, instants UTC, days midnights of the organization's time zone, and money "
        "is whole cents.\n\n"
    )
    resources = [one for one in TABLES.values() if one not in REPORTS]
    parts, trees = [], []
    for title, frames in (
        ("Loaded frames", resources),
        ("Reports of the server", REPORTS),
        ("Results of helpers", RESULTS.values()),
    ):
        rows = [(f"[{one.name}]({one.name}.md)", cell(one.row)) for one in frames]
        parts.append(f"## {title}\n\n{table(('frame', 'a row is'), rows)}")
        entries = "\n".join(f"{one.name} <{one.name}>" for one in frames)
        trees.append(f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n{entries}\n```\n")
    text = head + "\n".join(parts)
    return Page("frames/index", "Frames", about, text + "".join(trees), text)
