"""A hostile server: each answer is an error of ours or harmless, soon and in little room."""

from __future__ import annotations

import contextlib
import functools
import gzip
import inspect
import itertools
import json
import socket
import threading
import time
import warnings
from contextlib import contextmanager

import httpx
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.acting import ids_of
from tests.canned import Canned, connect_to
from tests.children import child
from tests.http_doubles import http_response, raw_server
from tests.leaping import leaping_client
from tests.test_actions_routes import CALLS
from trackagoat_pandas import actions
from trackagoat_pandas.errors import (
    ArgumentError,
    ConnectionFailedError,
    RedirectError,
    TrackaGoatError,
    UnknownProjectError,
    UnreadableResponseError,
)
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.settings import resolve_settings

KEY = "tga_" + "0123456789abcdef" * 4
ONE, TWO, PROJECT = ids_of(3)
OK = b'{"data": [{"id": "a"}], "error": null, "meta": null}'
LENGTH = b"Content-Length: %d" % len(OK)
VIDEOS = lambda client: tgp.load_videos(client=client)  # noqa: E731

MOST_SECONDS, MOST_TIMES, MOST_BESIDE = 10, 40, 64 * 1024 * 1024
"""A body may take so many times its bytes, beside what the libraries take when first used."""
PATIENT = """
import resource, sys, time, warnings
import pyarrow.compute, pyarrow.json
import trackagoat_pandas as tgp
from trackagoat_pandas.errors import TrackaGoatError
from tests.leaping import leaping_client
from tests.test_hostile_server import LOADS
warnings.simplefilter("ignore")
body = {body}
def app(environ, start_response):
    start_response("200 X", [("Content-Type", "application/json")])
    return [body]
def room():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before, started, outcomes = room(), time.monotonic(), []
with leaping_client("{key}", app) as client:
    for name in {loads}:
        try:
            outcomes.append(type(LOADS[name](client=client)).__name__)
        except TrackaGoatError as error:
            assert len(error._repr_html_()) < 50_000
            outcomes.append("error")
print(time.monotonic() - started, room() - before, len(body), *outcomes)
"""
DEEP = 'b"[" * 5_000_000 + b"]" * 5_000_000'
DEEP_OBJECT = "b'{\"a\":' * 1_600_000 + b'1' + b'}' * 1_600_000"
WIDE = 'b"{" + b",".join(b\'"k%d": 1\' % number for number in range(750_000)) + b"}"'
LOADED = ["videos", "goal_compliance", "analytics", "data_model", "path", "comments"]
HUGE = {
    "deep rows": (f"b'{{\"data\": ' + {DEEP} + b'}}'", LOADED),
    "deep objects": (f"b'{{\"data\": ' + {DEEP_OBJECT} + b'}}'", LOADED),
    "deep metadata": (f"b'{{\"data\": [{{\"metadata\": ' + {DEEP} + b'}}]}}'", LOADED),
    "a deep meta": (f"b'{{\"data\": [], \"meta\": ' + {DEEP} + b'}}'", LOADED),
    "a deep error": (f"b'{{\"data\": null, \"error\": ' + {DEEP} + b'}}'", LOADED),
    "deep paths": (f"b'{{\"paths\": ' + {DEEP} + b'}}'", ["comments", "analytics", "data_model"]),
    "nothing closed": ("b'{\"data\": ' + b'[' * 10_000_000", LOADED),
    "a wide meta": (f"b'{{\"data\": [], \"meta\": ' + {WIDE} + b'}}'", LOADED),
    "wide metadata": (f"b'{{\"data\": [{{\"metadata\": ' + {WIDE} + b'}}]}}'", LOADED[:1]),
    "a wide error": (f"b'{{\"data\": null, \"error\": ' + {WIDE} + b'}}'", LOADED[:1]),
    "wide paths": (f"b'{{\"paths\": ' + {WIDE} + b'}}'", ["comments"]),
    "a wide row": (
        "b'{\"data\": [' + " + WIDE.replace("750_000", "100_000") + " + b']}'",
        ["path"],
    ),
    "empty rows": ("b'{\"data\": [' + b'{},' * 300_000 + b'{}]}'", ["videos"]),
}


