"""Choose one of several rows about the same thing, and join loads by that rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import (
    ArgumentError,
    MismatchedFramesWarning,
    MissingArgumentError,
    MissingColumnError,
    NoDataWarning,
    listing,
)
from trackagoat_pandas.helpers.beginnings import joint_starts
from trackagoat_pandas.helpers.columns import (
    days_of,
    instants_of,
    is_word,
    nullable,
    nullable_flags,
    numbered,
)
from trackagoat_pandas.helpers.cuts import joint_cut
from trackagoat_pandas.helpers.series import (
    IDENTITY,
    buckets_left_out,
    granularity_of,
    runs_of_days,
)
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import fact_instant, frame_facts, frame_params, require_columns
from trackagoat_pandas.tables import table_at

AGES = ("updated_at", "fetched_at")
"""The columns by which the newest of several rows is known."""
_EPOCH = pd.Timestamp(0, tz="UTC")
_KEYS = {
    ("entity_id", "metric", "date"): (*IDENTITY, "date"),
    ("goal_id",): ("goal_id", "period_start"),
    ("id",): ("id", "version"),
}
"""The columns by which a resource is recognized (the first match counts), and its key."""
_OF_COMPLETENESS = frozenset({"complete", "gaps", "loads_complete"})
"""Facts that a joined frame has even if its loads have no provenance."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def latest_rows(frame: pd.DataFrame, key: Sequence[str]) -> NDArray[np.bool_]:
    """Return a mask of the rows to use: one for each key.

    A video or a day appears twice after joining loads, or if a list changed between two pages. All
    helpers follow the rule in the Notes of :func:`combine_loads`.
    """
    names = [name for name in key if name in frame.columns]
    numbers = numbered(frame, names)
    if not names or numbers.max(initial=-1) + 1 == len(frame):
        return np.ones(len(frame), np.bool_)
    ranks: list[NDArray[Any]] = [
        # NaT is numpy's least integer, so that a missing instant is earlier than any other.
        instants_of(frame[name]).astype(np.int64)
        for name in AGES
        if name in frame.columns
    ]
    if "is_partial" in frame.columns:
        # A row of which it isn't known stands between a partial and a complete one.
        partial = nullable_flags(frame["is_partial"]).astype("Float64")
        ranks.append(-partial.to_numpy(np.float64, na_value=0.5))
    order = np.lexsort((*ranks, numbers))  # stable, so the last of equally ranked rows is kept
    is_last = np.append(numbers[order][1:] != numbers[order][:-1], True)
    kept = np.zeros(len(frame), np.bool_)
    kept[order[is_last]] = True
    # Rows without any part of a key may be about different things, so all of them stay.
    nameless: NDArray[np.bool_] = frame[names].isna().all(axis=1).to_numpy(np.bool_)
    return kept | nameless


