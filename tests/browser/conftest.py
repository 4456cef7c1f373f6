"""Chromium, JupyterLab and Voila for the tests that look at the page itself.

The servers live as long as the session. Playwright doesn't: while it is started, its event loop
counts as running in this thread, so that nobody else could start one. Each module has its own.
"""

from __future__ import annotations

import os
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser import servers
from tests.browser.cells import CELLS
from tests.browser.chromium import find_chromium, start_chromium
from tests.browser.pages import Board, Lab, write_notebook
from tests.browser.widgets import Widget

_PATIENCE_MS = servers.PATIENCE_S * 1000


@pytest.fixture(scope="session")
def chromium():
    """Where Chromium is; TRACKAGOAT_BROWSER=required makes its absence a failure."""
    found = find_chromium()
    if found is None and os.environ.get("TRACKAGOAT_BROWSER") == "required":
        pytest.fail("Chromium isn't installed, and TRACKAGOAT_BROWSER requires it")
    if found is None:
        pytest.skip("Chromium isn't installed")
    return found


@pytest.fixture(scope="module")
def browser(chromium):
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        started = start_chromium(playwright, chromium)
        yield started
        started.close()


@pytest.fixture
def page(browser):
    """A fresh page that remembers nothing of the pages before it."""
    with _page_of(browser) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def lab_server(chromium, tmp_path_factory):
    with servers.lab(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture(scope="session")
def voila_server(chromium, tmp_path_factory):
    with servers.voila(tmp_path_factory.mktemp("voila")) as server:
        yield server


@pytest.fixture(scope="module")
def lab(browser, lab_server, tmp_path_factory):
    """One notebook for all tests of a module, each of which keeps to its own cells."""
    with _page_of(browser) as page:
        opened = Lab(page, lab_server, tmp_path_factory.mktemp("pictures"))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def notebook(request, lab, lab_server):
    """A notebook of the cells that the module names as SHOWN, all of them run."""
    cells = [CELLS[name] for name in request.module.SHOWN]
    lab.open(write_notebook(lab_server.notebooks, f"{request.module.__name__}.ipynb", *cells))
    lab.run_all()
    return lab


@pytest.fixture
def shown(notebook, request):
    """Gives what the cell of a name shows."""
    return lambda name: Widget(notebook.output(request.module.SHOWN.index(name)))


@pytest.fixture
def board(voila_server, page, tmp_path):
    return Board(page, voila_server, tmp_path)


@contextmanager
def _page_of(browser):
    context = browser.new_context(accept_downloads=True)
    context.set_default_timeout(_PATIENCE_MS)
    yield context.new_page()
    context.close()
