"""The plot of a ranking: a bar for each row, the longest on top."""

from __future__ import annotations

from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import count_text, percent_text, share_text
from trackagoat_pandas.base.types import Bools, Floats
from trackagoat_pandas.helpers.columns import nullable_flags, values_of
from trackagoat_pandas.helpers.counted import active_ids
from trackagoat_pandas.helpers.labels import Names, named, read_names
from trackagoat_pandas.helpers.leaderboard import each_once
from trackagoat_pandas.helpers.leaderboard import leaderboard as ranked
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.inputs.checks import (
    check_name,
    entity_of,
    frame_facts,
    frame_params,
    require_columns,
)
from trackagoat_pandas.plots.layout import SMALL_PT, size_pt, title_room_pt, widest_pt
from trackagoat_pandas.plots.marks import label_marks, make_room
from trackagoat_pandas.plots.style import (
    ROW_IN,
    TINY_PT,
    add_note,
    empty_axes,
    finish_axes,
    is_percent,
    money_text,
    new_axes,
    only_currency,
    picture,
    write_behind,
)
from trackagoat_pandas.plots.text import distinct, shown, with_at
from trackagoat_pandas.plots.theme import INK, NEUTRAL, QUIET, Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.container import BarContainer

_TITLES: Final = ("title", "video_title")
_NAMES: Final = (
    "campaign_name", "name", "label", "display_name", "project_name", "creator_id", "video_id",
    "campaign_id", "entity_id", "id",
)  # fmt: skip
_VIEWS: Final = ("view_count", "views")
_LEAST_VIEWS: Final = 1_000
"""With fewer views, chance moves an engagement rate by points, and a ranking shows the extremes."""
_IDS: Final = ("tiktok_video_id", "id")
_NAMES_SHARE: Final = 0.55
"""The largest share of the width that names take."""
_MOST_LETTERS, _FEWEST_LETTERS, _FEWEST_OF_A_TITLE = 80, 22, 12
_LETTERS_OF_LEADER: Final = 40
_REMOVED: Final = " (removed)"
_COSTS: Final = frozenset({"cost", "cpm"})
_UNTITLED: Final = "untitled"
_DOT: Final = " · @"
"""Between a post's title and its creator's handle."""
_TALLEST_ROWS = 40
_FEWEST_PT = 11.0
"""The least height of a row that has its name beside it."""


@picture
def leaderboard(
    frame: pd.DataFrame,
    *,
    by: str = "view_count",
    n: int = 10,
    name: str | None = None,
    names: Names = None,
    theme: Theme = "light",  # noqa: ARG001
    ax: Axes | None = None,
) -> Axes:
    """Plot the first rows by a column as horizontal bars.

    Parameters
    ----------
    frame : DataFrame
        Any frame with the column ``by``, such as that of :func:`load_videos` or of
        ``load_report("creator-leaderboard", ...)``.
    by : str, default 'view_count'
        The column to rank by. If its name ends in ``_cents``, values are written as money, in
        dollars unless the frame has a column ``currency``; those of rates are written in percent.
    n : int, default 10
        The most rows to show.
    name : str, optional
        The column that names the rows; by default a video's title and creator, else the first that
        there is of handle, name and id. A row without a name is called by its id.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`.
        The creators of videos are also known from the videos' addresses. By the whole list of a
        project's creators, videos of those who were removed are marked.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the rows need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for each row with its number, the longest on top. Creators who aren't active
        are left out and counted in a note, as by :func:`summarize_creators`. If there is no room
        for all names, every second or third is written. The title says who leads, the subtitle
        which share of the sum of all rows those shown have; neither gives a share if a
        row has no number, and a note says how many haven't. Engagement rates of fewer than 1,000
        views, where the frame says so, are left out and counted in a note.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        As :func:`trackagoat_pandas.leaderboard`; or the rows of money have several currencies.

    See Also
    --------
    leaderboard : Rank rows by a count.
    plots.ranks : Draw the ranks with their intervals.
    load_videos : Load videos.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> videos = pd.DataFrame({"title": ["a", "b", "c"], "view_count": [300, 600, 100]})
    >>> tgp.plots.leaderboard(videos, n=2).get_title(loc="left")
    '“b” leads with 600 views, 60% of all'
    """
    require_columns(frame, [])
    if name is not None:
        require_columns(frame, [check_name("name", name)])
    given = [each for _, each in read_names(names)]
    frame, few = _without_few_views(frame, check_name("by", by))
    frame, inactive = _without_inactive(frame)
    rows = ranked(frame, by, n)
    what = _words(by)
    if rows.empty:
        why = f"No row has {_LEAST_VIEWS:,} views" if few else f"No {what or 'amount'} to rank"
        return empty_axes(new_axes(ax), why)
    rows = named(rows, [rows, *given])
    numbers = rows[by].to_numpy("float64")
    write = _writer(by, frame)
    ax = new_axes(ax, height_in=max(1.6, 1.2 + ROW_IN * min(len(rows), _TALLEST_ROWS)))
    removed = _are_removed(rows, given)
    rows = rows.assign(is_removed=removed)
    called = _fitting_names(ax, rows, name)
    texts = [write(number) for number in numbers]
    bars = _draw(ax, called, numbers, texts, rows["rank"] == 1)
    measured = [f"{text} {what}".rstrip() for text in texts]
    said = (f"{each.strip()}: {text}" for each, text in zip(called, measured, strict=True))
    label_marks(bars, said, _ids(rows))
    listed, repeated = each_once(latest_of(frame, ["id"]), by, None)
    ranking = listed[by]
    is_known = ranking.notna()
    known, unknown = int(is_known.sum()), int((~is_known).sum())
    if unknown:
        # Shares of a sum that isn't whole would be too large.
        rows = rows.assign(share=np.nan)
    firsts = int((ranking == rows[by].iloc[0]).sum())
    # The whole title of a video would take the title's two lines.
    leader = _name_of_first(rows, name)
    most = _leads(leader, firsts, by, texts[0])
    for note in filter(None, [*_left_out(unknown, inactive, few), repeated]):
        add_note(ax, note)
    if removed.any():
        add_note(ax, "removed: no longer an active creator of the project")
    title, subtitle = _finding(rows, most, what, known)
    finish_axes(ax, title, subtitle=subtitle)
    return ax


