"""What every loader does: check its store's owner, limit its requests, and resume."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import inspect
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, ParamSpec, get_args
from urllib.parse import urlsplit

import pandas as pd

from trackagoat_pandas.base.types import DtypeBackend
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import (
    ClosedClientError,
    ConnectionFailedError,
    CutShortError,
    DeadlineError,
    PartialLoadError,
    RateLimitedError,
    RequestBudgetError,
    ResumedListWarning,
    ServerError,
    StoppedError,
    StoreError,
    StoreOwnerError,
    TrackaGoatError,
)
from trackagoat_pandas.frames.build import ATTRIBUTE
from trackagoat_pandas.http.messages import ApiAnswer
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.checks import check_choice
from trackagoat_pandas.inputs.settings import is_loopback
from trackagoat_pandas.load.planning import refuse_beyond
from trackagoat_pandas.load.provenance import add_facts
from trackagoat_pandas.names.organization import forget_projects, known_organization, organization
from trackagoat_pandas.tables import Table

if TYPE_CHECKING:
    from trackagoat_pandas.store.disk.checkpoints import Checkpoint
    from trackagoat_pandas.store.disk.folder import Archive, Owner

P = ParamSpec("P")

_PASSING: Final = (
    ClosedClientError,
    ConnectionFailedError,
    CutShortError,
    DeadlineError,
    RateLimitedError,
    RequestBudgetError,
    ServerError,
    StoppedError,
    StoreError,
)
"""Errors after which the same load may succeed with the answers that it has."""
ONE_GO: Final = dt.timedelta(minutes=1)
"""A list that is loaded in one go may take as long: 60 pages are sent in a minute."""
_SAME_ROWS: Final = ("client", "dtype_backend", "max_requests")
"""Arguments that don't change what is loaded."""
_LONGEST: Final = 200
"""Characters; longer arguments are written as their digest: each kept answer repeats them."""
_IDS: Final = ("id", "_id", "tiktok_handle")
"""How columns end by which a frame is recognized: its other values change from load to load."""
_LOOPBACK: Final = "a server on this machine"
"""Its port is another one each time."""


def loader(load: Callable[P, pd.DataFrame]) -> Callable[P, pd.DataFrame]:
    """Make a loader of a function: call it with the session of one load as its ``client``.

    With ``max_requests`` nothing is sent if more are known to be needed, and no more in any case.

    With a store, each answer is kept there until the loader returns. After a crash, Ctrl-C or a
    fault that may pass, the same call takes the kept answers instead of requesting them again, and
    its provenance says so in ``resumed``. Answers are dropped half an hour after the first of them,
    and after an error that would come again.
    """
    signature = inspect.signature(load)

    @functools.wraps(load)
    def run(*args: P.args, **kwargs: P.kwargs) -> pd.DataFrame:
        # An iterator can be read once only, and counting a load or naming it in a store reads it.
        given: Any = [_list_iterator(value) for value in args]
        options: Any = {name: _list_iterator(value) for name, value in kwargs.items()}
        if "dtype_backend" in options:
            check_choice("dtype_backend", options["dtype_backend"], get_args(DtypeBackend))
        session = session_of(options.get("client"))
        refuse_beyond(run, given, options, session)
        if session.archive is None:
            return load(*given, **{**options, "client": session})
        check_owner(session, session.archive)
        arguments = signature.bind(*given, **options).arguments
        with resuming(session, f"{load.__name__} {spelled(arguments)}") as session:
            frame = load(*given, **{**options, "client": session})
            # A list has noted this itself, with the moments of its pages. A load whose requests
            # are only counted may return a frame that knows nothing.
            if "resumed" not in frame.attrs.get(ATTRIBUTE, {"resumed": None}):
                add_facts(frame, resumed=_resumption(session))
            return frame

    return run


def _list_iterator(given: object) -> object:
    return list(given) if isinstance(given, Iterator) else given


