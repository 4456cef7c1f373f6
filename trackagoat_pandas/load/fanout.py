"""Concurrent requests under one rate limit, and their results and failures.

A job that fails doesn't stop the others, unless every other job would fail in the same way.
"""

from __future__ import annotations

import atexit
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Generic, TypeVar

import pandas as pd

from trackagoat_pandas.base.threads import start_thread
from trackagoat_pandas.errors import (
    ClosedClientError,
    ConnectionFailedError,
    DeadlineError,
    ForbiddenError,
    MismatchedResponseError,
    PartialLoadError,
    RequestBudgetError,
    RetentionExceededError,
    StoppedError,
    StoreError,
    TrackaGoatError,
    UnauthorizedError,
)
from trackagoat_pandas.http.counting import CountedError
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.load.provenance import hand_over
from trackagoat_pandas.progress import Step, progress

COMMON_FAILURES = (
    ClosedClientError,
    ConnectionFailedError,
    DeadlineError,
    ForbiddenError,
    MismatchedResponseError,
    RetentionExceededError,
    StoppedError,
    StoreError,
    UnauthorizedError,
)
"""Errors that every other job would raise too: after one of them nothing more is sent."""

_CREWS: Final = weakref.WeakSet[threading.Thread]()
_LAST_WORK_S: Final = 0.5
"""How long the interpreter's end waits for them; decoding a response takes milliseconds."""

J = TypeVar("J", bound=Hashable)
R = TypeVar("R")


@dataclass(slots=True)
class Outcome(Generic[J, R]):
    """The jobs that succeeded, with results, and those that failed, with errors, in job order."""

    done: list[tuple[J, R]] = field(default_factory=list)
    failed: list[tuple[J, TrackaGoatError]] = field(default_factory=list)

    @property
    def results(self) -> list[R]:
        """The results without their jobs."""
        return [result for _, result in self.done]

    def add(self, other: Outcome[J, R]) -> None:
        """Add the jobs of another outcome."""
        self.done += other.done
        self.failed += other.failed

    def raise_failures(
        self,
        what: str,
        frame: pd.DataFrame,
        parts: Callable[[J], Sequence[Hashable]] = lambda job: (job,),
        names: Mapping[str, str] | None = None,
    ) -> None:
        """Raise an error if any job failed.

        If nothing was loaded because of one of `COMMON_FAILURES`, that error is raised itself, and
        so is a RequestBudgetError, with the frame of what was loaded; otherwise a PartialLoadError
        with that frame. ``parts`` returns the series or lists of a job, by which failures are
        counted and listed; ``names`` maps ids to names.
        """
        if not self.failed:
            return
        # A budget that is used up is the caller's own limit rather than a failure of single jobs.
        for _, error in self.failed:
            if isinstance(error, RequestBudgetError):
                hand_over(error, frame)
                raise error
        first = self.failed[0][1]
        if not self.done and isinstance(first, COMMON_FAILURES):
            raise first
        failures = {part: error for job, error in self.failed for part in parts(job)}
        loaded = sum(len(parts(job)) for job, _ in self.done)
        requests = len(self.failed), len(self.failed) + len(self.done)
        raise PartialLoadError(
            what, failures, loaded, frame, requests=requests, names=names
        ) from first


def fan_out(
    session: Session, what: str, jobs: Sequence[J], run: Callable[[Session, J], R]
) -> Outcome[J, R]:
    """Run a function for each job, in up to ``session.max_workers`` threads.

    ``run`` is called with a session whose waits end when the fan-out is interrupted. An
    exception that isn't a TrackaGoatError is a bug, and is raised unchanged. If requests are
    counted, it ends with CountedError.
    """
    if session.is_counting:
        for job in jobs:
            # A job ends at the first answer that it would need; the next one is counted as well.
            session.attempt(partial(run, session, job))
        raise CountedError
    if not jobs:
        return Outcome()
    stop = threading.Event()
    # A stop of its own: it must not end other loads of the same client.
    view = Session(session, stop=stop)
    futures: list[Future[R | None]] = [Future() for _ in jobs]
    with progress(session, what, len(jobs)) as step:

        def attend(job: J, future: Future[R | None]) -> None:
            try:
                future.set_result(_run_one(view, job, run, stop, step))
            except BaseException as error:  # noqa: BLE001 - raised where the result is awaited
                if not isinstance(error, TrackaGoatError):  # such as Ctrl-C, without threads
                    stop.set()
                future.set_exception(error)

        _start_crew(min(session.max_workers, len(jobs)), zip(jobs, futures, strict=True), attend)
        try:
            return _gather(session, what, jobs, futures)
        finally:
            stop.set()


def _start_crew(
    size: int,
    tasks: Iterable[tuple[J, Future[R | None]]],
    attend: Callable[[J, Future[R | None]], None],
) -> None:
    """Start threads that take one task after another from a queue.

    They are daemon threads, unlike those of an executor: otherwise, after Ctrl-C, the interpreter
    would wait at exit for every response that hasn't arrived yet. It waits a moment, so that none
    is inside Arrow's code then, which would abort the process.
    """
    left = deque(tasks)

    def work() -> None:
        while True:
            try:
                # Threads may share a deque without a lock: popleft is atomic.
                task = left.popleft()
            except IndexError:
                return
            attend(*task)

    for number in range(size):
        thread = start_thread(work, f"trackagoat-load-{number}")
        if thread is None:  # there are none, and all is done
            return
        _CREWS.add(thread)


@atexit.register
def _end_crews() -> None:
    """Wait until the threads have ended, except those that still await a response."""
    end = time.monotonic() + _LAST_WORK_S
    for thread in list(_CREWS):
        thread.join(max(0.0, end - time.monotonic()))


def _run_one(
    session: Session, job: J, run: Callable[[Session, J], R], stop: threading.Event, step: Step
) -> R | None:
    if stop.is_set():
        return None
    try:
        return run(session, job)
    except COMMON_FAILURES:
        stop.set()
        raise
    finally:
        step()


def _gather(
    session: Session, what: str, jobs: Sequence[J], futures: Sequence[Future[R | None]]
) -> Outcome[J, R]:
    """Wait for all jobs; those that never ran fail with the error that stopped the others."""
    outcome: Outcome[J, R] = Outcome()
    unsent: list[J] = []
    for job, future in zip(jobs, futures, strict=True):
        try:
            result = future.result()
        # Another job's failure stopped this one, so below it fails with that job's error.
        except StoppedError:
            unsent.append(job)
            continue
        except TrackaGoatError as error:
            outcome.failed.append((job, error))
            continue
        if result is None:
            unsent.append(job)
        else:
            outcome.done.append((job, result))
    if unsent:
        common = (error for _, error in outcome.failed if isinstance(error, COMMON_FAILURES))
        cause = next(common, None) or (
            ClosedClientError() if session.closed else StoppedError(what)
        )
        outcome.failed.extend((job, cause) for job in unsent)
    return outcome
