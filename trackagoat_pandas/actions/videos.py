"""Videos are added by their address, and edited."""

from __future__ import annotations

from typing import Final, Literal

import pandas as pd

from trackagoat_pandas.actions import given, values
from trackagoat_pandas.actions.given import KEEP, Items, Keep, One
from trackagoat_pandas.actions.sending import chosen, resource, send_all
from trackagoat_pandas.actions.values import Check
from trackagoat_pandas.actions.writes import Write, batches
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import resolve_project
from trackagoat_pandas.tables import VIDEOS
from trackagoat_pandas.tables.resources import TRACKING_STATUSES

EDITS: Final[dict[str, Check]] = {
    "title": values.or_null(values.text),
    "readme": values.or_null(values.text),
    "tracking_status": values.choice(*TRACKING_STATUSES),
}


def add_videos(
    project: One,
    videos: Items,
    *,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Add videos to a project by their addresses; they belong to no creator.

    ``POST /projects/{id}/videos``, in requests of up to 50 videos.

    Parameters
    ----------
    project
        A project's id or exact name, or a loaded frame of one project.
    videos
        Addresses on TikTok, or a frame with a column ``url``.
    dry_run, idempotency_key, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a video, as :func:`add_creators` gives; ``item`` is the address.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError, ApiError, PartialWriteError
        As in :func:`add_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     url = "https://www.tiktok.com/@new_goat/video/7600000000000000001"
    ...     tgp.actions.add_videos("Summer Launch", url)["status"].tolist()
    ['created']
    """
    client = chosen(client)
    bodies = given.rows("videos", videos, "url", {"url": values.url}, {})
    path = f"/projects/{resolve_project(client, project)}/videos"
    writes = [
        Write(
            "POST",
            path,
            {"videos": list(batch)},
            items=tuple(body["url"] for body in batch),
            is_bulk=True,
            otherwise="reactivated",
            is_creating=True,
            idempotency_key=idempotency_key,
        )
        for batch in batches(bodies)
    ]
    return send_all(client, "videos", writes, dry_run=dry_run)


def update_video(
    video: One,
    *,
    title: str | Keep | None = KEEP,
    readme: str | Keep | None = KEEP,
    tracking_status: Literal["auto_tracked", "included", "direct_add", "pending_review", "excluded"]
    | Keep = KEEP,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change a video; what isn't given stays as it is.

    ``PATCH /videos/{id}``.

    Parameters
    ----------
    video
        The video's id, or a frame of one video.
    title, readme
        The caption, and notes, shown as ``description`` in frames; None clears them.
    tracking_status
        Whether it counts; the API lists no excluded video.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: the video as :func:`load_videos` gives it. With ``dry_run`` the request.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        As in :func:`update_creator`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     video = tgp.load_videos("Summer Launch").head(1)
    ...     tgp.actions.update_video(video, title="The hook")["title"].iloc[0]
    'The hook'
    """
    client = chosen(client)
    video_id = given.one("video", video, "video")
    body = given.changes(EDITS, title=title, readme=readme, tracking_status=tracking_status)
    write = Write("PATCH", f"/videos/{video_id}", body, items=(video_id,))
    return resource(client, VIDEOS, write, dry_run=dry_run)
