"""What each rule of a watch would have fired on a store's own past."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from trackagoat_pandas.base.types import DatesLike
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, StoreMissingError
from trackagoat_pandas.helpers.columns import categories
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.store.disk.parts import keeping_parts
from trackagoat_pandas.store.scope import known_timezone
from trackagoat_pandas.store.store import Store, refuse_other
from trackagoat_pandas.tables.watch_words import WATCH_RULES
from trackagoat_pandas.watching.alerts import ProgramRun, frame_of, instants, run_once
from trackagoat_pandas.watching.moments import known_program, last_moment, snapshot_moments
from trackagoat_pandas.watching.rules import Rule, RulesLike, read_rules
from trackagoat_pandas.watching.runs import check_watched, project_ids
from trackagoat_pandas.watching.states import Alert, Memory

_MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class PastDay:
    """A run of the past: by when data had to be known, and when it was made."""

    until: pd.Timestamp
    ran_at: pd.Timestamp


@dataclass(slots=True)
class _Record:
    """What the runs on one program announced, and how many could judge each rule."""

    name: str = ""
    fired: list[tuple[Alert, pd.Timestamp]] = field(default_factory=list)
    ended: dict[str, list[pd.Timestamp]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    def add(self, run: ProgramRun, day: PastDay) -> None:
        self.name = run.data.name
        for rule, judgement in run.judged:
            is_muted = run.muted and rule.name != "data"
            can_see = any(one.is_known for one in judgement.signals) or not judgement.signals
            self.seen[rule.name] += not judgement.unknown and can_see and not is_muted
        for notice in run.notices:
            alert = notice.alert
            if notice.is_new and alert.state == "firing":
                self.fired.append((alert, day.ran_at))
            elif alert.state == "resolved":
                self.ended.setdefault(alert.key, []).append(day.ran_at)


@takes_arrow
def backtest_watch(
    project: str | None = None,
    *,
    rules: RulesLike = None,
    store: Store,
    dates: DatesLike = "last 90 days",
    at: str | None = None,
) -> pd.DataFrame:
    """List the alerts that a daily watch would have announced on a store's own past.

    Each local day is judged from what the store had by then, with one memory carried along, and
    the first day announces nothing, as the first run of a watch. Data that came late can't leak,
    since only what was stored by the moment of a run is read. So the alerts are those of a watch
    that ran on each of these days after the day's last sync.

    Parameters
    ----------
    project : str, optional
        A project's id or exact name; None for all projects.
    rules : dict, list, str or path, optional
        None for all rules with their defaults; a dict of settings by rule, such as
        ``{"breakouts": {"fire": 5.0}, "overposting": False}``; a list of the rules to follow; or
        the path of a TOML file with a table for each rule (``[breakouts]``, ``fire = 5.0``).
    store : Store
        The store whose past is judged.
    dates : str, tuple or DateRange, default 'last 90 days'
        The days, up to that of the store's newest data, in any form that loaders take.
    at : str, optional
        The local time of the runs, such as ``"09:00"``; by default that of the day's last sync, and
        on a day without one that of the day before.

    Returns
    -------
    pandas.DataFrame
        One row for each alert that was announced as firing, in order: ``rule`` (category),
        ``tiktok_handle``, ``title``, ``project_name`` (only with several projects), ``fired_at``,
        ``resolved_at`` (NaT while it lasts) and ``since`` (datetime64[us, UTC]), ``sentence`` and
        ``evidence`` as of then, ``period``, ``entity`` (category), ``entity_id``, ``project_id``
        and ``key``.

        ``attrs["trackagoat"]["rules"]`` has a record for each rule: ``rule``, how often it
        ``fired``, the ``days``, on how many of them it could see (``seen``) and their ``share``,
        and how often it fired ``a_month`` of 30 days that it could see: None if it saw nothing, for
        then it wasn't silent but not judged. ``pd.DataFrame`` makes a frame of them.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        An argument is not allowed.
    StoreMissingError
        The store has no data.
    UnknownProjectError, AmbiguousProjectError
        No project has the name, or several have it.

    See Also
    --------
    watch : List what began, goes on and ended.
    open_store : Open the store in a folder.
    silence_alert : Silence an alert for a time.

    Examples
    --------
    >>> import tempfile
    >>> import trackagoat_pandas as tgp
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = tgp.open_store(folder.name)
    >>> with tgp.connect(sandbox=True):
    ...     synced = store.sync("Q1 Brand Program", dates="last 30 days")
    >>> past = tgp.backtest_watch("Q1 Brand Program", store=store, dates="last 7 days")
    >>> len(past), past.attrs["trackagoat"]["rules"][0]["seen"]
    (0, 1)
    >>> store.close()
    >>> folder.cleanup()
    """
    refuse_other(store)
    asked = None if project is None else [check_watched(project)]
    chosen = [rule for rule in read_rules(rules) if not rule.is_off]
    moments, zone = snapshot_moments(store), known_timezone(store.archive)
    if moments.empty:
        problem = ("data", "no lists", "Fill it with store.sync(client=...)")
        raise StoreMissingError(str(store.path), *problem)
    newest = moments[-1].tz_convert(zone)
    span = DateRange.parse(dates, today=newest.date())
    days = [*past_days(span, moments, zone, at)]
    names = project_ids(store) if asked is None else asked
    history = None if len(days) <= 1 else _history(store)
    with keeping_parts():
        records = [_replay(store, one, chosen, moments, days, history) for one in names]
    return _table(records, chosen, span, zone)


def past_days(
    span: DateRange, moments: pd.DatetimeIndex, zone: str, at: str | None
) -> Iterator[PastDay]:
    """Give the run of each day from the first one that has data to the last.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        `at` is no time of day.
    """
    clock = None if at is None else _clock(at)
    before = None
    last_day = moments[-1].tz_convert(zone).date()
    for day in pd.date_range(span.first, min(span.last, last_day)):
        if clock is not None:
            until = ran_at = _local(day + clock, zone)
        else:
            # A day's last instant, since what was known at that instant counts.
            until = _local(day + pd.Timedelta(days=1), zone) - pd.Timedelta(microseconds=1)
            last = last_moment(moments, until)
            if last is not None and last >= _local(day, zone):
                ran_at = last
            elif before is not None:
                ran_at = _local(day + (before - before.normalize()), zone)
            else:
                continue
        before = ran_at.tz_convert(zone).tz_localize(None)
        if last_moment(moments, until) is not None:
            yield PastDay(until, ran_at)


def _clock(at: object) -> pd.Timedelta:
    allowed = "a time of day such as '09:00'"
    if not isinstance(at, str):
        raise ArgumentTypeError("at", at, allowed)
    try:
        time = dt.time.fromisoformat(at)
    except ValueError:
        raise ArgumentError("at", at, allowed) from None
    if time.tzinfo is not None:
        raise ArgumentError("at", at, f"{allowed}, which is local")
    return pd.Timedelta(hours=time.hour, minutes=time.minute, seconds=time.second)


def _local(naive: pd.Timestamp, zone: str) -> pd.Timestamp:
    """Return the instant of a local time; one that clocks skip is the next that there is."""
    local = naive.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    return local.tz_convert("UTC").as_unit("us")


def _history(store: Store) -> pd.DataFrame | None:
    """Read the view counts of all videos once; None if the store has none."""
    try:
        return store.history("videos", columns=["view_count"])
    except StoreMissingError:
        return None


def _replay(
    store: Store,
    project: str,
    rules: Sequence[Rule],
    moments: pd.DatetimeIndex,
    days: Sequence[PastDay],
    history: pd.DataFrame | None,
) -> _Record:
    """Run the watch on each day, with one memory."""
    record, memory, run = _Record(project), Memory(), None
    for day in days:
        last = last_moment(moments, day.until)
        if run is not None and last == run.data.moment:
            run, memory = run_once(run.data, rules, memory, day.ran_at, run)
        else:
            data = known_program(
                project, store=store, moments=moments, until=day.until, history=history
            )
            run, memory = run_once(data, rules, memory, day.ran_at)
        record.add(run, day)
    return record


def _table(
    records: Sequence[_Record], rules: Sequence[Rule], span: DateRange, zone: str
) -> pd.DataFrame:
    rows = sorted(
        ((alert, at, record) for record in records for alert, at in record.fired),
        key=lambda one: (one[1], WATCH_RULES.index(one[0].rule), one[0].key),
    )
    over = [_end(record.ended.get(alert.key, []), at) for alert, at, record in rows]
    own = {"fired_at": instants([at for _, at, _ in rows]), "resolved_at": instants(over)}
    names = [record.name for *_, record in rows] if records[1:] else None
    table = frame_of([alert for alert, *_ in rows], names, own)
    days = span.days * max(len(records), 1)
    numbers = [_numbers(rule.name, records, days) for rule in rules]
    note = f"{number(len(table), 'alert')} in {number(span.days, 'day')}."
    if blind := [str(one["rule"]) for one in numbers if not one["seen"]]:
        note += f" Never judged, for want of data: {', '.join(blind)}."
    table.attrs["trackagoat"] = {
        "helper": "backtest_watch", "rows": len(table), "timezone": zone, "rules": numbers,
        "note": note,
    }  # fmt: skip
    return table


def _end(moments: Sequence[pd.Timestamp], since: pd.Timestamp) -> pd.Timestamp | None:
    return next((at for at in moments if at > since), None)


def _numbers(
    rule: str, records: Sequence[_Record], days: int
) -> dict[str, str | int | float | None]:
    fired = sum(alert.rule == rule for record in records for alert, _ in record.fired)
    seen = sum(record.seen[rule] for record in records)
    a_month = round(fired * _MONTH_DAYS / seen, 3) if seen else None
    share = round(seen / days, 3)
    return {
        "rule": rule, "fired": fired, "days": days, "seen": seen, "share": share, "a_month": a_month
    }  # fmt: skip


def rule_numbers(backtest: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each rule of a backtest: how often it fired, and how many days it saw.

    ``a_month`` is NA for a rule that saw nothing.

    Parameters
    ----------
    backtest
        The frame of :func:`backtest_watch`.
    """
    records: Sequence[Mapping[str, object]] = backtest.attrs["trackagoat"]["rules"]
    table = pd.DataFrame(records, columns=["rule", "fired", "days", "seen", "share", "a_month"])
    return table.assign(
        rule=categories(table["rule"], WATCH_RULES), a_month=table["a_month"].astype("Float64")
    )
