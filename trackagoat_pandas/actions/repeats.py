"""Recognize repeated requests that create something, and check whether their item still exists.

The server remembers the idempotency key of a request for 24 hours, and gives the first response to
every later request with it, even after the created item has been removed. This module remembers
the items that a client has created and removed; lists show those that others have removed.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar

import pandas as pd

from trackagoat_pandas.actions.requests import Presence, Record, Result, Write
from trackagoat_pandas.errors import ForbiddenError, NotFoundError
from trackagoat_pandas.http.envelope import Envelope
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.names.organization import organization, server_time

T = TypeVar("T")

KEPT: Final = dt.timedelta(hours=24)  # how long the server remembers a key, by its documentation
_NAME: Final = "creations"
_SLACK: Final = dt.timedelta(seconds=5)
"""How far the clocks of a server's parts may differ; Date is rounded to a second."""
_DONE: Final = frozenset({"created", "reactivated", "done"})
_SEEN: Final = {
    "creators": "load_creators (GET /creators)",
    "goals": "load_goal_compliance (GET /projects/{id}/goal-compliance)",
    "videos": "load_videos (GET /videos)",
    "inbox": "load_videos (GET /videos)",
    "campaigns": "load_campaigns (GET /campaigns)",
    "items": "load_campaigns (GET /campaigns)",
    "projects": "load_projects (GET /projects)",
    "annotations": "load_annotations (GET /analytics/annotations)",
    "payout-structures": "load_payout_structures (GET /payout-structures)",
    "assignments": "load_payout_assignments (GET /payout-structures/{id}/assignments)",
    "payout-methods": "load_payout_methods (GET /payout-methods)",
    "payout-accruals": "load_payout_accruals (GET /payout-accruals)",
    "payout-payments": "load_payout_payments (GET /payout-payments)",
}
"""What shows the resource that a path ends with, leaving out ids and verbs."""


def listed(
    client: Session,
    path: str,
    params: Mapping[str, object] | None = None,
    wanted: Collection[str] | None = None,
) -> dict[str, Record]:
    """Return the resources of a list by their ids, and stop once all wanted ones are found."""
    found: dict[str, Record] = {}
    for page in client.pages(path, params):
        for record in page.records:
            if isinstance(record, dict) and isinstance(id_ := record.get("id"), str):
                found[id_.lower()] = record
        if wanted is not None and found.keys() >= set(wanted):
            break
    return found


class Once(Generic[T]):
    """A list that is requested once, and again after the client may have created something."""

    def __init__(self, ask: Callable[[Session], T]) -> None:
        self._ask = ask
        self._known: tuple[int, T] | None = None

    def __call__(self, client: Session) -> T:
        """Return the answer, from a new request if something was created since."""
        count = creations(client).count
        if self._known is None or self._known[0] != count:
            self._known = count, self._ask(client)
        return self._known[1]


class Listed:
    """The items of a list that were created; it is requested once.

    Parameters
    ----------
    path, params
        The list.
    fields
        The fields whose change makes it differ from the request.
    by_id
        Whether each has a GET of its own.
    """

    def __init__(
        self,
        path: str,
        params: Mapping[str, object] | None = None,
        *,
        fields: Iterable[str],
        by_id: bool = False,
    ) -> None:
        self._path, self._by_id, self._fields = path, by_id, tuple(fields)
        self._all = Once(lambda client: listed(client, path, params))

    def __call__(self, client: Session, results: Sequence[Result]) -> list[Presence]:
        """Check whether each item still exists as it was created."""
        return [self._presence(client, result) for result in results]

    def alike(self, client: Session, body: Mapping[str, Any]) -> list[Record]:
        """Return the listed records that have the same fields as a request."""
        fields = [name for name in self._fields if name in body]
        return [
            record
            for record in (self._all(client).values() if fields else ())
            if all(
                record.get(name) == body[name]
                or str(record.get(name)).casefold() == str(body[name]).casefold()
                for name in fields
            )
            # A removed item isn't what the request would create.
            and record.get("is_active") is not False
        ]

    def _presence(self, client: Session, result: Result) -> Presence:
        if result.id is None or result.record is None:
            return Presence()
        now = self._find(client, result.id)
        if now is None:
            return Presence(is_there=False)
        known = [name for name in self._fields if name in result.record and name in now]
        return Presence(all(result.record[name] == now[name] for name in known), now)

    def _find(self, client: Session, id_: str) -> Record | None:
        if not self._by_id:
            return self._all(client).get(id_.lower())
        try:
            record = client.get(f"{self._path}/{id_}").data
        except NotFoundError:
            return None
        return record if isinstance(record, dict) else {}


