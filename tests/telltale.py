"""Servers that repeat secrets to actions, and the search for what is seen of them afterwards."""

from __future__ import annotations

import logging
import warnings

import pandas as pd

from tests.canned import Canned
from tests.test_actions_routes import ONE, ORG, PROJECT
from tests.test_key_is_never_seen import (
    ANSWERS,
    SHORTEST_PART,
    all_that_is_said_of,
    envelope,
    traceback_of,
)
from trackagoat_pandas import actions
from trackagoat_pandas._secrets import Secret
from trackagoat_pandas.errors import PartialWriteError, TrackaGoatError

NEW_KEY = "tga_7be0c93f51d8264aa0f3b9e4c7125d86ef90a1b3c28d4e567f1832ab9d04c6e5"
JSON = ("Content-Type", "application/json")
HEADERS = ("Content-Type", "Retry-After", "Date", "Location", "ETag", "Set-Cookie")


def parts_seen(secret: str, text: str) -> set[str]:
    """The stretches of a secret's digits that a text holds, in any case."""
    digits, folded = secret.removeprefix("tga_"), text.casefold()
    starts = range(len(digits) - SHORTEST_PART + 1)
    parts = {digits[start : start + SHORTEST_PART] for start in starts}
    return {part for part in parts if part in folded}


def echoed(fault: str, secret: str, path: str):
    """The status, headers and body of an answer that repeats a secret."""
    if fault not in ANSWERS:
        return FURTHER[fault](secret, path)
    status, kind, locations, body = ANSWERS[fault](secret, path)
    return status, [("Content-Type", kind), *(("Location", to) for to in locations)], body


def made(secret: str, path: str):
    row = {"item": None, "status": secret, "code": secret, "error": secret}
    data = {"id": ONE, "name": secret, "metadata": {secret: [secret]}, secret: 1, "results": [row]}
    return 201, [JSON], envelope(secret, data=data, meta={secret: secret})


def in_headers(status: int, *, cut: int = 0):
    def answer(secret: str, path: str):
        body = envelope(secret, error=None if status < 300 else "no", data={"id": ONE})
        return status, [(name, secret) for name in HEADERS], body[: len(body) - cut]

    return answer


FURTHER = {
    "made": made,
    **{f"headers of a {status}": in_headers(status) for status in (201, 400, 429, 502)},
    "headers of a cut answer": in_headers(200, cut=9),
}
FAULTS = [*ANSWERS, *FURTHER]


class Telltale:
    """Answers GETs rightly and writes with a fault that repeats a secret: the key, or another."""

    def __init__(self, fault: str, secret: str | None = None) -> None:
        # Out of reach of the search, which goes through the client to its server.
        self.fault, self.secret, self.count = fault, secret and Secret(secret), 0
        self.reads = Canned({"/projects": [{"id": PROJECT, "name": "One", "org_id": ORG}]})

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] == "GET":
            return self.reads(environ, start_response)
        self.count += 1
        secret = self.secret.reveal() if self.secret else environ["HTTP_AUTHORIZATION"]
        if self.fault == "reset":
            raise ConnectionResetError("as planned")
        status, headers, body = echoed(self.fault, secret, environ["PATH_INFO"])
        start_response(f"{status} X", [*headers, ("Content-Length", str(len(body)))])
        return [body]


def said_of_frame(frame: pd.DataFrame) -> list[str]:
    """Every way to print a frame, with its attributes."""
    written = frame.to_json(date_format="iso", default_handler=str)
    shown = [repr(frame), frame.to_string(), frame.to_csv(), frame.to_html(), str(frame.attrs)]
    return [*shown, written, str(frame.to_dict("records"))]


def said_of_error(error: BaseException, *, html: bool = True) -> list[str]:
    """Every way to print an error, with all that led to it and the variables on the way."""
    texts, links, seen = [], [error], set()
    while links:
        link = links.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        texts += [traceback_of(link), all_that_is_said_of(link)]
        links += [link.__cause__, link.__context__]
    if isinstance(error, PartialWriteError):
        texts += said_of_frame(error.frame)
    return [*texts, error._repr_html_()] if html else texts


def everything_about(name, call, client, caplog, capfd) -> str:
    """Act, and gather all that can be read of it afterwards."""
    caplog.set_level(logging.DEBUG)
    texts, (*given, options) = [], call
    with warnings.catch_warnings(record=True) as warned, client:
        warnings.simplefilter("always")
        try:
            texts += said_of_frame(getattr(actions, name)(*given, **options, client=client))
        except TrackaGoatError as error:
            texts += said_of_error(error)
        texts += [all_that_is_said_of(client), client._repr_html_(), repr(client.settings)]
    texts += [str(warning.message) for warning in warned]
    texts += [record.getMessage() + str(vars(record)) for record in caplog.records]
    caplog.clear()
    return "\n".join([*texts, *capfd.readouterr()])


GIVEN = {"id": ONE, "name": "x", "scopes": ["read"], "created_at": "2026-06-01T00:00:00Z"}


def key_server(answer):
    """A server of new keys, as a function so that the search doesn't come upon its answer."""
    app = Canned({f"/organizations/{ORG}/api-keys": {"error": None, **answer}})
    return lambda environ, start_response: app(environ, start_response)
