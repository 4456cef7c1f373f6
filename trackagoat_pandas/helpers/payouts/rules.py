"""Payout structures: their versions, the periods they pay for, and the amounts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.base.types import Ints
from trackagoat_pandas.errors import ArgumentError, MissingColumnError
from trackagoat_pandas.helpers.clocks import (
    NO_DAY,
    days_shown,
    first_days,
    last_started_day,
    period_numbers,
)
from trackagoat_pandas.helpers.columns import (
    STRING,
    day_numbers,
    instants_of,
    read_columns,
    spelled,
)
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.helpers.payouts.money import check_cents, half_up
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.tables import PAYOUT_ASSIGNMENTS, PAYOUT_STRUCTURES
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS
from trackagoat_pandas.tables.payouts import PRORATIONS

_CENTS = ("amount_cents", "cpm_cents", "cap_cents")
_WORDS = ("id", "project_id", "kind", "period", "goal_metric", "proration")
_OWNER = ("creator_id", "structure_id", "first")
_EVER = np.int64(-(10**7))  # a day before the year -25,000
_CAPLESS = np.iinfo(np.int64).max
_FIRST_VERSION = 1
CENT_PARTS = "cent_parts"
"""The column that says of how many parts of a cent the rates of a rule are; without it, of one."""
GOAL_DELAY = pd.Timedelta(hours=48)
"""How long after its period a goal is evaluated: the product's documented 48 hours."""
# The fields that a rule of each kind needs.
_TERMS = {
    "recurring": ("amount_cents",),
    "goal": ("amount_cents",),
    "cpm": ("cpm_cents",),
    "view_threshold": ("amount_cents", "threshold_views"),
}


class RuleBook:
    """The versions of structures, and which of them is in force on a day.

    Parameters
    ----------
    structures
        The frame of :func:`load_payout_structures`, or one with several versions of a structure,
        as `with_versions` makes it. A version is in force from its ``effective_date``,
        else from the day after its ``created_at``; the lowest needs neither. Repeated rows of one
        version count once.
    zone
        The organization's time zone, for the days on which versions were made.
    """

    def __init__(self, structures: pd.DataFrame, zone: str) -> None:
        needed = [*_WORDS, "version", *_CENTS, "threshold_views"]
        require_columns(structures, needed, loader="load_payout_structures")
        # No assignment can refer to a structure without an id.
        structures = structures[structures["id"].notna()]
        versions = read_columns(structures, PAYOUT_STRUCTURES, needed)
        versions["goal_metric"] = spelled(versions["goal_metric"], GOAL_METRICS)
        if CENT_PARTS in structures.columns:
            versions[CENT_PARTS] = structures[CENT_PARTS].to_numpy()
        for name in _CENTS:
            check_cents(versions[name])
        made, source = _made_days(structures, zone), structures.get("source", "server")
        effective = _effective_days(structures, versions, made)
        versions = versions.assign(effective=effective, made=made, source=source)
        if not versions["id"].is_unique:
            # The same version may come from the server and from a store.
            terms = versions.columns.difference(["made", "source"])
            versions = versions.drop_duplicates(terms, keep="last")
        self.versions = versions.sort_values(["id", "version"], kind="stable", ignore_index=True)
        self._check()
        self._codes, ids = pd.factorize(self.versions["id"])
        self._ids = pd.Index(ids)
        self._firsts = np.searchsorted(self._codes, np.arange(len(ids)))
        self._by_day = np.lexsort((self.versions["effective"], self._codes))
        first = self.versions.iloc[self._firsts]
        is_known = (first["version"] == _FIRST_VERSION).to_numpy(bool, na_value=False)
        # NO_DAY is the least number: a version of an unknown day makes the beginning unknown.
        made = np.minimum.reduceat(self.versions["made"].to_numpy(), self._firsts)
        self._structures = first[["kind", "period"]].assign(
            code=np.arange(len(ids)), begins=np.where(is_known, made, NO_DAY)
        )

    def _check(self) -> None:
        if self.versions["id"].is_unique:
            return
        if (is_twice := self.versions.duplicated(["id", "version"])).any():
            structure = self.versions["id"][is_twice].iloc[0]
            raise _refusal(structure, "has two rows of one version that differ; drop one of them")
        kinds = self.versions.groupby("id")[["kind", "period"]].nunique(dropna=False).gt(1)
        if kinds.any(axis=None):
            structure = kinds.index[kinds.any(axis=1)][0]
            raise _refusal(structure, "has versions of several kinds or periods; it can have one")

    def structures(self, ids: pd.Series) -> pd.DataFrame:
        """Return the common facts of all versions: ``code``, ``kind`` and ``period``.

        A structure ``begins`` on the first day on which a version takes effect, else on the day on
        which version 1 was made; NO_DAY if version 1 is unknown.

        Raises
        ------
        ArgumentError
            A structure isn't in the frame, so what it pays is unknown.
        """
        codes = np.asarray(self._ids.get_indexer(pd.Index(ids)), dtype=np.int64)
        if (codes < 0).any():
            problem = "is assigned, but the frame doesn't have it; add its row, or leave out its"
            raise _refusal(ids[codes < 0].iloc[0], f"{problem} assignments")
        found: pd.DataFrame = self._structures.iloc[codes].reset_index(drop=True)
        return found

    def with_rules(self, spans: pd.DataFrame) -> pd.DataFrame:
        """Add the version that applies on each period's first day: the newest effective one.

        If none is effective yet, the first applies. ``was_in_force`` is False if that version was
        made or took effect only later (so an unknown earlier one applied), and NA if it isn't
        known when it was made, so that the rule may not have existed.
        """
        codes, days = spans["code"].to_numpy(np.int64), spans["first"].to_numpy(np.int64)
        effective = self.versions["effective"].to_numpy()[self._by_day]
        # Days before the first or after the last effective day are clipped: the answer is the same.
        origin, newest_day = effective.min(initial=0) - 1, effective.max(initial=0)
        within, stride = np.clip(days, origin, newest_day) - origin, newest_day - origin + 1
        by_day = self._codes[self._by_day]
        # Rows are sorted by structure, so a running maximum never crosses into a later one.
        newest = np.maximum.accumulate(self._by_day)
        keys = by_day * stride + effective - origin
        places = np.searchsorted(keys, codes * stride + within, side="right") - 1
        found = newest[np.maximum(places, 0)] if len(newest) else places
        is_effective = (places >= 0) & (by_day[np.maximum(places, 0)] == codes)
        chosen = np.where(is_effective, found, self._firsts[codes])
        rules: pd.DataFrame = self.versions.iloc[chosen].reset_index(drop=True)
        is_first = (rules["version"] == _FIRST_VERSION).fillna(value=False)
        was_in_force = (is_first | (rules["made"] <= days)).astype("boolean")
        rules["was_in_force"] = was_in_force.mask(rules["made"] == NO_DAY)
        return pd.concat([spans.drop(columns=["kind", "period"]), rules.drop(columns="id")], axis=1)


