"""The warnings of the package, which point at the user's line of code or are kept for a board."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_PASSED = frozenset({__name__.partition(".")[0], "contextlib", "functools", "pandas"})
"""The packages between a warning and the user's line: `frame.pipe(tgp.diff, ...)` is one, and a
warning at the end of a ``with`` block is given by way of contextlib."""
_Taker = Callable[[str, type[Warning]], None]
_TAKER: ContextVar[_Taker | None] = ContextVar("_TAKER", default=None)
"""What takes warnings instead of Python's own machinery."""


class TrackaGoatWarning(UserWarning):
    """Base of the package's warnings.

    Filter it to turn all of them off, or into errors where nobody reads warnings, as in a job
    of cron.

    See Also
    --------
    TrackaGoatError : The base of all errors.
    errors.ContractWarning : An answer differs from the documentation.
    errors.NoDataWarning : There is no data.

    Examples
    --------
    >>> import warnings
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> comments = pd.DataFrame({"text": ["Love it"], "creator_id": ["c1"], "video_id": ["v1"]})
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", tgp.TrackaGoatWarning)
    ...     print(len(tgp.search_comments(comments, creator="c9")), "comments")
    0 comments
    """


class ContractWarning(TrackaGoatWarning):
    """The API's answer differs from its documentation or from the request.

    The message says what was done with it. Run :func:`check_contract`, and see whether the
    package has an update.

    See Also
    --------
    check_contract : Compare the live API with the package.
    errors.MismatchedResponseError : An answer doesn't match the request.

    Examples
    --------
    >>> import warnings
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> videos = pd.DataFrame({"view_count": [120], "tracking_status": ["paused"]})
    >>> with warnings.catch_warnings(record=True) as seen:
    ...     warnings.simplefilter("always")
    ...     spread = tgp.view_distribution(videos)
    >>> print(seen[0].message)  # doctest: +NORMALIZE_WHITESPACE
    videos: of 1 of 1 videos it isn't known whether they count, by their tracking_status:
    'paused' (1). They are left out.
    """


class ClippedDatesWarning(TrackaGoatWarning):
    """The dates were cut to the days that the plan keeps.

    Only ``clip=True`` allows that; a store keeps the days that the plan drops.

    See Also
    --------
    load_analytics : Load time series.
    open_store : Open the store in a folder.
    errors.RetentionExceededError : The dates begin too early.

    Examples
    --------
    >>> import warnings
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True), warnings.catch_warnings(record=True) as seen:
    ...     warnings.simplefilter("always")
    ...     goats = tgp.load_creators("Summer Launch").head(1)
    ...     views = tgp.load_analytics(
    ...         "creator", goats, "views", dates=("2020-01-01", "2026-06-01"), clip=True
    ...     )
    >>> print(seen[0].message)  # doctest: +NORMALIZE_WHITESPACE
    dates 2020-01-01..2026-06-01 were cut to 2025-06-18..2026-06-01: the plan keeps nothing
    before 2025-06-18.
    """


class RestatedWarning(TrackaGoatWarning):
    """Stored values that had settled differ from the server's, or may differ by now.

    The store keeps both; :func:`Store.restatements` lists what changed. A job that needs
    settled values can stop at it, as below.

    See Also
    --------
    Store.restatements : List the values that the server changed.
    Store.sync : Bring the store up to date.
    plots.restatements : Draw by how much values changed.

    Examples
    --------
    >>> import warnings
    >>> import trackagoat_pandas as tgp
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", tgp.errors.RestatedWarning)
    ...     try:
    ...         warnings.warn("1 of 20 series changed", tgp.errors.RestatedWarning)
    ...     except tgp.errors.RestatedWarning as warning:
    ...         print(warning)
    1 of 20 series changed
    """


class NoDataWarning(TrackaGoatWarning):
    """The request has no data; the message says why.

    The frame has its columns and no rows, or NA where nothing is known. Check the filter, the
    days or the names.

    See Also
    --------
    errors.IncompleteFrameWarning : A frame is incomplete.
    load_analytics : Load time series.
    search_comments : Find comments by word, creator or day.

    Examples
    --------
    >>> import warnings
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> comments = pd.DataFrame({"text": ["Love it"], "creator_id": ["c1"], "video_id": ["v1"]})
    >>> with warnings.catch_warnings(record=True) as seen:
    ...     warnings.simplefilter("always")
    ...     found = tgp.search_comments(comments, creator="c9")
    >>> print(seen[0].message)  # doctest: +NORMALIZE_WHITESPACE
    search_comments: no comment is under a video of 'c9'. The comments have ids and no handles:
    `with_names` adds them.
    """


class IncompleteFrameWarning(TrackaGoatWarning):
    """A function was given a frame whose provenance says that it is incomplete.

    Load the frame whole, or read the result as one of a part.

    See Also
    --------
    errors.PartialLoadError : A part of a load failed.
    errors.MismatchedFramesWarning : Frames don't belong together.

    Examples
    --------
    >>> import warnings
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> videos = pd.DataFrame({"view_count": [120, 80]})
    >>> videos.attrs["trackagoat"] = {"complete": False}
    >>> with warnings.catch_warnings(record=True) as seen:
    ...     warnings.simplefilter("always")
    ...     ranked = tgp.leaderboard(videos)
    >>> print(seen[0].message)  # doctest: +NORMALIZE_WHITESPACE
    leaderboard: `frame` is incomplete, since a part was not loaded. What is missing there is
    missing in the result.
    """


