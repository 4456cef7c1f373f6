"""The plot of what moved a total from one period to the next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import count_text, percent_text
from trackagoat_pandas.base.types import Bools, Floats
from trackagoat_pandas.helpers.changes import NO_SERIES
from trackagoat_pandas.helpers.columns import flags_of, is_word, values_of
from trackagoat_pandas.helpers.granularity import buckets_text, day_text
from trackagoat_pandas.inputs.checks import check_int, frame_params, require_columns
from trackagoat_pandas.plots.marks import label_marks, make_room
from trackagoat_pandas.plots.style import (
    TINY_PT,
    add_note,
    count_ticks,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
    row_axes,
    write_behind,
    write_rows,
)
from trackagoat_pandas.plots.text import distinct, shown
from trackagoat_pandas.plots.theme import ALARM, DARK, INK, NEUTRAL, QUIET, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NEEDED: Final = (
    "tiktok_handle", "video_title", "before", "after", "change", "level", "creator_id",
)  # fmt: skip
_FRAME_ROWS: Final = 3
"""The rows of the two totals and of the other creators."""
_TALL, _THIN = 0.7, 0.36
"""The heights of the bars of totals and creators, and of posts."""
_LEAST_SHARE: Final = 0.2
"""If the bars of changes were in less than this share of an axis from 0, it begins further on."""
_MARGIN: Final = 0.15
"""How much more than the changes such an axis shows, as a share of them."""
_LINE: Final = 0.006
"""The width of the line of a total, as a share of such an axis."""
_TITLE_LETTERS, _LETTERS = 32, 40
_WITH_POSTS: Final = "Thin bars are posts of the creator above"
_WITHOUT_POSTS: Final = "The total before, what each creator added or took, and the total after"
_NOBODY: Final = "posts without a creator"
_HALF: Final = 50.0
"""From this percentage of the change on, one post or creator is named for it."""


@picture
def waterfall(
    explained: pd.DataFrame,
    *,
    n: int = 12,
    theme: Theme = "light",  # noqa: ARG001
    ax: Axes | None = None,
) -> Axes:
    """Plot how creators and their posts moved a total from one period to the next.

    Parameters
    ----------
    explained : DataFrame
        The frame of :func:`trackagoat_pandas.explain_change`.
    n : int, default 12
        The most creators and posts to show, those that moved most; a further row sums up the other
        creators.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the rows need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, from the top down: the total before, a bar for each creator from the sum so far
        to the next, below it a thin bar for each of its posts that is shown, the other creators
        together, and the total after. If the changes are small beside the total, the axis doesn't
        begin at 0, as a note says, and the totals are lines: only bars from 0 can be compared.

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing, or ``n`` is less than 1.

    See Also
    --------
    explain_change : Explain why a total changed.
    plots.trend : Draw a metric over time.
    summarize_analytics : Sum series by entity or day.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> explained = pd.DataFrame({
    ...     "tiktok_handle": ["mia", "mia", "ben"], "video_title": [None, "Lunch", None],
    ...     "before": [100, 0, 300], "after": [900, 850, 200], "change": [800, 850, -100],
    ...     "level": ["creator", "post", "creator"], "creator_id": ["1", "1", "2"]})
    >>> tgp.plots.waterfall(explained).get_title(loc="left")
    'The total rose by 700 (175%) to 1.1k; a post of @mia added 850'
    """
    check_int("n", n, minimum=1)
    require_columns(explained, _NEEDED, loader="explain_change")
    creators = explained[is_word(explained["level"], "creator")]
    if creators.empty or _is_unknown(creators).any():
        return empty_axes(new_axes(ax), finding_of_change(explained))
    lines = _most_moved(explained, n)
    ax, room = row_axes(len(lines) + _FRAME_ROWS, ax)
    if len(lines) + _FRAME_ROWS > room:
        lines = _most_moved(explained, max(1, room - _FRAME_ROWS))
    steps = _steps(creators, lines, frame_params(explained))
    _draw(ax, steps)
    count_ticks(ax.xaxis)
    first, notes = float(ax.get_xlim()[0]), []
    if first > 0:
        notes.append(f"the axis begins at {count_text(first)}")
    if flags_of(explained, "is_partial").any():
        notes.append(f"{_last_day(frame_params(explained))} was still filling")
    add_note(ax, "; ".join(notes))
    subtitle = _WITH_POSTS if steps["level"].eq("post").any() else _WITHOUT_POSTS
    finish_axes(ax, finding_of_change(explained), subtitle=subtitle, grid="x")
    return ax


def _most_moved(explained: pd.DataFrame, n: int) -> pd.DataFrame:
    """Return the creators and posts that moved most, each post below its creator.

    A post is left out where there is no room for its creator as well.
    """
    is_rest = explained["video_title"].eq(NO_SERIES).fillna(value=False)
    moved = explained[~is_word(explained["level"], "other") & explained["change"].ne(0) & ~is_rest]
    owners = moved["creator_id"].astype(object).fillna("").tolist()
    is_post = is_word(moved["level"], "post").tolist()
    row_of = {owner: row for row, owner in enumerate(owners) if not is_post[row]}
    chosen: set[int] = set()
    for row in np.argsort(-np.abs(values_of(moved["change"])), kind="stable").tolist():
        wanted = {row, row_of.get(owners[row], row)} - chosen
        if len(chosen) + len(wanted) <= n:
            chosen |= wanted
    order = sorted(chosen, key=lambda row: (row_of.get(owners[row], row), is_post[row], row))
    return moved.iloc[order]


def _steps(creators: pd.DataFrame, lines: pd.DataFrame, params: Mapping[str, Any]) -> pd.DataFrame:
    """Return the rows from the top down: ``name``, ``start``, ``stop``, ``level``, ``creator_id``.

    A creator begins where the one above ends, its first post where it begins itself.
    """
    before, after = _total(creators)
    rows: list[tuple[str, float, float, str, object]] = []
    rows.append((_period(params, "compared_", "Before"), 0.0, before, "total", None))
    level = inside = before
    for change, is_post, line in zip(
        values_of(lines["change"]).tolist(),
        is_word(lines["level"], "post"),
        lines.astype(object).to_dict("records"),
        strict=True,
    ):
        if is_post:
            name = shown(line["video_title"], letters=_TITLE_LETTERS)
            rows.append((name, inside, inside + change, "post", line["creator_id"]))
            inside += change
        else:
            handle = line["tiktok_handle"]
            id_ = line["creator_id"] if isinstance(line["creator_id"], str) else _NOBODY
            name = f"@{handle}" if isinstance(handle, str) else id_
            rows.append((name, level, level + change, "creator", line["creator_id"]))
            inside, level = level, level + change
    others = len(creators) - int(is_word(lines["level"], "creator").sum())
    if others and level != after:
        name = f"{others:,} {'other' if others == 1 else 'others'}"
        rows.append((name, level, after, "others", None))
    rows.append((_period(params, "", "After"), 0.0, after, "total", None))
    return pd.DataFrame(rows, columns=["name", "start", "stop", "level", "creator_id"])


def _is_unknown(creators: pd.DataFrame) -> pd.Series:
    return creators[["before", "after", "change"]].isna().any(axis=1)


def _total(creators: pd.DataFrame) -> tuple[float, float]:
    before, after = (float(values_of(creators[name]).sum()) for name in ("before", "after"))
    return before, after


def _draw(ax: Axes, steps: pd.DataFrame) -> None:
    start, stop = (steps[name].to_numpy("float64") for name in ("start", "stop"))
    level, change = steps["level"], stop - start
    places = np.arange(len(steps))
    is_total, is_post = (level == "total").to_numpy(), (level == "post").to_numpy()
    texts = [
        count_text(end) if whole else f"{'+' if by > 0 else ''}{count_text(by)}"
        for end, by, whole in zip(stop, change, is_total, strict=True)
    ]
    names = distinct(steps["name"], letters=_LETTERS)
    write_rows(ax, names)
    for row in places[is_post]:
        ax.get_yticklabels()[row].set(color=QUIET, fontsize=TINY_PT)
    low = _first(start, stop, is_total)
    ends = np.maximum(start, stop)
    make_room(ax, np.concatenate([ends, np.minimum(start, stop)[~is_total]]), texts, start=low)
    first, last = ax.get_xlim()
    whole_left = stop - _LINE * (last - first) if low > 0 else start
    left = np.where(is_total, whole_left, np.minimum(start, stop))
    said = [f"{name}: {text}" for name, text in zip(names, texts, strict=True)]
    for color, is_so in (
        (QUIET, is_total), (INK, ~is_total & (change >= 0)), (ALARM, ~is_total & (change < 0)),
    ):  # fmt: skip
        for height, rows in ((_THIN, places[is_so & is_post]), (_TALL, places[is_so & ~is_post])):
            bars = ax.barh(rows, (ends - left)[rows], left=left[rows], height=height, color=color)
            ids = steps["creator_id"].iloc[rows]
            label_marks(bars, [said[row] for row in rows], ids)
    # From the end of each step to the beginning of the next one.
    whole = places[~is_post]
    ax.vlines(stop[whole[:-1]], whole[:-1], whole[1:], color=NEUTRAL, linewidth=0.8, zorder=0)
    write_behind(ax, places, ends, texts, color=DARK)


def _first(start: Floats, stop: Floats, is_total: Bools) -> float:
    """Return where the axis begins: at 0, unless the changes would then be too small to see."""
    moving = np.concatenate([start[~is_total], stop])
    low, high = moving.min(), moving.max()
    if low <= 0 or high - low >= _LEAST_SHARE * high:
        return 0.0
    return float(max(0.0, low - _MARGIN * (high - low)))


def _period(params: Mapping[str, Any], prefix: str, otherwise: str) -> str:
    """Name a period of the frame; in other words where it doesn't say which it was."""
    first, last = (params.get(f"{prefix}{end}") for end in ("from", "to"))
    if first is None or last is None:
        return otherwise
    return buckets_text(date.fromisoformat(first), date.fromisoformat(last), "day")


