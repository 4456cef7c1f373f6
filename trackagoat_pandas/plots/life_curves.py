"""The plot of how views come by the age of posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Floats
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.plots.marks import label_points
from trackagoat_pandas.plots.style import (
    add_note,
    empty_axes,
    finish_axes,
    new_axes,
    percent_ticks,
    picture,
)
from trackagoat_pandas.plots.theme import DARK, INK, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HALF, _MOST = 0.5, 0.95
_DAY_H: Final = 24.0
_LINES: Final = (
    ("typical_share", "typical post", INK, "-"),
    ("views_share", "all views", DARK, "--"),
)


@picture
def life_curves(
    curves: pd.DataFrame,
    *,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot which share of their views posts have at each age.

    Parameters
    ----------
    curves : DataFrame
        The frame of :func:`trackagoat_pandas.life_curves`.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a line for the typical post, and a dashed one for the sum of all views, from age 0
        to the horizon, in percent of the views there. A note says of how many posts the horizon is
        known, and how many are younger.

    Raises
    ------
    MissingColumnError
        A column is missing.

    See Also
    --------
    life_curves : See how views grow with age.
    settle_curve : See after how many days views are in.
    plots.follow_post : Draw the views of one post.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> curves = pd.DataFrame({"age_hours": [24.0, 48.0, 72.0], "typical_share": [0.6, 0.96, 1.0],
    ...                        "views_share": [0.4, 0.8, 1.0], "posts": [9, 9, 8],
    ...                        "younger_posts": [0, 0, 1], "horizon_days": 3})
    >>> tgp.plots.life_curves(curves).get_title(loc="left")
    'A typical post has half of its views after 1 day, 95% after 2'
    """
    needed = [
        "age_hours", "typical_share", "views_share", "posts", "younger_posts", "horizon_days",
    ]  # fmt: skip
    require_columns(curves, needed, loader="life_curves")
    rows = curves.sort_values("age_hours", kind="stable")
    ages = values_of(rows["age_hours"]) / _DAY_H
    shares = {name: values_of(rows[name]) for name, *_ in _LINES}
    known = ~np.isnan(shares["typical_share"])
    if not known.any() or rows["horizon_days"].isna().all():
        return empty_axes(new_axes(ax), "No life curves to show")
    ax = new_axes(ax)
    days = int(values_of(rows["horizon_days"])[-1])
    for name, label, color, style in _LINES:
        _draw(ax, ages, shares[name], label, color, style)
    ax.set_xlim(0, days)
    ax.set_ylim(0, 104)
    percent_ticks(ax.yaxis)
    posts, younger = (values_of(rows[name])[-1] for name in ("posts", "younger_posts"))
    notes = ["Age in days"]
    if np.isfinite(posts):
        notes.append(
            f"{posts:,.0f} {'post is' if posts == 1 else 'posts are'} known at {days} days"
        )
    if np.isfinite(younger):
        notes.append(f"{younger:,.0f} {'is' if younger == 1 else 'are'} younger")
    add_note(ax, "; ".join(notes))
    finish_axes(
        ax,
        _finding(ages[known], shares["typical_share"][known]),
        subtitle=f"Views by age, in percent of the views after {days} days",
        grid="y",
    )
    return ax


def _draw(ax: Axes, ages: Floats, shares: Floats, label: str, color: str, style: str) -> None:
    # No post has views before it is there.
    x, y = np.append(0.0, ages), 100.0 * np.append(0.0, shares)
    y[~np.isfinite(y)] = np.nan
    ax.plot(x, y, color=color, linewidth=2, linestyle=style, label=label)
    is_known = ~np.isnan(shares)
    texts = [
        f"{label}: {share:.0%} after {_days_text(age)}"
        for age, share in zip(ages[is_known], shares[is_known], strict=True)
    ]
    points = list(zip(ages[is_known], 100.0 * shares[is_known], strict=True))
    label_points(ax, points, [6.0] * len(points), texts, [""] * len(points))


def _days_text(days: float) -> str:
    if days < 1.0:
        hours = round(days * _DAY_H)
        return f"{hours:,} {'hour' if hours == 1 else 'hours'}"
    number = f"{days:,.0f}"
    return f"{number} {'day' if number == '1' else 'days'}"


def _finding(ages: Floats, shares: Floats) -> str:
    """Say when half of the views of a typical post are in, and nearly all."""
    half, most = (
        float(ages[np.argmax(shares >= share)]) if (shares >= share).any() else np.nan
        for share in (_HALF, _MOST)
    )
    if np.isnan(half):
        return "A typical post has less than half of its views by then"
    first = f"A typical post has half of its views after {_days_text(half)}"
    if np.isnan(most) or most == half:
        return first
    same = half >= 1.0
    return f"{first}, 95% after {f'{most:,.0f}' if same else _days_text(most)}"
