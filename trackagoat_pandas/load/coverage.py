"""Compare rows with the requested series, and warn of requested days without data."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.base.types import Days, Entity, Granularity
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.errors import ContractWarning, NoDataWarning, TrackaGoatError, listing
from trackagoat_pandas.frames.build import ATTRIBUTE
from trackagoat_pandas.frames.dtypes import STRING
from trackagoat_pandas.helpers.beginnings import Beginnings, beginnings
from trackagoat_pandas.helpers.clocks import days_shown, skipped_days
from trackagoat_pandas.helpers.columns import days_of, instants_of, nullable_flags, numbered
from trackagoat_pandas.helpers.series import IDENTITY, buckets_left_out, next_bucket, runs_of_days
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.provenance import MOST_NAMES, add_facts
from trackagoat_pandas.load.query import Query
from trackagoat_pandas.names.campaigns import remembered_posts
from trackagoat_pandas.names.creators import known_creators, known_owners, remembered_creators
from trackagoat_pandas.names.organization import ask_timezone, known_timezone
from trackagoat_pandas.tables import PAYOUT_PAYMENTS, Filter, Table

_ONE_DAY = dt.timedelta(days=1)
_WEEK = np.timedelta64(7, "D")
_MANY = 0.25
"""If more than this share begins later than the others, that is warned of: one in a program of many
always does, and is only noted."""
Requested: TypeAlias = Mapping[str, Any]
"""What was requested, by query parameter: a value, a list of allowed ones, or None for any."""
_Mask: TypeAlias = NDArray[np.bool_]

_BEHIND, _AHEAD = np.timedelta64(-12, "h"), np.timedelta64(14, "h")
"""The time zones farthest from UTC: an instant of another day in both is so in every zone."""
_SPELLED: Final = 3
"""The most values of a filter that a warning lists."""


def server_today(
    session: Session, sent_at: dt.datetime | None, timezone: str | None = None
) -> dt.date:
    """Return the organization's day at the time of a response's Date header; sends no request.

    Without a header this machine's clock is used; without a known time zone, UTC.
    """
    zone = _zone(session.timezone or timezone or known_timezone(session)) or ZoneInfo("UTC")
    return (sent_at or dt.datetime.now(dt.UTC)).astimezone(zone).date()


def warn_no_data(
    what: str, span: DateRange | None, today: dt.date, *, since: dt.date | None = None
) -> None:
    """Warn that a load returned no data, with the reason if it is known.

    Parameters
    ----------
    what
        What was loaded, such as ``"analytics"`` or a report's name.
    span
        The requested dates; None if the server chose them.
    today
        The organization's day, from :func:`server_today`.
    since
        The earliest day that may have data, if it is known.
    """
    if span is None:
        why = "the server has none for its default range of dates."
    elif span.first > today:
        why = f"{span} is in the future; the server's today is {today}."
    elif since is not None and span.last < since:
        why = f"{span} is before {since}, the earliest day with data."
    else:
        why = f"the server has none for {span}."
    warn(f"{what}: no data: {why}", NoDataWarning)


def warn_beyond_data(
    what: str,
    span: DateRange,
    today: dt.date,
    *,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> None:
    """Warn if the requested dates reach more than a day beyond the days with data.

    Dates that end with the current week, month, quarter or year are exempt: "2026-06" in the middle
    of June means the part of it that has passed.

    Parameters
    ----------
    what
        What was loaded.
    span
        The requested dates.
    today
        The organization's day, from :func:`server_today`.
    first, last
        The first and the last day with data; None if unknown.
    """
    if facts := [*_late(span.first, first), *_early(span, today, last)]:
        warn(f"{what}: {span} reaches beyond the data: {', '.join(facts)}.", NoDataWarning)


def _late(begin: dt.date, first: dt.date | None) -> list[str]:
    is_late = first is not None and first > begin + _ONE_DAY
    return [f"the first day with data is {first}"] if is_late else []


def _early(span: DateRange, today: dt.date, last: dt.date | None) -> list[str]:
    if span.last > today + _ONE_DAY and span.last not in _running_ends(today):
        return [f"the server's today is {today}"]
    if last is not None and last < min(span.last, today - _ONE_DAY):
        return [f"the last day with data is {last}"]
    return []


def _running_ends(today: dt.date) -> list[dt.date]:
    """Return the last days of the week (from Monday), month, quarter and year that a day is in."""
    months = (today.month, today.month + -today.month % 3, 12)
    lasts = [calendar.monthrange(today.year, month)[1] for month in months]
    return [
        today + (6 - today.weekday()) * _ONE_DAY,
        *(dt.date(today.year, *each) for each in zip(months, lasts, strict=True)),
    ]


def note_missing_days(series: pd.DataFrame, granularity: Granularity) -> None:
    """Note days for which a series has no bucket, although it has earlier and later ones.

    Warns
    -----
    ContractWarning
        Once, if there are any. The provenance then says ``complete=False`` and lists them in
        ``gaps``.
    """
    facts = series.attrs[ATTRIBUTE]
    missing = _missing_days(series, granularity, facts["timezone"])
    if not missing.size:
        return
    gaps = runs_of_days(missing)
    # combine_loads needs both: a later load can fill gaps, but not replace a series that failed.
    add_facts(series, complete=False, gaps=gaps, loads_complete=facts["complete"])
    warn(
        f"analytics: the server left {number(missing.size, 'day')} out of the middle of a series: "
        f"{listing(gaps)}. The frame is incomplete, unless the server leaves out days on which "
        "nothing happened.",
        ContractWarning,
    )


def _missing_days(series: pd.DataFrame, granularity: Granularity, timezone: str | None) -> Days:
    owners, days = numbered(series, IDENTITY), days_of(series["date"])
    if granularity == "week":
        # If the range cuts the first week, its bucket begins on another weekday than the others.
        lasts = pd.Series(days).groupby(owners).transform("max")
        days = days - (days - lasts.to_numpy().astype("datetime64[D]")) % _WEEK
    buckets = buckets_left_out(owners, days, days, granularity)
    ends = next_bucket(buckets, granularity)
    missing: Days = np.concatenate([days[:0], *map(np.arange, buckets, ends)])
    zone = _zone(timezone)
    if missing.size and zone is not None:
        # Apia, for one, had no 30 December 2011.
        missing = np.setdiff1d(missing, skipped_days(missing[0], missing[-1], zone.key))
    return missing


def blank_before_data(
    series: pd.DataFrame, ids: object, asked: Sequence[str], query: Query, session: Session
) -> Beginnings:
    """Set the zeros from before the first data to NA, in place, and return from when there is data.

    The evidence is what :func:`~trackagoat_pandas.helpers.beginnings.beginnings` lists, with the
    starts in the frame that was passed as ``ids``, or in those that the client has loaded before,
    or its store has. No request is sent. Without rows, it is said of the ids that were ``asked``
    for, if all their starts are known.
    """
    if series["date"].isna().all():
        known = _known_starts(series, asked, ids, query, session)
        starts = [known[id_] for id_ in asked] if known.keys() >= {*asked} else []
        since, none = np.array(starts, "datetime64[D]"), np.zeros(len(starts), np.bool_)
        return Beginnings(np.zeros(len(series), np.bool_), since, since, none, none)
    shown = series["entity_id"].dropna().unique().astype(str).tolist()
    known = _known_starts(series, shown, ids, query, session)
    begun = beginnings(series, known, query.granularity)
    if begun.is_before.any():
        series["value"] = series["value"].mask(begun.is_before)
    return begun


def _known_starts(
    series: pd.DataFrame, wanted: Sequence[str], ids: object, query: Query, session: Session
) -> dict[str, dt.date]:
    """Return from when there can be data of entities: since they are tracked, or were posted."""
    if query.entity == "creator":
        own = rows_of(ids, "creator", "tracking_start_date").dropna()
        starts = dict(zip(own.index.astype(str), days_of(own).tolist(), strict=True))
        if starts.keys() >= {*wanted}:  # so that the store's list needn't be read
            return starts
        others = remembered_creators(session).values()
        return {one.id: one.tracked_since for one in others if one.tracked_since} | starts
    starts = {}
    if query.entity == "video" or query.breakdown is not None:
        zone = _zone(series.attrs[ATTRIBUTE]["timezone"]) or ZoneInfo("UTC")
        for posted in (remembered_posts(session, wanted), rows_of(ids, "video", "posted_at")):
            known = posted.dropna()
            days = days_shown(instants_of(known), zone.key).tolist()
            starts |= dict(zip(known.index.astype(str), days, strict=True))
    if query.entity != "video":
        starts |= _starts_of_projects(ids, query, wanted, session)
    return starts


def _starts_of_projects(
    ids: object, query: Query, wanted: Sequence[str], session: Session
) -> dict[str, dt.date]:
    """Return since when the first creator is tracked, of projects or those of campaigns."""
    projects = {id_: id_ for id_ in wanted} if query.entity == "project" else {}
    owners = rows_of(ids, query.entity, "project_id").dropna().astype(str)
    projects |= dict(zip(owners.index.astype(str), owners.tolist(), strict=True))
    first: dict[str, dt.date] = {}
    for one in remembered_creators(session).values() if projects else ():
        if one.tracked_since is not None:
            first[one.project_id] = min(first.get(one.project_id, dt.date.max), one.tracked_since)
    return {id_: first[owner] for id_, owner in projects.items() if owner in first}


def note_inactive(series: pd.DataFrame, ids: object, query: Query, session: Session) -> None:
    """Note the inactive creators of whom the server counts nothing: all of their values are 0.

    Who is inactive is known from the frame that was passed as ``ids``, or from those that the
    client has loaded before, or its store has. No request is sent.

    Warns
    -----
    NoDataWarning
        They are more than a quarter. The provenance lists any in ``inactive``.
    """
    if query.entity != "creator":
        return
    main = series[series["series_kind"] == "main"]
    is_nothing = main["value"].fillna(0).eq(0).groupby(main["entity_id"]).all()
    silent = is_nothing.index[is_nothing]
    own = nullable_flags(rows_of(ids, "creator", "is_active").dropna())
    active: dict[str, bool | None] = dict(zip(own.index.astype(str), own.tolist(), strict=True))
    if not active.keys() >= {*silent.astype(str)}:
        known = remembered_creators(session)
        active = {id_: one.is_active for id_, one in known.items()} | active
    labels = main.drop_duplicates("entity_id").set_index("entity_id")["label"]
    called = [str(labels.get(id_) or id_) for id_ in silent if active.get(str(id_)) is False]
    more = [f"{len(called) - MOST_NAMES:,} more"] if len(called) > MOST_NAMES else []
    add_facts(series, inactive=[*called[:MOST_NAMES], *more])
    if len(called) > _MANY * len(is_nothing):
        who = f"{len(called):,} of {len(is_nothing):,} creators"
        warn(
            f"analytics: nothing is counted of {who}, which are inactive: {listing(called, 5)}. "
            "Their values are 0.",
            NoDataWarning,
        )


def rows_of(ids: object, entity: Entity, column: str) -> pd.Series:
    """Return a column of a frame of entities by id; empty if there is no such frame or column."""
    if not isinstance(ids, pd.DataFrame) or f"{entity}_id" in ids or not {"id", column} <= {*ids}:
        return pd.Series(dtype=object)
    return ids.set_index("id")[column]


def explain_days(
    series: pd.DataFrame,
    query: Query,
    span: DateRange | None,
    today: dt.date,
    begun: Beginnings,
    *,
    is_open: bool,
) -> None:
    """Note the first and the last day with data, and warn if the requested dates reach further.

    Parameters
    ----------
    series
        The loaded analytics. Its provenance gets ``data_since``, ``data_until`` and, if some begin
        more than a day after ``data_since``, ``starts_later``: their ``number``, of how many
        (``of``), and their ``first`` and ``last`` day.
    query, span
        What was requested.
    today
        The organization's day, from :func:`server_today`.
    begun
        From when there is data, as :func:`blank_before_data` returned it.
    is_open
        Whether the dates begin relative to today, as "last 30 days" does: these may end later.
    """
    main = series[series["series_kind"] == "main"]
    if main["value"].isna().all():
        since = begun.since.min().item() if len(begun.since) else None
        warn_no_data("analytics", span, today, since=since)
        return
    if span is None:
        return
    last = next_bucket(days_of(main["date"]).max(keepdims=True), query.granularity)[0].item()
    last -= _ONE_DAY
    is_compared = bool((series["series_kind"] == "prior_period").any())
    begin = span.first - (span.last - span.first + _ONE_DAY) * is_compared
    firsts, covered = _firsts(begun, begin, query)
    since = covered.min().item()
    later = firsts[firsts > np.datetime64(max(since, begin))]
    starts_later = None
    if len(later):
        ends = {"first": str(later.min()), "last": str(later.max())}
        starts_later = {"number": len(later), "of": len(firsts), **ends}
    add_facts(
        series,
        # One day late is no gap, unless the day has a row whose value is NA.
        data_since=str(since) if since > begin + _ONE_DAY * (not begun.is_before.any()) else None,
        starts_later=starts_later,
        data_until=str(last) if last < min(span.last, today - _ONE_DAY) else None,
    )
    facts = _late(begin, since)
    if len(later) and query.entity != "video" and (facts or len(later) > _MANY * len(firsts)):
        who = f"{len(later):,} of {len(firsts):,} {query.entity}{'s' * (len(firsts) != 1)}"
        one, other = later.min(), later.max()
        facts.append(
            f"the data of {who} begin "
            + (f"on {one}" if one == other else f"between {one} and {other}")
        )
    advice = _advice_on_starts(begun, query) if facts else ""
    what: DateRange | str = span
    if facts and is_compared and since <= span.first + _ONE_DAY:
        is_whole = firsts.max().item() <= span.first + _ONE_DAY
        what = "the prior period" if is_whole else f"{span} with the prior period"
    facts += [] if is_open else _early(span, today, last)
    if facts:
        said = f"analytics: {what} reaches beyond the data: {', '.join(facts)}.{advice}"
        warn(said, NoDataWarning)


def _firsts(begun: Beginnings, begin: dt.date, query: Query) -> tuple[Days, Days]:
    """Return the first day with data of each subject, and that from which nothing is missing.

    They differ for videos: no data is missing before one was posted, unless it has rows only from
    a later day on. None is before the first day requested.
    """
    start: np.datetime64 = np.datetime64(begin, "D")
    since, seen = begun.since[~begun.is_part], begun.seen[~begun.is_part]
    # A first week or month that lies only partly in the range may have no bucket.
    shown = np.where(next_bucket(seen, query.granularity, -1) < start, start, seen)
    firsts = np.maximum(np.where(since > seen, since, shown), start)
    if query.entity != "video":
        return firsts, firsts
    return firsts, np.maximum(np.where(since >= seen, start, shown), start)


def _advice_on_starts(begun: Beginnings, query: Query) -> str:
    """Explain the days before the data, and how to find more exactly where the data begin."""
    if not begun.is_inferred[~begun.is_part].any() or query.entity != "creator":
        return " Earlier days are NA."
    return (
        " Earlier days are NA, as the values suggest: pass the frame of load_creators to go by its "
        "tracking_start_date."
    )


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # a response may name any zone, or none that exists
        return None


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


def keep_asked(
    frame: pd.DataFrame, table: Table, asked: Requested, session: Session
) -> pd.DataFrame:
    """Drop the rows that certainly weren't requested.

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
    wishes: dict[Filter, Any] = {}
    for one in table.filters:
        if one.name != "dates":
            wishes[one] = asked.get(one.name)
        elif asked.get("from") and asked.get("to"):
            wishes[one] = DateRange(asked["from"], asked["to"])
    wishes = {one: wish for one, wish in wishes.items() if wish is not None}
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
            _spell_filter(one.name, wish)
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


def _spell_filter(name: str, wish: Any) -> str:
    values = _values(wish)
    if len(values) > _SPELLED:
        return f"{name} ({len(values):,} values)"
    return f"{name}=" + " or ".join(
        str(value) if isinstance(value, bool) else repr(str(value)) for value in values
    )
