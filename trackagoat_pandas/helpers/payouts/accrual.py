"""What payout rules owe for the periods that have closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeAlias, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._types import DateLike, Ints
from trackagoat_pandas._warning import warn
from trackagoat_pandas.errors import MissingArgumentError, TrackaGoatWarning
from trackagoat_pandas.helpers.clocks import NO_DAY, day_starts, past_instant
from trackagoat_pandas.helpers.columns import (
    STRING,
    as_days,
    as_instants,
    categories,
    day_numbers,
    flags_of,
    read_columns,
)
from trackagoat_pandas.helpers.facts import derived, known_zone, now_of
from trackagoat_pandas.helpers.gains import KNOWN, MISSING, PARTS, Gains, Gaps
from trackagoat_pandas.helpers.latest import latest_of
from trackagoat_pandas.helpers.payouts.milestones import Milestones
from trackagoat_pandas.helpers.payouts.money import check_currency
from trackagoat_pandas.helpers.payouts.rules import (
    GOAL_DELAY,
    RuleBook,
    capped,
    closed_spans,
    earned_cents,
    is_complete,
    is_placed,
    read_assignments,
    with_open_caps,
)
from trackagoat_pandas.tables import GOAL_COMPLIANCE
from trackagoat_pandas.tables.analytics import GOAL_METRICS
from trackagoat_pandas.tables.payouts import RULE_KINDS

_GOAL = ("creator_id", "metric", "period", "target_value", "start_date", "end_date", "is_active")
_NEVER = np.iinfo(np.int64).max
_FORECAST = "; forecast_payouts estimates what running periods will owe"
REASONS = ("no_start_date", "incomplete_rule", "missing_days", "partial_days")
"""Why an amount is unknown."""
REASON_OF = np.array([None, "partial_days", "missing_days"], dtype=object)
"""The reason for each gap of a count."""
_CALLS = {"videos": "load_videos(project)", "goals": "load_goal_compliance(project)"}
_Measured: TypeAlias = tuple[Ints, Gaps, NDArray[np.object_] | None]
"""Quantities, what is missing of them, and the ids of the videos that they count."""
_IDS = ("assignment_id", "project_id", "creator_id", "structure_id")
_COUNTS = ("days_assigned", "days_in_period", "quantity")
_CENTS = ("uncapped_cents", "amount_cents")


@derived()
def accrue(
    structures: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    until: DateLike | dt.datetime,
    timezone: str | None = None,
    currency: str = "USD",
) -> pd.DataFrame:
    """Work out what each creator has earned by each rule in each period that has closed.

    ``structures`` and ``assignments`` are enough for recurring pay; the other kinds of rules need
    frames of what was achieved, and an error names all that are missing. ``until`` says up to when
    periods have closed. Today counts up to now, and a later day is an error: what a period that
    still runs will pay isn't owed yet (:func:`forecast_payouts` estimates it). An amount that
    can't be known is NA, and ``reason`` says why. Compare the result with the accruals on the
    server by :func:`audit_payouts`.

    What each kind of rule pays:

    - ``recurring`` pays ``amount_cents`` a period; with ``proration`` daily times days assigned /
      days in the period. No ``proration`` is none.
    - ``goal`` pays ``amount_cents`` if an active goal of ``goal_metric`` and of the same period,
      which covers the whole period, was met.
    - ``cpm`` pays ``cpm_cents`` for 1,000 views gained on the days assigned.
    - ``view_threshold`` pays ``amount_cents`` for each counted video that reached
      ``threshold_views`` on a day assigned; one that had them at its first snapshot pays nothing.
    - ``cap_cents`` bounds what a creator earns from a structure in a period, over all assignments
      together; the one that starts first fills it first. Amounts round half up to a cent. An amount
      of 0 is no row.

    Periods are days, weeks from Monday, or months of the organization's time zone. One that has
    closed by ``until`` is paid; goals are evaluated 48 hours later. Days assigned count, both ends
    included. The kinds and the 48 hours are the product's; where its documentation leaves a choice,
    the choice is the sandbox's.

    Which version of a rule applies (a rule edit affects future accruals only):

    - Given several versions, each with the day on which it takes effect in ``effective_date``, the
      newest that has taken effect by a period's first day applies to all of the period; where none
      has, the lowest version given.
    - The API lists structures in their current version only. One version alone applies to all
      periods, also to those before it was made: such amounts are what the rule would have paid, and
      ``version_in_force`` is False.
    - A structure owes nothing for a period that had ended before it began, but for all of the
      period in which it began. It began on the first ``effective_date``, else on the local day of
      version 1's ``created_at``. Where version 1 is not given, its beginning is unknown and no
      period is left out.

    Of several rows about the same thing one counts, chosen by one rule: a complete row
    (``is_partial`` False) before an unknown one and that before a partial one, then the latest
    ``fetched_at``, then the latest ``updated_at``, then the last row. The same thing is an
    assignment's, video's or goal's id; of analytics an entity, metric and day. If the row that
    counts has no value, that day is missing.

    Parameters
    ----------
    structures, assignments
        The frames of :func:`load_payout_structures` and :func:`load_payout_assignments`. A
        structure pays as long as it is assigned, whatever ``is_active`` says now. Rows of one
        version that pay the same are one.
    videos
        The frame of :func:`load_videos`, loaded after the last period closed, for view thresholds
        and goals of posts.
    analytics
        The frame of :func:`load_analytics`, new counts by day: views of creators for CPM; views of
        videos up to the day on which ``videos`` was loaded for thresholds; for goals of creators
        ``views``, ``followers``, the four parts of engagement, or ``posts`` if there are no videos.
        Joined frames of several loads will do.
    goals
        The frame of :func:`load_goal_compliance`, for goal pay. The API lists the goals of active
        creators only.
    until
        The instant up to which periods have closed, those of goals 48 hours before; a day stands
        for its end, but today for now. Now is the server's time where the frames' attributes say
        how its clock differs from this machine's, as those of the sandbox do, else this machine's.
    timezone
        The organization's; by default that of the frames' attributes.
    currency
        The currency of the amounts.

    Returns
    -------
    pandas.DataFrame
        One row for each assignment and period with an amount, oldest first: ``assignment_id``,
        ``project_id``, ``creator_id``, ``structure_id`` (str), ``structure_version`` (Int64),
        ``version_in_force`` (boolean: whether that version was in force on the period's first day,
        or is version 1, before which there was none; NA where nothing says when it was made),
        ``rule_kind`` (category), ``period_start`` and
        ``period_end`` (days, both included), ``days_assigned``, ``days_in_period``, ``quantity``
        (Int64: days assigned, goals met, views or videos), ``uncapped_cents`` and ``amount_cents``
        (Int64), ``currency``, ``due_at`` (the instant from which it is owed), ``video_ids`` (JSON;
        of thresholds), ``reason`` (category).

        Where the amount can't be known, ``amount_cents`` is NA and ``reason`` says why:
        ``no_start_date`` of the assignment; ``incomplete_rule``: an amount that its kind needs is
        NA, or its kind, period, proration or (of goal pay) goal metric is none of the known words;
        ``missing_days``: the analytics have no value for a day that counts; ``partial_days``: a day
        that counts was still running when it was loaded. Where assignments share a cap, what is
        unknown of one leaves those that start later unknown, for the same reason. A rule without a
        known period has one row for each assignment, without a period.

    Warns
    -----
    TrackaGoatWarning
        Once, if amounts are NA because the analytics don't cover their days.

    Raises
    ------
    MissingColumnError
        A column is missing; ``effective_date`` where a structure has several versions.
    ArgumentError
        Frames are needed and not given, ``until`` is after today, an assigned structure is no row
        of ``structures``, two rows of one version pay different amounts, a column holds something
        else than it should, or ``timezone`` or ``currency`` is not allowed.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.helpers.payouts.accrual import accrue
    >>> with tgp.connect(sandbox=True):
    ...     structures = tgp.load_payout_structures("Q1 Brand Program")
    ...     retainers = structures[structures["kind"] == "recurring"]
    ...     assignments = tgp.load_payout_assignments(retainers)
    >>> due = accrue(retainers, assignments, until="2026-06-14", timezone="America/New_York")
    >>> set(due.loc[due["days_assigned"] == due["days_in_period"], "amount_cents"]) == {62500, 9999}
    True
    """
    check_currency(currency)
    frames = [analytics, goals, videos, assignments, structures]
    zone = known_zone(timezone, frames)
    closed = past_instant("until", until, zone, now_of(frames), advice=_FORECAST)
    book = RuleBook(structures, zone)
    assigned = read_assignments(assignments, book)
    is_cut = is_placed(assigned)
    spans = closed_spans(assigned[is_cut], closed, zone)
    rows = Evidence(videos, analytics, goals, zone).measured(with_rules(spans, book))
    uncapped = earned_cents(rows, rows["quantity"].to_numpy(np.int64))
    rows = with_open_caps(rows, uncapped != 0)
    uncapped = np.where(rows["reason"].isna(), uncapped, 0)
    rows = rows.assign(uncapped_cents=uncapped, amount_cents=capped(rows, uncapped))
    rows = rows[rows["reason"].notna() | (rows["amount_cents"] != 0)]
    if not is_cut.all():
        rows = pd.concat([rows, unplaced(assigned[~is_cut], book)], ignore_index=True)
    due = _due(rows.sort_values("first", kind="stable", ignore_index=True), zone, currency)
    _warn_of_missing(due)
    return due


def goals_for(rows: pd.DataFrame, goals: pd.DataFrame | None) -> pd.DataFrame:
    """Return the active goals that cover a row's whole period, of its rule's metric and period.

    Of a goal that stands twice the row that ``latest_rows`` chooses counts.

    Columns: ``place`` (of the row), ``creator_id``, ``goal_metric``, ``first``, ``after``,
    ``target``.

    Raises
    ------
    ArgumentError
        There is no frame of goals.
    """
    if goals is None:
        raise MissingArgumentError("goals", "load_goal_compliance returns it")
    read = read_columns(latest_of(goals, ["goal_id"]), GOAL_COMPLIANCE, ("goal_id", *_GOAL))
    last = day_numbers(read["end_date"])
    known = read.rename(columns={"metric": "goal_metric", "target_value": "target"}).assign(
        start=day_numbers(read["start_date"]), last=np.where(last == NO_DAY, _NEVER, last)
    )[flags_of(read, "is_active")]
    keys = ["creator_id", "goal_metric", "period"]
    asked = rows[[*keys, "first", "after"]].assign(place=np.arange(len(rows)))
    pairs = asked.merge(known, on=keys)
    covers = (pairs["start"] <= pairs["first"]) & (pairs["last"] >= pairs["after"] - 1)
    return pairs[covers].sort_values("place", kind="stable", ignore_index=True)


def goals_met(rows: pd.DataFrame, goals: pd.DataFrame | None, gains: Gains) -> tuple[Ints, Gaps]:
    """Count the goals met in each row's period, and what is not known of it.

    One goal that was met decides; without one, a goal that can't be judged leaves the row open.
    """
    pairs = goals_for(rows, goals)
    met, gaps = np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.int8)
    for metric in GOAL_METRICS:
        chosen = (pairs["goal_metric"] == metric).to_numpy(dtype=bool)
        some = pairs[chosen]
        if some.empty:
            continue
        actual, gaps[chosen] = gains.between(
            metric, some["creator_id"], some["first"].to_numpy(), some["after"].to_numpy()
        )
        met[chosen] = actual >= some["target"].to_numpy()
    gaps[pairs["target"].isna()] = MISSING
    met[gaps != KNOWN] = 0
    places = pairs["place"].to_numpy()
    count, open_ = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int8)
    np.add.at(count, places, met)
    np.maximum.at(open_, places, gaps)
    return count, np.where(count > 0, KNOWN, open_).astype(np.int8)


class Evidence:
    """What was achieved, for any rows of assigned spans with their rules.

    Parameters
    ----------
    videos, analytics, goals
        The frames of their loaders; one that no row needs may be None.
    zone
        The organization's time zone.
    """

    def __init__(
        self,
        videos: pd.DataFrame | None,
        analytics: pd.DataFrame | None,
        goals: pd.DataFrame | None,
        zone: str,
    ) -> None:
        self.gains = Gains(videos, analytics, zone)
        self.goals = goals
        self._videos, self._analytics, self._zone = videos, analytics, zone
        self._measures: dict[str, Callable[[pd.DataFrame], _Measured]] = {
            "recurring": self._days,
            "goal": self._goals,
            "cpm": self._views,
            "view_threshold": self._crossings,
        }

    def check_frames(self, rows: pd.DataFrame) -> None:
        """Make sure that the frames are there which the rows' rules need.

        Raises
        ------
        MissingArgumentError
            They are not. It names all that are missing, and the calls that load them.
        """
        given = {"videos": self._videos, "goals": self.goals, "analytics": self._analytics}
        absent = {name for name, frame in given.items() if frame is None}
        if not absent:
            return
        known = rows[is_complete(rows)]
        kinds = set(known["kind"]) - {"recurring"}
        metrics = self._goal_metrics(known[known["kind"] == "goal"])
        by_views = {"analytics"} if metrics - {"posts"} else set()
        by_posts = {"videos"} if "posts" in metrics and "analytics" in absent else set()
        needs = {
            "cpm": {"analytics"},
            "goal": {"goals"} | by_views | by_posts,
            "view_threshold": {"videos", "analytics"},
        }
        lacking = {kind: needs[kind] & absent for kind in sorted(kinds) if needs[kind] & absent}
        if lacking:
            missing = [name for name in given if any(name in some for some in lacking.values())]
            calls = {**_CALLS, "analytics": _analytics_call(kinds, metrics)}
            which = "it" if len(missing) == 1 else "them"
            passed = ", ".join(f"{name}={calls[name]}" for name in missing)
            reason = f"rules of kind {', '.join(lacking)} need {which}. Pass {passed}"
            raise MissingArgumentError(missing, reason)

    def _goal_metrics(self, rows: pd.DataFrame) -> set[str]:
        """The metrics of the goals that decide rows; without goals, of the rows' rules."""
        goals = rows if self.goals is None or rows.empty else goals_for(rows, self.goals)
        return set(goals["goal_metric"])

    def measured(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Add ``quantity``, the ``reason`` where it is unknown, and the ``video_ids``."""
        self.check_frames(rows)
        is_whole = is_complete(rows)
        kinds = rows["kind"].where(is_whole).to_numpy(dtype=object)
        quantity = np.zeros(len(rows), np.int64)
        reason, video_ids = np.full((2, len(rows)), None, dtype=object)
        reason[~is_whole] = "incomplete_rule"
        for kind, measure in self._measures.items():
            chosen = np.flatnonzero(kinds == kind)
            if len(chosen):
                some = rows if len(chosen) == len(rows) else rows.iloc[chosen]
                quantity[chosen], gaps, video_ids[chosen] = measure(some)
                reason[chosen] = REASON_OF[gaps]
        texts = {"reason": reason, "video_ids": video_ids}
        return rows.assign(
            quantity=quantity,
            **{name: pd.array(words, dtype=STRING) for name, words in texts.items()},
        )

    def milestones(self, rows: pd.DataFrame) -> Milestones:
        """Find on which days the videos of the rows' creators reached the rows' thresholds."""
        # check_frames has made sure that both are there.
        videos, analytics = (cast("pd.DataFrame", each) for each in (self._videos, self._analytics))
        return Milestones(rows, videos, analytics, self._zone)

    def _days(self, rows: pd.DataFrame) -> _Measured:
        days = rows["days_assigned"].to_numpy(np.int64)
        return days, np.zeros(len(rows), np.int8), None

    def _goals(self, rows: pd.DataFrame) -> _Measured:
        return *goals_met(rows, self.goals, self.gains), None

    def _views(self, rows: pd.DataFrame) -> _Measured:
        begin, stop = assigned_days(rows)
        return *self.gains.between("views", rows["creator_id"], begin, stop), None

    def _crossings(self, rows: pd.DataFrame) -> _Measured:
        begin, stop = assigned_days(rows)
        milestones = self.milestones(rows)
        ids = milestones.video_ids(rows, begin, stop)
        return *milestones.between(rows, begin, stop), ids.to_numpy(dtype=object)


def _analytics_call(kinds: set[str], goal_metrics: set[str]) -> str:
    """The call that loads the analytics which kinds of rules need."""
    asked = (goal_metrics - {"posts"}) | ({"views"} if "cpm" in kinds else set())
    parts = list(dict.fromkeys(part for metric in sorted(asked) for part in PARTS[metric]))
    calls = []
    if parts:
        metrics = repr(parts[0] if len(parts) == 1 else parts)
        calls.append(f"load_analytics('creator', creators, {metrics}, dates=...)")
    if "view_threshold" in kinds:
        calls.append("load_analytics('video', videos, 'views', dates=...)")
    return calls[0] if len(calls) == 1 else f"pd.concat([{', '.join(calls)}])"


def assigned_days(rows: pd.DataFrame) -> tuple[Ints, Ints]:
    """Return the first day that each row's assignment covers, and the day after the last."""
    return rows["assigned_first"].to_numpy(np.int64), rows["assigned_after"].to_numpy(np.int64)


def with_rules(spans: pd.DataFrame, book: RuleBook) -> pd.DataFrame:
    """Add the rule in force on each period's first day."""
    rules = book.in_force(spans["code"].to_numpy(), spans["first"].to_numpy())
    return pd.concat([spans.drop(columns=["kind", "period"]), rules.drop(columns="id")], axis=1)


def _warn_of_missing(due: pd.DataFrame) -> None:
    """Say how many amounts are unknown because of the analytics, and of which rules."""
    lost = due[due["reason"].isin(["missing_days", "partial_days"])]
    if lost.empty:
        return
    kinds = ", ".join(
        f"{count:,} {kind}" for kind, count in lost["rule_kind"].value_counts().items() if count
    )
    warn(
        f"{len(lost):,} of {len(due):,} amounts are unknown ({kinds}): the analytics don't cover "
        "all of their days; see the column 'reason'. View thresholds need daily views of videos, "
        "other kinds daily counts of creators.",
        TrackaGoatWarning,
    )


def unplaced(assignments: pd.DataFrame, book: RuleBook) -> pd.DataFrame:
    """Return assignments that can't be cut into periods as rows, each with the reason."""
    never = np.full(len(assignments), NO_DAY)
    rows = with_rules(assignments.assign(first=never, after=never).reset_index(drop=True), book)
    why = np.where(rows["start"] == NO_DAY, "no_start_date", "incomplete_rule")
    nothing = dict.fromkeys((*_COUNTS, *_CENTS), 0)
    none = pd.Series(None, rows.index, dtype=STRING)
    return rows.assign(reason=pd.Series(why, dtype=STRING), video_ids=none, **nothing)


def _due(rows: pd.DataFrame, zone: str, currency: str) -> pd.DataFrame:
    """Name and type the columns of accrue."""
    first, after = rows["first"].to_numpy(np.int64), rows["after"].to_numpy(np.int64)
    closes = as_instants(day_starts(after.astype("datetime64[D]"), zone))
    is_placed, is_known = first != NO_DAY, rows["reason"].isna().to_numpy()
    is_measured = is_known | (rows["kind"] == "recurring").to_numpy(bool, na_value=False)
    is_goal = (rows["kind"] == "goal").to_numpy(bool, na_value=False)
    shown = {
        "days_assigned": is_placed,
        "days_in_period": is_placed,
        "quantity": is_placed & is_measured,
        "uncapped_cents": is_known,
        "amount_cents": is_known,
    }
    return pd.DataFrame(
        {
            **{name: rows[name].astype(STRING) for name in _IDS},
            "structure_version": rows["version"].astype("Int64").where(is_placed),
            "version_in_force": rows["was_in_force"].where(is_placed),
            "rule_kind": categories(rows["kind"], RULE_KINDS),
            "period_start": as_days(first),
            "period_end": as_days(np.where(is_placed, after - 1, NO_DAY)),
            **{name: rows[name].astype("Int64").where(is_so) for name, is_so in shown.items()},
            "currency": pd.Series(currency, rows.index, dtype=STRING),
            "due_at": (closes + is_goal.astype(np.int64) * GOAL_DELAY).as_unit("us"),
            "video_ids": rows["video_ids"].astype(STRING),
            "reason": categories(rows["reason"], REASONS),
        }
    )
