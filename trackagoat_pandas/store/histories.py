"""The history of rows with the names that people know them by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final

import pandas as pd

from trackagoat_pandas.base.types import DtypeBackend
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import IncompleteFrameWarning, StoreDamagedError, StoreMissingError
from trackagoat_pandas.frames.build import ATTRIBUTE
from trackagoat_pandas.helpers.labels import IDS, LABELS, arranged, with_known_names
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.histories import MOMENT, read_history
from trackagoat_pandas.store.scope import known_timezone
from trackagoat_pandas.tables import (
    CAMPAIGNS,
    CREATORS,
    PAYOUT_STRUCTURES,
    PROJECTS,
    VIDEOS,
    Table,
)

NAMING: Final = ("tiktok_handle", "title", "name", "label")
"""The columns that name a row in its own list."""
SHOWN: Final = ("creator_id", "video_id", "campaign_id", "structure_id")
"""The columns of ids whose names are shown even if the ids were not asked for."""
_LISTS: Final = {
    "creators": CREATORS,
    "videos": VIDEOS,
    "campaigns": CAMPAIGNS,
    "projects": PROJECTS,
    "structures": PAYOUT_STRUCTURES,
}
"""The lists that know the names of each kind of id."""


def named_history(
    archive: Archive,
    table: Table,
    ids: Sequence[str] | None,
    columns: Sequence[str] | None,
    names_at: dt.datetime | None,
    dtype_backend: DtypeBackend,
) -> pd.DataFrame:
    """Return the history of a table's rows in reading order, with the names that the lists know.

    With a moment they are the names of then, or the first known ones of what was listed later.

    Raises
    ------
    StoreMissingError
        The store has no list of this table.
    MissingColumnError
        No list of this table has a column.
    """
    about = [name for name in SHOWN if name in table.names]
    asked = None
    if columns is not None:
        own = [name for name in NAMING if name in table.names]
        asked = list(dict.fromkeys([*own, *about, *columns]))
    found = read_history(archive.ledger, table, ids, asked, dtype_backend=dtype_backend)
    named = with_stored_names(archive, found, names_at)
    if columns is not None:
        # The ids were only read for their names.
        named = named.drop(columns=[*({*about} - {*table.key, *columns})])
    named.attrs[ATTRIBUTE]["timezone"] = known_timezone(archive)
    return arranged(named)


def with_stored_names(
    archive: Archive, frame: pd.DataFrame, names_at: dt.datetime | None = None
) -> pd.DataFrame:
    """Add the names that the stored lists have for a frame's ids: the newest, or of a moment."""
    return with_known_names(frame, list(_names_of(archive, frame, names_at)))


def _names_of(
    archive: Archive, frame: pd.DataFrame, at: dt.datetime | None
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the names of the ids in a frame, as the lists that the store has know them."""
    for kind, table in _LISTS.items():
        used = [frame[name] for name in IDS[kind] if name in frame.columns]
        if not used:
            continue
        ids = pd.concat(used).dropna().astype(str).unique().tolist()
        wanted = [name for name in LABELS[kind] if name in table.names]
        try:
            known = read_history(archive.ledger, table, ids, wanted)
        except StoreMissingError:
            continue  # no list of them was ever loaded
        except StoreDamagedError as error:
            warn(f"the history has no names of {table.name}: {error}", IncompleteFrameWarning)
            continue
        if at is not None:
            is_later = (known[MOMENT] > at) & known.duplicated("id")
            known = known[~is_later]
        yield kind, known.drop_duplicates("id", keep="last").drop(columns=MOMENT)