def _last_day(params: Mapping[str, Any]) -> str:
    last = params.get("to")
    return "the last day" if last is None else day_text(date.fromisoformat(last))


def finding_of_change(explained: pd.DataFrame) -> str:
    """Say how much a total changed, and which post or creator moved half of that or more."""
    metric = str(frame_params(explained).get("metric", "the total"))
    creators = explained[is_word(explained["level"], "creator")]
    if creators.empty:
        return f"No change of {metric} to show"
    if unknown := int(_is_unknown(creators).sum()):
        whose = f"that of {unknown:,} of {len(creators):,} creators isn't"
        return f"No change of {metric} is known: {whose}"
    before, after = _total(creators)
    change = after - before
    share = f" ({percent_text(abs(change) / before * 100)})" if before > 0 and change else ""
    begin = f"{metric[:1].upper()}{metric[1:]}"
    verb = "rose" if change > 0 else "fell"
    to = f"to {count_text(after)}"
    if not change:
        return f"{begin} didn't change: {count_text(after)} both times"
    said = f"{begin} {verb} by {count_text(abs(change))}{share} {to}"
    toward = explained[values_of(explained["change"]) * np.sign(change) > 0]
    for level, which in (("post", "a post of "), ("creator", "")):
        lines = toward[is_word(toward["level"], level) & toward["tiktok_handle"].notna()]
        if lines.empty:
            continue
        sizes = np.abs(values_of(lines["change"]))
        most, size = lines.iloc[int(sizes.argmax())], float(sizes.max())
        if size >= abs(change) * _HALF / 100:
            did, by = "added" if change > 0 else "lost", count_text(size)
            return f"{said}; {which}@{most['tiktok_handle']} {did} {by}"
    return said
