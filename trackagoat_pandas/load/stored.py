"""Analytics of which the store has a part: what is left to ask for, what to keep, and the whole."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas._types import DtypeBackend, Ints, Metric
from trackagoat_pandas._warning import warn
from trackagoat_pandas.archive.asked_days import LOOKBACK_DAYS, AskedDays, starts_of
from trackagoat_pandas.archive.series import Kept, Scope, day_of, microseconds_of, number_of
from trackagoat_pandas.archive.versions import Asked, chunk_of, is_within, versions_of
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import (
    IncompleteFrameWarning,
    StoreMissingError,
    listing,
)
from trackagoat_pandas.frames.build import ATTRIBUTE, build_frame
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.helpers.columns import STRING, days_of
from trackagoat_pandas.helpers.series import runs_of_days
from trackagoat_pandas.http.client import Client
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
    """

    def __init__(
        self,
        client: Client,
        query: Query,
        entity_ids: Sequence[str],
        span: DateRange,
        lookback_days: int = LOOKBACK_DAYS,
    ) -> None:
        self.client, self.query, self.span = client, query, span
        self._archive: Archive = client.archive
        self._entity_ids, self._lookback_days = tuple(entity_ids), lookback_days
        self._is_offline, self._zone = client.offline, known_timezone(client)
        self._now = server_time(client)
        # Whole seconds, as precise as the server's time is.
        self._ahead = dt.timedelta(
            seconds=round((self._now - dt.datetime.now(dt.UTC)).total_seconds())
        )
        self._fresh_since = None
        if client.max_age is not None:
            self._fresh_since = microseconds_of(self._now - client.max_age)
        self._keys = [(id_, metric) for metric in query.metrics for id_ in self._entity_ids]
        self._asked: dict[tuple[str, str], AskedDays] = {}
        self._came = chunk_from_records([], ANALYTICS)
        self._left: dict[tuple[str, str], Ints] = {}
        self._starts: dict[tuple[str | None, DateRange], Ints] = {}

    @property
    def size(self) -> int:
        """The number of series."""
        return len(self._keys)

    @property
    def unsettled(self) -> int:
        """The number of days of the series that the store can't give; known after `to_ask`."""
        return sum(len(days) for days in self._left.values())

    def to_ask(
        self, span: DateRange, kept_from: dt.date | None = None
    ) -> dict[tuple[DateRange, Metric], list[str]]:
        """Return what to ask the server for: days, a metric, and the ids that need them.

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
        self.span = span
        self._asked = self._archive.series.asked(
            self.query.entity, self._keys, span.first, span.last
        )
        if self._is_offline:
            self._check_known()
            self._left = {}
            return {}
        self._left = {
            key: asked.unsettled(
                *self._bounds(asked, span),
                lookback_days=self._lookback_days,
                fresh_since=self._fresh_since,
                kept_from=None if kept_from is None else number_of(kept_from),
            )
            for key, asked in self._asked.items()
        }
        found: dict[tuple[DateRange, Metric], list[str]] = defaultdict(list)
        for (id_, metric), left in self._left.items():
            if left.size:
                # One request costs the same for any number of days.
                days = DateRange(day_of(int(left[0])), day_of(int(left[-1])))
                found[days, cast("Metric", metric)].append(id_)
        return dict(found)

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

    def is_moved(self, entity_id: str, metric: str, timezone: str | None) -> bool:
        """Say whether an answer's days are of another time zone than those in the store."""
        asked = self._asked[entity_id, metric]
        is_part = self._left[entity_id, metric].size < len(asked.asked_at)
        return is_part and asked.seen is not None and asked.timezone != timezone

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
        rows = self._rows(portions, failed)
        self._came = chunk_from_records(records, ANALYTICS)
        chunks = [self._came]
        if rows.num_rows:
            names = {id_: label for (_, id_), label in self._archive.series.labels().items()}
            names |= {record["entity_id"]: record["label"] for record in records}
            chunks = [chunk_of(rows, names), *chunks]
        frame = build_frame(chunks, ANALYTICS, dtype_backend=dtype_backend, provenance=facts)
        if rows.num_rows:
            attributes = frame.attrs
            frame = frame.take(self._order(frame)).reset_index(drop=True)
            frame.attrs = attributes
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

    def note_missing(self, frame: pd.DataFrame) -> bool:
        """Note the days that the store doesn't have although an offline load is about them.

        Warns
        -----
        IncompleteFrameWarning
            Once, if there are any. The provenance then says ``complete=False`` and lists them in
            ``gaps``.
        """
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

    def _rows(self, portions: Sequence[Portion], failed: Collection[tuple[str, str]]) -> pa.Table:
        """Return the versions that the frame has rows of: neither asked for nor failed."""
        rows = self._archive.series.load(
            Scope(
                entity=self.query.entity,
                ids=self._entity_ids,
                metrics=self.query.metrics,
                first=self.span.first,
                last=self.span.last,
            )
        )
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
        begun = int((starts <= microseconds_of(self._now)).sum())
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


def _moments(ends: tuple[dt.datetime, dt.datetime] | None) -> dict[str, str]:
    """Write the first and the last moment for the provenance."""
    if ends is None:
        return {}
    first, last = (end.isoformat(timespec="seconds") for end in ends)
    return {"fetched_at": last} | ({"fetched_since": first} if first != last else {})


def _is_readable(portion: Portion) -> bool:
    return not chunk_from_records(portion.records, ANALYTICS).unreadable


def stored_load(
    client: Client,
    query: Query,
    entity_ids: Sequence[str],
    span: DateRange | None,
    lookback_days: int = LOOKBACK_DAYS,
) -> StoredLoad | None:
    """Return what the store of a client has of a load; None if such points aren't kept.

    Raises
    ------
    StoreMissingError
        The client is offline, and the store keeps no such points.
    """
    others = (query.compare, query.breakdown, query.base_metric, query.tz)
    if span is not None and (query.granularity, query.mode, *set(others)) == ("day", "new", None):
        return StoredLoad(client, query, entity_ids, span, lookback_days)
    if client.offline:
        wanted = "such analytics" if span is not None else "analytics of the server's default dates"
        raise StoreMissingError(str(client.archive.path), wanted, f"only {_KEEPS}")
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
