"""The settings of a client: key, base URL, time zone, timeouts and limits.

Nothing here sends anything or changes the environment.
"""

from __future__ import annotations

import ipaddress
import math
import os
import re
import sys
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from trackagoat_pandas.base.secrets import KEY_PREFIX, Secret, find_masker
from trackagoat_pandas.base.spelling import nearest
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import (
    ArgumentTypeError,
    BaseUrlWarning,
    EnvFileWarning,
    MalformedKeyError,
    MissingKeyError,
    SettingsError,
)
from trackagoat_pandas.inputs.env_file import KEY_VARIABLE, URL_VARIABLE, EnvFile, find_env_file

DEFAULT_BASE_URL: Final = "https://www.trackagoat.com/api/v1"

_APEX: Final = "trackagoat.com"
_KEY_LENGTH: Final = 68
_MOST_WORKERS: Final = 256
_OTHER_KEY = re.compile(rf"{KEY_PREFIX}[0-9a-f]{{15,}}", re.IGNORECASE)
"""Also a key that isn't the client's own, and most of one."""
_HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]", re.IGNORECASE)
_PLACE_OF: Final = {
    **dict.fromkeys(("EST", "EDT", "ET"), "America/New_York"),
    **dict.fromkeys(("CST", "CDT"), "America/Chicago"),
    **dict.fromkeys(("MST", "MDT"), "America/Denver"),
    **dict.fromkeys(("PST", "PDT"), "America/Los_Angeles"),
    **dict.fromkeys(("GMT", "BST"), "Europe/London"),
    **dict.fromkeys(("CET", "CEST", "MEZ"), "Europe/Berlin"),
    **dict.fromkeys(("EET", "EEST"), "Europe/Athens"),
    "JST": "Asia/Tokyo",
    "AEST": "Australia/Sydney",
}
"""A place with the time that people call by its letters."""
_URL_CHARACTERS = re.compile(
    r"[!-\[\]_a-z~]+", re.IGNORECASE
)  # printable ASCII without \ ^ ` { | }


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a client, checked.

    Attributes
    ----------
    api_key
        The key, shown as ``tga_…``; ``api_key.reveal()`` returns its text.
    base_url
        The API's address, without a slash at the end.
    timezone
        The organization's IANA time zone, if it was given.
    timeout_s
        Seconds to wait for a connection, and for each part of an answer.
    max_wait_s
        Seconds that one request may wait for its turn, for retries and for a time that the server
        asked for.
    rate_limit
        Requests and seconds of the sliding window; None for no pacing.
    max_workers
        The largest number of requests sent at the same time.
    key_source
        Where the key was found: "argument", the environment variable, ".env", "keyring" or
        "Colab's secrets".
    """

    api_key: Secret = field(repr=False)
    base_url: str = DEFAULT_BASE_URL
    timezone: str | None = None
    timeout_s: float = 30.0
    max_wait_s: float = 900.0
    rate_limit: tuple[int, float] | None = (60, 60.0)
    max_workers: int = 32
    key_source: str = "argument"


def resolve_settings(
    api_key: str | Secret | None = None,
    *,
    base_url: str | Secret | None = None,
    timezone: str | None = None,
    timeout_s: float = 30.0,
    max_wait_s: float = 900.0,
    rate_limit: tuple[int, float] | None = (60, 60.0),
    max_workers: int = 32,
    dotenv: bool = True,
) -> Settings:
    """Find the key and the base URL, and check everything before any request.

    Parameters
    ----------
    api_key
        The key. By default ``TRACKAGOAT_API_KEY`` of the environment, then of the nearest ``.env``
        file from the working directory upward, then keyring's password of service ``trackagoat``,
        user name ``api_key``, then, in Google Colab, its secret ``TRACKAGOAT_API_KEY``.
    base_url
        The API's address. By default ``TRACKAGOAT_BASE_URL`` of the environment, then of a ``.env``
        file that has the key as well, else ``https://www.trackagoat.com/api/v1``.
    timezone
        The organization's IANA time zone.
    timeout_s, max_wait_s
        Seconds: for a connection or a part of an answer; for all the waits of one request.
    rate_limit
        Requests and seconds of the sliding window, or None for no pacing.
    max_workers
        The largest number of requests sent at the same time, 1 to 256.
    dotenv
        Whether a ``.env`` file may be read.

    Returns
    -------
    Settings
        Frozen; safe to print.

    Raises
    ------
    MissingKeyError
        No key was found, or Colab has one that the notebook may not read.
    MalformedKeyError, SettingsError, ArgumentTypeError
        The key or another setting can't be used.

    Examples
    --------
    >>> resolve_settings("tga_" + "0" * 64, timezone="Europe/Berlin").timezone
    'Europe/Berlin'
    """
    # A traceback may print the variables of its frames, so these hold no unchecked text.
    own_key = _hide("api_key", api_key)
    del api_key
    address = _hide("base_url", base_url)
    del base_url
    if address is None and os.environ.get(URL_VARIABLE):
        address = Secret(os.environ[URL_VARIABLE])
    has_key = own_key is not None or bool(os.environ.get(KEY_VARIABLE))
    file = None if not dotenv or (has_key and address is not None) else find_env_file()
    key, source = _find_key(own_key, file, dotenv=dotenv)
    if flaw := _flaw_of_key(key.reveal()):
        raise MalformedKeyError(source, flaw)
    if address is None and file is not None:
        address = _url_in_file(file, key, source)
    return Settings(
        api_key=key,
        base_url=_checked_base_url(Secret(DEFAULT_BASE_URL) if address is None else address, key),
        timezone=_checked_timezone(timezone),
        timeout_s=_checked_seconds("timeout_s", timeout_s),
        max_wait_s=_checked_seconds("max_wait_s", max_wait_s, may_be_zero=True),
        rate_limit=_checked_rate_limit(rate_limit),
        max_workers=_checked_count("max_workers", max_workers, _MOST_WORKERS),
        key_source=source,
    )


def is_loopback(host: str | None) -> bool:
    """Whether a host is this machine itself.

    Examples
    --------
    >>> [is_loopback(host) for host in ("localhost", "127.0.0.2", "::1", "192.168.0.1")]
    [True, True, True, False]
    """
    name = (host or "").lower().strip("[]")
    if name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    # ::ffff:127.0.0.1 is loopback, too, but not every version of Python says so.
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def is_timezone(name: str) -> bool:
    """Whether a text names an IANA time zone."""
    try:
        return bool(ZoneInfo(name))
    except (KeyError, ValueError, OSError):  # OSError: a directory such as "America"
        return False


def timezone_advice(given: str) -> str:
    """Say how a time zone is named, and which one `given` may mean."""
    # Zones such as "EST" or "Etc/GMT+5" have no summer time, which few calendars go without.
    places = [name for name in sorted(available_timezones()) if "/" in name and name[:3] != "Etc"]
    short = re.fullmatch(r"([A-Z]{2,4})(?:[+-]?\d.*)?", given.upper())
    place = _PLACE_OF.get(short[1]) if short else None
    if place is None:
        cities = {name.rsplit("/")[-1]: name for name in places}
        place = next((cities[one] for one in nearest(given.rsplit("/")[-1], cities)), None)
    meant = f" Did you mean {place!r}?" if place else ""
    return f"name an IANA time zone, such as 'America/New_York'.{meant}"


def _hide(name: str, given: object) -> Secret | None:
    """Return a text that may contain a secret as a Secret."""
    if given is None or isinstance(given, Secret):
        return given
    if isinstance(given, str):
        return Secret(given)
    error = ArgumentTypeError(name, given, "a string")
    error.given = None  # it may hold the secret
    raise error


def _find_key(given: Secret | None, file: EnvFile | None, *, dotenv: bool) -> tuple[Secret, str]:
    if given is not None:
        return given, "argument"
    if key := os.environ.get(KEY_VARIABLE):
        return Secret(key), KEY_VARIABLE
    if file is not None and file.api_key is not None:
        if not file.flaw:
            return file.api_key, ".env"
        warn(f"{file.path} is ignored, because {file.flaw}.", EnvFileWarning)
    if key := _keyring_password():
        return Secret(key), "keyring"
    if key := _colab_secret():
        return Secret(key), "Colab's secrets"
    if not dotenv:
        raise MissingKeyError(".env files are read only with dotenv=True (mcp: --dotenv)")
    raise MissingKeyError(f"{file.path} is ignored: {file.flaw}" if file and file.flaw else "")


def _url_in_file(file: EnvFile, key: Secret, source: str) -> Secret | None:
    """Return a file's base URL if the same file has the key, which it must not divert."""
    if file.base_url is None:
        return None
    has_key = file.api_key is not None and file.api_key.reveal() == key.reveal()
    if has_key and not file.flaw:
        return file.base_url
    if file.base_url.reveal().rstrip("/") != DEFAULT_BASE_URL:
        reason = file.flaw or f"the key is from elsewhere ({source})"
        warn(
            f"{URL_VARIABLE} in {file.path} is ignored, because {reason}. Requests go to "
            f"{DEFAULT_BASE_URL}. To use another server, put the key into the same file, set "
            f"{URL_VARIABLE} in the environment, or pass base_url.",
            EnvFileWarning,
        )
    return None


