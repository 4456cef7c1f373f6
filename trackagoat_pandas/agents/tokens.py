"""Tokens that allow one write each: that of the dry run which gave it, within ten minutes."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from trackagoat_pandas.agents.refusals import Refusal

LIFETIME_S: Final = 600.0
_MOST: Final = 200
"""Of tokens that wait; the oldest goes first."""


class _Waiting(NamedTuple):
    digest: str
    until_s: float


def digest_of(payload: Mapping[str, Any]) -> str:
    """Return the hash of a payload, whatever the order of its fields."""
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class WriteTokens:
    """The tokens of dry runs that were not used yet.

    Parameters
    ----------
    clock
        Gives seconds that only go up, also when the clock of the machine is set.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._waiting = dict[str, _Waiting]()

    def issue(self, payload: Mapping[str, Any]) -> str:
        """Return a new token for a payload."""
        token = f"w_{secrets.token_hex(12)}"
        with self._lock:
            while len(self._waiting) >= _MOST:
                del self._waiting[next(iter(self._waiting))]
            self._waiting[token] = _Waiting(digest_of(payload), self._clock() + LIFETIME_S)
        return token

    def redeem(self, token: str, payload: Mapping[str, Any]) -> None:
        """Use a token up; of two calls at once only one gets through.

        Raises
        ------
        Refusal
            The token isn't known, was used, is too old, or is that of another payload. It is used
            up then, too.
        """
        with self._lock:
            waiting = self._waiting.pop(token, None)
        if waiting is None:
            raise Refusal("This token isn't one of a dry run, or it was used: do a dry run first.")
        if self._clock() >= waiting.until_s:
            raise Refusal("This token is older than ten minutes: do the dry run again.")
        if not hmac.compare_digest(waiting.digest, digest_of(payload)):
            raise Refusal("This token is for other arguments; it is used up now. Do a dry run.")
