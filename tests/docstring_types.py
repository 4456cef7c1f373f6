"""Write the types of parameters into the docstrings of all public names.

The types are made from annotations and defaults, as pandas writes them (``n : int, default 10``).
``python -m tests.stub`` writes them.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import trackagoat_pandas as tgp
from trackagoat_pandas._homes import HOMES
from trackagoat_pandas.actions.inputs import KEEP
from trackagoat_pandas.showing.export.payout_file import PayoutFile
from trackagoat_pandas.showing.export.statement import CreatorStatement
from trackagoat_pandas.store.store import Store, StoreInfo

PACKAGE = tgp.__name__
HOLDERS = ("plots", "widgets", "actions", "sandbox", "errors")
CLASSES = (tgp.Client, Store, tgp.DateRange, tgp.sandbox.Sandbox)
"""The classes whose methods and properties are public names as well."""
RETURNED = (CreatorStatement, PayoutFile, StoreInfo)
"""What functions return that is no frame, with fields that people read."""
LONGEST_CHOICE = 64
"""Characters. Longer sets of words are listed in the description, and the type is str."""
ALIASES = {
    "ArrowStream": ("Arrow table",),
    "Changes": ("dict", "DataFrame"),
    "Creators": ("str", "list of str", "DataFrame"),
    "DateLike": ("str", "date"),
    "DatesLike": ("str", "tuple", "DateRange"),
    "FaultKind": ("str",),
    "InstantLike": ("str", "datetime"),
    "Items": ("str", "list of str", "DataFrame"),
    "Json": ("dict", "list"),
    "Keep": (),
    "Moment": ("str", "datetime"),
    "Names": ("DataFrame", "list of DataFrame"),
    "One": ("str", "DataFrame"),
    "OwnWords": ("dict",),
    "Picker": ("ProjectPicker",),
    "RulesLike": ("dict", "list", "str", "path"),
    "Terms": ("str", "list of str"),
}
"""What people pass where an annotation has one of these names."""
PLAIN = {
    "Any": "object",
    "args": "object",
    "kwargs": "object",
    "Callable": "callable",
    "Index": "Index",
    "Iterable": "list",
    "Mapping": "dict",
    "Path": "path",
    "PathLike": "path",
    "Sequence": "list",
    "Timestamp": "datetime",
}
SOMETHING = {
    "boosted": "list of str or DataFrame",
    "creator": "str, list of str or DataFrame",
    "creators": "list of str or DataFrame",
    "exclude": "list of str",
    "ids": "str, list of str or DataFrame",
    "members": "str, list of str or DataFrame",
    "post": "str or DataFrame",
    "store": "Store",
    "to": "str or DataFrame",
    "transport": "transport or WSGI application",
    "value": "list of str or DataFrame",
    "VideoPicker.creators": "DataFrame or CreatorPicker",
}
"""What people pass to parameters that take every object, so that errors can say what is wrong."""


def public_names() -> Iterator[tuple[str, Any]]:
    """Each public function, class, method and property, by its name in the package."""
    for name in HOMES:
        yield name, getattr(tgp, name)
    for holder in HOLDERS:
        module = getattr(tgp, holder)
        for name in module.__all__:
            yield f"{holder}.{name}", getattr(module, name)
    yield "Store", Store
    for owner in CLASSES:
        for name in dir(owner):
            value = getattr(owner, name)
            if not name.startswith("_") and (callable(value) or is_property(value)):
                yield f"{owner.__name__}.{name}", value


def typed_names() -> Iterator[tuple[str, Any]]:
    """All whose parameters have types in their docstrings."""
    yield from public_names()
    for each in RETURNED:
        yield each.__name__, each


def is_property(value: object) -> bool:
    return isinstance(value, property)


def home_of(given: Any) -> tuple[str, str]:
    """The module in which something is written, and its name there."""
    given = getattr(given, "__func__", getattr(given, "fget", None) or given)
    plain = inspect.unwrap(given)
    return plain.__module__, plain.__qualname__


def types_of(given: Any) -> dict[str, str]:
    """The type of each parameter in words."""
    if is_property(given):
        return {}
    owner = given
    if isinstance(given, type):
        owner = next(each for each in given.__mro__ if "__init__" in vars(each))
    if owner.__module__ == "builtins":
        return {}  # a warning takes its message
    module, _ = home_of(owner)
    called = inspect.signature(owner.__init__ if isinstance(given, type) else given)
    taken = [one for one in called.parameters.values() if one.name not in {"self", "cls"}]
    return {starred(one): written(one, module, given.__name__) for one in taken}


def starred(parameter: inspect.Parameter) -> str:
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}
    return stars.get(parameter.kind, "") + parameter.name


def written(parameter: inspect.Parameter, module: str, owner: str) -> str:
    """A type with its default."""
    name = parameter.name
    node = ast.parse(str(parameter.annotation), mode="eval").body
    kinds = [*dict.fromkeys(words(node, module))]
    if "list of str" in kinds:
        kinds = [kind for kind in kinds if kind not in {"Series", "Index"}]
    default = parameter.default
    if "object" in kinds:
        found = SOMETHING.get(f"{owner}.{name}") or SOMETHING.get(name, "object")
        kinds[kinds.index("object")] = found
    if default is None and "None" in kinds:
        kinds.remove("None")
    *most, last = kinds
    said = f"{', '.join(most)} or {last}" if most else last
    if default is parameter.empty:
        return said
    if default is None or default is KEEP or default in ((), "") or is_made(default):
        return f"{said}, optional"
    return f"{said}, default {default!r}"


def is_made(default: object) -> bool:
    """Whether a default is an object that doesn't say anything where it is written."""
    return not isinstance(default, bool | int | float | str | tuple)


