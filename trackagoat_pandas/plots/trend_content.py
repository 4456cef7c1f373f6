"""The content of a plot of a metric over time: its values, title, subtitle and notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import count_text, percent_text, share_text
from trackagoat_pandas.base.types import Bools, Days, Granularity
from trackagoat_pandas.base.wording import with_minus
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.analytics import LEAST_VIEWS
from trackagoat_pandas.helpers.clocks import ONE_DAY
from trackagoat_pandas.helpers.columns import days_of, firsts_of, flags_of, is_word, numbered
from trackagoat_pandas.helpers.comparison import Comparison, compare
from trackagoat_pandas.helpers.granularity import buckets_text, day_text
from trackagoat_pandas.helpers.loads import latest_days
from trackagoat_pandas.helpers.series import (
    OWNER,
    are_overlapping,
    bucket_start,
    buckets_between,
    buckets_left_out,
    granularity_of,
    next_bucket,
)
from trackagoat_pandas.helpers.wide import SeriesKind, chosen_rows, float_grid, sums_by_date
from trackagoat_pandas.inputs.checks import fact_instant, frame_params
from trackagoat_pandas.plots.style import is_percent
from trackagoat_pandas.plots.text import distinct, shown, with_at
from trackagoat_pandas.tables.analytics import RAW_METRICS

T = TypeVar("T", pd.DataFrame, pd.Series)

MOST_DAYS: Final = 35
"""Of more days, bars and the steps of rates can't be read: five weeks."""
_BY_VIEWS: Final = "engagement_rate_by_views"
_SUNDAY: Final = 6
_FEWEST: Final = 3
"""Of fewer values, a median says nothing."""
_REST: Final = "__other__"
"""The id of what the API sums up as the rest of a breakdown."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is drawn: values by date and entity, sums of the period before, and marked dates.

    ``views`` are those beside a rate, if the frame has them; ``rest`` is the rest of a breakdown,
    which is no entity. ``gaps`` are the buckets for which an entity has no value although it has
    earlier and later ones. ``compared`` are the buckets that those of the ``prior`` period are
    compared with, the first with the first; one that can't be compared is empty, and ``note`` says
    so. Buckets of counts before the first data are left out of both. ``baselines`` are the rows at
    which tracking starts. Where ``is_overlapping``, campaigns share videos, which a sum would count
    repeatedly. Where ``has_handles``, entities are named by their handles.
    """

    metric: str
    wide: pd.DataFrame
    views: pd.DataFrame | None
    rest: pd.Series | None
    prior: pd.Series
    compared: pd.DatetimeIndex
    partial: pd.DatetimeIndex
    baselines: pd.DataFrame
    gaps: pd.DatetimeIndex
    granularity: Granularity
    is_total: bool
    is_split: bool
    is_overlapping: bool
    has_handles: bool
    note: str
    is_by_week: bool = False

    @property
    def is_raw(self) -> bool:
        """Whether values of several buckets can be summed."""
        return self.metric in RAW_METRICS

    @property
    def is_summable(self) -> bool:
        """Whether values of several entities can be summed."""
        return self.is_raw and not self.is_overlapping

    @property
    def has_bars(self) -> bool:
        """Whether values are counts of a few events, which a line would join for no reason.

        Bars of several entities stand on one another, which those below zero can't.
        """
        is_stackable = not self.is_split or not (self.wide < 0).any(axis=None)
        return self.metric == "posts" and self.is_summable and not self.is_total and is_stackable

    @property
    def has_prior(self) -> bool:
        """Whether a period before is drawn: beside a line for all, if it has any values."""
        return not self.is_split and bool(self.prior.notna().any())

    @property
    def total(self) -> pd.Series:
        """The sum of all entities in each bucket; NaN if no entity has a value."""
        parts = self.wide if self.rest is None else self.wide.assign(**{_REST: self.rest})
        return parts.sum(axis=1, min_count=1)

    @property
    def words(self) -> str:
        """The name of the metric, in words."""
        if self.metric == "followers" and not self.is_total:
            return "new followers"
        return "values" if self.metric == "value" else self.metric.replace("_", " ")

    @property
    def unit(self) -> str:
        """What a value is."""
        if self.is_total:
            return f"{self.words} in total"
        if is_percent(self.metric):
            return f"{self.words}, percent"
        return f"{self.words} a {self.granularity}" if self.is_raw else self.words

    def text(self, number: float) -> str:
        """Write a value of the metric briefly."""
        return percent_text(number) if is_percent(self.metric) else count_text(number)

    def exactly(self, number: float) -> str:
        """Write a value of the metric in full."""
        if is_percent(self.metric) or not np.isfinite(number):
            return self.text(number)
        return with_minus(f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}")

    def names(self, labels: Iterable[object]) -> list[str]:
        """Write the names of entities, handles with "@" as in tables."""
        named = pd.Series([*labels], dtype=object)
        return distinct(with_at(named) if self.has_handles else named)

    def others_text(self, others: pd.Series, words: str) -> str:
        """Say which share of all those have who aren't drawn, if they have any."""
        everything = self.total.sum()
        has_shares = self.is_summable and not self.is_total and everything > 0
        if not has_shares or (self.wide < 0).any(axis=None):
            return f"{words} not drawn"
        return f"{words} with {share_text(others.sum() / everything * 100)} of all not drawn"

    def biggest(self, n: int) -> tuple[pd.DataFrame, pd.Series | None, str]:
        """Return the values of the `n` biggest entities, the sum of all others, and their name.

        The biggest are those with the largest sums; of a rate, those with the most views, or if
        the frame has no views, those with the highest median.
        """
        if self.is_raw:
            sizes = self.wide.sum()
        else:
            sizes = self.wide.median() if self.views is None else self.views.sum()
        order = np.argsort(-sizes.fillna(-np.inf).to_numpy(), kind="stable")
        kept, others = self.wide.iloc[:, order[:n]], self.wide.iloc[:, np.sort(order[n:])]
        count = others.shape[1]
        if self.rest is not None:
            others = others.assign(**{_REST: self.rest})
            return kept, others.sum(axis=1, min_count=1), "all others together"
        if not count:
            return kept, None, ""
        words = "1 other" if count == 1 else f"{count:,} others together"
        return kept, others.sum(axis=1, min_count=1), words


