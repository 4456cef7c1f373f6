"""Public functions as methods of a frame, found by the columns that they need."""

from __future__ import annotations

import functools
import importlib
import inspect
import textwrap
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn

from trackagoat_pandas._homes import HOMES
from trackagoat_pandas.errors import UnknownNameError

_WIDTH: Final = 88
"""The longest line of an accessor's repr."""


class Verb:
    """A public function as a method.

    Parameters
    ----------
    name
        The function's name.
    needs
        The columns, with spaces between, that a frame needs for completion to offer the verb; after
        ``|`` other columns that do as well.
    home
        The function's package, in which its module has its name; by default the module is that in
        ``HOMES``.
    """

    def __init__(self, name: str, needs: str = "", home: str | None = None) -> None:
        self._name, self._home = name, home
        self.needs = [frozenset(columns.split()) for columns in needs.split("|")]

    @property
    def function(self) -> Callable[..., Any]:
        """The public function, imported on access."""
        home = HOMES[self._name] if self._home is None else f"{self._home}.{self._name}"
        module = importlib.import_module(f"trackagoat_pandas.{home}")
        function: Callable[..., Any] = getattr(module, self._name)
        return function

    def fits(self, columns: AbstractSet[str]) -> bool:
        """Return whether completion offers the verb for a frame with these columns."""
        return any(needed <= columns for needed in self.needs)

    def __get__(self, accessor: Accessor | None, owner: type) -> Any:
        return self if accessor is None else _bound(self.function, accessor._data)  # noqa: SLF001


def _bound(function: Callable[..., Any], data: Any) -> Callable[..., Any]:
    """Return the function with its first argument bound, also in its signature."""

    @functools.wraps(function)
    def verb(*args: Any, **options: Any) -> Any:
        return function(data, *args, **options)

    signature = inspect.signature(function)
    rest = list(signature.parameters.values())[1:]
    verb.__signature__ = signature.replace(parameters=rest)  # type: ignore[attr-defined]
    return verb


class Accessor:
    """Base of the accessors; completion offers only the verbs that fit the frame's columns."""

    _called: ClassVar[str]
    """How users write the accessor."""

    def __init_subclass__(
        cls, verbs: Mapping[str, str] | None = None, home: str | None = None
    ) -> None:
        for name, needs in (verbs or {}).items():
            setattr(cls, name, Verb(name, needs, home))

    def __init__(self, data: Any) -> None:
        self._data = data

    def __dir__(self) -> list[str]:
        columns = set(getattr(self._data, "columns", ()))
        return sorted(
            name
            for name, value in self._public().items()
            if not isinstance(value, Verb) or value.fits(columns)
        )

    if not TYPE_CHECKING:  # With a __getattr__, type checkers would accept any name.

        def __getattr__(self, name: str) -> NoReturn:
            raise UnknownNameError(self._called, name, self._public())

    @classmethod
    def _public(cls) -> dict[str, Any]:
        return {name: value for name, value in vars(cls).items() if not name.startswith("_")}


def fitting(title: str, accessor: Accessor) -> str:
    """List the verbs that fit an accessor's frame, on as many lines as they need."""
    names = [name for name in dir(accessor) if name not in ("plot", "provenance")]
    text = f"{title}: {', '.join(names) or 'none'}"
    return textwrap.fill(text, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
