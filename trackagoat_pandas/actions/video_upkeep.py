"""Scrape videos, and delete them permanently."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.actions.given import Items
from trackagoat_pandas.actions.sending import chosen, delete_each, send_all
from trackagoat_pandas.actions.writes import each
from trackagoat_pandas.checks import check_ids
from trackagoat_pandas.http.client import Client


def remove_videos(
    videos: Items, *, confirm: bool = False, dry_run: bool = False, client: Client | None = None
) -> pd.DataFrame:
    """Delete videos permanently; ``update_video(tracking_status="excluded")`` only hides one.

    ``DELETE /videos/{id}``, a request for each.

    Parameters
    ----------
    videos
        Ids, or a frame of videos.
    confirm
        Must be True for more than one.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a video, as :func:`add_creators` gives; ``status`` is ``deleted`` where it was done.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        As in :func:`remove_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Summer Launch").head(2)
    ...     tgp.actions.remove_videos(videos, confirm=True)["status"].tolist()
    ['deleted', 'deleted']
    """
    client = chosen(client)
    ids = check_ids("videos", videos, entity="video")
    return delete_each(
        client, "remove_videos", "videos", "/videos/{}", ids, confirm=confirm, dry_run=dry_run
    )


def scrape_videos(
    videos: Items, *, dry_run: bool = False, client: Client | None = None
) -> pd.DataFrame:
    """Have videos scraped now; the plan allows so many scrapes a day.

    ``POST /videos/{id}/scrape``, a request for each, never repeated by itself.

    Parameters
    ----------
    videos
        Ids, or a frame of videos.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a video, as :func:`scrape_creators` gives.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        As in :func:`scrape_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Summer Launch").head(2)
    ...     tgp.actions.scrape_videos(videos)["status"].tolist()
    ['done', 'done']
    """
    client = chosen(client)
    ids = check_ids("videos", videos, entity="video")
    return send_all(client, "videos", each("POST", "/videos/{}/scrape", ids), dry_run=dry_run)
