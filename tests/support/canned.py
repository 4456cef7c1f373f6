"""A WSGI application that answers from a table of canned answers, and clients of it.

For answers that the sandbox never gives: renamed containers, odd shapes, refusals of one entity.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import trackagoat_pandas as tgp
from tests.support.http_doubles import KEY

Answer = Any
Rule = Answer | Callable[[dict[str, str]], Answer]


class Canned:
    """Answers a path with data, or with what a function of the query returns.

    An answer that is an int is a refusal of that status; a dict with "data" is a whole envelope.
    ``date`` is the Date header of all answers, which tells clients the server's day.
    """

    def __init__(self, rules: Mapping[str, Rule], date: str = "") -> None:
        self.rules = dict(rules)
        self.headers = [("Content-Type", "application/json"), *([("Date", date)] if date else [])]
        self.asked: list[tuple[str, dict[str, str]]] = []

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"].removeprefix("/api/v1")
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        self.asked.append((path, query))
        rule = self.rules.get(path, 404)
        answer = rule(query) if callable(rule) else rule
        status, body = self._envelope(answer)
        start_response(f"{status} X", self.headers)
        return [json.dumps(body, separators=(",", ":")).encode()]

    @staticmethod
    def _envelope(answer: Answer) -> tuple[int, dict[str, Any]]:
        if isinstance(answer, tuple):
            status, meta = answer
            return status, {"data": None, "error": f"refused with {status}", "meta": meta}
        if isinstance(answer, int):
            return answer, {"data": None, "error": f"refused with {answer}", "meta": None}
        if isinstance(answer, dict) and ("data" in answer or "openapi" in answer):
            return 200, answer
        return 200, {"data": answer, "error": None, "meta": None}


def connect_to(app: Canned, **settings: Any) -> tgp.Client:
    """A client of a canned application, without a socket."""
    settings = {"rate_limit": None, "progress": False, **settings}
    return tgp.connect(KEY, base_url="http://127.0.0.1/api/v1", transport=app, **settings)