def _made_days(structures: pd.DataFrame, zone: str) -> Ints:
    """Return the day from which each version can have paid: effective, else made."""
    made = np.full(len(structures), NO_DAY)
    if "created_at" in structures.columns:
        made = days_shown(instants_of(structures["created_at"]), zone).astype(np.int64)
    if "effective_date" in structures.columns:
        effective = day_numbers(structures["effective_date"])
        made = np.where(effective == NO_DAY, made, effective)
    return made


def _effective_days(structures: pd.DataFrame, versions: pd.DataFrame, made: Ints) -> Ints:
    """Return the day from which each version is in force; a single version always is.

    A version without an ``effective_date`` is in force from the day after it was made, since an
    edit affects future accruals only; the lowest version, if its day is unknown, always was.
    """
    ids, always = versions["id"], np.zeros(len(structures), np.int64)
    if ids.is_unique:
        return always
    groups = versions.groupby("id")["version"]
    is_only = (groups.transform("nunique") <= 1).to_numpy(dtype=bool)
    if is_only.all():
        return always
    is_lowest = (versions["version"] == groups.transform("min")).to_numpy(bool, na_value=False)
    days = np.full(len(structures), NO_DAY)
    if "effective_date" in structures.columns:
        days = day_numbers(structures["effective_date"])
    days = np.where((days == NO_DAY) & (made != NO_DAY), made + 1, days)
    is_dayless = (days == NO_DAY) & ~is_only
    if (is_dayless & ~is_lowest).any():
        if not {"effective_date", "created_at"} & set(structures.columns):
            raise MissingColumnError(["effective_date"], structures.columns)
        structure = ids[is_dayless & ~is_lowest].iloc[0]
        problem = "has several versions, and one of them has no effective_date or created_at"
        raise _refusal(structure, problem)
    # Before all others; unlike NO_DAY it can be counted with.
    return np.where(is_dayless, _EVER, np.where(days == NO_DAY, 0, days))


def _refusal(structure: str, problem: str) -> ArgumentError:
    return ArgumentError("structures", structure, problem=f"structure {structure!r} {problem}")


