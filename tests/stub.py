"""Write ``__init__.pyi`` from the list of public names: ``python -m tests.stub``."""

from __future__ import annotations

from pathlib import Path

import trackagoat_pandas as tgp
from trackagoat_pandas._homes import HOMES, MODULES

STUB = Path(tgp.__file__).with_suffix(".pyi")
LONGEST = 100
SANDBOX = "from trackagoat_pandas.sandbox import sandbox as sandbox"
"""The module is callable, and a type checker sees the function that it calls."""


def stub() -> str:
    """What a type checker and an editor read of the package."""
    modules = [name for name in MODULES if name != "sandbox"]
    imports = [f"from trackagoat_pandas import {name} as {name}" for name in modules]
    imports += [f"from trackagoat_pandas.{HOMES[name]} import {name} as {name}" for name in HOMES]
    lines = [wrapped(line) for line in sorted([*imports, SANDBOX])]
    return "\n".join(
        ["# Written by `python -m tests.stub`.", "", *lines, "", "__version__: str", ""]
    )


def wrapped(line: str) -> str:
    """An import as ruff formats it."""
    if len(line) <= LONGEST:
        return line
    source, names = line.split(" import ")
    return f"{source} import (\n    {names},\n)"


if __name__ == "__main__":
    STUB.write_text(stub())
