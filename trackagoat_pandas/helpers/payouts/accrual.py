"""What payout rules owe for the periods that have closed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import DateLike
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import TrackaGoatWarning
from trackagoat_pandas.helpers.clocks import (
    NO_DAY,
    day_starts,
    last_started_day,
    past_instant,
)
from trackagoat_pandas.helpers.columns import (
    STRING,
    as_days,
    as_instants,
    categories,
)
from trackagoat_pandas.helpers.facts import derived, known_zone, project_of, server_now
from trackagoat_pandas.helpers.labels import Names
from trackagoat_pandas.helpers.payouts.ledger import with_note
from trackagoat_pandas.helpers.payouts.measures import Measures
from trackagoat_pandas.helpers.payouts.money import check_currency
from trackagoat_pandas.helpers.payouts.rules import (
    GOAL_DELAY,
    RuleBook,
    capped,
    closed_spans,
    earned_cents,
    read_assignments,
    unplaced,
    with_open_caps,
)
from trackagoat_pandas.helpers.payouts.versions import SOURCES, with_versions
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.tables.payouts import RULE_KINDS

_FORECAST = "; forecast_payouts estimates what running periods will owe"
REASONS = ("no_start_date", "incomplete_rule", "missing_days", "partial_days", "removed_creator")
"""Why an amount is unknown."""
_IDS = ("assignment_id", "project_id", "creator_id", "structure_id")
_COUNTS = ("days_assigned", "days_in_period", "quantity")
_CENTS = ("uncapped_cents", "amount_cents")


@derived(
    "structures", "assignments", "videos", "analytics", "goals", "rule_versions", whole=("videos",)
)
def accrue(
    structures: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    creators: pd.DataFrame | None = None,
    rule_versions: pd.DataFrame | None = None,
    until: DateLike | dt.datetime,
    timezone: str | None = None,
    currency: str = "USD",
    names: Names = None,
) -> pd.DataFrame:
    """Work out what each creator has earned by each rule in each period that has closed.

    ``structures`` and ``assignments`` are enough for recurring pay; the other kinds of rules need
    frames of what was achieved, and an error names all that are missing. ``until`` is the instant
    by which periods must have closed. Today counts up to now, and a later day is an error: what the
    current period will pay isn't owed yet (:func:`forecast_payouts` estimates it). An amount that
    can't be known is NA, and ``reason`` says why. :func:`audit_payouts` compares the result with
    the accruals on the server.

    Parameters
    ----------
    structures, assignments : DataFrame
        The frames of :func:`load_payout_structures` and :func:`load_payout_assignments`. A
        structure pays as long as it is assigned, whatever ``is_active`` says now. Repeated rows of
        one version count once.
    videos : DataFrame, optional
        The frame of :func:`load_videos`, loaded after the last period closed, for view thresholds
        and goals of posts.
    analytics : DataFrame, optional
        The frame of :func:`load_analytics`, new counts by day: views of creators for CPM; views of
        videos up to the day on which ``videos`` was loaded for thresholds; for goals of creators
        ``views``, ``followers``, the four parts of engagement, or ``posts`` if there are no videos.
        The joined frames of several loads are fine.
    goals : DataFrame, optional
        The frame of :func:`load_goal_compliance`, for goal pay. The API lists the goals of active
        creators only; see ``creators``.
    creators : DataFrame, optional
        The frame of :func:`load_creators` of all these projects. Assigned creators who aren't in
        it, or aren't active, have left: their goals, and views that the analytics don't have, are
        unknown. Without it a creator without goals earns nothing by them.
    rule_versions : DataFrame, optional
        Earlier versions of rules, which the API doesn't list: one row each with ``id``,
        ``version``, the terms that differ from those now, and ``effective_date``, the day on which
        it took effect (not needed of the first version). Such are older frames of
        :func:`load_payout_structures`, and the frame of :func:`infer_rule_versions`.
    until : str, date or datetime
        The instant by which periods must have closed; those of goals 48 hours earlier. A day means
        its end, but today means now. Now is the server's time if the frames' attributes say how
        its clock differs from this machine's, as those of the sandbox do, else this machine's.
    timezone : str, optional
        The organization's time zone; by default the one in the frames' attributes.
    currency : str, default 'USD'
        The currency of the amounts.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`.

    Returns
    -------
    pandas.DataFrame
        One row for each assignment and period with an amount, oldest first: ``structure_name``,
        and ``tiktok_handle`` and ``project_name`` where a given frame knows them, ``rule_kind``
        (category), ``period_start`` and ``period_end`` (days, both included), ``currency``,
        ``days_assigned``, ``days_in_period``, ``quantity`` (Int64: days assigned, goals met, views
        or videos), ``uncapped_cents`` and ``amount_cents`` (Int64), ``structure_version`` (Int64),
        ``version_in_force`` (boolean: whether that version was in force on the period's first day,
        or is version 1, which had none before it; NA if it isn't known when it was made, so the
        rule may not have existed),
        ``rule_source`` (category: whether the version is from the ``server``, a ``store``,
        ``given`` by ``rule_versions`` or ``inferred``), ``due_at`` (the instant from which it is
        owed), ``reason`` (category), ``assignment_id``,
        ``project_id``, ``creator_id``, ``structure_id`` (str) and ``video_ids`` (JSON; of
        thresholds).

        Where the amount can't be known, ``amount_cents`` is NA and ``reason`` says why:
        ``no_start_date`` of the assignment; ``incomplete_rule``: an amount that its kind needs is
        NA, or its kind, period, proration or (for goal pay) goal metric is an unknown word;
        ``missing_days``: the analytics have no value for a day that counts; ``partial_days``: a day
        that counts was incomplete when it was loaded; ``removed_creator``: the creator has left,
        and the API no longer has their goals or views. Where assignments share a cap, an unknown
        amount makes those that start later unknown, for the same reason. A rule without a known
        period has one row for each assignment, without a period.

        The provenance says which periods were looked at: those that ended by the day ``until``, and
        for goals by the day ``goals_until``. Its ``note`` says how many amounts are by a version of
        a rule that wasn't in force then.

    Raises
    ------
    MissingColumnError
        A column is missing; ``effective_date`` where a structure has several versions.
    ArgumentError
        Frames are needed and not given, ``until`` is after today, an assigned structure isn't in
        ``structures``, two rows of one version pay different amounts, a column holds values of
        the wrong kind, or ``timezone`` or ``currency`` is not allowed.

    Warns
    -----
    TrackaGoatWarning
        Once, if amounts are NA because the analytics don't cover their days.

    See Also
    --------
    forecast_payouts : Forecast what this period will cost.
    audit_payouts : Compare amounts due, accrued and paid.
    what_if : See what other rules would pay.
    load_payout_structures : Load the rules of pay.
    infer_rule_versions : Infer earlier terms from accruals.

    Notes
    -----
    What each kind of rule pays:

    - ``recurring`` pays ``amount_cents`` a period; with ``proration`` daily times days assigned /
      days in the period. No ``proration`` is none.
    - ``goal`` pays ``amount_cents`` if an active goal of ``goal_metric`` and the same period, in
      force for the whole period, was met.
    - ``cpm`` pays ``cpm_cents`` per 1,000 views gained on the days assigned.
    - ``view_threshold`` pays ``amount_cents`` for each counted video that reached
      ``threshold_views`` on a day assigned; one that already had them at its first snapshot pays
      nothing.
    - ``cap_cents`` limits what a creator earns from a structure in a period, over all assignments
      together; the one that starts first uses it first. Amounts round half up to a cent. An amount
      of 0 has no row.

    Periods are days, weeks from Monday, or months of the organization's time zone. One that has
    closed by ``until`` is paid; goals are evaluated 48 hours later. Days assigned include both
    ends. The kinds and the 48 hours come from the product's documentation; where that leaves a
    question open, this function does what the sandbox does.

    Which version of a rule applies (a rule edit affects future accruals only):

    - Of several versions, each with the day on which it takes effect in ``effective_date``, the
      newest one in effect on a period's first day applies to the whole period; if there is none,
      the lowest version given.
    - A version without an ``effective_date`` takes effect on the day after its ``created_at``.
    - The API lists only the current version of a structure. A single version applies to all
      periods, even those before it was made: such amounts are what the rule would have paid, and
      ``version_in_force`` is False. ``rule_versions`` adds the earlier ones.
    - A structure owes nothing for periods that ended before it began, and everything for the period
      in which it began. It began on the first ``effective_date``, else on the local day of version
      1's ``created_at``. If version 1 or its day isn't known, no period is left out, and
      :func:`audit_payouts` leaves those before the first accrual undecided.

    If several rows are about the same assignment, video or goal, or about the same entity, metric
    and day of analytics, one of them counts: a complete row (``is_partial`` False) rather than an
    unknown one, and that rather than a partial one; then the one with the latest ``fetched_at``,
    then the latest ``updated_at``, then the last. If the row that counts has no value, that day is
    missing.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     structures = tgp.load_payout_structures("Q1 Brand Program")
    ...     retainers = structures[structures["kind"] == "recurring"]
    ...     assignments = tgp.load_payout_assignments(retainers)
    >>> due = tgp.accrue(retainers, assignments, until="2026-06-14", timezone="America/New_York")
    >>> columns = ["structure_name", "period_start", "period_end", "amount_cents"]
    >>> print(due[columns].head(3).to_string(index=False))
    structure_name period_start period_end  amount_cents
     Base retainer   2025-12-01 2025-12-31          4032
     Base retainer   2025-12-01 2025-12-31          8065
     Base retainer   2025-12-01 2025-12-31         12097
    """
    check_currency(currency)
    frames = [analytics, goals, videos, assignments, structures]
    zone = known_zone(timezone, frames)
    closed = past_instant("until", until, zone, server_now(frames), advice=_FORECAST)
    measures = Measures(videos, analytics, goals, zone, creators)
    structures = with_versions(structures, rule_versions)
    due = due_by(structures, assignments, measures, closed, zone, currency=currency)
    warn_of_missing(due)
    moments = {"until": closed, "goals_until": closed - GOAL_DELAY}
    facts = {
        name: str(np.datetime64(last_started_day(moment, zone) - 1, "D"))
        for name, moment in moments.items()
    }
    project = project_of(structures)
    of_one = {} if project is None else {"projects": [project]}
    later, advice = not_in_force(due), ""
    if later:
        advice = "Where version_in_force is False, pass the earlier terms as rule_versions."
    return with_note(due, later, advice, **facts, **of_one)


def due_by(
    structures: pd.DataFrame,
    assignments: pd.DataFrame,
    measures: Measures,
    closed: pd.Timestamp,
    zone: str,
    *,
    currency: str,
    dates: DateRange | None = None,
) -> pd.DataFrame:
    """Return the amounts of :func:`accrue` by an instant; with `dates`, of periods that end then.

    Assignments that can't be split into periods have a row whatever the dates are.
    """
    book = RuleBook(structures, zone)
    assigned = read_assignments(assignments, book)
    spans = closed_spans(assigned, book, closed, zone)
    if dates is not None:
        ends = np.array([dates.first, dates.last], "datetime64[D]").astype(np.int64)
        is_within = (spans["after"] > ends[0]) & (spans["after"] <= ends[1] + 1)
        spans = spans[is_within].reset_index(drop=True)
    rows = measures.of(spans)
    uncapped = earned_cents(rows, rows["quantity"].to_numpy(np.int64))
    # Before capping: an unknown amount leaves open how much of a shared cap is left for later ones.
    rows = with_open_caps(rows, uncapped != 0)
    uncapped = np.where(rows["reason"].isna(), uncapped, 0)
    rows = rows.assign(uncapped_cents=uncapped, amount_cents=capped(rows, uncapped))
    rows = rows[rows["reason"].notna() | (rows["amount_cents"] != 0)]
    others = unplaced(assigned, book)
    if len(others):
        # Zeros rather than NA keep the counts whole numbers; `_due` hides them.
        none = pd.Series(None, others.index, dtype=STRING)
        others = others.assign(video_ids=none, **dict.fromkeys((*_COUNTS, *_CENTS), 0))
        rows = pd.concat([rows, others], ignore_index=True)
    return _due(rows.sort_values("first", kind="stable", ignore_index=True), zone, currency)


def not_in_force(due: pd.DataFrame) -> str:
    """Say how many amounts are by a version of a rule that came later; "" if none is."""
    is_later = ~due["version_in_force"].fillna(value=True) & due["amount_cents"].notna()
    if not (count := int(is_later.sum())):
        return ""
    which = f"{count:,} of {len(due):,} amounts" if len(due) > 1 else "The amount"
    return (
        f"{which} {'is' if count == 1 else 'are'} for periods before the rule was edited: this is "
        "what the version now would have paid, not what was owed."
    )


def warn_of_missing(due: pd.DataFrame) -> None:
    """Warn of amounts that are unknown because of the analytics, by kind of rule."""
    lost = due["rule_kind"][due["reason"].isin(["missing_days", "partial_days"])]
    if lost.empty:
        return
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in lost.value_counts().items() if count)
    warn(
        f"{len(lost):,} of {len(due):,} amounts are unknown ({kinds}): the analytics don't cover "
        "all of their days; see the column 'reason'. View thresholds need daily views of videos, "
        "other kinds daily counts of creators.",
        TrackaGoatWarning,
    )


def _due(rows: pd.DataFrame, zone: str, currency: str) -> pd.DataFrame:
    """Name and type the columns that accrue returns."""
    first, after = rows["first"].to_numpy(np.int64), rows["after"].to_numpy(np.int64)
    closes = as_instants(day_starts(after.astype("datetime64[D]"), zone))
    kind = rows["kind"].to_numpy(dtype=object)
    is_placed, is_known = first != NO_DAY, rows["reason"].isna().to_numpy()
    shown = {
        "days_assigned": is_placed,
        "days_in_period": is_placed,
        # The days assigned are known even where the amount isn't.
        "quantity": is_placed & (is_known | (kind == "recurring")),
        "uncapped_cents": is_known,
        "amount_cents": is_known,
    }
    counts = {
        name: pd.arrays.IntegerArray(rows[name].to_numpy(np.int64), ~is_so)
        for name, is_so in shown.items()
    }
    return pd.DataFrame(
        {
            **{name: rows[name] for name in _IDS},
            "structure_version": rows["version"].where(is_placed),
            "version_in_force": rows["was_in_force"].where(is_placed),
            "rule_source": categories(rows["source"], SOURCES),
            "rule_kind": categories(kind, RULE_KINDS),
            "period_start": as_days(first),
            "period_end": as_days(np.where(is_placed, after - 1, NO_DAY)),
            **counts,
            "currency": pd.Series(currency, rows.index, dtype=STRING),
            "due_at": (closes + (kind == "goal").astype(np.int64) * GOAL_DELAY).as_unit("us"),
            "video_ids": rows["video_ids"],
            "reason": categories(rows["reason"], REASONS),
        }
    )