def _left_out(unknown: int, inactive: int, few: int) -> list[str]:
    """Count the rows that aren't ranked, by the reason."""
    aren_t = "creator isn't" if inactive == 1 else "creators aren't"
    said = {
        f"{unknown:,} {'row' if unknown == 1 else 'rows'} without a number left out": unknown,
        f"{inactive:,} {aren_t} active and left out": inactive,
        f"{few:,} of fewer than {_LEAST_VIEWS:,} views left out": few,
    }
    return [note for note, number in said.items() if number]


def _without_few_views(frame: pd.DataFrame, by: str) -> tuple[pd.DataFrame, int]:
    """Leave out the rates of few views, and return how many they were."""
    counts = [column for column in _VIEWS if column in frame.columns]
    if not by.endswith("_by_views") or not counts:
        return frame, 0
    frame = latest_of(frame, ["id"])
    is_few = values_of(frame[counts[0]]) < _LEAST_VIEWS
    return frame[~is_few], int(is_few.sum())


def _without_inactive(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Leave out the creators of a list who aren't active, and return how many they were."""
    if not {"tiktok_handle", "is_active"} <= set(frame.columns):
        return frame, 0
    is_inactive = (~nullable_flags(frame["is_active"])).fillna(value=False).to_numpy(bool)
    return frame[~is_inactive], int(is_inactive.sum())


def _are_removed(rows: pd.DataFrame, given: Sequence[pd.DataFrame]) -> Bools:
    """Say whose creators are missing from a whole list of the active creators of their project."""
    removed = np.zeros(len(rows), np.bool_)
    if not {"creator_id", "project_id"} <= set(rows.columns):
        return removed
    owners = rows["creator_id"]
    for creators in given:
        is_whole = frame_facts(creators).get("complete") is True
        if (
            entity_of(creators) == "creator"
            and is_whole
            and not frame_params(creators).get("search")
        ):
            is_in = owners.notna() & rows["project_id"].isin(creators["project_id"])
            removed |= (is_in & ~owners.isin(active_ids(creators))).to_numpy(bool)
    return removed


def _fitting_names(ax: Axes, rows: pd.DataFrame, name: str | None) -> list[str]:
    """Return what each row is called, with as many letters as have room."""
    room = _NAMES_SHARE * title_room_pt(ax)
    letters = _MOST_LETTERS
    while True:
        called = _row_names(rows, name, letters)
        if letters <= _FEWEST_LETTERS or widest_pt(called, SMALL_PT) <= room:
            return called
        letters -= 2


def names_of_posts(ax: Axes, posts: pd.DataFrame) -> tuple[list[str], str]:
    """Return what posts are called in their rows, and what the first one is in a title."""
    posts = posts.reindex(columns=list(dict.fromkeys([*posts.columns, "title"])))
    posts = posts.assign(is_removed=False)
    return _fitting_names(ax, posts, None), _name_of_first(posts, None)


def _name_of_first(rows: pd.DataFrame, name: str | None) -> str:
    """Return what the first row is called in a title: a post by its own title in quotes."""
    [first] = _row_names(rows.head(1), name, _LETTERS_OF_LEADER)
    titles = [column for column in _TITLES if column in rows.columns]
    if name is not None or not titles or not isinstance(rows[titles[0]].iloc[0], str):
        return first.strip()
    text, dot, creator = first.strip().rpartition(_DOT)
    has_handle = "tiktok_handle" in rows.columns and isinstance(rows["tiktok_handle"].iloc[0], str)
    return f"“{text}” by @{creator}" if dot and has_handle else f"“{first.strip()}”"


def _row_names(rows: pd.DataFrame, name: str | None, letters: int) -> list[str]:
    """Return what each row is called: by default its title and creator, or what else it has."""
    ids = [column for column in _IDS if column in rows.columns]
    titles = [column for column in _TITLES if column in rows.columns]
    has_handles = "tiktok_handle" in rows.columns
    if name is None and titles and has_handles:
        parts = (rows[titles[0]].astype(object), rows["tiktok_handle"], rows["is_removed"])
        called = [_title_text(*part, letters) for part in zip(*parts, strict=True)]
        unknown = rows["tiktok_handle"].isna().to_numpy() & rows[titles[0]].isna().to_numpy()
        rest = _first_known(rows, ids)
        chosen = [other if is_so else text for text, other, is_so in
                  zip(called, rest, unknown, strict=True)]  # fmt: skip
        return distinct(chosen, letters=2 * letters)
    columns = ["tiktok_handle", *_TITLES, *_NAMES]
    column = name or next((each for each in columns if each in rows.columns), "tiktok_handle")
    require_columns(rows, [column])
    if column == "tiktok_handle":
        rows = rows.assign(tiktok_handle=with_at(rows[column]))
    return distinct(_first_known(rows, [column, *ids]), letters=letters)


def _first_known(rows: pd.DataFrame, columns: list[str]) -> list[object]:
    """Return the value of the first column that has one, for each row."""
    if not columns:
        return [None] * len(rows)
    found = rows[columns[0]].astype(object)
    for name in columns[1:]:
        found = found.where(found.notna(), rows[name].astype(object))
    values: list[object] = found.tolist()
    return values


def _title_text(title: object, handle: object, is_removed: object, letters: int) -> str:
    """Write a video's title, as much of it as has room, and its creator."""
    creator = f"{_DOT}{handle}" if isinstance(handle, str) else ""
    creator += _REMOVED if is_removed else ""
    room = max(_FEWEST_OF_A_TITLE, letters - len(creator))
    return (shown(title, letters=room) if isinstance(title, str) else _UNTITLED) + creator


def _ids(rows: pd.DataFrame) -> list[object]:
    """Return the ids that a click on the bars chooses: the videos', else the creators'."""
    if "video_id" in rows.columns:
        return rows["video_id"].tolist()
    if any(column in rows.columns for column in _TITLES) and "id" in rows.columns:
        return rows["id"].tolist()
    return rows["creator_id"].tolist() if "creator_id" in rows.columns else [""] * len(rows)


def _draw(
    ax: Axes, names: list[str], numbers: Floats, texts: list[str], leads: pd.Series
) -> BarContainer:
    """Draw the bars, and write as many names and numbers as have room."""
    places = np.arange(len(numbers))
    bars = ax.barh(places, numbers, color=np.where(leads, INK, QUIET), height=0.72)
    ax.set_ylim(len(numbers) - 0.4, -0.6)
    row_pt = size_pt(ax)[1] / len(numbers)
    named_rows = places[:: ceil(_FEWEST_PT / row_pt)]
    font_pt = SMALL_PT if row_pt >= SMALL_PT * 1.4 else TINY_PT
    ax.tick_params(axis="y", left=False, length=0)
    labels = [names[place] for place in named_rows]
    # Names may have dollar signs, between which matplotlib would write mathematics.
    ax.set_yticks(named_rows, labels, fontsize=font_pt, parse_math=False)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    written = [texts[place] for place in named_rows]
    write_behind(ax, named_rows, numbers[named_rows], written, font_pt=font_pt)
    make_room(ax, numbers, written, font_pt=font_pt)
    ax.axvline(0, color=NEUTRAL, linewidth=0.8, zorder=0)
    return bars


def _words(by: str) -> str:
    words = by.removesuffix("_cents").removesuffix("_pct").removesuffix("amount").replace("_", " ")
    if words in {"percentage", "percent"}:
        return ""  # the number says it
    stem = words.removesuffix(" count")
    return f"{stem}s" if stem != words else words


def _leads(leader: str, firsts: int, by: str, text: str) -> str:
    """Say who is first, or how many share that; nobody leads with what costs most."""
    what = _words(by)
    if _COSTS.intersection(by.split("_")):
        who = f"{leader} has" if firsts == 1 else f"{firsts:,} share"
        return f"{who} the highest {what}, {text}"
    measured = f"{text} {what}".rstrip()
    if firsts > 1:
        return f"{firsts:,} share the lead, each with {measured}"
    return f"{leader} leads with {measured}"


def _writer(by: str, frame: pd.DataFrame) -> Callable[[float], str]:
    if by.endswith("_cents") and "currency" in frame.columns:
        currency = only_currency(frame.dropna(subset="currency"), "USD")
        return partial(money_text, currency=currency)
    if by.endswith("_cents"):
        return money_text
    return percent_text if is_percent(by) else count_text


def _finding(rows: pd.DataFrame, text: str, what: str, known: int) -> tuple[str, str]:
    """Add to who leads their share of the sum, then say which share those shown have."""
    shares = rows["share"]
    has_shares = not shares.isna().any()
    if has_shares:
        text += f", {share_text(shares.iloc[0])} of all"
    if known <= len(rows):
        return text, ""
    first = f"The first {len(rows):,} of {known:,}"
    if has_shares:
        return text, f"{first} have {share_text(shares.sum())} of all {what}".rstrip()
    return text, f"{first} by {what or 'amount'}"
