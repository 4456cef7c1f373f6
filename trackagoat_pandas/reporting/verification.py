"""Derive every number of a written report again: which are right, restated since, or edited."""

from __future__ import annotations

import ast
import base64
import json
import math
import os
import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from importlib.metadata import version
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd

from trackagoat_pandas.asking.script import json_value, known_program
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.wording import cut, number
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import parse_instant
from trackagoat_pandas.helpers.columns import STRING, categories
from trackagoat_pandas.helpers.labels import finish
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.program.frames import FRAMES, ProgramData, stored_program
from trackagoat_pandas.reporting.document import Document
from trackagoat_pandas.reporting.page import FACTS, check_style, page_of
from trackagoat_pandas.reporting.pictures import read_logo
from trackagoat_pandas.reporting.sections import SECTIONS
from trackagoat_pandas.reporting.writing import document_of
from trackagoat_pandas.showing.cells import one_line
from trackagoat_pandas.showing.export.saving import check_path
from trackagoat_pandas.store.store import Store, refuse_other
from trackagoat_pandas.tables.watch_words import REPORT_STATUSES

_PAGE: Final = "page"
"""The key of the row on what is written around the numbers."""
_MOST_OF_A_VERSION: Final = 20
# As a page is written: whatever else is in it, such as another attribute, is a part of the page.
_NUMBER: Final = re.compile(
    r"<data class='(?P<kind>[^']*)' data-n='(?P<key>[^']*)'(?: data-basis='(?P<basis>[^']*)')?"
    r" value='(?P<value>[^']*)'>(?P<text>[^<]*)</data>"
)
_ABOUT: Final = re.compile(rf"<meta name='{FACTS}' content='([^']*)'>")
_LOGO: Final = re.compile(r"<img src='data:image/(?:png|jpeg);base64,([^']*)' alt='Logo'>")


class Written(NamedTuple):
    """A number as it stands on a page: its text, value as JSON, basis and look."""

    text: str
    value: str
    basis: str
    kind: str


@dataclass
class WrittenReport:
    """What is read of a page: its facts, the places of each number, and the user's logo and CSS."""

    about: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, list[Written]] = field(default_factory=dict)
    logo: bytes | None = None
    style: str | None = None


@takes_arrow
def verify_report(path: str | os.PathLike[str], store: Store) -> pd.DataFrame:
    """Derive every number of a report again from a store, as of the report's moment and as of now.

    Parameters
    ----------
    path : str or path
        A page that :func:`report` has written from a store. One for mail, or made live, isn't one.
    store : Store
        The store with the data, as :func:`open_store` returns it.

    Returns
    -------
    pandas.DataFrame
        One row for each number in the order of the page, and a last one, ``page``, for all around
        them: ``status`` (category), ``section`` (str), ``written`` and ``at_moment`` (str: as the
        page has it, and as the store derives it for the moment of the report), ``today`` (str: what
        its code gives with all that the store knows by now, where that is another value), ``key``
        (str: which number) and ``code`` (str).

        A number is ``edited`` if the page has another one than the store, or one that no report
        has; ``missing`` if the page has none; ``restated`` if what it counts has changed since; and
        otherwise ``equal``. A state at the moment of the report, such as the views of a post,
        can't be restated. The page is ``edited`` if a word, a picture or a mark of it is another
        one than this version of the package writes; a logo and a style of the user's own are taken
        as they are. Write the report again to see what it should say.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        The file can't be read or is no such report.
    StoreMissingError
        The store has no data.
    StoreDamagedError
        A file of the store is damaged.
    UnknownProjectError
        The store doesn't know the project.

    See Also
    --------
    report : Write the week on one page.
    open_store : Open the store in a folder.
    Store.restatements : List the values that the server changed.

    Examples
    --------
    >>> import tempfile
    >>> import trackagoat_pandas as tgp
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = tgp.open_store(f"{folder.name}/store")
    >>> with tgp.connect(sandbox=True):
    ...     synced = store.sync("Summer Launch", dates="last 90 days", metrics="views")
    >>> made = tgp.report("Summer Launch", f"{folder.name}/monday.html", store=store)
    >>> tgp.verify_report(made.paths[0], store)["status"].unique().tolist()
    ['equal']
    >>> store.close()
    >>> folder.cleanup()
    """
    refuse_other(store)
    place = check_path(path, ".html", is_read=True)
    text = _text_of(place)
    written = read_report(text)
    again = derive_again(written, *_facts_of(written.about, path), store)
    return compare(text, written, again)


