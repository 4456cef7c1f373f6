"""Stores of a sandbox's program on two days, of which the later one restates the earlier one."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

import trackagoat_pandas as tgp
from trackagoat_pandas.store.store import Store
from trackagoat_pandas.tables import PAYOUT_ACCRUALS

PROJECT = "Q1 Brand Program"
LATER = dt.timedelta(days=1)


@contextmanager
def synced_store(folder: Path, seed: int) -> Iterator[tuple[Store, Any, Any]]:
    """Give a store after its first sync, and the sandbox and client to sync it again."""
    with (
        warnings.catch_warnings(),
        tgp.sandbox.Sandbox(seed=seed, creators=8, days=120, rate_limit=None) as box,
        tgp.connect(sandbox=box, rate_limit=None, progress=False) as client,
        tgp.open_store(folder) as store,
    ):
        sync(store, client)
        yield store, box, client


def sync(store: Store, client: Any) -> None:
    """Bring a store up to date."""
    with warnings.catch_warnings(action="ignore", category=tgp.TrackaGoatWarning):
        store.sync(PROJECT, dates="last 60 days", metrics="views", client=client, max_age=None)


def change_accrual(store: Store, creator: str, **values: Any) -> None:
    """Keep the newest accruals once more, an hour later, with one changed of what is pending."""
    accruals = store.load("payout_accruals", PROJECT)
    is_pending = (accruals["status"] == "pending") & (accruals["creator_id"] == creator)
    place = accruals.loc[is_pending, "amount_cents"].idxmax()
    listed = accruals.copy()
    for name, value in values.items():
        listed.loc[place, name] = value
    facts = listed.goat.provenance
    moment = pd.Timestamp(facts["server_time"]) + pd.Timedelta(hours=1)
    listed.attrs["trackagoat"] = {
        name: moment.isoformat() if name == "server_time" else fact
        for name, fact in facts.items() if name != "store"
    }  # fmt: skip
    store.archive.lists.keep(
        PAYOUT_ACCRUALS, PAYOUT_ACCRUALS.path, facts["params"], listed, moment.to_pydatetime()
    )


def weekly_views(store: Store, days: list[str], as_of: str | None = None) -> dict[str, int]:
    """Add up the views of creators on some days, row by row."""
    rows = store.load(
        "analytics", PROJECT, entity="creator", metrics="views", as_of=as_of,
        dates=f"{days[0]}..{days[-1]}",
    )  # fmt: skip
    found: dict[str, int] = {}
    for row in rows.to_dict("records"):
        if pd.notna(row["value"]):
            found[row["entity_id"]] = found.get(row["entity_id"], 0) + int(row["value"])
    return found
