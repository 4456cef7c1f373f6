"""Checkpoints: the answers of unfinished loads, by which the same load continues."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pyarrow as pa

from trackagoat_pandas.errors import StoreBusyError
from trackagoat_pandas.http.messages import ApiAnswer, KeptAnswers
from trackagoat_pandas.store.disk.ledger import StoreLedger, stored_moment
from trackagoat_pandas.store.disk.lock import lock_of, writing_file
from trackagoat_pandas.store.disk.proofs import seal, unsealed

LONGEST_AGE: Final = dt.timedelta(minutes=30)
"""From the first answer on. Lists move, so pages that are farther apart don't make one list."""
_FOLDER: Final = "loads"
_LOOK_UPS: Final = "look-ups"
_KEPT: Final = "SELECT body, status, content_type, observed_at, kept_at FROM answers"
_OF_LOAD: Final = f"{_KEPT} WHERE load = ? AND request = ?"
_OF_ANY_KEY: Final = (
    "SELECT load FROM answers WHERE load LIKE ? AND request = ? ORDER BY kept_at DESC LIMIT 1"
)
_LOOK_UP_AGE: Final = dt.timedelta(days=7)
"""Older answers are dropped, unless those of a load may be older still."""
_CURSOR: Final = "cursor="
_STEP: Final = "\n"
"""Separates the name of a load from those of the loads that it consists of."""


class Checkpoint:
    """The answers of one load, or of one of the loads that it consists of.

    Attributes
    ----------
    since
        When the first of the answers came that were there at the beginning, by this machine's
        clock in UTC; None if there were none.
    resumed
        How many of those answers were used.
    """

    def __init__(self, ledger: StoreLedger, load: str) -> None:
        self._ledger, self._load = ledger, load
        self._used: set[str] = set()
        ((first,),) = ledger.rows("SELECT MIN(kept_at) FROM answers WHERE load = ?", (load,))
        self.since = None if first is None else dt.datetime.fromisoformat(first)
        if self.since is not None:
            age = dt.datetime.now(dt.UTC) - self.since
            # A moment in the future means that the clock was set back: the age is unknown then.
            if not dt.timedelta() <= age <= LONGEST_AGE:
                self.drop()
                self.since = None

    @property
    def resumed(self) -> int:
        """How many answers of before were used."""
        return len(self._used) if self.since is not None else 0

    @property
    def has_answers(self) -> bool:
        """Whether any answer is kept now, also of a part of this load."""
        inside = f"{self._load}{_STEP}"
        # LIKE would take a % or _ in a load's name for a wildcard.
        query = "SELECT 1 FROM answers WHERE load = ?1 OR substr(load, 1, ?3) = ?2 LIMIT 1"
        return bool(self._ledger.rows(query, (self._load, inside, len(inside))))

    def find(self, request: str) -> ApiAnswer | None:
        """Return the answer to a request, if it was kept."""
        answer = _find(self._ledger, self._load, request)
        if answer is not None:
            self._used.add(request)
        return answer

    def keep(self, request: str, answer: ApiAnswer) -> None:
        """Keep the answer to a request; once this returns, no crash loses it.

        Raises
        ------
        StoreWriteError, StoreBusyError
            The ledger can't be written.
        """
        _keep(self._ledger, self._load, request, answer)

    def part(self, load: str) -> Checkpoint:
        """Return the checkpoint of a load that this one consists of; it is dropped with this."""
        return Checkpoint(self._ledger, f"{self._load}{_STEP}{load}")

    def drop(self) -> None:
        """Drop the answers, also those of the loads that this one consists of."""
        inside = f"{self._load}{_STEP}"
        with self._ledger.transaction() as connection:
            connection.execute(
                "DELETE FROM answers WHERE load = ?1 OR substr(load, 1, ?3) = ?2",
                (self._load, inside, len(inside)),
            )