def content_of(series: pd.DataFrame, metric: str, by: str | None, kind: SeriesKind) -> Content:
    """Read one metric and one kind of series from a frame.

    Raises
    ------
    ArgumentError
        ``by`` is None, and the metric is a rate of several entities or the rows are those of
        several campaigns.
    """
    granularity, series = granularity_of(series), latest_days(series)
    is_shown = chosen_rows(series, metric, kind)
    is_overlapping = are_overlapping(series[is_shown])
    if is_overlapping and by is None:
        raise ArgumentError(
            "by", by, "campaigns overlap: choose the rows of one of them, or by='label'"
        )
    wide = _values(series, metric, by, kind)
    rest, views = None, None
    if by is not None:
        is_rest = _is_rest(series[is_shown])
        if is_rest.any() and not is_rest.all():
            rest, wide = wide.loc[:, is_rest].sum(axis=1, min_count=1), wide.loc[:, ~is_rest]
    if metric == _BY_VIEWS and chosen_rows(series, "views", kind).any():
        views = _values(series, "views", by, kind).reindex_like(wide)
        wide = wide.mask(views < LEAST_VIEWS)
    is_total = frame_params(series).get("mode") == "cumulative"
    is_prior = chosen_rows(series, metric, "prior_period")
    # A total so far counts all days before its bucket's end.
    notes = [] if is_total else [_cut_text(wide, series, granularity)]
    if is_prior.any() and is_cut_differently(series):
        notes.append(f"The period before isn't drawn: its {granularity}s are cut differently.")
        is_prior[:] = False
    prior = sums_by_date(series, is_prior)
    if views is not None:
        before = sums_by_date(series, chosen_rows(series, "views", "prior_period"))
        prior = prior.mask(before.reindex_like(prior) < LEAST_VIEWS)
    prior = _without_gaps(prior, granularity)
    compared = _counterparts(wide.index, prior.index, granularity)
    if is_prior.any() and prior.isna().all():
        notes.append("The period before has no data.")
    if metric in RAW_METRICS:  # a rate without a value is that of a day without views
        has_begun = prior.notna().cummax().to_numpy(bool)
        prior, compared = prior[has_begun], compared[has_begun]
        wide, rest = _since_first(wide, rest)
    return Content(
        metric, _without_gaps(wide, granularity), views,
        None if rest is None else _without_gaps(rest, granularity),
        prior, compared,
        _days(series, is_shown & flags_of(series, "is_partial")),
        series[is_shown & flags_of(series, "is_baseline")],
        _gaps(series[is_shown], metric, granularity),
        granularity,
        is_total=is_total,
        is_split=by is not None,
        is_overlapping=is_overlapping,
        has_handles=by == "label" and _are_creators(series[is_shown]),
        note=" ".join(filter(None, notes)),
    )  # fmt: skip


