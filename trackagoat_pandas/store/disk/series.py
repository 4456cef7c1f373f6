"""The analytics points of a store: kept as versions, in parts by month, and read again."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from trackagoat_pandas.base.types import Bools, Ints
from trackagoat_pandas.errors import StoreDamagedError
from trackagoat_pandas.frames.dtypes import INSTANT, STRING
from trackagoat_pandas.helpers.clocks import day_starts
from trackagoat_pandas.helpers.labels import LABELS, labels_of
from trackagoat_pandas.store.disk import versions
from trackagoat_pandas.store.disk.checkup import Merge
from trackagoat_pandas.store.disk.doubts import Doubt, read_doubts
from trackagoat_pandas.store.disk.ledger import (
    PartFile,
    StoreLedger,
    add_part,
    drop_parts,
    stored_moment,
)
from trackagoat_pandas.store.disk.parts import check_part, read_parts, write_part
from trackagoat_pandas.store.disk.versions import Asked
from trackagoat_pandas.tables import ANALYTICS, Table

SeriesKey: TypeAlias = tuple[str, str]
"""An entity's id and a metric."""

_TABLE: Final = ANALYTICS.name
_COVERAGE: Final = """
    SELECT * FROM coverage WHERE entity = ? AND metric IN (SELECT value FROM json_each(?))
        AND entity_id IN (SELECT value FROM json_each(?)) AND last >= ? AND first <= ?"""
"""Ids and metrics are JSON, since SQLite takes no more than 32,766 values in a statement."""
_MOST_PARTS: Final = 16
"""Of a month, before they become one. Measured: each costs a reader about a millisecond."""
_ENCODINGS: Final = {"date": "DELTA_BINARY_PACKED", "value": "BYTE_STREAM_SPLIT"}
_ROWS_A_GROUP: Final = 65_536
LOOKBACK_DAYS: Final = 4
"""Days after its end in which a day's numbers may be restated, and a day more to be sure."""
_NEVER: Final = np.iinfo(np.int64).min
_A_DAY_US: Final = 86_400_000_000
_CLOCK_ERROR_US: Final = 300_000_000
"""By how much clocks may differ, as in a frame's provenance: 5 minutes."""
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EPOCH_DAY: Final = dt.date(1970, 1, 1).toordinal()


class Kept(NamedTuple):
    """How many points answers added, changed and took away."""

    new: int = 0
    changed: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class Scope:
    """Which points are read; None means all.

    ``first`` and ``last`` are days; ``as_of`` is the moment whose state is read, and ``names_at``
    that whose names are given.
    """

    entity: str | None = None
    ids: Collection[str] | None = None
    metrics: Collection[str] | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    as_of: dt.datetime | None = None
    names_at: dt.datetime | None = None


