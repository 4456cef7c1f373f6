"""The plot of a campaign's effect among those of campaigns that never were."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import gap_text
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.columns import is_word, values_of
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.plots.marks import label_marks, label_points
from trackagoat_pandas.plots.style import (
    add_note,
    empty_axes,
    finish_axes,
    new_axes,
    percent_ticks,
    picture,
)
from trackagoat_pandas.plots.theme import DARK, INK, PARTIAL, WARN, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from trackagoat_pandas.base.types import Floats

_NEEDED: Final = ("placebo", "since", "effect")
_BINS: Final = 30
_SHOWN: Final = 99.5
"""The percentile of random groups' effects that is in the picture; a few may lie far outside."""


@picture
def lift_placebos(
    placebos: pd.DataFrame,
    *,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot a campaign's effect among those of random creators, and of earlier dates.

    Parameters
    ----------
    placebos : DataFrame
        The frame of :func:`trackagoat_pandas.lift_placebos`.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: how often random groups show which effect, a line for that of the campaign, and a
        mark below for each earlier date.

    Raises
    ------
    MissingColumnError
        The frame isn't of that function.

    See Also
    --------
    lift_placebos : Compare with campaigns that never were.
    plots.lift : Draw the weeks.
    campaign_lift : Estimate what a campaign added.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> kinds = ["the campaign"] + ["random creators"] * 4
    >>> placebos = pd.DataFrame({"placebo": kinds, "since": pd.Timestamp("2026-05-04"),
    ...                          "effect": [24.0, -3.0, 1.0, 5.0, -30.0]})
    >>> tgp.plots.lift_placebos(placebos).get_title(loc="left")
    'The campaign shows +24%, 0 of 4 random groups as much or more'
    """
    require_columns(placebos, [*_NEEDED], loader="lift_placebos")
    effects = values_of(placebos["effect"])
    kinds = {
        word: is_word(placebos["placebo"], word) & np.isfinite(effects)
        for word in ("the campaign", "random creators", "an earlier date")
    }
    own, drawn, past = (effects[chosen] for chosen in kinds.values())
    if not len(drawn):
        return empty_axes(new_axes(ax), "No random groups to compare with")
    ax = new_axes(ax)
    farthest = max(float(np.percentile(np.abs(drawn), _SHOWN)), *np.abs(own), 1.0) * 1.08
    # Equal steps in logs: a half and a double are equally far, and -100 % has no log.
    least = max(-farthest, -99.0)
    edges = 100.0 * np.expm1(np.linspace(np.log1p(least / 100), np.log1p(farthest / 100), _BINS))
    counts, _ = np.histogram(drawn, edges)
    bars = ax.bar(edges[:-1], counts, np.diff(edges), align="edge", color=PARTIAL)
    spans = pairwise(edges)
    texts = [
        f"{number(int(count), 'random group')}: {gap_text(low)} to {gap_text(high)}"
        for count, (low, high) in zip(counts, spans, strict=True)
    ]
    label_marks(bars, texts)
    top = float(counts.max(initial=1))
    _draw_past(ax, placebos.loc[kinds["an earlier date"], "since"], past, -0.06 * top)
    for effect in own[:1]:
        ax.axvline(effect, color=INK, linewidth=2.5)
    ax.axvline(0.0, color=DARK, linewidth=0.8)
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(-0.14 * top, 1.08 * top)
    ax.set_yticks([])
    percent_ticks(ax.xaxis)
    said = "Bars: random groups of as many creators; line: the campaign"
    add_note(
        ax, f"{said}; circles below: the same creators at earlier dates" if len(past) else said
    )
    finish_axes(
        ax,
        _finding(own, drawn),
        subtitle="Views against those of the others, in percent, where there was no campaign",
        grid="x",
    )
    return ax


def _draw_past(ax: Axes, days: pd.Series, effects: Floats, level: float) -> None:
    ax.plot(effects, np.full(len(effects), level), "o", color=WARN, markersize=4, fillstyle="none")
    shown = days.dt.strftime("%d %b %Y").fillna("an unknown day")
    texts = [
        f"As if from {day}: {gap_text(effect)}" for day, effect in zip(shown, effects, strict=True)
    ]
    points = [(float(effect), level) for effect in effects]
    label_points(ax, points, [6.0] * len(points), texts, [""] * len(points))


def _finding(own: Floats, drawn: Floats) -> str:
    if not len(own):
        low, high = np.percentile(drawn, [5.0, 95.0])
        usual = f"{gap_text(round(low))} to {gap_text(round(high))}"
        return f"The campaign's effect can't be known; 9 of 10 random groups show {usual}"
    effect = float(own[0])
    # On the side of the campaign's effect, as p counts them.
    as_large = int((drawn >= effect).sum() if effect > 0.0 else (drawn <= effect).sum())
    of = f"{as_large:,} of {number(len(drawn), 'random group')}"
    much = "as much or more" if effect > 0.0 else "as little or less"
    return f"The campaign shows {gap_text(round(effect))}, {of} {much}"
