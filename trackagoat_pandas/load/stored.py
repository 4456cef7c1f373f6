"""Analytics of which the store has a part: what is left to ask for, what to keep, and the whole."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas._types import Bools, DtypeBackend, Ints, Metric
from trackagoat_pandas._warning import warn
from trackagoat_pandas.archive.asked_days import LOOKBACK_DAYS, AskedDays, starts_of
from trackagoat_pandas.archive.series import Kept, Scope, day_of, microseconds_of, number_of
from trackagoat_pandas.archive.versions import (
    Asked,
    chunk_of,
    compare,
    days_in,
    is_within,
    newest,
    versions_of,
)
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import (
    IncompleteFrameWarning,
    RestatedWarning,
    StoreMissingError,
    listing,
)
from trackagoat_pandas.frames.build import ATTRIBUTE, build_frame
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.helpers.columns import STRING, days_of
from trackagoat_pandas.helpers.series import runs_of_days
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.load.owner import note_owner
from trackagoat_pandas.load.provenance import add_facts, clock_facts
from trackagoat_pandas.load.query import Query, Records
from trackagoat_pandas.organization import known_timezone, server_time
from trackagoat_pandas.tables import ANALYTICS

if TYPE_CHECKING:
    from trackagoat_pandas.archive.folder import Archive

_ONE_DAY: Final = dt.timedelta(days=1)
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_KEEPS: Final = "daily values with mode='new', without compare, breakdown, base_metric or tz"


Parts: TypeAlias = dict[tuple[DateRange, Metric], list[str]]
"""What to ask for: the ids of which days of a metric are needed."""


class Portion(NamedTuple):
    """The days that one answer was about, and what it gave."""

    entity_ids: tuple[str, ...]
    metric: Metric
    span: DateRange
    observed_at: dt.datetime
    timezone: str | None
    records: Records
    is_clean: bool


class StoredLoad:
    """What a store has of the series of one load, and what it gets from it.

    Parameters
    ----------
    client
        The client, with the store's files as its ``archive``.
    query, entity_ids
        What the load is about.
    span
        The days of the load.
    lookback_days
        How many days after its end a day is settled.
    spot_checks
        How many settled series to check; None for what fits in one request.

    Attributes
    ----------
    now
        The server's time.
    """

    def __init__(
        self,
        session: Session,
        query: Query,
        entity_ids: Sequence[str],
        span: DateRange,
        lookback_days: int = LOOKBACK_DAYS,
        spot_checks: int | None = None,
    ) -> None:
        self.client, self.query, self.span = session, query, span
        self.lookback_days, self.spot_checks = lookback_days, spot_checks
        self._archive: Archive = session.archive
        self._entity_ids = tuple(entity_ids)
        self._is_offline, self._zone = session.offline, known_timezone(session)
        self.now = server_time(session)
        # Whole seconds, as precise as the server's time is.
        self._ahead = dt.timedelta(
            seconds=round((self.now - dt.datetime.now(dt.UTC)).total_seconds())
        )
        self._fresh_since = None
        if session.max_age is not None:
            self._fresh_since = microseconds_of(self.now - session.max_age)
        self._keys = [(id_, metric) for metric in query.metrics for id_ in self._entity_ids]
        self._asked: dict[tuple[str, str], AskedDays] = {}
        self._first_kept: dt.date | None = None
        self._came = chunk_from_records([], ANALYTICS)
        self._left: dict[tuple[str, str], Ints] = {}
        self._read: tuple[DateRange, pa.Table] | None = None
        self._restated: list[pd.DataFrame] = []
        self._doubtful: list[Ints] = []
        self._starts: dict[tuple[str | None, DateRange], Ints] = {}

    @property
    def size(self) -> int:
        """The number of series."""
        return len(self._keys)

    @property
    def unsettled(self) -> int:
        """The number of days of the series that the store can't give; known after `to_ask`."""
        return sum(len(days) for days in self._left.values())

    def to_ask(self, span: DateRange, kept_from: dt.date | None = None) -> Parts:
        """Return what to ask the server for: days, a metric, and the ids that need them.

        A series that needs any day is asked for whole, since one request costs the same for any
        number of days; so whatever else has changed of it is found, too.

        Parameters
        ----------
        span
            The days of the load, or those that the plan keeps.
        kept_from
            The first day that the plan keeps; what the store has from before it isn't asked for.

        Raises
        ------
        StoreMissingError
            The client is offline, and the store has nothing of what is asked for.
        """
        self.span, self._restated = span, []
        self._asked = self._archive.series.asked(
            self.query.entity, self._keys, span.first, span.last
        )
        if self._is_offline:
            self._check_known()
            self._left = {}
            return {}
        self._first_kept = kept_from or self._kept_before()
        first_kept = None if self._first_kept is None else number_of(self._first_kept)
        self._left = {
            key: asked.unsettled(
                *self._bounds(asked, span),
                now=microseconds_of(self.now),
                lookback_days=self.lookback_days,
                fresh_since=self._fresh_since,
                kept_from=first_kept,
            )
            for key, asked in self._asked.items()
        }
        return self.whole(key for key, left in self._left.items() if left.size)

    def whole(self, keys: Iterable[tuple[str, str]]) -> Parts:
        """Return what to ask for to have all days of some series that the server still has."""
        found: Parts = defaultdict(list)
        for id_, metric in keys:
            left, first = self._left[id_, metric], self.span.first
            if self._first_kept and not (left.size and left[0] < number_of(self._first_kept)):
                first = max(first, self._first_kept)
            if first <= self.span.last:
                found[DateRange(first, self.span.last), cast("Metric", metric)].append(id_)
        return dict(found)

    def settled(self) -> dict[tuple[str, str], int]:
        """Return the series that need no day, and since when, in microseconds since 1970.

        That is when the day that was asked for longest ago was asked for. Offline there are none,
        since nothing can be asked for again.
        """
        if self._is_offline:
            return {}
        return {
            key: asked.seen[0]
            for key, asked in self._asked.items()
            if not self._asks(*key) and asked.seen is not None
        }

    def is_fresh(self, moment: int, age: dt.timedelta) -> bool:
        """Say whether a moment, in microseconds since 1970, is no longer ago than an age."""
        return moment > microseconds_of(self.now - age)

    def known_since(self, day: dt.date, span: DateRange) -> dt.date:
        """Return the first day of a span from which the store has all days up to a day.

        It is the day itself if the store doesn't have the one before, of each series.
        """
        if day <= span.first:
            return day
        before = DateRange(span.first, min(day - _ONE_DAY, span.last))
        asked = self._archive.series.asked(self.query.entity, self._keys, before.first, before.last)
        missing = (one.missing(self._bounds(one, before)[0]) for one in asked.values())
        lasts = [int(days[-1]) for days in missing if days.size]
        return day_of(max(lasts) + 1) if lasts else before.first

    def answered(self) -> list[tuple[str, Metric, str | None]]:
        """Return the series that the store has whole, with their time zones."""
        return [
            (id_, cast("Metric", metric), asked.timezone)
            for (id_, metric), asked in self._asked.items()
            if not self._asks(id_, metric) and asked.seen is not None
        ]

    def compare(self, portions: Sequence[Portion]) -> pd.DataFrame:
        """Return the settled values of which answers give other ones, and add them to `restated`.

        Parameters
        ----------
        portions
            The answers; those that differ from what was requested are left out.

        Returns
        -------
        pandas.DataFrame
            ``entity_id``, ``metric``, ``day`` (counted from 1970), the values ``old`` and ``new``
            (NaN where there is none), and ``is_foreseen``: whether it was known that they may
            have changed.
        """
        aged, doubted = (np.stack(list(days)) for days in zip(*self._aged_days(), strict=True))
        if not aged.any():
            return self.restated.iloc[:0]
        asked = [
            self._asked_by(one, id_)
            for one in portions
            for id_ in one.entity_ids
            if one.is_clean and self._asked[id_, one.metric].timezone == one.timezone
        ]
        records = [record for one in portions if one.is_clean for record in one.records]
        came = versions_of(chunk_from_records(records, ANALYTICS), asked)
        known = self._known()
        found = _values(compare(known, came, asked).rows, "new")
        keys = pd.MultiIndex.from_tuples(self._keys)
        series = keys.get_indexer(pd.MultiIndex.from_frame(found[["entity_id", "metric"]]))
        place = series, found["day"].to_numpy() - number_of(self.span.first)
        found = found.assign(is_foreseen=doubted[place])[aged[place]]
        both = found.merge(_values(known, "old"), "left", ["entity_id", "metric", "day"])
        is_other = (both["old"] != both["new"]) & (both["old"].notna() | both["new"].notna())
        differing: pd.DataFrame = both[is_other].reset_index(drop=True)
        self._restated += [differing] if len(differing) else []
        return differing

    @property
    def restated(self) -> pd.DataFrame:
        """All that `compare` has found in this load."""
        nothing = pd.DataFrame(columns=["entity_id", "metric", "day", "old", "new", "is_foreseen"])
        return pd.concat(self._restated, ignore_index=True) if self._restated else nothing

    def _aged_days(self) -> Iterator[tuple[Bools, Bools]]:
        """Yield, of each series, which days were settled by their age, and which are in doubt."""
        for key in self._keys:
            asked = self._asked[key]
            ends = self._bounds(asked, self.span)[1]
            yield asked.aged(ends, self.lookback_days), asked.doubted

    def frame(
        self,
        records: Records,
        portions: Sequence[Portion],
        failed: Collection[tuple[str, str]],
        facts: dict[str, Any],
        dtype_backend: DtypeBackend,
    ) -> pd.DataFrame:
        """Build the frame of what the store has and of what came.

        Parameters
        ----------
        records
            What came, in the order of the frame.
        portions
            What it was asked for by.
        failed
            The series that failed; the frame has no rows of them.
        facts
            The provenance.
        dtype_backend
            As the loader got it.
        """
        rows, names = self._rows(portions, failed), self.names(portions)
        # After a rename, the answers of one load may have the old name and the new one.
        named = [{**record, "label": names.get(record["entity_id"])} for record in records]
        self._came = chunk_from_records(named, ANALYTICS)
        chunks = [self._came]
        if rows.num_rows:
            chunks = [chunk_of(rows, names), *chunks]
        frame = build_frame(chunks, ANALYTICS, dtype_backend=dtype_backend, provenance=facts)
        if rows.num_rows:
            attributes = frame.attrs
            frame = frame.take(self._order(frame)).reset_index(drop=True)
            frame.attrs = attributes
        self._doubtful = self._doubtful_days(portions, failed)
        part = "none" if not rows.num_rows else "some" if portions else "all"
        ends = self._seen(portions)
        if ends is not None and not portions:
            add_facts(frame, **clock_facts(ends[1] - self._ahead, ends[1]))
        add_facts(frame, store={"part": part, **_moments(ends)})
        return frame

    def keep(self, portions: Sequence[Portion]) -> Kept:
        """Keep what `frame` was given, but for answers that differ from what was requested."""
        asked = [
            self._asked_by(one, id_)
            for one in portions
            # Values that can't be read are asked for again, so that the next load says so as well.
            if one.is_clean and (not self._came.unreadable or _is_readable(one))
            for id_ in one.entity_ids
        ]
        return self._archive.series.keep(versions_of(self._came, asked), asked)

    def note_flaws(self, frame: pd.DataFrame) -> bool:
        """Note the days that the store doesn't have although an offline load is about them.

        Returns whether there are any.

        Warns
        -----
        IncompleteFrameWarning
            Once, if there are any. The provenance then says ``complete=False`` and lists them in
            ``gaps``.
        RestatedWarning
            Once, if days from the store may be other ones by now, but can't be asked for. The
            provenance counts them in ``store``.
        """
        self._note_doubtful(frame)
        if not self._is_offline:
            return False
        missing = {key: self._missing(asked) for key, asked in self._asked.items()}
        gaps = np.unique(np.concatenate([*missing.values(), np.empty(0, np.int64)]))
        if not gaps.size:
            return False
        days = runs_of_days(gaps.astype("datetime64[D]"))
        add_facts(frame, complete=False, gaps=days)
        series = sum(1 for found in missing.values() if found.size)
        warn(
            f"analytics: the client is offline, and the store doesn't have {listing(days)} of "
            f"{series:,} of {len(missing):,} series. The frame is incomplete.",
            IncompleteFrameWarning,
        )
        return True

    def _note_doubtful(self, frame: pd.DataFrame) -> None:
        """Note the days from the store that may be other ones by now, but can't be asked for."""
        if not self._doubtful:
            return
        days = np.unique(np.concatenate(self._doubtful)).astype("datetime64[D]")
        series, values = len(self._doubtful), sum(map(len, self._doubtful))
        add_facts(frame, store={**frame.attrs[ATTRIBUTE]["store"], "doubtful": values})
        why = "the client is offline" if self._is_offline else "the plan doesn't keep them any more"
        warn(
            f"analytics: {listing(runs_of_days(days))} of {series:,} series are as they were "
            f"stored, although what they count has changed since; {why}.",
            RestatedWarning,
        )

    def _doubtful_days(
        self, portions: Sequence[Portion], failed: Collection[tuple[str, str]]
    ) -> list[Ints]:
        """Return the settled days in doubt, of each series with some, that weren't asked for."""
        came = {
            (id_, one.metric): number_of(one.span.first)
            for one in portions
            for id_ in one.entity_ids
        }
        found = []
        for key, (aged, doubted) in zip(self._keys, self._aged_days(), strict=True):
            days = self._asked[key].first + np.flatnonzero(aged & doubted)
            days = days[days < came[key]] if key in came else days
            if days.size and key not in failed:
                found.append(days)
        return found

    def _rows(self, portions: Sequence[Portion], failed: Collection[tuple[str, str]]) -> pa.Table:
        """Return the versions that the frame has rows of: neither asked for nor failed."""
        rows = newest(self._known())
        span = number_of(self.span.first), number_of(self.span.last)
        wanted = [
            Asked(self.query.entity, *key, *span, 0, asked.timezone)
            for key, asked in self._asked.items()
            if key not in failed
        ]
        came = [
            self._asked_by(one, id_)._replace(timezone=self._asked[id_, one.metric].timezone)
            for one in portions
            for id_ in one.entity_ids
        ]
        return rows.filter(pa.array(is_within(rows, wanted) & ~is_within(rows, came)))

    def _known(self) -> pa.Table:
        """Return the newest versions of the load's points, also of those that are gone."""
        if self._read is None or self._read[0] != self.span:
            scope = Scope(
                entity=self.query.entity,
                ids=self._entity_ids,
                metrics=self.query.metrics,
                first=self.span.first,
                last=self.span.last,
            )
            self._read = self.span, self._archive.series.newest_known(scope)
        return self._read[1]

    def names(self, portions: Sequence[Portion]) -> dict[str, str | None]:
        """Return the newest names by id: those of the answers, or of the store if it is newer."""
        labels = {
            id_: label
            for (entity, id_), label in self._archive.series.labels().items()
            if entity == self.query.entity
        }
        names = {id_: label.text for id_, label in labels.items()}
        for one in sorted(portions, key=lambda portion: portion.observed_at):
            for record in one.records:
                id_ = record["entity_id"]
                is_newer = id_ not in labels or labels[id_].observed_at <= one.observed_at
                if record["label"] is not None and is_newer:
                    names[id_] = record["label"]
        return names

    def _order(self, frame: pd.DataFrame) -> Ints:
        """Return the order of a frame without a store: by entity and metric as given, then day."""
        places = pd.Index(self._entity_ids).get_indexer(pd.Index(frame["entity_id"]))
        metrics = pd.Index(self.query.metrics).get_indexer(pd.Index(frame["metric"].astype(STRING)))
        order: Ints = np.lexsort((days_of(frame["date"]), metrics, places))
        return order

    def _asked_by(self, portion: Portion, entity_id: str) -> Asked:
        return Asked(
            self.query.entity,
            entity_id,
            portion.metric,
            number_of(portion.span.first),
            number_of(portion.span.last),
            microseconds_of(portion.observed_at),
            portion.timezone,
        )

    def _asks(self, entity_id: str, metric: str) -> bool:
        left = self._left.get((entity_id, metric))
        return left is not None and left.size > 0

    def note_refusal(self, first_kept: dt.date) -> None:
        """Note the first day that the plan keeps, after the server refused an earlier one."""
        self._archive.note_refusal(first_kept, self._today, self.now)

    @property
    def _today(self) -> dt.date:
        return self.now.astimezone(ZoneInfo(self._zone or "UTC")).date()

    def _kept_before(self) -> dt.date | None:
        """Return the first day that the plan keeps, if the server has refused others lately."""
        days = self._archive.kept_days(self.now)
        return None if days is None else self._today - days * _ONE_DAY

    def _seen(self, portions: Sequence[Portion]) -> tuple[dt.datetime, dt.datetime] | None:
        """Return when, first and last, the days that come from the store were asked for."""
        came: dict[tuple[str, str], DateRange] = {
            (id_, one.metric): one.span for one in portions for id_ in one.entity_ids
        }
        moments: list[int] = []
        for key, asked in self._asked.items():
            span = came.get(key)
            days = np.arange(len(asked.asked_at)) + asked.first
            is_own = np.ones(len(days), np.bool_)
            if span is not None:
                is_own = (days < number_of(span.first)) | (days > number_of(span.last))
            own = replace(asked, asked_at=asked.asked_at[is_own]).seen
            moments += own or ()
        if not moments:
            return None
        first, last = (dt.timedelta(microseconds=end) for end in (min(moments), max(moments)))
        return _EPOCH + first, _EPOCH + last

    def _bounds(self, asked: AskedDays, span: DateRange) -> tuple[Ints, Ints]:
        """Return the first instants of the days of a span and of the days after them."""
        zone = asked.timezone or self._zone
        if (zone, span) not in self._starts:
            ends = number_of(span.first), number_of(span.last)
            self._starts[zone, span] = starts_of(*ends, zone)
        starts = self._starts[zone, span]
        return starts[:-1], starts[1:]

    def _missing(self, asked: AskedDays) -> Ints:
        """Return the days that have begun and were not asked for since."""
        starts, _ = self._bounds(asked, self.span)
        missing = asked.missing(starts)
        begun = int((starts <= microseconds_of(self.now)).sum())
        return missing[missing < asked.first + begun]

    def _check_known(self) -> None:
        if any(asked.seen for asked in self._asked.values()):
            return
        known = self._archive.series.known_series().get(self.query.entity, set())
        metrics = sorted({metric for _, metric in known})
        has = f"{', '.join(metrics)} of {len({id_ for id_, _ in known})} {self.query.entity}s"
        raise StoreMissingError(
            str(self._archive.path),
            f"{', '.join(self.query.metrics)} of these {self.query.entity}s for {self.span}",
            has if known else f"no analytics of a {self.query.entity}",
            "Connect without offline=True to load them",
        )