class Derived(NamedTuple):
    """A report as a store derives it again.

    Attributes
    ----------
    document, page
        The report as of its moment, and its page.
    today
        The values of its settled numbers by what the store knows by now.
    newest
        The numbers of a report for that moment by what the store knows by now, as they are written.
    """

    document: Document
    page: str
    today: Mapping[str, object]
    newest: Mapping[str, tuple[str, Number]]


def derive_again(
    written: WrittenReport, project: str, moment: pd.Timestamp, asked: dict[str, Any], store: Store
) -> Derived:
    """Derive a report for its moment twice: from the store of then, and from that of now."""
    # Without a frame that the report had, all of its numbers would look as if they were edited.
    known_by = moment.to_pydatetime()
    program = stored_program(project, store=store, as_of=known_by, moment=moment, strict=True)
    then = document_of(program, store=store, source="store", arguments=asked, **asked)
    hindsight = stored_program(project, store=store, moment=moment, strict=True)
    moments = {one.name: one.moment for one in then.sections if one.moment is not None}
    newest = document_of(hindsight, store=store, source="store", moments=moments, **asked)
    page = page_of(then, logo=written.logo, style=written.style)
    return Derived(then, page, values_by(then, store, hindsight), numbers_of(newest))


def compare(text: str, written: WrittenReport, derived: Derived) -> pd.DataFrame:
    """Compare a page, and the numbers that were read of it, with the report derived again."""
    right = read_report(derived.page).numbers
    # A number that was added or left out is said of itself; of others, the place counts.
    kept = {key for key in right if len(right[key]) == len(written.numbers.get(key, []))}
    page = "equal" if _around(derived.page, kept) == _around(text, kept) else "edited"
    rows = [*_compare_numbers(written, derived), {"status": page, "key": _PAGE}]
    return _table(rows, written)


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentError("path", str(path), problem=f"it can't be read: {error}") from error


def _facts_of(
    about: Mapping[str, Any], path: str | os.PathLike[str]
) -> tuple[str, pd.Timestamp, dict[str, Any]]:
    """Return the project, the moment and the arguments of a report, as its page says them."""
    problem = "it isn't a page that tgp.report has written from a store"
    asked: Any = about.get("arguments")
    project = about.get("project_id")
    is_known = isinstance(asked, dict) and _is_asked(asked) and isinstance(project, str)
    if about.get("source") != "store" or not is_known:
        raise ArgumentError("path", str(path), problem=problem)
    try:
        moment = pd.Timestamp(parse_instant("moment", str(about.get("moment"))), tz="UTC")
    except ArgumentError as error:
        raise ArgumentError("path", str(path), problem=problem) from error
    known = {name: asked.get(name) for name in ("sections", "title")}
    # Only a report about one campaign says so.
    known |= {name: asked[name] for name in ("campaign",) if name in asked}
    return str(project), moment, known


def _is_asked(given: Mapping[str, Any]) -> bool:
    """Whether these are arguments of a report."""
    sections, title, campaign = (given.get(name) for name in ("sections", "title", "campaign"))
    known = [name for name in SECTIONS if isinstance(sections, list) and name in sections]
    texts = all(one is None or isinstance(one, str) for one in (title, campaign))
    return sections in (None, known) and texts


def read_report(text: str) -> WrittenReport:
    """Read the numbers of a report's page, in their order, and its metadata."""
    found = WrittenReport()
    if about := _ABOUT.search(text):
        with suppress(ValueError, RecursionError):  # then it is no report
            read = json.loads(unescape(about[1]))
            found.about = read if isinstance(read, dict) else {}
    # What no report takes is a part of the page, which is another one then.
    if image := _LOGO.search(text):
        with suppress(ValueError, ArgumentError):
            logo = read_logo(base64.b64decode(image[1], validate=True))
            found.logo = logo.content if logo else None
    _, separator, own = text.partition("</head>")[0].partition("</style><style>")
    with suppress(ArgumentError):
        style = own.removesuffix("</style>") if separator else None
        check_style(style)
        found.style = style
    for place in _NUMBER.finditer(text):
        key, *said = (unescape(place[name] or "") for name in ("key", *Written._fields))
        found.numbers.setdefault(key, []).append(Written(*said))
    return found


