"""Whether the rows that came are those that were asked for, with the fields that are declared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._warning import warn
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import ContractWarning
from trackagoat_pandas.frames.build import ATTRIBUTE
from trackagoat_pandas.frames.dtypes import STRING
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import known_timezone, organization
from trackagoat_pandas.tables import Filter, Table

Asked: TypeAlias = Mapping[str, Any]
"""What was asked for, by query parameter: a value, a list of allowed ones, or None for any."""
_Mask: TypeAlias = "NDArray[np.bool_]"

_BEHIND, _AHEAD = np.timedelta64(-12, "h"), np.timedelta64(14, "h")
"""The clocks farthest from UTC: what both show outside of a range of days is outside everywhere."""
_SPELLED: Final = 3
"""How many values a warning spells out."""


def note_missing_fields(frame: pd.DataFrame, table: Table) -> None:
    """Note declared fields that no row has, though the API never sends null there.

    What may be null may also be left out. So may a field that the API is only assumed to send, but
    for keys, without which no row is found again, and numbers, whose sum would be nothing. What a
    file of the user's own holds is not compared.

    Warns
    -----
    ContractWarning
        Once, if there are any; the provenance lists them in ``missing``.
    """
    if frame.empty or table.is_open:
        return
    facts = frame.attrs[ATTRIBUTE]
    required = [
        column.name
        for column in table.columns
        if not column.nullable
        and (column.documented or column.name in table.key or column.kind in ("int", "float"))
    ]
    unreadable = facts.get("unreadable", {})
    missing = [
        name for name in required if name not in unreadable and bool(frame[name].isna().all())
    ]
    if missing:
        frame.attrs[ATTRIBUTE] = {**facts, "missing": missing}
        one, they = ("a field", "It is") if len(missing) == 1 else ("fields", "They are")
        warn(
            f"{table.name}: the server left out {one} that every row should have: "
            f"{', '.join(missing)}. {they} NA in the frame.",
            ContractWarning,
        )


def note_other_periods(frame: pd.DataFrame, day: dt.date) -> None:
    """Note goals whose period shows that the server judged another day than the one asked for.

    A goal may show the period before, if it has just ended, and outside of its own first and last
    day any. So only what begins after the day, or ended more than its own length before, is taken
    for another day's; the rows are kept.

    Warns
    -----
    ContractWarning
        Once, if there are such goals; the provenance lists ``reference_date`` in ``unverified``,
        as it does where no goal says its period.
    """
    if frame.empty:
        return
    facts, asked = frame.attrs[ATTRIBUTE], np.datetime64(day)
    starts, ends, begun, over = (
        frame[name].to_numpy("datetime64[us]")
        for name in ("period_start", "period_end", "start_date", "end_date")
    )
    first: NDArray[Any]
    last: NDArray[Any]
    if zone := facts.get("timezone"):
        first, last = days_shown(starts, zone), days_shown(ends, zone)
    else:
        first, last = starts + _BEHIND, ends + _AHEAD
    is_ahead = (first.astype("datetime64[D]") > asked) & ~(begun > asked)
    is_past = (last + (ends - starts) < asked) & ~(over < asked)
    is_other = is_ahead | is_past
    if is_other.any():
        place = int(is_other.argmax())
        shown = "..".join(str(bound[place].astype("datetime64[D]")) for bound in (starts, ends))
        warn(
            f"goal_compliance: the server seems to have ignored reference_date='{day}': "
            f"{is_other.sum():,} of {len(frame):,} goals are of other periods, such as {shown}.",
            ContractWarning,
        )
    if is_other.any() or np.isnat(starts).all():
        unverified = [*facts.get("unverified", []), "reference_date"]
        frame.attrs[ATTRIBUTE] = {**facts, "unverified": unverified}


def keep_asked(frame: pd.DataFrame, table: Table, asked: Asked, client: Client) -> pd.DataFrame:
    """Drop the rows that are surely not what was asked for.

    Parameters
    ----------
    frame
        The rows that came, with the columns of `table`.
    table
        Its filters say which columns show what a row is.
    asked
        The query parameters, ``from`` and ``to`` among them.
    client
        Asked once for the organization's time zone, where an instant near midnight needs it.

    Returns
    -------
    pandas.DataFrame
        The rows that are, or may be, what was asked for. The provenance counts the others by
        filter in ``dropped``, and lists in ``unverified`` the filters that some row of those kept
        says nothing about.

    Warns
    -----
    ContractWarning
        Once, if rows were dropped.
    """
    wishes = {one: wish for one in table.filters if (wish := _wish(one, asked)) is not None}
    if frame.empty or not wishes:
        return frame
    dropped: dict[str, int] = {}
    silent: dict[str, _Mask] = {}
    is_other = np.zeros(len(frame), np.bool_)
    for one, wish in wishes.items():
        others, silent[one.name] = _compare(frame, table, one, wish, client)
        is_other |= others
        if others.any():
            dropped[one.name] = int(others.sum())
    unverified = [name for name, rows in silent.items() if (rows & ~is_other).any()]
    kept = frame[~is_other].reset_index(drop=True) if dropped else frame
    if dropped:
        said = {_spelled(one.name, wish): dropped.get(one.name, 0) for one, wish in wishes.items()}
        _warn(table, said, is_other)
    kept.attrs[ATTRIBUTE] = {
        **kept.attrs[ATTRIBUTE],
        "rows": len(kept),
        **({"dropped": dropped} if dropped else {}),
        **({"unverified": unverified} if unverified else {}),
    }
    return kept


def _wish(one: Filter, asked: Asked) -> Any:
    if one.name != "dates":
        return asked.get(one.name)
    return DateRange(asked["from"], asked["to"]) if asked.get("from") and asked.get("to") else None


def _compare(
    frame: pd.DataFrame, table: Table, one: Filter, wish: Any, client: Client
) -> tuple[_Mask, _Mask]:
    """Find the rows that are something else, and those that don't say."""
    if not one.columns:
        return np.zeros(len(frame), np.bool_), np.ones(len(frame), np.bool_)
    if isinstance(wish, DateRange):
        return _compare_days(frame, table, one, wish, client)
    (name,) = one.columns
    text = frame[name].astype(STRING).str.lower()
    if one.part:
        fits = text.str.contains(str(wish).lower(), regex=False)
    else:
        fits = text.isin([str(value).lower() for value in _values(wish)])
    is_asked = fits.fillna(value=False).to_numpy(np.bool_)
    column, unreadable = table.column(name), frame.attrs[ATTRIBUTE].get("unreadable", {})
    silent = frame[name].isna().to_numpy(np.bool_)
    if column.categories and not is_asked.any():
        # Other words than the declared ones: one of them may be the server's for what was asked.
        words = [word.lower() for word in column.categories]
        silent = silent | ~text.isin(words).to_numpy(np.bool_)
    others = ~silent & ~is_asked
    if column.nullable and column.documented and name not in unreadable and not silent.all():
        # The field comes and its null means something: that a video is nobody's, say.
        return others | silent, np.zeros(len(frame), np.bool_)
    return others, silent


