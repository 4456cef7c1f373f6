"""The plot of the chances that goals are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.checks import check_int, require_columns
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.helpers.goals.backtest import calibrate_goal_odds, score_goal_odds
from trackagoat_pandas.plots.goal_rows import (
    NAME_COLUMNS,
    name_rows,
    note_rows,
    of_goals,
    share_ticks,
)
from trackagoat_pandas.plots.style import (
    ALARM,
    DARK,
    GOOD,
    WARN,
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

_BANDS = (
    ("below 1 in 3", 0.0, 1 / 3, ALARM, "xx"),
    ("1 in 3 to 2 in 3", 1 / 3, 2 / 3, WARN, ".."),
    ("above 2 in 3", 2 / 3, np.inf, GOOD, "//"),
)
"""Label, from, up to, colour and hatch."""
_FULL = 100.0
_ROOM = 38.0


@picture
def goal_odds(
    odds: pd.DataFrame,
    *,
    backtest: pd.DataFrame | None = None,
    most: int = 24,
    ax: Axes | None = None,
) -> Axes:
    """Plot the chance that each goal is reached, the smallest first.

    Parameters
    ----------
    odds
        The frame of :func:`trackagoat_pandas.goal_odds`. Goals whose period is over are left out.
    backtest
        The frame of :func:`backtest_goal_odds`, to add to each bar how often goals with such a
        chance were reached in the past (a 95 % Wilson interval), and to the notes the Brier score.
    most
        The most goals to show, if they have room. The others are counted in a note.
    ax
        The axes to draw on; by default new ones, as high as the goals need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for each goal whose chance is known, in percent, with what is missing and
        the time left. Colours and hatches distinguish chances below 1/3, between and above 2/3.

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing, or ``most`` is less than 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from trackagoat_pandas.plots.goal_odds import goal_odds
    >>> odds = pd.DataFrame({"tiktok_handle": ["mia", "ben"], "metric": "posts",
    ...                      "period": "weekly", "chance": [0.8, 0.2], "missing": [1.0, 4.0],
    ...                      "days_left": [3.0, 3.0]})
    >>> goal_odds(odds).get_title(loc="left")
    '1 of 2 goals is more likely to be missed than reached'
    """
    check_int("most", most, minimum=1)
    needed = [*NAME_COLUMNS, "chance", "missing", "days_left"]
    require_columns(odds, needed, loader="goal_odds")
    # In a period that is over, nothing is left to chance.
    odds = odds[~(values_of(odds["days_left"]) <= 0.0)]
    known = odds[odds["chance"].notna()].sort_values("chance", kind="stable")
    if known.empty:
        which = "this goal" if len(odds) == 1 else f"these {len(odds):,} goals"
        return empty_axes(new_axes(ax), f"No odds for {which}" if len(odds) else "No goals to show")
    ax, rows = row_axes(min(len(known), most), ax)
    chance = known["chance"].to_numpy("float64")
    ends = _draw(ax, chance[:rows])
    if backtest is not None:
        ends = np.fmax(ends, _draw_past(ax, chance[:rows], backtest))
    missing, days = (values_of(known[name].head(rows)) for name in ("missing", "days_left"))
    note_rows(ax, ends, map(_need_text, missing, days))
    ax.set_xlim(0.0, _FULL + _ROOM)
    share_ticks(ax)
    name_rows(ax, known.head(rows))
    add_note(ax, _notes(chance[rows:], len(odds) - len(known), backtest))
    finish_axes(ax, _finding(chance), grid="x")
    return ax


def _draw(ax: Axes, chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw the bars, and return their ends."""
    places = np.arange(len(chance))
    for label, low, high, color, hatch in _BANDS:
        chosen = (chance >= low) & (chance < high)
        if chosen.any():
            ax.barh(
                places[chosen], chance[chosen] * _FULL, height=0.7, facecolor=color, hatch=hatch,
                edgecolor="white", linewidth=0, label=label,
            )  # fmt: skip
    ax.axvline(_FULL / 2, color=DARK, linewidth=1, linestyle=":", zorder=0, label="even odds")
    return chance * _FULL


def _draw_past(
    ax: Axes, chance: NDArray[np.float64], backtest: pd.DataFrame
) -> NDArray[np.float64]:
    """Draw the intervals of past hit rates at such chances, and return their ends."""
    bins = calibrate_goal_odds(backtest)
    place = np.minimum((chance * len(bins)).astype(np.int64), len(bins) - 1)
    low, high = (values_of(bins[f"hit_rate_{end}"])[place] * _FULL for end in ("low", "high"))
    # A chance of 1 is that of a goal already reached, which isn't a forecast.
    is_open = (chance < 1.0) & ~np.isnan(low)
    middle, width = ((low + high) / 2)[is_open], ((high - low) / 2)[is_open]
    ax.errorbar(
        middle, np.flatnonzero(is_open), xerr=width, fmt="none", ecolor="black",
        elinewidth=1.2, capsize=3, label="past hit rate at\nthese odds (95% CI)",
    )  # fmt: skip
    return np.where(is_open, high, np.nan)


def _need_text(missing: float, days: float) -> str:
    if missing <= 0:
        return "reached"
    if np.isnan(missing) or np.isnan(days):
        return ""
    left = f"{count_text(days)} {'day' if days == 1.0 else 'days'}"
    return f"{count_text(np.ceil(missing))} more in {left if days >= 1 else f'{days * 24:.0f} h'}"


def _finding(chance: NDArray[np.float64]) -> str:
    """Say how many goals are more likely to be missed than reached."""
    total, unlikely = len(chance), int((chance < 0.5).sum())
    if not unlikely:
        return f"{of_goals(total, total)} at least as likely to be reached as missed"
    return f"{of_goals(unlikely, total)} more likely to be missed than reached"


def _notes(rest: NDArray[np.float64], without: int, backtest: pd.DataFrame | None) -> str:
    """Count what isn't shown, and give the score of past forecasts."""
    notes = []
    if len(rest):
        notes.append(f"{len(rest):,} more not shown, at {rest.min():.0%} or higher")
    if without:
        notes.append(f"{without:,} {'goal' if without == 1 else 'goals'} without odds")
    if backtest is not None:
        score = score_goal_odds(backtest).iloc[0]
        notes.append(
            f"Brier score of {int(score['forecasts']):,} past forecasts: {score['brier']:.2f} "
            f"(always forecasting their hit rate: {score['base_brier']:.2f})"
            if score["forecasts"]
            else "no past forecasts to score"
        )
    return "; ".join(notes)