def numbers_of(document: Document) -> dict[str, tuple[str, Number]]:
    """Return the numbers of a report by their keys, each with the name of its section."""
    found: dict[str, tuple[str, Number]] = {}
    for section in document.sections:
        cells = (cell for listing in section.listings for row in listing.rows for cell in row)
        for part in chain(chain.from_iterable(section.sentences), cells):
            if isinstance(part, Number):
                found.setdefault(part.key, (section.name, part))
    for part in chain.from_iterable(document.first):
        if isinstance(part, Number):
            found.setdefault(part.key, ("first", part))
    return found


def values_by(document: Document, store: Store, program: ProgramData) -> dict[str, object]:
    """Compute the settled numbers of a report by their own code from other frames, by their keys.

    One that has no value any more, such as that of a creator without any posts, is left out.
    """
    found = dict[str, object]()
    for section in document.sections:
        settled = [
            made for name, made in numbers_of(document).values()
            if name == section.name and made.basis == "settled"
        ]  # fmt: skip
        known = known_program(program, section.moment)
        names: dict[str, object] = {"store": store, **known.data}
        if settled:
            exec(_after_loading(section.code), names)  # noqa: S102 - it is the report's own code
        for made in settled:
            with suppress(LookupError, ArithmeticError):
                found[made.key] = json_value(eval(made.code, names))  # noqa: S307 - as above
    return found


def _after_loading(code: str) -> str:
    """Return a section's script without the lines that load its frames."""
    script = ast.parse(code)
    script.body = [
        line for line in script.body
        if not (isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) in FRAMES)
    ]  # fmt: skip
    return ast.unparse(script)


def _compare_numbers(written: WrittenReport, derived: Derived) -> Iterator[dict[str, str]]:
    """Compare the numbers of a page with what the store says for its moment, and by now."""
    about, newest, today = numbers_of(derived.document), derived.newest, derived.today
    then = read_report(derived.page)
    for key in dict.fromkeys([*written.numbers, *then.numbers]):
        row, places, right = {"key": key}, written.numbers.get(key, []), then.numbers.get(key)
        if right is None:
            yield row | {"status": "edited", "written": places[0].text}
            continue
        section, made = about[key]
        row |= {"section": section, "code": made.code, "at_moment": right[0].text}
        newer = newest[key][1].text if key in newest else None
        is_restated = made.basis == "settled" and (
            not _is_same(today.get(key), made.value) if newer is None else newer != made.text
        )
        if is_restated:
            row["today"] = str(today.get(key, "gone")) if newer is None else newer
        if not places:
            yield row | {"status": "missing"}
            continue
        pairs = zip_longest(places, right)
        wrong = [place for place, other in pairs if place != other]
        row["written"] = (wrong[0] or places[0]).text if wrong else places[0].text
        yield row | {"status": "edited" if wrong else "restated" if is_restated else "equal"}


def _is_same(value: object, other: object) -> bool:
    """Whether two values of a number are the same; sums of floats may differ in their last bit."""
    if isinstance(value, float) and isinstance(other, float | int):
        return math.isclose(value, other, rel_tol=1e-9)
    return value == other


def _around(text: str, kept: Container[str]) -> str:
    """Return a page without its numbers, which are compared one by one; some leave their keys."""
    return _NUMBER.sub(lambda place: f"<{place['key']}>" if place["key"] in kept else "", text)


def _table(rows: Sequence[Mapping[str, str]], written: WrittenReport) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            name: pd.array([row.get(name) for row in rows], dtype=STRING)
            for name in ("status", "section", "written", "at_moment", "today", "key", "code")
        }
    )
    table["status"] = categories(table["status"], REPORT_STATUSES)
    counts = Counter(row["status"] for row in rows)
    said = [f"{counts[name]:,} {name}" for name in REPORT_STATUSES if counts[name]]
    note = f"{number(len(rows) - 1, 'number')} and the page around them: {', '.join(said)}."
    if counts["equal"] == len(rows):
        note = f"All {number(len(rows) - 1, 'number')} and the page around them are equal."
    if written.style is not None:
        note += " Its own style is taken as it is, and may hide what the page says."
    if (made_by := written.about.get("version")) != version("trackagoat-pandas"):
        named = cut(one_line(str(made_by)), _MOST_OF_A_VERSION)
        note += f" The report is of version {named} of this package, which may write otherwise."
    table.attrs["trackagoat"] = {"helper": "verify_report", "rows": len(table), "note": note}
    return finish(table, "verify_report")
