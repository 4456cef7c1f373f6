"""The same rows in seven dresses of frames."""

from __future__ import annotations

import datetime as dt
import io
import random
import warnings
from collections.abc import Callable
from typing import Any, Literal

import pandas as pd

from tests.laws.oracles.calendars import Row
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.tables import (
    ANALYTICS,
    GOAL_COMPLIANCE,
    PAYOUT_ACCRUALS,
    PAYOUT_ASSIGNMENTS,
    PAYOUT_PAYMENTS,
    PAYOUT_STRUCTURES,
    VIDEOS,
)

TABLES = {
    "videos": VIDEOS,
    "analytics": ANALYTICS,
    "goals": GOAL_COMPLIANCE,
    "structures": PAYOUT_STRUCTURES,
    "assignments": PAYOUT_ASSIGNMENTS,
    "accruals": PAYOUT_ACCRUALS,
    "payments": PAYOUT_PAYMENTS,
}
PARAMS = {"analytics": {"mode": "new", "granularity": "day"}, "goals": {"period": "all"}}
UNDECLARED = {
    "effective_date": "datetime64[us]",
    "fetched_at": "datetime64[us, UTC]",
    "currency": pd.StringDtype(na_value=float("nan")),
}
"""Columns that users add: no table declares them."""
EARLIER = dt.datetime(2026, 6, 15, 11, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)
NAMES = {"analytics": "entity_id", "goals": "goal_id", "due": "assignment_id"}
DRESSES = ("loaded", "arrow", "csv", "joined", "filtered", "categorical", "bare")
Backend = Literal["numpy_nullable", "pyarrow"]


class Wardrobe:
    """Turns rows into frames of one dress; `rows` says which rows such frames hold."""

    def __init__(
        self, dress: str, zone_name: str, seed: int, loads: dict[str, pd.DataFrame] | None = None
    ) -> None:
        self.dress, self._zone_name = dress, zone_name
        self._loads = {} if loads is None else loads  # dresses that begin alike share them
        self._dice = random.Random(seed)

    @property
    def timezone(self) -> str | None:
        """The zone that must be passed: none where the frames say it themselves."""
        return None if self.dress in ("loaded", "arrow", "filtered") else self._zone_name

    def rows(self, name: str, rows: list[Row]) -> list[Row]:
        """Joined loads overlap, and their partial or outdated rows may stand last."""
        if self.dress != "joined" or name in ("structures", "due"):
            return rows
        half = len(rows) // 2
        overlap = rows[half : half + 5]
        if name == "analytics":
            stale = [
                {**row, "value": 1.0, "is_partial": place % 2 == 0, "fetched_at": EARLIER}
                for place, row in enumerate(overlap)
            ]
            return [*({**row, "fetched_at": LATER} for row in rows), *stale]
        if name == "videos":
            return [*rows, *(_outdated(row, self._dice) for row in overlap)]
        if name in ("accruals", "payments"):  # nothing in a row says which is newer: the last is
            return [*({**row, "amount_cents": 77} for row in overlap), *rows]
        if name == "goals":
            return [*({**row, "target_value": 1} for row in overlap), *rows]
        return [*rows, *overlap]

    def frame(self, name: str, rows: list[Row]) -> pd.DataFrame:
        make: Callable[[str, list[Row]], pd.DataFrame] = getattr(self, f"_{self.dress}")
        return make(name, rows)

    def _loaded(self, name: str, rows: list[Row]) -> pd.DataFrame:
        if name not in self._loads:
            self._loads[name] = self._load(name, rows)
        return self._loads[name].copy()

    def _load(
        self,
        name: str,
        rows: list[Row],
        backend: Backend = "numpy_nullable",
        at: dt.datetime = LATER,
    ) -> pd.DataFrame:
        if name == "due":
            return _due(rows, backend)
        table = TABLES[name]
        declared = set(table.names)
        records = [
            {column: _wire(value) for column, value in row.items() if column in declared}
            for row in rows
        ]
        facts = {
            "path": table.path, "params": PARAMS.get(name, {}), "complete": True, "requests": 1,
            "fetched_at": at.isoformat(), "timezone": self._zone_name,
        }  # fmt: skip
        chunk = chunk_from_records(records, table)
        frame = build_frame([chunk], table, dtype_backend=backend, provenance=facts)
        for column, dtype in UNDECLARED.items():
            if rows and column in rows[0]:
                values = pd.Series([row[column] for row in rows], index=frame.index)
                frame[column] = values.astype(dtype)
        return frame

    def _arrow(self, name: str, rows: list[Row]) -> pd.DataFrame:
        return self._load(name, rows, "pyarrow")

    def _csv(self, name: str, rows: list[Row]) -> pd.DataFrame:
        return pd.read_csv(io.StringIO(self._loaded(name, rows).to_csv(index=False)))

    def _joined(self, name: str, rows: list[Row]) -> pd.DataFrame:
        """One load after another, so that the index repeats itself."""
        third = max(1, len(rows) // 3)
        loads = [rows[place : place + third] for place in range(0, len(rows), third)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # pandas 2.3: of columns without values
            return pd.concat(
                self._load(name, load, at=LATER + dt.timedelta(minutes=place))
                for place, load in enumerate(loads or [rows])
            )

    def _filtered(self, name: str, rows: list[Row]) -> pd.DataFrame:
        """A choice of a larger load, so that the index has gaps and words have no rows."""
        column = NAMES.get(name, "id")
        decoys = [{**row, column: f"{row[column]}-other"} for row in rows[::3]]
        frame = self._load(name, [*decoys, *rows])
        return frame[~frame[column].str.endswith("-other")]

    def _categorical(self, name: str, rows: list[Row]) -> pd.DataFrame:
        frame = self._loaded(name, rows)
        texts = frame.columns[[isinstance(dtype, pd.StringDtype) for dtype in frame.dtypes]]
        return frame.astype(dict.fromkeys(texts, "category"))

    def _bare(self, name: str, rows: list[Row]) -> pd.DataFrame:
        frame = self._loaded(name, rows)
        frame.attrs = {}
        return frame


def _due(rows: list[Row], backend: Backend) -> pd.DataFrame:
    """The frame of accrue, which no loader gives."""
    dtypes = {
        "period_start": "datetime64[us]", "period_end": "datetime64[us]", "amount_cents": "Int64",
        "structure_version": "Int64", "rule_kind": "category", "reason": "category",
    }  # fmt: skip
    texts = ("project_id", "creator_id", "structure_id", "assignment_id", "currency", "video_ids")
    dtypes |= dict.fromkeys(texts, UNDECLARED["currency"])
    frame = pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes)
    return frame.convert_dtypes(dtype_backend="pyarrow") if backend == "pyarrow" else frame


def _outdated(video: Row, dice: random.Random) -> Row:
    """A video as an earlier load had it: fewer views, perhaps not yet approved."""
    return {
        **video,
        "updated_at": video["updated_at"] - dt.timedelta(days=1),
        "view_count": 0,
        "tracking_status": dice.choice([video["tracking_status"], "pending_review", "included"]),
    }


def _wire(value: object) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