def _keyring_password() -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError, NoKeyringError
    except ImportError:
        return None
    try:
        password: str | None = keyring.get_password("trackagoat", "api_key")
    except NoKeyringError:
        return None
    except KeyringError as flaw:
        problem = f"it failed with {type(flaw).__name__}; unlock it, or set {KEY_VARIABLE}"
    else:
        return password
    # Raised without the backend's error, because its message may repeat the password.
    raise SettingsError("keyring", problem)


def _colab_secret() -> str | None:
    if "google.colab" not in sys.modules:  # a notebook's kernel in Colab has imported it
        return None
    from google.colab import userdata

    try:
        secret: str | None = userdata.get(KEY_VARIABLE)
    except userdata.SecretNotFoundError:
        return None
    except userdata.NotebookAccessError as refusal:
        advice = "switch on 'Notebook access' for it, and run this again"
        problem = f"this notebook may not read it from Colab's secrets: {advice}"
        raise MissingKeyError(problem) from refusal
    except userdata.TimeoutException as silence:
        raise MissingKeyError("Colab didn't answer when asked for it; run this again") from silence
    return secret


def _flaw_of_key(key: str) -> str | None:
    if not key:
        return "is empty"
    if key.strip(" \t\r\n'\"`\u201c\u201d\ufeff\xa0") != key:
        return "has white space or quotes around it; remove them"
    if not key.startswith(KEY_PREFIX):
        return f"does not begin with {KEY_PREFIX!r}"
    if len(key) != _KEY_LENGTH:
        return f"has {len(key)} characters instead of {_KEY_LENGTH}"
    if not set(key[len(KEY_PREFIX) :]) <= set("0123456789abcdef"):
        return "has characters that are not lowercase hexadecimal digits"
    return None


