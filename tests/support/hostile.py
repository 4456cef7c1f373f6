"""Shared by the tests of hostile servers: loads, and what becomes of them."""

from __future__ import annotations

import contextlib
import re
import resource
import warnings
from functools import partial
from pathlib import Path
from typing import get_args

import httpx
import pytest

import trackagoat_pandas as tgp
from tests.support.acting import ids_of
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.load.reports import Report

ONE, TWO, PROJECT = ids_of(3)
OK = b'{"data": [{"id": "a"}], "error": null, "meta": null}'
VIDEOS = tgp.load_videos


def loads_of(project, ids):
    """Every load of a project and some ids, by name; each is called with a client."""
    undated = ("goal-compliance", "member-overlap")
    return {
        "projects": tgp.load_projects,
        "creators": partial(tgp.load_creators, project),
        "videos": partial(tgp.load_videos, project),
        "campaigns": partial(tgp.load_campaigns, project),
        "goal_compliance": partial(tgp.load_goal_compliance, project),
        "analytics": partial(tgp.load_analytics, "creator", ids, "views"),
        "annotations": partial(tgp.load_annotations, project),
        "comments": partial(tgp.load_comments, project),
        "payout_methods": tgp.load_payout_methods,
        "payout_method": partial(tgp.load_payout_methods, method=ids[0]),
        "payout_structures": partial(tgp.load_payout_structures, project),
        "payout_assignments": partial(tgp.load_payout_assignments, ids),
        "payout_accruals": partial(tgp.load_payout_accruals, project),
        "payout_payments": partial(tgp.load_payout_payments, project),
        "data_model": tgp.load_data_model,
        "path": partial(tgp.load_path, "/videos"),
        **{
            f"report {name}": partial(
                tgp.load_report, name, project, dates=None if name in undated else "2026-05"
            )
            for name in get_args(Report)
        },
    }


def outcome_of(load, client):
    """A frame, or an error of ours; anything else is raised."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return load(client=client)
        except TrackaGoatError as error:
            return error


def peak_bytes() -> int:
    """The most memory that this process had; ru_maxrss would count its parent's too on Linux."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS


def transports():
    """A parameter: functions that make a transport, None for our own or one of httpx."""
    return pytest.mark.parametrize("transport", [lambda: None, httpx.HTTPTransport])


def hung_up_on(content: bytes):
    """A scene that sends what the client may have seen enough of before its end."""

    def send(connection):
        with contextlib.suppress(ConnectionError):
            connection.sendall(content)

    return send
