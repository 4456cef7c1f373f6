"""What holds for every test: no key in the environment, no network but loopback, figures closed."""

from __future__ import annotations

import gc
import itertools
import os
import re
import signal
import socket
import warnings

import hypothesis
import pandas as pd
import pytest

import trackagoat_pandas as tgp

if hasattr(pd.errors, "Pandas4Warning"):
    warnings.simplefilter("error", pd.errors.Pandas4Warning)

# An example has no deadline: a busy machine may take any time for it.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")

# A shell lets what it starts in the background ignore Ctrl-C, which some tests press.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Where the package is installed, pytest finds them by the entry point.
pytest_plugins = ["pytest_trackagoat"]

_LOOPBACK = ("127.", "::1", "localhost")
_PLACES = itertools.count()
_USUAL_PX = 864


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """How many workers ``-n logical`` starts: one more than there are processors, since tests wait.

    Two of them used 1.6 processors: tests of browsers, servers and other processes wait for those.
    """
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Collect without looking for garbage, and never look through what was collected later on."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()
        # Tests leave little garbage: looking for it seldom saves a tenth of the time.
        gc.set_threshold(50_000, 20, 20)


@pytest.fixture
def tmp_path(request, tmp_path_factory):
    """A folder of the test's own; pytest's fixture reads the names of all folders before it."""
    name = re.sub(r"\W", "_", request.node.name)[:30]
    place = tmp_path_factory.getbasetemp() / f"{next(_PLACES)}-{name}"
    place.mkdir(mode=0o700)
    return place


@pytest.fixture(autouse=True)
def _no_key_and_no_network(monkeypatch, tmp_path):
    monkeypatch.delenv("TRACKAGOAT_API_KEY", raising=False)
    monkeypatch.delenv("TRACKAGOAT_BASE_URL", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    connect = socket.socket.connect

    def guarded(self, address):
        if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
            raise AssertionError(f"a test reached for the network: {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _close_figures():
    """Close figures after a test, and forget how wide its browser was."""
    yield
    import sys

    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
    board = sys.modules.get("trackagoat_pandas.widgets.board")
    if board is not None:
        board.Picture.usual_px = _USUAL_PX


@pytest.fixture(scope="session")
def box():
    """A sandbox without a rate limit, shared by the tests that only read, on a Monday morning."""
    with tgp.sandbox(rate_limit=None, now="2026-06-15T12:00:00Z") as sandbox:
        yield sandbox


@pytest.fixture
def client(box):
    """A client of the shared sandbox, over real HTTP, also the default one."""
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as connected:
        yield connected
