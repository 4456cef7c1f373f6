"""``df.goat``: the package's verbs on any frame that has their columns.

Keeps the frame and nothing else; every method calls the public function that its line names.
Importing this module registers the accessor, which is the package's only side effect.
"""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from trackagoat_pandas.helpers.engagement import engagement


@pd.api.extensions.register_dataframe_accessor("goat")
class GoatAccessor:
    """TrackaGoat's verbs on a DataFrame."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    @property
    def provenance(self) -> dict[str, Any]:
        """Where the frame came from: path, params, fetched_at, complete, requests, rows, timezone.

        A copy; empty for a frame that no loader made, and after operations in which pandas drops
        attributes, such as joining frames of different loads.
        """
        return dict(self._frame.attrs.get("trackagoat", {}))

    def engagement(self, *, by: Literal["views", "followers"] = "views") -> pd.DataFrame:
        """See :func:`trackagoat_pandas.engagement`."""
        return engagement(self._frame, by=by)
