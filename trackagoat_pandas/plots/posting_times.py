"""The plot of times of posting, and the marks of effects with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import percent_text
from trackagoat_pandas.base.types import Words
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.inputs.checks import check_int, frame_facts, require_columns
from trackagoat_pandas.plots.layout import SMALL_PT
from trackagoat_pandas.plots.marks import label_places
from trackagoat_pandas.plots.style import (
    add_note,
    empty_axes,
    finish_axes,
    new_axes,
    percent_ticks,
    picture,
    row_axes,
    write_rows,
)
from trackagoat_pandas.plots.text import distinct, with_at
from trackagoat_pandas.plots.theme import ALARM, DARK, GRID, INK, PAGE, QUIET, Theme

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes

_NEEDED: Final = ("kind", "label", "posts", "effect", "low", "high", "answer")
_MOST_PCT: Final = 300.0
"""Where the axis ends at most: the interval of few posts goes on to thousands of percent."""


@picture
def posting_times(
    times: pd.DataFrame,
    *,
    n: int = 24,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot how many more views posts get at each time of day and on each weekday.

    Parameters
    ----------
    times : DataFrame
        The frame of :func:`trackagoat_pandas.suggest_posting_times`.
    n : int, default 24
        The most times to show of a frame that was made with ``by="creator"``.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the times need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: for each time a marker for its effect and a whisker for its interval, empty where
        that has 0 in it and a square where the time is worse, with the number of posts after the
        name. Of creators only times that are
        better are shown. Intervals are cut off at +300 %, as a note says.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        The frame isn't of that function, or ``n`` is less than 1.

    See Also
    --------
    suggest_posting_times : Find better times to post.
    plots.posting_heatmap : Draw posts by hour of the week.
    plots.posting_cost : Draw the cost of later posts.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> times = pd.DataFrame({"kind": "hours", "label": ["15:00 to 18:00", "18:00 to 21:00"],
    ...                       "posts": [90, 80], "effect": [-12.0, 62.0], "low": [-31.0, 24.0],
    ...                       "high": [12.0, 112.0], "answer": ["no difference", "better"]})
    >>> tgp.plots.posting_times(times).get_title(loc="left")
    '18:00 to 21:00 is better: 24% to 112% more views'
    """
    require_columns(times, [*_NEEDED], loader="suggest_posting_times")
    check_int("n", n, minimum=1)
    times = times.assign(label=times["label"].astype(object).fillna("?"))
    known = times[["effect", "low", "high"]].notna().all(axis=1)
    if not known.any():
        return empty_axes(new_axes(ax), "No time was tried often enough")
    is_of_creators = "creator_id" in times.columns
    better = times[known & times["answer"].eq("better").fillna(value=False)]
    better = better.sort_values("low", ascending=False, kind="stable")
    if is_of_creators and better.empty:
        return empty_axes(new_axes(ax), "No creator has a better time")
    chosen = better if is_of_creators else times
    ax, rows = row_axes(min(len(chosen), n) if is_of_creators else len(chosen), ax)
    shown = chosen.head(rows)
    why = np.where(values_of(shown["posts"]) == 0, "not tried", "too little to compare")
    draw_effects(ax, shown, _names(shown), why)
    kinds = shown["kind"].astype(object).fillna("").to_numpy()
    if not is_of_creators and len(ends := np.flatnonzero(kinds[1:] != kinds[:-1])):
        ax.axhline(ends[0] + 0.5, color=GRID, linewidth=1)
    left = len(chosen) - len(shown)
    add_note(ax, f"{left:,} more not shown" if left else "")
    subtitle = "Views against the same creators' posts at other times; lines: intervals that hold "
    subtitle += "for all rows at once; in brackets the number of posts"
    finish_axes(ax, _finding(better, times), subtitle=subtitle, grid="x")
    return ax


