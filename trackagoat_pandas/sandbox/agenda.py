"""The agenda: events that are planned, and the moment at which one of them happens."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from trackagoat_pandas.sandbox.clock import (
    Timeline,
    day_start,
    format_instant,
    local_day,
    parse_instant,
)
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.lookups import OWN_PROJECTS
from trackagoat_pandas.sandbox.nature import Nature, nature_of

_DIGEST_BYTES = 8


@dataclass(frozen=True, slots=True)
class Event:
    """An event: its instant, kind and subject, and the values drawn beforehand."""

    org_id: str
    at_s: int
    kind: str
    subject: str
    facts: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of its dice."""
        return f"{self.kind} of {self.subject} at {self.at_s}"


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant of one organization, with all that an event needs to happen.

    ``at_s`` is in seconds since 1970.
    """

    database: Database
    seed: int
    org_id: str
    zone: ZoneInfo
    at_s: int

    @property
    def instant(self) -> datetime:
        """The instant, in UTC."""
        return datetime.fromtimestamp(self.at_s, UTC)

    @property
    def text(self) -> str:
        """The instant as the tables have it."""
        return format_instant(self.instant)

    @property
    def today(self) -> date:
        """The organization's day."""
        return local_day(self.instant, self.zone)

    @property
    def timeline(self) -> Timeline:
        """A timeline that ends now."""
        return Timeline(self.zone, self.instant, 0)

    @property
    def nature(self) -> Nature:
        """The nature of the world."""
        return nature_of(self.database)

    def start_s(self, day: date) -> int:
        """Return the first instant of a day of the organization."""
        return int(day_start(day, self.zone).timestamp())

    def dice(self, name: str) -> Dice:
        """Return dice that depend on the organization and a name, and not on the moment."""
        # numpy takes its time for each byte, and names are long.
        text = f"{self.org_id}: {name}"
        return Dice(self.seed, blake2b(text.encode(), digest_size=_DIGEST_BYTES).hexdigest())

    def own(self, columns: str, table: str, condition: str, *values: Any) -> list[sqlite3.Row]:
        """Return rows of a table of the organization's projects, oldest row first."""
        sql = f"SELECT {columns} FROM {table} WHERE {OWN_PROJECTS} AND {condition} ORDER BY rowid"
        return self.database.rows(sql, (self.org_id, *values))

    def plan(self, kind: str, subject: str, at_s: float, **facts: Any) -> None:
        """Plan an event, unless its time has passed."""
        if int(at_s) <= self.at_s:
            return
        row = {
            "org_id": self.org_id,
            "at_ts": int(at_s),
            "kind": kind,
            "subject": subject,
            "facts": json.dumps(facts, separators=(",", ":")),
        }
        self.database.insert("agenda", [row])


def is_due(database: Database, now_s: float) -> bool:
    """Say whether an event is due."""
    return bool(database.rows("SELECT 1 FROM agenda WHERE at_ts <= ? LIMIT 1", (now_s,)))


def lived_to(database: Database) -> datetime | None:
    """Return the moment up to which life has gone on; None in a database without a world."""
    [row] = database.rows("SELECT lived_to FROM chance")
    return parse_instant(row["lived_to"]) if row["lived_to"] else None


def take_due(database: Database, now_s: float) -> Event | None:
    """Take the next event that is due off the agenda; of two at one instant, the first planned."""
    rows = database.write(
        "DELETE FROM agenda WHERE id = (SELECT id FROM agenda WHERE at_ts <= ? "
        "ORDER BY at_ts, id LIMIT 1) RETURNING org_id, at_ts, kind, subject, facts",
        (now_s,),
    )
    if not rows:
        return None
    org_id, at_s, kind, subject, facts = rows[0]
    return Event(org_id, at_s, kind, subject, json.loads(facts))
