"""The plot of a metric over time: what it shows, as values and in words, and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._types import Granularity
from trackagoat_pandas.checks import check_choice, check_int, frame_params, require_columns
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.columns import days_of, flags_of
from trackagoat_pandas.helpers.facts import fact_instant
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
from trackagoat_pandas.plots.days import date_ticks
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
    day_text,
    empty_axes,
    finish_axes,
    mark_running,
    new_axes,
    percent_text,
    percent_ticks,
    picture,
    share_text,
)
from trackagoat_pandas.plots.text import distinct
from trackagoat_pandas.tables.analytics import RAW_METRICS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PERCENT = ("engagement_rate_by_views", "engagement_rate_by_followers", "growth_rate_pop")
_MOST = len(SERIES_COLORS)
_DWARFED = 4
"""How many times as high as the highest line the sum of the others may be drawn."""
_HALF_DAYS = {"day": 0.5, "week": 3.5, "month": 15.0}


@picture
def trend(
    series: pd.DataFrame,
    *,
    metric: str | None = None,
    by: str | None = None,
    n: int = 5,
    series_kind: Literal["main", "breakdown"] = "main",
    annotations: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Plot a metric bucket by bucket: the sum of all entities, or each of the biggest.

    Parameters
    ----------
    series
        The frame of :func:`load_analytics`, or of :func:`growth`.
    metric
        Which metric, if the frame has several. Rates can't be summed over entities.
    by
        A column that names entities, such as ``"label"``: one line for each of the `n` biggest, and
        one for the sum of all others. By default one line for all.
    n
        How many lines at most, 1 to 8.
    series_kind
        ``"breakdown"`` draws the parts of campaigns in place of the range asked for.
    annotations
        The frame of :func:`load_annotations`: its notes on these entities, and on the project, are
        marked.
    ax
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes. A bucket that still fills is hatched; a bucket without a value is a gap; a
        triangle stands below a bucket in which tracking starts; a prior period is dashed and moved
        to the days it is compared with. The title compares whole buckets alone, names the days
        that they are compared with, and says which days in between are missing, or incomplete where
        some of the entities have no value. Weeks and months of a prior period are drawn and
        compared only if they are cut like this period's, as a note says otherwise; its days before
        the first data aren't compared.

    Raises
    ------
    MissingColumnError, ArgumentError, ChoiceError
        The frame is no analytics frame, has several metrics and none was named, or the metric is
        a rate of several entities.

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
    picture = picture_of(series, only_metric(series, metric), by, series_kind)
    ax = new_axes(ax)
    if not picture.wide.notna().any(axis=None):
        return empty_axes(ax, f"No {picture.words} to show")
    _draw(ax, picture, n)
    marked = [] if notes is None else draw_notes(ax, notes)
    ax.set_ylabel(picture.unit)
    finish_axes(ax, _finding(picture), grid="y")
    add_note(ax, picture.note)
    if marked:
        settle(ax)
        write_notes(ax, marked)
    return ax


def _draw(ax: Axes, picture: TrendPicture, n: int) -> None:
    if picture.is_split:
        _draw_lines(ax, picture, n)
    else:
        _draw_sum(ax, picture)
    half = pd.Timedelta(days=_HALF_DAYS[picture.granularity])
    for day in picture.partial:
        begin, end = mdates.date2num([day - half, day + half])  # type: ignore[no-untyped-call]
        mark_running(ax, begin, end, "still filling")
    if len(picture.baselines):
        ax.plot(
            picture.baselines, np.full(len(picture.baselines), 0.0), color=DARK, linestyle="",
            marker="^", markersize=7, markerfacecolor="white", clip_on=False, zorder=3,
            transform=ax.get_xaxis_transform(), label="tracking starts",
        )  # fmt: skip
    percent_ticks(ax.yaxis) if picture.metric in PERCENT else count_ticks(ax.yaxis)
    date_ticks(ax)
    low, _ = ax.dataLim.intervaly
    if low < 0:
        ax.axhline(0, color=QUIET, linewidth=0.8)
    elif not picture.is_total:
        ax.set_ylim(bottom=0)


def _draw_sum(ax: Axes, picture: TrendPicture) -> None:
    main, prior = _summed(picture.wide), _summed(picture.prior)
    if len(prior):
        shifted = prior.set_axis(_same_place(main, prior, picture.granularity))
        _draw_line(ax, shifted, color=QUIET, linestyle="--", label="the period before")
    _draw_line(ax, main, color=INK, linewidth=2, label="this period" if len(prior) else "all")


def _draw_lines(ax: Axes, picture: TrendPicture, n: int) -> None:
    """Draw the biggest entities, distinguished by colour and marker, and the others as one."""
    kept, others = keep_biggest(picture.wide, n)
    count = picture.wide.shape[1] - kept.shape[1]
    words = "1 other" if count == 1 else f"{count:,} others"
    top = float(kept.max().max())
    is_drawn = (
        others is not None and picture.metric in RAW_METRICS and others.max() <= _DWARFED * top
    )
    if others is not None and is_drawn:
        _draw_line(
            ax,
            others,
            color=QUIET,
            linestyle="--",
            label=words if count == 1 else f"{words} together",
        )
    elif count:
        ax.plot([], [], linestyle="", label=f"{words} not drawn")
    every = max(1, len(kept) // 8)
    for place, name in enumerate(distinct(kept.columns)):
        _draw_line(
            ax, kept.iloc[:, place], color=SERIES_COLORS[place], linewidth=1.8, label=name,
            marker=SERIES_MARKERS[place], markersize=5, markevery=every,
        )  # fmt: skip


def _draw_line(ax: Axes, values: pd.Series, **style: Any) -> None:
    """Draw a line that breaks where there is no value; a lone value between gaps is a dot."""
    ax.plot(values.index, values, **style)
    is_known = values.notna()
    # Between two gaps there is nothing that a line could join.
    is_lone = is_known & ~is_known.shift(fill_value=False) & ~is_known.shift(-1, fill_value=False)
    if is_lone.any():
        lone = values[is_lone]
        ax.plot(
            lone.index,
            lone,
            linestyle="",
            color=style["color"],
            marker=style.get("marker", "o"),
            markersize=4,
        )


@dataclass(frozen=True, slots=True)
class TrendPicture:
    """What is drawn: values by date and entity, those of the period before, and marked dates.

    ``gaps`` are the buckets for which an entity has no value, though it has earlier and later ones.
    A ``prior`` period that can't be compared is left out, as ``note`` then says.
    """

    metric: str
    wide: pd.DataFrame
    prior: pd.DataFrame
    partial: pd.DatetimeIndex
    baselines: pd.DatetimeIndex
    gaps: pd.DatetimeIndex
    granularity: Granularity
    is_total: bool
    is_split: bool
    note: str = ""

    @property
    def words(self) -> str:
        """The metric in words."""
        return "values" if self.metric == "value" else self.metric.replace("_", " ")

    @property
    def unit(self) -> str:
        """What the vertical axis counts."""
        if self.is_total:
            return f"{self.words} in total"
        if self.metric in PERCENT:
            return f"{self.words}, percent"
        return f"{self.words} a {self.granularity}" if self.metric in RAW_METRICS else self.words

    def text(self, number: float) -> str:
        """Write a number of the metric."""
        return percent_text(number) if self.metric in PERCENT else count_text(number)


def picture_of(series: pd.DataFrame, metric: str, by: str | None, kind: SeriesKind) -> TrendPicture:
    """Take one metric of one kind of series apart by entity.

    Raises
    ------
    ArgumentError
        The metric is a rate of several entities, and they are not split.
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
    is_prior = chosen_rows(series, metric, "prior_period")
    note = ""
    if is_prior.any() and _is_cut(series, granularity):
        note = f"The period before isn't drawn: its {granularity}s are cut differently."
        is_prior[:] = False
    prior = sums_by_date(series, is_prior).to_frame("all")
    since = fact_instant(series, "data_since")
    if since is not None:  # the zeros before the first data are no values to compare with
        prior[prior.index < since.tz_localize(None)] = np.nan
    return TrendPicture(
        metric, _without_gaps(wide, granularity), _without_gaps(prior, granularity),
        _days(series, is_shown & flags_of(series, "is_partial")),
        _days(series, is_shown & flags_of(series, "is_baseline")),
        _gaps(series[is_shown], metric, granularity),
        granularity,
        is_total=frame_params(series).get("mode") == "cumulative",
        is_split=by is not None,
        note=note,
    )  # fmt: skip


