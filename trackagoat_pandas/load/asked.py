"""Whether a server sent the rows that were requested, with the fields that are declared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._warning import warn
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import ContractWarning, TrackaGoatError
from trackagoat_pandas.frames.build import ATTRIBUTE
from trackagoat_pandas.frames.dtypes import STRING
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.load.provenance import add_facts
from trackagoat_pandas.organization import ask_timezone, known_timezone
from trackagoat_pandas.roster import known_creators, known_owners
from trackagoat_pandas.tables import PAYOUT_PAYMENTS, Filter, Table

Asked: TypeAlias = Mapping[str, Any]
"""What was requested, by query parameter: a value, a list of allowed ones, or None for any."""
_Mask: TypeAlias = NDArray[np.bool_]

_BEHIND, _AHEAD = np.timedelta64(-12, "h"), np.timedelta64(14, "h")
"""The time zones farthest from UTC: an instant of another day in both is so in every zone."""
_SPELLED: Final = 3
"""The most values of a filter that a warning lists."""


def note_missing_fields(frame: pd.DataFrame, table: Table) -> None:
    """Note declared fields that no row has, although the API never sends null for them.

    A nullable field may be left out, and so may one that is only assumed to exist, except keys,
    which identify rows, and numbers, whose sum would be 0. Open tables, those of users' own files,
    are not checked.

    Warns
    -----
    ContractWarning
        Once, if there are any; the provenance lists them in ``missing``.
    """
    if frame.empty or table.is_open:
        return
    required = [
        column.name
        for column in table.columns
        if not column.nullable
        and (column.documented or column.name in table.key or column.kind in ("int", "float"))
    ]
    unreadable = frame.attrs[ATTRIBUTE].get("unreadable", {})
    missing = [
        name for name in required if name not in unreadable and bool(frame[name].isna().all())
    ]
    if missing:
        add_facts(frame, missing=missing)
        one, they = ("a field", "It is") if len(missing) == 1 else ("fields", "They are")
        warn(
            f"{table.name}: the server left out {one} that every row should have: "
            f"{', '.join(missing)}. {they} NA in the frame.",
            ContractWarning,
        )


def note_other_periods(frame: pd.DataFrame, day: dt.date) -> None:
    """Note goals whose period shows that the server didn't evaluate the requested day.

    A goal that has just ended may show the period before, and a goal that isn't in force on the day
    any period. So only periods that begin after the day, or ended longer ago than their own length,
    count as those of another day. Their rows are kept.

    Warns
    -----
    ContractWarning
        Once, if there are such goals. The provenance then lists ``reference_date`` in
        ``unverified``, as it does if no goal has a period.
    """
    if frame.empty:
        return
    facts, asked = frame.attrs[ATTRIBUTE], np.datetime64(day)
    starts, ends, begun, over = (
        frame[name].to_numpy("datetime64[us]")
        for name in ("period_start", "period_end", "start_date", "end_date")
    )
    first, last = _widest_days(starts, ends, facts.get("timezone"))
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
        add_facts(frame, unverified=[*facts.get("unverified", []), "reference_date"])


def keep_asked(frame: pd.DataFrame, table: Table, asked: Asked, session: Session) -> pd.DataFrame:
    """Drop the rows that are certainly not what was requested.

    Parameters
    ----------
    frame
        The rows that were received, with the columns of `table`.
    table
        Its filters name the columns to compare.
    asked
        The query parameters, including ``from`` and ``to``.
    session
        Used to request the organization's time zone, if an instant near midnight requires it.

    Returns
    -------
    pandas.DataFrame
        The rows that are, or may be, what was requested. The provenance counts the others by filter
        in ``dropped``, and lists in ``unverified`` the filters for which some of the rows kept have
        no value to compare.

    Warns
    -----
    ContractWarning
        Once, if rows were dropped.
    """
    wishes = {one: wish for one in table.filters if (wish := _wish(one, asked)) is not None}
    if frame.empty or not wishes:
        return frame
    found = {one: _compare(frame, table, one, wish, session) for one, wish in wishes.items()}
    is_other = np.logical_or.reduce([others for others, _ in found.values()])
    dropped = {one.name: int(others.sum()) for one, (others, _) in found.items() if others.any()}
    unverified = [one.name for one, (_, silent) in found.items() if (silent & ~is_other).any()]
    kept = frame[~is_other].reset_index(drop=True) if dropped else frame
    add_facts(kept, rows=len(kept), dropped=dropped, unverified=unverified)
    if dropped:
        ignored = [
            _spelled(one.name, wish)
            + (f" ({dropped[one.name]:,} rows)" if len(dropped) > 1 else "")
            for one, wish in wishes.items()
            if one.name in dropped
        ]
        warn(
            f"{table.name}: the server ignored {', '.join(ignored)}: {is_other.sum():,} of "
            f"{len(frame):,} rows were something else and were dropped.",
            ContractWarning,
        )
    return kept


def _wish(one: Filter, asked: Asked) -> Any:
    """Return what was requested of a filter; None for anything."""
    if one.name != "dates":
        return asked.get(one.name)
    return DateRange(asked["from"], asked["to"]) if asked.get("from") and asked.get("to") else None


def _compare(
    frame: pd.DataFrame, table: Table, one: Filter, wish: Any, session: Session
) -> tuple[_Mask, _Mask]:
    """Find the rows that are something else, and those that have no value to compare."""
    if not one.columns and one.name == "project_id" and "creator_id" in frame:
        # Neither reports nor payments say their project; a creator has one, if it is known.
        creators = frame["creator_id"].astype(STRING).str.lower()
        if table is PAYOUT_PAYMENTS and not creators.isin(known_owners(session)).all():
            with suppress(TrackaGoatError):  # then those that are known are checked
                known_creators(session)
        owners = creators.map(known_owners(session))
        silent = owners.isna().to_numpy(np.bool_)
        return ~silent & (owners != str(wish).lower()).to_numpy(np.bool_), silent
    if not one.columns:
        return np.zeros(len(frame), np.bool_), np.ones(len(frame), np.bool_)
    if isinstance(wish, DateRange):
        return _compare_days(frame, table, one, wish, session)
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
        # A word that isn't declared may be the server's own for what was requested.
        words = [word.lower() for word in column.categories]
        silent = silent | ~text.isin(words).to_numpy(np.bool_)
    others = ~silent & ~is_asked
    if column.nullable and column.documented and name not in unreadable and not silent.all():
        # Other rows have the field, so null is a value: that a video has no creator, for example.
        return others | silent, np.zeros(len(frame), np.bool_)
    return others, silent


def _compare_days(
    frame: pd.DataFrame, table: Table, one: Filter, span: DateRange, session: Session
) -> tuple[_Mask, _Mask]:
    """Compare days, instants, or the first and last day of a period, with a range of days."""
    first, last = (
        frame[name].to_numpy("datetime64[us]") for name in (one.columns[0], one.columns[-1])
    )
    silent = np.isnat(first) | np.isnat(last)
    if table.column(one.columns[0]).kind == "day":
        return _outside(first, last, span), silent
    anywhere = _outside(*_widest_days(first, last, None), span)
    in_doubt = _outside(first + _AHEAD, last + _BEHIND, span) & ~anywhere
    if not in_doubt.any():
        return anywhere, silent
    zone = known_timezone(session)
    if zone is None and frame.attrs[ATTRIBUTE]["complete"]:  # else requests already fail
        zone = ask_timezone(session)
    if zone is None:
        return anywhere, silent | in_doubt
    return _outside(*_widest_days(first, last, zone), span), silent


def _widest_days(
    first: NDArray[Any], last: NDArray[Any], zone: str | None
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return instants as days of a time zone; without one, the earliest and latest they can be."""
    if zone is None:
        return first + _BEHIND, last + _AHEAD
    return days_shown(first, zone), days_shown(last, zone)


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
