"""Sending a mail with the standard library, over TLS and without showing the password."""

from __future__ import annotations

import os
import re
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

import httpx

from trackagoat_pandas.base.secrets import Secret
from trackagoat_pandas.errors import DeliveryError, SettingsError
from trackagoat_pandas.http.wire import forget_locals
from trackagoat_pandas.inputs.settings import is_loopback

_TLS_PORT: Final = 465
"""The port whose connections begin with TLS; on others it is asked for."""
_USUAL_PORT: Final = 587
_LAST_PORT: Final = 65_535
_TIMEOUT_S: Final = 30.0
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
_HOST: Final = re.compile(r"[A-Za-z0-9.:-]{1,255}")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The server that mails are sent through, and their sender."""

    host: str
    port: int
    user: str
    password: Secret | None
    sender: str


def is_mail_address(text: object) -> bool:
    r"""Whether a text is one mail address, without a name.

    Examples
    --------
    >>> [is_mail_address(one) for one in ("ann@example.com", "ann", "a@b.c\nBcc: d@e.f")]
    [True, False, False]
    """
    return isinstance(text, str) and _ADDRESS.fullmatch(text) is not None


def mail_settings(environ: Mapping[str, str] | None = None) -> MailSettings:
    """Read TRACKAGOAT_SMTP_HOST, _PORT, _USER, _PASSWORD and _FROM.

    Raises
    ------
    SettingsError
        The host or the sender is missing, or one of them can't be used. No value is shown.
    """
    given = os.environ if environ is None else environ
    read = {
        name: given.get(f"TRACKAGOAT_SMTP_{name.upper()}", "").strip()
        for name in ("host", "port", "user", "from")
    }
    password = given.get("TRACKAGOAT_SMTP_PASSWORD", "")
    if not _HOST.fullmatch(read["host"]):
        raise SettingsError(
            "TRACKAGOAT_SMTP_HOST", "name the mail server, such as smtp.example.com"
        )
    port = read["port"] or str(_USUAL_PORT)
    if not port.isdecimal() or not 0 < int(port) <= _LAST_PORT:
        raise SettingsError("TRACKAGOAT_SMTP_PORT", "give a port, such as 587 or 465")
    sender = read["from"] or read["user"]
    if not is_mail_address(sender):
        raise SettingsError("TRACKAGOAT_SMTP_FROM", "give the sender, such as watch@example.com")
    secret = Secret(password) if password else None
    return MailSettings(read["host"], int(port), read["user"], secret, sender)


def send_mail(settings: MailSettings, message: EmailMessage) -> None:
    """Send a mail; beyond this machine only over TLS.

    Raises
    ------
    DeliveryError
        The server can't be reached, offers no TLS, or refuses the mail.
    """
    try:
        _send(settings, message)
    # A UnicodeError, of which a user or password isn't ASCII, has them in its arguments.
    except (OSError, smtplib.SMTPException, UnicodeError) as fault:
        forget_locals(fault)
        # The server's own words may repeat the user or the password.
        code = getattr(fault, "smtp_code", None)
        problem = type(fault).__name__ + (f", code {code}" if isinstance(code, int) else "")
    else:
        return
    raise DeliveryError(f"the mail server {settings.host}:{settings.port}", problem)


# A separate function, because only the local variables of a finished one can be cleared.
def _send(settings: MailSettings, message: EmailMessage) -> None:
    # smtplib would say the name of this machine by default.
    name = "localhost"
    if settings.port == _TLS_PORT:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, settings.port, local_hostname=name, timeout=_TIMEOUT_S,
            context=httpx.create_ssl_context(),
        )  # fmt: skip
    else:
        server = smtplib.SMTP(settings.host, settings.port, local_hostname=name, timeout=_TIMEOUT_S)
    with server:
        if settings.port != _TLS_PORT and not is_loopback(settings.host):
            server.starttls(context=httpx.create_ssl_context())
        if settings.user and settings.password is not None:
            server.login(settings.user, settings.password.reveal())
        server.send_message(message)
