"""Frames as plain rows, and a readable account of where two lists of rows differ."""

from __future__ import annotations

import datetime as dt
import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from tests.laws.oracles.calendars import Row
from tests.laws.oracles.dresses import DRESSES, Wardrobe
from tests.laws.oracles.worlds import World
from trackagoat_pandas.errors import ContractWarning, IncompleteFrameWarning

MOST_SHOWN = 5
CUT = ".* has .* of .*Missing rows count as zero here"
"""A chosen part of a larger load is all that these worlds have."""
UNKNOWN_WORDS = "(goal_compliance|payout_.*|videos): words that are not declared are kept"
"""Some goals, rules and payments of these worlds have words that nobody knows."""


def plain_rows(frame: pd.DataFrame) -> list[Row]:
    columns = {name: [_plain(value) for value in frame[name].astype("object")] for name in frame}
    return [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]


def _plain(value: Any) -> Any:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        moment = value.to_pydatetime()
        return moment.date() if moment.tzinfo is None else moment.astimezone(dt.UTC)
    return value.item() if hasattr(value, "item") else value


def differences(
    got: Sequence[Row], expected: Sequence[Row], key: Sequence[str], names: Sequence[str]
) -> list[str]:
    """One line for each row that is missing, too many or has another value."""
    ours, theirs = _by_key(got, key), _by_key(expected, key)
    lines = [f"missing {name}: {theirs[name]}" for name in theirs if name not in ours]
    lines += [f"too many {name}: {ours[name]}" for name in ours if name not in theirs]
    if len(ours) != len(got):
        lines.append(f"{len(got) - len(ours)} rows repeat their key {tuple(key)}")
    for name, row in theirs.items():
        if name in ours:
            lines += [
                f"{name}: {column} is {ours[name].get(column)!r}, expected {row[column]!r}"
                for column in names
                if column in row and not _same(ours[name].get(column), row[column])
            ]
    return lines


def _by_key(rows: Sequence[Row], key: Sequence[str]) -> dict[tuple[Any, ...], Row]:
    return {tuple(row[name] for name in key): row for row in rows}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, int | float) and not isinstance(other, bool):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(one == other)


def pick(questions: Sequence[Any], world: World, wardrobe: Wardrobe) -> Any:
    """One of several questions: the dresses of a world take the next ones in turn."""
    turn = len(DRESSES) * world.seed + DRESSES.index(wardrobe.dress)
    return questions[turn % len(questions)]


def check(
    world: World, dresses: Sequence[str], compare: Callable[[World, Wardrobe], list[str]]
) -> None:
    """Compare in each dress; the message says seed, zone, dress and the first rows that differ."""
    loads: dict[str, pd.DataFrame] = {}
    for dress in dresses:
        where = f"seed {world.seed}, {world.zone_name}, {dress}, now {world.now}"
        try:
            with warnings.catch_warnings():
                if dress == "filtered":
                    warnings.filterwarnings("ignore", CUT, IncompleteFrameWarning)
                warnings.filterwarnings("ignore", UNKNOWN_WORDS, ContractWarning)
                lines = compare(world, Wardrobe(dress, world.zone_name, world.seed, loads))
        except Exception as error:
            error.add_note(where)
            raise
        shown = "\n  ".join(lines[:MOST_SHOWN])
        assert not lines, f"{where}: {len(lines)} differences\n  {shown}"
