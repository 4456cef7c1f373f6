"""One write is one transaction: all of it is kept, with the reply to it, or nothing.

Knows transactions and idempotency. Must not know what any route does.
"""

from __future__ import annotations

from werkzeug.wrappers import Response

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.envelope import success
from trackagoat_pandas.sandbox.replies import recall, remember


def carry_out(call: Call, route: Route, key: str | None) -> Response:
    """Do what a route does, once for each idempotency key."""
    with call.database.transaction():
        before = recall(call, key) if key is not None else None
        if before is not None:
            return before
        response = rendered(route.handler(call))
        if key is not None:
            remember(call, key, response)
        return response


def rendered(answer: Answer | Response) -> Response:
    """Put an answer into its envelope, unless it is a response already."""
    if isinstance(answer, Response):
        return answer
    return success(answer.data, answer.meta, answer.status)
