"""The inbox: videos that wait for a decision whether they count."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from trackagoat_pandas.actions.given import Items, One
from trackagoat_pandas.actions.sending import chosen, send_all
from trackagoat_pandas.actions.writes import Write, batches
from trackagoat_pandas.checks import check_ids
from trackagoat_pandas.errors import ArgumentError, listing
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import resolve_project


def review_inbox(
    project: One,
    *,
    approve: Items = (),
    exclude: Items = (),
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Decide about videos that wait for a review: those with the status ``pending_review``.

    ``PATCH /projects/{id}/inbox``, in requests of up to 50 videos.

    Parameters
    ----------
    project
        A project's id or exact name, or a loaded frame of one project.
    approve, exclude
        Ids or frames of the videos that are to count, and of those never to be shown.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a video, the approved ones first, as :func:`add_creators` gives; ``status`` is
        ``updated`` or ``unchanged``, or ``failed`` for one that doesn't wait.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        As in :func:`add_creators`; also where a video is given to both.

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
    client = chosen(client)
    approved = check_ids("approve", approve, entity="video")
    excluded = check_ids("exclude", exclude, entity="video")
    if both := set(approved) & set(excluded):
        problem = f"{listing(sorted(both), 3)} can't be approved as well"
        raise ArgumentError("exclude", sorted(both), problem=problem)
    path = f"/projects/{resolve_project(client, project)}/inbox"
    asked = [("approve", id_) for id_ in approved] + [("exclude", id_) for id_ in excluded]
    writes = [
        Write("PATCH", path, _sorted(batch), items=tuple(id_ for _, id_ in batch), is_bulk=True)
        for batch in batches(asked)
    ]
    return send_all(client, "videos", writes, dry_run=dry_run)


def _sorted(asked: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Give the ids by what is to become of them."""
    body: dict[str, list[str]] = {}
    for word, id_ in asked:
        body.setdefault(word, []).append(id_)
    return body
