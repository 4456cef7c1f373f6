"""Forecasts that were kept when they were made, scored when they are settled."""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas.base.types import Floats
from trackagoat_pandas.errors import ArgumentError, StoreMissingError
from trackagoat_pandas.frames.dtypes import INSTANT, TEXT
from trackagoat_pandas.helpers.clocks import InstantLike, day_starts, hours_as_spans
from trackagoat_pandas.helpers.columns import (
    as_instants,
    categories,
    day_numbers,
    days_of,
    floats,
    instants_of,
    is_word,
    read_columns,
    text,
    values_of,
    whole,
)
from trackagoat_pandas.helpers.facts import derived, moment_loaded, moment_of, zone_of
from trackagoat_pandas.helpers.forecasts import FEWEST, KINDS, LATEST, settled_forecasts
from trackagoat_pandas.helpers.labels import finish
from trackagoat_pandas.helpers.records import Record, with_record
from trackagoat_pandas.helpers.videos.ages import counts_by_age, views_at
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_between, frame_facts, require_columns
from trackagoat_pandas.store.disk.parts import keep_made, read_parts
from trackagoat_pandas.store.store import Store, refuse_other
from trackagoat_pandas.tables import PAYOUT_ACCRUALS

REASONS: Final = ("not_settled", "no_outcome")
_TABLE: Final = "forecasts"
_MARKS: Final = {
    "expected_views": (
        "id", "posted_at", "age_hours", "horizon_days", "expected_views", "low", "high",
    ),
    "goal_odds": ("goal_id", "period_end", "chance"),
    "forecast_payouts": (
        "creator_id", "structure_id", "period_start", "period_end",
        "expected_cents", "low_cents", "high_cents",
    ),
}  # fmt: skip
"""The columns of each forecast that are kept."""
_SCHEMA: Final = pa.schema(
    [
        ("kind", TEXT), ("about_id", TEXT), ("creator_id", TEXT), ("made_at", INSTANT),
        ("settles_at", INSTANT), ("horizon_h", pa.float64()), ("period_start", pa.int64()),
        ("expected", pa.float64()), ("low", pa.float64()), ("high", pa.float64()),
        ("chance", pa.float64()), ("level", pa.float64()),
    ]
)  # fmt: skip
_KEY: Final = ["kind", "about_id", "creator_id", "period_start", "made_at"]
_USUAL_LEVEL: Final = 0.8
_STEP: Final = 0.02
"""By how much the share that may be missed moves with each of them (ACI's gamma)."""
_LEAST_MISSED, _MOST_MISSED, _WIDEST = 0.001, 0.5, 20.0


@derived("forecasts")
def record_forecasts(
    store: Store,
    forecasts: pd.DataFrame,
    *,
    level: float | None = None,
    now: InstantLike | None = None,
) -> int:
    """Keep forecasts in a store as they are made, to score them when they are settled.

    Call it each time that the forecasts are made. What is kept already, for the same thing and
    moment, isn't kept twice; forecasts that are NA aren't kept. It is written whole or not at all.

    Parameters
    ----------
    store : Store
        The store, as :func:`open_store` returns it.
    forecasts : DataFrame
        The result of :func:`expected_views`, :func:`goal_odds`, or :func:`forecast_payouts` (a row
        for each assignment and period), whole or a part of it.
    level : float, optional
        The share of the intervals that should hold; by default that of the provenance, else 0.8.
    now : str or datetime, optional
        The instant at which goals' and payouts' forecasts were made; by default when their frames
        were loaded, by the server's clock. Posts have their age.

    Returns
    -------
    int
        How many forecasts were kept.

    Raises
    ------
    MissingColumnError, ArgumentError
        The frame is none of these results, or an argument has a value that isn't allowed.
    StoreBusyError, StoreWriteError
        Another process writes to the store, or it can't be written to.

    See Also
    --------
    expected_views : Forecast the views of young posts.
    score_forecasts : Score forecasts that were kept.
    open_store : Open the store in a folder.

    Examples
    --------
    >>> import tempfile
    >>> import trackagoat_pandas as tgp
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = tgp.open_store(folder.name)
    >>> with tgp.connect(sandbox=True, store=store):
    ...     goals = tgp.load_goal_compliance("Q1 Brand Program", period="weekly")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> odds = tgp.goal_odds(goals[goals["metric"] == "posts"], videos)
    >>> tgp.record_forecasts(store, odds), tgp.record_forecasts(store, odds)
    (12, 0)
    >>> store.close()
    >>> folder.cleanup()
    """
    refuse_other(store)
    kind = _kind_of(forecasts)
    said = frame_facts(forecasts).get("level", _USUAL_LEVEL) if level is None else level
    level = check_between("level", said, 0.5, 0.99, ends=True)
    moment = moment_loaded(now, forecasts)
    rows = _rows_of(kind, forecasts.reset_index(drop=True), moment).assign(kind=kind, level=level)
    is_made = rows["chance" if kind == "goal_odds" else "expected"].notna()
    rows = rows[is_made & rows[["made_at", "settles_at"]].notna().all(axis=1)]
    # One writer at a time, so that no other one keeps the same between reading and writing.
    with store.archive.ledger.writing("record forecasts"):
        kept = _stored_forecasts(store)
        known = pd.MultiIndex.from_frame(kept[_KEY])
        rows = rows[~pd.MultiIndex.from_frame(rows[_KEY]).isin(known)].drop_duplicates(_KEY)
        if rows.empty:
            return 0
        keep_made(store.archive.ledger, _TABLE, rows, _SCHEMA)
    return len(rows)


