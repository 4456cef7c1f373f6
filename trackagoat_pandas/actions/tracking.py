"""The tracking of videos, switched on and off."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.actions.given import Items, One
from trackagoat_pandas.actions.sending import chosen, send_all
from trackagoat_pandas.actions.writes import bulk, each
from trackagoat_pandas.checks import check_bool, check_ids
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import resolve_project


def set_tracking(
    videos: Items,
    *,
    enabled: bool,
    project: One | None = None,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Switch the tracking of videos on or off.

    ``POST /videos/{id}/tracking-enable`` or ``-disable``, a request for each; with a project
    ``POST /projects/{id}/videos/bulk-tracking-enable`` or ``-disable``, a request for up to 50.

    Parameters
    ----------
    videos
        Ids, or a frame of videos.
    enabled
        Whether they are to be tracked.
    project
        The project of all of them, which saves requests.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a video, as :func:`add_creators` gives; ``status`` is ``updated`` or ``unchanged``.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        As in :func:`add_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Summer Launch").head(2)
    ...     off = tgp.actions.set_tracking(videos, enabled=False, project="Summer Launch")
    >>> off["status"].tolist()
    ['updated', 'updated']
    """
    client = chosen(client)
    word = "enable" if check_bool("enabled", enabled) else "disable"
    ids = check_ids("videos", videos, entity="video")
    if project is None:
        writes = each("POST", f"/videos/{{}}/tracking-{word}", ids, otherwise="updated")
    else:
        path = f"/projects/{resolve_project(client, project)}/videos/bulk-tracking-{word}"
        writes = bulk(path, "video_ids", ids, otherwise="updated")
    return send_all(client, "videos", writes, dry_run=dry_run)


def unexempt_tracking(
    videos: Items, *, dry_run: bool = False, client: Client | None = None
) -> pd.DataFrame:
    """Let automatic rules switch the tracking of videos off again.

    ``POST /videos/{id}/tracking-unexempt``, a request for each.

    Parameters
    ----------
    videos
        Ids, or a frame of videos.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a video, as :func:`add_creators` gives; ``status`` is ``updated``.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        As in :func:`add_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     video = tgp.load_videos("Summer Launch").head(1)
    ...     tgp.actions.unexempt_tracking(video)["status"].tolist()
    ['updated']
    """
    client = chosen(client)
    ids = check_ids("videos", videos, entity="video")
    writes = each("POST", "/videos/{}/tracking-unexempt", ids, otherwise="updated")
    return send_all(client, "videos", writes, dry_run=dry_run)
