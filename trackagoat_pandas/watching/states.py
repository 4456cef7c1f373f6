"""The states of alerts: what begins, goes on and ends from one run of the watch to the next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.clocks import last_started_day
from trackagoat_pandas.program.frames import stamp_text
from trackagoat_pandas.watching.rules import RENAMED, Rule

VERSION: Final = 1
"""Of the shape of a memory as JSON."""
REOPEN_DAYS: Final = 7
"""How many days after its end an alert that fires again goes on, and isn't new."""
RETURN_DAYS: Final = 3
"""On how many local days in a row it must hold again before it is announced again."""
STALE: Final = "data"
"""The rule whose alert mutes all others."""

State = Literal["pending", "firing", "resolved"]
Said = Literal["", "firing", "resolved", "baseline"]


@dataclass(frozen=True, slots=True)
class Signal:
    """What a rule found of one thing in one period.

    Attributes
    ----------
    entity, entity_id
        The kind of thing (``creator``, ``video``, ``goal``, ``program``...) and its id.
    level
        What is compared with the rule's ``fire`` and ``clear``.
    sentence, evidence
        One plain sentence, and one line of Python that shows it.
    period
        ``2026-W25``, ``2026-06``, a day, or ``""`` for what isn't of a period.
    is_known
        False where it can't be judged yet: the alert's state stays as it was.
    tiktok_handle, title
        The creator's handle and the title of the video, goal or campaign, where there are any.
    """

    entity: str
    entity_id: str
    level: float
    sentence: str
    evidence: str
    period: str = ""
    is_known: bool = True
    tiktok_handle: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule found of a program; a thing that it doesn't name is all right.

    Attributes
    ----------
    signals
        The signals, also those below the rule's thresholds.
    unknown
        Why nothing else can be judged, in words; all other states then stay as they were.
    """

    signals: tuple[Signal, ...] = ()
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as it is remembered between two runs.

    Attributes
    ----------
    key
        Its identity: rule, thing and period, never a value (:func:`key_of`).
    state
        ``pending``, ``firing`` or ``resolved``.
    since
        When the condition was first seen to hold in this episode (UTC).
    changed
        When the state last changed (UTC).
    said
        What was announced last: nothing yet, that it fires, that it is over; or ``baseline`` for
        what was bad already on the first run, which isn't announced.
    """

    key: str
    rule: str
    project_id: str
    entity: str
    entity_id: str
    period: str
    state: State
    since: pd.Timestamp
    changed: pd.Timestamp
    level: float
    sentence: str
    evidence: str
    said: Said = ""
    tiktok_handle: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What the watch remembers between two runs; JSON by ``to_json`` and ``from_json``.

    Attributes
    ----------
    alerts
        The alerts by key: all that are pending or firing, and those that ended lately.
    begun
        When each rule was first judged, by project: its first run is silent.
    silenced
        Until when alerts are silenced (UTC), by key.
    """

    alerts: Mapping[str, Alert] = field(default_factory=dict)
    begun: Mapping[str, Mapping[str, pd.Timestamp]] = field(default_factory=dict)
    silenced: Mapping[str, pd.Timestamp] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the memory as plain dicts, texts and numbers."""
        alerts = {
            key: {name: _plain(value) for name, value in asdict(alert).items()}
            for key, alert in sorted(self.alerts.items())
        }
        begun = {
            project: {rule: stamp_text(at) for rule, at in sorted(rules.items())}
            for project, rules in sorted(self.begun.items())
        }
        silenced = {key: stamp_text(until) for key, until in sorted(self.silenced.items())}
        return {"version": VERSION, "alerts": alerts, "begun": begun, "silenced": silenced}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Memory:
        """Return the memory that ``to_json`` wrote.

        Raises
        ------
        ValueError
            It isn't one, or one of a later version.
        """
        if given.get("version") != VERSION:
            problem = f"the watch's memory has version {given.get('version')!r}, not {VERSION}"
            raise ValueError(problem)
        try:
            # Keys change with the names of rules.
            alerts = {str(key): _alert(one) for key, one in given["alerts"].items()}
            return cls(
                {alert.key: alert for alert in alerts.values()},
                {
                    str(project): {
                        RENAMED.get(rule, rule): _stamp(at) for rule, at in rules.items()
                    }
                    for project, rules in given["begun"].items()
                },
                {
                    alerts[key].key if key in alerts else str(key): _stamp(until)
                    for key, until in given["silenced"].items()
                },
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("this isn't the memory of a watch") from error


@dataclass(frozen=True, slots=True)
class Notice:
    """An alert after a run, and whether this run announces it."""

    alert: Alert
    is_new: bool


def key_of(rule: str, entity: str, entity_id: str, period: str) -> str:
    """Return the identity of an alert: the rule and a short hash, without text of the API."""
    said = json.dumps([rule, entity, entity_id, period]).encode()
    return f"{rule}-{hashlib.sha256(said).hexdigest()[:12]}"


def step(
    memory: Memory,
    judged: Iterable[tuple[Rule, Judgement]],
    moment: pd.Timestamp,
    *,
    project_id: str,
    zone: str,
    now: pd.Timestamp | None = None,
) -> tuple[Memory, list[Notice]]:
    """Update the memory by one run's signals; return the new one, and its alerts.

    Parameters
    ----------
    memory
        The memory before the run. Alerts of other projects, and of rules that weren't judged, stay
        as they are.
    judged
        The rules with what they found. While the data is stale, only that is taken.
    moment
        The moment of the data (UTC), whose local day counts for ``pending``.
    now
        The moment of the run, by which data are stale; by default that of the data.

    Returns
    -------
    Memory
        The memory after the run.
    list of Notice
        The alerts of the judged rules that are pending or firing, and those that ended in this run.

    Notes
    -----
    An alert fires at ``fire`` or more, and ends only below ``clear``. It is announced when it
    begins and when it ends. One that fires again within ``REOPEN_DAYS`` days after its end is
    announced again once it has held for ``RETURN_DAYS`` days. A silenced alert is announced when
    the silence is over. A rule's first run on a project announces nothing.
    """
    judgements = [*judged]
    stale = [one for one in judgements if one[0].name == STALE]
    alerts, begun = dict(memory.alerts), dict(memory.begun.get(project_id, {}))
    ran_at = moment if now is None else now
    silenced = {key: until for key, until in memory.silenced.items() if until > ran_at}
    run = _Run(alerts, begun, silenced, ran_at, project_id, zone)
    shown = [one for rule, judgement in stale for one in run.take(rule, judgement)]
    if not is_muted(shown):
        run = replace(run, moment=moment)
        rest = [one for one in judgements if one[0].name != STALE]
        shown += [one for rule, judgement in rest for one in run.take(rule, judgement)]
    return Memory(alerts, {**memory.begun, project_id: begun}, silenced), shown


def is_muted(shown: Iterable[Notice]) -> bool:
    """Return whether stale data mute all other rules: while their alert isn't over."""
    return any(one.alert.rule == STALE and one.alert.state != "resolved" for one in shown)


@dataclass(frozen=True, slots=True)
class _Run:
    """One run: the alerts that it changes, by key, and when rules began."""

    alerts: dict[str, Alert]
    begun: dict[str, pd.Timestamp]
    silenced: Mapping[str, pd.Timestamp]
    moment: pd.Timestamp
    project_id: str
    zone: str

    def take(self, rule: Rule, judgement: Judgement) -> list[Notice]:
        """Take what a rule found; return its alerts."""
        is_first = rule.name not in self.begun
        if not judgement.unknown:
            self.begun.setdefault(rule.name, self.moment)
        elif is_first:
            return []
        found = {
            key_of(rule.name, one.entity, one.entity_id, one.period): one
            for one in judgement.signals
        }
        shown = list[Notice]()
        for alert in self._open_alerts(rule):
            if alert.key not in found:
                stays = [Notice(alert, is_new=False)]
                shown += stays if judgement.unknown else self._end(alert)
        for key, finding in found.items():
            shown += self._move(rule, key, finding, is_first=is_first)
        shown += self._say_ends(rule)
        self._forget(rule)
        return shown

    def _open_alerts(self, rule: Rule) -> list[Alert]:
        return [one for one in self._of(rule) if one.state != "resolved"]

    def _of(self, rule: Rule) -> list[Alert]:
        return [
            one for one in self.alerts.values()
            if one.rule == rule.name and one.project_id == self.project_id
        ]  # fmt: skip

    def _move(self, rule: Rule, key: str, finding: Signal, *, is_first: bool) -> list[Notice]:
        before = self.alerts.get(key)
        is_open = before is not None and before.state != "resolved"
        if not finding.is_known:
            return [Notice(before, is_new=False)] if before is not None and is_open else []
        # A pending one hasn't fired, so that only the higher threshold counts.
        least = rule.clear if before is not None and before.state == "firing" else rule.fire
        if not finding.level >= least:
            return self._end(before) if before is not None and is_open else []
        alert = self._alert_of(rule, key, finding, before)
        if alert.state == "pending" and (is_first or self._has_held(rule.pending, alert.since)):
            alert = replace(alert, state="firing", changed=self.moment)
        is_new = False
        if alert.said == "resolved" and self._has_held(RETURN_DAYS, alert.changed):
            # As a new beginning, so that receivers don't take it for the first one again.
            alert = replace(alert, said="", since=alert.changed)
        if alert.state == "firing" and not alert.said:
            if is_first:
                alert = replace(alert, said="baseline")
            elif key not in self.silenced:
                alert, is_new = replace(alert, said="firing"), True
        self.alerts[key] = alert
        return [Notice(alert, is_new)]

    def _alert_of(self, rule: Rule, key: str, finding: Signal, before: Alert | None) -> Alert:
        """Return the alert of a finding that holds, with its present text."""
        if before is None or (before.state == "resolved" and not self._is_recent(before)):
            state, since, changed, said = "pending", self.moment, self.moment, ""
        elif before.state == "resolved":
            state, since, changed, said = "firing", before.since, self.moment, before.said
            said = "resolved" if said == "baseline" else said
        else:
            state, since, changed = before.state, before.since, before.changed
            said = before.said
        return Alert(
            key, rule.name, self.project_id, finding.entity, finding.entity_id, finding.period,
            state, since, changed, finding.level, finding.sentence, finding.evidence, said,  # type: ignore[arg-type]
            finding.tiktok_handle, finding.title,
        )  # fmt: skip

    def _has_held(self, days: int, since: pd.Timestamp) -> bool:
        held = last_started_day(self.moment, self.zone) - last_started_day(since, self.zone)
        return int(held) + 1 >= days

    def _is_recent(self, alert: Alert) -> bool:
        return self.moment - alert.changed <= pd.Timedelta(days=REOPEN_DAYS)

    def _end(self, alert: Alert) -> list[Notice]:
        """End an alert; one that was only pending is forgotten."""
        if alert.state == "pending":
            del self.alerts[alert.key]
            return []
        is_new = alert.said == "firing" and alert.key not in self.silenced
        ended = replace(
            alert, state="resolved", changed=self.moment, said="resolved" if is_new else alert.said,
            sentence=f"{_why_over(alert.period, self.moment, self.zone)}: {alert.sentence}",
        )  # fmt: skip
        self.alerts[alert.key] = ended
        return [Notice(ended, is_new)]

    def _say_ends(self, rule: Rule) -> list[Notice]:
        """Announce the end of alerts that were silenced when they ended."""
        ended = [
            replace(one, said="resolved") for one in self._of(rule)
            if one.state == "resolved" and one.said == "firing" and one.key not in self.silenced
        ]  # fmt: skip
        self.alerts.update({one.key: one for one in ended})
        return [Notice(one, is_new=True) for one in ended]

    def _forget(self, rule: Rule) -> None:
        """Drop alerts that ended too long ago to go on, and whose end was announced."""
        for alert in self._of(rule):
            is_over = alert.state == "resolved" and alert.said != "firing"
            if is_over and not self._is_recent(alert):
                del self.alerts[alert.key]


def _why_over(period: str, moment: pd.Timestamp, zone: str) -> str:
    """Say why an alert of a period ends, before its sentence, which is of when it held last."""
    today = np.datetime64(last_started_day(moment, zone), "D").item()
    noun, now, month = "time", str(today), f"{today:%Y-%m}"
    if "W" in period:
        noun, now = "week", f"{today:%G-W%V}"
    elif len(period) == len(month):
        noun, now = "month", month
    # As texts, periods of a kind are in the order of time.
    return f"Its {noun} is over" if period and period < now else "No longer so"


def _plain(value: object) -> object:
    return stamp_text(value) if isinstance(value, pd.Timestamp) else value


def _stamp(given: object) -> pd.Timestamp:
    if not isinstance(given, str):
        raise TypeError("an instant is a text")
    return pd.Timestamp(given).tz_convert("UTC").as_unit("us")


def _alert(given: Mapping[str, Any]) -> Alert:
    read = {one.name: given[one.name] for one in fields(Alert)}
    if rule := RENAMED.get(read["rule"]):
        read["rule"] = rule
        read["key"] = key_of(rule, *(read[name] for name in ("entity", "entity_id", "period")))
    return Alert(**{**read, "since": _stamp(read["since"]), "changed": _stamp(read["changed"])})
