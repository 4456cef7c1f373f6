"""Plots: each takes a frame, and optionally axes, and returns the axes.

The numbers come from the frame or from a helper. A plot of incomplete or mismatched frames warns,
and says so in a note below the axes.
"""

import importlib
from typing import NoReturn

from trackagoat_pandas._homes import PLOTS, place_of
from trackagoat_pandas.errors import UnknownNameError

__all__ = sorted(PLOTS)  # noqa: PLE0605 - __init__.pyi has the names for tools

# Each plot has the name of its module. Importing the module gives the package an attribute of this
# name, which the function then takes the place of.
for _name in PLOTS:
    globals()[_name] = getattr(importlib.import_module(f"{__name__}.{_name}"), _name)


def __getattr__(name: str) -> NoReturn:
    raise UnknownNameError(__name__, name, __all__, place=place_of(name))


def __dir__() -> list[str]:
    return __all__
