"""Names for frames of ids, from given frames or else from the client."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import MissingColumnError, NoDataWarning
from trackagoat_pandas.helpers import names as helper
from trackagoat_pandas.helpers.columns import is_word
from trackagoat_pandas.helpers.labels import IDS, LABELS
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import frame_facts, require_columns
from trackagoat_pandas.names.campaigns import known_names, known_titles
from trackagoat_pandas.names.creators import known_creators
from trackagoat_pandas.names.organization import organization
from trackagoat_pandas.tables import CAMPAIGNS, PAYOUT_STRUCTURES


@takes_arrow
def with_names(
    frame: pd.DataFrame,
    *,
    creators: pd.DataFrame | None = None,
    videos: pd.DataFrame | None = None,
    campaigns: pd.DataFrame | None = None,
    projects: pd.DataFrame | None = None,
    structures: pd.DataFrame | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Add the names of creators, videos, campaigns, projects or payout rules to a frame with ids.

    Without frames of names, the client asks for those that the frame needs. It remembers them, and
    the names in the lists that it has loaded, until it writes something.

    Parameters
    ----------
    frame : DataFrame
        Any frame with a column of ids: ``creator_id``, ``video_id``, ``campaign_id``,
        ``campaign_a``, ``campaign_b``, ``project_id`` or ``structure_id``; or ``entity_id``, which
        analytics and annotations have, with ids of any kind.
    creators, videos, campaigns, projects, structures : DataFrame, optional
        The frames of :func:`load_creators`, :func:`load_videos`, :func:`load_campaigns`,
        :func:`load_projects` and :func:`load_payout_structures` from which to take names. If one is
        given, no request is sent.
    client : Client, optional
        The client that asks for names if no frame is given; by default the one that ``connect``
        made last. Lists have 100 rows a request. Creators are those of the frame's projects if it
        has one ``project_id``, else all. Videos are looked for from the newest on, with no more
        requests than the frame has videos, and with 10 at most.

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
        would keep counts. The requests sent for names are added to ``requests`` in the provenance.

    Raises
    ------
    MissingColumnError
        The frame has no column of such ids, or a frame of names has no ``id`` or no name.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`, if no frame of names is given.

    Warns
    -----
    NoDataWarning
        Videos stay without a title, since finding them would take too many requests.

    See Also
    --------
    load_creators : Load creators.
    show : Show a frame as people read it.
    to_excel : Write a workbook.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> goals = pd.DataFrame({"target": [5, 7, 9], "creator_id": ["a", "b", None]})
    >>> creators = pd.DataFrame({"id": ["a"], "tiktok_handle": ["mia"]})
    >>> print(tgp.with_names(goals, creators=creators).fillna("?").to_string(index=False))
    tiktok_handle  target creator_id
              mia       5          a
                ?       7          b
                ?       9          ?
    >>> with tgp.connect(sandbox=True):
    ...     accruals = tgp.load_payout_accruals("Summer Launch")
    ...     named = tgp.with_names(accruals)
    >>> named.columns[:3].tolist()
    ['tiktok_handle', 'structure_name', 'project_name']
    """
    given = {
        "creators": creators, "videos": videos, "campaigns": campaigns, "projects": projects,
        "structures": structures,
    }  # fmt: skip
    if any(names is not None for names in given.values()):
        return helper.with_names(frame, **given)
    require_columns(frame, [])
    wanted = _ids_by_kind(frame)
    if not wanted:  # analytics or annotations without a row that has a name
        return frame.assign()
    known = {kind: _frame({}, LABELS[kind][0]) for kind in wanted}
    if not any(wanted.values()):
        return helper.with_names(frame, **known)
    session = session_of(client)
    before = session.requests_sent
    known |= {kind: _look_up(session, frame, kind, ids) for kind, ids in wanted.items() if ids}
    result = helper.with_names(frame, **known)
    facts = frame_facts(result)
    if sent := session.requests_sent - before:
        facts["requests"] = facts.get("requests", 0) + sent
        result.attrs["trackagoat"] = facts
    return result


def _ids_by_kind(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Return the ids of each kind in a frame."""
    found: dict[str, list[pd.Series]] = {}
    is_of_any = {"entity", "entity_id"} <= set(frame.columns)
    for kind, columns in IDS.items():
        own = [frame[ids] for ids in columns if ids in frame.columns]
        if not own and is_of_any:
            of_kind: pd.Series = frame.loc[is_word(frame["entity"], kind[:-1]), "entity_id"]
            own = [of_kind] if len(of_kind) else []
        if own:
            found[kind] = own
    if not found and not is_of_any:
        raise MissingColumnError(["creator_id"], frame.columns)
    return {
        kind: list(dict.fromkeys(str(id_) for part in parts for id_ in part.dropna().unique()))
        for kind, parts in found.items()
    }


def _projects_of(frame: pd.DataFrame) -> list[str | None]:
    """Return the ids of a frame's projects; None stands for all."""
    if "project_id" not in frame.columns or frame["project_id"].isna().any():
        return [None]
    return [str(id_) for id_ in frame["project_id"].unique()] or [None]


def _look_up(session: Session, frame: pd.DataFrame, kind: str, ids: list[str]) -> pd.DataFrame:
    """Ask for the names of a frame's ids of a kind."""
    if kind == "creators":
        owners = _projects_of(frame)
        found = known_creators(session, owners[0] if len(owners) == 1 else None)
        names = {one.id: one.handle for one in found.values()}
    elif kind == "videos":
        names = known_titles(session, ids, _projects_of(frame))
        _warn_of_untitled(sum(id_ not in names for id_ in ids))
    elif kind == "projects":
        names = dict(organization(session).projects)
    else:
        table = CAMPAIGNS if kind == "campaigns" else PAYOUT_STRUCTURES
        names = known_names(session, table.path, ids)
    return _frame(names, LABELS[kind][0])


def _warn_of_untitled(number: int) -> None:
    if number:
        which = "1 video stays" if number == 1 else f"{number:,} videos stay"
        warn(
            f"with_names: {which} without a title, since each list of the newest 100 videos takes "
            "a request, or since the video is gone. Pass videos=load_videos(...) for all.",
            NoDataWarning,
        )


def _frame(names: Mapping[str, str], column: str) -> pd.DataFrame:
    return pd.DataFrame({"id": list(names), column: list(names.values())}, dtype="str")
