"""Many requests at once under the one limiter, and what becomes of them when some fail.

A failed job doesn't stop the others; an error that every job would meet does.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import pandas as pd

from trackagoat_pandas.errors import (
    ClosedClientError,
    ConnectionFailedError,
    DeadlineError,
    ForbiddenError,
    MismatchedResponseError,
    PartialLoadError,
    RetentionExceededError,
    StoppedError,
    TrackaGoatError,
    UnauthorizedError,
)
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.progress import Step, progress

COMMON_FAILURES = (
    ClosedClientError,
    ConnectionFailedError,
    DeadlineError,
    ForbiddenError,
    MismatchedResponseError,
    RetentionExceededError,
    StoppedError,
    UnauthorizedError,
)
"""Errors that every other job would meet too, so that no further one is sent."""

J = TypeVar("J", bound=Hashable)
R = TypeVar("R")


@dataclass(slots=True)
class Outcome(Generic[J, R]):
    """The jobs that succeeded with their results, and those that didn't, in the order given."""

    done: list[tuple[J, R]] = field(default_factory=list)
    failed: list[tuple[J, TrackaGoatError]] = field(default_factory=list)

    def raise_failures(
        self,
        what: str,
        frame: pd.DataFrame,
        parts: Callable[[J], Sequence[Hashable]] = lambda job: (job,),
        names: Mapping[str, str] | None = None,
    ) -> None:
        """Raise for what failed: the plain common cause if nothing came, else with the frame.

        ``parts`` gives what one job asks for, by which failures are named and counted; ``names``
        gives what an id is called.
        """
        if not self.failed:
            return
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
    client: Client, what: str, jobs: Sequence[J], run: Callable[[Client, J], R]
) -> Outcome[J, R]:
    """Run a request for each job in up to ``client.max_workers`` threads.

    ``run`` gets a view of the client whose waits end when the fan-out is interrupted. An error that
    is not the package's own is a bug and surfaces as it is.
    """
    stop = threading.Event()
    view = client.with_stop(stop)
    futures: list[Future[R | None]] = [Future() for _ in jobs]
    with progress(client, what, len(jobs)) as step:

        def attend(job: J, future: Future[R | None]) -> None:
            _settle(future, lambda: _run_one(view, job, run, stop, step))

        _start_crew(min(client.max_workers, len(jobs)), zip(jobs, futures, strict=True), attend)
        try:
            return _gather(jobs, futures, lambda: _why_stopped(client, what))
        finally:
            stop.set()


def _start_crew(
    size: int,
    tasks: Iterable[tuple[J, Future[R | None]]],
    attend: Callable[[J, Future[R | None]], None],
) -> None:
    """Start threads that attend to the tasks, each to the next one that is left.

    They are daemons, which an executor's are not: after Ctrl-C the interpreter would wait at its
    end for every answer that is still under way.
    """
    left = deque(tasks)

    def work() -> None:
        while True:
            try:
                task = left.popleft()
            except IndexError:
                return
            attend(*task)

    for number in range(size):
        threading.Thread(target=work, name=f"trackagoat-load-{number}", daemon=True).start()


def _settle(future: Future[R | None], run: Callable[[], R | None]) -> None:
    try:
        future.set_result(run())
    except BaseException as error:  # noqa: BLE001 - raised where the result is awaited
        future.set_exception(error)


def _run_one(
    client: Client, job: J, run: Callable[[Client, J], R], stop: threading.Event, step: Step
) -> R | None:
    if stop.is_set():
        return None
    try:
        return run(client, job)
    except COMMON_FAILURES:
        stop.set()
        raise
    finally:
        step()


def _gather(
    jobs: Sequence[J],
    futures: Sequence[Future[R | None]],
    why_stopped: Callable[[], TrackaGoatError],
) -> Outcome[J, R]:
    outcome: Outcome[J, R] = Outcome()
    unsent: list[J] = []
    for job, future in zip(jobs, futures, strict=True):
        try:
            result = future.result()
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
        cause = next(common, None) or why_stopped()
        outcome.failed.extend((job, cause) for job in unsent)
    return outcome


def _why_stopped(client: Client, what: str) -> TrackaGoatError:
    """Why jobs weren't run though none failed."""
    return ClosedClientError() if client.closed else StoppedError(what)