def _values(series: pd.DataFrame, metric: str, by: str | None, kind: SeriesKind) -> pd.DataFrame:
    """Return a metric's values by date and entity, or without ``by`` the sums of all entities."""
    if by is not None:
        return float_grid(series, metric, by, kind)
    is_shown = chosen_rows(series, metric, kind)
    if metric not in RAW_METRICS and len(series["entity_id"][is_shown].unique()) > 1:
        raise ArgumentError(
            "metric", metric, "a rate can't be summed: choose one entity's rows, or by='label'"
        )
    return sums_by_date(series, is_shown).to_frame("all")


def by_week(content: Content) -> Content:
    """Sum posts to weeks, and take the medians of rates, of more days than can be read.

    A prior period is put into the weeks of the days that it is compared with, so both are cut
    alike. Other contents are returned as they are.
    """
    is_many = content.granularity == "day" and len(content.wide) > MOST_DAYS
    if not is_many or content.is_total or not (content.has_bars or not content.is_raw):
        return content

    def weekly(values: T) -> T:
        groups = values.groupby(_mondays(values.index))
        return groups.sum(min_count=1) if content.is_raw else groups.median()

    days = content.wide.index
    cuts = []
    if days[0].weekday():
        cuts.append(f"the first week from {day_text(days[0])}")
    if days[-1].weekday() < _SUNDAY and days[-1] not in content.partial:
        cuts.append(f"the last week up to {day_text(days[-1])}")
    prior = weekly(content.prior.set_axis(content.compared))
    return replace(
        content,
        wide=weekly(content.wide),
        rest=None if content.rest is None else weekly(content.rest),
        prior=prior,
        compared=pd.DatetimeIndex(prior.index),
        partial=_mondays(content.partial).unique(),
        gaps=_mondays(content.gaps).unique(),
        granularity="week",
        note=" ".join(filter(None, [_cuts_text(cuts), content.note])),
        is_by_week=True,
    )


def _mondays(days: pd.Index) -> pd.DatetimeIndex:
    dates = pd.DatetimeIndex(days)
    return (dates - pd.to_timedelta(dates.day_of_week, unit="D")).as_unit("us")


def _are_creators(series: pd.DataFrame) -> bool:
    """Say whether all entities are creators, whose labels are their handles."""
    return "entity" in series.columns and bool(is_word(series["entity"], "creator").all())


def starts_of(baselines: pd.DataFrame) -> list[tuple[str, pd.Timestamp]]:
    """Return the names of the entities whose tracking starts, and the day, the earliest first."""
    firsts = baselines.sort_values("date", kind="stable").drop_duplicates("entity_id")
    names = firsts["label" if "label" in firsts.columns else "entity_id"].astype(object)
    if _are_creators(firsts) and "label" in firsts.columns:
        names = with_at(names)
    named = names.where(names.notna(), firsts["entity_id"].astype(object))
    return list(zip(map(shown, named), pd.to_datetime(firsts["date"]), strict=True))


def _is_rest(shown: pd.DataFrame) -> Bools:
    """Say which owners, in the order of the frame, are the rest of a breakdown."""
    firsts = firsts_of(numbered(shown, ("entity_id", "parent_id")))
    rest: Bools = (shown["entity_id"].iloc[firsts] == _REST).to_numpy(bool, na_value=False)
    return rest


def _range_of_load(series: pd.DataFrame) -> Days:
    """Return the first and last day that a frame was loaded for; NaT if it doesn't say."""
    asked = frame_params(series)
    ends = pd.Series([asked.get("from"), asked.get("to")])
    return pd.to_datetime(ends, errors="coerce").to_numpy("datetime64[D]")


