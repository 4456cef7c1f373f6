"""Ctrl-C at any moment of a command ends it with one line and exit code 130."""

from __future__ import annotations

import random

import pytest

import trackagoat_pandas as tgp
from tests.heavy import HEAVY, part
from tests.support.children import child, said

pytestmark = pytest.mark.crash

PROJECT = "Q1 Brand Program"
START = """
import os, signal, sys
from pathlib import Path
from trackagoat_cli import main

interrupted_call, calls = int(sys.argv.pop(1)), 0

def press_ctrl_c(frame, event, argument):
    global calls
    if event == "call":
        calls += 1
        if calls == interrupted_call:
            sys.setprofile(None)
            os.kill(os.getpid(), signal.SIGINT)

sys.setprofile(press_ctrl_c)
status = main()
sys.setprofile(None)
Path(os.environ["CALLS"]).write_text(str(calls))
sys.exit(status)
"""
"""The command, which presses Ctrl-C at a certain call of a function; 0 for never."""
COMMANDS = {
    "sync": ["sync", "store", "--project", PROJECT, "--metrics", "views", "--dates", "2026-05"],
    "pull": ["pull", "videos", "--project", PROJECT, "--out", "videos.parquet", "--store", "lists"],
    "series": ["pull", "analytics", "--project", PROJECT, "--metrics", "views", "--out", "v.xlsx"],
    "plan": ["plan", "videos", "--project", PROJECT],
    "check": ["check"],
    "quota": ["quota"],
    "demo": ["demo", "--output", "plot.png"],
}
TRIES = range(45)[:: 44 // part(44, 8, 1)]
"""Of each command; 315 of all commands with all, 63 in a heavy run."""


@pytest.fixture(scope="module")
def served():
    """A sandbox that takes its time, so that interrupts also meet requests under way."""
    with tgp.sandbox(creators=8, days=60, rate_limit=None, latency_s=0.002) as small:
        yield small


@pytest.fixture(scope="module")
def lengths():
    """The function calls of each command when it isn't interrupted, by name."""
    return {}


@pytest.mark.parametrize("number", TRIES)
@pytest.mark.parametrize("name", COMMANDS if HEAVY else ["sync", "demo"])
def test_ctrl_c_ends_a_command_with_one_line(served, lengths, tmp_path, name, number):
    command = {"base_url": served.base_url, "key": served.key, "CALLS": str(tmp_path / "calls")}
    command["XDG_STATE_HOME"] = str(tmp_path / "state")
    if name not in lengths:
        with child("-c", START, "0", *COMMANDS[name], **command) as process:
            out, errors = said(process)
        assert (process.returncode, errors) == (0, "")
        assert out
        lengths[name] = int((tmp_path / "calls").read_text())
    moment = 1 + int(random.Random(f"{name} {number}").random() * lengths[name])
    with child("-c", START, str(moment), *COMMANDS[name], **command) as process:
        out, errors = said(process)
    if process.returncode == 0:
        assert out
        assert errors == ""
    else:
        assert process.returncode == 130
        assert errors.startswith("trackagoat-pandas: interrupted")
        assert errors.count("\n") == 1
