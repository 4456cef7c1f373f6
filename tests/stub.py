"""Write public names, types in docstrings, stubs, and the list of functions.

The stubs are those of the package, of the plots and of the accessors.

Run ``python -m tests.stub``.
"""

from __future__ import annotations

import ast
import inspect
import re
import runpy
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

import trackagoat_pandas as tgp
from tests.docstring_types import bindings, write_types
from trackagoat_pandas import _homes, accessor
from trackagoat_pandas._homes import HOMES, MODULES, PLOTS
from trackagoat_pandas.asking.catalogue import QUESTIONS
from trackagoat_pandas.asking.kernel import Question
from trackagoat_pandas.errors import MissingColumnError, TrackaGoatError

NAMES = Path(_homes.__file__)
STUB = Path(tgp.__file__).with_suffix(".pyi")
PLOTS_STUB = STUB.parent / "plots" / "__init__.pyi"
ACCESSOR = Path(accessor.__file__).with_suffix(".pyi")
INDEX = STUB.parents[1] / "notebooks" / "README.md"
README = STUB.parents[1] / "README.md"
GUIDE = STUB.parent / "agents" / "guide.md"
ASKED = re.compile(r"(<!-- questions -->\n).*(<!-- /questions -->)", re.DOTALL)
MARKS = re.compile(r"(<!-- functions -->\n).*(<!-- /functions -->)", re.DOTALL)
GROUPS = {
    "Loaders": r"load\..*\.load_",
    "Goals": r"helpers\.goals",
    "Payouts": r"helpers\.payouts|.*\.audit$",
    "Comments": r"helpers\.sentiment",
    "Any frame": r"helpers|names|accessor|showing\.show\.|load\.foreign",
    "Files": r"showing\.export",
    "Clients, stores and costs": r".",
}
"""The functions of the package by the first pattern that fits their module and name."""
MOST_LINKS = 4
LONGEST = 100
HEAD = "# Written by `python -m tests.stub`."
FRAME = "_GoatFrame"
"""A frame with its accessor, which type checkers can't know of pandas' own; only stubs have it."""
SANDBOX = """
class sandbox(_Sandbox):  # noqa: N801 - the name of the module
    Faults: TypeAlias = _Faults
    Nature: TypeAlias = _Nature
    Sandbox: TypeAlias = _Sandbox
"""
"""The module is callable, and a type checker sees what it calls, with the module's names in it."""
SANDBOX_IMPORTS = ["from typing import TypeAlias"] + [
    f"from trackagoat_pandas.sandbox import {name} as _{name}"
    for name in ("Faults", "Nature", "Sandbox")
]
NO_COLUMNS = (
    "no columns, so that it is offered for any frame. If it asks for some, do that before other "
    "errors, delete these lines of _homes.py, and run this again"
)
BUILTINS = {"bool", "bytes", "dict", "float", "int", "list", "object", "set", "str", "tuple"}
ACCESSORS = (accessor.GoatSeriesAccessor, accessor.GoatPlotAccessor, accessor.GoatAccessor)


def names() -> str:
    """The module of the public names, with a line for each helper and plot that has none yet."""
    text = NAMES.read_text()
    for home, name in decorated("derived"):
        if name not in HOMES:
            text = with_line(text, "HOMES", name, home)
            text = with_line(text, "VERBS", name, needs_of(home, name))
    for home, name in decorated("picture"):
        if name not in PLOTS:
            text = with_line(text, "PLOTS", name, needs_of(home, name))
    return text


def decorated(decorator: str) -> Iterator[tuple[str, str]]:
    """The module and name of each function of the package that has a decorator."""
    package = NAMES.parent
    texts = {file: file.read_text() for file in sorted(package.rglob("*.py"))}
    for file, text in texts.items():
        # Most modules have none, and to parse all takes two seconds.
        for node in ast.parse(text).body if f"@{decorator}" in text else ():
            marks = [ast.unparse(each) for each in getattr(node, "decorator_list", ())]
            if any(re.match(rf"{decorator}\b", mark) for mark in marks):
                yield ".".join(file.relative_to(package).with_suffix("").parts), node.name