def is_complete(rules: pd.DataFrame) -> NDArray[np.bool_]:
    """Return whether each rule has everything that its kind needs, in known words.

    A missing ``proration`` means none; an unknown proration, period, kind or goal metric makes the
    rule incomplete.
    """
    is_read = rules["proration"].isna() | rules["proration"].isin(PRORATIONS)
    is_read &= rules["period"].isin(GOAL_PERIODS)
    kinds, complete = rules["kind"].to_numpy(dtype=object), np.zeros(len(rules), dtype=bool)
    for kind, needed in _TERMS.items():
        is_kind = is_read.to_numpy(bool) & (kinds == kind)
        if not is_kind.any():
            continue
        for name in needed:
            is_kind &= rules[name].notna().to_numpy(dtype=bool)
        if kind == "goal":
            is_kind &= rules["goal_metric"].isin(GOAL_METRICS).to_numpy(bool)
        complete |= is_kind
    return complete


def earned_cents(rules: pd.DataFrame, quantity: Ints) -> Ints:
    """Compute the pay of each rule for a quantity, before its cap.

    ``rules`` has the columns of ``RuleBook.with_rules``.
    A quantity is goals met, views or videos. It may have several columns; the result then has as
    many.
    """
    kind = rules["kind"].to_numpy(dtype=object)
    shape = (len(rules),) + (1,) * (quantity.ndim - 1)
    has_parts = CENT_PARTS in rules.columns
    # Products of views and parts of cents could exceed 64 bits; Python's numbers are never too big.
    numbers = object if has_parts else np.int64
    quantity = quantity.astype(numbers)

    def terms(name: str) -> Ints:
        values = rules[name].to_numpy(np.int64, na_value=0)
        return values.astype(numbers).reshape(shape)

    amount, cpm = terms("amount_cents"), terms("cpm_cents")
    parts = terms(CENT_PARTS) if has_parts else np.ones_like(amount)
    is_prorated = (rules["proration"] == "daily").to_numpy(dtype=bool)
    days: Ints = np.maximum(terms("days_in_period"), 1)
    part = half_up(amount * terms("days_assigned"), days * parts)
    recurring = np.where(is_prorated.reshape(shape), part, half_up(amount, parts))
    # Whole thousands and the rest apart: the product of all views could exceed 64 bits.
    thousand = 1_000 * parts
    by_views = quantity // thousand * cpm + half_up(quantity % thousand * cpm, thousand)
    choices = {
        "recurring": recurring,
        "goal": half_up(amount, parts) * (quantity > 0),
        "cpm": by_views,
        "view_threshold": half_up(amount * quantity, parts),
    }
    conditions = [(kind == name).reshape(shape) for name in choices]
    cents = [np.broadcast_to(choice, quantity.shape) for choice in choices.values()]
    return np.select(conditions, cents).astype(np.int64)


def with_open_caps(rows: pd.DataFrame, earns: NDArray[np.bool_]) -> pd.DataFrame:
    """Copy the ``reason`` of an unknown amount to those that share its cap and start later.

    A row that ``earns`` nothing uses no cap, and stays known.
    """
    if rows["reason"].isna().all():
        return rows
    ordered = rows.iloc[np.argsort(rows["start"].to_numpy(np.int64), kind="stable")]
    # Without a cap nothing is shared, so later amounts don't depend on an unknown one.
    reason = ordered["reason"].where(ordered["cap_cents"].notna())
    carried = reason.groupby([ordered[name] for name in _OWNER], dropna=False).ffill()
    return rows.assign(reason=rows["reason"].fillna(carried.where(pd.Series(earns, rows.index))))


def capped(rows: pd.DataFrame, cents: Ints) -> Ints:
    """Cap a creator's pay from a structure in a period; the first assignment comes first.

    ``rows`` has the columns of ``RuleBook.with_rules``. ``cents`` may have several columns; each is
    capped by itself.
    """
    if rows["cap_cents"].isna().all():
        return cents
    order = np.argsort(rows["start"].to_numpy(np.int64), kind="stable")
    shape = (len(rows),) + (1,) * (cents.ndim - 1)
    caps = rows["cap_cents"].to_numpy(np.int64, na_value=_CAPLESS).reshape(shape)
    is_shared = rows.duplicated(list(_OWNER), keep=False).to_numpy()
    shared = order[is_shared[order]]
    before = np.zeros_like(cents)
    if len(shared):
        ordered = pd.DataFrame(cents[shared])
        owners = [rows[name].iloc[shared].reset_index(drop=True) for name in _OWNER]
        earlier = ordered.groupby(owners, dropna=False).cumsum() - ordered
        before[shared] = earlier.to_numpy().reshape(cents[shared].shape)
    return np.minimum(cents, np.maximum(caps - before, 0))


