"""What the tests of hostile servers share: clients of them, and what comes of a load."""

from __future__ import annotations

import contextlib
import re
import resource
import warnings
from pathlib import Path

import httpx
import pytest

import trackagoat_pandas as tgp
from tests.acting import ids_of
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.settings import resolve_settings

KEY = "tga_" + "0123456789abcdef" * 4
ONE, TWO, PROJECT = ids_of(3)
OK = b'{"data": [{"id": "a"}], "error": null, "meta": null}'
VIDEOS = lambda client: tgp.load_videos(client=client)  # noqa: E731


def outcome_of(load, client):
    """A frame, or an error of ours; anything else is raised."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return load(client)
        except TrackaGoatError as error:
            return error


def peak_bytes() -> int:
    """The most memory that this process had; ru_maxrss would count its parent's too on Linux."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS


def transports():
    """The way of our own and httpx's, as the settings' further arguments."""
    return pytest.mark.parametrize("transport", [lambda: None, httpx.HTTPTransport])


def client_of(base_url, transport=None, **settings):
    settings = resolve_settings(KEY, base_url=base_url, **settings)
    return Client(settings, transport=transport, chance=lambda: 0.0)


def hung_up_on(content: bytes):
    """A scene that sends what the client may have seen enough of before its end."""

    def send(connection):
        with contextlib.suppress(ConnectionError):
            connection.sendall(content)

    return send