def words(node: ast.expr, module: str) -> Iterator[str]:
    """What an annotation allows, each kind in a word or two."""
    match node:
        case ast.Constant(value=None):
            yield "None"
        case ast.BinOp():
            yield from words(node.left, module)
            yield from words(node.right, module)
        case ast.Subscript(value=ast.Name(id="Literal")):
            yield choice(ast.literal_eval(ast.unparse(node.slice)))
        case ast.Subscript(value=ast.Name(id="Sequence" | "Iterable" | "list")):
            inside = [*words(node.slice, module)]
            of = "str" if inside[0].startswith("{") or inside[1:] else inside[0]
            yield "list" if of == "object" else f"list of {of}"
        case ast.Subscript():
            yield from words(node.value, module)
        case ast.Name() | ast.Attribute():
            name = node.id if isinstance(node, ast.Name) else node.attr
            yield from ALIASES[name] if name in ALIASES else named(name, node, module)
        case _:
            raise TypeError(f"{module}: {ast.unparse(node)} has no words")


def choice(values: str | tuple[str, ...]) -> str:
    """A closed set of words, or str where it would fill the line."""
    said = f"{{{', '.join(map(repr, values if isinstance(values, tuple) else (values,)))}}}"
    return said if len(said) <= LONGEST_CHOICE else "str"


def named(name: str, node: ast.expr, module: str) -> Iterator[str]:
    """What a name of an annotation stands for: a class, or an alias."""
    if name in PLAIN or hasattr(builtins, name) or isinstance(node, ast.Attribute):
        yield PLAIN.get(name, name)
        return
    while module.startswith(PACKAGE) and name in bindings(module):
        _, module, _, name, *_ = bindings(module)[name].split()
    alias = aliases(module).get(name) if module.startswith(PACKAGE) else None
    if alias is None:
        yield name
    elif isinstance(alias, ast.Constant):
        yield from words(ast.parse(alias.value, mode="eval").body, module)
    else:
        yield from words(alias, module)


@cache
def aliases(module: str) -> dict[str, ast.expr]:
    """What each name of a module stands for that is an alias of a type."""
    tree = ast.parse(Path(importlib.import_module(module).__file__).read_text())
    found = {}
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias":
            found[node.target.id] = node.value
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
            found[node.targets[0].id] = node.value
    return found


@cache
def bindings(module: str) -> dict[str, str]:
    """Each name that a module imports, with the statement that imports it."""
    tree = ast.parse(Path(importlib.import_module(module).__file__).read_text())
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            for alias in node.names:
                stem = f"from {node.module} " if isinstance(node, ast.ImportFrom) else ""
                renamed = f" as {alias.asname}" if alias.asname else ""
                found[alias.asname or alias.name] = f"{stem}import {alias.name}{renamed}"
    return found


def headings(lines: list[str]) -> Iterator[int]:
    """The places of the lines of a docstring that name parameters."""
    section, indent = "", 0
    for place, (line, after) in enumerate(pairwise([*lines, ""])):
        margin = len(line) - len(line.lstrip())
        if set(after.strip()) == {"-"}:
            section, indent = line.strip(), margin
        elif section == "Parameters" and margin == indent and line.strip(' -"'):
            yield place


def with_types(lines: list[str], types: dict[str, str]) -> list[str]:
    """The lines of a docstring whose parameters have these types."""
    lines = lines.copy()
    for place in headings(lines):
        names, _, _ = lines[place].partition(" : ")
        kinds = {types.get(name, "") for name in names.strip().split(", ")}
        # Parameters of several types can't share a line.
        is_known = len(kinds) == 1 and "" not in kinds
        lines[place] = f"{names} : {kinds.pop()}" if is_known else names
    return lines


def write_types() -> None:
    """Write the types of all public names, and of what they return."""
    files: dict[Path, dict[str, dict[str, str]]] = {}
    for _, given in typed_names():
        module, name = home_of(given)
        files.setdefault(Path(sys.modules[module].__file__), {})[name] = types_of(given)
    for file, known in files.items():
        text = file.read_text()
        lines = text.split("\n")
        for name, node in definitions(ast.parse(text)):
            if name in known and (first := ast.get_docstring(node) and node.body[0]):
                inside = slice(first.lineno - 1, first.end_lineno)
                lines[inside] = with_types(lines[inside], known[name])
        if (found := "\n".join(lines)) != text:
            file.write_text(found)


def definitions(tree: ast.AST, owner: str = "") -> Iterator[tuple[str, Any]]:
    """The functions and classes of a module, and what is in classes, by their full names."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield f"{owner}{node.name}", node
        if isinstance(node, ast.ClassDef):
            yield from definitions(node, f"{owner}{node.name}.")