@pytest.mark.parametrize("shape", HUGE)
def test_megabytes_of_json_take_little_time_and_room(shape):
    body, loads = HUGE[shape]
    with child("-c", PATIENT.format(body=body, key=KEY, loads=loads)) as process:
        output, errors = process.communicate(timeout=15)
    assert process.returncode == 0, errors[-2000:]
    seconds, grown, size, *outcomes = output.split()
    assert len(outcomes) == len(loads)
    assert float(seconds) < MOST_SECONDS
    assert int(grown) < MOST_TIMES * int(size) + MOST_BESIDE


def nested(levels, kind) -> bytes:
    opening, middle, closing = {"list": (b"[", b"", b"]"), "object": (b'{"a":', b"1", b"}")}[kind]
    return opening * levels + middle + closing * levels


NESTED = {
    "error": b'{"data": null, "error": %s}',
    "a message": b'{"data": null, "error": {"message": %s}}',
    "meta of an error": b'{"data": null, "error": "no", "meta": {"code": "x", "more": %s}}',
    "meta": b'{"data": [], "meta": {"more": %s}}',
    "data": b'{"data": %s}',
    "a title": b'{"data": [{"id": "a", "title": %s}]}',
    "an unknown field": b'{"data": [{"id": "a", "novel": %s}]}',
}


@pytest.mark.parametrize("load", [VIDEOS, lambda client: load_views(client)])
@pytest.mark.parametrize("kind", ["list", "object"])
@pytest.mark.parametrize("place", NESTED)
def test_no_depth_is_a_recursion_error(place, kind, load):
    told = {}
    with leaping_client(KEY, answering(lambda: told["body"])) as client:
        for levels in [*range(100, 900, 50), *range(900, 1000)]:
            told["body"] = NESTED[place] % nested(levels, kind)
            outcome_of(load, client)


def answering(body, status="200 X", headers=()):
    """An application with one body, or a function that gives the next."""

    def app(environ, start_response):
        start_response(status, [("Content-Type", "application/json"), *headers])
        return [body() if callable(body) else body]

    return app


def pages_of(*bodies):
    left = list(bodies)
    return answering(lambda: left.pop(0) if len(left) > 1 else left[0])


def load_views(client):
    return tgp.load_analytics("creator", ONE, "views", client=client)