def _names(times: pd.DataFrame) -> list[str]:
    names = times["label"]
    if "creator_id" in times.columns:
        creators = times["creator_id"].astype(object)
        if "tiktok_handle" in times.columns:
            creators = with_at(times["tiktok_handle"]).fillna(creators)
        # A creator with two better times is called alike in both rows.
        codes, _ = pd.factorize(times["creator_id"], use_na_sentinel=False)
        called = distinct(creators.groupby(codes).first(), letters=23)
        names = pd.Series([called[code] for code in codes], names.index) + " · " + names
    return with_posts(names, times["posts"])


def with_posts(names: Iterable[str], posts: pd.Series) -> list[str]:
    """Write the number of posts behind each name, in brackets."""
    numbers = ("?" if np.isnan(one) else f"{one:,.0f}" for one in values_of(posts))
    return [f"{name} ({number})" for name, number in zip(names, numbers, strict=True)]


def draw_effects(
    ax: Axes, rows: pd.DataFrame, names: Sequence[str], unknown: Sequence[str] | Words
) -> None:
    """Draw the effect of each row with its interval; a square is below 0, an empty marker unclear.

    ``rows`` have ``effect``, ``low`` and ``high`` in percent; where they are NA, the text of
    ``unknown`` is written. Intervals that are cut off are said in a note.
    """
    effect, low, high = (values_of(rows[name]) for name in ("effect", "low", "high"))
    places = np.arange(len(rows))
    is_known = ~np.isnan(effect + low + high)
    is_more, is_less = low > 0.0, high < 0.0
    write_rows(ax, names)
    for part, marker, fill, color in (
        (is_more, "o", INK, INK),
        (is_less, "s", ALARM, ALARM),
        (is_known & ~is_more & ~is_less, "o", PAGE, QUIET),
    ):
        ax.errorbar(
            effect[part], places[part], fmt=marker, color=color, ecolor=color, elinewidth=1.2,
            xerr=np.array([(effect - low)[part], (high - effect)[part]]), capsize=2.5, markersize=5,
            markerfacecolor=fill,
        )  # fmt: skip
    ax.axvline(0.0, color=DARK, linewidth=0.8)
    end = min(max(float(high[is_known].max(initial=50.0)), 50.0), _MOST_PCT)
    start = min(float(low[is_known].min(initial=-50.0)), -50.0)
    ax.set_xlim(start - 0.03 * (end - start), end + 0.03 * (end - start))
    percent_ticks(ax.xaxis)
    if high[is_known].max(initial=0.0) > _MOST_PCT:
        add_note(ax, f"Intervals are cut off at {percent_text(_MOST_PCT)}")
    for place in places[~is_known]:
        ax.annotate(
            unknown[place], (0.0, place), xytext=(6, 0), textcoords="offset points", va="center",
            fontsize=SMALL_PT, color=QUIET,
        )  # fmt: skip
    texts = (
        f"{name}: {interval_text(one, start, stop) if is_one else why}"
        for name, one, start, stop, is_one, why in zip(
            names, effect, low, high, is_known, unknown, strict=True
        )
    )
    ids = rows["creator_id"] if "creator_id" in rows.columns else None
    label_places(ax, [(place - 0.5, place + 0.5) for place in places], texts, ids, is_row=True)


def interval_text(effect: float, low: float, high: float) -> str:
    """Write an effect with its interval."""
    first, *ends = (percent_text(round(one)) for one in (effect, low, high))
    return f"{first} ({ends[0]} to {ends[1]})"


def _finding(better: pd.DataFrame, times: pd.DataFrame) -> str:
    if "creator_id" in times.columns:
        number, of = better["creator_id"].nunique(), times["creator_id"].nunique()
        return f"{number:,} of {of:,} creators {'has' if number == 1 else 'have'} a better time"
    if better.empty:
        p = frame_facts(times).get("p")
        judged = f" (p = {p:.2g})" if isinstance(p, float) else ""
        return f"No time of posting is clearly better than another{judged}"
    first = better.iloc[0]
    low, high = (percent_text(round(float(first[name]))) for name in ("low", "high"))
    more = f", and {len(better) - 1} more" if len(better) > 1 else ""
    return f"{first['label']} is better: {low} to {high} more views{more}"