def _kind_of(forecasts: pd.DataFrame) -> str:
    for kind, marks in _MARKS.items():
        if marks[-1] in forecasts.columns and marks[-2] in forecasts.columns:
            require_columns(forecasts, marks, loader=kind)
            return kind
    allowed = "pass the result of expected_views, goal_odds or forecast_payouts"
    raise ArgumentError("forecasts", list(forecasts.columns), allowed)


def _rows_of(kind: str, given: pd.DataFrame, moment: pd.Timestamp) -> pd.DataFrame:
    """Return forecasts in the ledger's columns."""
    nothing = np.full(len(given), np.nan)
    rows = pd.DataFrame(dict.fromkeys(_SCHEMA.names, nothing))
    rows["creator_id"] = text(given["creator_id"]) if "creator_id" in given.columns else None
    rows["made_at"] = pd.Series([moment] * len(given), dtype="datetime64[us, UTC]")
    rows["period_start"] = 0
    if kind == "expected_views":
        posted = pd.Series(as_instants(instants_of(given["posted_at"])))
        horizon_h = 24.0 * values_of(whole(given["horizon_days"]))
        rows["about_id"] = text(given["id"])
        made_at = posted + hours_as_spans(values_of(given["age_hours"]))
        rows["made_at"] = made_at.dt.round("ms")
        rows["settles_at"] = posted + hours_as_spans(horizon_h)
        rows["horizon_h"] = horizon_h
        names = ("expected_views", "low", "high")
    elif kind == "goal_odds":
        rows["about_id"] = text(given["goal_id"])
        rows["settles_at"] = as_instants(instants_of(given["period_end"]))
        rows["chance"] = values_of(given["chance"])
        return rows
    else:
        rows["about_id"] = text(given["structure_id"])
        rows["period_start"] = day_numbers(given["period_start"])
        ends = days_of(given["period_end"]) + np.timedelta64(1, "D")
        # A period ends with the organization's day; without a known zone, with that of UTC.
        zone = zone_of(None, [given]) or "UTC"
        rows["settles_at"] = as_instants(day_starts(ends, zone))
        names = ("expected_cents", "low_cents", "high_cents")
    for name, column in zip(("expected", "low", "high"), names, strict=True):
        rows[name] = values_of(whole(given[column]))
    return rows


def _stored_forecasts(store: Store) -> pd.DataFrame:
    """Read all forecasts of a store, the earliest first."""
    parts = store.archive.ledger.parts(_TABLE)
    if not parts:
        none: pd.DataFrame = _SCHEMA.empty_table().to_pandas()
        return none
    rows: pd.DataFrame = read_parts(store.path, parts).cast(_SCHEMA).to_pandas()
    return rows.sort_values(["made_at", "kind", "about_id"], kind="stable", ignore_index=True)