def _values(rows: pa.Table, name: str) -> pd.DataFrame:
    """Return the value of each version under a name, with its series and day."""
    columns = {
        column: rows[column].to_pandas().astype(object) for column in ("entity_id", "metric")
    }
    return pd.DataFrame({**columns, "day": days_in(rows), name: rows["value"].to_pandas()})


def _moments(ends: tuple[dt.datetime, dt.datetime] | None) -> dict[str, str]:
    """Write the first and the last moment for the provenance."""
    if ends is None:
        return {}
    first, last = (end.isoformat(timespec="seconds") for end in ends)
    return {"fetched_at": last} | ({"fetched_since": first} if first != last else {})


def _is_readable(portion: Portion) -> bool:
    return not chunk_from_records(portion.records, ANALYTICS).unreadable


def stored_load(
    session: Session,
    query: Query,
    entity_ids: Sequence[str],
    span: DateRange | None,
    lookback_days: int = LOOKBACK_DAYS,
    spot_checks: int | None = None,
) -> StoredLoad | None:
    """Return what the store of a client has of a load; None if such points aren't kept.

    Raises
    ------
    StoreMissingError
        The client is offline, and the store keeps no such points.
    """
    others = (query.compare, query.breakdown, query.base_metric, query.tz)
    if span is not None and (query.granularity, query.mode, *set(others)) == ("day", "new", None):
        return StoredLoad(session, query, entity_ids, span, lookback_days, spot_checks)
    if session.offline:
        wanted = "such analytics" if span is not None else "analytics of the server's default dates"
        raise StoreMissingError(str(session.archive.path), wanted, f"only {_KEEPS}")
    return None


def keep_portions(stored: StoredLoad, frame: pd.DataFrame, portions: Sequence[Portion]) -> None:
    """Keep what a load got, and count it in the frame's provenance.

    Raises
    ------
    StoreBusyError, StoreWriteError
        Another process writes to the store, or a file can't be written. The answers are kept, so
        that the next load asks for nothing.
    """
    note_owner(stored.client)
    kept = stored.keep(portions)
    facts = frame.attrs[ATTRIBUTE]["store"]
    add_facts(frame, store={**facts, **kept._asdict()})
