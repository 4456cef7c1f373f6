"""The plot of which effects a campaign must have to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import percent_text
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.plots.marks import label_points
from trackagoat_pandas.plots.style import (
    SERIES_COLORS,
    SERIES_MARKERS,
    add_note,
    empty_axes,
    finish_axes,
    new_axes,
    percent_ticks,
    picture,
)
from trackagoat_pandas.plots.theme import QUIET, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NEEDED: Final = ("weeks", "group_size", "smallest_visible")
_HEIGHT_IN: Final = 3.4
_MARK_PT: Final = 6.0


@picture
def visible_effects(
    effects: pd.DataFrame,
    *,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot the smallest effect that would be seen, by how many creators get a campaign.

    Parameters
    ----------
    effects : DataFrame
        The frame of :func:`trackagoat_pandas.visible_effects`.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a line for each number of weeks, lower where smaller effects can be seen.

    Raises
    ------
    MissingColumnError
        The frame isn't of that function.

    See Also
    --------
    visible_effects : See which effect could be seen.
    plan_campaign : Draw who gets a campaign.
    plots.lift : Draw the weeks.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> effects = pd.DataFrame({"weeks": [2, 2, 8, 8], "group_size": [6, 24, 6, 24],
    ...                         "smallest_visible": [90.0, 40.0, 50.0, 22.0]})
    >>> tgp.plots.visible_effects(effects).get_title(loc="left")
    '24 creators and 8 weeks would show +22%, 6 creators and 2 weeks only +90%'
    """
    require_columns(effects, [*_NEEDED], loader="visible_effects")
    known = effects.dropna(subset=[*_NEEDED]).sort_values([*_NEEDED[:2]])
    if known.empty:
        return empty_axes(new_axes(ax), "No effect is known that would be seen")
    ax = new_axes(ax, height_in=_HEIGHT_IN)
    spans = [int(one) for one in known["weeks"].unique()]
    for place, weeks in enumerate(spans):
        rows = known[known["weeks"] == weeks]
        x, y = values_of(rows["group_size"]), values_of(rows["smallest_visible"])
        is_listed = place < len(SERIES_COLORS)
        ax.plot(
            x, y, color=SERIES_COLORS[place] if is_listed else QUIET, linewidth=1.6,
            marker=SERIES_MARKERS[place % len(SERIES_MARKERS)], markersize=_MARK_PT,
            label=number(weeks, "week"),
        )  # fmt: skip
        texts = [
            f"{number(int(size), 'creator')}, {number(weeks, 'week')}: +{percent_text(effect)}"
            for size, effect in zip(x, y, strict=True)
        ]
        label_points(ax, zip(x, y, strict=True), [_MARK_PT] * len(x), texts, [""] * len(x))
    sizes = sorted({int(one) for one in known["group_size"]})
    ax.set_xscale("log")
    ax.set_xlim(sizes[0] * 0.9, sizes[-1] * 1.1)
    ax.set_xticks(sizes, [f"{size:,}" for size in sizes])
    ax.set_xticks([], minor=True)
    ax.set_ylim(0.0, 1.08 * float(np.max(values_of(known["smallest_visible"]))))
    percent_ticks(ax.yaxis)
    unknown = len(effects) - len(known)
    add_note(ax, "Creators who get it" + (f"; {unknown:,} more can't be known" * bool(unknown)))
    finish_axes(
        ax, _finding(known), grid="y",
        subtitle="The effect on views that would be seen in 4 of 5 campaigns that were drawn",
    )  # fmt: skip
    return ax


def _finding(known: pd.DataFrame) -> str:
    ordered = known.sort_values("smallest_visible")
    least, most = (
        (
            f"{number(int(row['group_size']), 'creator')} and {number(int(row['weeks']), 'week')}",
            f"+{percent_text(round(float(row['smallest_visible'])))}",
        )
        for row in (ordered.iloc[0], ordered.iloc[-1])
    )
    said = f"{least[0]} would show {least[1]}"
    return said if least == most else f"{said}, {most[0]} only {most[1]}"
