"""Series as a CSV attachment: flat rows that ``series_kind`` tells apart.

Must not know how a series is computed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from werkzeug.wrappers import Response

COLUMNS = ("series_kind", "entity_id", "label", "date", "value", "is_partial", "is_baseline")
_KINDS = {"series": "main", "comparison_series": "prior_period", "breakdown_series": "breakdown"}


def as_csv(data: Mapping[str, Any]) -> Response:
    """Write the series of an answer as an attachment."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(data))
    name = f"{data['entity']}-{data['metric']}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _rows(data: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for member, kind in _KINDS.items():
        for series in data[member] or ():
            reference = series["entity_ref"]
            for point in series["points"]:
                yield (
                    kind,
                    reference["id"],
                    reference["label"],
                    point["date"],
                    point["value"],
                    str(point["is_partial"]).lower(),
                    str(point["is_baseline"]).lower(),
                )
