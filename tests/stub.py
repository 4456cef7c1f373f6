"""Write the stubs of the package, its plots and accessors from the public names.

Run ``python -m tests.stub``.
"""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import trackagoat_pandas as tgp
from trackagoat_pandas import accessor
from trackagoat_pandas._homes import HOMES, MODULES, PLOTS

STUB = Path(tgp.__file__).with_suffix(".pyi")
PLOTS_STUB = STUB.parent / "plots" / "__init__.pyi"
ACCESSOR = Path(accessor.__file__).with_suffix(".pyi")
LONGEST = 100
HEAD = "# Written by `python -m tests.stub`."
SANDBOX = "from trackagoat_pandas.sandbox import sandbox as sandbox"
"""The module is callable, and a type checker sees the function that it calls."""
BUILTINS = {"bool", "bytes", "dict", "float", "int", "list", "object", "set", "str", "tuple"}
ACCESSORS = (accessor.GoatSeriesAccessor, accessor.GoatPlotAccessor, accessor.GoatAccessor)


def stub() -> str:
    """What a type checker and an editor read of the package."""
    modules = [name for name in MODULES if name != "sandbox"]
    imports = [f"from trackagoat_pandas import {name} as {name}" for name in modules]
    imports += [f"from trackagoat_pandas.{HOMES[name]} import {name} as {name}" for name in HOMES]
    lines = [wrapped(line) for line in sorted([*imports, SANDBOX])]
    return "\n".join([HEAD, "", *lines, "", "__version__: str", ""])


def plots_stub() -> str:
    """What they read of the plots."""
    lines = [
        f"from trackagoat_pandas.plots.{name} import {name} as {name}" for name in sorted(PLOTS)
    ]
    return "\n".join([HEAD, "", *lines, ""])


def wrapped(line: str) -> str:
    """An import as ruff formats it."""
    if len(line) <= LONGEST:
        return line
    source, names = line.split(" import ")
    return f"{source} import (\n    {names},\n)"


def accessor_stub() -> str:
    """What they read of the accessors: each verb with its function's own signature."""
    imports = Imports()
    body = [line for owner in ACCESSORS for line in class_lines(owner, imports)]
    frame = imports.named(inspect.signature(tgp.goat).parameters["frame"].annotation, tgp.goat)
    body.append(f"def goat(frame: {frame}) -> GoatAccessor: ...")
    text = "\n".join([HEAD, "", *imports.lines(), "", *body, ""])
    for command in (["check", "--select=I", "--fix"], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--quiet", f"--stdin-filename={ACCESSOR}"]
        done = subprocess.run([*ruff, "-"], input=text, capture_output=True, text=True, check=True)
        text = done.stdout
    return text


def class_lines(owner: type, imports: Imports) -> Iterator[str]:
    """An accessor as a stub."""
    data = "Series" if owner is accessor.GoatSeriesAccessor else "DataFrame"
    pandas = imports.named("pd.Series", tgp.to_money).removesuffix(".Series")
    yield f"class {owner.__name__}:"
    yield f"    def __init__(self, data: {pandas}.{data}) -> None: ..."
    for name, value in vars(owner).items():
        if isinstance(value, accessor.Verb):
            yield from method_lines(name, value.function, imports)
        elif isinstance(value, property):
            kind = value.fget.__annotations__["return"]
            known = kind in {one.__name__ for one in ACCESSORS}
            yield "    @property"
            shown = kind if known else imports.named(kind, value.fget)
            yield f"    def {name}(self) -> {shown}: ..."


def method_lines(name: str, function: Callable[..., Any], imports: Imports) -> Iterator[str]:
    """A function without its first parameter, with the summary that an editor shows."""
    signature = inspect.signature(function)
    given, is_keyword = ["self"], False
    for one in [*signature.parameters.values()][1:]:
        if one.kind == one.KEYWORD_ONLY and not is_keyword:
            given.append("*")
            is_keyword = True
        default = "" if one.default is one.empty else f" = {default_text(one.default)}"
        given.append(f"{one.name}: {imports.named(one.annotation, function)}{default}")
    returned = imports.named(signature.return_annotation, function)
    yield f"    def {name}({', '.join(given)}) -> {returned}:"
    yield f'        """{inspect.getdoc(function).partition(chr(10))[0]}"""'


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

    def _local(self, name: str, source: str) -> str:
        if self._sources.setdefault(name, source) == source:
            return name
        home = source.split()[1].split(".")[-2]
        longer = f"{home.capitalize()}{name}"
        self._sources[longer] = f"{source} as {longer}"
        return longer

    def lines(self) -> list[str]:
        return sorted(set(self._sources.values()))


def bindings(module: str) -> dict[str, str]:
    """Each name that a module imports, with the statement that imports it."""
    tree = ast.parse(Path(sys.modules[module].__file__).read_text())
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            for alias in node.names:
                stem = f"from {node.module} " if isinstance(node, ast.ImportFrom) else ""
                renamed = f" as {alias.asname}" if alias.asname else ""
                found[alias.asname or alias.name] = f"{stem}import {alias.name}{renamed}"
    return found


if __name__ == "__main__":
    STUB.write_text(stub())
    PLOTS_STUB.write_text(plots_stub())
    ACCESSOR.write_text(accessor_stub())
