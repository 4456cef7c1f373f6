"""What a store holds, in a few lines: its tables, their size, and who writes to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd
import pyarrow as pa

from trackagoat_pandas.base.html import Side, data_table
from trackagoat_pandas.frames.build import to_frame
from trackagoat_pandas.frames.dtypes import INSTANT, TEXT
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.ledger import read_moment
from trackagoat_pandas.store.disk.lock import Holder

# The last moment of a table may be that of a list that was as the one before, and has no file.
_TABLES: Final = """
    SELECT parts.table_name, coalesce(listed.times, 0) AS snapshots, count(*) AS files,
        sum(parts.rows) AS rows, sum(bytes) AS bytes, min(first_at) AS first_at,
        max(max(last_at), coalesce(listed.last, '')) AS last_at
    FROM parts LEFT JOIN (
        SELECT table_name, count(*) AS times, max(observed_at) AS last
        FROM snapshots GROUP BY table_name) AS listed ON listed.table_name = parts.table_name
    GROUP BY parts.table_name ORDER BY parts.table_name"""
_COLUMNS: Final = {
    "table": TEXT,
    "snapshots": pa.int64(),
    "files": pa.int64(),
    "rows": pa.int64(),
    "bytes": pa.int64(),
    "first_at": INSTANT,
    "last_at": INSTANT,
}
_HEADINGS: Final = ("Table", "Snapshots", "Files", "Rows", "Size", "First", "Last")
_SIDES: Final[tuple[Side, ...]] = ("", "n", "n", "n", "n", "d", "d")
_THOUSAND: Final = 1000


@dataclass(frozen=True, slots=True, repr=False)
class StoreInfo:
    """What :meth:`Store.info` returns: its repr is text, its display in notebooks a table.

    Parameters
    ----------
    path
        The store's folder.
    tables
        A row for each table: ``table``, ``snapshots`` (how often it was listed; 0 for analytics),
        ``files``, and the ``rows`` and ``bytes`` in them (all Int64), ``first_at`` and ``last_at``,
        the first and the last moment at which something was observed (datetime64[us, UTC]).
    holder
        The process that writes to the store, or None if none does.
    """

    path: str
    tables: pd.DataFrame
    holder: Holder | None

    def __repr__(self) -> str:
        rows = [list(_HEADINGS), *self._cells()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(width) if side == "n" else cell.ljust(width)
                for cell, width, side in zip(row, widths, _SIDES, strict=True)
            ).rstrip()
            for row in rows
        ]
        title = f"Store {self.path!r}: {self._about()}"
        return "\n".join([title, *lines] if len(lines) > 1 else [title])

    def _repr_html_(self) -> str:
        title = f"Store {self.path}"
        return data_table(_HEADINGS, _SIDES, self._cells(), title=title, about=self._about())

    def _about(self) -> str:
        count = "1 table" if len(self.tables) == 1 else f"{len(self.tables)} tables"
        size = f"{count}, {_size(int(self.tables['bytes'].sum()))}"
        if self.holder is None:
            return f"{size}; no process writes to it"
        pid, host, since, what = self.holder[:4]
        return f"{size}; process {pid} on {host} writes to it since {since:%H:%M:%S} UTC ({what})"

    def _cells(self) -> list[list[str]]:
        return [
            [
                row["table"],
                f"{row['snapshots']:,}",
                f"{row['files']:,}",
                f"{row['rows']:,}",
                _size(row["bytes"]),
                f"{row['first_at']:%Y-%m-%d %H:%M} UTC",
                f"{row['last_at']:%Y-%m-%d %H:%M} UTC",
            ]
            for row in self.tables.to_dict("records")
        ]


def info_of(archive: Archive) -> StoreInfo:
    """Return the tables of a store, and who writes to it."""
    found = [
        (*row[:5], read_moment(row["first_at"]), read_moment(row["last_at"]))
        for row in archive.ledger.rows(_TABLES)
    ]
    columns = list(zip(*found, strict=True)) or [()] * len(_COLUMNS)
    arrays = [
        pa.array(values, kind) for values, kind in zip(columns, _COLUMNS.values(), strict=True)
    ]
    rows = pa.Table.from_arrays(arrays, list(_COLUMNS))
    tables = to_frame(rows, "numpy_nullable")
    return StoreInfo(str(archive.path), tables, archive.ledger.lock.holder())


def _size(count: int) -> str:
    """Write a number of bytes.

    Examples
    --------
    >>> [_size(count) for count in (999, 15_300, 2_000_000)]
    ['999 bytes', '15.3 kB', '2.0 MB']
    """
    if count < _THOUSAND:
        return f"{count} bytes"
    size = float(count)
    for unit in ("kB", "MB", "GB"):
        size /= _THOUSAND
        if size < _THOUSAND:
            return f"{size:.1f} {unit}"
    return f"{size / _THOUSAND:.1f} TB"