@takes_arrow
def score_forecasts(store: Store, *, now: InstantLike | None = None) -> pd.DataFrame:
    """Score the forecasts of a store that are settled, and adapt the intervals of all.

    Parameters
    ----------
    store : Store
        The store in which :func:`record_forecasts` kept them, and whose lists know what became of
        them: those of videos, goals' compliance and accruals.
    now : str or datetime, optional
        The instant until which forecasts are made and settled; by default the server's time.

    Returns
    -------
    pandas.DataFrame
        One row for each forecast, in the order in which they were made: ``forecast_kind``
        (category), ``made_at`` and ``settles_at`` (datetime64[us, UTC]), ``expected_value``,
        ``low_value`` and ``high_value`` (Float64, as forecast: views or cents; NA for goals),
        ``adapted_low`` and ``adapted_high`` (Float64), ``chance`` (Float64, of goals),
        ``actual_value`` (Float64: views or cents, or 1 for a goal that was reached and 0 for one
        that was missed), ``is_inside`` and ``is_inside_adapted`` (boolean, whether the interval
        held), ``reason`` (category: ``not_settled``, or ``no_outcome`` if no list says
        what became of it), ``creator_id`` and ``about_id`` (str: the post, goal or payout rule).

        The provenance and the caption say how many of the last 100 posts and payouts were inside
        the intervals as forecast, by the last forecast of each.

    Raises
    ------
    StoreDamagedError
        A file is missing or damaged; the error names it.

    See Also
    --------
    record_forecasts : Keep forecasts to score them later.
    backtest_expected_views : See how often the intervals held.
    program_health : Judge a program part by part.

    Notes
    -----
    The adapted interval of a forecast uses only what was settled when it was made. By how much the
    latest 100 settled posts (goals, payouts) missed the expected value, in parts of the lower and
    the upper half of their interval, says how wide each half must be; which share may be missed
    moves by 0.02 with each of them (adaptive conformal inference: Gibbs and Candès, "Adaptive
    conformal inference under distribution shift", 2021), so that after a change of level coverage
    comes back. Views are compared in logs. With fewer than 20, intervals stay as they are.

    Examples
    --------
    >>> import tempfile
    >>> import trackagoat_pandas as tgp
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = tgp.open_store(folder.name)
    >>> with tgp.connect(sandbox=True, store=store):
    ...     goals = tgp.load_goal_compliance("Q1 Brand Program", period="weekly")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> odds = tgp.goal_odds(goals[goals["metric"] == "posts"], videos)
    >>> kept = tgp.record_forecasts(store, odds)
    >>> tgp.score_forecasts(store)["reason"].unique().tolist()
    ['not_settled']
    >>> store.close()
    >>> folder.cleanup()
    """
    refuse_other(store)
    moment = pd.Timestamp(store.archive.server_time()) if now is None else moment_of(now, [])
    rows = _stored_forecasts(store)
    if now is not None:
        rows = rows[rows["made_at"] <= moment].reset_index(drop=True)
    is_settled = (rows["settles_at"] <= moment).to_numpy(bool)
    actual = np.full(len(rows), np.nan)
    for kind, outcomes in zip(KINDS, (_views, _goals, _payouts), strict=True):
        mine = np.flatnonzero(is_settled & (rows["kind"] == kind).to_numpy(bool))
        if len(mine):
            actual[mine] = outcomes(store, rows.iloc[mine].reset_index(drop=True), moment)
    rows["actual"] = actual
    ends = adapted_intervals(rows)
    reasons = np.where(is_settled, np.where(np.isnan(actual), REASONS[1], ""), REASONS[0])
    inside = [
        pd.arrays.BooleanArray((low <= actual) & (actual <= high), np.isnan(actual - low - high))
        for low, high in ((rows["low"].to_numpy(), rows["high"].to_numpy()), ends)
    ]
    table = pd.DataFrame(
        {
            "forecast_kind": categories(rows["kind"], KINDS),
            "made_at": rows["made_at"],
            "settles_at": rows["settles_at"],
            "expected_value": floats(rows["expected"].to_numpy()),
            "low_value": floats(rows["low"].to_numpy()),
            "high_value": floats(rows["high"].to_numpy()),
            "adapted_low": floats(ends[0]),
            "adapted_high": floats(ends[1]),
            "chance": floats(rows["chance"].to_numpy()),
            "actual_value": floats(actual),
            "is_inside": inside[0],
            "is_inside_adapted": inside[1],
            "reason": categories(reasons.astype(object), REASONS),
            "creator_id": text(rows["creator_id"]),
            "about_id": text(rows["about_id"]),
        }
    )
    facts = {"server_time": moment.isoformat(), "rows": len(table)}
    table.attrs["trackagoat"] = {"helper": "score_forecasts", **facts}
    return finish(with_record(table, _record(table, moment)), "score_forecasts")


