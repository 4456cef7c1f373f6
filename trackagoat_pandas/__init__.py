"""TrackaGoat creator programs as pandas DataFrames.

``import trackagoat_pandas as tgp``, call ``tgp.connect(...)`` once, load frames with
``tgp.load_...``, and analyse them with ``frame.goat``. ``tgp.describe("videos")`` explains a
frame's columns. Everything but the accessor is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import Any

from trackagoat_pandas import accessor  # noqa: F401 - registers df.goat
from trackagoat_pandas._homes import HOMES, MODULES, place_of

__version__ = "0.1.0"
__all__ = sorted([*HOMES, *MODULES])  # noqa: PLE0605 - __init__.pyi has the names for tools


def __getattr__(name: str) -> Any:
    if name in MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name.startswith("_"):  # Tools try many such names, for which no nearest name is sought.
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name not in HOMES:
        from trackagoat_pandas.errors import UnknownNameError

        raise UnknownNameError(__name__, name, __all__, place=place_of(name))
    value = getattr(importlib.import_module(f"{__name__}.{HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
