"""The plot of the creators who are most like one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Floats
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.helpers.pools.traits import PARTS
from trackagoat_pandas.inputs.checks import check_int, frame_facts, require_columns
from trackagoat_pandas.plots.marks import label_places, make_room
from trackagoat_pandas.plots.style import (
    SERIES_COLORS,
    SERIES_HATCHES,
    add_note,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
    row_axes,
    write_behind,
    write_rows,
)
from trackagoat_pandas.plots.text import distinct, shown, with_at
from trackagoat_pandas.plots.theme import PAGE, QUIET, Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

_NEEDED: Final = ("distance", "stability", "reason", "creator_id")


@picture
def similar(
    near: pd.DataFrame,
    *,
    n: int = 10,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot how the most similar creators still differ.

    Parameters
    ----------
    near : DataFrame
        The frame of :func:`similar_creators`. Creators who can't be compared are counted in a note.
    n : int, default 10
        The most creators to show, from the nearest on.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the creators need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for each creator, the nearest on top, of what each part adds to the
        distance, in a colour and a hatch of its own; behind it the distance, and in brackets how
        often the creator is again among the nearest with resampled posts.

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing, or ``n`` is less than 1.

    See Also
    --------
    similar_creators : Find creators who are alike.
    plots.pools : Draw the groups.
    plots.creator_scatter : Draw creators by posts, views and engagement.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> near = pd.DataFrame({"tiktok_handle": ["mia", "ben"], "distance": [0.3, 0.5],
    ...                      "size": [0.1, 0.1], "hours": [0.2, 0.4], "stability": [1.0, 0.6],
    ...                      "reason": None, "creator_id": ["m", "b"]})
    >>> tgp.plots.similar(near).get_title(loc="left")
    '@mia is most alike; hours set them apart most'
    """
    check_int("n", n, minimum=1)
    require_columns(near, _NEEDED, loader="similar_creators")
    known = near[near["distance"].notna()].sort_values("distance", kind="stable")
    if known.empty:
        reasons = near["reason"].dropna().unique()
        why = f": {reasons[0]}" if len(reasons) == 1 else ""
        return empty_axes(new_axes(ax), f"No creator can be compared{why}")
    ax, rows = row_axes(min(len(known), n), ax)
    names = _names(known.head(rows))
    parts = [part for part in PARTS if part in known and (values_of(known[part]) > 0.0).any()]
    _draw(ax, known.head(rows), names, parts)
    more, unknown = len(known) - rows, len(near) - len(known)
    notes = [f"{more:,} more not shown, who are farther away"] * bool(more)
    notes += [f"{unknown:,} can't be compared"] * bool(unknown)
    add_note(ax, "; ".join(notes))
    subtitle = "What each part adds to the distance; in brackets how often it is again among the "
    subtitle += "nearest with resampled posts"
    finish_axes(ax, _finding(known, names[0], parts), subtitle=subtitle, grid="x")
    return ax


def _names(near: pd.DataFrame) -> list[str]:
    names = near["creator_id"].astype(object)
    if "tiktok_handle" in near.columns:
        names = with_at(near["tiktok_handle"]).fillna(names)
    return distinct(names, letters=24)


def _draw(ax: Axes, near: pd.DataFrame, names: list[str], parts: Sequence[str]) -> None:
    write_rows(ax, names)
    places, ends = np.arange(len(near)), np.zeros(len(near))
    added = {part: np.nan_to_num(values_of(near[part])) for part in parts}
    for part, lengths in added.items():
        look = PARTS.index(part)
        ax.barh(
            places, lengths, left=ends, height=0.7, color=SERIES_COLORS[look], edgecolor=PAGE,
            linewidth=0.6, hatch=SERIES_HATCHES[look], label=part,
        )  # fmt: skip
        ends = ends + lengths
    texts = [
        f"{distance:.2f}{'' if np.isnan(again) else f' ({again:.0%})'}"
        for distance, again in zip(
            values_of(near["distance"]), values_of(near["stability"]), strict=True
        )
    ]
    make_room(ax, ends, texts)
    write_behind(ax, places, ends, texts, color=QUIET)
    said = [
        f"{name}: {text}, {_parts_said(added, row)}"
        for row, (name, text) in enumerate(zip(names, texts, strict=True))
    ]
    rows = [(place - 0.5, place + 0.5) for place in places]
    label_places(ax, rows, said, near["creator_id"], is_row=True)


def _parts_said(added: dict[str, Floats], row: int) -> str:
    said = (f"{part} {lengths[row]:.2f}" for part, lengths in added.items())
    return ", ".join(said) or "alike in all parts"


def _finding(known: pd.DataFrame, nearest: str, parts: Sequence[str]) -> str:
    """Say who is most alike, and what sets both apart most."""
    to = frame_facts(known).get("like")
    alike = f"most like {shown(to)}" if isinstance(to, str) else "most alike"
    added = {part: float(np.nan_to_num(values_of(known[part])[0])) for part in parts}
    if not any(added.values()):
        return f"{nearest} is {alike}, and differs in nothing"
    most = max(added, key=lambda part: added[part])
    verb = "set" if most in ("hours", "weekdays", "hashtags") else "sets"
    return f"{nearest} is {alike}; {most} {verb} them apart most"
