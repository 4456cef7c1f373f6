"""The built documentation, where the environment names its folder, and a browser to read it."""

from __future__ import annotations

import functools
import http.server
import os
import sys
import threading
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.chromium import find_chromium, start_chromium

SOURCES = Path(__file__).parents[2] / "notebooks" / "_site"
if str(SOURCES) not in sys.path:
    sys.path.append(str(SOURCES))  # the site's generators are no part of the package


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def site():
    """The folder of the built site; without TRACKAGOAT_SITE there is none."""
    named = os.environ.get("TRACKAGOAT_SITE")
    if not named:
        pytest.skip("TRACKAGOAT_SITE names no built site")
    folder = Path(named)
    assert (folder / "index.html").exists(), f"{folder} has no site"
    return folder


@pytest.fixture(scope="session")
def address(site):
    """Where the site is served."""
    serve = functools.partial(Quiet, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser(site):
    path = find_chromium()
    if path is None:
        if os.environ.get("TRACKAGOAT_BROWSER") == "required":
            pytest.fail("Chromium isn't installed, and TRACKAGOAT_BROWSER requires it")
        pytest.skip("Chromium isn't installed")
    with sync_playwright() as playwright:
        started = start_chromium(playwright, path)
        yield started
        started.close()


@pytest.fixture
def context(browser):
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    yield made
    made.close()


@pytest.fixture
def page(context):
    return context.new_page()