class ResumedListWarning(TrackaGoatWarning):
    """A list broke off and was resumed, so that its rows are of two moments.

    Load it again if that matters. A job can stop at it, as below.

    See Also
    --------
    load_path : Load any other path.
    errors.PartialLoadError : A part of a load failed.

    Examples
    --------
    >>> import warnings
    >>> import trackagoat_pandas as tgp
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", tgp.errors.ResumedListWarning)
    ...     try:
    ...         warnings.warn("videos: the load was resumed", tgp.errors.ResumedListWarning)
    ...     except tgp.errors.ResumedListWarning as warning:
    ...         print(warning)
    videos: the load was resumed
    """


class MismatchedFramesWarning(TrackaGoatWarning):
    """Frames that belong together were loaded with different filters.

    Load both with the same project, creators and days.

    See Also
    --------
    diff : Find what differs between two frames.
    errors.IncompleteFrameWarning : A frame is incomplete.

    Examples
    --------
    >>> import warnings
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> before, after = pd.DataFrame({"id": ["v1"]}), pd.DataFrame({"id": ["v2"]})
    >>> before.attrs["trackagoat"] = {"params": {"project_id": "p1"}}
    >>> after.attrs["trackagoat"] = {"params": {"project_id": "p2"}}
    >>> with warnings.catch_warnings(record=True) as seen:
    ...     warnings.simplefilter("always")
    ...     found = tgp.diff(before, after, resource="videos")
    >>> print(seen[0].message)  # doctest: +NORMALIZE_WHITESPACE
    diff: some rows may look added or removed although nothing changed, since they were loaded
    with different filters (project_id).
    """


class RepeatedRequestWarning(TrackaGoatWarning):
    """The same request has created the same thing before; nothing new was created.

    If you want another one, pass ``again=True``.

    See Also
    --------
    actions.create_campaign : Create a campaign.
    actions.record_payment : Record a payment.
    errors.ConflictError : The API has a conflict.

    Examples
    --------
    >>> import warnings
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True), warnings.catch_warnings(record=True) as seen:
    ...     warnings.simplefilter("always")
    ...     first = tgp.actions.create_project("Autumn Herd")
    ...     second = tgp.actions.create_project("Autumn Herd")
    >>> print(seen[0].message)  # doctest: +NORMALIZE_WHITESPACE
    /organizations/65d8e19a-27a8-455f-b125-812a5d15a1a0/projects: unchanged: nothing new was
    created, since the same request created it at 2026-06-18 19:00:00 UTC; pass again=True to
    create another.
    """


class BaseUrlWarning(TrackaGoatWarning):
    """The base URL was corrected.

    Use the address in the message.

    See Also
    --------
    connect : Make the client, or connect to the sandbox.
    errors.RedirectError : The server redirected.

    Examples
    --------
    >>> import warnings
    >>> import trackagoat_pandas as tgp
    >>> with warnings.catch_warnings(record=True) as seen:
    ...     warnings.simplefilter("always")
    ...     tgp.connect(
    ...         api_key="tga_" + "0" * 64, base_url="https://trackagoat.com/api/v1"
    ...     ).close()
    >>> print(seen[0].message)  # doctest: +NORMALIZE_WHITESPACE
    base_url: trackagoat.com redirects to www.trackagoat.com and loses the key on the way;
    www.trackagoat.com is used.
    """


class EnvFileWarning(TrackaGoatWarning):
    """A ``.env`` file, or the base URL in it, was ignored.

    A file that another user owns or can write isn't used at all. A file's base URL is used only
    with a key from the same file, because whoever wrote the file would receive the key.

    See Also
    --------
    connect : Make the client, or connect to the sandbox.
    errors.BaseUrlWarning : The base URL was corrected.

    Examples
    --------
    >>> import warnings
    >>> import trackagoat_pandas as tgp
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", tgp.errors.EnvFileWarning)
    ...     try:
    ...         warnings.warn("program/.env is ignored", tgp.errors.EnvFileWarning)
    ...     except tgp.errors.EnvFileWarning as warning:
    ...         print(warning)
    program/.env is ignored
    """


def warn(message: str, category: type[Warning]) -> None:
    """Warn at the line outside of the package that led here."""
    take = _TAKER.get()
    if take is None:
        warnings.warn(message, category, stacklevel=_steps_outside())
    else:
        take(message, category)


@contextmanager
def kept_warnings() -> Iterator[list[str]]:
    """Collect the messages of the package's warnings, for a board that shows them itself.

    Unlike ``warnings.catch_warnings``, this doesn't affect other threads.
    """
    messages: list[str] = []
    with _taken_by(lambda message, _: messages.append(message)):
        yield messages


@contextmanager
def delayed_warnings() -> Iterator[list[tuple[str, type[Warning]]]]:
    """Delay the package's warnings to the end of the block; those removed meanwhile are dropped."""
    delayed: list[tuple[str, type[Warning]]] = []
    try:
        with _taken_by(lambda message, category: delayed.append((message, category))):
            yield delayed
    finally:
        for message, category in delayed:
            warn(message, category)


@contextmanager
def _taken_by(take: _Taker) -> Iterator[None]:
    token = _TAKER.set(take)
    try:
        yield
    finally:
        _TAKER.reset(token)


def _steps_outside() -> int:
    # Python 3.12's `skip_file_prefixes` does the same, but 3.11 is supported.
    steps = 1
    frame = sys._getframe(1)  # noqa: SLF001
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in _PASSED:
        frame, steps = frame.f_back, steps + 1
    return steps