def _checked_base_url(address: Secret, key: Secret) -> str:
    """Return a base URL that is safe to show; an error has no frame with an unchecked one."""
    url, problem = _read_base_url(address.reveal(), key.reveal())
    if url is None:
        raise SettingsError("base_url", problem)
    host = (url.hostname or "").lower()
    if host == _APEX:
        host = f"www.{_APEX}"
        warn(
            f"base_url: {_APEX} redirects to {host} and loses the key on the way; {host} is used.",
            BaseUrlWarning,
        )
    place = f"[{host}]" if ":" in host else host
    place += f":{url.port}" if url.port is not None else ""
    return f"{url.scheme}://{place}{url.path.rstrip('/')}"


def _read_base_url(address: str, key: str) -> tuple[SplitResult | None, str]:
    """Return the parts of a base URL, or None and what is wrong with it."""
    if not _URL_CHARACTERS.fullmatch(address):
        return None, "it has white space or characters that no URL may have"
    try:
        url = urlsplit(address)
        url.port  # noqa: B018 (it raises for a port that isn't a number)
    except ValueError:  # its message repeats a part of the address
        return None, "it is not a URL: check its host and its port"
    problem = _flaw_of_url(url)
    mask = find_masker(key.removeprefix(KEY_PREFIX))
    if not problem and (_OTHER_KEY.search(address) or mask(address.encode()) != address.encode()):
        problem = "it must not contain an API key; pass the key as api_key"
    return (None, problem) if problem else (url, "")


def _flaw_of_url(url: SplitResult) -> str | None:
    if url.scheme not in ("https", "http"):
        return "it must begin with https://, such as 'https://www.trackagoat.com/api/v1'"
    if "@" in url.netloc:
        return "it must not contain a user name or a password"
    if not url.hostname or not _HOST.fullmatch(url.netloc.removesuffix(f":{url.port}")):
        return "it has no valid host"
    if url.scheme == "http" and not is_loopback(url.hostname):
        return "plain http is allowed only to this machine (localhost, 127.0.0.1, ::1); use https"
    if url.query or url.fragment:
        return "it must not contain a query or a fragment"
    return None


def _checked_timezone(given: str | None) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str):
        raise ArgumentTypeError("timezone", given, "an IANA name such as 'Europe/Berlin'")
    if not is_timezone(given):
        raise SettingsError("timezone", f"{given!r} is not one: {timezone_advice(given)}")
    return given


def _checked_seconds(name: str, given: float, *, may_be_zero: bool = False) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ArgumentTypeError(name, given, "a number of seconds")
    seconds = float(given)
    if not math.isfinite(seconds) or seconds < 0 or not (seconds or may_be_zero):
        bound = "of at least 0" if may_be_zero else "above 0"
        raise SettingsError(name, f"{given!r} is not a finite number of seconds {bound}")
    return seconds


def _checked_count(name: str, given: int, most: float = math.inf) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise ArgumentTypeError(name, given, "a whole number")
    if not 1 <= given <= most:
        bound = "at least 1" if math.isinf(most) else f"from 1 to {most:g}"
        raise SettingsError(name, f"{given} is not {bound}")
    return given


def _checked_rate_limit(given: tuple[int, float] | None) -> tuple[int, float] | None:
    if given is None:
        return None
    if not isinstance(given, tuple) or len(given) != 2:
        raise ArgumentTypeError("rate_limit", given, "a pair (requests, seconds) or None")
    requests, seconds = given
    return (
        _checked_count("rate_limit", requests),
        _checked_seconds("rate_limit", seconds),
    )
