"""Add handles, titles and names to frames that have ids."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.errors import MissingArgumentError, MissingColumnError
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.labels import IDS, LABELS, labels_of, looked_up
from trackagoat_pandas.helpers.latest import latest_of

_ANY_ID = "entity_id"


@derived(rows_of="frame")
def with_names(
    frame: pd.DataFrame,
    *,
    creators: pd.DataFrame | None = None,
    videos: pd.DataFrame | None = None,
    campaigns: pd.DataFrame | None = None,
    projects: pd.DataFrame | None = None,
    structures: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Add the names of creators, videos, campaigns, projects or payout rules to a frame with ids.

    Parameters
    ----------
    frame
        Any frame with a column of ids: ``creator_id``, ``video_id``, ``campaign_id``,
        ``campaign_a``, ``campaign_b``, ``project_id`` or ``structure_id``; or ``entity_id``, which
        analytics and annotations have, with ids of any kind.
    creators, videos, campaigns, projects, structures
        The frames of :func:`load_creators`, :func:`load_videos`, :func:`load_campaigns`,
        :func:`load_projects` and :func:`load_payout_structures` from which to take names; at least
        one.

    Returns
    -------
    pandas.DataFrame
        A copy with the same rows in the same order, and a column of names (text) for each column
        of ids: ``tiktok_handle``, ``video_title`` (the caption, or TikTok's id if there is none,
        like the server's label), ``campaign_name`` (``campaign_a_name``, ``campaign_b_name``),
        ``project_name`` or ``structure_name``; NA for an unknown id. The names come first in a
        frame whose columns are in the order of the loaders', which has ids last; in any other each
        stands after its ids. If the frame already has that column, known names replace its values,
        and the other values stay. If an id has several names, the row that :func:`combine_loads`
        would keep counts.

    Raises
    ------
    MissingColumnError
        The frame has no column of such ids, or a frame of names has no ``id`` or no name.
    ArgumentError
        No frame of names was given.

    Examples
    --------
    >>> import pandas as pd
    >>> goals = pd.DataFrame({"target": [5, 7, 9], "creator_id": ["a", "b", None]})
    >>> creators = pd.DataFrame({"id": ["a"], "tiktok_handle": ["mia"]})
    >>> with_names(goals, creators=creators).fillna("?").to_numpy().tolist()
    [['mia', 5, 'a'], ['?', 7, 'b'], ['?', 9, '?']]
    """
    given = {
        "creators": creators, "videos": videos, "campaigns": campaigns, "projects": projects,
        "structures": structures,
    }  # fmt: skip
    known = {kind: names for kind, names in given.items() if names is not None}
    if not known:
        raise MissingArgumentError(
            "creators", "pass a frame of creators, videos, campaigns, projects or structures"
        )
    require_columns(frame, [])
    # Unlike copy(), this doesn't copy the data at once where pandas copies on write.
    result = frame.assign()
    for kind, names in known.items():
        loader = "load_payout_structures" if kind == "structures" else f"load_{kind}"
        require_columns(names, ["id", LABELS[kind][0]], loader=loader)
        latest = latest_of(names.dropna(subset=["id"]), ["id"])
        texts = labels_of(latest, LABELS[kind])
        for ids, column in list(_targets(frame, kind)):
            _write(result, ids, column, looked_up(frame[ids], latest["id"], texts))
    return result


def _targets(frame: pd.DataFrame, kind: str) -> Iterator[tuple[str, str]]:
    """Find the columns with ids of a kind, and the column for the names of each."""
    columns = IDS[kind]
    own = [name for name in columns if name in frame.columns]
    if not own and _ANY_ID not in frame.columns:
        raise MissingColumnError([next(iter(columns))], frame.columns)
    for name in own or [_ANY_ID]:
        yield name, columns.get(name, next(iter(columns.values())))


def _write(frame: pd.DataFrame, ids: str, column: str, names: pd.Series) -> None:
    """Insert names after their ids, or write them over an existing column."""
    if column in frame.columns:
        there = frame[column].astype(names.dtype)
        frame[column] = names.where(names.notna(), there)
    else:
        frame.insert(list(frame.columns).index(ids) + 1, column, names)