def _record(table: pd.DataFrame, moment: pd.Timestamp) -> Record:
    """Count how many of the last settled things were inside, by the last forecast of each."""
    inside = settled_forecasts(table, moment)["inside"].dropna().tail(LATEST)
    if inside.empty:
        return Record(0, 0, "no forecast of an interval has settled yet")
    return Record(len(inside), int(inside.sum()))


def _views(store: Store, rows: pd.DataFrame, moment: pd.Timestamp) -> Floats:
    """Return the views that posts had at the horizon, by the snapshots around it."""
    posts = rows[["about_id", "settles_at", "horizon_h"]].rename(columns={"about_id": "id"})
    posts["posted_at"] = posts["settles_at"] - hours_as_spans(posts["horizon_h"].to_numpy())
    single = posts.drop_duplicates(["id", "horizon_h"]).reset_index(drop=True)
    found = pd.Series(np.nan, pd.MultiIndex.from_frame(single[["id", "horizon_h"]]))
    try:
        history = store.history("videos", columns=["view_count"])
    except StoreMissingError:
        return np.full(len(rows), np.nan)
    for _, group in single.groupby("horizon_h"):
        some = group.assign(view_count=np.nan).reset_index(drop=True)
        seen = counts_by_age(some, read_at=moment, history=history)
        # Ends of intervals are whole views, and so is what is compared with them.
        views = np.rint(views_at(seen, some["horizon_h"].to_numpy(np.float64), len(some)))
        found.loc[pd.MultiIndex.from_frame(some[["id", "horizon_h"]])] = views
    return values_of(found.reindex(pd.MultiIndex.from_frame(posts[["id", "horizon_h"]])))


def _goals(store: Store, rows: pd.DataFrame, moment: pd.Timestamp) -> Floats:
    """Return 1 for goals that were reached, and 0 for those that were missed."""
    try:
        history = store.history("goal_compliance", columns=["status", "period_end"])
    except StoreMissingError:
        return np.full(len(rows), np.nan)
    history = history[(history["observed_at"] <= moment).to_numpy(bool)]
    is_hit, is_missed = (is_word(history["status"], word) for word in ("completed", "missed"))
    ended = pd.DataFrame(
        {
            "about_id": text(history["goal_id"]),
            "settles_at": as_instants(instants_of(history["period_end"])),
            "hit": np.where(is_hit, 1.0, 0.0),
        }
    )[is_hit | is_missed]
    ended = ended.drop_duplicates(["about_id", "settles_at"], keep="last")
    return rows.merge(ended, how="left", on=["about_id", "settles_at"])["hit"].to_numpy()


def _payouts(store: Store, rows: pd.DataFrame, moment: pd.Timestamp) -> Floats:
    """Return the accruals of rules by period, adjustments included."""
    try:
        listed = store.load("payout_accruals", as_of=moment)
    except StoreMissingError:
        return np.full(len(rows), np.nan)
    names = ("structure_id", "creator_id", "period_start", "amount_cents", "status")
    read = read_columns(listed, PAYOUT_ACCRUALS, names)
    read = read[~is_word(read["status"], "voided")]
    read = read.assign(period_start=day_numbers(read["period_start"]))
    key = ["structure_id", "creator_id", "period_start"]
    sums = read.groupby(key)["amount_cents"].sum().astype("float64").reset_index()
    sums = sums.rename(columns={"structure_id": "about_id"})
    found = rows.merge(sums, how="left", on=["about_id", "creator_id", "period_start"])
    return found["amount_cents"].to_numpy()