def _since_first(
    wide: pd.DataFrame, rest: pd.Series | None
) -> tuple[pd.DataFrame, pd.Series | None]:
    """Leave out the buckets before the first that has a value."""
    is_known = wide.notna().any(axis=1)
    if rest is not None:
        is_known |= rest.notna()
    has_begun = is_known.cummax()
    return wide[has_begun], None if rest is None else rest[has_begun]


def _counterparts(now: pd.Index, before: pd.Index, granularity: Granularity) -> pd.DatetimeIndex:
    """Return the buckets that those of the period before are compared with."""
    first = np.repeat(now[:1].to_numpy("datetime64[D]"), len(before))
    days = next_bucket(first, granularity, np.arange(len(before)))
    return pd.DatetimeIndex(days.astype("datetime64[us]"))


def _cut_text(wide: pd.DataFrame, series: pd.DataFrame, granularity: Granularity) -> str:
    """Say from or up to which day the first and last buckets are counted, if they are cut."""
    known = wide.index[wide.notna().any(axis=1)]
    if granularity == "day" or known.empty:
        return ""
    first, last = _range_of_load(series)
    begin, end = known.to_numpy("datetime64[D]")[[0, -1]]
    since = fact_instant(series, "data_since")
    if since is not None:  # the data may begin within a bucket
        first = np.fmax(first, np.datetime64(since.date(), "D"))
    cuts = []
    # Buckets that were dropped from the frame are neither the first nor the last asked for.
    if begin == bucket_start(first, granularity) != first:
        cuts.append(f"the first {granularity} from {day_text(first.item())}")
    if end == bucket_start(last, granularity) and last + ONE_DAY < next_bucket(end, granularity):
        cuts.append(f"the last {granularity} up to {day_text(last.item())}")
    return _cuts_text(cuts)


def _cuts_text(cuts: list[str]) -> str:
    return f"Counted only in part: {' and '.join(cuts)}." if cuts else ""


def is_cut_differently(series: pd.DataFrame) -> bool:
    """Say whether a period and the equally long one before begin or end within different buckets.

    The 31 days before May, for example, are 31 March and all of April.
    """
    asked, granularity = _range_of_load(series), granularity_of(series)
    if granularity == "day" or np.isnat(asked).any():
        return False
    first, after = asked[0], asked[1] + ONE_DAY
    days = after - first
    if granularity == "week":
        return bool(days % np.timedelta64(7, "D"))
    return any(bucket_start(day, granularity) != day for day in (first - days, first, after))


def _days(series: pd.DataFrame, rows: Bools) -> pd.DatetimeIndex:
    """Return the distinct days of some rows."""
    return pd.DatetimeIndex(series["date"][rows].unique()).as_unit("us").sort_values()


def _gaps(shown: pd.DataFrame, metric: str, granularity: Granularity) -> pd.DatetimeIndex:
    """Return the buckets without a value between an entity's first and last value."""
    # A rate that would divide by 0 is null without being missing.
    known = shown[shown["value"].notna()] if metric in RAW_METRICS else shown
    owners, days = numbered(known, OWNER), days_of(known["date"])
    return pd.DatetimeIndex(
        buckets_left_out(owners, days, days, granularity).astype("datetime64[us]")
    )


def _without_gaps(values: T, granularity: Granularity) -> T:
    """Add the buckets that are missing between the first and the last."""
    if len(values) < 2:
        return values
    begin, end = values.index.to_numpy("datetime64[D]")[[0, -1]]
    days = buckets_between(begin, end, granularity).astype("datetime64[us]")
    return values.reindex(values.index.union(pd.DatetimeIndex(days)))


