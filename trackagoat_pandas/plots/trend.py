"""The plot of a metric over time: its values, its words, and the drawing of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
import pandas as pd

from trackagoat_pandas._types import Bools, Days, Granularity
from trackagoat_pandas.checks import (
    check_choice,
    check_int,
    fact_instant,
    frame_params,
    require_columns,
)
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import ONE_DAY
from trackagoat_pandas.helpers.columns import days_of, flags_of
from trackagoat_pandas.helpers.granularity import buckets_text, day_text
from trackagoat_pandas.helpers.latest import latest_days
from trackagoat_pandas.helpers.series import (
    OWNER,
    bucket_start,
    buckets_between,
    buckets_left_out,
    granularity_of,
    next_bucket,
    numbered,
)
from trackagoat_pandas.helpers.wide import (
    SeriesKind,
    chosen_rows,
    float_grid,
    keep_biggest,
    only_metric,
    sums_by_date,
)
from trackagoat_pandas.plots.days import (
    date_ticks,
    mark_running,
)
from trackagoat_pandas.plots.layout import settle
from trackagoat_pandas.plots.notes import chosen_notes, draw_notes, write_notes
from trackagoat_pandas.plots.style import (
    DARK,
    INK,
    QUIET,
    SERIES_COLORS,
    SERIES_MARKERS,
    add_note,
    count_text,
    count_ticks,
    empty_axes,
    finish_axes,
    is_percent,
    new_axes,
    percent_text,
    percent_ticks,
    picture,
    share_text,
)
from trackagoat_pandas.plots.text import distinct
from trackagoat_pandas.plots.theme import Theme
from trackagoat_pandas.tables.analytics import RAW_METRICS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

T = TypeVar("T", pd.DataFrame, pd.Series)

_MOST = len(SERIES_COLORS)
_DWARFED = 4
"""The sum of the others isn't drawn if it is more than this many times the highest line."""


@picture
def trend(
    series: pd.DataFrame,
    *,
    metric: str | None = None,
    by: str | None = None,
    n: int = 5,
    series_kind: Literal["main", "breakdown"] = "main",
    annotations: pd.DataFrame | None = None,
    theme: Theme = "light",
    ax: Axes | None = None,
) -> Axes:
    """Plot a metric over time: the sum of all entities, or a line for each of the biggest.

    Parameters
    ----------
    series
        The frame of :func:`load_analytics`, or of :func:`growth`.
    metric
        The metric; required if the frame has several. Rates can't be summed over entities.
    by
        A column that names entities, such as ``"label"``: one line for each of the `n` biggest, and
        one for the sum of the others. By default one line for the sum of all.
    n
        The most entities with a line of their own, 1 to 8.
    series_kind
        ``"breakdown"`` to draw the parts of campaigns in place of the campaigns.
    annotations
        The frame of :func:`load_annotations`; those of these entities and of the project are
        marked.
    theme
        ``"dark"`` for the colours of dark pages; the figure's background is dark too.
    ax
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a line of the values, dashed for a prior period, which is moved to the days that
        it is compared with. The title gives the sum and, if there is a prior period, the change.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError, ChoiceError
        The frame isn't one of analytics, it has several metrics and none was named, or the metric
        is a rate of several entities.

    Notes
    -----
    - A bucket that is still filling is hatched, and the title names it; a bucket without a value is
      a gap; a triangle marks the start of tracking.
    - The title's sum is that of all buckets. Its change is that of whole buckets that have values
      in both periods, from the first day with data on.
    - Buckets between the first and the last are called missing in the title, or incomplete if only
      some of the entities have no value.
    - A note says from or up to which day a first or last week or month is counted if the dates
      asked for cut it. A prior period whose weeks or months are cut differently isn't drawn.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch")
    ...     views = tgp.load_analytics("creator", creators, "views", dates="2026-05")
    >>> tgp.plots.trend(views).get_ylabel()
    'views a day'
    """
    needed = ["entity_id", "metric", "date", "value", "series_kind", "is_partial"]
    require_columns(series, needed, loader="load_analytics")
    require_columns(series, [] if by is None else [by])
    check_int("n", n, minimum=1, maximum=_MOST)
    check_choice("series_kind", series_kind, ("main", "breakdown"))
    notes = None if annotations is None else chosen_notes(annotations, series)
    content = _content_of(series, only_metric(series, metric), by, series_kind)
    ax = new_axes(ax)
    if not content.wide.notna().any(axis=None):
        return empty_axes(ax, f"No {content.words} to show")
    _draw(ax, content, n)
    marked = [] if notes is None else draw_notes(ax, notes)
    ax.set_ylabel(content.unit)
    add_note(ax, content.note)
    finish_axes(ax, _finding(content), grid="y")
    if marked:
        settle(ax)
        write_notes(ax, marked)
    return ax


