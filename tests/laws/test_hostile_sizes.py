"""Answers too deep, wide, long or packed: an error of ours or harmless, soon and in little room."""

from __future__ import annotations

import functools
import gzip
import os
import threading
from functools import partial

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import every
from tests.support.children import child
from tests.support.hostile import OK, ONE, VIDEOS, hung_up_on, outcome_of, transports
from tests.support.http_doubles import KEY, client_of, http_response, raw_server
from tests.support.leaping import leaping_client
from tests.support.relays import answering
from tests.support.waiting import PATIENCE_S
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.http.session import Session

MOST_TIMES, MOST_BESIDE = 40, 64 * 1024 * 1024
"""A body may take so many times its bytes, beside what the libraries take when first used."""
PATIENT = """
import os, sys, warnings
import pyarrow.compute
import trackagoat_pandas as tgp
from trackagoat_pandas.errors import TrackaGoatError
from tests.support.hostile import peak_bytes
from tests.support.leaping import leaping_client
from tests.support.relays import answering
from tests.laws.test_hostile_server import LOADS
from tests.laws.test_hostile_sizes import HUGE, KEY
warnings.simplefilter("ignore")

def measure(shape):
    body, loads = eval(HUGE[shape][0]), HUGE[shape][1]
    before, outcomes = peak_bytes(), []
    with leaping_client(KEY, answering(body)) as client:
        for name in loads:
            try:
                outcomes.append(type(LOADS[name](client=client)).__name__)
            except TrackaGoatError as error:
                assert len(error._repr_html_()) < 50_000
                outcomes.append("error")
    print(peak_bytes() - before, len(body), *outcomes, flush=True)

for shape in sys.argv[1:]:
    # A process for each, since its peak is that of all that it ever did.
    pid = os.fork()
    if not pid:
        try:
            measure(shape)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
"""
DEEP = 'b"[" * 5_000_000 + b"]" * 5_000_000'
DEEP_OBJECT = "b'{\"a\":' * 1_600_000 + b'1' + b'}' * 1_600_000"
WIDE = 'b"{" + b",".join(b\'"k%d": 1\' % number for number in range(200_000)) + b"}"'
LOADED = ["videos", "goal_compliance", "analytics", "data_model", "path", "comments"]
HUGE = {
    "deep rows": (f"b'{{\"data\": ' + {DEEP} + b'}}'", LOADED),
    "deep objects": (f"b'{{\"data\": ' + {DEEP_OBJECT} + b'}}'", LOADED),
    "deep metadata": (f"b'{{\"data\": [{{\"metadata\": ' + {DEEP} + b'}}]}}'", LOADED),
    "a deep meta": (f"b'{{\"data\": [], \"meta\": ' + {DEEP} + b'}}'", LOADED),
    "a deep error": (f"b'{{\"data\": null, \"error\": ' + {DEEP} + b'}}'", LOADED),
    "deep paths": (f"b'{{\"paths\": ' + {DEEP} + b'}}'", ["comments", "analytics", "data_model"]),
    "nothing closed": ("b'{\"data\": ' + b'[' * 10_000_000", LOADED),
    "a wide meta": (f"b'{{\"data\": [], \"meta\": ' + {WIDE} + b'}}'", ["videos", "path"]),
    "wide metadata": (f"b'{{\"data\": [{{\"metadata\": ' + {WIDE} + b'}}]}}'", LOADED[:1]),
    "a wide error": (f"b'{{\"data\": null, \"error\": ' + {WIDE} + b'}}'", LOADED[:1]),
    "wide paths": (f"b'{{\"paths\": ' + {WIDE} + b'}}'", ["comments"]),
    "a wide row": (
        "b'{\"data\": [' + " + WIDE.replace("200_000", "100_000") + " + b']}'",
        ["path"],
    ),
    "empty rows": ("b'{\"data\": [' + b'{},' * 300_000 + b'{}]}'", ["videos"]),
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
def test_megabytes_of_json_take_little_room():
    shapes = [*HUGE][:: every(2)]
    with child("-c", PATIENT, *shapes) as process:
        output, errors = process.communicate(timeout=5 * PATIENCE_S)
    measured = dict(zip(shapes, output.splitlines(), strict=True))
    for shape, line in measured.items():
        grown, size, *outcomes = line.split()
        assert len(outcomes) == len(HUGE[shape][1]), (shape, errors[-2000:])
        assert int(grown) < MOST_TIMES * int(size) + MOST_BESIDE, shape


def nested(levels, kind) -> bytes:
    opening, middle, closing = {"list": (b"[", b"", b"]"), "object": (b'{"a":', b"1", b"}")}[kind]
    return opening * levels + middle + closing * levels


VIEWS = partial(tgp.load_analytics, "creator", ONE, "views")
NESTED = {
    "error": b'{"data": null, "error": %s}',
    "a message": b'{"data": null, "error": {"message": %s}}',
    "meta of an error": b'{"data": null, "error": "no", "meta": {"code": "x", "more": %s}}',
    "meta": b'{"data": [], "meta": {"more": %s}}',
    "data": b'{"data": %s}',
    "a title": b'{"data": [{"id": "a", "title": %s}]}',
    "an unknown field": b'{"data": [{"id": "a", "novel": %s}]}',
}


@pytest.mark.parametrize("load", [VIDEOS, VIEWS])
@pytest.mark.parametrize("kind", ["list", "object"])
@pytest.mark.parametrize("place", NESTED)
def test_no_depth_is_a_recursion_error(place, kind, load):
    told = {}
    with leaping_client(KEY, answering(lambda: told["body"])) as client:
        # Python's own limit of 1,000 calls is met somewhere below so many.
        for levels in [*range(100, 900, 200), *range(900, 1000, every(20))]:
            told["body"] = NESTED[place] % nested(levels, kind)
            assert isinstance(outcome_of(load, client), pd.DataFrame | TrackaGoatError)


def pages_of(*bodies):
    left = list(bodies)
    return answering(lambda: left.pop(0) if len(left) > 1 else left[0])


TOTALS = ["1000000000", "1000000000000000000", "-1", '"many"', "1e999", "9" * 400, "9" * 5_000]
LAST = b'{"data": [{"id": "b"}], "meta": {"hasMore": false, "total_count": 1}}'


@pytest.mark.parametrize("name", ["total_count", "total", "totalPages"])
def test_a_total_beside_a_cursor_changes_nothing(name):
    seen = []
    for total in TOTALS:
        meta = f'{{"hasMore": true, "nextCursor": "x", "{name}": {total}}}'.encode()
        pages = pages_of(b'{"data": [{"id": "a"}], "meta": %s}' % meta, LAST)
        with leaping_client(KEY, pages) as client:
            told = Session(client, stop=threading.Event(), progress=lambda *step: seen.append(step))
            outcome = outcome_of(VIDEOS, told)
            assert client.requests_sent <= 2, total
        assert isinstance(outcome, TrackaGoatError) or outcome["id"].tolist() == ["a", "b"], total
    assert {step[-1] for step in seen} == {None}


NINES = ["9" * digits for digits in (400, 5_000, 1_000_000)]
NUMBERS = [text % nines for text in ('"%s"', "%s", "-%s", '"%s.0"', '"-%s"') for nines in NINES]


@pytest.mark.parametrize("number", [*NUMBERS, "1e999", "-1e999", "0." + "1" * 400], ids=len)
def test_a_number_out_of_range_is_counted_as_unreadable_or_an_error(number):
    names = ("view_count", "posted_at", "is_tracking_disabled", "novel")
    row = {"id": '"a"', **dict.fromkeys(names, number)}
    fields = ", ".join(f'"{name}": {value}' for name, value in row.items())
    with leaping_client(KEY, answering(f'{{"data": [{{{fields}}}]}}'.encode())) as client:
        outcome = outcome_of(VIDEOS, client)
    assert isinstance(outcome, TrackaGoatError) or outcome["view_count"].isna().all()


@pytest.mark.parametrize("number", [b"9" * 5_000, b"1e999", b"[1e999]"])
def test_an_error_that_is_a_number_out_of_range_is_an_error_of_ours(number):
    body = b'{"data": null, "error": %s, "meta": null}' % number
    for status in ("200 X", "400 X", "500 X"):
        with leaping_client(KEY, answering(body, status)) as client:
            assert isinstance(outcome_of(VIDEOS, client), TrackaGoatError)


@pytest.mark.parametrize("length", [50_000, 1_000_000])
def test_a_long_cursor_is_an_error_that_is_not_as_long(length):
    meta = b'{"hasMore": true, "nextCursor": "%s"}' % (b"a" * length)
    with leaping_client(KEY, answering(b'{"data": [{"id": "a"}], "meta": %s}' % meta)) as client:
        outcome = outcome_of(VIDEOS, client)
    assert isinstance(outcome, TrackaGoatError)
    assert len(str(outcome)) < 10_000


@functools.cache
def bomb(layers: int) -> bytes:
    packed = gzip.compress(bytes(300_000_000), 1)
    for _ in range(layers - 1):
        packed = gzip.compress(packed, 9)
    return packed


BOMBED = """
import itertools, sys
from tests.support.hostile import VIDEOS, peak_bytes
from tests.support.http_doubles import client_of
import httpx, pyarrow.compute, trackagoat_pandas
transports = [lambda: None, httpx.HTTPTransport]
asks = [VIDEOS, lambda client: client.text("/videos")]
for url, transport, ask in itertools.product(sys.argv[1:], transports, asks):
    before = peak_bytes()
    with client_of(url, transport(), max_wait_s=0) as client:
        try:
            ask(client=client)
        except trackagoat_pandas.TrackaGoatError:
            print(peak_bytes() - before)
"""
MOST_BYTES = 250_000_000
"""Room for a bomb, where 64 MB are the most that a body may have."""


def test_a_bomb_of_any_layers_is_not_unpacked():
    def server(layers, type_, status):
        extra = f"Content-Encoding: {', '.join(['gzip'] * layers)}\r\nContent-Type: {type_}\r\n"
        content = http_response(bomb(layers), status=status, extra=extra.encode())
        return raw_server(hung_up_on(content))

    with (
        server(1, "text/html", "200 OK") as page,
        server(1, "application/json", "400 X") as refusal,
        server(2, "application/json", "200 OK") as layers,
        child("-c", BOMBED, page, refusal, layers) as process,
    ):
        output, errors = process.communicate(timeout=5 * PATIENCE_S)
    assert [int(line) < MOST_BYTES for line in output.split()] == [True] * 12, errors[-2000:]


@transports()
@pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, gzip", "gzip, deflate"])
def test_a_packed_body_that_ends_early_is_an_error(coding, transport):
    scene = http_response(gzip.compress(OK)[:20], extra=f"Content-Encoding: {coding}\r\n".encode())
    with raw_server(scene) as url, client_of(url, transport(), max_wait_s=0) as client:
        assert isinstance(outcome_of(VIDEOS, client), TrackaGoatError)