_NEVER = np.int64(10**7)  # a day after the year 29,000
_COLUMNS = ("id", "structure_id", "creator_id", "start_date", "end_date")


def read_assignments(assignments: pd.DataFrame, book: RuleBook) -> pd.DataFrame:
    """Return assignments with their structure's code, kind and period, and days as numbers.

    Of a repeated assignment the row that ``latest_rows`` chooses counts.
    """
    read = read_columns(latest_of(assignments, ["id"]), PAYOUT_ASSIGNMENTS, _COLUMNS)
    start, end = (read[name].to_numpy("datetime64[D]") for name in ("start_date", "end_date"))
    rows = read[["id", "structure_id", "creator_id"]].rename(columns={"id": "assignment_id"})
    rows = rows.assign(
        place=np.arange(len(rows)),
        start=start.astype(np.int64),
        end=np.where(np.isnat(end), _NEVER, end.astype(np.int64)),
    )
    return pd.concat([rows, book.structures(read["structure_id"])], axis=1)


def closed_spans(
    assigned: pd.DataFrame, book: RuleBook, until: pd.Timestamp, zone: str
) -> pd.DataFrame:
    """Return one row for each period that has closed and, for goals, has waited 48 hours.

    Assignments without a start date or a known period have none: see :func:`unplaced`.
    """
    placed = assigned[_is_placed(assigned)]
    # 48 hours, not two days: a day on which clocks change has 23 or 25.
    delayed = last_started_day(until - GOAL_DELAY, zone)
    limit = np.where(placed["kind"] == "goal", delayed, last_started_day(until, zone))
    periods = placed["period"].to_numpy(dtype=object)
    start, end = placed["start"].to_numpy(), placed["end"].to_numpy()
    first = period_numbers(periods, start)
    last = np.minimum(period_numbers(periods, end), period_numbers(periods, limit) - 1)
    return _cut(placed, book, first, np.where(end >= start, last - first + 1, 0))


def running_spans(
    assigned: pd.DataFrame, book: RuleBook, today: int, until: int | None = None
) -> pd.DataFrame:
    """Return one row for each assignment that covers at least part of the period of today.

    With `until`, it has one for each period that ends from today to that day.
    """
    placed = assigned[_is_placed(assigned)]
    periods = placed["period"].to_numpy(dtype=object)
    now = period_numbers(periods, np.full(len(placed), today))
    last = now
    if until is not None:
        last = period_numbers(periods, np.full(len(placed), until + 1)) - 1
    start, end = placed["start"].to_numpy(), placed["end"].to_numpy()
    first = np.maximum(now, period_numbers(periods, start))
    last = np.minimum(last, period_numbers(periods, end))
    return _cut(placed, book, first, np.where(end >= start, last - first + 1, 0))


def unplaced(assigned: pd.DataFrame, book: RuleBook) -> pd.DataFrame:
    """Return the assignments that can't be split into periods, each with the ``reason``."""
    is_placed = _is_placed(assigned)
    if is_placed.all():
        return assigned.iloc[:0]
    rows = assigned[~is_placed].reset_index(drop=True)
    why = np.where(rows["start"] == NO_DAY, "no_start_date", "incomplete_rule")
    rows = rows.assign(first=NO_DAY, after=NO_DAY, reason=pd.array(why, dtype=STRING))
    return book.with_rules(rows)


def _is_placed(assigned: pd.DataFrame) -> pd.Series:
    return (assigned["start"] != NO_DAY) & assigned["period"].isin(GOAL_PERIODS)


def _cut(placed: pd.DataFrame, book: RuleBook, first: Ints, counts: Ints) -> pd.DataFrame:
    """Split each assignment into a number of periods from a first one, with the rules in force.

    Periods that ended before the structure began are left out.
    """
    counts = np.maximum(counts, 0)
    places = np.repeat(np.arange(len(placed)), counts)
    begins = np.cumsum(counts) - counts
    numbers = first[places] + np.arange(len(places)) - begins[places]
    rows = placed.iloc[places].reset_index(drop=True)
    periods = rows["period"].to_numpy(dtype=object)
    opens, after = (first_days(periods, numbers + step).astype(np.int64) for step in (0, 1))
    begin = np.maximum(opens, rows["start"].to_numpy())
    stop = np.minimum(after, rows["end"].to_numpy() + 1)
    cut = rows.assign(
        first=opens,
        after=after,
        assigned_first=begin,
        assigned_after=stop,
        days_assigned=stop - begin,
        days_in_period=after - opens,
    )
    has_begun = after > rows["begins"].to_numpy()
    return book.with_rules(cut if has_begun.all() else cut[has_begun].reset_index(drop=True))
