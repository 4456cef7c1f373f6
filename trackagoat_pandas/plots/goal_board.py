"""The plot of goals: how much of each is reached, and how much should be by now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.checks import check_bool, check_int, require_columns
from trackagoat_pandas.helpers.goals.standing import (
    STANDING_COLUMNS,
    STANDINGS,
    Standing,
    read_standing,
    read_standings,
)
from trackagoat_pandas.plots.goal_rows import (
    NAME_COLUMNS,
    name_rows,
    note_rows,
    of_goals,
    share_ticks,
)
from trackagoat_pandas.plots.style import (
    DARK,
    GRID,
    STATUS_COLORS,
    STATUS_HATCHES,
    add_note,
    count_text,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
    row_axes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WORST_FIRST = (
    "missed", "at_risk", "behind_pace", "on_track", "completed", "not_started", "unknown",
)  # fmt: skip
_RANKS = np.array([WORST_FIRST.index(word) for word in STANDINGS])
_FULL, _FURTHEST = 100.0, 120.0
"""Percent of the target; bars end at the furthest."""
_ROOM = 34.0
_SWATCH = 2.5
_TROUBLES = {"at_risk": ("is", "are"), "behind_pace": ("is", "are"), "missed": ("was", "were")}
"""The statuses that a title counts first, with their verbs."""


@picture
def goal_board(
    goals: pd.DataFrame, *, most: int = 24, worst_first: bool = True, ax: Axes | None = None
) -> Axes:
    """Plot how much of each goal is reached, by status, and how much should be by now.

    Parameters
    ----------
    goals
        The frame of :func:`load_goal_compliance` or :func:`evaluate_goals`.
    most
        The most goals to show, if they have room. The others are counted in a note.
    worst_first
        False to keep the order of the frame, such as that of :func:`who_to_nudge`.
    ax
        The axes to draw on; by default new ones, as high as the goals need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for each goal, as long as the percentage reached, up to 120 %. Bars and the
        swatches before them are coloured and hatched by status. In a running period, a black mark
        shows what a pace of 1 would have reached by now.

        With ``worst_first``, missed goals are on top, then those at risk, behind pace, on track,
        completed, not started (with any status) and unknown; within a status, the least reached.

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing, or ``most`` is less than 1.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.plots.goal_board import goal_board
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Summer Launch")
    >>> goal_board(goals).get_yticklabels()[-1].get_text() != ""
    True
    """
    check_int("most", most, minimum=1)
    check_bool("worst_first", worst_first)
    needed = [*NAME_COLUMNS, "status", *STANDING_COLUMNS]
    require_columns(goals, needed, loader="load_goal_compliance")
    if goals.empty:
        return empty_axes(new_axes(ax), "No goals to show")
    standing, ranks = read_standing(goals), _RANKS[read_standings(goals)]
    ax, rows = row_axes(min(len(goals), most), ax)
    board = _board(goals, standing, ranks, rows, worst_first=worst_first)
    counts = _counts(ranks)
    _draw(ax, board)
    add_note(ax, _note(counts - _counts(board["rank"].to_numpy())))
    finish_axes(ax, _finding(counts), grid="x")
    return ax


def _counts(ranks: NDArray[np.int64]) -> pd.Series:
    """Count the goals of each status."""
    return pd.Series(np.bincount(ranks, minlength=len(WORST_FIRST)), index=list(WORST_FIRST))


def _board(
    goals: pd.DataFrame,
    standing: Standing,
    ranks: NDArray[np.int64],
    rows: int,
    *,
    worst_first: bool,
) -> pd.DataFrame:
    """Return the rows to draw: names, rank, actual, target, and percent reached and due by now."""
    actual, target = standing.actual, standing.target
    with np.errstate(divide="ignore", invalid="ignore"):
        # A target of 0 is reached from the start.
        reached = np.where(target > 0, actual / target * _FULL, _FULL)
    reached = np.where(np.isnan(actual) | np.isnan(target), np.nan, reached)
    places = (np.lexsort((reached, ranks)) if worst_first else np.arange(len(ranks)))[:rows]
    shown = standing.take(places)
    return (
        goals[list(NAME_COLUMNS)]
        .iloc[places]
        .assign(
            rank=ranks[places],
            reached=reached[places],
            due=np.where(shown.in_progress, shown.share_passed * _FULL, np.nan),
            actual=shown.actual,
            target=shown.target,
        )
    )


def _draw(ax: Axes, board: pd.DataFrame) -> None:
    places = np.arange(len(board))
    lengths = np.clip(board["reached"].to_numpy(), 0.0, _FURTHEST)
    ranks = board["rank"].to_numpy()
    for rank, word in enumerate(WORST_FIRST):
        chosen = ranks == rank
        if chosen.any():
            look: dict[str, Any] = {
                "facecolor": STATUS_COLORS.get(word, GRID), "hatch": STATUS_HATCHES.get(word, ""),
                "edgecolor": "white", "linewidth": 0,
            }  # fmt: skip
            rows, named = places[chosen], word.replace("_", " ")
            ax.barh(rows, np.nan_to_num(lengths[chosen]), height=0.7, label=named, **look)
            # A goal of which nothing is reached has no bar to show its status.
            ax.barh(rows, _SWATCH, left=-2 * _SWATCH, height=0.7, **look)
    due = board["due"].to_numpy()
    if not np.isnan(due).all():
        ax.vlines(
            due, places - 0.45, places + 0.45, color="black", linewidth=2, label="expected by now"
        )
    ax.axvline(_FULL, color=DARK, linewidth=1, linestyle=":", zorder=0, label="target")
    ax.set_xlim(-2.5 * _SWATCH, _FURTHEST + _ROOM)
    share_ticks(ax)
    name_rows(ax, board)
    texts = (
        f"{count_text(actual)} of {count_text(target)}"
        + (", not started" if WORST_FIRST[rank] == "not_started" else "")
        for actual, target, rank in zip(board["actual"], board["target"], ranks, strict=True)
    )
    note_rows(ax, np.fmax(np.fmax(lengths, due), 0.0), texts)


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
            parts.append(f"{subject} {status.replace('_', ' ')}")
    if not parts:
        parts.append(f"{of_goals(total - unknown, total)} on pace")
    if unknown:
        parts.append(f"{unknown:,} unknown")
    return ", ".join(parts)


def _note(rest: pd.Series) -> str:
    """Count the goals that aren't shown, by status."""
    if not rest.any():
        return ""
    words = [word for word in WORST_FIRST if rest[word]]
    parts = ", ".join(f"{rest[word]:,} {word.replace('_', ' ')}" for word in words)
    return f"{rest.sum():,} more not shown: {parts}"
