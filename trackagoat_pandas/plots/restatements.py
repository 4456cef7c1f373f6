"""The plot of daily values that the server has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from trackagoat_pandas.base.figures import count_text, percent_text
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.helpers.wide import only_metric
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.plots.marks import label_marks
from trackagoat_pandas.plots.style import (
    count_ticks,
    empty_axes,
    finish_axes,
    new_axes,
    percent_ticks,
    picture,
)
from trackagoat_pandas.plots.theme import ALARM, DARK, INK, Theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

_VALUES: Final = ("points", "first_value", "value")
_NEEDED: Final = ("metric", "age_days", "points", "first_value", "value", "change")
_HUNDRED: Final = 100.0


@picture
def restatements(
    restated: pd.DataFrame,
    *,
    metric: str | None = None,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot by how much daily values were changed after their day, by age.

    Parameters
    ----------
    restated : DataFrame
        The frame of ``store.restatements(by_age=True)``.
    metric : str, optional
        The metric; required if the frame has several.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for each age in days at which changed values were last seen, of the change
        of their sum in percent of the first values, below 0 in another colour. The age is that of
        the look, so the value itself may have changed earlier. Where a sum of first values isn't
        above 0, changes are drawn as they are.

    Raises
    ------
    MissingColumnError, ChoiceError, ArgumentError
        The frame isn't one by age, or it has several metrics and none was named.

    See Also
    --------
    Store.restatements : List the values that the server changed.
    settle_curve : See after how many days views are in.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> restated = pd.DataFrame({"metric": "views", "age_days": [2, 9], "points": [12, 1],
    ...                          "first_value": [900.0, 100.0], "value": [927.0, 103.0],
    ...                          "change": [27.0, 3.0]})
    >>> tgp.plots.restatements(restated).get_title(loc="left")
    '13 daily values of views were changed later, together by +3%'
    """
    require_columns(restated, _NEEDED, loader="store.restatements(by_age=True)")
    chosen = only_metric(restated, metric)
    of_metric = restated["metric"].astype(object).eq(chosen).fillna(value=False)
    is_known = restated[["change", "age_days", "points"]].notna().all(axis=1)
    rows = restated[of_metric & is_known]
    ax = new_axes(ax)
    if rows.empty:
        return empty_axes(ax, "No values were changed")
    words = chosen.replace("_", " ")
    first, change = values_of(rows["first_value"]), values_of(rows["change"])
    is_share = bool((first > 0).all())
    sizes = _HUNDRED * change / first if is_share else change
    write = percent_text if is_share else count_text
    for color, is_so in ((INK, sizes >= 0), (ALARM, sizes < 0)):
        part, ages = rows[is_so], values_of(rows["age_days"])[is_so]
        bars = ax.bar(ages, sizes[is_so], width=0.7, color=color)
        changed = zip(ages, *(values_of(part[name]) for name in _VALUES), sizes[is_so], strict=True)
        label_marks(
            bars,
            (
                f"{age:.0f} days later: {number:,.0f} {'value' if number == 1 else 'values'}, "
                f"{count_text(was)} became {count_text(now)} ({_with_sign(size, write)})"
                for age, number, was, now, size in changed
            ),
        )
    ax.axhline(0, color=DARK, linewidth=0.8)
    count_ticks(ax.xaxis, whole=True)
    percent_ticks(ax.yaxis) if is_share else count_ticks(ax.yaxis)
    points, total = int(rows["points"].sum()), float(change.sum())
    by = _HUNDRED * total / float(first.sum()) if is_share else total
    number = f"{points:,} daily {'value' if points == 1 else 'values'} of {words}"
    title = f"{number} {'was' if points == 1 else 'were'} changed later"
    title += f", {'' if points == 1 else 'together '}by {_with_sign(by, write)}"
    unit = f"Change of {words}{' in percent of the first values' * is_share}"
    subtitle = f"{unit}, by how many days later they were last loaded"
    finish_axes(ax, title, subtitle=subtitle, grid="y")
    return ax


def _with_sign(number: float, write: Callable[[float], str]) -> str:
    return f"{'+' if number > 0 else ''}{write(number)}"