def _draw(ax: Axes, content: _Content, n: int) -> None:
    if content.is_split:
        _draw_lines(ax, content, n)
    else:
        _draw_sum(ax, content)
    for day in content.partial:
        mark_running(ax, day, day, content.granularity, "still filling")
    if len(content.baselines):
        ax.plot(
            content.baselines, np.full(len(content.baselines), 0.0), color=DARK, linestyle="",
            marker="^", markersize=7, markerfacecolor="white", clip_on=False, zorder=3,
            transform=ax.get_xaxis_transform(), label="tracking starts",
        )  # fmt: skip
    percent_ticks(ax.yaxis) if is_percent(content.metric) else count_ticks(ax.yaxis)
    date_ticks(ax, content.granularity)
    low, _ = ax.dataLim.intervaly
    if low < 0:
        ax.axhline(0, color=QUIET, linewidth=0.8)
    elif not content.is_total:
        ax.set_ylim(bottom=0)


def _draw_sum(ax: Axes, content: _Content) -> None:
    has_prior = not content.prior.empty
    if has_prior:
        prior = content.prior.set_axis(content.compared)
        _draw_line(ax, prior, color=QUIET, linestyle="--", label="the period before")
    label = "this period" if has_prior else "all"
    _draw_line(ax, content.total, color=INK, linewidth=2, label=label)


