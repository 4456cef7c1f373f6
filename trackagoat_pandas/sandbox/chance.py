"""Chance for what is written: new ids, keys and numbers that follow from the world's seed.

How often it was drawn is kept in the database: the same writes to the same world make the same ids,
and a write that is refused draws nothing. Must not know what the ids are for.
"""

from __future__ import annotations

from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.dice import Dice


def next_dice(database: Database) -> Dice:
    """Return the dice of the next draw."""
    [row] = database.write("UPDATE chance SET drawn = drawn + 1 RETURNING seed, drawn")
    return Dice(row["seed"], f"write {row['drawn']}")


def new_id(database: Database) -> str:
    """Draw an id."""
    return next_dice(database).uuid()


def new_secret(database: Database) -> str:
    """Draw 64 hexadecimal digits."""
    return "".join(next_dice(database).uuids(2)).replace("-", "")
