"""Payout rules with other terms, whose rates may have fractions of a cent."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.base.spelling import did_you_mean
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, brief, listing
from trackagoat_pandas.helpers.columns import STRING, is_among, text, whole
from trackagoat_pandas.helpers.payouts.money import MOST_CENTS, half_up_exact
from trackagoat_pandas.helpers.payouts.rules import CENT_PARTS
from trackagoat_pandas.inputs.checks import check_choice, is_null, require_columns
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS
from trackagoat_pandas.tables.payouts import PRORATIONS

Changes: TypeAlias = pd.DataFrame | Mapping[str, Mapping[str, Any]]
"""Other terms of rules: new values by structure and column, or a frame of structures."""

_RATES: Final = ("amount_cents", "cpm_cents")
"""What may have fractions of a cent: what it pays is rounded, once."""
_NUMBERS: Final = (*_RATES, "cap_cents", "threshold_views")
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "period": tuple(GOAL_PERIODS),
    "goal_metric": tuple(GOAL_METRICS),
    "proration": tuple(PRORATIONS),
}
_MOST_PARTS: Final = 10**6
_PERCENT: Final = re.compile(r"([+-])\s*(\d+(?:\.\d+)?)\s*%")
_EXAMPLE: Final = "{'CPM': {'cpm_cents': '+10%'}}"


def with_changes(structures: pd.DataFrame, changes: Any) -> pd.DataFrame:
    """Return structures with other terms.

    Rates with fractions become whole numbers of parts of a cent; ``CENT_PARTS`` says how many parts
    a cent has. A cap is rounded half up to a cent, and a threshold up to a whole view.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError
        No structure has that name or id, or a value isn't allowed.
    """
    require_columns(structures, ["id"], loader="load_payout_structures")
    if isinstance(changes, pd.DataFrame):
        return _replace_rows(structures, changes)
    if not isinstance(changes, Mapping):
        wanted = f"a dict by structure, such as {_EXAMPLE}, or a frame of structures"
        raise ArgumentTypeError("changes", changes, wanted)
    changed, exact = structures.copy(), dict[str, list[Fraction | None]]()
    ids = text(structures["id"])
    names = text(structures["name"]) if "name" in structures.columns else ids
    for structure, terms in changes.items():
        is_meant = ((ids == structure) | (names == structure)).to_numpy(bool, na_value=False)
        if not is_meant.any():
            raise _unknown(structure, names)
        if not isinstance(terms, Mapping):
            wanted = f"new values in a dict by column, such as {_EXAMPLE}"
            raise ArgumentTypeError("changes", terms, wanted)
        for column, value in terms.items():
            check_choice("changes", column, [*_NUMBERS, *_WORDS])
            require_columns(changed, [column], loader="load_payout_structures")
            if column in _WORDS:
                _set_word(changed, column, is_meant, value)
            else:
                numbers = exact.setdefault(column, _fractions(changed[column]))
                _set_numbers(numbers, column, np.flatnonzero(is_meant).tolist(), value)
    return _with_numbers(changed, exact)


def _replace_rows(structures: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Return structures, with some replaced by those of a frame."""
    require_columns(changes, ["id"], loader="load_payout_structures")
    is_new = ~is_among(changes["id"], structures["id"])
    if is_new.any():
        raise _unknown(text(changes["id"])[is_new].iloc[0], text(structures["id"]))
    kept = structures[~is_among(structures["id"], changes["id"])]
    return changes if kept.empty else pd.concat([kept, changes], ignore_index=True)


def _unknown(given: object, names: pd.Series) -> ArgumentError:
    known = [*dict.fromkeys(names.dropna())]
    problem = (
        f"no structure has the name or id {brief(given)}; there are {listing(known) or 'none'}"
    )
    problem += f".{did_you_mean(given, known)}"
    return ArgumentError("changes", given, problem=problem)


def _set_word(changed: pd.DataFrame, column: str, is_meant: Any, value: Any) -> None:
    word = None if is_null(value) else check_choice(column, value, _WORDS[column])
    # A category takes no word that isn't among its categories.
    if isinstance(changed[column].dtype, pd.CategoricalDtype):
        changed[column] = changed[column].astype(STRING)
    changed.loc[is_meant, column] = word


def _fractions(column: Any) -> list[Fraction | None]:
    return [None if is_null(each) else Fraction(int(each)) for each in whole(column)]


def _set_numbers(
    numbers: list[Fraction | None], column: str, places: list[int], value: Any
) -> None:
    """Replace numbers at some places by a value, or change them by its percentage."""
    percent = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if percent is None:
        number = None if is_null(value) else _number(column, value)
        numbers[:] = [number if at in places else old for at, old in enumerate(numbers)]
        return
    factor = 1 + Fraction(percent[1] + percent[2]) / 100
    if factor < 0:
        raise ArgumentError(column, value, "it can't fall by more than 100 %")
    if all(numbers[place] is None for place in places):
        raise ArgumentError(column, value, "there is no value that a percentage could change")
    for place in places:
        old = numbers[place]
        numbers[place] = None if old is None else _check(column, value, old * factor)


def _number(column: str, value: Any) -> Fraction:
    wanted = "a whole number, text such as '159.5' or '+10%', a Decimal or a Fraction"
    is_exact = isinstance(value, int | np.integer | Fraction | Decimal | str)
    if isinstance(value, bool) or not is_exact:
        raise ArgumentTypeError(column, value, wanted)
    try:
        number = Fraction(int(value) if isinstance(value, np.integer) else value)
    except (ValueError, OverflowError) as error:
        raise ArgumentError(column, value, f"give {wanted}") from error
    return _check(column, value, number)


def _check(column: str, value: Any, number: Fraction) -> Fraction:
    if number < 0:
        raise ArgumentError(column, value, "it must be at least 0")
    if number > MOST_CENTS:
        raise ArgumentError(column, value, f"it must be at most {MOST_CENTS}")
    if number.denominator > _MOST_PARTS:
        raise ArgumentError(column, value, f"it must have at most {_MOST_PARTS:,} parts of a cent")
    return number


def _with_numbers(
    changed: pd.DataFrame, exact: Mapping[str, list[Fraction | None]]
) -> pd.DataFrame:
    """Write exact numbers as whole ones, of parts of a cent where they need it."""
    rates = {
        name: exact.get(name) or _fractions(changed[name]) for name in _RATES if name in changed
    }
    parts = [
        math.lcm(*(each.denominator for each in row if each is not None))
        for row in zip(*rates.values(), strict=True)
    ]
    written = {
        name: [
            None if each is None else int(each * part)
            for each, part in zip(row, parts, strict=True)
        ]
        for name, row in rates.items()
        # A row has one number of parts, so both rates are in parts if either needs them.
        if name in exact or max(parts, default=1) > 1
    }
    for name, rounded in (("cap_cents", half_up_exact), ("threshold_views", math.ceil)):
        if name in exact:
            written[name] = [None if each is None else rounded(each) for each in exact[name]]
    for name, numbers in written.items():
        changed[name] = pd.array(numbers, dtype="Int64")
    return changed.assign(**{CENT_PARTS: parts}) if max(parts, default=1) > 1 else changed
