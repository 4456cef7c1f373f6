"""The plot of goals: how much of each is reached, or how many there are of each status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd
from matplotlib.transforms import ScaledTranslation

from trackagoat_pandas.base.figures import count_text, percent_text
from trackagoat_pandas.base.types import Ints
from trackagoat_pandas.errors import ArgumentTypeError
from trackagoat_pandas.helpers.goals.standing import (
    STANDING_COLUMNS,
    STANDINGS,
    WORST_FIRST,
    Standing,
    read_standing,
    read_standings,
)
from trackagoat_pandas.inputs.checks import (
    check_bool,
    check_choice,
    check_int,
    require_columns,
)
from trackagoat_pandas.plots.layout import title_room_pt
from trackagoat_pandas.plots.marks import (
    FULL,
    NAME_COLUMNS,
    draw_over,
    label_marks,
    make_room,
    name_rows,
    note_rows,
    of_goals,
)
from trackagoat_pandas.plots.style import (
    STATUS_COLORS,
    STATUS_HATCHES,
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
from trackagoat_pandas.plots.text import distinct, shown, with_at
from trackagoat_pandas.plots.theme import NEUTRAL, PAGE, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

By: TypeAlias = Literal["goal", "metric", "creator"]

_RANKS: Final = np.array([WORST_FIRST.index(word) for word in STANDINGS])
_TROUBLES: Final = {
    "at_risk": ("is", "are"),
    "behind_pace": ("is", "are"),
    "missed": ("was", "were"),
}
"""The statuses that a title counts first, with their verbs."""
_OFF_PACE_RANKS: Final = [WORST_FIRST.index(word) for word in _TROUBLES]
_ON_PACE_RANKS: Final = [WORST_FIRST.index(word) for word in ("on_track", "completed")]
_MOST_ROWS: Final = 30
"""More goals are counted by metric and period."""
_DOT_PT, _NAME_PAD_PT = 8.0, 15.0
"""How far the dots and the names are from the bars."""
_ARROW: Final = 2.0
"""The room for the arrows beyond 100 %."""
_LEGEND_ROWS: Final = 3
"""The rows that a legend needs besides one for each status."""
_NAMED, _A_NAME_PT = 5, 230.0
"""How many of the worst goals are named below their counts, and the width each of them needs."""


@picture
def goal_board(
    goals: pd.DataFrame,
    *,
    by: By | None = None,
    n: int = 24,
    worst_first: bool = True,
    order: str = "",
    theme: Theme = "light",  # noqa: ARG001
    ax: Axes | None = None,
) -> Axes:
    """Plot how much of each goal is reached, or how many goals there are of each status.

    Parameters
    ----------
    goals : DataFrame
        The frame of :func:`load_goal_compliance` or :func:`evaluate_goals`.
    by : {'goal', 'metric', 'creator'}, optional
        ``"goal"`` for a row for each goal; ``"metric"`` to count goals by metric and period, or
        ``"creator"`` by creator. By default each of up to 30 goals has a row, and more of them are
        counted by metric and period.
    n : int, default 24
        The most rows to show, if they have room. The other goals are counted in a note.
    worst_first : bool, default True
        False to keep the order of the frame, such as that of :func:`who_to_nudge`; by default each
        goal then has a row.
    order : str, optional
        What the order of the frame is, for the subtitle, such as ``"the easiest to save first"``.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the rows need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes. A row for each goal is a bar of the percentage reached, with an arrow where it is
        above 100 %, coloured by the status that is written beside it; a goal on track that has its
        target is called reached. In a running period, an upright line shows what a steady pace
        would have reached by now. With ``worst_first``, missed goals are on top, then those at
        risk, behind pace, on track, completed, not started (with any status) and unknown; within a
        status, the least reached.

        Counted goals have a bar for each group, as long as it has goals and cut into their
        statuses, the one with the most goals off pace on top. The worst goals are named below.

    Raises
    ------
    MissingColumnError, ArgumentError, ChoiceError
        A column is missing, ``n`` is less than 1, or ``by`` is none of its words.

    See Also
    --------
    load_goal_compliance : Load goals and their progress.
    plots.goal_odds : Draw the odds.
    rank_goals : Sort goals, the worst first.
    widgets.GoalBoard : Click through goals.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Summer Launch")
    >>> ax = tgp.plots.goal_board(goals)
    >>> print(ax.get_title(loc="left"))
    2 of 5 goals are at risk
    """
    check_int("n", n, minimum=1)
    check_bool("worst_first", worst_first)
    if not isinstance(order, str):
        raise ArgumentTypeError("order", order, "a string")
    if by is not None:
        check_choice("by", by, get_args(By))
    needed = [*NAME_COLUMNS, "status", *STANDING_COLUMNS]
    require_columns(goals, needed, loader="load_goal_compliance")
    if goals.empty:
        return empty_axes(new_axes(ax), "No goals to show")
    standing, ranks = read_standing(goals), _RANKS[read_standings(goals)]
    board = _board(goals, standing, ranks, worst_first=worst_first)
    is_counted = len(goals) > _MOST_ROWS and worst_first if by is None else by != "goal"
    if is_counted:
        return _draw_counted(board, by, n, ax)
    ax, rows = row_axes(min(len(goals), n), ax)
    shown_rows = board.head(rows)
    _draw(ax, shown_rows)
    counts = _counts(board["rank"])
    rest = _counts(board["rank"].iloc[rows:])
    if rest.any():
        parts = ", ".join(f"{rest[word]:,} {_words(word)}" for word in WORST_FIRST if rest[word])
        add_note(ax, f"{rest.sum():,} more not shown: {parts}")
    subtitle = "Percent of the target reached"
    if not worst_first:
        subtitle += f", {order or 'in the order of the frame'}"
    if shown_rows["due"].notna().any():
        subtitle += "; the upright line is what a steady pace would have reached by now"
    finish_axes(ax, _finding(counts), subtitle=subtitle, grid="x")
    return ax


def _counts(ranks: pd.Series) -> pd.Series:
    """Count the goals of each status."""
    return pd.Series(np.bincount(ranks, minlength=len(WORST_FIRST)), index=list(WORST_FIRST))


def _board(
    goals: pd.DataFrame, standing: Standing, ranks: Ints, *, worst_first: bool
) -> pd.DataFrame:
    """Return names, rank, actual, target, and percent reached and due by now, in order."""
    actual, target = standing.actual, standing.target
    with np.errstate(divide="ignore", invalid="ignore"):
        # A target of 0 is reached from the start.
        reached = np.where(target > 0, actual / target * FULL, FULL)
    reached = np.where(np.isnan(actual) | np.isnan(target), np.nan, reached)
    ids = [name for name in ("creator_id",) if name in goals.columns]
    board = goals[[*NAME_COLUMNS, "period_end", *ids]].assign(
        rank=ranks,
        reached=reached,
        due=np.where(standing.in_progress, standing.share_passed * FULL, np.nan),
        actual=actual,
        target=target,
        place=np.arange(len(goals)),
        percentage=goals["percentage"] if "percentage" in goals.columns else reached,
    )
    return board.iloc[np.lexsort((reached, ranks))] if worst_first else board


def _draw(ax: Axes, board: pd.DataFrame) -> None:
    places, due = np.arange(len(board)), board["due"].to_numpy()
    reached = np.nan_to_num(board["reached"].to_numpy())
    words = [WORST_FIRST[rank] for rank in board["rank"]]
    colors = [_color(word) for word in words]
    names = name_rows(ax, board)
    ax.tick_params(axis="y", pad=_NAME_PAD_PT)
    bars = ax.barh(places, np.clip(reached, 0.0, FULL), height=0.7, color=colors)
    before = ScaledTranslation(-_DOT_PT / 72, 0, ax.figure.dpi_scale_trans)
    ax.scatter(
        np.zeros(len(board)), places, s=22, color=colors, clip_on=False,
        transform=ax.get_yaxis_transform() + before,
    )  # fmt: skip
    draw_over(ax.vlines, due, places - 0.45, places + 0.45, linewidth=2)
    beyond = np.flatnonzero(reached > FULL)
    ax.scatter(
        np.full(beyond.size, FULL + _ARROW / 2), beyond, marker=">", s=26,
        color=[colors[place] for place in beyond],
    )  # fmt: skip
    texts = [
        f"{_amounts(actual, target)}, {_standing(word, actual, target)}"
        for actual, target, word in zip(board["actual"], board["target"], words, strict=True)
    ]
    note_rows(ax, texts, after=FULL + _ARROW * (beyond.size > 0))
    paces = ["" if np.isnan(at) else f"; steady pace: {percent_text(at)} by now" for at in due]
    said = (f"{name}: {text}{pace}" for name, text, pace in zip(names, texts, paces, strict=True))
    label_marks(bars, said, board.get("creator_id"))


def _draw_counted(board: pd.DataFrame, by: By | None, n: int, ax: Axes | None) -> Axes:
    """Plot how many goals of each group have each status, and name the worst goals."""
    board = board.reset_index(drop=True)
    words = board[list(NAME_COLUMNS)].astype(object)
    words = words.assign(tiktok_handle=with_at(words["tiktok_handle"])).fillna("?")
    if by == "creator":
        keys = board.get("creator_id", words["tiktok_handle"]).astype(object).fillna("?")
        named = dict(zip(keys, words["tiktok_handle"], strict=True))
    else:
        keys = words["period"] + " " + words["metric"]
        named = dict(zip(keys, keys, strict=True))
    counts = pd.crosstab(keys, board["rank"]).reindex(columns=range(len(WORST_FIRST)), fill_value=0)
    counts = counts.iloc[_most_off_pace_first(counts, board, keys)]
    drawn = min(len(counts), n)
    # A legend is higher than a few rows.
    ax, fitting = row_axes(max(drawn, int(counts.any().sum()) + _LEGEND_ROWS), ax)
    rows = min(drawn, fitting)
    shown_counts, rest = counts.iloc[:rows], counts.iloc[rows:]
    names = distinct(named[key] for key in shown_counts.index)
    has_ids = by == "creator" and "creator_id" in board
    ids = list(shown_counts.index) if has_ids else [""] * len(names)
    _draw_counts(ax, shown_counts, names, ids)
    named_goals = int(np.clip(title_room_pt(ax) / _A_NAME_PT, 1, _NAMED))
    notes = [_worst(board, named_goals)]
    if len(rest):
        off_pace = int((rest[_OFF_PACE_RANKS].sum(axis=1) > 0).sum())
        noun = "creator" if by == "creator" else "group"
        notes.append(
            f"{len(rest):,} more {noun}{'s' * (len(rest) > 1)} not shown, "
            f"{off_pace:,} with a goal off pace"
        )
    add_note(ax, "; ".join(filter(None, notes)))
    group = "creator" if by == "creator" else "metric and period"
    subtitle = f"Goals by {group}, most off pace on top"
    if by is None:
        subtitle += f"; {len(board):,} are too many for a bar each"
    finish_axes(ax, _finding(_counts(board["rank"])), subtitle=subtitle, grid="x")
    return ax


def _most_off_pace_first(counts: pd.DataFrame, board: pd.DataFrame, keys: pd.Series) -> Ints:
    """Order groups by the number of their goals off pace.

    Equal ones are ordered as by :func:`summarize_compliance`: by the share on pace of the goals
    that have started and have a status, by the mean percentage reached, then as in the frame.
    """
    off_pace, on_pace = (counts[ranks].sum(axis=1) for ranks in (_OFF_PACE_RANKS, _ON_PACE_RANKS))
    rated = off_pace + on_pace
    share = on_pace / rated.where(rated > 0)
    has_started = board["rank"] != WORST_FIRST.index("not_started")
    # By the server's whole percents, as there: by their fractions equal ones would differ.
    means = board["percentage"].where(has_started).groupby(keys).mean()
    first = board["place"].groupby(keys).min()
    return np.lexsort((first[counts.index], means[counts.index], share, -off_pace))


def _draw_counts(ax: Axes, counts: pd.DataFrame, names: list[str], ids: list[str]) -> None:
    totals, places = counts.sum(axis=1).to_numpy(), np.arange(len(counts))
    write_rows(ax, names)
    # A single status has no legend.
    is_alone = counts.any().sum() == 1
    ends = np.zeros(len(counts))
    for rank, word in enumerate(WORST_FIRST):
        numbers = counts[rank].to_numpy()
        if not numbers.any():
            continue
        # More dots are smaller ones, of which whole rows fit into a bar.
        hatch = STATUS_HATCHES.get(word, "").replace(".", "..")
        bars = ax.barh(
            places, numbers, left=ends, height=0.74, facecolor=_color(word), edgecolor=PAGE,
            linewidth=0.8, hatch=hatch, label=_words(word),
        )  # fmt: skip
        texts = [f"{number:,} {_words(word)}" for number in numbers]
        label_marks(bars, map(": ".join, zip(names, texts, strict=True)), ids)
        ends = ends + numbers
    said = texts if is_alone else [f"{total:,}" for total in totals]
    write_behind(ax, places, totals, said)
    make_room(ax, totals, said)
    count_ticks(ax.xaxis, whole=True)


def _worst(board: pd.DataFrame, n: int) -> str:
    """Name the worst goals, with their actual and target amounts."""
    worst = board[board["rank"] < len(_TROUBLES)].head(n)
    if worst.empty:
        return ""
    goals = (
        f"{_or_mark(handle)} {_or_mark(period)} {_or_mark(metric)} {_amounts(actual, target)}"
        for handle, metric, period, actual, target in worst.assign(
            tiktok_handle=with_at(worst["tiktok_handle"])
        )[[*NAME_COLUMNS, "actual", "target"]].itertuples(index=False)
    )
    return f"Worst: {', '.join(goals)}"


def _amounts(actual: float, target: float) -> str:
    if np.isnan(target):
        return f"{count_text(actual)} (no target)"
    return f"{count_text(actual)} of {count_text(target)}"


def _standing(word: str, actual: float, target: float) -> str:
    """Write a status; a goal of a running period can be reached before its end."""
    return "reached" if word == "on_track" and actual >= target else _words(word)


def _or_mark(name: object) -> str:
    return shown(name) if isinstance(name, str) else "?"


def _color(word: str) -> str:
    return STATUS_COLORS.get(word, NEUTRAL)


def _words(word: str) -> str:
    return word.replace("_", " ")


def _finding(counts: pd.Series) -> str:
    """Count the troubled goals among those that have started, and those that haven't."""
    waiting = int(counts["not_started"])
    started = int(counts.sum()) - waiting
    if not started:
        return "No goal has started yet" if waiting > 1 else "The goal has not started yet"
    text = _standing_text(counts, started)
    if not waiting:
        return text
    return f"{text}; {waiting:,} more {'has' if waiting == 1 else 'have'} not started"


def _standing_text(counts: pd.Series, total: int) -> str:
    unknown = int(counts["unknown"])
    if unknown == total:
        return f"{of_goals(total, total)} of unknown status"
    parts: list[str] = []
    for status, verbs in _TROUBLES.items():
        if count := int(counts[status]):
            subject = f"{count:,}" if parts else of_goals(count, total, verbs)
            parts.append(f"{subject} {_words(status)}")
    if not parts:
        parts.append(f"{of_goals(total - unknown, total)} on pace")
    if unknown:
        parts.append(f"{unknown:,} unknown")
    return ", ".join(parts)
