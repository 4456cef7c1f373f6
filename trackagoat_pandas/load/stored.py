"""A load of time series with a store: which days to request, reuse and store."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas.base.types import Bools, DtypeBackend, Ints, Metric
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.errors import (
    IncompleteFrameWarning,
    RestatedWarning,
    StoreMissingError,
    listing,
)
from trackagoat_pandas.frames.build import ATTRIBUTE, build_frame
from trackagoat_pandas.frames.chunk import Chunk
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.helpers.columns import STRING, days_of
from trackagoat_pandas.helpers.series import runs_of_days
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.loader import note_owner
from trackagoat_pandas.load.provenance import add_facts, clock_facts
from trackagoat_pandas.load.query import PATH, Discrepancies, Query, Records
from trackagoat_pandas.load.series import (
    Series,
    SeriesAnswer,
    SeriesJob,
    SeriesLoad,
    foresee_parts,
    known_size,
    part_jobs,
    send_jobs,
)
from trackagoat_pandas.load.spot_checks import add_checks, note_restated, note_unchecked, related
from trackagoat_pandas.names.organization import known_timezone, server_time
from trackagoat_pandas.store.disk.series import (
    AskedDays,
    Scope,
    microseconds_of,
    number_of,
)
from trackagoat_pandas.store.disk.versions import (
    VERSIONS,
    Asked,
    chunk_of,
    compare,
    days_in,
    is_within,
    newest,
    versions_of,
)
from trackagoat_pandas.tables import ANALYTICS

if TYPE_CHECKING:
    from trackagoat_pandas.store.disk.folder import Archive

_ONE_DAY = dt.timedelta(days=1)

Parts: TypeAlias = dict[tuple[DateRange, Metric], list[str]]
"""What to request: the ids of which days of a metric are needed."""


class Portion(NamedTuple):
    """The days that one answer was about, and its records."""

    entity_ids: tuple[str, ...]
    metric: Metric
    span: DateRange
    observed_at: dt.datetime
    timezone: str | None
    records: Records
    is_clean: bool


class StoredLoad(SeriesLoad):
    """A load of analytics with a store: it requests series with a day that isn't settled.

    Parameters
    ----------
    session, query, ids, span
        As of `SeriesLoad`; `span` isn't None.
    archive
        The session's store.
    spot_checks
        How many settled series to check; None for what fits in one request.

    Attributes
    ----------
    now
        The server's time.
    keys
        The series: pairs of id and metric.
    restated
        The settled values of which the answers give others, as `compare` returns them.
    """

    span: DateRange

    def __init__(
        self,
        session: Session,
        archive: Archive,
        query: Query,
        ids: Sequence[str],
        span: DateRange,
        spot_checks: int | None = None,
    ) -> None:
        super().__init__(session, query, ids, span)
        self.archive, self.spot_checks, self.now = archive, spot_checks, server_time(session)
        self.keys = [(id_, metric) for metric in query.metrics for id_ in self.sought]
        self._rows_of = {key: row for row, key in enumerate(self.keys)}
        self._zone = known_timezone(session)
        self._first_kept: dt.date | None = None
        self._read: tuple[DateRange, pa.Table] | None = None
        self._new: Chunk | None = None

    def to_ask(self, kept_from: dt.date | None = None) -> Parts:
        """Return the parts to request: days, a metric, and the ids that need them.

        A series that needs any day is requested for all of them, since one request costs the same
        for any number of days; so whatever else has changed of it is found, too.

        Parameters
        ----------
        kept_from
            The first day that the plan keeps; what the store has from before it isn't requested.

        Raises
        ------
        StoreMissingError
            The client is offline, and the store has nothing of this.
        """
        session, self.restated = self.session, _NOTHING_RESTATED
        self.asked = self._asked_days(self.span)
        self._is_left = np.zeros(self.asked.asked_at.shape, np.bool_)
        if session.offline:
            self._check_known()
            return {}
        kept_days = None if kept_from else self.archive.kept_days(self.now)
        if kept_days is not None:  # the server has refused earlier ones lately
            kept_from = self._local_day() - kept_days * _ONE_DAY
        self._first_kept = kept_from
        age = session.max_age
        self._is_left = ~self.asked.are_settled(
            now=microseconds_of(self.now),
            lookback_days=session.lookback_days,
            fresh_since=None if age is None else microseconds_of(self.now - age),
            kept_from=None if self._first_kept is None else number_of(self._first_kept),
        )
        return self.whole(np.flatnonzero(self._is_left.any(axis=1)))

    def whole(self, rows: Iterable[int]) -> Parts:
        """Return the parts to request for all days of some series that the server still has.

        `rows` are places in `keys`.
        """
        found: Parts = defaultdict(list)
        kept = self._first_kept
        for row in rows:
            (id_, metric), first = self.keys[row], self.span.first
            if kept and not self._is_left[row, : max((kept - first).days, 0)].any():
                first = max(first, kept)
            if first <= self.span.last:
                found[DateRange(first, self.span.last), metric].append(id_)
        return dict(found)

    def _settled_since(self) -> dict[int, int]:
        """Return the series that need no day, and since when, in microseconds since 1970.

        They are places in `keys`. Since when is the moment at which the day was requested whose
        last request is longest ago.
        """
        is_known = self.asked.are_known
        oldest = np.min(self.asked.asked_at, axis=1, where=is_known, initial=_LATEST)
        rows = np.flatnonzero(~self._is_left.any(axis=1) & is_known.any(axis=1))
        return dict(zip(rows.tolist(), oldest[rows].tolist(), strict=True))

    def compare(self, outcome: Series) -> pd.DataFrame:
        """Return settled values that differ in the answers, and add them to `restated`.

        Answers that differ from what was requested are left out.

        Returns
        -------
        pandas.DataFrame
            ``entity_id``, ``metric``, ``day`` (counted from 1970), the values ``old`` and ``new``
            (NaN where there is none), and ``is_foreseen``: whether it was known that they may
            have changed.
        """
        if not (portions := self.portions(outcome)):
            return _NOTHING_RESTATED
        aged = self.asked.are_aged(self.session.lookback_days)
        if not aged.any():
            return _NOTHING_RESTATED
        asked = [
            self._asked_by(one, id_)
            for one in portions
            for id_ in one.entity_ids
            if one.is_clean and self.asked.timezones[self._row(id_, one.metric)] == one.timezone
        ]
        records = [record for one in portions if one.is_clean for record in one.records]
        new = versions_of(chunk_from_records(records, ANALYTICS), asked)
        known = self._known()
        found = _values(compare(known, new, asked).rows, "new")
        series = pd.MultiIndex.from_tuples(self.keys).get_indexer(
            pd.MultiIndex.from_frame(found[["entity_id", "metric"]])
        )
        place = series, found["day"].to_numpy() - self.asked.first
        found = found.assign(is_foreseen=self.asked.are_doubted[place])[aged[place]]
        both = found.merge(_values(known, "old"), "left", ["entity_id", "metric", "day"])
        is_other = (both["old"] != both["new"]) & (both["old"].notna() | both["new"].notna())
        differing: pd.DataFrame = both[is_other].reset_index(drop=True)
        if len(differing):
            before = [self.restated] if len(self.restated) else []
            self.restated = pd.concat([*before, differing], ignore_index=True)
        return differing

    def portions(self, outcome: Series) -> list[Portion]:
        """Return the answers to requests, and the days that they are about."""
        return [
            Portion(
                job.entity_ids,
                job.metric,
                job.span,
                answer.sent_at or server_time(self.session),
                answer.timezone,
                answer.records,
                is_clean=not answer.doubts,
            )
            for job, answer in outcome.done
            if job.span is not None
        ]

    def note_refusal(self, first_kept: dt.date) -> None:
        """Note the first day that the plan keeps, after the server refused an earlier one."""
        self.archive.note_refusal(first_kept, self._local_day(), self.now)

    def _send(self, kept_from: dt.date | None = None) -> None:
        """Request the series with an unsettled day, and check some of the others.

        Series that are taken from the store get an answer without rows.
        """
        session, query, parts = self.session, self.query, self.to_ask(kept_from)
        total, left = self._is_left.size, int(self._is_left.sum())
        said = f"{PATH}: {total - left:,} of {total:,} days of the series"
        if left < total and (again := sum(map(len, parts.values()))):
            said += f", {again:,} of {len(self.keys):,} of which are requested whole"
        session.tally.stored.append(said)
        needed = [(replace(query, metrics=(one,)), ids) for (_, one), ids in parts.items()]
        foresee_parts(session, needed)
        settled = self._settled_since()
        size_of = partial(known_size, session, is_asked=bool(parts))
        parts, checks = add_checks(self, parts, settled, size_of)
        jobs, spot_jobs = part_jobs(session, query, parts), part_jobs(session, query, checks)
        if session.is_counting and spot_jobs:
            self._foresee_checks(spot_jobs, [self.keys[row] for row in settled])
            jobs += spot_jobs
        self.outcome = new = send_jobs(session, query, jobs)
        if spot_jobs:
            sample = send_jobs(session, query, spot_jobs)
            note_unchecked(self, sample)
            new.add(sample)
        # A restated series raises doubts of related ones, which may turn out to be restated as
        # well.
        while more := related(self, self.compare(new), settled, _series_of(self.outcome)):
            new = send_jobs(session, query, part_jobs(session, query, more))
            self.outcome.add(new)
        requested, nothing = _series_of(self.outcome), Discrepancies()
        for row in settled:
            key, timezone = self.keys[row], self.asked.timezones[row]
            if key not in requested:
                answer = SeriesAnswer([], 0, timezone, nothing, None)
                self.outcome.done.append((SeriesJob((key[0],), key[1]), answer))

    def _foresee_checks(
        self, jobs: Sequence[SeriesJob], settled: Sequence[tuple[str, Metric]]
    ) -> None:
        """Count the requests that may follow checks: all other settled series, if one differs."""
        checked = {series for job in jobs for series in job.series}
        rest = Counter(key[1] for key in settled if key not in checked)
        size = max(len(job.entity_ids) for job in jobs)
        self.session.tally.optional += len(jobs)
        self.session.tally.add(
            0,
            sum(math.ceil(count / size) for count in rest.values()),
            f"{PATH}: {number(len(jobs), 'request')} to check {len(checked):,} of "
            f"{len(settled):,} settled series; one that differs takes more",
        )

    def _known_since(self, day: dt.date, span: DateRange) -> dt.date:
        """Return the first day of a span from which the store has all days up to a day.

        It is the day itself if the store doesn't have the one before, of each series.
        """
        if day <= span.first:
            return day
        before = DateRange(span.first, min(day - _ONE_DAY, span.last))
        missing = np.flatnonzero(self._asked_days(before).are_missing.any(axis=0))
        return before.first + (int(missing[-1]) + 1) * _ONE_DAY if missing.size else before.first

    def _build(
        self, records: Records, facts: dict[str, Any], dtype_backend: DtypeBackend
    ) -> pd.DataFrame:
        """Build the frame of stored rows and new records, in their order."""
        portions = self.portions(self.outcome)
        failed = {series for job, _ in self.outcome.failed for series in job.series}
        failed |= {(id_, metric) for id_ in self.absent for metric in self.query.metrics}
        failed &= self._rows_of.keys()
        are_old = self._are_old(portions)
        rows, names = self._rows(are_old, failed), self._names(portions)
        # After a rename, the answers of one load may have the old name and the new one.
        named = [{**record, "label": names.get(record["entity_id"])} for record in records]
        chunks = [chunk_of(rows, names)] if rows.num_rows else []
        self._new = None
        if named or not chunks:
            self._new = chunk_from_records(named, ANALYTICS)
            chunks.append(self._new)
        frame = build_frame(chunks, ANALYTICS, dtype_backend=dtype_backend, provenance=facts)
        if rows.num_rows:
            attributes = frame.attrs
            frame = frame.take(self._order(frame)).reset_index(drop=True)
            frame.attrs = attributes
        self._is_doubtful = self.asked.are_outdated(self.session.lookback_days) & are_old
        # The frame has no rows of failed series.
        self._is_doubtful[[self._row(*series) for series in failed]] = False
        store = {"part": "none" if not rows.num_rows else "some" if portions else "all"}
        noted: dict[str, Any] = {"store": store}
        if (ends := self.asked.ends_of(are_old)) is not None:
            first, last = (end.isoformat(timespec="seconds") for end in ends)
            store["fetched_at"] = last
            if first != last:
                store["fetched_since"] = first
            if not portions:
                # Whole seconds, as precise as the server's time is.
                ahead = round((self.now - dt.datetime.now(dt.UTC)).total_seconds())
                noted |= clock_facts(ends[1] - dt.timedelta(seconds=ahead), ends[1])
        add_facts(frame, **noted)
        return frame

    def _keep(self, frame: pd.DataFrame) -> None:
        """Store the new rows, except those of answers that differ from their requests.

        Raises
        ------
        StoreBusyError, StoreWriteError
            Another process writes to the store, or a file can't be written. The answers are kept,
            so that the next load requests nothing.
        """
        note_restated(self, frame)
        new, asked = self._new, list[Asked]()
        for one in self.portions(self.outcome):
            # Values that can't be read are requested again, so that the next load says so as well.
            is_readable = (
                new is None
                or not new.unreadable
                or not chunk_from_records(one.records, ANALYTICS).unreadable
            )
            if one.is_clean and is_readable:
                asked += [self._asked_by(one, id_) for id_ in one.entity_ids]
        rows = versions_of(new, asked) if new is not None else VERSIONS.empty_table()
        if asked:
            note_owner(self.session, self.archive)
        kept = self.archive.series.keep(rows, asked)
        add_facts(frame, store={**frame.attrs[ATTRIBUTE]["store"], **kept._asdict()})

    def _note_flaws(self, frame: pd.DataFrame) -> bool:
        """Note the days that the store doesn't have although an offline load is about them.

        Warns
        -----
        IncompleteFrameWarning
            Once, if there are any. The provenance then says ``complete=False`` and lists them in
            ``gaps``.
        RestatedWarning
            Once, if days from the store may have changed, but can't be requested. The provenance
            counts them in ``store``.
        """
        self._note_doubtful(frame)
        if not self.session.offline:
            return False
        missing = self.asked.are_missing_by(self.now)
        if not missing.any():
            return False
        days = self._runs_of(missing)
        add_facts(frame, complete=False, gaps=days)
        warn(
            f"analytics: the client is offline, and the store doesn't have {listing(days)} of "
            f"{missing.any(axis=1).sum():,} of {len(missing):,} series. The frame is incomplete.",
            IncompleteFrameWarning,
        )
        return True

    def _note_doubtful(self, frame: pd.DataFrame) -> None:
        """Note the days from the store that may have changed, but can't be requested."""
        values = int(self._is_doubtful.sum())
        if not values:
            return
        add_facts(frame, store={**frame.attrs[ATTRIBUTE]["store"], "doubtful": values})
        is_offline = self.session.offline
        why = "the client is offline" if is_offline else "the plan doesn't keep them any more"
        warn(
            f"analytics: {listing(self._runs_of(self._is_doubtful))} of "
            f"{self._is_doubtful.any(axis=1).sum():,} series are as they were stored, although "
            f"what they count has changed since; {why}.",
            RestatedWarning,
        )

    def _runs_of(self, are_meant: Bools) -> list[str]:
        """Write the days of any series."""
        days = self.asked.first + np.flatnonzero(are_meant.any(axis=0))
        return runs_of_days(days.astype("datetime64[D]"))

    def _row(self, entity_id: str, metric: Metric) -> int:
        return self._rows_of[entity_id, metric]

    def _are_old(self, portions: Sequence[Portion]) -> Bools:
        """Mark the days of each series before those that the answers cover."""
        are_old = np.ones(self.asked.asked_at.shape, np.bool_)
        for one in portions:
            # A series is requested up to the last day. A place below 0 would count from the end.
            place = max((one.span.first - self.span.first).days, 0)
            for id_ in one.entity_ids:
                are_old[self._row(id_, one.metric), place:] = False
        return are_old

    def _rows(self, are_old: Bools, failed: Collection[tuple[str, Metric]]) -> pa.Table:
        """Return the versions that the frame has rows of: neither requested nor failed."""
        first, zones = self.asked.first, self.asked.timezones
        wanted = [
            Asked(self.query.entity, *key, first, first + int(count) - 1, 0, zone)
            for key, zone, count in zip(self.keys, zones, are_old.sum(axis=1), strict=True)
            if key not in failed
        ]
        rows = newest(self._known())
        return rows.filter(pa.array(is_within(rows, wanted)))

    def _known(self) -> pa.Table:
        """Return the newest versions of the load's points, also of those that are gone."""
        # A refusal by the plan may have cut the span since the points were read.
        if self._read is None or self._read[0] != self.span:
            scope = Scope(
                entity=self.query.entity,
                ids=self.sought,
                metrics=self.query.metrics,
                first=self.span.first,
                last=self.span.last,
            )
            self._read = self.span, self.archive.series.newest_known(scope)
        return self._read[1]

    def _names(self, portions: Sequence[Portion]) -> dict[str, str | None]:
        """Return the newest names by id: those of the answers, or of the store if it is newer."""
        labels = {
            id_: label
            for (entity, id_), label in self.archive.series.labels().items()
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
        places = pd.Index(self.sought).get_indexer(pd.Index(frame["entity_id"]))
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

    def _asked_days(self, span: DateRange) -> AskedDays:
        return self.archive.series.asked(
            self.query.entity, self.keys, span.first, span.last, zone=self._zone
        )

    def _local_day(self) -> dt.date:
        return self.now.astimezone(ZoneInfo(self._zone or "UTC")).date()

    def _check_known(self) -> None:
        if self.asked.are_known.any():
            return
        known = self.archive.series.known_series().get(self.query.entity, set())
        metrics = sorted({metric for _, metric in known})
        has = f"{', '.join(metrics)} of {len({id_ for id_, _ in known})} {self.query.entity}s"
        raise StoreMissingError(
            str(self.archive.path),
            f"{', '.join(self.query.metrics)} of these {self.query.entity}s for {self.span}",
            has if known else f"no analytics of a {self.query.entity}",
            "Connect without offline=True to load them",
        )


_LATEST = np.iinfo(np.int64).max
_NOTHING_RESTATED = pd.DataFrame(
    columns=["entity_id", "metric", "day", "old", "new", "is_foreseen"]
)


def _series_of(outcome: Series) -> set[tuple[str, str]]:
    """Return the series that were requested, whether or not they came."""
    jobs = [job for job, _ in (*outcome.done, *outcome.failed)]
    return {series for job in jobs for series in job.series}


def _values(rows: pa.Table, name: str) -> pd.DataFrame:
    """Return the value of each version under a name, with its series and day."""
    columns = {
        column: rows[column].to_pandas().astype(object) for column in ("entity_id", "metric")
    }
    return pd.DataFrame({**columns, "day": days_in(rows), name: rows["value"].to_pandas()})
