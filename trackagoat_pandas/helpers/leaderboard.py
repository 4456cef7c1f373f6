"""Rank the rows of a frame by a column."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas.base.types import Ints
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.columns import STRING, holding, numbered, values_of
from trackagoat_pandas.helpers.counted import (
    COMMENT_ON_TIKTOK,
    comments_once,
    listed_once_note,
    posts_once,
)
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.formats import column_of, is_per
from trackagoat_pandas.helpers.labels import keep_order
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.helpers.luck.ranks import spans_by_row
from trackagoat_pandas.helpers.series import IDENTITY, are_overlapping
from trackagoat_pandas.inputs.checks import (
    check_bool,
    check_int,
    check_name,
    frame_facts,
    require_columns,
)
from trackagoat_pandas.tables import loader_of

_RATE = re.compile(
    r"(^|_)(rate|avg|mean|median|percentage|percent|multiple|score|comparative|cpm)(_|$)|(^|_)share$"
)
_COUNT = re.compile(r"(?:^|_)(view|like|comment|share|save)(?:s|_count)(?:_|$)")
"""Counts of posts, their sums and means: view_count, views, avg_views_per_post."""
_LEVEL = 0.9
_OF_ANALYTICS = frozenset({"entity_id", "metric", "date", "value"})


@derived(rows_of="frame")
def leaderboard(
    frame: pd.DataFrame,
    by: str = "view_count",
    n: int | None = 10,
    *,
    within: str | None = None,
    interval: bool = False,
    posts: pd.DataFrame | None = None,
    now: InstantLike | None = None,
) -> pd.DataFrame:
    """Rank the rows by a column of numbers, with their share of the sum.

    Analytics of several creators, videos or campaigns over several dates are refused, since each
    date would be ranked like a separate creator. Sum them first, or rank each date separately with
    ``within="date"``.

    Parameters
    ----------
    frame : DataFrame
        Any frame with the column, such as that of :func:`load_videos` or
        ``load_report("creator-leaderboard", ...)``. Of several rows with one ``id``, only the one
        that :func:`combine_loads` would keep counts. A post that several projects track is listed
        once, with its largest number; in each project with ``within="project_id"``.
    by : str, default 'view_count'
        The column to rank by, largest numbers first.
    n : int or None, default 10
        The number of rows to return, or None for all. Of rows that tie for the last place, the
        first ones are returned.
    within : str, optional
        A column of groups, such as ``"creator_id"``: each group is ranked separately, and its first
        `n` rows are returned, in the order of the column's values.
    interval : bool, default False
        Whether to say how far chance may have moved the ranks of creators: by
        :func:`rank_creators`, where a creator's typical post may rank among those of the other
        rows' creators.
    posts : DataFrame, optional
        The posts of these creators, such as :func:`load_videos` returns, for `interval`. Not needed
        if the rows of `frame` are posts.
    now : str or datetime, optional
        When the counts of `posts` were read; by default when they were loaded.

    Returns
    -------
    pandas.DataFrame
        The frame's columns after two new ones. ``rank`` (Int64): 1 for the largest number, the same
        for equal numbers, with a gap after a tie (1, 1, 3). ``share`` (Float64, percent): of the
        sum of all known numbers, including rows beyond `n`; with `within`, of the row's group. The
        share is NA for rates and means (known by the unit of a declared column, else by its name),
        if any number is negative, if all are 0, or if the rows are of several campaigns, which
        share videos. Rows without a number are left out. Existing columns with these names are
        replaced, so a leaderboard can be re-ranked.

        With `interval` also ``rank_low`` and ``rank_high`` (Int64: between which ranks the row's
        creator is with a chance of 90 %, by its lasting level) and ``rank_reason`` (str: why that
        isn't known). If `rank` isn't between them, it was luck, or many posts, or one hit.

    Raises
    ------
    MissingColumnError
        The frame has no column `by` or `within`.
    ArgumentError
        The column `by` doesn't hold numbers, `n` is less than 1, or the frame has several dates of
        several series.
    ArgumentTypeError
        `by` or `within` is not a string, or `n` not an integer.

    See Also
    --------
    plots.leaderboard : Draw a ranking as bars.
    rank_creators : Rank creators, with the luck in each rank.
    load_videos : Load videos.
    load_report : Load one of the server's reports.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> videos = pd.DataFrame({"title": ["a", "b", "c"], "view_count": [30, 60, 10]})
    >>> print(tgp.leaderboard(videos, n=2).to_string(index=False))
     rank title  share  view_count
        1     b   60.0          60
        2     a   30.0          30
    """
    names = [check_name("by", by)]
    if within is not None:
        names.append(check_name("within", within))
    require_columns(frame, names, loader=loader_of(by))
    dtype = frame[by].dtype
    if not pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype):
        raise ArgumentError("by", by, f"it must be a column of numbers, not of {dtype}")
    if n is not None:
        check_int("n", n, minimum=1)
    check_bool("interval", interval)
    frame = latest_of(frame, ["id"]).reset_index(drop=True)
    _check_dates(frame, _groups(frame, within))
    frame, left_out = each_once(frame, by, within)
    groups = _groups(frame, within)
    values = values_of(frame[by])
    # Ranked by their positions in sorted order, since floats would round large numbers.
    exact = np.where(np.isnan(values), -1, pd.factorize(frame[by], sort=True)[0])
    rows = pd.DataFrame({"group": groups, "exact": exact, "value": values})
    of_group = rows.groupby("group")
    sums = of_group["value"].transform("sum")
    ranked = rows.assign(
        rank=of_group["exact"].rank(method="min", ascending=False),
        share=100 * rows["value"] / sums.where(sums > 0),
    )
    if is_rate(by) or (values < 0).any() or are_overlapping(frame):
        ranked["share"] = np.nan
    ranked = ranked[exact >= 0].sort_values(["group", "rank"], kind="stable")
    found = ranked[["rank", "share"]].astype({"rank": "Int64", "share": "Float64"})
    if interval:
        places = ranked.index.to_numpy()
        theirs = frame if posts is None else posts
        spans = _spans(frame.iloc[places], by, groups[places], theirs, now)
        found = found.join(spans.set_index(places))
    if n is not None:
        found = found[(ranked.groupby("group").cumcount() < n).to_numpy()]
    earlier = frame.columns.intersection([*found.columns])
    result = frame.drop(columns=earlier).iloc[found.index].reset_index(drop=True)
    for place, name in enumerate(found.columns):
        result.insert(place, name, found[name].array)
    if left_out:
        facts = frame_facts(frame)
        note = ". ".join(filter(None, [facts.get("note"), left_out]))
        result.attrs = {**frame.attrs, "trackagoat": {**facts, "note": note}}
    return keep_order(result, frame)


def each_once(frame: pd.DataFrame, by: str, within: str | None) -> tuple[pd.DataFrame, str]:
    """Keep one row of each post or comment in a group, and return the note about the others."""
    noun = "comment" if COMMENT_ON_TIKTOK in frame.columns else "post"
    if noun == "comment":
        rows = comments_once(frame, [] if within is None else [within])
    else:
        rows = posts_once(frame, by=by, within=_groups(frame, within))
    return rows.reset_index(drop=True), listed_once_note(len(frame) - len(rows), noun)


def _spans(
    frame: pd.DataFrame, by: str, groups: Ints, posts: pd.DataFrame, now: InstantLike | None
) -> pd.DataFrame:
    """Return between which ranks the creator of each row is, or why that isn't known."""
    counted = _COUNT.search(by)
    metric = f"{counted[1]}_count" if counted and "rate" not in by else ""
    owner = "creator_id" if "creator_id" in frame.columns else "id"
    reason = ""
    if not metric:
        reason = f"{by} isn't made of counts of posts"
    elif owner not in frame.columns:
        reason = "the rows don't say of which creator they are"
    elif not {"creator_id", "posted_at", "tracking_status", metric} <= {*posts.columns}:
        reason = "the frame has no single posts: give them as `posts`"
    if not reason:
        return spans_by_row(frame[owner], groups, posts, metric=metric, level=_LEVEL, now=now)
    unknown = pd.array([pd.NA] * len(frame), dtype="Int64")
    reasons = pd.array([reason] * len(frame), dtype=STRING)
    return pd.DataFrame({"rank_low": unknown, "rank_high": unknown, "rank_reason": reasons})


def _groups(frame: pd.DataFrame, within: str | None) -> Ints:
    """Number the groups in the order of their values, with a missing value last."""
    if within is None:
        return np.zeros(len(frame), np.int64)
    column = frame[within]
    if isinstance(column.dtype, pd.ArrowDtype) and pa.types.is_dictionary(
        column.dtype.pyarrow_dtype
    ):
        # pandas can't sort an Arrow dictionary.
        column = column.astype(pd.ArrowDtype(column.dtype.pyarrow_dtype.value_type))
    with holding(column, "values that have an order, such as text or numbers"):
        codes, values = pd.factorize(column, sort=True)
    return np.where(codes < 0, len(values), codes)


def _check_dates(frame: pd.DataFrame, groups: Ints) -> None:
    """Refuse analytics in which several series are ranked by several dates each."""
    if not _OF_ANALYTICS.issubset(frame.columns):
        return
    series = pd.Series(numbered(frame, IDENTITY)).groupby(groups)
    number = series.nunique()
    if ((number > 1) & (series.size() > number)).any():
        names = [name for name in ("metric", "entity_id", "label") if name in frame.columns]
        problem = (
            "it has several dates of several series, and each date would be ranked like a separate "
            f"series. Sum first: frame.groupby({names}, as_index=False, "
            "observed=True)['value'].sum(). Or rank each date separately: within='date'"
        )
        raise ArgumentError("frame", frame, problem=problem)


def is_rate(name: str) -> bool:
    """Return whether a column holds rates, means or scores, which can't be summed.

    A declared column says it by its unit, of which a fraction is a mean; another by its name.

    Examples
    --------
    >>> [is_rate(name) for name in ("engagement_rate_by_views", "positive_pct", "view_count")]
    [True, True, False]
    """
    declared = column_of(name)
    unit = declared.unit or ""
    if declared.content in ("percent", "share") or unit == "percent" or is_per(unit):
        return True
    return declared.kind == "float" if unit else _RATE.search(name) is not None
