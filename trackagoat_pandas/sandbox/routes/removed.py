"""Endpoints that the API once had: they answer 410.

Must not know the database.
"""

from __future__ import annotations

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.refusals import RefusedError


def gone(_call: Call) -> Answer:
    """Refuse with the way that replaced the endpoint."""
    raise RefusedError(410, "This endpoint was removed: use /analytics")


REMOVED = (
    Route("/creators/{id}/stats", "Removed", gone),
    Route("/campaigns/{id}/stats", "Removed", gone),
)