def _is_cut(series: pd.DataFrame, granularity: Granularity) -> bool:
    """Say whether a period and the equally long one before begin or end within different buckets.

    The 31 days before May are 30 April's and the last of March.
    """
    asked = frame_params(series)
    ends = pd.Series([asked.get("from"), asked.get("to")])
    first, last = pd.to_datetime(ends, errors="coerce").to_numpy("datetime64[D]")
    if granularity == "day" or np.isnat([first, last]).any():
        return False
    after = last + np.timedelta64(1, "D")
    days = after - first
    if granularity == "week":
        return bool(days % np.timedelta64(7, "D"))
    return any(bucket_start(day, granularity) != day for day in (first - days, first, after))


def _days(series: pd.DataFrame, rows: NDArray[np.bool_]) -> pd.DatetimeIndex:
    """The days of some rows, each once."""
    return pd.DatetimeIndex(series["date"][rows].unique()).as_unit("us").sort_values()


def _gaps(shown: pd.DataFrame, metric: str, granularity: Granularity) -> pd.DatetimeIndex:
    """The buckets between an entity's first and last value in which it has none."""
    # A rate is null where it would divide by 0, so that nothing is missing there.
    known = shown[shown["value"].notna()] if metric in RAW_METRICS else shown
    owners, days = numbered(known, OWNER), days_of(known["date"])
    return pd.DatetimeIndex(
        buckets_left_out(owners, days, days, granularity).astype("datetime64[us]")
    )


