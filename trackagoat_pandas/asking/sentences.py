"""Sentences whose numbers know the code that computes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Basis: TypeAlias = Literal["settled", "moment"]
"""What a number counts: days and entries that are over, which change only if they are restated; or
the state at the moment of the report, such as the views that a post had by then."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a report: how it is written, and the Python that computes it.

    Attributes
    ----------
    key
        What it is, the same in every report: ``"payouts.owed"``, ``"goals.row.3.per_day"``.
    text
        How it is written: ``"$1,234.56"``.
    value
        What the code gives, as JSON has it: a number, a text or None.
    code
        An expression that computes it after the code of its section.
    basis
        Whether it can be restated.
    """

    key: str
    text: str
    value: float | int | str | None
    code: str
    basis: Basis = "moment"


Sentence: TypeAlias = "Sequence[str | Number]"
"""Texts and numbers in their order; whatever comes from the API is not escaped here."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture: a function that draws it on ``ax=``, its description, and its size."""

    draw: Callable[..., Axes]
    text: str
    width_in: float = 7.0
    height_in: float = 2.4


class Text(str):
    """A sentence as text that keeps its parts.

    Attributes
    ----------
    parts
        Its texts and numbers in their order.

    Examples
    --------
    >>> said = Text(Number("goals.open", "19", 19, "len(misses)"), " goals are open.")
    >>> said, said.parts[0].value
    ('19 goals are open.', 19)
    """

    __slots__ = ("parts",)
    parts: tuple[str | Number, ...]

    def __new__(cls, *parts: str | Number) -> Self:
        """Join texts and numbers."""
        made = super().__new__(cls, "".join(p if isinstance(p, str) else p.text for p in parts))
        made.parts = parts
        return made
