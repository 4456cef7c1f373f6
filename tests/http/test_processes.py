from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.support.children import child, said
from trackagoat_pandas.http import processes
from trackagoat_pandas.http.processes import is_running, this_process, try_lock

pytestmark = pytest.mark.crash


def test_this_process_runs_and_one_with_its_number_and_another_start_does_not():
    me = this_process()
    assert is_running(me.pid, me.started)
    assert me.started
    assert not is_running(me.pid, me.started + "1")


def test_a_process_whose_start_is_not_known_counts_as_running():
    assert is_running(os.getpid(), "")


def test_an_ended_process_does_not_run_even_before_it_is_waited_for():
    with child("-c", "input()") as process:
        started = processes._start_of(process.pid)
        assert is_running(process.pid, started)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not is_running(process.pid, started)
        process.wait()
        assert not is_running(process.pid, started)


def test_numbers_that_no_process_has_are_of_none():
    assert not is_running(2**22 + 1, "1")


def test_where_there_is_no_proc_the_number_alone_counts(monkeypatch, tmp_path):
    monkeypatch.setattr(processes, "_PROC", Path(tmp_path))
    me = this_process()
    assert me.started == ""
    assert is_running(me.pid, me.started)
    assert not is_running(2**22 + 1, "")


def test_a_file_is_locked_once_until_it_is_closed(tmp_path):
    one, two = (os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT) for _ in range(2))
    assert try_lock(one)
    assert not try_lock(two)
    assert not try_lock(two, alone=False)
    os.close(one)
    assert try_lock(two)
    os.close(two)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["/home/ann/nightly.py"], "nightly.py"),
        (["-c"], "python -c"),
        ([""], "python"),
        (["/site-packages/pytest/__main__.py"], "pytest"),
        ([f"tga_{'0' * 64}.py"], "tga_….py"),
        (["/home/ann/caf\udce9.py"], "caf?.py"),
        (["\x1b[2J" + "x" * 200], r"\x1b[2J" + "x" * 73),
    ],
)
def test_a_process_is_named_after_its_program(monkeypatch, arguments, name):
    monkeypatch.setattr(sys, "argv", arguments)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    assert this_process().name == name


@pytest.mark.parametrize(
    ("session", "name"), [("", "kernel"), ("/home/ann/q1.ipynb", "kernel q1.ipynb")]
)
def test_a_kernel_is_named_after_its_notebook(monkeypatch, session, name):
    monkeypatch.setitem(sys.modules, "ipykernel", sys)
    monkeypatch.setenv("JPY_SESSION_NAME", session)
    assert this_process().name == name


def test_each_process_has_a_start_of_its_own():
    code = "from trackagoat_pandas.http.processes import this_process; print(this_process())"
    with child("-c", code) as process:
        output, errors = said(process)
    assert errors == ""
    assert this_process().started not in output
