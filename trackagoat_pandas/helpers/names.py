"""Add handles, titles and names to frames that have ids."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.errors import MissingArgumentError, MissingColumnError
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.labels import IDS, LABELS, keep_order, labels_of, looked_up
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.inputs.checks import require_columns

_ANY_ID = "entity_id"


@derived(rows_of="frame")
def with_names(
    frame: pd.DataFrame,
    *,
    creators: pd.DataFrame | None = None,
    videos: pd.DataFrame | None = None,
    campaigns: pd.DataFrame | None = None,
    projects: pd.DataFrame | None = None,
    structures: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Add names from given frames, as the public function of this name says.

    Raises
    ------
    MissingColumnError
        The frame has no column of such ids, or a frame of names has no ``id`` or no name.
    ArgumentError
        No frame of names was given.
    """
    given = {
        "creators": creators, "videos": videos, "campaigns": campaigns, "projects": projects,
        "structures": structures,
    }  # fmt: skip
    known = {kind: names for kind, names in given.items() if names is not None}
    if not known:
        raise MissingArgumentError(
            "creators", "pass a frame of creators, videos, campaigns, projects or structures"
        )
    # Unlike copy(), this doesn't copy the data at once where pandas copies on write.
    result = frame.assign()
    for kind, names in known.items():
        loader = "load_payout_structures" if kind == "structures" else f"load_{kind}"
        require_columns(names, ["id", LABELS[kind][0]], loader=loader)
        latest = latest_of(names, ["id"])
        texts = labels_of(latest, LABELS[kind])
        columns = IDS[kind]
        own = [ids for ids in columns if ids in frame.columns]
        if not own and _ANY_ID not in frame.columns:
            raise MissingColumnError([next(iter(columns))], frame.columns)
        for ids in own or [_ANY_ID]:
            column = columns.get(ids, next(iter(columns.values())))
            found = looked_up(frame[ids], latest["id"], texts)
            if column in result.columns:
                result[column] = found.where(found.notna(), result[column].astype(found.dtype))
            else:
                result.insert([*result.columns].index(ids) + 1, column, found)
    return keep_order(result, frame)
