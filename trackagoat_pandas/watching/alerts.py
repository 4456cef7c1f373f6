"""One run of the rules on a program, and its alerts as a frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.columns import STRING, categories
from trackagoat_pandas.helpers.labels import arranged
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.tables.watch_words import ALERT_ENTITIES, ALERT_STATES, WATCH_RULES
from trackagoat_pandas.watching.judging import judge_all
from trackagoat_pandas.watching.rules import Rule
from trackagoat_pandas.watching.states import Alert, Judgement, Memory, Notice, is_muted, step


@dataclass(frozen=True, slots=True)
class ProgramRun:
    """What a run found of one program.

    Attributes
    ----------
    data
        The program's frames.
    judged
        The rules with what they found.
    notices
        The program's alerts.
    muted
        Whether stale data mute all rules but their own.
    caveats
        What helpers warned of.
    """

    data: ProgramData
    judged: Sequence[tuple[Rule, Judgement]]
    notices: Sequence[Notice]
    muted: bool
    caveats: Sequence[str]

    @property
    def unknown(self) -> dict[str, str]:
        """Why rules could not be judged, by rule."""
        return {rule.name: one.unknown for rule, one in self.judged if one.unknown}


def run_once(
    data: ProgramData,
    rules: Iterable[Rule],
    memory: Memory,
    now: pd.Timestamp,
    before: ProgramRun | None = None,
) -> tuple[ProgramRun, Memory]:
    """Judge one program and step its alerts.

    Parameters
    ----------
    before
        The last run on the same data, whose findings stand.
    """
    with kept_warnings() as caveats:
        judged = judge_all(data, rules, now, [] if before is None else before.judged)
    after, notices = step(
        memory, judged, data.moment, project_id=data.project_id, zone=data.zone, now=now
    )
    return ProgramRun(data, judged, notices, is_muted(notices), caveats), after


def alerts_of(runs: Sequence[ProgramRun]) -> pd.DataFrame:
    """Return the alerts of some runs as a frame, those first that are announced."""
    found = sorted(
        ((notice, run.data.name) for run in runs for notice in run.notices),
        key=lambda one: _rank(one[0]),
    )
    alerts, projects = [notice.alert for notice, _ in found], [name for _, name in found]
    own = {
        "state": categories(np.array([one.state for one in alerts], object), ALERT_STATES),
        "is_new": np.array([notice.is_new for notice, _ in found], np.bool_),
    }
    table = frame_of(alerts, projects if runs[1:] else None, own)
    zone = runs[0].data.zone if runs else "UTC"
    unknown = {
        f"{name} of {run.data.name}" if runs[1:] else name: why
        for run in runs for name, why in run.unknown.items()
    }  # fmt: skip
    table.attrs["trackagoat"] = {
        "helper": "watch", "rows": len(table), "timezone": zone, "more": 0, "unknown": unknown,
        "caveats": [*dict.fromkeys(said for run in runs for said in run.caveats)],
        "note": _note(runs),
    }  # fmt: skip
    return table


def frame_of(
    alerts: Sequence[Alert], projects: Sequence[str] | None, own: Mapping[str, Any]
) -> pd.DataFrame:
    """Return alerts as rows, with columns of a frame's own."""
    named = {} if projects is None else {"project_name": _texts(projects)}
    said = ("sentence", "evidence", "period", "entity_id", "project_id", "key")
    return arranged(
        pd.DataFrame(
            {
                "rule": categories(np.array([one.rule for one in alerts], object), WATCH_RULES),
                **{name: _texts([getattr(one, name) for one in alerts])
                   for name in ("tiktok_handle", "title")},
                **named,
                **own,
                "since": instants([one.since for one in alerts]),
                "entity": categories(
                    np.array([one.entity for one in alerts], object), ALERT_ENTITIES
                ),
                **{name: _texts([getattr(one, name) for one in alerts])
                   for name in said},
            }
        )
    )  # fmt: skip


def instants(given: Sequence[pd.Timestamp | None]) -> pd.DatetimeIndex:
    """Return instants as datetime64[us, UTC]."""
    return pd.DatetimeIndex(pd.to_datetime(pd.Series([*given], dtype=object), utc=True)).as_unit(
        "us"
    )


def first_rows(alerts: pd.DataFrame, n: int) -> pd.DataFrame:
    """Return the first rows of the alerts, with a note that counts the rest."""
    more = max(len(alerts) - n, 0)
    shown, facts = alerts.head(n), alerts.attrs["trackagoat"]
    said = " ".join(filter(None, [f"And {more:,} more." if more else "", facts["note"]]))
    shown.attrs["trackagoat"] = {**facts, "rows": len(shown), "more": more, "note": said}
    return shown


def _rank(notice: Notice) -> tuple[Any, ...]:
    """Sort alerts: announced ones first, then firing ones; then by rule, the latest first."""
    alert = notice.alert
    state = ("firing", "resolved", "pending").index(alert.state)
    return (
        not notice.is_new, state, WATCH_RULES.index(alert.rule), -alert.since.value, alert.key
    )  # fmt: skip


def _note(runs: Sequence[ProgramRun]) -> str:
    """Say which alerts this run announces, and which rules couldn't be judged."""
    new = [one.alert.state for run in runs for one in run.notices if one.is_new]
    began, over = new.count("firing"), new.count("resolved")
    said = f"{number(began, 'new alert')}, {over:,} over."
    if muted := [run.data.name for run in runs if run.muted]:
        said += " Stale data mute all other rules"
        said += f" of {', '.join(muted)}." if runs[1:] else "."
    if lost := sorted({name for run in runs for name in run.unknown}, key=WATCH_RULES.index):
        said += f" Not judged: {', '.join(lost)}."
    return said


def _texts(given: Sequence[str | None]) -> Any:
    return pd.array([*given], dtype=STRING)
