"""Lists of videos with given fields, kept in an archive at given hours."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.tables import VIDEOS

NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def videos(*rows, complete=True, **facts) -> pd.DataFrame:
    """A frame of videos v0, v1, ... of the project p1, as the loader returns it."""
    records = [{"project_id": "p1", "id": f"v{number}", **row} for number, row in enumerate(rows)]
    about = {"path": "/videos", "complete": complete, "fetched_at": "2026-06-01", **facts}
    return build_frame([chunk_from_records(records, VIDEOS)], VIDEOS, provenance=about)


def keep(archive, frame, moment=NOON, **params):
    return archive.lists.keep(VIDEOS, "/videos", params, frame, moment)


def load(archive, as_of=None, **params):
    return archive.lists.load(VIDEOS, "/videos", params, as_of=as_of)


def counts(archive, as_of=None, **params):
    """The views of the videos in a list."""
    return load(archive, as_of, **params)["view_count"].tolist()