class Label(NamedTuple):
    """The name of an entity, and since when it is known."""

    text: str | None
    observed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class AskedDays:
    """When each day of a span was last requested, of each of some series.

    Parameters
    ----------
    first
        The first day, counted from 1970.
    asked_at
        For each series and each day the latest moment, in microseconds since 1970.
    sure_at
        The same of those answers that nothing casts doubt on.
    starts
        For each series the first instants of the days and of the day after them.
    timezones
        The zone of the days of each series; None if the server didn't say.
    """

    first: int
    asked_at: Ints
    sure_at: Ints
    starts: Ints
    timezones: Sequence[str | None]

    @property
    def are_known(self) -> Bools:
        """Say of each day whether it was ever requested."""
        are_known: Bools = self.asked_at > _NEVER
        return are_known

    @property
    def are_missing(self) -> Bools:
        """Say of each day whether it was not requested since it began."""
        are_missing: Bools = self.asked_at < self.starts[:, :-1]
        return are_missing

    def are_missing_by(self, now: dt.datetime) -> Bools:
        """Say of each day whether it has begun by now, and was not requested since."""
        are_missing: Bools = self.are_missing & (self.starts[:, :-1] <= microseconds_of(now))
        return are_missing

    @property
    def are_doubted(self) -> Bools:
        """Say of each day whether it may have changed since it was requested."""
        are_doubted: Bools = self.sure_at < self.asked_at
        return are_doubted

    def are_aged(self, lookback_days: int = LOOKBACK_DAYS) -> Bools:
        """Say of each day whether it was requested so long after its end that it hardly changes."""
        are_aged: Bools = self.asked_at >= self.starts[:, 1:] + lookback_days * _A_DAY_US
        return are_aged

    def are_outdated(self, lookback_days: int = LOOKBACK_DAYS) -> Bools:
        """Say of each day whether it is aged, and may have changed since it was requested."""
        are_outdated: Bools = self.are_aged(lookback_days) & self.are_doubted
        return are_outdated

    def ends_of(self, days: Bools) -> tuple[dt.datetime, dt.datetime] | None:
        """Return the first and the last moment at which some days were requested; None if never."""
        moments = self.asked_at[days & self.are_known]
        if not moments.size:
            return None
        return moment_of(int(moments.min())), moment_of(int(moments.max()))

    def are_settled(
        self,
        *,
        now: int,
        lookback_days: int = LOOKBACK_DAYS,
        fresh_since: int | None = None,
        kept_from: int | None = None,
    ) -> Bools:
        """Say of each day whether its numbers are known, and can't have changed since.

        Parameters
        ----------
        now
            The server's time; what was requested later than that is another server's, or from
            before a clock was set back, and isn't trusted.
        lookback_days
            A day is settled if it was requested so long after its end, and nothing casts doubt on
            the answer.
        fresh_since
            Days that were requested since this moment are settled, too.
        kept_from
            The first day that can still be requested; a known day before it is settled.
        """
        are_settled: Bools = self.sure_at >= self.starts[:, 1:] + lookback_days * _A_DAY_US
        if fresh_since is not None:
            are_settled |= self.sure_at >= fresh_since
        are_settled &= self.sure_at <= now + _CLOCK_ERROR_US
        if kept_from is not None:
            days = self.first + np.arange(self.asked_at.shape[1])
            are_settled |= ~self.are_missing & (days < kept_from)
        return are_settled


def asked_days(
    answers: Sequence[tuple[Sequence[Asked], Sequence[Doubt]]],
    first: int,
    last: int,
    zone: str | None = None,
) -> AskedDays:
    """Return when the days of a span were last requested, and since when they may have changed.

    Parameters
    ----------
    answers
        The answers about each series, and the doubts about its days. If they were in several time
        zones, only the answers in that of the latest one count.
    first, last
        The span, in days since 1970.
    zone
        The time zone where an answer doesn't say it.
    """
    asked_at = np.full((len(answers), last - first + 1), _NEVER, np.int64)
    sure_at, zones = asked_at.copy(), list[str | None]()
    for row, (known, doubts) in enumerate(answers):
        newest = max(known, key=lambda one: one.observed_at, default=None)
        zones.append(None if newest is None else newest.timezone)
        for one in known:
            if one.timezone != zones[-1]:
                continue
            newer = [two for two in doubts if two.id > one.doubt or two.until > one.observed_at]
            sure = min([one.last, *(two.first - 1 for two in newer)])
            for moments, end in ((asked_at[row], one.last), (sure_at[row], sure)):
                # Not below 0, which would count from the end of the span.
                days = moments[max(one.first - first, 0) : max(end - first + 1, 0)]
                np.maximum(days, one.observed_at, out=days)
    # With the day after the last one, whose first instant is the end of the last.
    days = np.arange(first, last + 2).astype("datetime64[D]")
    by_zone = {each: day_starts(days, each or zone or "UTC").view(np.int64) for each in {*zones}}
    starts = np.array([by_zone[each] for each in zones], np.int64).reshape(len(zones), len(days))
    return AskedDays(first, asked_at, sure_at, starts, zones)


