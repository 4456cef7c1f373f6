"""Processes that carry out actions on request, one after another."""

from __future__ import annotations

import json
import signal
from contextlib import ExitStack, contextmanager

from tests.support.children import child, said

WORKER = """
import json, sys
import trackagoat_pandas as tgp
tgp.connect, tgp.actions  # both are imported by now
print("ready", flush=True)
clients, PATIENT = {}, {"timeout_s": 600, "max_wait_s": 6000, "progress": False}
for line in sys.stdin:
    key, base_url, rate_limit, action, given = json.loads(line)
    if base_url not in clients:
        limit = rate_limit and tuple(rate_limit)
        clients[base_url] = tgp.connect(key, base_url=base_url, rate_limit=limit, **PATIENT)
    client, reported = clients[base_url], {"rows": []}
    try:
        frame = getattr(tgp.actions, action)(**given, client=client)
    except (tgp.errors.ConflictError, tgp.errors.InterruptedWriteError) as error:
        reported |= {"error": type(error).__name__, "message": str(error)}
        frame = getattr(error, "frame", None)
    if frame is not None:
        reported["rows"] = json.loads(frame.to_json(orient="records", date_format="iso"))
    print(json.dumps({**reported, "sent": client.requests_sent}), flush=True)
"""


class Worker:
    """One such process, with one client for each server."""

    def __init__(self, process) -> None:
        self.process = process
        assert process.stdout.readline() == "ready\n"

    def start(self, action, given, *, key, base_url, rate_limit=None) -> None:
        line = json.dumps([key, base_url, rate_limit, action, given])
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def read(self) -> dict:
        """The report on the last action: its rows, its error if there is one, its requests."""
        return json.loads(self.process.stdout.readline())


@contextmanager
def working(code=WORKER):
    """A worker that a test may kill."""
    with child("-c", code) as process:
        yield Worker(process)


@contextmanager
def workers(count: int):
    """Workers that must end without an error message."""
    with ExitStack() as stack:
        some = [stack.enter_context(working()) for _ in range(count)]
        yield some
        assert [said(worker.process) for worker in some] == [("", "")] * count
