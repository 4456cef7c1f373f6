"""Where a frame came from, as the small dict that it carries in its attributes.

pandas copies attributes on every operation, so this stays a handful of scalars.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any


def provenance(
    path: str,
    params: Mapping[str, Any],
    *,
    requests: int,
    timezone: str | None,
    complete: bool = True,
) -> dict[str, Any]:
    """Describe a load: what was asked for, when, and whether all of it came.

    ``fetched_at`` is the machine's clock in UTC; ``timezone`` is the organization's, in which the
    frame's days are days, or None where nobody has said.
    """
    return {
        "path": path,
        "params": {name: _plain(value) for name, value in params.items() if value is not None},
        "fetched_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "complete": complete,
        "requests": requests,
        "timezone": timezone,
    }


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool) else str(value)
