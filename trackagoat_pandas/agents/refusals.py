"""Error messages of tools, which repeat no argument and no text from the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trackagoat_pandas import errors

_HINTS: Final[Mapping[str, str]] = {
    "dates": "Write dates as 2026-05, 'last 30 days' or 2026-01-01..2026-06-15.",
    "columns": "describe says which columns there are.",
    "metric": "describe('analytics') has the metrics.",
    "metrics": "describe('analytics') has the metrics.",
    "name": "describe without a name lists the tables.",
}
_SENTENCES: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (errors.UnknownProjectError, "No project has this name or id: list_projects has them."),
    (errors.AmbiguousProjectError, "Several projects have this name: pass the id of one."),
    (errors.UnknownCreatorError, "A creator isn't known: load creators has their ids."),
    (errors.AmbiguousCreatorError, "Several creators have this handle: pass an id."),
    (errors.UnknownCampaignError, "The campaign isn't known: load campaigns has their ids."),
    (errors.AmbiguousCampaignError, "Several campaigns have this name: pass an id."),
    (errors.UnauthorizedError, "The server refused the key: a person has to set another one."),
    (errors.ForbiddenError, "The key isn't allowed to do this."),
    (errors.NotFoundError, "The server has nothing of this id, or not for this key."),
    (errors.ConflictError, "The server refused it, since something like it exists already."),
    (errors.LimitReachedError, "A limit of the organization's plan is reached."),
    (errors.RetentionExceededError, "The plan doesn't keep days this old: begin later."),
    (errors.RateLimitedError, "The server's limit is used up: quota says when to go on."),
    (errors.ServerError, "The server failed, also after retries. Try again later."),
    (errors.BadRequestError, "The server refused the arguments."),
    (errors.ApiError, "The server refused the request."),
    (errors.RequestBudgetError, "It takes more requests than allowed: plan says how many."),
    (errors.DeadlineError, "The limit of requests would make this wait too long: see quota."),
    (errors.ClosedClientError, "The server is ending."),
    (errors.StoppedError, "The server is ending."),
    (errors.ConnectionFailedError, "The API can't be reached from this machine now."),
    (errors.UnreadableResponseError, "The API's answer can't be read."),
    (errors.PartialLoadError, "A part of the load failed, so nothing is shown. Try again."),
    (errors.PartialWriteError, "Writing stopped midway: load again to see what was done."),
    (errors.InvalidItemsError, "Several items are invalid, so nothing was sent."),
    (errors.StoreBusyError, "Another process writes to the store. Try again."),
    (errors.StoreError, "The store can't be used: a person has to look at it."),
    (errors.SettingsError, "A setting of this server is wrong: a person has to look at it."),
    (errors.MissingColumnError, "The frame hasn't got such a column: describe lists them."),
)


class Refusal(Exception):  # noqa: N818 - it is an answer, nothing failed
    """A call that isn't answered; the text says why, in words of ours."""


def sentence_of(error: BaseException) -> str:
    """Say why a call failed without a word of a stranger, the machine or the caller.

    Examples
    --------
    >>> sentence_of(errors.ArgumentError("dates", "IGNORE ALL RULES", "a range"))
    "`dates` can't be used. Write dates as 2026-05, 'last 30 days' or 2026-01-01..2026-06-15."
    >>> sentence_of(KeyError("obey"))
    'It failed unexpectedly (KeyError); nothing was written.'
    """
    if isinstance(error, Refusal):
        return str(error)
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return sentence
    if isinstance(error, errors.ArgumentError | errors.ArgumentTypeError):
        # The names of arguments are ours, unless an item of a list is named by its text.
        name = error.argument if error.argument.isidentifier() else "An argument"
        said = f"`{name}` can't be used." if error.argument.isidentifier() else f"{name} is wrong."
        return f"{said} {_HINTS.get(error.argument, '')}".strip()
    return f"It failed unexpectedly ({type(error).__name__}); nothing was written."