def outcome_of(load, client):
    """A frame, or an error of ours; anything else is raised."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return load(client)
        except TrackaGoatError as error:
            return error


TOTALS = ["1000000000", "1000000000000000000", "-1", '"many"', "1e999", "9" * 400, "9" * 5_000]
LAST = b'{"data": [{"id": "b", "video_id": "b"}], "meta": {"hasMore": false, "total_count": %s}}'


@pytest.mark.parametrize("name", ["total_count", "total", "totalPages"])
@pytest.mark.parametrize("total", TOTALS)
def test_a_total_beside_a_cursor_changes_nothing(name, total):
    meta = f'{{"hasMore": true, "nextCursor": "x", "{name}": {total}}}'.encode()
    first = b'{"data": [{"id": "a"}], "meta": %s}' % meta
    seen = []
    with leaping_client(KEY, pages_of(first, LAST % b"1")) as client:
        told = client.until(threading.Event(), progress=lambda *step: seen.append(step))
        outcome = outcome_of(VIDEOS, told)
        assert client.requests_sent <= 2
    if isinstance(outcome, pd.DataFrame):
        assert outcome["id"].tolist() == ["a", "b"]
    assert {total for _, _, total in seen} == {None}


@pytest.mark.parametrize("total", TOTALS)
def test_a_total_of_a_report_asks_for_no_more_than_there_is(total):
    def load(client):
        return tgp.load_report("video-leaderboard", ONE, client=client)

    first = b'{"data": [{"video_id": "a"}], "meta": {"total_count": %s}}' % total.encode()
    end = b'{"data": [], "meta": {"total_count": %s}}' % total.encode()
    with leaping_client(KEY, pages_of(first, end)) as client:
        outcome = outcome_of(load, client)
        assert client.requests_sent <= 2
    assert isinstance(outcome, UnreadableResponseError) or len(outcome) == 1


@pytest.mark.parametrize("digits", [400, 5_000, 1_000_000])
@pytest.mark.parametrize("text", ['"%s"', "%s", "-%s", '"%s.0"', '"-%s"'])
def test_a_number_of_any_length_is_read_or_counted_as_unreadable(digits, text):
    number = (text % ("9" * digits)).encode()
    fields = b", ".join(
        b'"%s": %s' % (name, number)
        for name in (b"view_count", b"posted_at", b"is_tracking_disabled", b"novel")
    )
    with leaping_client(KEY, answering(b'{"data": [{"id": "a", %s}]}' % fields)) as client:
        outcome = outcome_of(VIDEOS, client)
    assert isinstance(outcome, TrackaGoatError) or outcome["view_count"].isna().all()


@pytest.mark.parametrize("number", [b"9" * 5_000, b"1e999", b"[1e999]"])
def test_an_error_that_is_a_number_out_of_range_is_an_error_of_ours(number):
    body = b'{"data": null, "error": %s, "meta": null}' % number
    for status in ("200 X", "400 X", "500 X"):
        with leaping_client(KEY, answering(body, status)) as client:
            assert isinstance(outcome_of(VIDEOS, client), TrackaGoatError)


@contextmanager
def listening(*scenes):
    """A base URL and every request that came to it, whole."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    received, over = [], threading.Event()

    def serve():
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            with connection:
                received.append(connection.recv(65536))
                connection.sendall(scenes[0] if scenes else http_response(OK))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}", received
    finally:
        over.set()
        thread.join(5)
        listener.close()


def transports():
    """The way of our own and httpx's, as the settings' further arguments."""
    return pytest.mark.parametrize("transport", [lambda: None, httpx.HTTPTransport])


def client_of(base_url, transport=None, **settings):
    settings = resolve_settings(KEY, base_url=base_url, **settings)
    return Client(settings, transport=transport, chance=lambda: 0.0)


ELSEWHERE = [
    "http://{evil}/", "https://{evil}/", "//{evil}/", "///{evil}/", "/\\{evil}/", "\\\\{evil}\\",
    "http:/{evil}/", "http:{evil}", "http:///{evil}/", "\t//{evil}/", "/\t/{evil}/",
    "http://{own}@{evil}/", "http://{own}%40{evil}/", "http://{evil}#@{own}/",
    "http://{evil}\\@{own}/", "http://{own}\\@{evil}/", "http://x:y@{own}/", "ftp://{evil}/",
    "file:///etc/passwd", "javascript:alert(1)", "http://[", "//[", "http://a\u2100b/",
    "http://{own}:1/", "http://localhost.{evil}/", "https://{own}/api/v1/videos", "/\x7f",
    "/\x01", "/\xff", "/" + "a" * 65_517, "?", "#", "", "/videos\rX-Evil: 1", "http://{own}:99999",
]  # fmt: skip


@transports()
@pytest.mark.parametrize("location", ELSEWHERE)
def test_a_redirect_takes_the_key_nowhere_else(location, transport):
    with listening() as (evil, received):

        def redirect(connection):
            own = f"127.0.0.1:{connection.getsockname()[1]}"
            target = location.format(evil=evil, own=own).encode()
            head = b"HTTP/1.1 302 X\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % target
            connection.sendall(head)

        with raw_server(redirect) as url, client_of(url, transport(), max_wait_s=0) as client:
            outcome = outcome_of(VIDEOS, client)
            assert client.requests_sent <= 3
        time.sleep(0.01)
    assert isinstance(outcome, RedirectError | ConnectionFailedError | UnreadableResponseError)
    assert received == []


CURSORS = ["a\r\nX-Evil: 1", "\x00", "\u2028\u2029\x85", "&limit=1", "#", "?", "%0d%0a", "%", " "]


