"""What the servers, and the modules that drove a browser before, leave to others."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request

import pytest

from tests.browser import servers

pytestmark = pytest.mark.browser


def test_a_module_after_the_browsers_can_run_its_own_event_loop(lab_server):
    assert asyncio.run(asyncio.sleep(0, lab_server.url)) == lab_server.url


def test_a_server_is_gone_after_its_block(chromium, tmp_path):
    with servers.voila(tmp_path) as server:
        assert _status(f"{server.url}/voila/tree?token={server.token}") == 200
    with pytest.raises(urllib.error.URLError, match="refused"):
        urllib.request.urlopen(server.url)


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code
