"""Checks of arguments and of the frames that functions are given.

Knows the errors to raise. Must not know HTTP, tables or what the arguments are for.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from numbers import Real
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    MissingColumnError,
)

_IDS = "one id, several in a list, Index or Series, or a loaded frame"


def require_columns(
    frame: pd.DataFrame, names: Iterable[str], *, loader: str | None = None
) -> None:
    """Make sure that a frame has the columns that a function needs.

    Parameters
    ----------
    frame
        The frame.
    names
        The columns it must have.
    loader
        The public function whose frames have them, for the message.

    Raises
    ------
    ArgumentTypeError
        If it is no DataFrame.
    MissingColumnError
        If columns are missing; it names them, those there are, and the loader.
    ArgumentError
        If a column is there twice.
    """
    if not isinstance(frame, pd.DataFrame):
        raise ArgumentTypeError("frame", frame, "a pandas DataFrame")
    names = list(names)
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise MissingColumnError(missing, frame.columns, loader=loader)
    if not frame.columns.is_unique:
        for name in frame.columns[frame.columns.duplicated()].intersection(names):
            raise ArgumentError("frame", name, "it must have one column of this name")


@contextmanager
def holding(column: pd.Series, what: str) -> Iterator[None]:
    """Say what a column must hold where its values can't be read.

    Raises
    ------
    ArgumentError
        They can't.
    """
    try:
        yield
    except (TypeError, ValueError, NotImplementedError) as error:
        raise ArgumentError(
            str(column.name), str(column.dtype), f"the column must hold {what}"
        ) from error


def check_choice(argument: str, given: object, choices: Sequence[str]) -> str:
    """Return `given` if it is one of a closed set of words.

    Raises
    ------
    ChoiceError
        If it is not; the message lists the words.
    """
    if not isinstance(given, str) or given not in choices:
        raise ChoiceError(argument, given, choices)
    return given


def check_bool(argument: str, given: object) -> bool:
    """Return `given` if it is True or False.

    Raises
    ------
    ArgumentTypeError
        If it is anything else, even 0 or 1.
    """
    if not isinstance(given, bool):
        raise ArgumentTypeError(argument, given, "True or False")
    return given


def check_int(
    argument: str, given: object, *, minimum: int | None = None, maximum: int | None = None
) -> int:
    """Return `given` if it is a whole number within bounds, both inclusive.

    Raises
    ------
    ArgumentTypeError
        If it is no int; True and False are none.
    ArgumentError
        If it is out of bounds.
    """
    if isinstance(given, bool) or not isinstance(given, int):
        raise ArgumentTypeError(argument, given, "a whole number")
    if minimum is not None and given < minimum:
        raise ArgumentError(argument, given, f"it must be at least {minimum}")
    if maximum is not None and given > maximum:
        raise ArgumentError(argument, given, f"it must be at most {maximum}")
    return given


def check_between(
    argument: str, given: object, low: float, high: float, *, ends: bool = False
) -> float:
    """Return `given` if it is a number between two others, or with `ends` one of them.

    Raises
    ------
    ArgumentTypeError
        If it is no number.
    ArgumentError
        If it lies outside.
    """
    if isinstance(given, bool) or not isinstance(given, Real):
        raise ArgumentTypeError(argument, given, "a number")
    number = float(given)
    if ends and not low <= number <= high:
        raise ArgumentError(argument, given, f"it must be from {low:g} to {high:g}")
    if not ends and not low < number < high:
        raise ArgumentError(argument, given, f"it must be above {low:g} and below {high:g}")
    return number


def check_name(argument: str, given: object) -> str:
    """Return `given` if it is the name of a column.

    Raises
    ------
    ArgumentTypeError
        If it is something else.
    """
    if not isinstance(given, str):
        raise ArgumentTypeError(argument, given, "the name of a column")
    return given


def check_names(argument: str, given: object) -> list[str]:
    """Return names, one or several, each once; none for None.

    Raises
    ------
    ArgumentTypeError
        If it is something else.
    """
    if given is None:
        return []
    names = [given] if isinstance(given, str) else given
    if isinstance(names, Iterable) and not isinstance(names, Mapping | pd.DataFrame):
        names = list(names)
        if all(isinstance(name, str) for name in names):
            return list(dict.fromkeys(names))
    raise ArgumentTypeError(argument, given, "a name, or several in a list")


def check_timezone(argument: str, given: object) -> str:
    """Return `given` if it names an IANA time zone.

    Raises
    ------
    ArgumentTypeError
        If it is no text.
    ArgumentError
        If no such zone is known.
    """
    if not isinstance(given, str):
        raise ArgumentTypeError(argument, given, "the name of a time zone")
    try:
        ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ArgumentError(
            argument, given, "name an IANA time zone, such as 'America/New_York'"
        ) from error
    return given


def check_id(argument: str, given: object) -> str:
    """Return one id, in lower case.

    Raises
    ------
    ArgumentTypeError
        If it is no text: an id that passed through a number may have lost digits.
    ArgumentError
        If it is null or no UUID.
    """
    if is_null(given):
        raise ArgumentError(argument, given, "an id can't be null")
    if not isinstance(given, str):
        raise ArgumentTypeError(argument, given, "ids as strings")
    try:
        parsed = str(uuid.UUID(given))
    except ValueError:
        parsed = ""
    if not parsed or parsed != given.lower():
        raise ArgumentError(argument, given, "an id is a UUID: 8-4-4-4-12 hexadecimal digits")
    return parsed


def is_null(given: object) -> bool:
    """Whether a value or a frame's cell holds nothing: None, NA, NaT or NaN."""
    is_nan = isinstance(given, float) and math.isnan(given)
    return is_nan or given is None or given is pd.NA or given is pd.NaT


def check_ids(argument: str, given: object, *, entity: str | None = None) -> list[str]:
    """Return ids as a list without repetitions, in the order given.

    Parameters
    ----------
    argument
        The argument's name, for messages.
    given
        One id; a list, tuple, Index, Series or array of ids; or a frame with a column
        ``{entity}_id`` or ``id``.
    entity
        What the ids are of, such as ``"creator"``: says which column of a frame holds them.

    Returns
    -------
    list of str
        Empty if nothing is given.

    Raises
    ------
    ArgumentTypeError
        If it is something else, or an id is no text.
    ArgumentError
        If an id is null or no UUID.
    MissingColumnError
        If a frame has no column of ids.
    """
    return list(
        dict.fromkeys(check_id(argument, id_) for id_ in _given_ids(argument, given, entity))
    )


def _given_ids(argument: str, given: object, entity: str | None) -> Iterable[Any]:
    if isinstance(given, str):
        return [given]
    if isinstance(given, pd.DataFrame):
        return given[_id_column(given, entity)].unique()
    if isinstance(given, pd.Series | pd.Index):
        return given.unique()
    if isinstance(given, Iterable) and not isinstance(given, bytes | dict):
        return given
    raise ArgumentTypeError(argument, given, _IDS)


def _id_column(frame: pd.DataFrame, entity: str | None) -> str:
    # A frame of videos has a creator_id too: asked for creators, that is the column meant.
    names = [f"{entity}_id", "id"] if entity else ["id"]
    for name in names:
        if name in frame.columns:
            return name
    raise MissingColumnError(names[:1], frame.columns)