def latest_of(frame: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Keep the rows that :func:`latest_rows` chooses; return the frame itself if that is all."""
    kept = latest_rows(frame, key)
    return frame if kept.all() else frame[kept]


def latest_days(analytics: pd.DataFrame) -> pd.DataFrame:
    """Keep one row for each series and date of analytics, and all rows without a date."""
    days = pd.Series(days_of(analytics["date"]).astype("datetime64[us]"), analytics.index)
    kept = latest_rows(analytics.assign(date=days), [*IDENTITY, "date"]) | days.isna().to_numpy()
    return analytics if kept.all() else analytics[kept]


@takes_arrow
def combine_loads(*frames: pd.DataFrame) -> pd.DataFrame:
    """Join frames of one resource that were loaded at different times, without duplicate rows.

    Where loads overlap, the newest complete row is kept. Days that no load of daily analytics
    covers are reported; the Notes say what else is checked, and what isn't.

    Parameters
    ----------
    *frames : DataFrame
        Frames of one loader, in any order.

    Returns
    -------
    pandas.DataFrame
        The columns of all frames that have rows, or of the oldest frame if none has any. The rows
        of the oldest load come first. ``attrs["trackagoat"]`` keeps the facts and params on which
        all frames agree; ``fetched_at`` is the oldest, ``requests`` the sum, and ``rows`` the
        number of rows of the result. ``complete`` is True if all loads were complete and there are
        no ``gaps``, a list such as ``["2026-05-11..2026-05-20"]``; with gaps, ``loads_complete``
        says whether all loads were complete. Combining the result with a load of the missing days
        closes the gaps.

    Raises
    ------
    ArgumentError
        There is no frame, or the frames differ in resource, granularity, mode or time zone.
    MissingColumnError
        A frame has no key.

    Warns
    -----
    NoDataWarning
        Days of daily analytics are covered by no load.
    MismatchedFramesWarning
        Goals were loaded for several reference days, so a goal has a row for each of several
        periods, and :func:`summarize_compliance` counts each of them.

    See Also
    --------
    diff : Find what differs between two frames.
    open_store : Open the store in a folder.
    Store.changes : See what a list gained, lost and changed.

    Notes
    -----
    Rows are about the same thing if they have the same key: in analytics ``entity``,
    ``entity_id``, ``series_kind``, ``parent_id``, ``metric`` and ``date``; in goals ``goal_id`` and
    ``period_start``; in anything else ``id``, and ``version`` for payout rules. Of such rows one is
    kept: a complete one (``is_partial`` is False) rather than one of unknown completeness, and that
    rather than a partial one; then the one with the latest ``fetched_at``, which is a column or
    taken from the frame's attributes; then the one with the latest ``updated_at``; then the last.
    Rows whose whole key is null are all kept.

    Gaps are looked for only in daily analytics, series by series: a day is missing if some load
    covers earlier days of the same series, another load later ones, and none covers that day. Not
    checked are weeks and months, days before the first or after the last load of a series, whether
    all loads have the same creators or metrics (a creator who is in one load only has no gap), and
    loads of anything else by dates or filters, such as comments, accruals and payments.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> day = {"entity_id": "a", "metric": "views", "date": pd.Timestamp("2026-06-01")}
    >>> evening = pd.DataFrame([{**day, "value": 70, "is_partial": False}])
    >>> noon = pd.DataFrame([{**day, "value": 40, "is_partial": True}])
    >>> tgp.combine_loads(evening, noon)["value"].tolist()
    [70]
    """
    if not frames:
        raise MissingArgumentError("frames", "pass at least one frame")
    marks = sorted({_marks_of(frame) for frame in frames})
    # One disagreement is enough to refuse the frames.
    for name, values in _disagreements(frames).items():
        problem = f"they are of more than one {name}, {listing(values)}: combine each alone"
        raise ArgumentError("frames", values, problem=problem)
    if len(marks) > 1:
        allowed = "all loads must be of one table: combine those of each alone"
        raise ArgumentError("frames", marks, allowed)
    loads = sorted(frames, key=_fetched_at)  # stable: frames of one time keep their order
    joined = _stack(
        [
            load if "fetched_at" in load.columns else load.assign(fetched_at=_fetched_at(load))
            for load in loads
        ]
    )
    key = _KEYS[marks[0]]
    kept = latest_days(joined) if "date" in key else latest_of(joined, key)
    if not any("fetched_at" in frame.columns for frame in frames):
        kept = kept.drop(columns="fetched_at")
    kept = kept.reset_index(drop=True)
    gaps = _gaps(loads, numbered(joined, IDENTITY)) if "date" in key else []
    kept.attrs = _joint_attrs([frame_facts(load) for load in loads], len(kept), gaps)
    if cut := joint_cut(loads):
        kept.attrs.setdefault("trackagoat", {})["cut"] = cut
    if gaps:
        warn(
            f"combine_loads: no load covers {listing(gaps)}. Load these days as well; without them "
            "sums and changes over them are wrong.",
            NoDataWarning,
        )
    if "goal_id" in key:
        _warn_of_periods(loads, kept)
    return kept


def _warn_of_periods(loads: Sequence[pd.DataFrame], joined: pd.DataFrame) -> None:
    """Warn if a goal has several periods, though it has only one in each load.

    In :func:`goal_history` a goal has several periods on purpose.
    """
    repeated, *within = (frame["goal_id"].dropna().duplicated() for frame in (joined, *loads))
    if repeated.any() and not any(each.any() for each in within):
        number = joined["goal_id"].dropna()[repeated].nunique()
        goals = "1 goal has" if number == 1 else f"{number:,} goals have"
        warn(
            f"combine_loads: {goals} a row for each of several periods, since the loads have "
            "different reference days, and summarize_compliance counts every row. To count each "
            "goal once, keep its last period: "
            "goals.sort_values('period_start').drop_duplicates('goal_id', keep='last')",
            MismatchedFramesWarning,
        )


def _gaps(loads: Sequence[pd.DataFrame], owners: NDArray[np.intp]) -> list[str]:
    """Find the days between loads of daily analytics that none covers for a series, as ranges.

    ``owners`` numbers the series of all rows, load after load.
    """
    parts = np.split(owners, np.cumsum([len(load) for load in loads])[:-1])
    dated = [each for each in zip(loads, parts, strict=True) if each[0]["date"].notna().any()]
    if {granularity_of(load) for load, _ in dated} != {"day"}:
        return []
    spans = pd.concat([_spans_of(load, part) for load, part in dated], ignore_index=True)
    firsts, lasts = days_of(spans["first"]), days_of(spans["last"])
    owner = spans["owner"].to_numpy(np.intp)
    return runs_of_days(buckets_left_out(owner, firsts, lasts, "day"))


def _spans_of(load: pd.DataFrame, owners: NDArray[np.intp]) -> pd.DataFrame:
    """Return the first and last day that a load covers of each of its series."""
    days = pd.Series(days_of(load["date"]).astype("datetime64[us]"))
    spans = pd.DataFrame({"owner": owners, "first": days, "last": days})
    kinds = load.get("series_kind")
    is_prior = False if kinds is None else is_word(kinds, "prior_period")
    spans = spans.assign(is_prior=is_prior).dropna()
    facts = frame_facts(load)
    if "gaps" in facts:  # Loads were joined with gaps: only the days with rows are covered.
        return spans
    ends = {"first": "min", "last": "max", "is_prior": "any"}
    spans = spans.groupby("owner", as_index=False).agg(ends)
    asked = frame_params(load)
    if "from" in asked and "to" in asked:
        # The load covers all days that it requested, even if a series begins later or ends earlier.
        first = pd.Timestamp(asked["from"])
        last, until = pd.Timestamp(asked["to"]), fact_instant(load, "data_until")
        last = last if until is None else min(last, until.tz_localize(None))
        is_own = ~spans["is_prior"]
        spans["first"] = spans["first"].mask(is_own & (spans["first"] > first), first)
        spans["last"] = spans["last"].mask(is_own & (spans["last"] < last), last)
    return spans


def _marks_of(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns that identify the frame's resource."""
    require_columns(frame, [])
    for marks in _KEYS:
        if set(marks) <= set(frame.columns):
            return marks
    raise MissingColumnError(["id"], frame.columns)


def _disagreements(frames: Sequence[pd.DataFrame]) -> dict[str, list[str]]:
    """Return the facts that must be the same in all loads and aren't, with their values."""
    said: dict[str, set[str]] = {}
    for frame in frames:
        facts, params = frame_facts(frame), frame_params(frame)
        path = _UUID.sub("{id}", str(facts.get("path") or ""))
        # Only analytics have days that depend on a time zone; other resources have instants.
        zone = facts.get("timezone") if path == "/analytics" else None
        for name, value in (
            ("table", table.name if (table := table_at(path)) else path),
            ("granularity", params.get("granularity")),
            ("mode", params.get("mode")), ("time zone", params.get("tz") or zone),
        ):  # fmt: skip
            if value:
                said.setdefault(name, set()).add(str(value))
    return {name: sorted(values) for name, values in said.items() if len(values) > 1}


def _fetched_at(frame: pd.DataFrame) -> pd.Timestamp:
    """Return when a frame was loaded, or an instant before any load if it doesn't say."""
    fetched_at = fact_instant(frame, "fetched_at")
    return _EPOCH if fetched_at is None else fetched_at


def _stack(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Concatenate frames; columns without values take the dtype of the other frames."""
    filled = [frame for frame in frames if len(frame)] or list(frames[:1])
    dtypes: dict[Any, Any] = {}
    for frame in filled:
        for name, column in frame.items():
            if name not in dtypes and column.notna().any():
                dtypes[name] = column.dtype
    alike = [
        frame.astype(
            {
                name: nullable(dtypes[name])
                for name in frame
                if name in dtypes and frame[name].isna().all()
            }
        )
        for frame in filled
    ]
    joined = pd.concat(alike, ignore_index=True)
    # pd.concat makes objects of categories that differ between frames.
    words = [name for name in joined if isinstance(dtypes.get(name), pd.CategoricalDtype)]
    return joined.astype(dict.fromkeys(words, "category"))


def _joint_attrs(facts: Sequence[dict[str, Any]], rows: int, gaps: Sequence[str]) -> dict[Any, Any]:
    """Return the joined frame's attributes: the facts that all loads share, and the gaps."""
    came = [each.get("loads_complete", each.get("complete")) for each in facts]
    joint, complete = {}, False if False in came else None
    if all(set(each) - _OF_COMPLETENESS for each in facts):
        joint = _joint_facts(facts, rows)
        # Of a part of a load nobody can say whether it is all of something.
        complete = False if False in came else None if None in came else True
    if gaps:
        # Kept separately, so the frame becomes complete once the gaps are filled.
        joint |= {"complete": False, "gaps": list(gaps), "loads_complete": complete}
    elif complete is not None:
        joint["complete"] = complete
    return {"trackagoat": joint} if joint else {}


def _joint_facts(facts: Sequence[dict[str, Any]], rows: int) -> dict[str, Any]:
    """Return the facts on which loads agree; the oldest load comes first."""
    params = [dict(each["params"]) for each in facts if isinstance(each.get("params"), dict)]
    joint = {
        name: fact for name, fact in _shared_entries(facts).items() if name not in _OF_COMPLETENESS
    }
    joint.pop("cut", None)
    joint |= {"params": _shared_entries(params) if len(params) == len(facts) else {}, "rows": rows}
    for name in ("fetched_at", "server_time"):
        if all(name in each for each in facts):
            joint[name] = facts[0][name]
    joint |= joint_starts(facts)
    requests = [each.get("requests") for each in facts]
    if all(isinstance(number, int) for number in requests):
        joint["requests"] = sum(requests)
    return joint


def _shared_entries(facts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the entries that are the same in all."""
    first, *others = facts
    return {
        name: value
        for name, value in first.items()
        if all(name in other and other[name] == value for other in others)
    }