class StoredSeries:
    """The analytics points in a store's folder.

    Parameters
    ----------
    ledger
        The store's catalogue.
    """

    def __init__(self, ledger: StoreLedger) -> None:
        self._ledger = ledger

    def keep(self, came: pa.Table, asked: Sequence[Asked]) -> Kept:
        """Store the points of answers, and the days that they cover.

        Parameters
        ----------
        came
            The points, from :func:`versions_of`.
        asked
            The series and days of each answer.

        Raises
        ------
        StoreBusyError, StoreWriteError
            Nothing was kept.
        """
        if not asked:
            return Kept()
        with self._ledger.writing("keeping analytics"), self._ledger.lock.alone:
            known = self._versions(_scope_of(asked))
            # Another process may have kept later answers, with which these can't be compared.
            known = versions.newest_known(known, max(one.observed_at for one in asked))
            difference = versions.compare(known, came, asked)
            self._write(difference.rows, asked, self._new_names(came))
            self._ledger.delete_dropped()
        return Kept(difference.new, difference.changed, difference.gone)

    def load(self, scope: Scope) -> pa.Table:
        """Return the newest version of each point at a moment, in the order of a part.

        Raises
        ------
        StoreDamagedError
            A part is missing or can't be read.
        """
        as_of = None if scope.as_of is None else microseconds_of(scope.as_of)
        return versions.newest(self._versions(scope), as_of)

    def newest_known(self, scope: Scope) -> pa.Table:
        """As `load`, with the points that are gone."""
        return versions.newest_known(self._versions(scope))

    def history(self, scope: Scope) -> pa.Table:
        """Return all versions of points, in the order of a part."""
        rows = versions.in_part_order(self._versions(scope))
        if scope.as_of is None:
            return rows
        return rows.filter(pc.less_equal(rows["observed_at"], pa.scalar(scope.as_of)))

    def restatements(self, scope: Scope) -> pa.Table:
        """Return the points whose value differs from the first one of the whole day."""
        return versions.restatements(self.history(scope), self.names(scope.names_at))

    def last_observed(self, as_of: dt.datetime | None = None) -> list[dt.datetime]:
        """Return when the newest point of each part was observed, at a moment or before.

        Raises
        ------
        StoreDamagedError
            A part is missing or can't be read.
        """
        found = list[dt.datetime]()
        upper = None if as_of is None else stored_moment(as_of)
        for part in self._parts():
            if upper is None or part.last_at <= upper:
                found.append(dt.datetime.fromisoformat(part.last_at))
            elif part.first_at <= upper:
                is_known = ds.field("observed_at") <= pa.scalar(as_of, INSTANT)
                rows = read_parts(self._ledger.folder, [part], ["observed_at"], is_known)
                found += [one for one in [pc.max(rows["observed_at"]).as_py()] if one]
        return found

    def labels(self, at: dt.datetime | None = None) -> dict[tuple[str, str], Label]:
        """Return the name of each entity, by entity and id.

        With a moment, what it was called then; the first known name of one that was loaded later.
        """
        # The server's times are whole seconds: of two names of one second the later noted counts.
        rows = self._ledger.rows("SELECT * FROM labels ORDER BY observed_at, rowid")
        latest = None if at is None else stored_moment(at)
        found: dict[tuple[str, str], Label] = {}
        for entity, id_, label, moment in rows:
            if latest is None or moment <= latest or (entity, id_) not in found:
                found[entity, id_] = Label(label, dt.datetime.fromisoformat(moment))
        return found

    def names(self, at: dt.datetime | None = None) -> dict[tuple[str, str], str | None]:
        """Return the texts of `labels`."""
        return {key: label.text for key, label in self.labels(at).items()}

    def note_names(
        self,
        table: Table,
        rows: pd.DataFrame,
        before: Sequence[pd.DataFrame],
        moment: dt.datetime,
    ) -> None:
        """Note the names in a list as those of the series of its rows.

        The server may write names in series in another way than in lists. So a name is only taken
        if the series had that of an earlier list, or if most others have those of this list.

        Parameters
        ----------
        table, rows
            The list. Only creators, videos, campaigns and projects have series.
        before
            What the store had of the list.
        moment
            The server's time of the list.
        """
        kind, entity = table.name, table.name.removesuffix("s")
        known = {id_: label for (of, id_), label in self.labels().items() if of == entity}
        if not known or kind not in LABELS:
            return
        were = {name for one in before for name in _listed_names(kind, one).items()}
        listed = _listed_names(kind, rows)
        listed = {id_: name for id_, name in listed.items() if id_ in known}
        other = {id_: name for id_, name in listed.items() if known[id_].text != name}
        is_usual = len(other) < len(listed) / 2
        renamed = [
            (entity, id_, name, stored_moment(moment))
            for id_, name in other.items()
            if is_usual or (id_, known[id_].text) in were
        ]
        if renamed:
            with self._ledger.transaction() as connection:
                connection.executemany("INSERT INTO labels VALUES (?, ?, ?, ?)", renamed)

    def asked(
        self,
        entity: str,
        keys: Sequence[SeriesKey],
        first: dt.date,
        last: dt.date,
        *,
        zone: str | None = None,
    ) -> AskedDays:
        """Return when the days of each series were last requested; `zone` as in `asked_days`."""
        ids, metrics = ({key[place] for key in keys} for place in (0, 1))
        found: dict[SeriesKey, list[Asked]] = defaultdict(list)
        values = (entity, json.dumps([*metrics]), json.dumps([*ids]), str(first), str(last))
        for row in self._ledger.rows(_COVERAGE, values):
            first_day, last_day = (dt.date.fromisoformat(row[name]) for name in ("first", "last"))
            key = row["entity_id"], row["metric"]
            found[key].append(
                Asked(
                    entity,
                    *key,
                    number_of(first_day),
                    number_of(last_day),
                    microseconds_of(dt.datetime.fromisoformat(row["observed_at"])),
                    row["timezone"],
                    row["doubt"],
                )
            )
        doubts = read_doubts(self._ledger, entity, ids)
        answers = [(found[key], doubts.get(key[0], ())) for key in keys]
        return asked_days(answers, number_of(first), number_of(last), zone)

    def known_series(self) -> dict[str, set[SeriesKey]]:
        """Return the series that were asked for, by entity."""
        found: dict[str, set[SeriesKey]] = defaultdict(set)
        query = "SELECT DISTINCT entity, entity_id, metric FROM coverage"
        for entity, id_, metric in self._ledger.rows(query):
            found[entity].add((id_, metric))
        return dict(found)

    def compact(self) -> list[Merge]:
        """Merge the parts of each month into one, and return the merges.

        A month with a damaged part stays as it is.

        Raises
        ------
        StoreBusyError, StoreWriteError
            Another process writes, or a file can't be written. What was merged before stays so.
        """
        merges: list[Merge] = []
        with self._ledger.writing("compacting analytics"), self._ledger.lock.alone:
            by_month: dict[str, list[PartFile]] = {}
            for part in self._parts():
                by_month.setdefault(part.month, []).append(part)
            for month, parts in by_month.items():
                if len(parts) > 1 and not any(check_part(self._ledger.folder, p) for p in parts):
                    new = self._write_part(month, versions.joined(self._read_parts(parts)))
                    with self._ledger.transaction() as connection:
                        drop_parts(connection, parts)
                        add_part(connection, new)
                    before = sum(part.bytes for part in parts)
                    merges.append(Merge(_TABLE, month, len(parts), new.rows, before, new.bytes))
            self._ledger.delete_dropped()
        return merges

    def paths(self, scope: Scope | None = None) -> list[str]:
        """Return the files of the months of a scope, in the order of months."""
        return [str(self._ledger.folder / part.path) for part in self._parts(scope)]

    def months(self, scope: Scope | None = None) -> list[str]:
        """Return the months of a scope for which there are points, such as ``2026-06``."""
        return sorted({part.month for part in self._parts(scope)})

    def _parts(self, scope: Scope | None = None) -> list[PartFile]:
        """Return the parts of a scope's months; of a month in the order of writing."""
        first, last = (None, None) if scope is None else (scope.first, scope.last)
        found = self._ledger.rows(
            "SELECT * FROM parts WHERE table_name = ?1 AND (?2 IS NULL OR month >= ?2) "
            "AND (?3 IS NULL OR month <= ?3) ORDER BY month, rowid",
            (_TABLE, first and str(first)[:7], last and str(last)[:7]),
        )
        return [PartFile(*row) for row in found]

    def _versions(self, scope: Scope) -> pa.Table:
        """Read all versions of a scope, apart from its moment."""
        ends = [None if day is None else number_of(day) for day in (scope.first, scope.last)]
        entities = None if scope.entity is None else {scope.entity}
        words = {"entity": entities, "entity_id": scope.ids, "metric": scope.metrics}
        chosen = {name: set(wanted) for name, wanted in words.items() if wanted is not None}

        def read(part: PartFile) -> pa.Table:
            return versions.narrowed(read_parts(self._ledger.folder, [part]), chosen, *ends)

        parts = self._parts(scope)
        try:
            return versions.joined([read(part) for part in parts])
        except StoreDamagedError:
            # A writer may have put these parts into others since they were listed.
            again = self._parts(scope)
            if again == parts:
                raise
            return versions.joined([read(part) for part in again])

    def _write(
        self,
        added: pa.Table,
        asked: Sequence[Asked],
        renamed: Sequence[tuple[str, str, str | None, str]],
    ) -> None:
        """Write new versions, requested days and new names in one transaction."""
        by_month = versions.by_month(added)
        parts: dict[str, list[PartFile]] = {month: [] for month in by_month}
        for part in self._parts():
            if part.month in parts:
                parts[part.month].append(part)
        new: list[PartFile] = []
        old: list[PartFile] = []
        for month, there in parts.items():
            rows = [by_month[month]]
            # Each load adds a part to its months; reading would slow down if they were never
            # joined.
            if len(there) >= _MOST_PARTS:
                old += there
                rows = [*self._read_parts(there), *rows]
            new.append(self._write_part(month, versions.joined(rows)))
        with self._ledger.transaction() as connection:
            drop_parts(connection, old)
            for part in new:
                add_part(connection, part)
            # What was asked for again is needed no more, so that hourly loads don't pile up.
            connection.executemany(
                "DELETE FROM coverage WHERE entity = ? AND entity_id = ? AND metric = ? "
                "AND first >= ? AND last <= ? AND observed_at <= ?",
                [_row(one)[:-1] for one in asked],
            )
            connection.executemany(
                "INSERT INTO coverage VALUES (?, ?, ?, ?, ?, ?, ?, "
                "(SELECT coalesce(max(id), 0) FROM doubts))",
                [_row(one) for one in asked],
            )
            connection.executemany("INSERT INTO labels VALUES (?, ?, ?, ?)", renamed)

    def _write_part(self, month: str, rows: pa.Table) -> PartFile:
        rows = versions.in_part_order(rows)
        ends = pc.min_max(rows["observed_at"])
        return write_part(
            self._ledger.folder,
            _TABLE,
            month,
            rows,
            first_at=ends["min"].as_py(),
            last_at=ends["max"].as_py(),
            encodings=_ENCODINGS,
            row_group_size=_ROWS_A_GROUP,
        )

    def _new_names(self, came: pa.Table) -> list[tuple[str, str, str | None, str]]:
        """Return the rows of the ledger for names that aren't the newest known ones."""
        known = self.names()
        return [
            (*key, label, stored_moment(moment))
            for key, (label, moment) in versions.newest_names(came).items()
            if key not in known or known[key] != label
        ]

    def _read_parts(self, parts: Iterable[PartFile]) -> list[pa.Table]:
        return [read_parts(self._ledger.folder, [part]) for part in parts]


