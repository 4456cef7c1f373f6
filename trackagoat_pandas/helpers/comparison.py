"""Which days, weeks or months of two periods are compared, and whether they are enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from trackagoat_pandas.base.types import Granularity
from trackagoat_pandas.helpers.columns import is_word, text, values_of
from trackagoat_pandas.helpers.loads import latest_days
from trackagoat_pandas.tables.analytics import RAW_METRICS

LEAST_SHARE: Final = 0.75
"""A period is compared only if this share of its buckets has values in both periods: a change of 11
days against 11 says nothing of half a year."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The buckets of a period that are compared with those of another one.

    Attributes
    ----------
    days, before
        The buckets that have values in both periods and are over, and their counterparts.
    over
        How many buckets of the period are over.
    is_whole
        Whether all buckets of the period are compared, also counting one that isn't over.
    """

    days: pd.DatetimeIndex
    before: pd.DatetimeIndex
    over: int
    is_whole: bool

    @property
    def is_enough(self) -> bool:
        """Whether the period may be compared."""
        return is_enough(len(self.days), self.over)

    def reason(self, granularity: Granularity) -> str:
        """Say why the period isn't compared."""
        if not self.over:
            return f"no {granularity} is over yet"
        return f"{len(self.days):,} of {self.over:,} {granularity}s have values in both periods"


def is_enough(compared: int, of: int) -> bool:
    """Return whether `compared` buckets of `of` are enough to compare two periods.

    Examples
    --------
    >>> is_enough(23, 30), is_enough(11, 168), is_enough(0, 0)
    (True, False, False)
    """
    return 0 < compared >= LEAST_SHARE * of


def compare(
    now: pd.Series,
    before: pd.Series,
    counterparts: pd.DatetimeIndex,
    left_out: pd.DatetimeIndex,
    partial: pd.DatetimeIndex,
) -> Comparison:
    """Find the buckets that two periods have in common.

    Parameters
    ----------
    now, before
        The values of both periods by date; a missing value is no 0.
    counterparts
        The buckets of `now` that those of `before` are compared with.
    left_out
        Buckets of `now` that aren't compared, since only a part of their sum is known.
    partial
        Buckets of `now` that aren't over.
    """
    # A bucket that has a value in one period only would make that period look bigger.
    known = counterparts[before.notna().to_numpy()]
    over = now.index.difference(partial)
    days = now.dropna().index.intersection(known).difference(left_out).difference(partial)
    chosen = pd.DatetimeIndex(before.index[counterparts.isin(days)])
    return Comparison(pd.DatetimeIndex(days), chosen, len(over), len(days) == len(now))


def difference_text(analytics: pd.DataFrame) -> str:
    """Say by how much projects and the creators beside them in a frame differ; "" if they don't.

    Compared are the sums of the main rows of days that both have, metric by metric.

    Examples
    --------
    >>> day = {"date": pd.Timestamp("2026-05-01"), "metric": "views", "series_kind": "main"}
    >>> rows = [("project", "p", 300), ("creator", "a", 200), ("creator", "b", 60)]
    >>> names = ["entity", "entity_id", "value"]
    >>> difference_text(pd.DataFrame(rows, columns=names).assign(**day)).partition(":")[0]
    'The project has 40 views more than the 2 creators'
    """
    if not {"entity", "entity_id", "metric", "date", "value", "series_kind"} <= {*analytics}:
        return ""
    projects, creators = (is_word(analytics["entity"], name) for name in ("project", "creator"))
    if not (projects.any() and creators.any()):
        return ""
    rows = latest_days(analytics[(projects | creators) & is_word(analytics["series_kind"], "main")])
    of_project = is_word(rows["entity"], "project")
    keys = pd.MultiIndex.from_arrays([text(rows["metric"]), rows["date"]], names=["metric", "date"])
    values = pd.Series(values_of(rows["value"]), keys)
    sums = [values[which].groupby(level=[0, 1]).sum() for which in (of_project, ~of_project)]
    # Days that only one of both has are NaN.
    more = (sums[0] - sums[1]).dropna().groupby(level="metric").sum()
    said = [
        f"{abs(more[name]):,.0f} {name} {'more' if more[name] > 0 else 'fewer'}"
        for name in RAW_METRICS
        if name in more.index and round(more[name])
    ]
    if not said:
        return ""
    counts = {
        name: rows.loc[which, "entity_id"].nunique()
        for name, which in (("project", of_project), ("creator", ~of_project))
    }
    who = (
        "The project has" if counts["project"] == 1 else f"The {counts['project']:,} projects have"
    )
    whose = "the creator" if counts["creator"] == 1 else f"the {counts['creator']:,} creators"
    return (
        f"{who} {', '.join(said)} than {whose}: of removed or other creators that aren't here, or "
        "of posts without one."
    )
