"""Which of several rows about the same thing counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._warning import warn
from trackagoat_pandas.checks import frame_facts, frame_params, require_columns
from trackagoat_pandas.errors import (
    ArgumentError,
    MissingArgumentError,
    MissingColumnError,
    NoDataWarning,
    listing,
)
from trackagoat_pandas.helpers.columns import days_of, holding, instants_of, is_word
from trackagoat_pandas.helpers.facts import fact_instant
from trackagoat_pandas.helpers.series import (
    IDENTITY,
    buckets_left_out,
    granularity_of,
    numbered,
    runs_of_days,
)

_NEVER = np.iinfo(np.int64).min
_EVER = pd.Timestamp(0, tz="UTC")
_KEYS = {
    ("entity_id", "metric", "date"): (*IDENTITY, "date"),
    ("goal_id",): ("goal_id", "period_start"),
    ("id",): ("id", "version"),
}
"""The columns that say which resource a frame holds, the first that it has; and its key."""
_OF_COMPLETENESS = frozenset({"complete", "gaps", "loads_complete"})
"""What a joined frame says of its loads even where they have no provenance."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def latest_rows(frame: pd.DataFrame, key: Sequence[str]) -> NDArray[np.bool_]:
    """Choose the row that counts for each key, as a mask over the rows.

    Joined loads hold a video or a day twice, and a moving list repeats a row. Every helper reads
    such a frame by this one rule: a complete row (`is_partial` False) counts before an unknown one,
    and that before a partial one; then the one with the latest `fetched_at`, then the latest
    `updated_at`, where the frame has such a column; then the last row. Rows whose key is null
    throughout are all kept.
    """
    require_columns(frame, [])
    names = [name for name in key if name in frame.columns]
    require_columns(frame, names)
    numbers = numbered(frame, names)
    if not names or numbers.max(initial=-1) + 1 == len(frame):
        return np.ones(len(frame), np.bool_)
    ranks = (_instants(frame, "updated_at"), _instants(frame, "fetched_at"), _complete(frame))
    order = np.lexsort((*ranks, numbers))  # stable: of equal ranks the last row stays last
    is_last = np.append(numbers[order][1:] != numbers[order][:-1], True)
    kept = np.zeros(len(frame), np.bool_)
    kept[order[is_last]] = True
    nameless: NDArray[np.bool_] = frame[names].isna().all(axis=1).to_numpy(np.bool_)
    return kept | nameless


