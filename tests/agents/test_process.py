"""The command as a program starts it: quick to answer, quick to end, and quiet."""

from __future__ import annotations

import json
import signal
import subprocess
import threading

import pytest

from tests.heavy import HEAVY, heavy
from tests.support.agent_doors import START, UNLIMITED, parameters
from tests.support.children import ANNOUNCE_WAITS
from tests.support.waiting import PATIENCE_S, join
from trackagoat_pandas import cli_mcp
from trackagoat_pandas.cli import main
from trackagoat_pandas.errors import MissingDependencyError

HELLO = {
    "protocolVersion": "2025-06-18", "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}  # fmt: skip
PROJECT = "Q1 Brand Program"
HANGUPS = "import signal; signal.signal(signal.SIGHUP, signal.SIG_{})\n"
"""Code that sets what a child does on SIGHUP, which it would inherit: nohup has it ignored."""


class Spoken:
    """A server in another process, spoken to in lines of JSON as a client of any kind does."""

    def __init__(self, *arguments, start=START, state, **environment):
        command = parameters(*arguments, start=start, state=state, **environment)
        self.process = subprocess.Popen(
            [command.command, *command.args], env=command.env,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def send(self, method, number=None, **params):
        said = {"jsonrpc": "2.0", "method": method, "params": params}
        said |= {} if number is None else {"id": number}
        self.process.stdin.write(json.dumps(said).encode() + b"\n")
        self.process.stdin.flush()

    def answer(self):
        return json.loads(self.process.stdout.readline())

    def greet(self):
        self.send("initialize", 1, **HELLO)
        assert "result" in self.answer()
        self.send("notifications/initialized")

    def call(self, number, tool, **arguments):
        self.send("tools/call", number, name=tool, arguments=arguments)

    def end(self):
        """Wait for its end; return its exit code and what it wrote to stderr."""
        self.process.wait(PATIENCE_S)
        return self.process.returncode, self.process.stderr.read().decode()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()


def test_it_answers_without_heavy_imports_and_ends_with_stdin(tmp_path):
    # Importing these would take more time than all else until the first answer.
    heavy_modules = ("matplotlib", "ipywidgets", "IPython", "openpyxl", "xlsxwriter")
    report = (
        "import atexit, sys\n"
        f"heavy = {heavy_modules!r}\n"
        "names = lambda: ' '.join(name for name in heavy if name in sys.modules)\n"
        "atexit.register(lambda: sys.stderr.write('imported: ' + names()))\n"
    )
    with Spoken("--sandbox", start=report + START, state=tmp_path) as server:
        server.greet()
        server.call(2, "list_projects")
        assert server.answer()["result"]["structuredContent"]["totals"] == {"projects": 5}
        for number in range(3):
            server.call(10 + number, "load", project=PROJECT, table="comments")
        server.process.stdin.close()
        assert server.end() == (0, "imported: ")


@heavy
def test_calls_that_wait_for_the_limit_do_not_keep_it_from_ending(tmp_path):
    folder = tmp_path / "temporary"
    folder.mkdir()
    start = ANNOUNCE_WAITS + START
    with Spoken("--sandbox", start=start, state=tmp_path, TMPDIR=str(folder)) as server:
        server.greet()
        for number in range(80):
            dates = f"2026-01-{1 + number % 28:02d}..2026-0{4 + number % 3}-15"
            server.call(10 + number, "load", project=PROJECT, table="comments", dates=dates)
        answers = []

        def read():
            answers.extend(map(json.loads, server.process.stdout))

        reading = threading.Thread(target=read, daemon=True)
        reading.start()
        # The SDK keeps stdout for its messages and sends all else that is printed to stderr.
        assert server.process.stderr.readline() == b"waiting\n"  # the 60 requests are used up
        server.process.stdin.close()
        code, errors = server.end()
        assert code == 0
        assert {*errors.splitlines()} <= {"waiting"}
        join(reading)
    assert sum("result" in answer for answer in answers) < 80
    assert [*folder.glob("trackagoat-*")] == []


@heavy
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("answers", [0, 1, 2])
def test_a_signal_ends_it_at_once_and_leaves_no_data(number, answers, tmp_path):
    folder = tmp_path / "temporary"
    folder.mkdir()
    start = HANGUPS.format("DFL") + START
    with Spoken("--sandbox", start=start, state=tmp_path, TMPDIR=str(folder)) as server:
        server.greet()
        for call in range(3):
            server.call(2 + call, "health", project=PROJECT)
        for _ in range(answers):
            server.answer()
        server.process.send_signal(number)
        said = "trackagoat-pandas: interrupted\n" if number == signal.SIGINT else ""
        assert server.end() == (128 + number, said)
    assert [*folder.glob("trackagoat-*")] == []


@heavy
def test_hangup_is_ignored_under_nohup(tmp_path):
    with Spoken("--sandbox", start=HANGUPS.format("IGN") + START, state=tmp_path) as server:
        server.greet()
        server.process.send_signal(signal.SIGHUP)
        server.call(2, "list_projects")
        assert server.answer()["id"] == 2
        server.process.stdin.close()
        assert server.end() == (0, "")


@heavy
def test_a_cancelled_call_is_never_answered_and_others_are(reached, tmp_path):
    with Spoken(start=UNLIMITED, state=tmp_path, **reached) as server:
        server.greet()
        server.call(2, "report", project="2f70839e-c958-41de-a834-4c276d930dc6", section="goals")
        server.send("notifications/cancelled", requestId=2)
        server.call(3, "quota")
        assert server.answer()["id"] == 3
        server.call(4, "list_projects")
        assert server.answer()["id"] == 4


@heavy
def test_lines_that_are_no_messages_do_not_end_it(tmp_path):
    with Spoken("--sandbox", state=tmp_path) as server:
        server.greet()
        for line in (b"\n", b"{", b"[]\n", b"\xff\xfe\n", b'{"jsonrpc":"2.0"}\n', b"null\n"):
            server.process.stdin.write(line)
        server.process.stdin.write(b"\n")
        server.call(2, "list_projects")
        while (answer := server.answer()).get("id") != 2:
            assert "Traceback" not in json.dumps(answer)
        server.process.stdin.close()
        code, said = server.end()
        assert code == 0
        assert "Traceback" not in said


def test_without_its_package_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setattr(cli_mcp, "find_spec", lambda name: None)
    with pytest.raises(
        SystemExit, match=r"needs mcp: pip install 'trackagoat-pandas\[mcp\]'"
    ) as end:
        main(["mcp", "--sandbox"])
    assert isinstance(end.value.__cause__, MissingDependencyError)


def test_without_a_key_it_is_said_before_anything_is_served(capsys):
    assert main(["mcp"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "no key was found" in printed.err


@pytest.mark.skipif(not HEAVY, reason="takes a server")
def test_a_store_keeps_what_is_loaded(reached, tmp_path):
    folder = tmp_path / "kept"
    for _ in range(2):
        with Spoken("--store", str(folder), state=tmp_path, **reached) as server:
            server.greet()
            server.call(2, "list_projects")
            assert server.answer()["result"]["structuredContent"]["totals"] == {"projects": 5}
            server.call(3, "quota")
            sent = server.answer()["result"]["structuredContent"]["totals"]["sent_here"]
            server.process.stdin.close()
            assert server.end()[0] == 0
    assert sent == 0
    assert folder.is_dir()
