"""The plot of posts whose views are unlike those of their creators' others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.columns import is_word, values_of
from trackagoat_pandas.inputs.checks import check_int, require_columns
from trackagoat_pandas.plots.leaderboard import names_of_posts
from trackagoat_pandas.plots.marks import label_marks
from trackagoat_pandas.plots.style import (
    add_note,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
    row_axes,
    write_rows,
)
from trackagoat_pandas.plots.theme import INK, PARTIAL, Theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

_NEEDED: Final = ("id", "score", "grade")
_GRADES: Final = {"strong": INK, "weak": PARTIAL}


@picture
def view_quality(
    quality: pd.DataFrame,
    *,
    n: int = 15,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot the posts with evidence that their views are unlike those of others.

    It is evidence, and never a verdict: see :func:`trackagoat_pandas.view_quality`.

    Parameters
    ----------
    quality : DataFrame
        The frame of :func:`trackagoat_pandas.view_quality`, whole, so that the title can say among
        how many posts there is evidence.
    n : int, default 15
        The most posts to show, those with the highest score.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the posts need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar of the score for each post whose grade isn't none, the highest on top, in
        one colour for strong evidence and another for weak.

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing, or ``n`` is less than 1.

    See Also
    --------
    view_quality : Collect evidence on odd views.
    plots.outliers : Draw the posts that stand out.
    widgets.VideoBoard : Click through videos.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> quality = pd.DataFrame({"id": ["a", "b"], "title": ["Hi", "Bye"], "score": [0.7, 0.1],
    ...                         "grade": ["weak", "none"]})
    >>> tgp.plots.view_quality(quality).get_title(loc="left")
    'There is weak evidence on 1 of 2 posts that its views are unlike those of others'
    """
    check_int("n", n, minimum=1)
    require_columns(quality, [*_NEEDED], loader="view_quality")
    judged = quality[quality["score"].notna()]
    flags = is_strong, is_weak = [is_word(judged["grade"], grade) for grade in _GRADES]
    unlike = judged.assign(is_strong=is_strong)[is_strong | is_weak]
    unlike = unlike.sort_values("score", ascending=False, kind="stable")
    unknown = len(quality) - len(judged)
    note = f"{number(unknown, 'post')} can't be judged" if unknown else ""
    if unlike.empty:
        whose = number(len(judged), "post")
        none = f"No evidence that the views of {whose} are unlike those of others"
        ax = empty_axes(new_axes(ax), none if len(judged) else "No posts to judge")
        add_note(ax, note)
        return ax
    ax, rows = row_axes(min(len(unlike), n), ax)
    names, _ = names_of_posts(ax, unlike.head(rows))
    _draw(ax, unlike.head(rows), names)
    more = len(unlike) - rows
    add_note(ax, "; ".join(filter(None, [f"{more:,} more not shown" if more else "", note])))
    counts = {grade: int(is_one.sum()) for grade, is_one in zip(_GRADES, flags, strict=True)}
    finish_axes(
        ax,
        _finding(counts, len(judged)),
        subtitle="Score from 0 to 1; evidence, not a verdict: advertising is one explanation",
        grid="x",
    )
    return ax


def _finding(counts: Mapping[str, int], judged: int) -> str:
    """Say on how many posts there is evidence, by grade."""
    found = {grade: count for grade, count in counts.items() if count}
    unlike = sum(found.values())
    on = f"evidence on {unlike:,} of {number(judged, 'post')}"
    that = f"that {'its' if unlike == 1 else 'their'} views are unlike those of others"
    if len(found) == 1:
        return f"There is {next(iter(found))} {on} {that}"
    each = ", ".join(f"{grade} on {count:,}" for grade, count in found.items())
    return f"There is {on} {that}: {each}"


def _draw(ax: Axes, posts: pd.DataFrame, names: list[str]) -> None:
    write_rows(ax, names)
    scores, places = values_of(posts["score"]), np.arange(len(posts))
    is_strong = posts["is_strong"].to_numpy(bool)
    for (grade, color), rows in zip(_GRADES.items(), (is_strong, ~is_strong), strict=True):
        if not rows.any():
            continue
        bars = ax.barh(
            places[rows], scores[rows], height=0.6, color=color, label=f"{grade} evidence"
        )
        texts = [f"{names[row]}: {grade} evidence, score {scores[row]:.2f}" for row in places[rows]]
        label_marks(bars, texts, posts["id"][rows])
    ax.set_xlim(0.0, 1.0)