def _without_gaps(wide: pd.DataFrame, granularity: Granularity) -> pd.DataFrame:
    """The frame with every bucket from the first to the last."""
    if len(wide) < 2:
        return wide
    ends = wide.index.to_numpy().astype("datetime64[D]")[[0, -1]]
    days = buckets_between(ends[0], ends[1], granularity).astype("datetime64[us]")
    return wide.reindex(wide.index.union(pd.DatetimeIndex(days)))


def _summed(wide: pd.DataFrame) -> pd.Series:
    """Add up all entities in each bucket; none where no entity has a value."""
    return wide.sum(axis=1, min_count=1)


def _same_place(main: pd.Series, prior: pd.Series, granularity: Granularity) -> pd.DatetimeIndex:
    """Return the days with which a prior period's are compared: the first with the first."""
    first = np.repeat(main.index[:1].to_numpy().astype("datetime64[D]"), len(prior))
    return pd.DatetimeIndex(
        next_bucket(first, granularity, np.arange(len(prior))).astype("datetime64[us]")
    )


def _finding(picture: TrendPicture) -> str:
    """Say what the plot shows."""
    words = picture.words.capitalize()
    total = _summed(picture.wide).dropna()
    if picture.metric not in RAW_METRICS:
        quantiles = np.nanquantile(picture.wide.to_numpy(), [0.5, 0.0, 1.0]).tolist()
        middle, low, high = (picture.text(number) for number in quantiles)
        span = f"{_span(total.index, picture)}{_missing(picture)}"
        return f"{words}: median {middle}, {low} to {high}, {span}"
    if picture.is_total:
        text = f"{words}: {picture.text(total.iloc[-1])} by {day_text(total.index[-1])}"
        if len(total) > 1:
            gain = total.iloc[-1] - total.iloc[0]
            sign = "+" if gain >= 0 else ""
            text += f", {sign}{picture.text(gain)} since {day_text(total.index[0])}"
        return text
    text = f"{words}: {picture.text(total.sum())} {_span(total.index, picture)}{_missing(picture)}"
    return text + (_leader(picture) if picture.is_split else _change(picture))


def _leader(picture: TrendPicture) -> str:
    sums = picture.wide.sum()
    if len(sums) < 2 or sums.min() < 0 or sums.max() == 0:
        return ""
    name = distinct([sums.idxmax()])[0]
    return f"; {name} has {share_text(sums.max() / sums.sum() * 100)} of them"


def _change(picture: TrendPicture) -> str:
    """Compare the whole buckets with those of the period before."""
    main, prior = _summed(picture.wide), _summed(picture.prior)
    if prior.empty:
        return ""
    before = prior.set_axis(_same_place(main, prior, picture.granularity))
    # A bucket that is known on one side only would make the other look bigger.
    both = main.dropna().index.intersection(before.dropna().index)
    shared = both.difference(picture.partial).difference(picture.gaps)
    if not before[shared].sum() > 0:
        return ""
    change = round(main[shared].sum() / before[shared].sum() * 100 - 100)
    days = prior.index[before.index.isin(shared)]
    span = _days_text(days, picture.granularity)
    if _is_broken(days, picture.granularity):
        span = f"the same {picture.granularity}s of {span.removeprefix('the weeks of ')}"
    return f", {change:+}% on {span}" if change else f", as many as on {span}"


def _missing(picture: TrendPicture) -> str:
    """Name the buckets missing between the first and the last, in brackets."""
    if picture.gaps.empty:
        return ""
    is_known = _summed(picture.wide).reindex(picture.gaps).notna()
    # Where others have a value, only a part of the sum is missing.
    word = "incomplete" if is_known.any() else "missing"
    if _is_broken(picture.gaps, picture.granularity):
        return f" ({len(picture.gaps):,} {picture.granularity}s {word})"
    return f" ({_days_text(picture.gaps, picture.granularity)} {word})"


def _is_broken(days: pd.Index, granularity: Granularity) -> bool:
    """Say whether buckets between the first and the last are left out."""
    ends = days.to_numpy().astype("datetime64[D]")[[0, -1]]
    return len(buckets_between(ends[0], ends[1], granularity)) > len(days)


def _span(days: pd.Index, picture: TrendPicture) -> str:
    text = _days_text(days, picture.granularity)
    if picture.granularity == "week":
        return f"in {text}"
    if days.min() == days.max():
        return f"on {text}" if picture.granularity == "day" else f"in {text}"
    return f"from {text}"


def _days_text(days: pd.Index, granularity: Granularity) -> str:
    """Name buckets from the first to the last: 1 May to 2 May 2026."""
    first, last = days.min(), days.max()
    year = f" {first.year}" if first.year != last.year else ""
    if granularity == "month":
        return f"{last:%b %Y}" if first == last else f"{first:%b}{year} to {last:%b %Y}"
    text = day_text(last) if first == last else f"{first.day} {first:%b}{year} to {day_text(last)}"
    if granularity == "week":
        return f"the week of {text}" if first == last else f"the weeks of {text}"
    return text