def finding(content: Content, lines: Mapping[str, pd.Series]) -> str:
    """Write the title: the sum and its change, or of rates the highest and lowest of the lines."""
    total = content.total.dropna()
    span = f"{_preposition(total.index, content)}{_days_text(total.index, content)}"
    if not content.is_raw:
        return _rate_finding(content, lines, span)
    if not content.is_summable:
        return _most(content, span)
    if content.is_total:
        first, last = (_days_text(total.index[[place]], content) for place in (0, -1))
        text = f"{content.text(total.iloc[-1])} {content.words} by {last}"
        if len(total) > 1:
            gain = total.iloc[-1] - total.iloc[0]
            text += (
                f", {content.text(abs(gain))} {'more' if gain >= 0 else 'fewer'} than by {first}"
            )
        return text
    words = content.words.removesuffix("s") if total.sum() == 1 else content.words
    text = f"{content.text(total.sum())} {words} {span}"
    if not content.is_split:
        return text + _change_text(content)
    sums, everything = content.wide.sum(), content.total.sum()
    # Without several lines, or with one below zero, no line has a share of the sum.
    if len(sums) < 2 or sums.min() < 0 or not sums.max() > 0:
        return text
    [name], share = content.names([sums.idxmax()]), sums.max() / everything * 100
    if share < 1:  # of many, the first has hardly any
        return f"{name} has the most of {text}: {content.text(sums.max())}"
    return f"{name} has {share_text(share)} of {text}"


def _rate_finding(content: Content, lines: Mapping[str, pd.Series], span: str) -> str:
    """Compare the medians of several lines, or of one with that of the period before."""
    words = content.words.capitalize()
    medians = {
        name: float(values.median()) for name, values in lines.items() if values.count() >= _FEWEST
    }
    if content.is_split and len(medians) > 1:
        low, high = min(medians, key=medians.__getitem__), max(medians, key=medians.__getitem__)
        first, last = (content.text(medians[name]) for name in (high, low))
        if first != last:
            best = f"{high} has the highest {content.words}"
            return f"{best} of these {len(medians):,}: median {first}"
    found = comparison_of(content)
    if content.is_split or not found.is_enough or len(found.days) < _FEWEST:
        return f"{words} {span}"
    now, before = content.total[found.days].median(), content.prior[found.before].median()
    was = f"{content.text(before)} {_in_before(content, found)}"
    return f"{words}: median {content.text(now)}, after {was}"


def _most(content: Content, span: str) -> str:
    """Say which campaign has the most, of several that can't be summed."""
    sizes = content.wide.ffill().iloc[-1] if content.is_total else content.wide.sum()
    when = f"by {_days_text(content.wide.index[-1:], content)}" if content.is_total else span
    firsts, number = sizes.index[sizes == sizes.max()], content.text(sizes.max())
    if len(firsts) > 1:
        many = f"{len(firsts):,} of {len(sizes):,}"
        return f"{many} have the most {content.words}: {number} each {when}"
    return f"{content.names(firsts)[0]} has the most {content.words}: {number} {when}"


def comparison_of(content: Content) -> Comparison:
    """Find the buckets that are compared with those of the period before."""
    return compare(content.total, content.prior, content.compared, content.gaps, content.partial)


def change_of(content: Content) -> tuple[int, Comparison] | None:
    """Compare the sum of the buckets that both periods have.

    Returns the change in percent and the buckets, or None if nothing is compared.
    """
    found = comparison_of(content)
    before = content.prior[found.before].sum()
    if not found.is_enough or not before > 0:
        return None
    return round(content.total[found.days].sum() / before * 100 - 100), found


def before_text(days: pd.DatetimeIndex, content: Content) -> str:
    """Name the buckets of the period before that others are compared with."""
    span = _days_text(days, content)
    if not _is_broken(days, content):
        return span
    return f"the same {content.granularity}s of {span.removeprefix('the weeks of ')}"


def compared_text(found: Comparison, content: Content) -> str:
    """Name the buckets that are compared with the period before, if these aren't all; "" if so."""
    if found.is_whole:
        return ""
    days, total = found.days, content.total
    if _is_broken(days, content):
        return f"{len(days):,} of {len(total):,} {content.granularity}s"
    if days[0] == total.index[0]:
        last = buckets_text(days[-1], days[-1], content.granularity)
        return f"through {_without_year(last, total.index[-1].year)}"
    return _without_year(_days_text(days, content), total.index[-1].year)


def _without_year(text: str, year: int) -> str:
    """Leave out the year that is written beside it anyway."""
    return text.removesuffix(f" {year}")


