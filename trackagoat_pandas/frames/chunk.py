"""A chunk: some pages' rows, decoded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import pyarrow as pa

from trackagoat_pandas.frames.extras import ExtraKind

Path: TypeAlias = Literal["fast", "tolerant"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """The rows of some pages.

    Parameters
    ----------
    arrow
        The declared columns in their order and their declared types, then unknown fields as they
        first appeared.
    path
        ``"fast"`` if every value was read as declared, ``"tolerant"`` if they were looked at one by
        one.
    extras
        The unknown fields, and what each holds in this chunk.
    unreadable
        How many values of each column could not be read and are null; only columns with any.
    examples
        The first of those values, as it was written.
    """

    arrow: pa.Table
    path: Path
    extras: dict[str, ExtraKind] = field(default_factory=dict)
    unreadable: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)
