"""A server for agents in another process, in whose program strangers wrote every text."""

from __future__ import annotations

import pytest

from tests.support.agent_doors import UNLIMITED, Raw, stdio_agent
from tests.support.hostile_texts import hostile_relay
from tests.support.relays import serving


@pytest.fixture(scope="session")
def relay(box):
    """The shared sandbox with hostile texts."""
    return hostile_relay(box.app)


@pytest.fixture(scope="session")
def reached(box, relay):
    """The environment in which a server finds it."""
    with serving(relay) as base_url:
        yield {"TRACKAGOAT_BASE_URL": base_url, "TRACKAGOAT_API_KEY": box.key}


@pytest.fixture(scope="session")
def agent(reached, tmp_path_factory):
    """The SDK's own client of a server that reads it, over stdio."""
    state = tmp_path_factory.mktemp("state")
    with stdio_agent(start=UNLIMITED, state=state, **reached) as connected:
        yield connected


@pytest.fixture(scope="session")
def raw(box):
    """What the sandbox sends, read without the package."""
    return Raw(box)
