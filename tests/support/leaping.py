"""Clients whose waits take no time, for any number of threads."""

from __future__ import annotations

from tests.support.http_doubles import FakeClock
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.inputs.settings import resolve_settings


def leaping_client(key, transport=None, *, base_url="http://127.0.0.1/api/v1", **changes) -> Client:
    """A client that paces nothing and backs off without waiting."""
    given = {"rate_limit": None, "max_wait_s": 3000.0, "max_workers": 3, **changes}
    return Client(
        resolve_settings(key, base_url=base_url, **given),
        transport=transport,
        progress=False,
        clock=FakeClock(),
        chance=lambda: 0.5,
    )
