"""Alerts of a watch, made by hand."""

from __future__ import annotations

from dataclasses import fields
from typing import NamedTuple

import pandas as pd

from trackagoat_pandas.watching.states import Alert, Memory

MOMENT = pd.Timestamp("2026-06-18T19:00:00Z").as_unit("us")


def alert_of(key: str, **given) -> Alert:
    """An alert that fires, but for what is given."""
    usual = {
        "key": key, "rule": "over_posting", "project_id": "p", "entity": "creator",
        "entity_id": key, "period": "", "state": "firing", "since": MOMENT, "changed": MOMENT,
        "level": 3.0, "sentence": f"@{key} over-posted.", "evidence": "find_overposting(videos)",
        "said": "firing", "tiktok_handle": key, "title": None,
    }  # fmt: skip
    return Alert(**{**usual, **given})


def memory_of(*alerts: Alert) -> Memory:
    return Memory({one.key: one for one in alerts}, {"p": {"over_posting": MOMENT}}, {})


class Run(NamedTuple):
    """What a run of the watch found."""

    alerts: pd.DataFrame
    memory: Memory


def run_of(*alerts: Alert, new=True, silenced=None) -> Run:
    """A run that found alerts; `new` says which keys are new, or whether all are."""
    names = ["rule", "tiktok_handle", "title", "state", "is_new", "since", "sentence", "evidence",
             "period", "entity", "entity_id", "project_id", "key"]  # fmt: skip
    rows = [
        {one.name: getattr(alert, one.name) for one in fields(Alert)}
        | {"is_new": new if isinstance(new, bool) else alert.key in new}
        for alert in alerts
    ]
    memory = memory_of(*alerts)
    # As objects, since half an emoji is no text for Arrow.
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    frame.attrs["trackagoat"] = {"note": "1 new alert, 0 over."}
    return Run(frame, Memory(memory.alerts, memory.begun, silenced or {}))