def adapted_intervals(rows: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the intervals of forecasts, as wide as those that had settled say they must be.

    Parameters
    ----------
    rows
        Forecasts with ``kind``, ``about_id``, ``creator_id``, ``period_start``, ``made_at``,
        ``settles_at``, ``expected``, ``low``, ``high``, ``level`` and ``actual`` (NaN if unknown).
    """
    low, high = (rows[name].to_numpy(np.float64, copy=True) for name in ("low", "high"))
    # Views of a day's age miss by factors, and those of a month's by shares: each doubling of age
    # learns by itself.
    left_h = (rows["settles_at"] - rows["made_at"]).dt.total_seconds() / 3_600.0
    # Goals and payouts have no horizon: each kind is one group.
    age_h = (rows["horizon_h"] - left_h).fillna(1.0).clip(lower=1.0)
    groups = rows.assign(age=np.floor(np.log2(age_h)))[~np.isnan(low + high)].groupby(
        ["kind", "age"]
    )
    for (kind, _), places in groups.groups.items():
        mine = places.to_numpy()
        some = rows.loc[mine].reset_index(drop=True)
        is_views = kind == "expected_views"
        values = {
            name: np.log1p(some[name].to_numpy()) if is_views else some[name].to_numpy()
            for name in ("expected", "low", "high", "actual")
        }
        down, up = _factors(some, values)
        ends = (
            values["expected"] - down * (values["expected"] - values["low"]),
            values["expected"] + up * (values["high"] - values["expected"]),
        )
        low[mine], high[mine] = (np.expm1(each) if is_views else each for each in ends)
    # Views and cents are whole: an end may miss one that is equal to it by a rounding error.
    return np.rint(low), np.rint(high)


def _factors(rows: pd.DataFrame, values: dict[str, Floats]) -> tuple[Floats, Floats]:
    """Return by what the lower and the upper half of each interval are multiplied."""
    things = rows.groupby(["about_id", "creator_id", "period_start"], dropna=False).ngroup()
    gaps = {
        "down": (values["expected"] - values["actual"], values["expected"] - values["low"]),
        "up": (values["actual"] - values["expected"], values["high"] - values["expected"]),
    }
    # A half without width is right if nothing lies on its side, whatever it is multiplied by.
    scores = {
        side: np.where(width > 0, gap / np.where(width > 0, width, 1.0), np.where(gap > 0, 1e9, 0))
        for side, (gap, width) in gaps.items()
    }
    made, settles = (rows[name].astype("int64").to_numpy() for name in ("made_at", "settles_at"))
    settled = rows.assign(thing=things)[~np.isnan(values["actual"])]
    order = settled.groupby("thing").indices
    ends = sorted((settles[settled.index[places]].max(), thing) for thing, places in order.items())
    learnt = [(end, settled.index[order[thing]].to_numpy()) for end, thing in ends]
    missed = float((1.0 - rows["level"]).mean()) / 2.0
    found = {side: np.ones(len(rows)) for side in scores}
    moments, batches = np.unique(made, return_inverse=True)
    sides, done = {side: _Side(missed) for side in scores}, 0
    for place, moment in enumerate(moments):
        while done < len(learnt) and learnt[done][0] <= moment:
            for name, side in sides.items():
                side.learn(scores[name][learnt[done][1]])
            done += 1
        for name, side in sides.items():
            found[name][batches == place] = side.factor()
    return found["down"], found["up"]


class _Side:
    """The lower or the upper half of intervals, and how wide it has to be by now."""

    def __init__(self, missed: float) -> None:
        self._latest: deque[Floats] = deque(maxlen=LATEST)
        self._missed = self._share = missed

    def learn(self, scores: Floats) -> None:
        """Learn from all forecasts of a thing that has settled."""
        # It is judged by the factor of now, not by that of its forecasts: what was learnt since
        # they were made would otherwise be learnt again for a month.
        was_missed = float((scores > self.factor()).mean())
        share = self._share + _STEP * (self._missed - was_missed)
        self._share = min(max(share, _LEAST_MISSED), _MOST_MISSED)
        self._latest.append(scores)

    def factor(self) -> float:
        """Return the factor of forecasts that are made now."""
        if len(self._latest) < FEWEST:
            return 1.0
        weights = np.concatenate([np.full(len(one), 1.0 / len(one)) for one in self._latest])
        scores = np.concatenate([*self._latest])
        order = np.argsort(scores, kind="stable")
        reached = np.cumsum(weights[order]) / weights.sum()
        place = min(int(np.searchsorted(reached, 1.0 - self._share)), len(order) - 1)
        return float(np.clip(scores[order][place], 0.0, _WIDEST))
