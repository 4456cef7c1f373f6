"""Fixtures for tests of code that uses trackagoat_pandas, on a sandbox of their own.

pytest loads this module by its entry point, in every session. So it imports nothing of the package,
which would import pandas, before a test asks for a fixture.

Examples
--------
A test of three lines, with no account and no network::

    def test_most_videos_have_a_title(goat_client):
        videos = tgp.load_videos("Q1 Brand Program")
        assert videos["title"].notna().mean() > 0.9
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from trackagoat_pandas import Client
    from trackagoat_pandas.sandbox import Faults, Sandbox
    from trackagoat_pandas.sandbox.faults import FaultKind

WORLD = {"creators": 5, "days": 60, "rate_limit": None}
"""A world that is built in a fifth of a second, once in a session, without a rate limit."""


class GoatClock:
    """The clock of a sandbox, which stands still until it is advanced."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    @property
    def now(self) -> datetime:
        """The sandbox's current time, in UTC."""
        return self._sandbox.now

    def advance(
        self, by: timedelta = timedelta(), *, days: float = 0, hours: float = 0, minutes: float = 0
    ) -> datetime:
        """Advance the sandbox by a timedelta, or by days, hours and minutes; return its new time.

        Raises
        ------
        ValueError
            The clock would go back.
        """
        self._sandbox.advance(by + timedelta(days=days, hours=hours, minutes=minutes))
        return self.now


class GoatFaults:
    """The failures that a sandbox plants into its answers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def __call__(self, faults: Mapping[int, FaultKind] | Faults) -> None:
        """Plan what goes wrong from the next request on, in place of what was planned before.

        Parameters
        ----------
        faults
            Kinds of fault by the number of the request, where 1 is the next; or a ``Faults`` of
            ``trackagoat_pandas.sandbox``, which documents the kinds. An empty dict ends all faults.

        Raises
        ------
        ValueError
            There is no such kind of fault.
        """
        from trackagoat_pandas.sandbox import Faults

        plan = faults if isinstance(faults, Faults) else Faults(plan=faults)
        self._sandbox.set_faults(plan)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers",
        "goat(creators=5, days=60, seed=7, ...): the world of goat_sandbox, by the options of "
        "trackagoat_pandas.sandbox.Sandbox",
    )


@pytest.fixture
def goat_sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Return a sandbox of this test's own: an embedded TrackaGoat with a small demo program.

    It has 5 creators, 60 days of history and no rate limit. ``@pytest.mark.goat(creators=24)``
    changes that for a test, a class or a module, by the options of ``Sandbox``.
    """
    from trackagoat_pandas.sandbox import Sandbox

    with Sandbox(**_options(request.node, inspect.signature(Sandbox))) as sandbox:
        yield sandbox


@pytest.fixture
def goat_client(goat_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Return a client of ``goat_sandbox``, over HTTP on loopback; loaders use it by default.

    Code that calls ``connect()`` itself reaches the sandbox too, by the environment variables of
    the key and the base URL. After the test there is the default client that was there before.
    """
    from trackagoat_pandas import connect
    from trackagoat_pandas.http.client import set_default

    monkeypatch.setenv("TRACKAGOAT_API_KEY", goat_sandbox.key)
    monkeypatch.setenv("TRACKAGOAT_BASE_URL", goat_sandbox.base_url)
    before = set_default(None)
    try:
        with connect(rate_limit=None, progress=False) as client:
            yield client
    finally:
        set_default(before)


@pytest.fixture
def goat_clock(goat_sandbox: Sandbox) -> GoatClock:
    """Return the clock of ``goat_sandbox``: ``goat_clock.advance(days=3)``."""
    return GoatClock(goat_sandbox)


@pytest.fixture
def goat_faults(goat_sandbox: Sandbox) -> GoatFaults:
    """Return what plans failures of ``goat_sandbox``.

    ``goat_faults({1: "500", 2: "reset"})`` lets the next request fail, and the one after it.
    """
    return GoatFaults(goat_sandbox)


def _options(item: pytest.Item, sandbox: inspect.Signature) -> dict[str, Any]:
    """Return the options of a test's world; the marker next to the test counts."""
    options: dict[str, Any] = dict(WORLD)
    for marker in reversed([*item.iter_markers("goat")]):
        options |= marker.kwargs
        unknown = [*map(repr, marker.args), *(set(marker.kwargs) - set(sandbox.parameters))]
        if unknown:
            allowed = ", ".join(sandbox.parameters)
            pytest.fail(
                f"@pytest.mark.goat: {', '.join(sorted(unknown))} is no option of the sandbox, "
                f"which has {allowed}, by name",
                pytrace=False,
            )
    return options
