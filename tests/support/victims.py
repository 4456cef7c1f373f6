"""What the runs of `tests.support.killing` do: load through a store, sync it, watch."""

from __future__ import annotations

import itertools
import os
import signal
from pathlib import Path

import pandas as pd

import trackagoat_pandas as tgp
from tests.support.watching import alert_of, run_of
from trackagoat_pandas.base.secrets import Secret
from trackagoat_pandas.http.mailing import MailSettings
from trackagoat_pandas.watching import sending
from trackagoat_pandas.watching.memory import MemoryFile

PROJECT = "Q1 Brand Program"
DAYS = "last 30 days"


def load(folder: str, base_url: str, key: str) -> None:
    """Load a list of several pages."""
    with connected(folder, base_url, key) as client:
        tgp.load_videos(PROJECT, client=client)


def fan_out(folder: str, base_url: str, key: str, *structures: str) -> None:
    """Load several lists, for which another thread asks."""
    with connected(folder, base_url, key) as client:
        tgp.load_payout_assignments(list(structures), client=client)


def sync(folder: str, base_url: str, key: str) -> None:
    """Sync a store."""
    with connected(folder, base_url, key) as client, tgp.open_store(folder) as store:
        store.sync(PROJECT, dates=DAYS, metrics="views", max_age=None, client=client)


def compact(folder: str) -> None:
    """Merge the files of a store."""
    with tgp.open_store(folder) as store:
        store.compact()


def record(folder: str) -> None:
    """Keep forecasts in a store."""
    posted = pd.Timestamp("2026-06-01T12:00Z")
    views = {"expected_views": 900, "low": 500, "high": 2_000, "horizon_days": 30}
    posts = {"id": [f"v{number}" for number in range(50)], "creator_id": "ann"}
    forecasts = pd.DataFrame({**posts, "posted_at": posted, "age_hours": 24.0, **views})
    with tgp.open_store(folder) as store:
        tgp.record_forecasts(store, forecasts)


def make(folder: str) -> None:
    """Make a store."""
    tgp.open_store(folder).close()


def connected(folder: str, base_url: str, key: str) -> tgp.Client:
    return tgp.connect(
        key, base_url=base_url, store=folder, rate_limit=None, max_workers=1, progress=False
    )


def watch(path: str, address: str, mail_port: str, die_at: str = "0") -> None:
    """Run a watch that finds an alert, unless the file remembers it; print to ``path.printed``.

    ``die_at`` is the number of the step before which the process kills itself: opening, forcing or
    moving a file, and sending, each before and after. 0 is for none.
    """
    steps, last = itertools.count(1), int(die_at)

    def die():
        if next(steps) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def dying(function):
        def wrapped(*args, **options):
            die()
            done = function(*args, **options)
            die()
            return done

        return wrapped

    if last:
        for module, name in (
            (os, "open"), (os, "fsync"), (os, "replace"), (Path, "replace"), (Path, "read_bytes"),
            (sending, "post_json"), (sending, "send_mail"),
        ):  # fmt: skip
            setattr(module, name, dying(getattr(module, name)))
    one = alert_of("one")
    server = MailSettings("127.0.0.1", int(mail_port), "", None, "watch@example.com")
    with MemoryFile(path).held() as file:
        run = run_of(one, new="one" not in file.read().memory.alerts)
        with Path(f"{path}.printed").open("a") as printed:
            sending.deliver(
                run, file, project="Spring", webhook=Secret(address), mail=["a@example.com"],
                settings=server, say=lambda text: print(text, file=printed, flush=True),
            )  # fmt: skip