@dataclass(frozen=True, slots=True)
class Repeat:
    """A response that the server gave before: when, and whether it wasn't to this very call."""

    since: dt.datetime | None
    is_sure: bool


@dataclass(frozen=True, slots=True)
class _Answered:
    """A response that a client got."""

    digest: str
    results: tuple[Result, ...]
    server_time: dt.datetime | None
    at_s: float

    def is_kept(self, now: dt.datetime | None) -> bool:
        """Whether the server still remembers it, at its time if that is known."""
        if now is not None and self.server_time is not None:
            return now - self.server_time < KEPT
        return time.monotonic() - self.at_s < KEPT.total_seconds()


class Creations:
    """What a client and its views have created and removed, by idempotency key and path."""

    def __init__(self) -> None:
        self._answers: dict[str, _Answered] = {}
        self._newest: dict[str, tuple[int, str]] = {}
        self._removed: set[str] = set()
        self.count = 0
        """How often something may have been created."""

    def generation(self, base: str) -> int:
        """Return how often the items of a key's request are known to have been removed again."""
        generation, key = self._newest.get(base, (0, base))
        answered = self._answers.get(key)
        return generation if answered is not None and answered.is_kept(None) else 0

    def known(self, base: str, now: dt.datetime | None) -> _Answered | None:
        """Return the newest response to a request that the server still remembers."""
        _, key = self._newest.get(base, (0, base))
        answered = self._answers.get(key)
        return answered if answered is not None and answered.is_kept(now) else None

    def note(
        self, base: str, generation: int, key: str, answer: Envelope, results: Sequence[Result]
    ) -> None:
        """Note a response."""
        self._answers[key] = _Answered(answer.digest, tuple(results), answer.date, time.monotonic())
        self._newest[base] = generation, key

    def repeat(
        self, key: str, answer: Envelope, results: Sequence[Result], began: dt.datetime | None
    ) -> Repeat | None:
        """Say whether the server has given a response before; None if it is new.

        Its header says so, or this client had the same, or what was created is older than the call.
        If the header alone says so, an earlier response to this very call may have been lost.
        """
        known = self._answers.get(key)
        if known is not None and known.digest == answer.digest and known.is_kept(answer.date):
            return Repeat(known.server_time, is_sure=True)
        moments = [moment for result in results if (moment := created_at(result)) is not None]
        since = min(moments, default=None)
        if since is not None and began is not None and since < began:
            return Repeat(since, is_sure=True)
        if not answer.is_replay:
            return None
        return Repeat(since, is_sure=answer.attempts == 1)

    def removed(self, path: str) -> None:
        """Note that the resource of a path was removed."""
        self._removed.add(path.lower())

    def presences(self, write: Write, results: Sequence[Result]) -> list[Presence]:
        """Report which items this client has removed, where the API has no list of them."""
        paths = [f"{write.path}/{result.id}".lower() for result in results]
        return [Presence(False if path in self._removed else None) for path in paths]

    def restored(self, write: Write, results: Sequence[Result]) -> None:
        """Note that removed items exist again."""
        self._removed -= {f"{write.path}/{result.id}".lower() for result in results}


def creations(client: Session) -> Creations:
    """Return a client's record of created and removed items."""
    return client.get_or_make(_NAME, Creations)


def created_at(result: Result, record: Mapping[str, Any] | None = None) -> dt.datetime | None:
    """Return when a request's item was created; None if nothing says so."""
    if result.status not in {"created", "done"}:
        return None
    return _moment(record or result.record or {})


def _moment(record: Mapping[str, Any]) -> dt.datetime | None:
    said = record.get("created_at")
    read = pd.to_datetime(said, utc=True, errors="coerce") if isinstance(said, str) else pd.NaT
    return None if pd.isna(read) else read.to_pydatetime()


def began(answer: Envelope, elapsed_s: float) -> dt.datetime | None:
    """Return the earliest time by the server's clock at which a call can have begun."""
    if answer.date is None:
        return None
    return answer.date - dt.timedelta(seconds=elapsed_s) - _SLACK


