"""Add handles, titles and names to frames that have ids."""

from __future__ import annotations

from collections.abc import Iterator

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
        latest = latest_of(names.dropna(subset=["id"]), ["id"])
        texts = labels_of(latest, LABELS[kind])
        for ids, column in list(_targets(frame, kind)):
            _write(result, ids, column, looked_up(frame[ids], latest["id"], texts))
    return keep_order(result, frame)


def _targets(frame: pd.DataFrame, kind: str) -> Iterator[tuple[str, str]]:
    """Find the columns with ids of a kind, and the column for the names of each."""
    columns = IDS[kind]
    own = [name for name in columns if name in frame.columns]
    if not own and _ANY_ID not in frame.columns:
        raise MissingColumnError([next(iter(columns))], frame.columns)
    for name in own or [_ANY_ID]:
        yield name, columns.get(name, next(iter(columns.values())))


def _write(frame: pd.DataFrame, ids: str, column: str, names: pd.Series) -> None:
    """Insert names after their ids, or write them over an existing column."""
    if column in frame.columns:
        there = frame[column].astype(names.dtype)
        frame[column] = names.where(names.notna(), there)
    else:
        frame.insert(list(frame.columns).index(ids) + 1, column, names)