def needs_of(home: str, name: str) -> str:
    """The columns that a function asks of its first frame."""
    function = getattr(import_module(f"trackagoat_pandas.{home}"), name)
    columns: list[str] = []
    while missing := missing_in(function, columns):
        columns += missing
    return " ".join(columns)


def missing_in(function: Callable[..., Any], columns: list[str]) -> list[str]:
    """What a function's error says is missing in a first frame with some columns."""
    others = [*inspect.signature(function).parameters.values()][1:]
    # An empty frame knows no time zone, and some functions ask for that first.
    options = {one.name: "UTC" for one in others if one.name == "timezone"}
    frame = pd.DataFrame({column: pd.Series(dtype=object) for column in columns})
    other = pd.DataFrame({"of another frame": []})
    options |= {one.name: other for one in others if one.default is one.empty}
    try:
        function(frame, **options)
    except MissingColumnError as error:
        is_first = error.available == sorted(columns)
        return [column for column in error.missing if is_first and column not in columns]
    except TrackaGoatError:
        return []
    return []


def with_line(text: str, table: str, name: str, value: str) -> str:
    """Source with one more entry in a dict of texts, at its alphabetic place."""
    lines = text.splitlines(keepends=True)
    start = next(place for place, line in enumerate(lines) if line.startswith(f"{table}: "))
    place = next(
        place
        for place, line in enumerate(lines)
        if place > start
        and (line == "}\n" or ((found := re.match(r' {4}"(\w+)": ', line)) and found[1] > name))
    )
    rows = textwrap.wrap(value, LONGEST - len(f'    "{name}": " ",')) or [""]
    written = " ".join(f'"{row} "' for row in rows[:-1]) + f' "{rows[-1]}"'
    lines.insert(place, f'    "{name}": {written.strip()},\n')
    return formatted("".join(lines), NAMES)


