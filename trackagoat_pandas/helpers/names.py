"""Add handles, titles and names to frames that have ids."""

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
"""For each kind, the columns that may hold its ids, and the column for the names of each."""
NAMES = frozenset(name for names in _IDS.values() for name in names.values())
"""The columns of names that :func:`with_names` adds."""
_ANY_ID = "entity_id"
_LABELS = {
    "creators": ("tiktok_handle",),
    "videos": ("title", "tiktok_video_id"),
    "campaigns": ("name",),
    "projects": ("name",),
}
"""The columns that hold the names in a loaded frame; the second is used where the first is NA."""


@derived(rows_of="frame")
def with_names(
    frame: pd.DataFrame,
    *,
    creators: pd.DataFrame | None = None,
    videos: pd.DataFrame | None = None,
    campaigns: pd.DataFrame | None = None,
    projects: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Add the names of creators, videos, campaigns or projects to a frame that has their ids.

    Parameters
    ----------
    frame
        Any frame with a column of ids: ``creator_id``, ``video_id``, ``campaign_id``,
        ``campaign_a``, ``campaign_b`` or ``project_id``; or ``entity_id``, which analytics and
        annotations have, with ids of any kind.
    creators, videos, campaigns, projects
        The frames of :func:`load_creators`, :func:`load_videos`, :func:`load_campaigns` and
        :func:`load_projects` from which to take names; at least one.

    Returns
    -------
    pandas.DataFrame
        A copy with the same rows in the same order, and a column of names (text) after each column
        of ids: ``tiktok_handle``, ``video_title`` (the caption, or TikTok's id if there is none,
        like the server's label), ``campaign_name`` (``campaign_a_name``, ``campaign_b_name``) or
        ``project_name``; NA for an unknown id. If the frame already has that column, known names
        replace its values, and the other values stay. If an id has several names, the row that
        :func:`combine_loads` would keep counts.

    Raises
    ------
    MissingColumnError
        The frame has no column of such ids, or a frame of names has no ``id`` or no name.
    ArgumentError
        No frame of names was given.

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
        raise MissingArgumentError(
            "creators", "pass a frame of creators, videos, campaigns or projects"
        )
    require_columns(frame, [])
    # Unlike copy(), this doesn't copy the data at once where pandas copies on write.
    result = frame.assign()
    for kind, names in known.items():
        require_columns(names, ["id", _LABELS[kind][0]], loader=f"load_{kind}")
        for ids, column in list(_targets(frame, kind)):
            _write(result, ids, column, _looked_up(frame[ids], kind, names))
    return result


def _targets(frame: pd.DataFrame, kind: str) -> Iterator[tuple[str, str]]:
    """Find the columns with ids of a kind, and the column for the names of each."""
    columns = _IDS[kind]
    own = [name for name in columns if name in frame.columns]
    if not own and _ANY_ID not in frame.columns:
        raise MissingColumnError([next(iter(columns))], frame.columns)
    for name in own or [_ANY_ID]:
        yield name, columns.get(name, next(iter(columns.values())))


def _looked_up(ids: pd.Series, kind: str, names: pd.DataFrame) -> pd.Series:
    """Return the name of each id as text; NA if it isn't known."""
    labels = _LABELS[kind]
    known = latest_of(names.dropna(subset=["id"]), ["id"])
    text = known[labels[0]].astype(STRING)
    for name in labels[1:]:
        if name in known.columns:
            text = text.fillna(known[name].astype(STRING))
    known_ids = pa.array(known["id"].astype(STRING), pa.large_string(), from_pandas=True)
    wanted = pa.array(ids.astype(STRING), pa.large_string(), from_pandas=True)
    # 8 ms for the 150,000 comments of a board; Series.map takes 37.
    places = pc.index_in(wanted, value_set=known_ids, skip_nulls=True).fill_null(-1).to_numpy()
    found = pd.Series(text.array.take(places, allow_fill=True), index=ids.index)
    return found.astype(ids.dtype) if isinstance(ids.dtype, pd.ArrowDtype) else found


def _write(frame: pd.DataFrame, ids: str, column: str, names: pd.Series) -> None:
    """Insert names after their ids, or write them over an existing column."""
    if column in frame.columns:
        there = frame[column].astype(names.dtype)
        frame[column] = names.where(names.notna(), there)
    else:
        frame.insert(list(frame.columns).index(ids) + 1, column, names)
