"""Add, change, delete and scrape videos, switch their tracking, and review the inbox."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Final, Literal

import pandas as pd

from trackagoat_pandas.actions import inputs
from trackagoat_pandas.actions.batch import update
from trackagoat_pandas.actions.dry_runs import Given, Judged, Planned, among, delete_all
from trackagoat_pandas.actions.inputs import KEEP, POST_URL, Check, Items, Keep, One
from trackagoat_pandas.actions.repeats import listed
from trackagoat_pandas.actions.requests import (
    Presence,
    Record,
    Result,
    Write,
    batches,
    bulk,
    check_again,
    creations,
    each,
)
from trackagoat_pandas.errors import ArgumentError, listing
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_bool, check_choice
from trackagoat_pandas.names.organization import resolve_project
from trackagoat_pandas.tables import VIDEOS
from trackagoat_pandas.tables.resources import TRACKING_STATUSES

_CHANGED: Final[Judged] = ("would change", None)
_USUAL: Final = re.compile(r"/@[^/]+/(?:video|photo)/\d+")
_UNUSUAL: Final[Judged] = ("unknown", f"only the server can say which post it is; give {POST_URL}")
EDITS: Final[dict[str, Check]] = {
    "title": inputs.or_null(inputs.text),
    "readme": inputs.or_null(inputs.text),
    "tracking_status": partial(check_choice, choices=TRACKING_STATUSES),
}


@takes_arrow
def add_videos(
    project: One,
    videos: Items,
    *,
    column: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Add videos to a project by their URLs; they belong to no creator.

    ``POST /projects/{id}/videos``, in requests of up to 50 videos.

    Parameters
    ----------
    project : str or DataFrame
        A project's id or exact name, or a loaded frame of one project.
    videos : str, list of str or DataFrame
        TikTok URLs, or a frame with a column ``url``.
    column : str, optional
        The column of a frame that holds the URLs, if it is called neither url nor link.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    again : bool, default False
        Create another one like the one that the same call created within the last 24 hours.
    idempotency_key : str, optional
        The key of the request; by default one made from the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per video:
        ``item`` is the URL, ``status`` is ``created``, ``reactivated`` for one that had been
        excluded, or ``unchanged``.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.add_campaign_items : Add members to a campaign.
    actions.scrape_videos : Scrape videos now.
    actions.remove_videos : Delete videos.
    load_videos : Load videos.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     url = "https://www.tiktok.com/@new_goat/video/7600000000000000001"
    ...     tgp.actions.add_videos("Summer Launch", url)["status"].tolist()
    ['created']
    """
    client = session_of(client)
    check_again(again, idempotency_key)
    given = Given(client, dry_run=dry_run)
    bodies = given.bodies("videos", videos, "url", {"url": inputs.url}, {}, column=column)
    project_id = resolve_project(client, project)
    writes = creations(
        f"/projects/{project_id}/videos",
        "videos",
        bodies,
        "url",
        again=again,
        idempotency_key=idempotency_key,
        look=partial(_look_at_new, project_id),
    )
    return given.send("videos", writes, partial(_judge_new, client, project_id))


@takes_arrow
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
    """Change a video; fields that aren't given stay as they are.

    ``PATCH /videos/{id}``.

    Parameters
    ----------
    video : str or DataFrame
        The video's id, or a frame of one video.
    title, readme : str or None, optional
        The caption, and notes, shown as ``description`` in frames; None clears them.
    tracking_status : str, optional
        Whether the video counts; ``excluded`` hides it from every list.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: the video as :func:`load_videos` returns it.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.review_inbox : Approve or exclude them.
    actions.set_tracking : Switch tracking on or off.
    actions.apply : Send the changes.
    load_videos : Load videos.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     video = tgp.load_videos("Summer Launch").head(1)
    ...     tgp.actions.update_video(video, title="The hook")["title"].iloc[0]
    'The hook'
    """
    client = session_of(client)
    body = inputs.changes(EDITS, title=title, readme=readme, tracking_status=tracking_status)
    return update(client, VIDEOS, inputs.one("video", video), body, dry_run=dry_run)


