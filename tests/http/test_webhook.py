"""Posting to a webhook: when it is sent again, and that its address is seen nowhere."""

from __future__ import annotations

import logging
import pickle
import socket

import pytest

from tests.support.http_doubles import traceback_of
from tests.support.receivers import DROP, PATH, webhook
from trackagoat_pandas.base.secrets import Secret
from trackagoat_pandas.errors import DeliveryError, SettingsError
from trackagoat_pandas.http import webhook as webhooks
from trackagoat_pandas.http.webhook import check_webhook, post_json

BODY = b'{"text": "goat"}'


def shown_by(error):
    """All that may be shown of an error, its traceback with local variables but for tests' own."""
    while error.__traceback__ and "/tests/" in error.__traceback__.tb_frame.f_code.co_filename:
        error.__traceback__ = error.__traceback__.tb_next
    fields = pickle.dumps(vars(error)).decode("latin-1")
    return "\n".join([str(error), repr(error), error._repr_html_(), fields, traceback_of(error)])


def post(address, **options):
    """Post without a wait; return the seconds that would have been waited for."""
    waits = []
    post_json(Secret(address), BODY, wait=waits.append, chance=lambda: 0.0, **options)
    return waits


def test_a_message_is_posted_once():
    with webhook() as got:
        assert post(got.address) == []
    assert got.bodies == [BODY]
    assert got.paths == [PATH]


@pytest.mark.parametrize(("status", "times"), [(429, 3), (500, 1), (503, 1)])
def test_a_refusal_that_may_pass_is_sent_again(status, times):
    with webhook(*[status] * times, 200) as got:
        assert len(post(got.address)) == times
    assert got.bodies == [BODY] * (times + 1)


def test_the_server_says_how_long_to_wait():
    with webhook((429, {"Retry-After": "7"}), 204) as got:
        assert post(got.address) == [7.0]


def test_who_has_to_wait_too_long_gives_up():
    with webhook((429, {"Retry-After": "3600"})) as got, pytest.raises(DeliveryError, match="429"):
        post(got.address)
    assert len(got.bodies) == 1


@pytest.mark.parametrize(("status", "times"), [(429, 4), (500, 2), (503, 2)])
def test_a_lasting_refusal_is_an_error_after_some_attempts(status, times):
    problem = f"HTTP {status}, after {times} attempts"
    with webhook(status) as got, pytest.raises(DeliveryError, match=problem):
        post(got.address)
    assert len(got.bodies) == times


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_a_refusal_that_wont_pass_is_an_error_at_once(status):
    with webhook(status) as got, pytest.raises(DeliveryError, match=f"HTTP {status}"):
        post(got.address)
    assert len(got.bodies) == 1


def test_what_the_server_may_have_read_is_sent_twice_at_most():
    with webhook(DROP) as got, pytest.raises(DeliveryError, match="no answer"):
        post(got.address)
    assert len(got.bodies) == 2


def test_a_server_that_isnt_there_is_tried_four_times():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}{PATH}"
    with pytest.raises(DeliveryError, match=r"ConnectError\), after 4 attempts"):
        post(address)


@pytest.mark.parametrize("status", [300, 307])
def test_a_redirect_isnt_followed(status):
    moved = "redirects aren't followed"
    with webhook() as other, webhook((status, {"Location": other.address})) as got:  # noqa: SIM117
        with pytest.raises(DeliveryError, match=moved):
            post(got.address)
    assert (len(got.bodies), len(other.bodies)) == (1, 0)


@pytest.mark.parametrize(
    "address",
    [
        f"http://example.com{PATH}", f"ftp://example.com{PATH}", PATH, "", "https://",
        f"https://ann:pw-SECRET@example.com{PATH}", f"https://exa mple.com{PATH}",
        f"https://[::1{PATH}", "https://example.com/" + "SECRET" * 2_000, f"https://\ud800{PATH}",
    ],
)  # fmt: skip
def test_an_address_that_cant_be_used_is_refused_and_not_shown(address):
    for use in (post, lambda given: check_webhook(Secret(given))):
        with pytest.raises((DeliveryError, SettingsError), match="webhook") as caught:
            use(address)
        assert "SECRET" not in shown_by(caught.value)


def test_of_the_host_an_error_names_the_end_alone(monkeypatch):
    refused = webhooks._Try("HTTP 404", 0)
    monkeypatch.setattr(webhooks, "_post", lambda *_: refused)
    with pytest.raises(DeliveryError, match=r"at …example\.com:8443: HTTP 404") as caught:
        post("https://eoSECRET.m.example.com:8443/x")
    assert "eoSECRET" not in shown_by(caught.value)
    check_webhook(Secret("https://hooks.slack.com/services/T/B/x"))


@pytest.mark.parametrize("answers", [(404,), (DROP,), (500,), ((302, {"Location": PATH}),)])
def test_no_error_log_or_traceback_shows_the_address(answers, caplog):
    caplog.set_level(logging.DEBUG)
    with webhook(*answers) as got, pytest.raises(DeliveryError) as caught:
        post_json(got.address, BODY, wait=lambda _: None)
    assert "127.0.0.1" in str(caught.value)
    assert "SECRET" not in shown_by(caught.value)
    assert "SECRET" not in caplog.text