class LookUps:
    """The answers by which names were looked up, kept as long as lists may be old.

    Parameters
    ----------
    ledger
        The store's ledger.
    key
        The fingerprint of the key that they were asked with.
    longest_age
        How old an answer may be; zero for none. None for any age, and then the newest answer to
        any key will do: the store's lists are not separated by keys either, and keys are replaced.
    beneath
        The checkpoint of the load that looks a name up, if it has one.
    """

    def __init__(
        self,
        ledger: StoreLedger,
        key: str,
        longest_age: dt.timedelta | None,
        beneath: KeptAnswers | None,
    ) -> None:
        self._ledger, self._load = ledger, f"{_LOOK_UPS} {key}"
        self._longest_age, self._beneath = longest_age, beneath
        self._finders: dict[str, Callable[[str], ApiAnswer | None]] = {}

    def find(self, request: str) -> ApiAnswer | None:
        """Return the answer to a request, unless it is too old.

        That to a further page of a list is of the same walk as the first page, or None.
        """
        first = _first_page(request)
        if request == first or first not in self._finders:
            self._finders[first] = self._finder(first)
        return self._finders[first](request)

    def keep(self, request: str, answer: ApiAnswer) -> None:
        """Keep the answer to a request in the place of the one before.

        What looked up the same list before is dropped with its first page, and what is older than
        answers may be and a week.
        """
        first = _first_page(request)
        if request == first:
            self._finders[first] = _nothing
            self._drop_further(first)
        _keep(self._ledger, self._load, request, answer)
        if self._beneath is not None:
            self._beneath.keep(request, answer)

    def _finder(self, first: str) -> Callable[[str], ApiAnswer | None]:
        """Return a function that finds the pages of a list, by its first page."""
        longest, loads = self._longest_age, [self._load]
        if longest is None:
            other = self._ledger.rows(_OF_ANY_KEY, (f"{_LOOK_UPS} %", first))
            loads += [load for (load,) in other]
        for load in loads:
            answer = _find(self._ledger, load, first)
            if answer and (longest is None or dt.timedelta() <= answer.age <= longest):
                return functools.partial(_find, self._ledger, load)
        return _nothing if self._beneath is None else self._beneath.find

    def _drop_further(self, first: str) -> None:
        path = first.partition("?")[0]
        with self._ledger.transaction() as connection:
            pages = connection.execute(
                "SELECT request FROM answers WHERE load = ? AND substr(request, 1, ?) = ?",
                (self._load, len(path), path),
            ).fetchall()
            further = [one for (one,) in pages if one != first == _first_page(one)]
            connection.executemany(
                "DELETE FROM answers WHERE load = ? AND request = ?",
                [(self._load, one) for one in further],
            )
            if self._longest_age is not None:
                oldest = dt.datetime.now(dt.UTC) - max(self._longest_age, _LOOK_UP_AGE)
                connection.execute(
                    "DELETE FROM answers WHERE load LIKE ? AND kept_at < ?",
                    (f"{_LOOK_UPS} %", stored_moment(oldest)),
                )


class Checkpoints:
    """The checkpoints of a store, each of which one load at a time can hold."""

    def __init__(self, ledger: StoreLedger) -> None:
        self._ledger = ledger

    @contextmanager
    def held(self, load: str) -> Iterator[Checkpoint | None]:
        """Hold the checkpoint of a load while the block runs.

        What it gives is None while another thread or process holds the checkpoint, which must not
        be given answers of two loads. The system frees it when a process dies.

        Parameters
        ----------
        load
            A name by which the same load is recognized, in another process too.
        """
        with ExitStack() as stack:
            if not self._take(load, stack):
                yield None
                return
            self._drop_old()
            yield Checkpoint(self._ledger, load)

    def forget_look_ups(self) -> None:
        """Drop the answers by which names were looked up, since a write may have changed them."""
        with self._ledger.transaction() as connection:
            connection.execute("DELETE FROM answers WHERE load LIKE ?", (f"{_LOOK_UPS} %",))

    def _take(self, load: str, stack: ExitStack) -> bool:
        """Hold a load's lock until the stack ends, unless it is held already."""
        folder = self._ledger.folder / _FOLDER
        with writing_file(folder):
            folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / f"{hashlib.sha256(load.encode()).hexdigest()[:16]}.lock"
        lock = lock_of(file)
        if not lock.whole.acquire(blocking=False):
            return False
        stack.callback(lock.whole.release)
        try:
            stack.enter_context(lock.held(load, wait_s=0))
        except StoreBusyError:
            return False
        stack.callback(_remove, file)
        return True

    def _drop_old(self) -> None:
        """Drop the answers of loads that were never finished."""
        oldest = stored_moment(dt.datetime.now(dt.UTC) - LONGEST_AGE)
        with self._ledger.transaction() as connection:
            connection.execute(
                "DELETE FROM answers WHERE load NOT LIKE ? AND load IN "
                "(SELECT load FROM answers GROUP BY load HAVING MIN(kept_at) < ?)",
                (f"{_LOOK_UPS} %", oldest),
            )


def _first_page(request: str) -> str:
    """Return the request for the first page of the list that a request is for a page of."""
    path, _, query = request.partition("?")
    others = [one for one in query.split("&") if one and not one.startswith(_CURSOR)]
    return f"{path}?{'&'.join(others)}" if others else path


def _nothing(_request: str) -> None:
    return None


def _find(ledger: StoreLedger, load: str, request: str) -> ApiAnswer | None:
    """Return a kept answer; None if there is none, or it is damaged."""
    rows = ledger.rows(_OF_LOAD, (load, request))
    if not rows:
        return None
    sealed, status, content_type, observed_at, kept_at = rows[0]
    if (body := unsealed(sealed)) is None:
        return None
    return ApiAnswer(
        status,
        pa.CompressedInputStream(pa.BufferReader(body), "zstd").read(),
        content_type,
        date=None if observed_at is None else dt.datetime.fromisoformat(observed_at),
        age=dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(kept_at),
    )


def _keep(ledger: StoreLedger, load: str, request: str, answer: ApiAnswer) -> None:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as packed:
        packed.write(answer.body)
    observed_at = None if answer.date is None else stored_moment(answer.date)
    kept_at = stored_moment(dt.datetime.now(dt.UTC))
    body = seal(sink.getvalue().to_pybytes())
    with ledger.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO answers "
            "(load, request, body, status, content_type, observed_at, kept_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (load, request, body, answer.status, answer.content_type, observed_at, kept_at),
        )


def _remove(file: Path) -> None:
    # Windows can't remove a file that is open; an empty one that stays does no harm.
    with contextlib.suppress(OSError):
        file.unlink()