def _change_text(content: Content) -> str:
    found = change_of(content)
    if found is None:
        return ""
    change, compared = found
    # The sum before may include buckets that the change doesn't.
    own = compared_text(compared, content)
    # That a last bucket isn't over is said below the title.
    is_all_over = len(compared.days) == compared.over
    opening = f", {own}" if own and not is_all_over else ","
    if not change:
        return f"{opening} as many as {_in_before(content, compared)}"
    way = "up" if change > 0 else "down"
    return f"{opening} {way} {abs(change):,}% on {_the_before(content, compared)}"


def _the_before(content: Content, compared: Comparison) -> str:
    """Name the buckets before that all or some of a period are compared with."""
    unit, number = content.granularity, len(compared.before)
    if not compared.is_whole:
        return f"the same {unit}s before"
    return f"the {unit} before" if number == 1 else f"the {number:,} {unit}s before"


def _in_before(content: Content, compared: Comparison) -> str:
    is_a_day = content.granularity == "day" and (len(compared.before) == 1 or not compared.is_whole)
    return f"{'on' if is_a_day else 'in'} {_the_before(content, compared)}"


def uncompared_text(content: Content) -> str:
    """Say why the sum isn't compared with the period before; "" if it is, or there is none."""
    if not content.is_summable or content.is_total or content.is_split or content.prior.empty:
        return ""
    found = comparison_of(content)
    if found.is_enough:
        return ""
    return f"Not compared with the period before: {found.reason(content.granularity)}."


def subtitle(drawn: Content, content: Content, *, others: str, scale: str) -> str:
    """Write the subtitle: the unit, incomplete buckets, and entities that aren't drawn.

    ``drawn`` is ``content``, or the same by week. ``scale`` is ``"rows"`` for rows with a scale
    of their own.
    """
    unit = drawn.unit[:1].upper() + drawn.unit[1:]
    if drawn.is_by_week and not drawn.is_raw:
        unit += ", medians of weeks"
    if scale == "rows":
        unit += ", each row on its own scale"
    parts = [unit, *_states(drawn)]
    found = change_of(content) if content.is_summable and not content.is_split else None
    if found is not None and not found[1].is_whole:
        own = compared_text(found[1], content)
        parts.append(f"compared: {own} with {before_text(found[1].before, content)}")
    if drawn.is_overlapping:
        parts.append("campaigns overlap, so they have no sum")
    if others:
        parts.append(others)
    if drawn.metric == _BY_VIEWS and drawn.views is not None:
        parts.append(f"{content.granularity}s of fewer than {LEAST_VIEWS} views left out")
    elif drawn.metric == _BY_VIEWS:
        parts.append(
            f"{content.granularity}s of few views count as much as others: load views too to leave "
            "them out"
        )
    if scale == "log":
        parts.append("logarithmic scale")
    return "; ".join(parts)


def _preposition(days: pd.Index, content: Content) -> str:
    is_one = days.min() == days.max()
    if content.granularity == "day" and is_one:
        return "on "
    if content.granularity == "week" or is_one or " to " not in _days_text(days, content):
        return "in "
    return "from "


def _states(content: Content) -> list[str]:
    """Name the buckets that aren't whole."""
    # If other entities have a value, only a part of the sum is missing.
    is_known = content.total.reindex(content.gaps).notna().any()
    states = [
        (content.gaps, "incomplete" if is_known else "missing"),
        (content.partial, "still filling"),
    ]
    said = []
    for days, word in states:
        if len(days) and _is_broken(days, content):
            said.append(f"{len(days):,} {content.granularity}s {word}")
        elif len(days):
            said.append(f"{_days_text(days, content)} {word}")
    return said


def _is_broken(days: pd.Index, content: Content) -> bool:
    """Say whether buckets between the first and the last are left out."""
    begin, end = days.to_numpy("datetime64[D]")[[0, -1]]
    return len(buckets_between(begin, end, content.granularity)) > len(days)


def _days_text(days: pd.Index, content: Content) -> str:
    """Name the days or buckets from the first to the last; whole months by their names."""
    first, last = days.min(), days.max()
    if content.granularity == "day" and first.is_month_start and last.is_month_end:
        return buckets_text(first, last.replace(day=1), "month")
    return buckets_text(first, last, content.granularity)
