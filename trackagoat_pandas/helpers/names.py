"""Handles and titles for frames that have only ids."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.errors import MissingArgumentError, MissingColumnError
from trackagoat_pandas.helpers.columns import STRING
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.latest import latest_of

_IDS = {
    "creators": {"creator_id": "tiktok_handle"},
    "videos": {"video_id": "video_title"},
    "campaigns": {
        "campaign_id": "campaign_name",
        "campaign_a": "campaign_a_name",
        "campaign_b": "campaign_b_name",
    },
    "projects": {"project_id": "project_name"},
}
"""The columns that may hold ids of each kind, and the column that their names go to."""
NAMES = frozenset(name for names in _IDS.values() for name in names.values())
"""The columns that names go to."""
_ANY_ID = "entity_id"
_LABELS = {
    "creators": ("tiktok_handle",),
    "videos": ("title", "tiktok_video_id"),
    "campaigns": ("name",),
    "projects": ("name",),
}
"""Where the names stand in a loaded frame; the second stands in for a missing first."""


@derived(rows_of="frame")
def with_names(
    frame: pd.DataFrame,
    *,
    creators: pd.DataFrame | None = None,
    videos: pd.DataFrame | None = None,
    campaigns: pd.DataFrame | None = None,
    projects: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Add the names of the things whose ids a frame has.

    Parameters
    ----------
    frame
        Any frame with a column of ids: ``creator_id``, ``video_id``, ``campaign_id``,
        ``campaign_a`` and ``campaign_b``, ``project_id``; or ``entity_id``, as analytics and
        annotations have it, of whichever kind.
    creators, videos, campaigns, projects
        The frames of :func:`load_creators`, :func:`load_videos`, :func:`load_campaigns` and
        :func:`load_projects`: each that is given is looked up.

    Returns
    -------
    pandas.DataFrame
        A copy with the same rows in the same order, and behind each column of ids its names:
        ``tiktok_handle``, ``video_title`` (the caption, or TikTok's id where there is none, as the
        server labels it), ``campaign_name`` (``campaign_a_name``, ``campaign_b_name``),
        ``project_name``; text, NA for an id that is not known. A column of that name that is
        already there stays in its place: what is known is written over it, the rest stays. Of an
        id that a frame of names repeats, the row updated last counts, then the last row.

    Raises
    ------
    MissingColumnError
        The frame has no column of such ids, or a frame of names no ``id`` or no name.
    ArgumentError
        No frame of names is given.

    Examples
    --------
    >>> import pandas as pd
    >>> goals = pd.DataFrame({"creator_id": ["a", "b", None], "target": [5, 7, 9]})
    >>> creators = pd.DataFrame({"id": ["a"], "tiktok_handle": ["mia"]})
    >>> with_names(goals, creators=creators).fillna("?").to_numpy().tolist()
    [['a', 'mia', 5], ['b', '?', 7], ['?', '?', 9]]
    """
    given = {"creators": creators, "videos": videos, "campaigns": campaigns, "projects": projects}
    known = {kind: names for kind, names in given.items() if names is not None}
    if not known:
        raise MissingArgumentError("creators", f"give a frame of {', '.join(given)}")
    require_columns(frame, [])
    # A copy that pandas puts off until somebody writes into it, where it can.
    result = frame.assign()
    for kind, names in known.items():
        require_columns(names, ["id", _LABELS[kind][0]], loader=f"load_{kind}")
        for ids, column in list(_targets(frame, kind)):
            _write(result, ids, column, _looked_up(frame[ids], kind, names))
    return result


def _targets(frame: pd.DataFrame, kind: str) -> Iterator[tuple[str, str]]:
    """The columns of ids of a kind that a frame has, and where their names go."""
    columns = _IDS[kind]
    own = [name for name in columns if name in frame.columns]
    if not own and _ANY_ID not in frame.columns:
        raise MissingColumnError([next(iter(columns))], frame.columns)
    for name in own or [_ANY_ID]:
        yield name, columns.get(name, next(iter(columns.values())))


def _looked_up(ids: pd.Series, kind: str, names: pd.DataFrame) -> pd.Series:
    """The name of each id, as text; NA where it isn't known."""
    labels = _LABELS[kind]
    known = latest_of(names.dropna(subset=["id"]), ["id"])
    text = known[labels[0]].astype(STRING)
    for name in labels[1:]:
        if name in known.columns:
            text = text.fillna(known[name].astype(STRING))
    known_ids = pa.array(known["id"].astype(STRING), pa.large_string(), from_pandas=True)
    wanted = pa.array(ids.astype(STRING), pa.large_string(), from_pandas=True)
    places = pc.index_in(wanted, value_set=known_ids, skip_nulls=True).fill_null(-1).to_numpy()
    found = pd.Series(text.array.take(places, allow_fill=True), index=ids.index)
    return found.astype(ids.dtype) if isinstance(ids.dtype, pd.ArrowDtype) else found


def _write(frame: pd.DataFrame, ids: str, column: str, names: pd.Series) -> None:
    """Put names behind their ids, or over a column that is there."""
    if column in frame.columns:
        there = frame[column].astype(names.dtype)
        frame[column] = names.where(names.notna(), there)
    else:
        frame.insert(list(frame.columns).index(ids) + 1, column, names)
