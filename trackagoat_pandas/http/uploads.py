"""Uploading a file to an address that the API has signed: once, and without the key.

Such an address works like a key until it expires, so it appears in no error, and in no local
variable that a traceback could print.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from trackagoat_pandas.errors import UploadError
from trackagoat_pandas.http.wire import (
    NetworkTransport,
    adapt_transport,
    forget_locals,
    is_fault,
)
from trackagoat_pandas.inputs.settings import is_loopback

if TYPE_CHECKING:
    from trackagoat_pandas.base.secrets import Secret
    from trackagoat_pandas.http.session import Session


def put_file(
    client: Session, address: Secret, content: bytes, content_type: str, *, what: str
) -> None:
    """Upload a file to a signed address; a redirect is not followed.

    Raises
    ------
    UploadError
        The address can't be used, or the server didn't accept the file.
    """
    problem = _problem(address, client.base_url) or _put(client, address, content, content_type)
    if problem:
        raise UploadError(what, problem)


def _problem(address: Secret, base_url: str) -> str:
    """Say why a file can't be sent there, or "". Plain http is only for a sandbox on loopback."""
    try:
        url = httpx.URL(address.reveal())
        host = url.host
    except (httpx.InvalidURL, UnicodeError):  # UnicodeError: a host that IDNA can't encode
        return "the API gave no address for it"
    is_local = is_loopback(host) and is_loopback(httpx.URL(base_url).host)
    schemes = {"https", "http"} if is_local else {"https"}
    if url.userinfo or not host or url.scheme not in schemes:
        return "the address that the API gave for it is not a plain https one"
    return ""


def _put(client: Session, address: Secret, content: bytes, content_type: str) -> str:
    try:
        status = _status(client, address, content, content_type)
    except BaseException as fault:
        forget_locals(fault)
        if not (is_fault(fault) or isinstance(fault, UnicodeError)):
            raise
        return type(fault).__name__
    return "" if 200 <= status < 300 else f"HTTP {status}"


# A separate function, because only the local variables of a finished one can be cleared.
def _status(client: Session, address: Secret, content: bytes, content_type: str) -> int:
    settings = client.settings
    request = httpx.Request(
        "PUT",
        address.reveal(),
        headers={"Content-Type": content_type, "User-Agent": "trackagoat-pandas"},
        content=content,
        extensions={
            "timeout": httpx.Timeout(settings.timeout_s).as_dict(),
            "allowed_s": max(settings.timeout_s, settings.max_wait_s),
        },
    )
    # Not through httpx.Client, which logs every address in full.
    own = client.transport is None
    transport = NetworkTransport(request.url, 1) if own else adapt_transport(client.transport)
    try:
        response = transport.handle_request(request)
        response.close()
    finally:
        if own:
            transport.close()
    return response.status_code
