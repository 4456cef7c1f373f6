"""The plot of a campaign's creators against the others, week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import gap_text
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.columns import nullable_flags, values_of
from trackagoat_pandas.inputs.checks import frame_facts, require_columns
from trackagoat_pandas.plots.days import date_ticks, places_of
from trackagoat_pandas.plots.marks import label_marks
from trackagoat_pandas.plots.style import (
    add_note,
    empty_axes,
    finish_axes,
    new_axes,
    percent_ticks,
    picture,
)
from trackagoat_pandas.plots.theme import DARK, INK, PARTIAL, QUIET, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from trackagoat_pandas.base.types import Floats

_NEEDED: Final = ("week", "gap", "usual_low", "usual_high", "is_campaign")
_MIDDLE_DAYS: Final = 3.5
_BAR_DAYS: Final = 5.0


@picture
def lift(
    weeks: pd.DataFrame,
    *,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot by how much a campaign's creators' views differ from the others', week by week.

    Parameters
    ----------
    weeks : DataFrame
        The frame of :func:`trackagoat_pandas.lift_weeks`.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for each week, the campaign's in the colour of the subject, over the gaps
        that random groups have, and a line where the campaign begins.

    Raises
    ------
    MissingColumnError
        The frame isn't of that function.

    See Also
    --------
    lift_weeks : Compare week by week.
    plots.lift_placebos : Draw the effect among the placebos.
    campaign_lift : Estimate what a campaign added.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> weeks = pd.DataFrame({"week": pd.to_datetime(["2026-05-04", "2026-05-11"]),
    ...                       "gap": [2.0, 24.0], "usual_low": [-9.0, -9.0],
    ...                       "usual_high": [9.0, 9.0], "is_campaign": [False, True]})
    >>> tgp.plots.lift(weeks).get_title(loc="left")
    "The campaign's creators were beyond the usual gap in 1 of 1 week"
    """
    require_columns(weeks, [*_NEEDED], loader="lift_weeks")
    rows = weeks[weeks["week"].notna()].sort_values("week", kind="stable")
    gaps = values_of(rows["gap"])
    is_known = np.isfinite(gaps)
    if not is_known.any():
        return empty_axes(new_axes(ax), "No weeks to compare")
    ax = new_axes(ax)
    is_in = nullable_flags(rows["is_campaign"]).fillna(value=False).to_numpy(bool)
    lows, highs = values_of(rows["usual_low"]), values_of(rows["usual_high"])
    middles = places_of(rows["week"].to_numpy("datetime64[us]")) + _MIDDLE_DAYS
    ax.fill_between(
        middles, lows, highs, step="mid", color=QUIET, alpha=0.18, linewidth=0, label="usual"
    )
    colors = [INK if one else PARTIAL for one in is_in[is_known]]
    bars = ax.bar(middles[is_known], gaps[is_known], _BAR_DAYS, color=colors)
    texts = _read_outs(rows[is_known], gaps[is_known], lows[is_known], highs[is_known])
    label_marks(bars, texts)
    ax.axhline(0.0, color=DARK, linewidth=0.8)
    if is_in.any() and not is_in.all():
        start = float(middles[is_in][0]) - _MIDDLE_DAYS
        ax.axvline(start, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
    date_ticks(ax, "week")
    percent_ticks(ax.yaxis)
    add_note(ax, "Grey: gaps of random groups of as many creators; dashed: the campaign begins")
    finish_axes(
        ax,
        _finding(gaps, lows, highs, is_in & is_known, is_refused="note" in frame_facts(weeks)),
        subtitle="Views of its creators against those of the others; 0% is as before it",
        grid="y",
    )
    return ax


def _read_outs(rows: pd.DataFrame, gaps: Floats, lows: Floats, highs: Floats) -> list[str]:
    return [
        f"Week of {day.day} {day:%b %Y}: {gap_text(gap)} "
        f"(usual {gap_text(low)} to {gap_text(high)})"
        for day, gap, low, high in zip(rows["week"], gaps, lows, highs, strict=True)
    ]


def _finding(
    gaps: Floats, lows: Floats, highs: Floats, is_in: np.ndarray, *, is_refused: bool
) -> str:
    if not is_in.any():
        return "No week of the campaign has posts that are old enough"
    # The effect is said by `campaign_lift` alone: the mean of these gaps would differ from it.
    beyond = int(((gaps < lows) | (gaps > highs))[is_in].sum())
    said = f"beyond the usual gap in {beyond} of {number(int(is_in.sum()), 'week')}"
    if is_refused:
        return f"The campaign's effect can't be known; {said}"
    return f"The campaign's creators were {said}"