@takes_arrow
def remove_videos(
    videos: Items,
    *,
    column: str | None = None,
    confirm: bool = False,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Delete videos permanently; a ``tracking_status`` of ``excluded`` only hides one.

    ``DELETE /videos/{id}``, a request for each.

    Parameters
    ----------
    videos : str, list of str or DataFrame
        Ids, or a frame of videos.
    column : str, optional
        The column of a frame that holds the ids, if it is called neither ``video_id`` nor ``id``.
    confirm : bool, default False
        Must be True for more than one.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per video;
        ``status`` is ``deleted`` on success.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.update_video : Change a video.
    actions.set_tracking : Switch tracking on or off.
    load_videos : Load videos.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Summer Launch").head(2)
    ...     tgp.actions.remove_videos(videos, confirm=True)["status"].tolist()
    ['deleted', 'deleted']
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    ids = given.ids("videos", videos, column=column)
    judge = among(client, VIDEOS.path, say=("would remove", None))
    return delete_all(given, "remove_videos", VIDEOS.path, ids, confirm=confirm, judge=judge)


@takes_arrow
def scrape_videos(
    videos: Items,
    *,
    column: str | None = None,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Scrape videos now; the plan limits the number of scrapes a day.

    ``POST /videos/{id}/scrape``, a request for each, which is never retried: without a response,
    ``status`` is ``unknown``.

    Parameters
    ----------
    videos : str, list of str or DataFrame
        Ids, or a frame of videos.
    column : str, optional
        The column of a frame that names its items, whatever it is called.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per video;
        ``status`` is ``done`` once the scrape is queued.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    load_videos : Load videos.
    actions.scrape_creators : Scrape creators now.
    actions.set_tracking : Switch tracking on or off.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Summer Launch").head(2)
    ...     tgp.actions.scrape_videos(videos)["status"].tolist()
    ['done', 'done']
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    writes = each("POST", "/videos/{}/scrape", given.ids("videos", videos, column=column))
    return given.send("videos", writes, among(client, VIDEOS.path, say=("would send", None)))


@takes_arrow
def set_tracking(
    videos: Items,
    *,
    enabled: bool,
    project: One | None = None,
    column: str | None = None,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Switch the tracking of videos on or off.

    ``POST /videos/{id}/tracking-enable`` or ``-disable``, a request for each; with a project
    ``POST /projects/{id}/videos/bulk-tracking-enable`` or ``-disable``, a request for up to 50.

    Parameters
    ----------
    videos : str, list of str or DataFrame
        Ids, or a frame of videos.
    enabled : bool
        Whether to track them.
    project : str or DataFrame, optional
        The project that all of them belong to; it saves requests.
    column : str, optional
        The column of a frame that names its items, whatever it is called.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per video;
        ``status`` is ``updated`` or ``unchanged``.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.unexempt_tracking : Let rules switch tracking off again.
    actions.remove_videos : Delete videos.
    load_videos : Load videos.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Summer Launch").head(2)
    ...     off = tgp.actions.set_tracking(videos, enabled=False, project="Summer Launch")
    >>> off["status"].tolist()
    ['updated', 'updated']
    """
    client = session_of(client)
    inputs.require("enabled", enabled)
    verb = "enable" if check_bool("enabled", enabled) else "disable"
    given = Given(client, dry_run=dry_run)
    ids = given.ids("videos", videos, column=column)
    if project is None:
        writes = each("POST", f"/videos/{{}}/tracking-{verb}", ids, status_if_existing="updated")
        return given.send("videos", writes, among(client, VIDEOS.path, say=_CHANGED))
    project_id = resolve_project(client, project)
    path = f"/projects/{project_id}/videos/bulk-tracking-{verb}"
    writes = bulk(path, "video_ids", ids, status_if_existing="updated")

    def say(video: Record) -> Judged:
        is_same = video.get("is_tracking_disabled") is not enabled
        return ("unchanged", None) if is_same and "is_tracking_disabled" in video else _CHANGED

    judge = among(client, VIDEOS.path, {"project_id": project_id}, say=say)
    return given.send("videos", writes, judge)


@takes_arrow
def unexempt_tracking(
    videos: Items,
    *,
    column: str | None = None,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Let automatic rules switch off the tracking of videos again.

    ``POST /videos/{id}/tracking-unexempt``, a request for each.

    Parameters
    ----------
    videos : str, list of str or DataFrame
        Ids, or a frame of videos.
    column : str, optional
        The column of a frame that names its items, whatever it is called.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per video;
        ``status`` is ``updated`` on success.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.set_tracking : Switch tracking on or off.
    load_videos : Load videos.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     video = tgp.load_videos("Summer Launch").head(1)
    ...     tgp.actions.unexempt_tracking(video)["status"].tolist()
    ['updated']
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    ids = given.ids("videos", videos, column=column)
    writes = each("POST", "/videos/{}/tracking-unexempt", ids, status_if_existing="updated")
    return given.send("videos", writes, among(client, VIDEOS.path, say=_CHANGED))


@takes_arrow
def review_inbox(
    project: One,
    *,
    approve: Items = (),
    exclude: Items = (),
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Approve or exclude videos that are waiting for review (``pending_review``).

    ``PATCH /projects/{id}/inbox``, in requests of up to 50 videos.

    Parameters
    ----------
    project : str or DataFrame
        A project's id or exact name, or a loaded frame of one project.
    approve, exclude : str, list of str or DataFrame, optional
        Videos to approve, and videos to exclude, which hides them: ids or frames.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per video, the
        approved ones first; ``status`` is ``updated`` or ``unchanged``, or ``failed`` for one that
        isn't waiting.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`; also if a video is in both.

    See Also
    --------
    inbox : List posts that wait for review.
    check_posts : Check captions for required words.
    widgets.PostingBoard : Click through posts and reviews.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Summer Launch")
    ...     waiting = videos[videos["tracking_status"] == "pending_review"]
    ...     done = tgp.actions.review_inbox("Summer Launch", approve=waiting)
    >>> set(done["status"])
    {'updated'}
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    approved = given.ids("approve", approve, "video")
    excluded = given.ids("exclude", exclude, "video")
    if both := set(approved) & set(excluded):
        problem = f"{listing(sorted(both), 3)} can't be both approved and excluded"
        raise ArgumentError("exclude", sorted(both), problem=problem)
    project_id = resolve_project(client, project)
    path = f"/projects/{project_id}/inbox"
    decisions = [("approve", id_) for id_ in approved] + [("exclude", id_) for id_ in excluded]
    writes = []
    for batch in batches(decisions):
        body: dict[str, list[str]] = {}
        for decision, id_ in batch:
            body.setdefault(decision, []).append(id_)
        ids = tuple(id_ for _, id_ in batch)
        writes.append(Write("PATCH", path, body, items=ids, is_bulk=True))

    def say(video: Record) -> Judged:
        status = video.get("tracking_status")
        if status == "pending_review":
            return _CHANGED
        if status == "included" and video["id"] in approved:
            return "unchanged", None
        return "would fail", f"it isn't waiting for review: its status is {status}"

    judge = among(
        client,
        VIDEOS.path,
        {"project_id": project_id},
        otherwise=("not found", "the project lists no such video; excluded ones aren't listed"),
        say=say,
    )
    return given.send("videos", writes, judge)


def _judge_new(client: Session, project_id: str, parts: list[Planned]) -> list[Judged]:
    """Judge new videos by TikTok's ids in their URLs, which may be written differently."""
    known = _of_posts(client, project_id)
    return [
        ("exists", None)
        if inputs.post_of(part.item) in known
        else ("would create", None)
        if _USUAL.search(part.item)
        else _UNUSUAL
        for part in parts
    ]


def _look_at_new(project_id: str, client: Session, results: Sequence[Result]) -> list[Presence]:
    known = _of_posts(client, project_id)
    by_id = {str(one.get("id")).lower(): one for one in known.values()}
    found = [
        known.get(inputs.post_of(result.item)) or by_id.get(str(result.id).lower())
        for result in results
    ]
    return [Presence(one is not None, one) for one in found]


def _of_posts(client: Session, project_id: str) -> dict[str, Record]:
    """Return the videos of a project by TikTok's ids of their posts."""
    return {
        name: one
        for one in listed(client, VIDEOS.path, {"project_id": project_id}).values()
        # By its number and its address, since a short link doesn't have the number.
        for name in (str(one.get("tiktok_video_id")), inputs.post_of(str(one.get("url"))))
    }
