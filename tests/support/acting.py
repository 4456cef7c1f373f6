"""Small worlds to write in, and clients of them and of applications that refuse or forget."""

from __future__ import annotations

import json
from contextlib import contextmanager

import trackagoat_pandas as tgp
from tests.support.relays import Relay, lose, refusal
from trackagoat_pandas.actions.requests import Result, read_results
from trackagoat_pandas.http.envelope import read_envelope
from trackagoat_pandas.http.messages import ApiAnswer
from trackagoat_pandas.sandbox import Faults

PROJECT = "Q1 Brand Program"
CHEAP = {"creators": 3, "days": 55, "rate_limit": None}
MANY = [f"goat{number:03d}" for number in range(130)]
"""Handles to add: three requests of 50, 50 and 30."""


def client_of(box, key=None, **options) -> tgp.Client:
    """A client of a sandbox, without a socket."""
    settings = {"rate_limit": None, "progress": False, **options}
    return tgp.connect(
        key or box.key, base_url="http://127.0.0.1/api/v1", transport=box.app, **settings
    )


@contextmanager
def acting(*, plan=None, **options):
    """A client and its world; ``plan`` plants faults by the number of the request."""
    world = tgp.sandbox(**CHEAP, faults=Faults(plan=plan or {}))
    with world as box, client_of(box, **options) as client:
        yield client, box


def connected():
    """Connect to a world of a module's own, for a fixture."""
    with acting() as (client, _):
        yield client


def acted():
    """Give a client and its world, for a fixture `world` of a module's own."""
    with acting() as pair:
        yield pair


def client_in(world):
    """Give the client of a fixture `world`."""
    return world[0]


def box_in(world):
    """Give the sandbox of a fixture `world`."""
    return world[1]


def ids_of(count: int) -> list[str]:
    """So many ids of nothing."""
    return [f"{number:08x}-0000-4000-8000-000000000000" for number in range(count)]


def handles_in(box, among=MANY) -> list[str]:
    """The handles among some that a world has, in order, each as often as it has it."""
    rows = box.database.rows("SELECT tiktok_handle FROM creators ORDER BY tiktok_handle")
    return [row["tiktok_handle"] for row in rows if row["tiktok_handle"] in among]


def limit(box, limit_key: str, maximum: int) -> None:
    """Let the plan of a world allow so many."""
    box.database.write(
        "UPDATE plan_limits SET maximum = ? WHERE limit_key = ?", (maximum, limit_key)
    )


def read_only_key(box) -> str:
    """Give a world a further key that may only read."""
    (row,) = box.database.rows("SELECT * FROM api_keys WHERE key = ?", [box.key])
    key = "tga_" + "ab" * 32
    new = {**dict(row), "id": ids_of(1)[0], "key": key, "scopes": '["read"]'}
    box.database.insert("api_keys", [new])
    return key


def results_of(write, data, status=201) -> list[Result]:
    """What a response with this data says of each item of a request."""
    body = json.dumps({"data": data, "error": None, "meta": None}).encode()
    return read_results(write, read_envelope("/x", ApiAnswer(status, body), 1))


def planned(app, plan) -> Relay:
    """An application that answers the requests of its plan otherwise, by their numbers from 1.

    A plan has the sandbox's faults by name, or the status and headers of a refusal.
    """

    def answer(request, go_on):
        fault = plan.get(request.number)
        if fault is None:
            return go_on()
        if isinstance(fault, tuple):
            return refusal(*fault)
        if fault == "reset":
            raise ConnectionResetError("as planned")
        if fault == "lost":
            return lose(go_on)
        replacement = Faults().replacement(fault, request.path)
        if replacement is not None:
            return go_on(replacement)
        status, headers, body = go_on()
        return refusal(500) if fault == "500 after" else (status, headers, body[: len(body) // 2])

    return Relay(app, answer)
