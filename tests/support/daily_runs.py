"""A sandbox that lives on day by day, a store that is synced, and a watch that runs each day."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pandas as pd

import trackagoat_pandas as tgp
from trackagoat_pandas.watching.runs import observe
from trackagoat_pandas.watching.states import Memory

RULES = {"captions": {"required": ["#ad"]}, "budget": {"budget_cents": 600_000}}
PROJECT = "Q1 Brand Program"
_SAME = ["key", "state", "fired_at", "since", "sentence", "evidence", "period", "entity_id"]


@dataclass(frozen=True)
class Lived:
    """What daily runs announced, and the moment of the last one."""

    fired: pd.DataFrame
    last: pd.Timestamp
    quiet_days: int


def live_on(
    folder: Path,
    seed: int,
    *,
    days: int,
    creators: int = 12,
    skipped: Collection[int] = (),
    each_day: Callable[[int, tgp.sandbox.Sandbox, tgp.Client], None] | None = None,
) -> Lived:
    """Sync and watch on each day but those without a sync, and collect what is announced."""
    found, quiet = [], 0
    with tgp.sandbox(seed=seed, days=200, creators=creators, rate_limit=None) as box:
        client = tgp.connect(
            box.key, base_url=box.base_url, transport=box.app, rate_limit=None, progress=False
        )
        memory = Memory()
        with client, tgp.open_store(folder) as store:
            now = pd.Timestamp("2026-06-18T19:00:00Z")
            for day in range(days):
                if day:
                    box.advance(timedelta(days=1))
                    now += pd.Timedelta(days=1)
                if each_day is not None:
                    each_day(day, box, client)
                if day not in skipped:
                    store.sync(client=client)
                run = observe(PROJECT, rules=RULES, memory=memory, store=store, now=now)
                memory = run.memory
                new = run.alerts[run.alerts["is_new"] & (run.alerts["state"] == "firing")]
                quiet += new.empty
                found.append(new.assign(fired_at=now))
    fired = pd.concat(found, ignore_index=True)
    return Lived(fired, now, quiet)


def told(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    """Return alerts as plain rows, by time and key."""
    rows = frame.assign(fired_at=pd.to_datetime(frame["fired_at"], utc=True).astype(str))
    rows["since"] = rows["since"].astype(str)
    columns = [name for name in _SAME if name in rows.columns and name != "state"]
    return sorted(map(tuple, rows[columns].astype(str).to_numpy().tolist()))