def _draw_lines(ax: Axes, content: _Content, n: int) -> None:
    """Draw a line for each of the biggest entities, and one for the sum of the others."""
    kept, others = keep_biggest(content.wide, n)
    if others is not None:
        count = content.wide.shape[1] - kept.shape[1]
        words = "1 other" if count == 1 else f"{count:,} others"
        top = float(kept.max().max())
        if content.metric in RAW_METRICS and others.max() <= _DWARFED * top:
            label = words if count == 1 else f"{words} together"
            _draw_line(ax, others, color=QUIET, linestyle="--", label=label)
        else:
            ax.plot([], [], linestyle="", label=f"{words} not drawn")
    every = max(1, len(kept) // 8)
    for place, name in enumerate(distinct(kept.columns)):
        _draw_line(
            ax, kept.iloc[:, place], color=SERIES_COLORS[place], linewidth=1.8, label=name,
            marker=SERIES_MARKERS[place], markersize=5, markevery=every,
        )  # fmt: skip


def _draw_line(ax: Axes, values: pd.Series, **style: Any) -> None:
    """Draw a line with gaps where values are missing, and a dot for a value between two gaps."""
    ax.plot(values.index, values, **style)
    is_known = values.notna()
    # matplotlib draws nothing for a value that has no neighbour to be joined with.
    is_lone = is_known & ~is_known.shift(fill_value=False) & ~is_known.shift(-1, fill_value=False)
    if is_lone.any():
        lone, marker = values[is_lone], style.get("marker", "o")
        ax.plot(lone.index, lone, linestyle="", color=style["color"], marker=marker, markersize=4)


@dataclass(frozen=True, slots=True)
class _Content:
    """What is drawn: values by date and entity, sums of the period before, and marked dates.

    ``gaps`` are the buckets for which an entity has no value although it has earlier and later
    ones. A ``prior`` period that can't be compared is empty, and ``note`` says so.
    """

    metric: str
    wide: pd.DataFrame
    prior: pd.Series
    partial: pd.DatetimeIndex
    baselines: pd.DatetimeIndex
    gaps: pd.DatetimeIndex
    granularity: Granularity
    is_total: bool
    is_split: bool
    note: str

    @property
    def total(self) -> pd.Series:
        """The sum of all entities in each bucket; NaN if no entity has a value."""
        return self.wide.sum(axis=1, min_count=1)

    @property
    def compared(self) -> pd.DatetimeIndex:
        """The buckets that the prior period's are compared with: the first with the first."""
        first = np.repeat(self.wide.index[:1].to_numpy("datetime64[D]"), len(self.prior))
        days = next_bucket(first, self.granularity, np.arange(len(self.prior)))
        return pd.DatetimeIndex(days.astype("datetime64[us]"))

    @property
    def words(self) -> str:
        """The name of the metric, in words."""
        return "values" if self.metric == "value" else self.metric.replace("_", " ")

    @property
    def unit(self) -> str:
        """The label of the vertical axis."""
        if self.is_total:
            return f"{self.words} in total"
        if is_percent(self.metric):
            return f"{self.words}, percent"
        return f"{self.words} a {self.granularity}" if self.metric in RAW_METRICS else self.words

    def text(self, number: float) -> str:
        """Write a value of the metric."""
        return percent_text(number) if is_percent(self.metric) else count_text(number)


def _content_of(series: pd.DataFrame, metric: str, by: str | None, kind: SeriesKind) -> _Content:
    """Read one metric and one kind of series from a frame.

    Raises
    ------
    ArgumentError
        The metric is a rate of several entities, and ``by`` is None.
    """
    granularity, series = granularity_of(series), latest_days(series)
    is_shown = chosen_rows(series, metric, kind)
    if by is None:
        owners = series["entity_id"][is_shown]
        if metric not in RAW_METRICS and len(owners.unique()) > 1:
            raise ArgumentError(
                "metric", metric, "a rate can't be summed: choose one entity's rows, or by='label'"
            )
        wide = sums_by_date(series, is_shown).to_frame("all")
    else:
        wide = float_grid(series, metric, by, kind)
    asked, is_total = _asked(series), frame_params(series).get("mode") == "cumulative"
    is_prior = chosen_rows(series, metric, "prior_period")
    # A total so far counts all days before its bucket's end.
    notes = [] if is_total else [_cut_text(wide.index, asked, granularity)]
    if is_prior.any() and _is_cut_differently(asked, granularity):
        notes.append(f"The period before isn't drawn: its {granularity}s are cut differently.")
        is_prior[:] = False
    prior = sums_by_date(series, is_prior)
    since = fact_instant(series, "data_since")
    if since is not None:
        # The server sends zeros for the days before the first data.
        prior[prior.index < since.tz_localize(None)] = np.nan
    return _Content(
        metric, _without_gaps(wide, granularity), _without_gaps(prior, granularity),
        _days(series, is_shown & flags_of(series, "is_partial")),
        _days(series, is_shown & flags_of(series, "is_baseline")),
        _gaps(series[is_shown], metric, granularity),
        granularity,
        is_total=is_total,
        is_split=by is not None,
        note=" ".join(filter(None, notes)),
    )  # fmt: skip


def _asked(series: pd.DataFrame) -> Days:
    """Return the first and last day that a frame was loaded for; NaT if it doesn't say."""
    asked = frame_params(series)
    ends = pd.Series([asked.get("from"), asked.get("to")])
    return pd.to_datetime(ends, errors="coerce").to_numpy("datetime64[D]")


def _cut_text(dates: pd.Index, asked: Days, granularity: Granularity) -> str:
    """Say from or up to which day the first and last buckets are counted, if they are cut."""
    if granularity == "day" or np.isnat(asked).any() or dates.empty:
        return ""
    first, last = asked
    begin, end = dates.to_numpy("datetime64[D]")[[0, -1]]
    cuts = []
    # Buckets that were dropped from the frame are neither the first nor the last asked for.
    if begin == bucket_start(first, granularity) != first:
        cuts.append(f"the first {granularity} from {day_text(first.item())}")
    if end == bucket_start(last, granularity) and last + ONE_DAY < next_bucket(end, granularity):
        cuts.append(f"the last {granularity} up to {day_text(last.item())}")
    return f"Counted only in part: {' and '.join(cuts)}." if cuts else ""


def _is_cut_differently(asked: Days, granularity: Granularity) -> bool:
    """Say whether a period and the equally long one before begin or end within different buckets.

    The 31 days before May, for example, are 31 March and all of April.
    """
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


def _finding(content: _Content) -> str:
    """Say what the plot shows."""
    words = content.words.capitalize()
    total = content.total.dropna()
    if content.metric not in RAW_METRICS:
        quantiles = np.nanquantile(content.wide.to_numpy(), [0.5, 0.0, 1.0]).tolist()
        middle, low, high = (content.text(number) for number in quantiles)
        return f"{words}: median {middle}, {low} to {high}, {_span(total.index, content)}"
    if content.is_total:
        first, last = (_days_text(total.index[[place]], content) for place in (0, -1))
        text = f"{words}: {content.text(total.iloc[-1])} by {last}"
        if len(total) > 1:
            gain = total.iloc[-1] - total.iloc[0]
            sign = "+" if gain >= 0 else ""
            text += f", {sign}{content.text(gain)} since {first}"
        return text
    text = f"{words}: {content.text(total.sum())} {_span(total.index, content)}"
    return text + (_leader(content) if content.is_split else _change(content))


def _leader(content: _Content) -> str:
    sums = content.wide.sum()
    if len(sums) < 2 or sums.min() < 0 or sums.max() == 0:
        return ""
    name = distinct([sums.idxmax()])[0]
    return f"; {name} has {share_text(sums.max() / sums.sum() * 100)} of them"


def _change(content: _Content) -> str:
    """Compare the whole buckets with those of the period before."""
    total, before = content.total, content.prior.set_axis(content.compared)
    # A bucket that has a value in one period only would make that period look bigger.
    both = total.dropna().index.intersection(before.dropna().index)
    shared = both.difference(content.partial).difference(content.gaps)
    if not before[shared].sum() > 0:
        return ""
    change = round(total[shared].sum() / before[shared].sum() * 100 - 100)
    days = content.prior.index[before.index.isin(shared)]
    span = _days_text(days, content)
    if _is_broken(days, content):
        span = f"the same {content.granularity}s of {span.removeprefix('the weeks of ')}"
    # The sum before includes a bucket that is still filling, the change doesn't.
    opening = f", whole {content.granularity}s" if len(content.partial) else ","
    return f"{opening} {f'{change:+}%' if change else 'as many as'} on {span}"


def _span(days: pd.Index, content: _Content) -> str:
    """Name the buckets from the first to the last, and in brackets those that aren't whole."""
    is_one_day = content.granularity == "day" and days.min() == days.max()
    is_within = content.granularity == "week" or days.min() == days.max()
    opening = "on" if is_one_day else "in" if is_within else "from"
    # If other entities have a value, only a part of the sum is missing.
    is_known = content.total.reindex(content.gaps).notna().any()
    states = [
        (content.gaps, "incomplete" if is_known else "missing"),
        (content.partial, "still filling"),
    ]
    notes = [f"{_number_text(found, content)} {word}" for found, word in states if len(found)]
    text = f"{opening} {_days_text(days, content)}"
    return f"{text} ({', '.join(notes)})" if notes else text


def _number_text(days: pd.Index, content: _Content) -> str:
    """Name buckets if they are consecutive, otherwise give their number."""
    if _is_broken(days, content):
        return f"{len(days):,} {content.granularity}s"
    return _days_text(days, content)


def _is_broken(days: pd.Index, content: _Content) -> bool:
    """Say whether buckets between the first and the last are left out."""
    begin, end = days.to_numpy("datetime64[D]")[[0, -1]]
    return len(buckets_between(begin, end, content.granularity)) > len(days)


def _days_text(days: pd.Index, content: _Content) -> str:
    return buckets_text(days.min(), days.max(), content.granularity)
