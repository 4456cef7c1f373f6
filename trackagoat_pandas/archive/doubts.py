"""Note and read what casts doubt on stored days: changes of lists, of our own, and late ones."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from trackagoat_pandas.archive.ledger import StoreLedger, read_moment, stored_moment

ANY: Final = "*"
"""Stands for every id, where it isn't known which are concerned."""
EVER: Final = dt.date.min
"""The first day of a doubt about all days."""
_NIGHT: Final = dt.timedelta(days=1)
"""A campaign's older days come from a roll-up that the server rebuilds every night."""
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EPOCH_DAY: Final = dt.date(1970, 1, 1).toordinal()
_FOUND: Final = """
    SELECT * FROM doubts WHERE entity = ?
        AND entity_id IN (SELECT value FROM json_each(?) UNION SELECT '*')"""


class Doubt(NamedTuple):
    """A reason why days of a series may have changed: from ``first`` on, if asked before ``until``.

    Doubts are numbered in the order in which they were noted. An answer that was kept before counts
    as older, since the server's times are whole seconds.
    """

    id: int
    first: int
    until: int


class Doubted(NamedTuple):
    """An entity whose days, from a first one on, may have changed; `ANY` is every id."""

    entity: str
    entity_id: str
    first: dt.date = EVER


def add_doubts(ledger: StoreLedger, found: Iterable[Doubted], moment: dt.datetime) -> None:
    """Note that days may have changed since they were asked for.

    Parameters
    ----------
    ledger
        The store's ledger.
    found
        Whose days.
    moment
        When the change was noticed, by the server's time.
    """
    earliest: dict[tuple[str, str], dt.date] = {}
    for one in found:
        key = one.entity, one.entity_id
        earliest[key] = min(one.first, earliest.get(key, one.first))
    if not earliest:
        return
    rows = [
        (*key, str(first), stored_moment(moment + (_NIGHT if key[0] == "campaign" else _NIGHT * 0)))
        for key, first in earliest.items()
    ]
    # Not as the store's writer: a note is one transaction, and must not wait for a long sync.
    with ledger.transaction() as connection:
        # A later doubt about as many days says all that an earlier one did.
        connection.executemany(
            "DELETE FROM doubts WHERE entity = ? AND entity_id = ? AND first >= ? AND until <= ?",
            rows,
        )
        connection.executemany(
            "INSERT INTO doubts (entity, entity_id, first, until) VALUES (?, ?, ?, ?)", rows
        )


def read_doubts(ledger: StoreLedger, entity: str, ids: Collection[str]) -> dict[str, list[Doubt]]:
    """Return the doubts about entities of a kind by id; those about any are under each."""
    found: dict[str, list[Doubt]] = defaultdict(list)
    for row in ledger.rows(_FOUND, (entity, json.dumps([*ids]))):
        first = dt.date.fromisoformat(row["first"]).toordinal() - _EPOCH_DAY
        until = (read_moment(row["until"]) - _EPOCH) // dt.timedelta(microseconds=1)
        for id_ in ids if row["entity_id"] == ANY else (row["entity_id"],):
            found[id_].append(Doubt(row["id"], first, until))
    return found
