"""How much a page may hold before it is a flood: a frame of it would take all of the memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.tables.model import Table

MOST_OBJECTS: Final = 100_000
"""In one page. The API sends 100 rows; one of them without any field takes 3 bytes to send and
some 200 in a frame."""
MOST_FIELDS: Final = 1_000
"""That no table declares, in all of a list: each is a column."""
_LOOKED_INTO_BYTES: Final = 1 << 18
"""Smaller pages can't hold so many, and aren't worth counting."""


def check_objects(bodies: Sequence[bytes], table: Table) -> None:
    """Make sure that no page holds a flood of objects.

    Raises
    ------
    UnreadableResponseError
        One does.
    """
    for body in bodies:
        if len(body) > _LOOKED_INTO_BYTES and body.count(b"{") > MOST_OBJECTS:
            problem = f"a page of it holds more than {MOST_OBJECTS:,} objects"
            raise UnreadableResponseError(table.path, 200, problem)


def check_fields(names: Collection[str], table: Table) -> None:
    """Make sure that there is no flood of unknown fields.

    Raises
    ------
    UnreadableResponseError
        There is.
    """
    if len(names) > MOST_FIELDS:
        problem = f"its rows have more than {MOST_FIELDS:,} unknown fields"
        raise UnreadableResponseError(table.path, 200, problem)
