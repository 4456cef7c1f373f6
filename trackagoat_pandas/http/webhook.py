"""Posting JSON to the address of a webhook, which works like a key.

It appears in no error, and in no local variable that a traceback could print.
"""

from __future__ import annotations

import datetime as dt
import random
import re
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple

import httpx

from trackagoat_pandas.base.secrets import Secret
from trackagoat_pandas.errors import DeliveryError, SettingsError
from trackagoat_pandas.http.messages import read_http_date
from trackagoat_pandas.http.retrying import backoff_s, header_seconds
from trackagoat_pandas.http.wire import (
    NetworkTransport,
    forget_locals,
    is_fault,
    was_sent,
)
from trackagoat_pandas.inputs.settings import is_loopback

_ATTEMPTS: Final = 4
_LONGEST_WAIT_S: Final = 60.0
_TOO_MANY_REQUESTS, _FIRST_SERVER_ERROR = 429, 500
_REDIRECTS: Final = range(300, 400)
_ADDRESS: Final = re.compile(r"https?://[!-~]{1,8000}")
_HOST: Final = re.compile(r"[A-Za-z0-9._:-]+")
_SHOWN_LABELS: Final = 2
_ADVICE: Final = "give the https address of the webhook"


class _Try(NamedTuple):
    """Why an attempt failed, and for how many seconds the server asked to wait.

    ``chances`` is how many more attempts may follow.
    """

    problem: str
    chances: int
    asked_s: float | None = None


def post_json(
    address: str | Secret,
    content: bytes,
    *,
    timeout_s: float = 10.0,
    wait: Callable[[float], object] = time.sleep,
    chance: Callable[[], float] = random.random,
) -> None:
    """Post JSON to a webhook; send it again where that may help, and follow no redirect.

    What the server may have read already is sent at most twice.

    Parameters
    ----------
    address
        An https address. Plain http is only for this machine.
    content
        JSON.
    timeout_s
        How long to wait for the server, at each attempt.
    wait, chance
        What waits for some seconds, and a function that returns random numbers from 0 to 1.

    Raises
    ------
    DeliveryError
        The address can't be used, or the server didn't accept the message; of the address, the
        error names the end of the host at most.
    """
    secret = address if isinstance(address, Secret) else Secret(address)
    del address  # a traceback that prints local variables would show it
    what, problem = _name_of(secret)
    failures, left = 0, _ATTEMPTS
    while not problem:
        failed = _post(secret, content, timeout_s)
        if failed is None:
            return
        failures, left = failures + 1, min(left - 1, failed.chances)
        pause_s = max(backoff_s(failures, chance), failed.asked_s or 0.0)
        if left <= 0 or pause_s > _LONGEST_WAIT_S:
            problem = failed.problem + (f", after {failures} attempts" if failures > 1 else "")
            break
        wait(pause_s)
    raise DeliveryError(what, problem)


def check_webhook(address: Secret) -> None:
    """Check that an address can be used, before anything is asked for.

    Raises
    ------
    SettingsError
        It can't; the error doesn't show it.
    """
    what, problem = _name_of(address)
    if problem:
        raise SettingsError(what, problem)


def _name_of(address: Secret) -> tuple[str, str]:
    """Return how errors call a webhook, and why nothing can be posted to it, or ""."""
    plain = address.reveal().strip()
    url = httpx.URL("")
    with suppress(httpx.InvalidURL):
        url = httpx.URL(plain if _ADDRESS.fullmatch(plain) else "")
    host, port = url.host, url.port
    if not _HOST.fullmatch(host):
        return "the webhook", f"its address can't be used: {_ADVICE}"
    if url.userinfo:
        return "the webhook", f"its address has a user name or a password: {_ADVICE} without them"
    if url.scheme == "http" and not is_loopback(host):
        return "the webhook", f"plain http is only for this machine: {_ADVICE}"
    labels = host.split(".")
    is_cut = len(labels) > _SHOWN_LABELS and not labels[-1].isdecimal()
    # Some services put the secret into the first part of the host.
    shown = "…" + ".".join(labels[-_SHOWN_LABELS:]) if is_cut else host
    return f"the webhook at {shown}" + (f":{port}" if port else ""), ""


def _post(address: Secret, content: bytes, timeout_s: float) -> _Try | None:
    """Post once; return why it failed, or None."""
    try:
        status, retry_after, date = _answer(address, content, timeout_s)
    except BaseException as fault:
        forget_locals(fault)
        if not (is_fault(fault) or isinstance(fault, UnicodeError)):
            raise
        return _Try(f"no answer ({type(fault).__name__})", 1 if was_sent(fault) else _ATTEMPTS)
    if 200 <= status < 300:
        return None
    if status in _REDIRECTS:
        return _Try(f"HTTP {status}: redirects aren't followed", 0)
    chances = 0
    if status == _TOO_MANY_REQUESTS:
        chances = _ATTEMPTS
    elif status >= _FIRST_SERVER_ERROR:  # which may come after the message was accepted
        chances = 1
    asked_s = header_seconds(retry_after, date or dt.datetime.now(dt.UTC))
    return _Try(f"HTTP {status}", chances, asked_s)


# A separate function, because only the local variables of a finished one can be cleared.
def _answer(
    address: Secret, content: bytes, timeout_s: float
) -> tuple[int, str, dt.datetime | None]:
    request = httpx.Request(
        "POST",
        address.reveal().strip(),
        headers={"Content-Type": "application/json", "User-Agent": "trackagoat-pandas"},
        content=content,
        extensions={"timeout": httpx.Timeout(timeout_s).as_dict(), "allowed_s": 3 * timeout_s},
    )
    # Not through httpx.Client, which logs every address in full.
    transport = NetworkTransport(request.url, 1)
    try:
        response = transport.handle_request(request)
        response.close()
    finally:
        transport.close()
    headers = response.headers
    date = read_http_date(headers.get("date"))
    return response.status_code, headers.get("retry-after", ""), date