@transports()
@pytest.mark.parametrize("cursor", CURSORS)
def test_a_cursor_is_one_parameter_and_nothing_else(cursor, transport):
    numbers = itertools.count()
    first = httpx.Response(200, json={"data": [], "meta": {"hasMore": True, "nextCursor": cursor}})
    asked = []

    def answer(request):
        asked.append(request)
        return first if next(numbers) == 0 else httpx.Response(200, content=OK)

    with client_of("http://127.0.0.1/api/v1", httpx.MockTransport(answer)) as client:
        tgp.load_videos(client=client)
    assert asked[1].url.params.multi_items() == [("limit", "100"), ("cursor", cursor)]
    line = asked[1].url.raw_path
    with listening() as (address, received), client_of(f"http://{address}/api", transport()) as own:
        own.get("/videos", {"limit": 100, "cursor": cursor})
    assert received[0].splitlines()[0].split() == [
        b"GET", line.replace(b"/api/v1", b"/api"), b"HTTP/1.1",
    ]  # fmt: skip
    assert b"\nX-Evil" not in received[0]


@pytest.mark.parametrize("length", [50_000, 1_000_000])
def test_a_long_cursor_is_an_error_that_is_not_as_long(length):
    meta = b'{"hasMore": true, "nextCursor": "%s"}' % (b"a" * length)
    with leaping_client(KEY, answering(b'{"data": [{"id": "a"}], "meta": %s}' % meta)) as client:
        outcome = outcome_of(VIDEOS, client)
    assert isinstance(outcome, TrackaGoatError)
    assert len(str(outcome)) < 10_000


WAITS = [
    "-1", "-0", "1e308", "1e-400", "NaN", "inf", "", " ", "0x10", "5;5", "9" * 60_000, "\xd9\xa3",
    "Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 -2300",
    "Mon, 01 Jan 0001 00:00:00 +2300", "0 0 0 0:0", "1\r\nX-Evil: 1",
]  # fmt: skip


@pytest.mark.parametrize("wait", WAITS)
def test_a_hostile_wait_ends_with_the_deadline(wait):
    head = f"HTTP/1.1 429 X\r\nRetry-After: {wait}\r\nX-RateLimit-Reset: {wait}\r\n"
    body = b"Content-Length: 0\r\n\r\n"
    with (
        raw_server(head.encode("latin-1") + body) as url,
        leaping_client(KEY, base_url=url, max_wait_s=600.0) as client,
    ):
        assert isinstance(outcome_of(VIDEOS, client), TrackaGoatError)
        assert client.requests_sent <= 100


@pytest.mark.parametrize("wait", [-1, 1e308, 10**400, "NaN", [], True, {"a": 1}])
def test_a_hostile_wait_in_meta_ends_with_the_deadline(wait):
    app = Canned({"/videos": (429, {"code": [], "retryAfter": wait})})
    with leaping_client(KEY, app, max_wait_s=600.0) as client:
        assert isinstance(outcome_of(VIDEOS, client), TrackaGoatError)
        assert client.requests_sent <= 100


HEADS = {
    "a length that is too long": [b"Content-Length: " + b"9" * 24],
    "a negative length": [b"Content-Length: -5"],
    "a length in words": [b"Content-Length: many"],
    "a length without an end": [b"Content-Length: " + b"9" * 5_000],
    "two lengths": [LENGTH, b"Content-Length: 3"],
    "two lengths the other way": [b"Content-Length: 3", LENGTH],
    "a megabyte in a line": [LENGTH, b"X: " + b"a" * 5_000_000],
    "a hundred thousand lines": [LENGTH, *(b"X-%d: a" % number for number in range(100_000))],
    "an odd type": [LENGTH, b"Content-Type: \xff\x01"],
    "utf-7": [LENGTH, b"Content-Type: application/json; charset=utf-7"],
    "a type of 50,000 letters": [LENGTH, b"Content-Type: " + b"a" * 50_000],
    "no colon": [LENGTH, b"nonsense"],
    "odd limits": [LENGTH, b"X-RateLimit-Limit: -1", b"X-RateLimit-Remaining: NaN"],
    "an unknown encoding": [LENGTH, b"Content-Encoding: \xff"],
    "9,000 encodings": [LENGTH, b"Content-Encoding: " + b", ".join([b"gzip"] * 9_000)],
    "a negative chunk": [b"Transfer-Encoding: chunked"],
}