def note_moments(
    session: Session,
    table: Table,
    frame: pd.DataFrame,
    moments: Sequence[dt.datetime | None],
) -> None:
    """Note that a list was resumed, and from when to when its pages are.

    Nobody can know which rows were removed meanwhile without asking for all pages again: one that
    is asked for again, the first, says nothing of the others.

    Warns
    -----
    ResumedListWarning
        A minute or more lies between the pages of a list that was resumed. One that is loaded in
        one go may take as long.
    """
    resumed = _resumption(session)
    known = [moment for moment in moments if moment is not None]
    if not known:
        return
    first, last = min(known), max(known)
    if resumed or last - first >= ONE_GO:
        ends = {
            name: f"{moment:%Y-%m-%d %H:%M:%S} UTC"
            for name, moment in (("first", first), ("last", last))
        }
        add_facts(frame, resumed=resumed, pages=ends)
        if resumed and last - first >= ONE_GO:
            warn(
                f"{table.name}: the load broke off and was resumed, so that its pages are from "
                f"{ends['first']} to {ends['last']}. Rows that were removed in between may still "
                "be in it, and new ones may be missing. The same call loads all of it again.",
                ResumedListWarning,
            )


def _resumption(session: Session) -> dict[str, Any]:
    """Return how many answers of a load were kept before it broke off, and since when."""
    held = session.checkpoint.held if isinstance(session.checkpoint, _LoadAnswers) else None
    if held is None or not held.resumed:
        return {}
    return {"answers": held.resumed, "since": f"{held.since:%Y-%m-%d %H:%M:%S} UTC"}


@contextmanager
def resuming(session: Session, load: str) -> Iterator[Session]:
    """Give a session whose answers are kept in the store until the block ends.

    Within another such block, they are kept until that one ends. It is the same session if nothing
    is sent.

    Parameters
    ----------
    session
        The session.
    load
        By what the same load is recognized.
    """
    archive = session.archive
    # Offline, a store is only read.
    if archive is None or session.offline or session.is_counting:
        yield session
        return
    with ExitStack() as stack:
        outer = session.checkpoint
        if isinstance(outer, _LoadAnswers):
            answers = _LoadAnswers(partial(outer.part, load))
        else:
            name = f"{session.fingerprint} {load}"
            answers = _LoadAnswers(lambda: stack.enter_context(archive.checkpoints.held(name)))
        try:
            yield Session(session, checkpoint=answers)
        # Ctrl-C as well: the answers stay for the next call.
        except BaseException as error:
            with suppress(StoreError):  # the error itself says more
                answers.end(error, is_part=isinstance(outer, _LoadAnswers))
            raise
        if answers.held is not None and not isinstance(outer, _LoadAnswers):
            answers.held.drop()


