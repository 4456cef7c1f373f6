"""A key that the server repeats is masked in every spelling, and httpcore logs none of it."""

from __future__ import annotations

import base64
import json
import logging
import traceback

import pytest

from tests.support.http_doubles import KEY, answer, client_of, make_client, socket_server
from trackagoat_pandas.base.secrets import find_masker
from trackagoat_pandas.errors import DeliveryError, TrackaGoatError
from trackagoat_pandas.http.webhook import post_json

DIGITS = KEY.removeprefix("tga_")
ESCAPED = "".join(f"\\u{ord(digit):04x}" for digit in DIGITS)
SPELLINGS = (
    KEY, DIGITS, DIGITS.upper(), KEY.upper(), ESCAPED, f"tga_{ESCAPED}", DIGITS[:20], DIGITS[-20:],
    f"{DIGITS[:32]} and {DIGITS[32:]}", DIGITS[:20].upper(), f"{DIGITS[:63]}",
)  # fmt: skip
ENCODED = {
    **{
        f"base64 behind {before!r}": base64.b64encode(f"{before}{KEY}".encode()).decode()
        for before in ("", "u", "u:")
    },
    "base64 of the digits": base64.b64encode(DIGITS.encode()).decode(),
    "base64 for URLs": base64.urlsafe_b64encode(f"Bearer {KEY}?>".encode()).decode(),
    "base64 of the first 20 digits": base64.b64encode(DIGITS[:20].encode()).decode(),
    "percent": "".join(f"%{code:02x}" for code in KEY.encode()),
    "percent, in capitals": "".join(f"%{code:02X}" for code in DIGITS.encode()),
    "character codes": KEY.encode().hex(),
}


def shows(encoded, text):
    """Whether a text has a long part of an encoded key."""
    return encoded[len(encoded) // 3 : len(encoded) // 3 + 18] in text


def seen_digits(text):
    """Whether a text has 15 of the key's digits in a row."""
    lowered = text.lower()
    return any(DIGITS[start : start + 15] in lowered for start in range(50))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_key_in_an_error_message_is_masked(spelling):
    body = f'{{"data": null, "error": "bad key {spelling}", "meta": {{"code": "x"}}}}'.encode()
    client = make_client(answer(400, body))
    with pytest.raises(TrackaGoatError) as caught:
        client.get("/videos")
    assert not seen_digits(f"{caught.value}{caught.value!r}{vars(caught.value)}")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_key_in_a_row_is_masked(spelling):
    body = f'{{"data": [{{"id": "{spelling}"}}], "error": null, "meta": null}}'.encode()
    assert not seen_digits(json.dumps(make_client(answer(200, body)).get("/videos").data))


@pytest.mark.parametrize("encoded", ENCODED.values(), ids=ENCODED)
def test_encoded_key_in_an_answer_is_masked(encoded):
    body = f'{{"data": null, "error": "bad key {encoded}", "meta": {{"code": "{encoded}"}}}}'
    with pytest.raises(TrackaGoatError) as caught:
        make_client(answer(400, body.encode())).get("/videos")
    assert not shows(encoded, f"{caught.value}{caught.value!r}{vars(caught.value)}")
    body = f'{{"data": [{{"id": "{encoded}"}}], "error": null, "meta": null}}'
    assert not shows(encoded, make_client(answer(200, body.encode())).get("/videos").body.decode())
    target = f"https://elsewhere.example/{encoded}"
    with pytest.raises(TrackaGoatError) as caught:
        make_client(answer(302, b"", location=target)).get("/videos")
    assert not shows(encoded, f"{caught.value}{vars(caught.value)}")


@pytest.mark.parametrize("spelling", [KEY, DIGITS, *ENCODED.values()])
@pytest.mark.parametrize("head", ["HTTP/1.1 200 OK\r\n{} bad", "HTTP/1.1 {}", "{}"])
def test_key_in_an_unreadable_head_is_masked_in_tracebacks(head, spelling):
    def serve(connection, _number):
        connection.recv(65_536)
        connection.sendall(f"{head.format(spelling)}\r\n\r\n".encode())

    with (
        socket_server(serve) as place,
        client_of(f"http://{place}", max_wait_s=0.0) as client,
        pytest.raises(TrackaGoatError, match="illegal") as caught,
    ):
        client.get("/videos")
    assert not shows(spelling, "".join(traceback.format_exception(caught.value)))


@pytest.mark.parametrize("spelling", [KEY, DIGITS, DIGITS.upper(), DIGITS[:20]])
def test_key_and_query_of_a_redirect_are_masked(spelling):
    target = f"https://elsewhere.example/{spelling}?signature=s3cret"
    client = make_client(answer(302, b"", location=target))
    with pytest.raises(TrackaGoatError) as caught:
        client.get("/videos")
    assert not seen_digits(str(caught.value))
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "65d8e19a-27a8-455f-b125-812a5d15a1a0", "0123456789abcdef"[:12], r"\u0064\u00e9\\u0064",
        "f" * 64, "Grüße", "7234567890123456789", "https://x.example/%61%62c?d=%20",
        base64.b64encode(b"0123456789abc").decode(), base64.b64encode(b"f" * 64).decode(),
    ],
)  # fmt: skip
def test_other_texts_are_left_alone(text):
    mask = find_masker("1f" + "0123456789abcdef" * 3 + "e" * 14)
    assert mask(text.encode()) == text.encode()


def test_httpcore_logs_no_header_of_an_answer(caplog):
    head = f"HTTP/1.1 200 OK\r\nX-Debug-Auth: Bearer {KEY}\r\nContent-Length: 50\r\n\r\n"
    body = b'{"data": [1], "error": null, "meta": null}'.ljust(50)

    def serve(connection, _number):
        connection.recv(65_536)
        connection.sendall(head.encode() + body)

    with (
        caplog.at_level(logging.DEBUG),
        socket_server(serve) as place,
        client_of(f"http://{place}") as client,
    ):
        client.get("/videos")
    assert not seen_digits(caplog.text)


def test_httpcore_logs_no_host_of_a_webhook(caplog):
    with caplog.at_level(logging.DEBUG), pytest.raises(DeliveryError):
        post_json("https://s3cret.hooks.localhost:1/T/x", b"{}", wait=lambda _: None)
    assert "s3cret" not in caplog.text


def test_httpcore_still_logs_requests_of_others(caplog):
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("httpcore.connection").debug("connect_tcp.started")
    assert "connect_tcp.started" in caplog.text


@pytest.mark.parametrize("padding", range(9))
def test_fifteen_digits_are_masked_wherever_they_are(padding):
    mask = find_masker(DIGITS)
    for start in range(len(DIGITS) - 14):
        for part in (DIGITS[start : start + 15], DIGITS[start : start + 15].upper()):
            assert mask(f"{'x' * padding}{part}{'y' * padding}".encode()).decode() == (
                f"{'x' * padding}…{'y' * padding}"
            )
        fewer = f"{'x' * padding}{DIGITS[start : start + 14]}y".encode()
        assert mask(fewer) == fewer