@transports()
@pytest.mark.parametrize("head", HEADS)
def test_an_odd_head_is_an_error_or_harmless(head, transport):
    content = b"\r\n".join([b"HTTP/1.1 200 OK", *HEADS[head], b"", OK])
    started = time.monotonic()
    with (
        raw_server(hung_up_on(content)) as url,
        client_of(url, transport(), max_wait_s=0) as client,
    ):
        outcome = outcome_of(VIDEOS, client)
    assert isinstance(outcome, TrackaGoatError) or outcome["id"].tolist() == ["a"]
    assert time.monotonic() - started < 5


@transports()
@pytest.mark.parametrize("line", ["\x00\xff hello", "HTTP/1.1 000 X", "HTTP/1.1 -1 X", "HTTP/0.9"])
def test_a_status_line_of_garbage_is_an_error(line, transport):
    told = line.encode("latin-1") + b"\r\n\r\n"
    with raw_server(told) as url, client_of(url, transport(), max_wait_s=0) as client:
        assert isinstance(outcome_of(VIDEOS, client), ConnectionFailedError)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x" % len(OK)
WHOLE = CHUNKED + b"\r\n%s\r\n0\r\n" % OK
DRIPS = {
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "one header": (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
    "the status": (b"HTTP/1.1 200 ", b"y"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "trailers": (WHOLE, b"X: y\r\n"),
    "a chunk's head": (CHUNKED + b";a=", b"y"),
}


@pytest.mark.parametrize("drip", DRIPS)
def test_what_drips_for_ever_ends_with_its_time(drip):
    over = threading.Event()

    def send(connection):
        first, again = DRIPS[drip]
        try:
            connection.sendall(first)
            while not over.wait(0.02):
                connection.sendall(again)
        except OSError:
            return

    stop = threading.Timer(4, over.set)
    stop.start()
    started = time.monotonic()
    try:
        with raw_server(send) as url:
            with client_of(url, timeout_s=0.3, max_wait_s=0) as client:
                outcome = outcome_of(VIDEOS, client)
            over.set()
    finally:
        stop.cancel()
    assert isinstance(outcome, TrackaGoatError)
    assert time.monotonic() - started < 2


@functools.cache
def bomb(layers: int) -> bytes:
    packed = gzip.compress(bytes(300_000_000), 1)
    for _ in range(layers - 1):
        packed = gzip.compress(packed, 9)
    return packed


BOMBED = """
import resource, sys
from tests.test_hostile_answers import VIDEOS, client_of
import httpx, pyarrow.compute, trackagoat_pandas
transport = {transport}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with client_of(sys.argv[1], transport, max_wait_s=0) as client:
    try:
        {load}
    except trackagoat_pandas.TrackaGoatError:
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
MOST_KILOBYTES = 250_000
"""Room for a bomb, where 64 MB are the most that a body may have."""


@pytest.mark.parametrize("transport", ["None", "httpx.HTTPTransport()"])
@pytest.mark.parametrize(
    ("load", "status"),
    [
        ("VIDEOS(client)", "200 OK"),
        ("VIDEOS(client)", "400 X"),
        ("client.text('/videos')", "200 OK"),
    ],
)
@pytest.mark.parametrize(("layers", "type_"), [(1, "text/html"), (2, "application/json")])
def test_a_bomb_of_any_layers_is_not_unpacked(layers, type_, load, status, transport):
    extra = f"Content-Encoding: {', '.join(['gzip'] * layers)}\r\nContent-Type: {type_}\r\n"
    scene = http_response(bomb(layers), status=status, extra=extra.encode())
    with raw_server(hung_up_on(scene)) as url:
        code = BOMBED.format(transport=transport, load=load)
        with child("-c", code, url) as process:
            output, errors = process.communicate(timeout=25)
    assert output, errors[-2000:]
    assert int(output) < MOST_KILOBYTES


def hung_up_on(content: bytes):
    """A scene that sends what the client may have seen enough of before its end."""

    def send(connection):
        with contextlib.suppress(ConnectionError):
            connection.sendall(content)

    return send


@transports()
@pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, gzip", "gzip, deflate"])
def test_a_packed_body_that_ends_early_is_an_error(coding, transport):
    scene = http_response(gzip.compress(OK)[:20], extra=f"Content-Encoding: {coding}\r\n".encode())
    with raw_server(scene) as url, client_of(url, transport(), max_wait_s=0) as client:
        assert isinstance(outcome_of(VIDEOS, client), TrackaGoatError)


UPLOADS = [
    "http://example.com/x", "https://[", "https://\u2100/", "https://a b/", "https://h:x/", "//h/",
    "https://" + "a" * 70 + ".com/", "https://a..b/", "https://k@h/", "file:///etc/passwd", "",
    "https://xn--a/", "https://h\r\nX: 1/", 7, None, ["https://h/"],
]  # fmt: skip


@pytest.mark.parametrize("address", UPLOADS)
def test_a_hostile_address_for_a_receipt_is_an_error(address, tmp_path):
    receipt = tmp_path / "receipt.pdf"
    receipt.write_bytes(b"%PDF-1.7")
    signed = b'{"data": {"upload_url": %s, "receipt_url": "x"}, "error": null, "meta": null}'
    body = signed % json.dumps(address).encode()
    with raw_server(http_response(body)) as url, client_of(url, max_wait_s=0) as client:
        outcome = outcome_of(lambda own: actions.upload_receipt(ONE, receipt, client=own), client)
        assert client.requests_sent == 1
    assert isinstance(outcome, TrackaGoatError)


BAD_IDS = [
    "../../etc", "..", "%2e%2e", "..%2fpayouts", "a/b", "a?b", "a#b", f"{ONE}\n", f"{ONE}/x", " ",
    "", "\x00", "\u2025", f"{{{ONE}}}", "a" * 10_000, f" {ONE}", ONE.replace("-", ""),
]  # fmt: skip
LOADERS = {
    "analytics": lambda id_: tgp.load_analytics("creator", id_, "views"),
    "videos": lambda id_: tgp.load_videos(creator=id_),
    "goals": lambda id_: tgp.load_goal_compliance(ONE, creator=id_),
    "annotations": lambda id_: tgp.load_annotations(entity="creator", entity_id=id_),
    "comments of a video": lambda id_: tgp.load_comments(ONE, video=id_),
    "comments of a creator": lambda id_: tgp.load_comments(ONE, creator=id_),
    "accruals": lambda id_: tgp.load_payout_accruals(creator=id_),
    "accrual": lambda id_: tgp.load_payout_accruals(accrual=id_),
    "payments": lambda id_: tgp.load_payout_payments(creator=id_),
    "payment": lambda id_: tgp.load_payout_payments(payment=id_),
    "method": lambda id_: tgp.load_payout_methods(method=id_),
    "structure": lambda id_: tgp.load_payout_structures(structure=id_),
    "assignments": lambda id_: tgp.load_payout_assignments(id_),
}


def calls_with(id_, instead_of=(ONE, TWO)):
    """Each action with the id in the place of each id that it takes."""
    for name, (*positional, options) in CALLS.items():
        for place, value in enumerate(positional):
            if isinstance(value, str) and value in instead_of:
                changed = [*positional[:place], id_, *positional[place + 1 :]]
                yield f"{name} {place}", name, changed, options
        for option, value in options.items():
            if isinstance(value, str) and value in instead_of:
                yield f"{name} {option}", name, positional, {**options, option: id_}
        if "organization" in inspect.signature(getattr(actions, name)).parameters:
            yield f"{name} organization", name, positional, {**options, "organization": id_}


@pytest.mark.parametrize("place", [place for place, *_ in calls_with("")])
def test_an_action_refuses_what_is_no_id_and_sends_nothing(place):
    app = Canned({})
    with connect_to(app) as client:
        for id_ in BAD_IDS:
            [(name, given, options)] = [rest for own, *rest in calls_with(id_) if own == place]
            with pytest.raises(ArgumentError, match="an id is a UUID"):
                getattr(actions, name)(*given, client=client, **options)
    assert app.asked == []


@pytest.mark.parametrize("name", LOADERS)
def test_a_loader_refuses_what_is_no_id_and_sends_nothing(name):
    app = Canned({})
    with connect_to(app):
        for id_ in BAD_IDS:
            with pytest.raises(ArgumentError, match="an id is a UUID"):
                LOADERS[name](id_)
    assert app.asked == []


PROJECTS = {
    **{
        name: lambda id_, name=name, given=given, options=options: getattr(actions, name)(
            *[id_ if value == PROJECT else value for value in given],
            **{key: id_ if value == PROJECT else value for key, value in options.items()},
        )
        for name, (*given, options) in CALLS.items()
        if PROJECT in [value for value in (*given, *options.values()) if isinstance(value, str)]
    },
    "load_videos": lambda id_: tgp.load_videos(id_),
    "load_goal_compliance": lambda id_: tgp.load_goal_compliance(id_),
    "load_report": lambda id_: tgp.load_report("outliers", id_),
    "load_payout_structures": lambda id_: tgp.load_payout_structures(id_),
}


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_that_is_no_id_is_a_name_that_is_only_looked_up(name):
    app = Canned({"/projects": [{"id": PROJECT, "name": "Q1"}]})
    with connect_to(app):
        for id_ in BAD_IDS:
            with pytest.raises(UnknownProjectError, match="no project is called"):
                PROJECTS[name](id_)
    assert {path for path, _ in app.asked} == {"/projects"}


FRAMED = ["remove_creators", "scrape_creators", "remove_videos", "remove_campaigns"]


@pytest.mark.parametrize("id_", BAD_IDS)
def test_ids_that_the_server_gave_are_checked_when_handed_on(id_):
    app = Canned({"/creators": [{"id": id_, "project_id": id_}]})
    with connect_to(app) as client:
        creators = tgp.load_creators(client=client)
        with pytest.raises(ArgumentError, match="an id is a UUID"):
            tgp.load_analytics("creator", creators, "views", client=client)
        for name in FRAMED:
            with pytest.raises(ArgumentError, match="an id is a UUID"):
                getattr(actions, name)(creators, client=client)
    assert [path for path, _ in app.asked] == ["/creators"]


EVIL_IDS = ["../payouts", "%2e%2e/payouts", "a/b", "a%2fb", "a?b", "a#b", ""]
BY_NAME = {
    "goals": lambda client: tgp.load_goal_compliance("Q1", client=client),
    "creators": lambda client: actions.add_creators("Q1", "goat", client=client),
    "campaign": lambda client: actions.create_campaign("Q1", "x", client=client),
    "inbox": lambda client: actions.review_inbox("Q1", approve=ONE, client=client),
    "members": lambda client: actions.add_members("a@b.co", client=client),
    "api key": lambda client: actions.create_api_key("x", client=client),
}


@pytest.mark.parametrize("id_", EVIL_IDS)
@pytest.mark.parametrize("name", BY_NAME)
def test_the_id_that_the_server_gives_a_project_or_organization_never_is_a_path(name, id_):
    app = Canned({"/projects": [{"id": id_, "name": "Q1", "org_id": id_}]})
    with connect_to(app) as client:
        outcome_of(BY_NAME[name], client)
    assert {path for path, _ in app.asked} == {"/projects"}


@pytest.mark.parametrize(
    "path",
    ["//evil/comments", "https://evil/comments", "/../comments", "/a?b=/comments", "/a /comments"],
)
def test_a_path_that_the_server_describes_leads_nowhere_else(path):
    app = Canned({"/openapi.json": {"openapi": "3.1.0", "paths": {path: {"get": {}}}}})
    with connect_to(app) as client:
        outcome = outcome_of(lambda own: tgp.load_comments(ONE, client=own), client)
    assert isinstance(outcome, TrackaGoatError)
    assert {asked for asked, _ in app.asked} == {"/openapi.json"}