class _LoadAnswers:
    """The kept answers of a load, which are only looked at once it sends a request.

    A load that finds all in the store needs neither the lock nor the answers of an earlier one.

    Parameters
    ----------
    hold
        Returns the load's checkpoint; None while another thread or process runs the same load.

    Attributes
    ----------
    held
        The checkpoint; None before the first request, too.
    """

    def __init__(self, hold: Callable[[], Checkpoint | None]) -> None:
        self.held: Checkpoint | None = None
        self._hold: Callable[[], Checkpoint | None] | None = hold
        self._holding = threading.Lock()

    def find(self, request: str) -> ApiAnswer | None:
        """Return the answer to a request, if it was kept."""
        held = self._checkpoint()
        return None if held is None else held.find(request)

    def keep(self, request: str, answer: ApiAnswer) -> None:
        """Keep the answer to a request."""
        if (held := self._checkpoint()) is not None:
            held.keep(request, answer)

    def part(self, load: str) -> Checkpoint | None:
        """Return the checkpoint of a load that this one consists of."""
        held = self._checkpoint()
        return None if held is None else held.part(load)

    def end(self, error: BaseException, *, is_part: bool) -> None:
        """Drop the answers after an error that they would lead to again.

        After another one they stay, which its message says unless the load is a part of another.
        """
        if self.held is None:
            return
        if not may_pass(error):
            self.held.drop()
        elif not is_part and isinstance(error, TrackaGoatError) and self.held.has_answers:
            from trackagoat_pandas.store.disk.checkpoints import LONGEST_AGE

            minutes = int(LONGEST_AGE.total_seconds() // 60)
            way = (
                f"The same call goes on there within {minutes} minutes: the store has its answers."
            )
            error.args = (f"{error} {way}", *error.args[1:])

    def _checkpoint(self) -> Checkpoint | None:
        with self._holding:
            if self._hold is not None:
                self.held, self._hold = self._hold(), None
            return self.held


def may_pass(error: BaseException) -> bool:
    """Return whether a load may succeed after an error with the answers that it has."""
    if isinstance(error, PartialLoadError):
        return all(may_pass(failure) for failure in error.failures.values())
    return isinstance(error, _PASSING) or not isinstance(error, Exception)


def spelled(arguments: Mapping[str, Any]) -> str:
    """Write a call's arguments as text that is the same in every process."""
    values = {
        name: _plain(value)
        for name, value in arguments.items()
        if name not in _SAME_ROWS and value is not None
    }
    text = json.dumps(values, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= _LONGEST else hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    match value:
        case pd.DataFrame():
            ids = [name for name in map(str, value.columns) if name.endswith(_IDS)]
            # Sorted, since a list that is loaded again may have another order.
            return {name: sorted(map(str, value[name])) for name in ids}
        case Mapping():
            return {str(name): _plain(member) for name, member in value.items()}
        case str() | bool() | int() | float():
            return value
        case AbstractSet():
            return sorted(map(str, value))  # each process has its own order
        case Iterable():
            return [_plain(member) for member in value]
    return str(value)


def check_owner(session: Session, archive: Archive) -> None:
    """Check that the client's store is the organization's of the client, before it is used.

    A key that the store doesn't know takes one request, for the projects, unless the client has
    them: a new key of the same organization goes on with its store. A client that is offline or
    only counts requests sends nothing.

    Raises
    ------
    StoreOwnerError
        It is another organization's, or of another API; or the client is offline, and its key was
        never used with this store.
    """
    own = _owner_of(session, known_organization(session))
    owner = archive.owner.read()
    if owner is None:
        return
    if not owner.includes(own):
        raise _foreign(archive, owner, own)
    if session.fingerprint in owner.keys:
        return
    if session.offline:
        # Here the port is another one each time, and with it the fingerprint of a key.
        if own.address != _LOOPBACK:
            raise StoreOwnerError(
                str(archive.path), _describe(owner), _describe(own), is_unsure=True
            )
        return
    # Without the store: nothing of another organization is kept in it.
    found = organization(Session(session, archive=None))
    if session.is_counting:
        return
    own = replace(own, org_id=found.id)
    # Kept by a client that didn't know its organization: the projects say whose it is.
    if owner.org_id is None and (known := archive.owner.project_ids()):
        is_own = not known.isdisjoint(id_ for id_, _ in found.projects)
    else:
        is_own = owner.org_id in (None, own.org_id)
    if not is_own:
        raise _foreign(archive, owner, own)
    archive.owner.note(own, session.fingerprint)
    # So that the next look-up is kept in the store, for when the client is offline.
    forget_projects(session)


def note_owner(session: Session, archive: Archive, frame: pd.DataFrame | None = None) -> None:
    """Note whose the client's store is, before something is kept in it.

    Parameters
    ----------
    session, archive
        The client, and its store.
    frame
        What is kept; it may say which organization its rows are of.

    Raises
    ------
    StoreOwnerError
        It is another organization's by now; nothing was kept.
    """
    org_id = known_organization(session)
    if frame is not None and "org_id" in frame and org_id is None:
        named = frame["org_id"].dropna().astype(str).unique()
        org_id = str(named[0]) if len(named) == 1 else None
    own = _owner_of(session, org_id)
    owner = archive.owner.note(own, session.fingerprint)
    if not owner.includes(own):
        raise _foreign(archive, owner, own)


def _owner_of(session: Session, org_id: str | None) -> Owner:
    # Not before it is needed: it brings SQLite and Arrow's datasets.
    from trackagoat_pandas.store.disk.folder import Owner

    is_local = is_loopback(urlsplit(session.base_url).hostname)
    return Owner(_LOOPBACK if is_local else session.base_url, org_id)


def _foreign(archive: Archive, owner: Owner, own: Owner) -> StoreOwnerError:
    return StoreOwnerError(str(archive.path), _describe(owner), _describe(own))


def _describe(owner: Owner) -> str:
    known = f"organization {owner.org_id}" if owner.org_id else "an organization of unknown id"
    return f"{known} at {owner.address}"
