"""The reference: a page for each public name, one for each group, and the accessor's methods."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from generate.names import GROUPS, OBJECTS, PACKAGE, Group, Name, own_members
from generate.pages import Page, cell, docstring, relative, summary_of, table
from trackagoat_pandas._homes import PLOTS, VERBS
from trackagoat_pandas.tables import TABLES
from trackagoat_pandas.tables.results import RESULTS

MODULES = {
    "pictures": "plots",
    "widgets": "widgets",
    "actions": "actions",
    "sandbox": "sandbox",
    "errors": "errors",
}
"""The public modules, each with the group whose page is about it."""
ACCESSOR = "reference/accessor"
SHOWN = 8
"""How many pages that use a name its page links to."""


def reference_pages(names: list[Name], shown_in: Mapping[str, list[tuple[str, str]]]) -> list[Page]:
    """Write the reference.

    Parameters
    ----------
    names
        The public names.
    shown_in
        For each of them the pages that show it in use, as title and path.
    """
    names = [name for name in names if name.group != "errors"]
    groups = [group for group in GROUPS if group.slug != "errors"]
    pages = [name_page(name, shown_in.get(name.short, [])) for name in names]
    pages += [
        group_page(group, [name for name in names if name.group == group.slug]) for group in groups
    ]
    return [*pages, accessor_page(names), index_page(groups)]


def name_page(name: Name, shown_in: Iterable[tuple[str, str]]) -> Page:
    """Write the page of one name."""
    notes = [*notes_on(name)]
    links = [f"[{title}]({relative(name.page, path)})" for title, path in shown_in]
    if links:
        notes.append(f"Shown in {', '.join(links[:SHOWN])}.")
    below = "\n".join(f"- {note}" for note in notes)
    below = f"\n## See it in use\n\n{below}\n" if notes else ""
    summary = summary_of(name.target)
    source = f"# {name.short}\n\n{methods(name, is_linked=True)}{directive(name)}{below}"
    called = name.called if name.last in OBJECTS else name.called + signature_of(name.target)
    text = as_returned(name, (inspect.getdoc(name.target) or "").splitlines())
    plain = f"# {name.called}\n\n```python\n{called}\n```\n\n{methods(name)}"
    plain += docstring("\n".join(text))
    if name.is_class:
        plain += "".join(members(name))
    return Page(name.page, name.short, summary, source, plain + below)


def methods(name: Name, *, is_linked: bool = False) -> str:
    """Write the list of the methods of what a function returns; "" for all else."""
    listed = own_members(name.target) if name.last in OBJECTS and name.is_class else {}
    rows = [
        (
            f"{{py:obj}}`{called} <{name.full}.{called}>`" if is_linked else f"`{called}`",
            cell(summary_of(function)),
        )
        for called, function in listed.items()
    ]
    return f"{table(('method', 'what it does'), rows)}\n" if rows else ""


def as_returned(name: Name, lines: list[str]) -> list[str]:
    """Leave out how the class of what a function returns is made, which only the package does."""
    if name.last not in OBJECTS or "Parameters" not in lines:
        return lines
    first = lines.index("Parameters")
    if "Attributes" not in lines:
        return [*lines[:first], "Attributes", *lines[first + 1 :]]
    # They say the same twice; of a store it is nothing that its users need.
    ends = [n for n, line in enumerate(lines) if re.fullmatch("-{3,}", line)]
    after = next(n for n in ends if n > lines.index("Attributes") + 1) - 1
    return [*lines[:first], *lines[after:]]


def directive(name: Name) -> str:
    """Write what makes Sphinx read a docstring."""
    kind, options = ("class", "   :members:\n") if name.is_class else ("function", "")
    if name.group == "widgets":  # most of what a board has is in its bases, beside ipywidgets' own
        options = f"   :members: {', '.join(own_members(name.target))}\n"
    where = f"{name.module}::{name.last}"  # a plot has the name of its module
    return f"```{{eval-rst}}\n.. auto{kind}:: {where}\n{options}```\n"


def notes_on(name: Name) -> Iterator[str]:
    """Say how else a function is called, and where its result is described."""
    if name.is_method:
        yield f"Also a method: `frame.goat.{name.last}()`; see [all methods](../accessor.md)."
    if name.group == "pictures":
        yield f"Also a method: `frame.goat.plot.{name.last}()`; see [all methods](../accessor.md)."
    tables = [one.name for one in TABLES.values() if one.loader == name.short]
    tables += [name.short] * (name.short in RESULTS)
    if tables:
        links = ", ".join(f"[{one}](../../frames/{one}.md)" for one in tables)
        yield f"The columns of its result, one by one: {links}."


def signature_of(target: Callable[..., object]) -> str:
    """Write how a function or class is called, without types."""
    try:
        found = inspect.signature(target)
    except ValueError:  # of a builtin, such as the dict that Provenance is
        return ""
    bare = [one.replace(annotation=one.empty) for one in found.parameters.values()]
    text = str(found.replace(parameters=bare, return_annotation=found.empty))
    return re.sub(r"<[^<>]*>", "...", text)  # a default that is an object of this process


def members(name: Name) -> Iterator[str]:
    """Write the methods and properties of a class."""
    for called, function in own_members(name.target).items():
        text = docstring(inspect.getdoc(function) or "").replace("## ", "### ")
        yield f"\n## {name.last}.{called}\n\n{text}"


def group_page(group: Group, names: list[Name]) -> Page:
    """Write the page of a group: its names, each with a sentence."""
    path = f"reference/{group.slug}/index"
    rows = [
        (f"[{name.short}]({name.file}.md)", cell(summary_of(name.target)))
        for name in sorted(names, key=lambda one: one.short.lower())
    ]
    listed = table(("name", "what it does"), rows)
    entries = "\n".join(name.file for name in sorted(names, key=lambda one: one.short.lower()))
    module = MODULES.get(group.slug)
    head = f"# {group.title}\n\n{group.about}\n\n"
    made = f"```{{eval-rst}}\n.. py:module:: {PACKAGE}.{module}\n```\n\n" if module else ""
    tree = f"\n```{{toctree}}\n:hidden:\n\n{entries}\n```\n"
    return Page(path, group.title, group.about, head + made + listed + tree, head + listed)


def accessor_page(names: list[Name]) -> Page:
    """Write the page of the methods of ``frame.goat``."""
    known = {name.short: name for name in names}
    title, about = (
        "frame.goat",
        "Every public function whose first argument is a frame, as a method.",
    )
    head = (
        f"# {title}: methods of a frame\n\n{about} Completion offers those that fit the frame's "
        "columns; `frame.goat` alone says what the frame is and which methods fit it, and "
        "`frame.goat.provenance` where it came from. A Series has `series.goat.score()` and "
        "`series.goat.to_money()`.\n\n"
    )
    verbs = [
        (f"frame.goat.{verb}()", verb, columns) for verb, columns in VERBS.items() if verb in known
    ]
    plots = [(f"frame.goat.plot.{plot}()", f"plots.{plot}", needs) for plot, needs in PLOTS.items()]
    rows = [
        (
            f"`{method}`",
            f"[{called}]({relative(ACCESSOR, known[called].page)})",
            columns_of(needs),
        )
        for method, called, needs in [*verbs, *plots]
    ]
    listed = table(("method", "the function", "offered for frames with the columns"), rows)
    accessors = "".join(
        f".. autoaccessor{kind}:: pandas.{owner}\n   :no-index-entry:\n\n"
        for kind, owner in (("", "DataFrame.goat"), ("", "Series.goat"))
    )
    source = f"{head}{listed}\n```{{eval-rst}}\n{accessors}```\n"
    return Page(ACCESSOR, title, about, source, head + listed)


def columns_of(needs: str) -> str:
    """Write the columns that a frame needs for a method to be offered."""
    either = [", ".join(columns.split()) for columns in needs.split("|")]
    return "; or ".join(either) or "any frame"


def index_page(groups: list[Group]) -> Page:
    """Write the first page of the reference."""
    about = "Every public name, grouped as people ask."
    head = (
        f"# Reference\n\n{about} `help(tgp.show)` has the same in a notebook, and "
        "[each frame](../frames/index.md) has a page of its columns.\n\n"
    )
    rows = [(f"[{one.title}]({one.slug}/index.md)", one.about) for one in groups]
    rows += [
        ("[frame.goat](accessor.md)", "Every function that takes a frame, as a method."),
        ("[Errors and warnings](errors.md)", "Each with what it means and what to do."),
        ("[Command line](commands.md)", "Pull, sync, report and watch from a shell or cron."),
    ]
    listed = table(("about", "what is there"), rows)
    module = f"```{{eval-rst}}\n.. py:module:: {PACKAGE}\n```\n\n"
    entries = "\n".join(f"{one.slug}/index" for one in groups)
    tree = f"\n```{{toctree}}\n:hidden:\n\n{entries}\naccessor\nerrors\ncommands\n```\n"
    return Page("reference/index", "Reference", about, head + module + listed + tree, head + listed)
