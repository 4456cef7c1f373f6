"""Planned failures: what a server, a proxy or a network may do to an answer.

The plan and the seed alone decide which request fails, and how.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from werkzeug.wrappers import Response

from trackagoat_pandas.sandbox.envelope import RefusedError, failure

FaultKind: TypeAlias = Literal[
    "429", "500", "502", "html", "empty", "redirect", "slow", "cut", "reset", "lost", "500 after"
]
_PIECES = 10


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong, and when.

    Parameters
    ----------
    plan : dict, optional
        Kind of fault by the running number of the request, from 1.
    rate : float, default 0.0
        The share of the other requests that fail too, from 0 to 1.
    kinds : tuple, default ('429', '500', 'reset')
        The kinds that ``rate`` draws from.
    seed : int, default 0
        Decides which requests ``rate`` hits and with which kind.
    duplicate_rows : bool, default False
        Each page starts with the last row of the page before, if that had more than one.
    repeat_cursor_after : int, optional
        After this many pages of a list, every page names the cursor that led to it: the list
        never ends.
    retry_after_s : int, default 1
        The Retry-After of a planted 429.
    slow_s : float, default 1.0
        How long a slow body takes.
    redirect_to : str, default 'https://elsewhere.invalid'
        Where a redirect leads; the path is appended.

    See Also
    --------
    Sandbox.set_faults : Choose what goes wrong.
    sandbox.Sandbox : A demo program, without an account.

    Notes
    -----
    The kinds: ``429`` too many requests; ``500`` an error envelope; ``502`` a proxy's HTML page;
    ``html`` HTML with status 200; ``empty`` status 200 and no body; ``redirect`` 308 to another
    host; ``slow`` the right body, in pieces; ``cut`` a right Content-Length and half of the body;
    ``reset`` the connection is reset, which in-process is a ConnectionResetError. All these but
    ``slow`` and ``cut`` come before anything is done. Two come when all is done and committed:
    ``lost``, a reset in place of the answer, and ``500 after``, an error in place of it.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> faults = tgp.sandbox.Faults({1: "html"})
    >>> with tgp.sandbox(creators=3, days=30, faults=faults) as box, tgp.connect(sandbox=box):
    ...     try:
    ...         tgp.load_creators()
    ...     except tgp.errors.UnreadableResponseError as error:
    ...         print(error.path, error.problem)
    /creators the body is an HTML page, not JSON
    """

    plan: Mapping[int, FaultKind] = field(default_factory=dict)
    rate: float = 0.0
    kinds: tuple[FaultKind, ...] = ("429", "500", "reset")
    seed: int = 0
    duplicate_rows: bool = False
    repeat_cursor_after: int | None = None
    retry_after_s: int = 1
    slow_s: float = 1.0
    redirect_to: str = "https://elsewhere.invalid"

    def __post_init__(self) -> None:
        unknown = {*self.plan.values(), *self.kinds} - set(get_args(FaultKind))
        if unknown:
            known = ", ".join(get_args(FaultKind))
            raise ValueError(f"unknown kinds of fault: {sorted(unknown)}; known are {known}")
        if not 0.0 <= self.rate <= 1.0:
            raise ValueError(f"rate={self.rate} must be from 0 to 1")
        if self.rate and not self.kinds:
            raise ValueError("kinds must not be empty if there is a rate")
        if self.repeat_cursor_after is not None and self.repeat_cursor_after < 1:
            raise ValueError(f"repeat_cursor_after={self.repeat_cursor_after} must be at least 1")

    def at(self, number: int) -> FaultKind | None:
        """Return the kind of fault that hits the request of this number."""
        if number in self.plan:
            return self.plan[number]
        draw = random.Random(f"{self.seed}:{number}")
        return draw.choice(self.kinds) if draw.random() < self.rate else None

    def replacement(self, kind: FaultKind | None, path: str) -> Response | None:
        """Return the answer that replaces the true one, if the fault has one."""
        if kind == "429":
            headers = {"Retry-After": str(self.retry_after_s)}
            code = "rate_limit_exceeded"
            return failure(RefusedError(429, "Too many requests", code=code, headers=headers))
        if kind == "500":
            return failure(RefusedError(500, "Internal server error", code="internal_error"))
        if kind == "502":
            return Response(_page("502 Bad Gateway"), 502, mimetype="text/html")
        if kind == "html":
            return Response(_page("Just a moment"), 200, mimetype="text/html")
        if kind == "empty":
            return Response(b"", 200)
        if kind == "redirect":
            return Response(b"", 308, headers={"Location": f"{self.redirect_to}{path}"})
        return None

    def damaged(self, kind: FaultKind | None, response: Response) -> Response:
        """Return the true answer as a fault lets it through: slowly, half of it, or as a 500."""
        if kind == "500 after":
            return failure(RefusedError(500, "Internal server error", code="internal_error"))
        if kind not in {"slow", "cut"}:
            return response
        body = response.get_data()
        pieces = _dribble(body, self.slow_s) if kind == "slow" else iter([body[: len(body) // 2]])
        response.response = pieces
        response.content_length = len(body)
        return response


def _page(title: str) -> str:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{title}</body></html>"


def _dribble(body: bytes, seconds: float) -> Iterator[bytes]:
    step = -(-len(body) // _PIECES) or 1
    for start in range(0, len(body), step):
        time.sleep(seconds / _PIECES)
        yield body[start : start + step]
