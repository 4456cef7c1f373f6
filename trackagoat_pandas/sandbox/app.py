"""The sandbox as a WSGI application: every endpoint over one database.

A request passes faults, route, key, limits, scope, query, body, handler and envelope in this order.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadHost, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from trackagoat_pandas.sandbox.auth import authenticate, require_scope
from trackagoat_pandas.sandbox.bodies import MOST_BYTES, read_body, read_json
from trackagoat_pandas.sandbox.call import Call, LeaderboardCounts
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.envelope import (
    RefusedError,
    failure,
    invalid_body,
    missing_query,
    not_found,
)
from trackagoat_pandas.sandbox.faults import Faults
from trackagoat_pandas.sandbox.formats import is_uuid
from trackagoat_pandas.sandbox.idempotency import HEADER, carry_out, read_key, rendered
from trackagoat_pandas.sandbox.limits import Limits, SlidingWindow
from trackagoat_pandas.sandbox.present import Present
from trackagoat_pandas.sandbox.routes.catalogue import ROUTES, SERVED
from trackagoat_pandas.sandbox.routes.writes.payments import UPLOADS, receive
from trackagoat_pandas.sandbox.video_cache import VideoCache

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PREFIX = "/api/v1"
LOGGED = 10_000  # bounded: a sandbox may be served for days
_LOG = logging.getLogger("trackagoat_pandas.sandbox")


class Logged(NamedTuple):
    """One request that was answered; ``status`` 0 is a connection that was reset."""

    method: str
    target: str
    status: int


class Application:
    """The WSGI callable.

    Parameters
    ----------
    database
        The world that is served.
    clock
        The sandbox's now; the rate limit runs on real time.
    rate_limit
        ``(requests, seconds)`` allowed to each key; None switches it off.
    latency_s
        How long each answer is held back.
    faults
        What goes wrong, and when.
    leaderboards
        What leaderboards count: ``"lifetime"``, the videos posted in the range; or ``"range"``,
        what all videos gained in it.

    Attributes
    ----------
    present
        The moment that requests see, and the life that goes on until then.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime],
        rate_limit: tuple[int, float] | None = (60, 60.0),
        latency_s: float = 0.0,
        faults: Faults | None = None,
        leaderboards: LeaderboardCounts = "lifetime",
    ) -> None:
        if leaderboards not in get_args(LeaderboardCounts):
            known = " or ".join(get_args(LeaderboardCounts))
            raise ValueError(f"leaderboards={leaderboards!r} must be {known}")
        self._leaderboards = leaderboards
        self._database = database
        self.present = Present(database, clock)
        self._limits = Limits(SlidingWindow(*rate_limit) if rate_limit else None)
        self._latency_s, self._faults = latency_s, faults or Faults()
        self._video_cache = VideoCache(database)
        self._map = _url_map()
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._pages: dict[str, int] = {}
        self.log: deque[Logged] = deque(maxlen=LOGGED)
        self.requests = 0

    def set_faults(self, faults: Faults | None) -> None:
        """Replace what goes wrong, and count requests and pages from 1 again."""
        with self._lock:
            self._faults, self._numbers, self._pages = faults or Faults(), count(1), {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        kind = self._faults.at(next(self._numbers))
        if self._latency_s:
            time.sleep(self._latency_s)
        response = None
        if kind != "reset":
            planted = self._faults.replacement(kind, request.full_path.removesuffix("?"))
            with self.present.seen() as now:
                response = planted or self._faults.damaged(kind, self._answer(request, now))
            response.date = now.astimezone(UTC)
        if response is None or kind == "lost":
            self._note(request, 0)
            raise ConnectionResetError("the sandbox reset the connection, as planned")
        self._note(request, response.status_code)
        return response(environ, start_response)

    def _answer(self, request: Request, now: datetime) -> Response:
        try:
            # Uploads are outside of the API: they need no key and have no limit.
            if request.path.startswith(UPLOADS):
                return receive(self._database, request, now)
            return self._handle(request, now)
        except RefusedError as refusal:
            return failure(refusal)
        except Exception:  # noqa: BLE001 - logged, and answered as the contract says
            _LOG.exception("%s %s failed", request.method, request.path)
            return failure(RefusedError(500, "Internal server error", code="internal_error"))

    def _handle(self, request: Request, now: datetime) -> Response:
        route, ids = self._match(request)
        identity = authenticate(self._database, request.headers.get("Authorization"), now)
        organization = identity.organization
        maximum = organization.max_requests_per_day
        self._limits.admit(identity.key_id, organization.id, maximum, now)
        # After the limits: a request without the scope counts, as any other refused one does.
        require_scope(identity, route.scope)
        call = Call(
            database=self._database,
            video_cache=self._video_cache,
            organization=organization,
            now=now,
            host_url=request.host_url,
            path=request.path.rstrip("/"),
            ids=ids,
            arguments=_arguments(route, request.args),
            body=_body(route, request),
            routes=SERVED,
            faults=self._faults,
            leaderboards=self._leaderboards,
        )
        if route.method != "GET":
            key = read_key(request.headers.get(HEADER)) if route.is_creating else None
            return carry_out(call, route, key)
        answer = route.handler(call)
        return rendered(self._stuck(call, answer) if route.shape == "page" else answer)

    def _match(self, request: Request) -> tuple[Route, tuple[str, ...]]:
        try:
            adapter = self._map.bind_to_environ(request.environ)
            rule, ids = adapter.match(return_rule=True)
        except MethodNotAllowed as error:
            allowed = ", ".join(sorted(error.valid_methods or ()))
            message = f"{request.method} is not allowed here"
            raise RefusedError(405, message, headers={"Allow": allowed}) from None
        except NotFound:
            raise not_found("Endpoint") from None
        except BadHost:
            message = "The Host header is invalid"
            raise RefusedError(400, message, code="invalid_params") from None
        for name, value in ids.items():
            if not is_uuid(value):
                raise RefusedError(400, f"{name} in the path must be a UUID", code="invalid_params")
        route: Route = rule.endpoint
        return route, tuple(value.lower() for value in ids.values())

    def _stuck(self, call: Call, answer: Answer | Response) -> Answer | Response:
        """Plant the fault of a list whose cursor leads back to the same page."""
        after = self._faults.repeat_cursor_after
        if after is None or isinstance(answer, Response) or answer.meta is None:
            return answer
        cursor: str | None = call.arguments["cursor"]
        with self._lock:
            page = self._pages[call.path] = self._pages.get(call.path, 0) + 1 if cursor else 1
        if page <= after:
            return answer
        return Answer(answer.data, {"hasMore": True, "nextCursor": cursor})

    def _note(self, request: Request, status: int) -> None:
        target = request.full_path.removesuffix("?")
        with self._lock:
            self.requests += 1
            self.log.append(Logged(request.method, target, status))


def _arguments(route: Route, given: MultiDict[str, str]) -> dict[str, Any]:
    """Read the parameters that a route declares; others are ignored."""
    arguments = {}
    for parameter in route.parameters:
        if len(given.getlist(parameter.name)) > 1:
            raise missing_query(parameter.name, "is given more than once")
        arguments[parameter.name] = parameter.read(given.get(parameter.name))
    return arguments


def _body(route: Route, request: Request) -> dict[str, Any]:
    """Read the body that a route declares; a body that none declares is ignored."""
    if not route.body:
        return {}
    if (request.content_length or 0) > MOST_BYTES:
        raise invalid_body("The body", f"is larger than {MOST_BYTES} bytes")
    if route.method == "DELETE" and not request.content_length:
        return read_body(route.body, request.args.to_dict())
    return read_body(route.body, read_json(request.get_data(), request.mimetype))


@cache
def _url_map() -> Map:
    rules = [
        Rule(
            PREFIX + route.path.replace("{", "<").replace("}", ">"),
            endpoint=route,
            methods=[route.method],
        )
        for route in ROUTES
    ]
    # Without a redirect //videos is an unknown path, and not another name of /videos.
    return Map(rules, strict_slashes=False, merge_slashes=False)
