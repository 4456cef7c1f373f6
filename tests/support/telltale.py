"""Servers that repeat secrets, and the search for what is seen of them afterwards."""

from __future__ import annotations

import json
import logging
import types
import warnings
from collections.abc import Mapping

import pandas as pd

from tests.actions.test_routes import ONE, ORG, PROJECT
from tests.support.canned import Canned
from tests.support.http_doubles import traceback_of
from tests.support.relays import JSON, Relay
from trackagoat_pandas import actions
from trackagoat_pandas.base.secrets import Secret
from trackagoat_pandas.errors import PartialLoadError, PartialWriteError, TrackaGoatError

# No stretch of it repeats, so that the smallest part of it would be recognized.
KEY = "tga_d1b54a32d192ed03f39cc0605cedc834acb5a1f1c3fbc1b1cfa9d2b9a2a6e5f7"
NEW_KEY = "tga_7be0c93f51d8264aa0f3b9e4c7125d86ef90a1b3c28d4e567f1832ab9d04c6e5"
SHORTEST_PART = 12
HEADERS = ("Content-Type", "Retry-After", "Date", "Location", "ETag", "Set-Cookie")


def parts_seen(secret: str, text: str) -> set[str]:
    """The stretches of a secret's digits that a text holds, in any case."""
    digits, folded = secret.removeprefix("tga_"), text.casefold()
    starts = range(len(digits) - SHORTEST_PART + 1)
    parts = {digits[start : start + SHORTEST_PART] for start in starts}
    return {part for part in parts if part in folded}


def envelope(bearer: str, **members) -> bytes:
    return json.dumps({"data": None, "error": None, "meta": None, **members}).encode()


def refused(status: int):
    def answer(bearer: str, path: str):
        meta = {"code": bearer, bearer: [bearer], "required": bearer, "limitKey": bearer}
        return status, [JSON], envelope(bearer, error=bearer, meta=meta)

    return answer


def stuck(bearer: str, path: str):
    meta = {"hasMore": True, "nextCursor": bearer, "total_count": 10**6}
    return 200, [JSON], envelope(bearer, data=[], meta=meta)


def cut(bearer: str, path: str):
    return 200, [JSON], envelope(bearer, data=bearer)[:-30]


def no_rows(bearer: str, path: str):
    return 200, [JSON], envelope(bearer, data=bearer)


def odd_rows(bearer: str, path: str):
    return 200, [JSON], envelope(bearer, data=[bearer])


def odd_values(bearer: str, path: str):
    row = {"id": "a", "view_count": bearer, "created_at": bearer, bearer: bearer}
    return 200, [JSON], envelope(bearer, data=[row])


HTML = ("Content-Type", "text/html")
ANSWERS = {
    "bad request": refused(400),
    "unauthorized": refused(401),
    "limit": refused(402),
    "forbidden": refused(403),
    "too many": refused(429),
    "failure": refused(500),
    "html": lambda bearer, path: (200, [HTML], f"<html>{bearer}".encode()),
    "proxy": lambda bearer, path: (502, [HTML], f"<html>{bearer}".encode()),
    "text": lambda bearer, path: (200, [("Content-Type", "text/plain")], bearer.encode()),
    "away": lambda bearer, path: (308, [("Location", f"https://x.invalid/?k={bearer[7:]}")], b""),
    "along": lambda bearer, path: (307, [("Location", f"/api/v1{path}?again={bearer[7:]}")], b""),
    "stuck": stuck,
    "cut": cut,
    "no rows": no_rows,
    "odd rows": odd_rows,
    "odd values": odd_values,
}


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
FAULTS = {**ANSWERS, **FURTHER}


def telltale(app, fault: str, spares, secret: str | None = None) -> Relay:
    """Answers all requests that it doesn't spare with a fault that repeats a secret.

    That is the key, or another if one is given.
    """
    # A Secret and the closure are out of reach of the search, which goes through the client.
    hidden = Secret(secret) if secret else None

    def answer(request, go_on):
        if fault == "none" or spares(request):
            return go_on()
        if fault == "reset":
            raise ConnectionResetError("as planned")
        return FAULTS[fault]((hidden or request.bearer).reveal(), request.path)

    return Relay(app, answer)


def telltale_of_writes(fault: str, secret: str | None = None) -> Relay:
    """Answers GETs rightly and writes with a fault."""
    app = Canned({"/projects": [{"id": PROJECT, "name": "One", "org_id": ORG}]})
    return telltale(app, fault, lambda request: request.method == "GET", secret)


def reachable(root: object) -> list[object]:
    """Everything that attributes, items and slots of an object lead to."""
    found: list[object] = []
    seen: set[int] = set()
    left = [root]
    while left:
        thing = left.pop()
        if id(thing) in seen or isinstance(thing, type | types.ModuleType | logging.Logger):
            continue
        seen.add(id(thing))
        found.append(thing)
        if isinstance(thing, Mapping):
            left += [*thing.keys(), *thing.values()]
        elif isinstance(thing, list | tuple | set | frozenset):
            left += thing
        slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
        left += [getattr(thing, name) for name in slots if hasattr(thing, name)]
        left += getattr(thing, "__dict__", {}).values()
    return found


def all_that_is_said_of(thing: object) -> str:
    """The texts in an object, and the ways to print it."""
    texts = [repr(thing), str(thing)]
    for part in reachable(thing):
        if isinstance(part, str | int):
            texts.append(str(part))
        elif isinstance(part, bytes | bytearray):
            texts.append(part.decode("latin-1"))
        elif isinstance(part, pd.DataFrame):
            texts += [part.to_json(), repr(part.attrs)]
        elif not isinstance(part, Mapping | list | tuple | set | frozenset):
            texts.append(repr(part))
    return "\n".join(texts)


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
    if isinstance(error, PartialLoadError | PartialWriteError):
        texts += said_of_frame(error.frame)
    return [*texts, error._repr_html_()] if html else texts


def everything_about(act, client, caplog, capfd) -> str:
    """Have a function give texts about what it did, and gather all that can be read afterwards."""
    caplog.set_level(logging.DEBUG)
    with warnings.catch_warnings(record=True) as warned, client:
        warnings.simplefilter("always")
        try:
            texts = act(client)
        except TrackaGoatError as error:
            texts = said_of_error(error)
        texts += [all_that_is_said_of(client), client._repr_html_(), repr(client.settings)]
    texts += [str(warning.message) for warning in warned]
    texts += [record.getMessage() + str(vars(record)) for record in caplog.records]
    caplog.clear()
    return "\n".join([*texts, *capfd.readouterr()])


def doing(name, call):
    """A function that acts, and gives what is said of the frame."""
    *given, options = call
    return lambda client: said_of_frame(getattr(actions, name)(*given, **options, client=client))


GIVEN = {"id": ONE, "name": "x", "scopes": ["read"], "created_at": "2026-06-01T00:00:00Z"}


def key_server(answer):
    """A server of new keys, as a function so that the search doesn't come upon its answer."""
    app = Canned({f"/organizations/{ORG}/api-keys": {"error": None, **answer}})
    return lambda environ, start_response: app(environ, start_response)