def presences(client: Session, write: Write, results: Sequence[Result]) -> list[Presence]:
    """Look up whether the items of a request still exist."""
    if write.look is None:
        return creations(client).presences(write, results)
    try:
        return write.look(client, results)
    except (NotFoundError, ForbiddenError):
        return [Presence()] * len(results)


def settled(
    write: Write,
    result: Result,
    presence: Presence,
    repeat: Repeat,
    began: dt.datetime | None,
) -> Result:
    """Return the result of an item whose response was given before, and which may be there."""
    since = created_at(result, presence.record) or repeat.since
    now = presence.record or {}
    if isinstance(id_ := now.get(write.id_field), str):
        result = replace(result, id=id_)
    if result.status not in _DONE:
        if presence.is_there is not True or result.status == "unchanged":
            return result
        return Result(result.item, "unchanged", result.id, error="it is there already")
    if not repeat.is_sure and since is not None and began is not None and since >= began:
        return result
    record = presence.record or result.record
    if not repeat.is_sure and since is None:
        said = "it was this request, or the same one within the 24 hours before"
        return replace(result, error=said, record=record)
    said = f"{sentence(result.status, since)}{_how_to_repeat(write, presence)}"
    return replace(result, status="unchanged", error=said, record=record)


def sentence(status: str, since: dt.datetime | None) -> str:
    """Say since when an item exists."""
    verb = "restored" if status == "reactivated" else "created"
    moment = "within the last 24 hours" if since is None else f"at {since:%Y-%m-%d %H:%M:%S} UTC"
    return f"the same request {verb} it {moment}"


def _how_to_repeat(write: Write, presence: Presence) -> str:
    new = "again=True" if write.idempotency_key is None else "another idempotency_key"
    if presence.is_there is None:
        return f"; no GET says whether it is still there: if it isn't, pass {new}"
    return "" if write.is_unique else f"; pass {new} to create another"


def undone(result: Result, repeat: Repeat) -> Result:
    """Return the result of an item that is no longer there, of a request whose key was given."""
    said = f"{sentence(result.status, repeat.since)}, and it was undone since"
    said += "; the server answers this idempotency_key as before: pass another one, or none"
    return Result(result.item, "failed", None, None, said)


def where_seen(write: Write) -> str:
    """Name the list that shows whether a request with a lost response was carried out."""
    segments = [one for one in write.path.split("/") if one in _SEEN]
    ending = write.path.rpartition("/")[2]
    is_listed = bool(segments) and ending != "scrape"
    # Of /organizations/{id}/members no segment is listed; of /organizations/{id}/projects one is.
    shown = f"tgp.{_SEEN[segments[-1]]}" if is_listed else "No GET"
    said = f"{shown} shows whether it was done."
    if write.is_creating and not write.again:
        said += " The same call can be repeated: it creates nothing twice."
    return said


def foreseen(client: Session, write: Write) -> tuple[str, str | None] | None:
    """Judge a creation by earlier results of the same request; None if they don't count.

    Of a request of another process only a list can say that it may have been the same.
    """
    base = write.key(client)
    if base is None or write.again:
        return None
    organization(client)  # so that the server's time is known
    now = server_time(client)
    answered = creations(client).known(base, now)
    if answered is not None:
        (result,), (presence,) = answered.results, presences(client, write, answered.results)
        repeat = Repeat(answered.server_time, is_sure=True)
        if presence.is_there is not False:
            return "unchanged", settled(write, result, presence, repeat, None).error
    if write.idempotency_key is not None or not isinstance(write.look, Listed):
        return None
    moments = [_moment(record) for record in write.look.alike(client, write.body or {})]
    recent = [moment for moment in moments if moment is not None and now - moment < KEPT]
    if not recent:
        return None
    said = f"one like it was created at {max(recent):%Y-%m-%d %H:%M:%S} UTC: if by the same request"
    return "unknown", f"{said}, nothing new is created unless you pass again=True"


def judge_repeats(
    client: Session, writes: Sequence[Write]
) -> Callable[[Sequence[object]], list[tuple[str, str | None]]]:
    """Return the judge of creations of one thing each, which are otherwise carried out."""

    def judge(_: Sequence[object]) -> list[tuple[str, str | None]]:
        return [foreseen(client, write) or ("would create", None) for write in writes]

    return judge
