"""A run of the watch that is killed at each step: no alert is lost, and one message is double.

A usual run kills itself before and after each step that writes or sends. With TRACKAGOAT_HEAVY=1
``strace`` kills it at each of its calls that write, and lets each of them fail.
"""

from __future__ import annotations

import itertools
import json

import pytest

from tests.heavy import heavy
from tests.support import victims
from tests.support.killing import WRITES, need_strace, stable
from tests.support.receivers import mail_server, webhook

ERRORS = ("ENOSPC", "EIO", "EROFS")


@pytest.fixture(scope="module")
def watching():
    with stable("tests.support.victims:watch") as made:
        yield made


@pytest.fixture(scope="module")
def warm(watching, tmp_path_factory):
    """The stable, once it has imported all that a run imports."""
    with webhook() as got, mail_server() as server:
        place = tmp_path_factory.mktemp("warm") / "watch.json"
        ended = watching.run(str(place), got.address, str(server.port))
        assert ended.code == 0, ended.text
    return watching


def check(path, got, server):
    """Check that a run after a killed one says what is unsaid, and that one message is double."""
    for _ in range(2):
        victims.watch(str(path), got.address, str(server.port))
    printed = path.with_name(f"{path.name}.printed").read_text().count("[one]")
    counts = [printed, len(got.bodies), len(server.mails)]
    assert min(counts) == 1, counts
    assert sum(counts) <= 4, counts
    # The double is the same, so that its receiver can drop it.
    assert len({json.loads(body)["blocks"][1]["block_id"] for body in got.bodies}) == 1
    ids = {line for mail in server.mails for line in mail.split(b"\r\n") if b"Message-ID" in line}
    assert len(ids) == 1
    kept = {one.name for one in path.parent.iterdir()}
    assert kept == {"watch.json", "watch.lock", "watch.json.printed"}


def test_a_run_that_dies_at_a_step_loses_nothing_and_sends_one_message_twice_at_most(
    warm, tmp_path
):
    doubles = 0
    for number in itertools.count(1):
        path = tmp_path / str(number) / "watch.json"
        path.parent.mkdir()
        with webhook() as got, mail_server() as server:
            ended = warm.run(str(path), got.address, str(server.port), str(number))
            assert ended.was_killed or ended.code == 0, ended.text
            check(path, got, server)
            doubles += len(got.bodies) + len(server.mails) - 2
        if not ended.was_killed:
            break
    assert number > 20
    assert doubles > 0


@heavy
@pytest.mark.parametrize("fault", ["signal=KILL", *(f"error={one}" for one in ERRORS)])
@pytest.mark.parametrize("kind", [*WRITES, "sendto", "connect"])
def test_a_run_that_is_stopped_at_a_call_loses_nothing(kind, fault, warm, tmp_path):
    need_strace()
    for number in itertools.count(1):
        path = tmp_path / str(number) / "watch.json"
        path.parent.mkdir()
        with webhook() as got, mail_server() as server:
            given = str(path), got.address, str(server.port)
            ended = warm.run(*given, fault=f"{kind}:{fault}:when={number}")
            check(path, got, server)
        if not ended.struck:
            break