def _compare_days(
    frame: pd.DataFrame, table: Table, one: Filter, span: DateRange, client: Client
) -> tuple[_Mask, _Mask]:
    """Compare days, the first and last of a period, or instants, with a range of days."""
    first, last = (
        frame[name].to_numpy("datetime64[us]") for name in (one.columns[0], one.columns[-1])
    )
    silent = np.isnat(first) | np.isnat(last)
    if table.column(one.columns[0]).kind == "day":
        return _outside(first, last, span), silent
    anywhere = _outside(first + _BEHIND, last + _AHEAD, span)
    in_doubt = _outside(first + _AHEAD, last + _BEHIND, span) & ~anywhere
    if not in_doubt.any():
        return anywhere, silent
    zone = known_timezone(client)
    if zone is None and frame.attrs[ATTRIBUTE]["complete"]:  # else the list has failed already
        zone = organization(client).timezone
    if zone is None:
        return anywhere, silent | in_doubt
    return _outside(days_shown(first, zone), days_shown(last, zone), span), silent


def _outside(first: NDArray[Any], last: NDArray[Any], span: DateRange) -> _Mask:
    return (last < np.datetime64(span.start)) | (first >= np.datetime64(span.stop))


def _values(wish: Any) -> list[Any]:
    return list(wish) if isinstance(wish, list | tuple) else [wish]


def _spelled(name: str, wish: Any) -> str:
    values = _values(wish)
    if len(values) > _SPELLED:
        return f"{name} ({len(values):,} values)"
    return f"{name}=" + " or ".join(
        str(value) if isinstance(value, bool) else repr(str(value)) for value in values
    )


def _warn(table: Table, counts: Mapping[str, int], is_other: _Mask) -> None:
    ignored = {said: count for said, count in counts.items() if count}
    if len(ignored) == 1:
        filters = next(iter(ignored))
    else:
        filters = ", ".join(f"{said} ({count:,} rows)" for said, count in ignored.items())
    warn(
        f"{table.name}: the server ignored {filters}: {is_other.sum():,} of {len(is_other):,} rows "
        "were something else and were dropped.",
        ContractWarning,
    )