def latest_of(frame: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Take the rows that count by :func:`latest_rows`; the frame itself where all do."""
    kept = latest_rows(frame, key)
    return frame if kept.all() else frame[kept]


def latest_days(analytics: pd.DataFrame) -> pd.DataFrame:
    """Take the row that counts for each series and date of analytics; rows without a date stay."""
    days = pd.Series(days_of(analytics["date"]).astype("datetime64[us]"), analytics.index)
    kept = latest_rows(analytics.assign(date=days), [*IDENTITY, "date"]) | days.isna().to_numpy()
    return analytics if kept.all() else analytics[kept]


def combine_loads(*frames: pd.DataFrame) -> pd.DataFrame:
    """Join frames of one resource that were loaded at different times, each row once.

    Parameters
    ----------
    *frames
        Frames of one loader, in any order. Rows are about the same thing if they agree, in
        analytics, in ``entity``, ``entity_id``, ``series_kind``, ``parent_id``, ``metric`` and
        ``date``; in goals, in ``goal_id`` and ``period_start``; in anything else, in ``id`` (and
        ``version``, which payout rules have).

    Returns
    -------
    pandas.DataFrame
        The columns of all frames that have rows, or of the oldest if none has any; the rows of the
        oldest load first. Of rows about the same thing one is kept: a complete one (``is_partial``
        False) before an unknown, and that before a partial one; then that of the newest load, by
        each frame's ``fetched_at`` (an attribute or a column of that name); then the one with the
        latest ``updated_at``; then that of the later frame. Rows without any key stay. The
        provenance, ``attrs["trackagoat"]``, keeps what all frames agree on, of the params too;
        ``fetched_at`` is the oldest, ``requests`` is the sum, and ``rows`` counts the result.
        ``complete`` is True if all loads were and there are no ``gaps``: the days between loads of
        daily analytics that no load covers for one of the series, as ``"2026-05-11..2026-05-20"``.
        With gaps, ``loads_complete`` says whether all loads were. A load of these days closes them.

    Warns
    -----
    NoDataWarning
        There are such gaps.

    Raises
    ------
    ArgumentError
        There is no frame, the frames are of several resources, or they are analytics of several
        granularities, modes or time zones.
    MissingColumnError
        A frame has no key.

    Examples
    --------
    >>> import pandas as pd
    >>> day = {"entity_id": "a", "metric": "views", "date": pd.Timestamp("2026-06-01")}
    >>> evening = pd.DataFrame([{**day, "value": 70, "is_partial": False}])
    >>> noon = pd.DataFrame([{**day, "value": 40, "is_partial": True}])
    >>> combine_loads(evening, noon)["value"].tolist()
    [70]
    """
    if not frames:
        raise MissingArgumentError("frames", "give at least one frame")
    marks = sorted({_marks_of(frame) for frame in frames})
    for name, values in _disagreements(frames).items():
        raise ArgumentError("frames", values, f"combine loads of one {name}")
    if len(marks) > 1:
        raise ArgumentError("frames", marks, "combine loads of one resource")
    loads = sorted(frames, key=_fetched_at)  # stable: of equal times the later frame stays later
    joined = _stacked(
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
    if gaps:
        warn(
            f"combine_loads: no load covers {listing(gaps)}. Load these days as well; without them "
            "sums and changes over them are wrong.",
            NoDataWarning,
        )
    return kept


def _gaps(loads: Sequence[pd.DataFrame], owners: NDArray[np.intp]) -> list[str]:
    """The days between loads of daily analytics that a series has in none of them, as ranges.

    ``owners`` numbers the series of all rows, load after load.
    """
    parts = np.split(owners, np.cumsum([len(load) for load in loads])[:-1])
    dated = [each for each in zip(loads, parts, strict=True) if each[0]["date"].notna().any()]
    if {granularity_of(load) for load, _ in dated} != {"day"}:
        return []
    spans = pd.concat([_covered(load, part) for load, part in dated], ignore_index=True)
    firsts, lasts = days_of(spans["first"]), days_of(spans["last"])
    days = buckets_left_out(spans["owner"].to_numpy(np.intp), firsts, lasts, "day")
    return [
        str(first) if first == last else f"{first}..{last}" for first, last in runs_of_days(days)
    ]


def _covered(load: pd.DataFrame, owners: NDArray[np.intp]) -> pd.DataFrame:
    """From which to which day a load covers each of its series."""
    days = pd.Series(days_of(load["date"]).astype("datetime64[us]"))
    spans = pd.DataFrame({"owner": owners, "first": days, "last": days})
    kinds = load.get("series_kind")
    is_prior = False if kinds is None else is_word(kinds, "prior_period")
    spans = spans.assign(is_prior=is_prior).dropna()
    facts = frame_facts(load)
    if "gaps" in facts:  # loads joined before: their days alone say what they cover
        return spans
    ends = {"first": "min", "last": "max", "is_prior": "any"}
    spans = spans.groupby("owner", as_index=False).agg(ends)
    asked = frame_params(load)
    if "from" in asked and "to" in asked:
        # A series may begin or end within the days that were asked for.
        first = pd.Timestamp(asked["from"])
        last = min(pd.Timestamp(asked["to"]), pd.Timestamp(facts.get("data_until", asked["to"])))
        is_own = ~spans["is_prior"]
        spans["first"] = spans["first"].mask(is_own & (spans["first"] > first), first)
        spans["last"] = spans["last"].mask(is_own & (spans["last"] < last), last)
    return spans


def _marks_of(frame: pd.DataFrame) -> tuple[str, ...]:
    """The columns that say which resource a frame holds."""
    require_columns(frame, [])
    for marks in _KEYS:
        if set(marks) <= set(frame.columns):
            return marks
    raise MissingColumnError(["id"], frame.columns)


def _disagreements(frames: Sequence[pd.DataFrame]) -> dict[str, list[str]]:
    """Facts that all loads must agree on, with the values of those that differ."""
    said: dict[str, set[str]] = {}
    for frame in frames:
        facts, params = frame_facts(frame), frame_params(frame)
        path = _UUID.sub("{id}", str(facts.get("path") or ""))
        zone = facts.get("timezone") if path == "/analytics" else None
        for name, value in (
            ("resource", path), ("granularity", params.get("granularity")),
            ("mode", params.get("mode")), ("time zone", params.get("tz") or zone),
        ):  # fmt: skip
            if value:
                said.setdefault(name, set()).add(str(value))
    return {name: sorted(values) for name, values in said.items() if len(values) > 1}


def _fetched_at(frame: pd.DataFrame) -> pd.Timestamp:
    """When a frame was loaded; before everything where it doesn't say so."""
    fetched_at = fact_instant(frame, "fetched_at")
    return _EVER if fetched_at is None else fetched_at


def _stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put frames end to end, columns of nothing in the dtype that the others have."""
    filled = [frame for frame in frames if len(frame)] or list(frames[:1])
    dtypes: dict[Any, Any] = {}
    for frame in filled:
        for name, column in frame.items():
            if name not in dtypes and column.notna().any():
                dtypes[name] = column.dtype
    alike = [
        frame.astype(
            {name: dtypes[name] for name in frame if name in dtypes and frame[name].isna().all()}
        )
        for frame in filled
    ]
    joined = pd.concat(alike, ignore_index=True)
    words = [name for name in joined if isinstance(dtypes.get(name), pd.CategoricalDtype)]
    return joined.astype(dict.fromkeys(words, "category"))


def _joint_attrs(facts: Sequence[dict[str, Any]], rows: int, gaps: Sequence[str]) -> dict[Any, Any]:
    """What a joined frame says: of its loads, if all have a provenance, and what is missing."""
    came = [each.get("loads_complete", each.get("complete")) for each in facts]
    joint, complete = {}, False if False in came else None
    if all(set(each) - _OF_COMPLETENESS for each in facts):
        joint, complete = _joint_facts(facts, rows), all(one is True for one in came)
    if gaps:
        # Apart, so that loads that fill the gaps make the frame complete.
        joint |= {"complete": False, "gaps": list(gaps), "loads_complete": complete}
    elif complete is not None:
        joint["complete"] = complete
    return {"trackagoat": joint} if joint else {}


def _joint_facts(facts: Sequence[dict[str, Any]], rows: int) -> dict[str, Any]:
    """What loads agree on, the oldest first."""
    params = [dict(each["params"]) for each in facts if isinstance(each.get("params"), dict)]
    joint = {name: fact for name, fact in _shared(facts).items() if name not in _OF_COMPLETENESS}
    joint |= {"params": _shared(params) if len(params) == len(facts) else {}, "rows": rows}
    for name in ("fetched_at", "server_time"):
        if all(name in each for each in facts):
            joint[name] = facts[0][name]
    requests = [each.get("requests") for each in facts]
    if all(isinstance(number, int) for number in requests):
        joint["requests"] = sum(requests)
    return joint


def _shared(facts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The entries that are the same in all."""
    first, *others = facts
    return {
        name: value
        for name, value in first.items()
        if all(name in other and other[name] == value for other in others)
    }


def _complete(frame: pd.DataFrame) -> NDArray[np.floating[Any]]:
    """Rank completeness: 0 for a complete row, -1 for a partial one, an unknown one in between."""
    if "is_partial" not in frame.columns:
        return np.zeros(len(frame))
    with holding(frame["is_partial"], "True and False"):
        partial = frame["is_partial"].astype("boolean").astype("Float64")
    return -partial.to_numpy(np.float64, na_value=0.5)


def _instants(frame: pd.DataFrame, name: str) -> NDArray[np.int64]:
    """Read a column of instants as microseconds; what is missing came before everything."""
    if name not in frame.columns:
        return np.zeros(len(frame), np.int64)
    instants = instants_of(frame[name])
    return np.where(np.isnat(instants), _NEVER, instants.astype(np.int64))