def _listed_names(kind: str, rows: pd.DataFrame) -> dict[str, str]:
    """Return the names in a list by id; none if it doesn't have them."""
    if not {"id", LABELS[kind][0]} <= {*rows.columns}:
        return {}
    names = pd.Series(labels_of(rows, LABELS[kind]).to_numpy(), rows["id"].astype(STRING))
    return {str(id_): str(name) for id_, name in names.dropna().items()}


def _scope_of(asked: Sequence[Asked]) -> Scope:
    return Scope(
        entity=asked[0].entity,
        ids={one.entity_id for one in asked},
        metrics={one.metric for one in asked},
        first=day_of(min(one.first for one in asked)),
        last=day_of(max(one.last for one in asked)),
    )


def _row(asked: Asked) -> tuple[str, str, str, str, str, str, str | None]:
    """Return a row of the ledger's table ``coverage``."""
    days = str(day_of(asked.first)), str(day_of(asked.last))
    moment = stored_moment(moment_of(asked.observed_at))
    return *asked.series, *days, moment, asked.timezone


def number_of(day: dt.date) -> int:
    """Return a day as the number of days since 1970."""
    return day.toordinal() - _EPOCH_DAY


def day_of(number: int) -> dt.date:
    """Return the day of a number of days since 1970."""
    return dt.date.fromordinal(number + _EPOCH_DAY)


def microseconds_of(moment: dt.datetime) -> int:
    """Return an instant in microseconds since 1970."""
    return (moment - _EPOCH) // dt.timedelta(microseconds=1)


def moment_of(microseconds: int) -> dt.datetime:
    """Return the instant of a number of microseconds since 1970."""
    return _EPOCH + dt.timedelta(microseconds=microseconds)