def formatted(text: str, file: Path) -> str:
    """Source as ruff sorts its imports and formats it."""
    for command in (["check", "--select=I", "--fix"], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--quiet", f"--stdin-filename={file}"]
        done = subprocess.run([*ruff, "-"], input=text, capture_output=True, text=True, check=True)
        text = done.stdout
    return text


def stub() -> str:
    """What a type checker and an editor read of the package."""
    modules = [name for name in MODULES if name != "sandbox"]
    lines = [f"from trackagoat_pandas import {name} as {name}" for name in modules]
    imports, body = Imports(), list[str]()
    for name, home in HOMES.items():
        value = getattr(tgp, name)
        if inspect.isfunction(value) and value.__annotations__.get("return") == "pd.DataFrame":
            body.append(f"def {name}({signature_of(value, imports)}: ...")
        else:
            lines.append(f"from trackagoat_pandas.{home} import {name} as {name}")
    # Of two imports of one name, ruff would leave the one by which it isn't public.
    public = {line.partition(" as ")[0] for line in lines}
    lines += [*SANDBOX_IMPORTS, *(line for line in imports.lines() if line not in public)]
    text = "\n".join([HEAD, "", *lines, "", "__version__: str", SANDBOX, *body, ""])
    return formatted(text, STUB)


def plots_stub() -> str:
    """What they read of the plots."""
    lines = [
        f"from trackagoat_pandas.plots.{name} import {name} as {name}" for name in sorted(PLOTS)
    ]
    return "\n".join([HEAD, "", *lines, ""])


def index() -> str:
    """The list of all functions, each with a sentence and the notebooks that show it."""
    groups: dict[str, dict[str, Any]] = {group: {} for group in GROUPS}
    for name in filter(str.islower, HOMES):
        place = f"{HOMES[name]}.{name}"
        group = next(group for group, fits in GROUPS.items() if re.match(fits, place))
        groups[group][f"tgp.{name}"] = getattr(tgp, name)
    for path in ("plots", "widgets", "actions"):
        module = getattr(tgp, path)
        functions = {f"tgp.{path}.{name}": getattr(module, name) for name in module.__all__}
        groups[path.capitalize()] = functions
    code = {file.stem: code_of(file) for file in sorted(INDEX.parent.glob("*.ipynb"))}
    lines = []
    for title, functions in groups.items():
        lines += [f"## {title}", "", "| function | what it does | shown in |", "|---|---|---|"]
        for name, function in functions.items():
            shown = [stem for stem, text in code.items() if calls(name, text)][:MOST_LINKS]
            links = ", ".join(f"[{stem[:2]}]({stem}.ipynb)" for stem in shown)
            summary = inspect.getdoc(function).partition("\n\n")[0].replace("\n", " ")
            lines.append(f"| `{name}` | {plain(summary)} | {links} |")
        lines.append("")
    text = "\n".join(lines)
    return MARKS.sub(lambda found: f"{found[1]}{text}{found[2]}", INDEX.read_text())


def readme() -> str:
    """The README with its table of questions, each with its name and the surfaces of its answer."""
    rows = [
        f"| {one.text} | {named(one)} | {'; '.join(one.surfaces)} |" for one in QUESTIONS.values()
    ]
    text = "\n".join(["| question | name | answered by |", "|---|---|---|", *rows, ""])
    return ASKED.sub(lambda found: f"{found[1]}{text}{found[2]}", README.read_text())


def guide() -> str:
    """The guide of agents with its table of questions, each with its tool."""
    rows = [f"| {one.text} | {named(one)} |" for one in QUESTIONS.values()]
    text = "\n".join(["| question | tool |", "|---|---|", *rows, ""])
    return ASKED.sub(lambda found: f"{found[1]}{text}{found[2]}", GUIDE.read_text())


def named(question: Question) -> str:
    """A question's name in Markdown, with its options."""
    options = ", ".join(f"`{option}`" for option in question.options)
    return f"`{question.name}`" + (f" with {options}" if options else "")


def calls(name: str, code: str) -> bool:
    """Whether code calls a function, or passes it on; a plot may have the name of a helper."""
    _, *package, function = name.split(".")
    before = rf"{package[0].rstrip('s')}s?\." if package else r"(?<!plots\.)(?<!plot\.)\b"
    return re.search(rf"{before}{function}[(,]", code) is not None


def code_of(notebook: Path) -> str:
    cells = nbformat.read(notebook, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def plain(summary: str) -> str:
    """A summary in Markdown: its names and words as code, and no end of a table's cell."""
    named = re.sub(r":\w+:`~?([^`<]*?)( <[^`]*)?`", r"`\1`", summary)
    return named.replace("``", "`").replace("|", "\\|")


def accessor_stub() -> str:
    """What they read of the accessors: each verb with its function's own signature."""
    imports = Imports()
    body = [line for owner in ACCESSORS for line in class_lines(owner, imports)]
    body += [
        f"class {FRAME}({imports.named('pd.DataFrame', tgp.show)}):",
        "    @property",
        "    def goat(self) -> GoatAccessor: ...",
    ]
    frame = imports.named(inspect.signature(tgp.goat).parameters["frame"].annotation, tgp.goat)
    body.append(f"def goat(frame: {frame}) -> GoatAccessor: ...")
    own = f"from trackagoat_pandas.accessor import {FRAME}"
    lines = [line for line in imports.lines() if line != own]
    return formatted("\n".join([HEAD, "", *lines, "", *body, ""]), ACCESSOR)


def class_lines(owner: type, imports: Imports) -> Iterator[str]:
    """An accessor as a stub."""
    data = "Series" if owner is accessor.GoatSeriesAccessor else "DataFrame"
    pandas = imports.named("pd.Series", tgp.to_money).removesuffix(".Series")
    yield f"class {owner.__name__}:"
    yield f"    def __init__(self, data: {pandas}.{data}) -> None: ..."
    for name, value in vars(owner).items():
        if isinstance(value, accessor.Verb):
            yield from method_lines(name, value.function, imports)
        elif isinstance(value, property | cached_property):
            read = value.fget if isinstance(value, property) else value.func
            kind = read.__annotations__["return"]
            known = kind in {one.__name__ for one in ACCESSORS}
            yield "    @property"
            shown = kind if known else imports.named(kind, read)
            yield f"    def {name}(self) -> {shown}: ..."


def method_lines(name: str, function: Callable[..., Any], imports: Imports) -> Iterator[str]:
    """A function without its first parameter, with the summary that an editor shows."""
    yield f"    def {name}({signature_of(function, imports, bound='self')}:"
    yield f'        """{inspect.getdoc(function).partition(chr(10))[0]}"""'


def signature_of(function: Callable[..., Any], imports: Imports, *, bound: str = "") -> str:
    """The parameters of a function, all but the first where that is bound, and what it returns."""
    signature = inspect.signature(function)
    parameters, is_keyword = [*signature.parameters.values()], False
    given = [bound] if bound else []
    for one in parameters[1:] if bound else parameters:
        if one.kind == one.KEYWORD_ONLY and not is_keyword:
            given.append("*")
            is_keyword = True
        stars = {one.VAR_POSITIONAL: "*", one.VAR_KEYWORD: "**"}.get(one.kind, "")
        is_keyword |= stars == "*"
        default = "" if one.default is one.empty else f" = {default_text(one.default)}"
        annotation = imports.named(one.annotation, function)
        given.append(f"{stars}{one.name}: {annotation}{default}")
    returned = imports.named(signature.return_annotation, function)
    if signature.return_annotation == "pd.DataFrame":
        returned = imports.frame()
    return f"{', '.join(given)}) -> {returned}"


def default_text(value: Any) -> str:
    return repr(value) if isinstance(value, bool | int | float | str | None) else "..."


class Imports:
    """What annotations name, each imported as in the function's own module."""

    def __init__(self) -> None:
        self._sources: dict[str, str] = {}

    def named(self, annotation: str, function: Callable[..., Any]) -> str:
        """An annotation in which every name is imported, under another where two are alike."""
        module = inspect.unwrap(function).__module__
        known = bindings(module)
        tree = ast.parse(annotation, mode="eval")
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id not in BUILTINS:
                source = known.get(node.id, f"from {module} import {node.id}")
                node.id = self._local(node.id, source)
        return ast.unparse(tree)

    def frame(self) -> str:
        """The frame that type checkers know the accessor of."""
        return self._local(FRAME, f"from trackagoat_pandas.accessor import {FRAME}")

    def _local(self, name: str, source: str) -> str:
        if self._sources.setdefault(name, source) == source:
            return name
        home = source.split()[1].split(".")[-2]
        longer = f"{home.capitalize()}{name}"
        self._sources[longer] = f"{source} as {longer}"
        return longer

    def lines(self) -> list[str]:
        return sorted(set(self._sources.values()))


def main() -> None:
    """Write all, each new name first, since the package reads the names when it is imported."""
    if (found := names()) != NAMES.read_text():
        NAMES.write_text(found)
        tables = runpy.run_path(str(NAMES))
        for table in ("HOMES", "VERBS", "PLOTS"):
            for name in sorted(tables[table].keys() - vars(_homes)[table].keys()):
                print(f"new in {table} of _homes.py: {name}: {tables[table][name] or NO_COLUMNS}")
        subprocess.run([sys.executable, "-m", "tests.stub"], check=True)
        return
    write_types()
    STUB.write_text(stub())
    PLOTS_STUB.write_text(plots_stub())
    ACCESSOR.write_text(accessor_stub())
    INDEX.write_text(index())
    README.write_text(readme())
    GUIDE.write_text(guide())


if __name__ == "__main__":
    main()
