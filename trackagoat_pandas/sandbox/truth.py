"""What was planted in a world, and which points of its series are restated.

None of it is served: it is what helpers are measured against.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.agenda import lived_to
from trackagoat_pandas.sandbox.clock import day_start, format_instant, local_day, parse_instant
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.measures import gained
from trackagoat_pandas.sandbox.nature import Form, Nature, nature_of
from trackagoat_pandas.sandbox.snapshots import Sight
from trackagoat_pandas.sandbox.subjects import EntityName, members_of
from trackagoat_pandas.sandbox.video_cache import Videos, load_videos

Kind: TypeAlias = Literal[
    "breakout", "bought", "suppressed", "over_posting", "campaign_effect", "ledger_error",
    "uncounted", "second_wave", "boosted", "gap", "evergreen", "comments_off", "shared_account",
]  # fmt: skip
_RECENT_DAYS = 5  # an older day's snapshots are in
_VIDEOS = ("videos",)
# By kind: the tables that hold what was planted, where they aren't videos.
_TABLES: dict[Kind, tuple[str, ...]] = {
    "over_posting": ("creators",),
    "shared_account": ("creators",),
    "campaign_effect": ("campaigns",),
    "ledger_error": ("payout_accruals", "payout_payments"),
}


@dataclass(frozen=True, slots=True)
class Breakout:
    """A video that got ``multiple`` times its creator's median views, from ``onset`` on."""

    video_id: str
    onset: datetime
    multiple: float


@dataclass(frozen=True, slots=True)
class Bought:
    """Views bought from ``at`` on: ``strength`` times the video's own, in one of three forms."""

    video_id: str
    at: datetime
    strength: float
    views: int
    form: Form


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Bought views that the platform took back at ``at``."""

    video_id: str
    at: datetime
    views: int


@dataclass(frozen=True, slots=True)
class Wave:
    """A video that gets ``views`` more from ``at`` on: by itself, or since it is advertised."""

    video_id: str
    at: datetime
    views: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A video that isn't read for some days from ``at`` on; then it catches up in one step."""

    video_id: str
    at: datetime
    days: float


@dataclass(frozen=True, slots=True)
class OverPosting:
    """A day of the organization on which a creator posted too much."""

    creator_id: str
    day: date


@dataclass(frozen=True, slots=True)
class CampaignEffect:
    """Posts of a campaign's creators have ``factor`` times the views from ``since`` on."""

    campaign_id: str
    factor: float
    since: datetime


@dataclass(frozen=True, slots=True)
class LedgerError:
    """A wrong accrual or payment: the cents that it has, and those that it should have."""

    kind: str
    accrual_id: str | None
    payment_id: str | None
    amount_cents: int
    right_cents: int


@dataclass(frozen=True, slots=True)
class Restated:
    """A day's point that first had the value ``old`` and now has ``new``."""

    entity: EntityName
    entity_id: str
    metric: str
    date: date
    old: int
    new: int


def plant(database: Database, kind: Kind, entity_id: str, facts: Mapping[str, Any]) -> None:
    """Record a planted truth; instants in ``facts`` are text, as in the other tables.

    An ``uncounted`` video counted until its ``at``: creators and projects lose what it had gained.
    """
    database.insert("planted", [planted_row(kind, entity_id, facts)])


def planted_row(kind: Kind, entity_id: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Make one row of the table planted."""
    return {"kind": kind, "entity_id": entity_id, "facts": json.dumps(facts)}


class Truth:
    """The planted truths and restatements of the demo organization, to read only.

    What has not begun by now is not there yet, such as a video that will break out tomorrow.

    Parameters
    ----------
    database
        The world.
    org_id
        The organization.

    Examples
    --------
    >>> from trackagoat_pandas.sandbox import sandbox
    >>> with sandbox() as demo:
    ...     bought, errors = demo.truth.bought, demo.truth.ledger_errors
    >>> sorted({one.strength for one in bought})
    [0.5, 2.0, 6.0]
    >>> [(error.kind, error.right_cents - error.amount_cents) for error in errors]
    [('cap_ignored', -555904), ('paid_twice', -50000)]
    """

    def __init__(self, database: Database, org_id: str) -> None:
        self._database, self._org_id = database, org_id

    @property
    def breakouts(self) -> list[Breakout]:
        """Videos that broke out, some of them days after they were posted."""
        return [
            Breakout(video_id, parse_instant(facts["onset"]), facts["multiple"])
            for video_id, facts in self._planted_rows("breakout")
        ]

    @property
    def bought(self) -> list[Bought]:
        """Videos with bought views."""
        return [
            Bought(
                video_id, parse_instant(facts["at"]), facts["strength"], facts["views"],
                facts["form"],
            )
            for video_id, facts in self._planted_rows("bought")
        ]  # fmt: skip

    @property
    def taken_back(self) -> list[TakenBack]:
        """Videos whose bought views were taken back."""
        lost = [
            TakenBack(video_id, parse_instant(facts["taken_at"]), facts["taken_views"])
            for video_id, facts in self._planted_rows("bought")
            if "taken_at" in facts
        ]
        now = self._now
        return [one for one in lost if one.at <= now]

    @property
    def second_waves(self) -> list[Wave]:
        """Videos that rose again by themselves, weeks after they were posted."""
        return self._waves("second_wave")

    @property
    def boosted(self) -> list[Wave]:
        """Videos that were advertised."""
        return self._waves("boosted")

    def _waves(self, kind: Kind) -> list[Wave]:
        return [
            Wave(video_id, parse_instant(facts["at"]), facts["views"])
            for video_id, facts in self._planted_rows(kind)
        ]

    @property
    def gaps(self) -> list[Gap]:
        """Videos that weren't read for some days."""
        return [
            Gap(video_id, parse_instant(facts["at"]), facts["days"])
            for video_id, facts in self._planted_rows("gap")
        ]

    @property
    def evergreens(self) -> list[str]:
        """Ids of videos that are watched for 30 days and more."""
        return [video_id for video_id, _ in self._planted_rows("evergreen")]

    @property
    def comments_off(self) -> list[str]:
        """Ids of videos that can't be commented on."""
        return [video_id for video_id, _ in self._planted_rows("comments_off")]

    @property
    def shared_accounts(self) -> list[list[str]]:
        """Ids of the creators of each account that is tracked in several projects."""
        return [facts["creator_ids"] for _, facts in self._planted_rows("shared_account")]

    @property
    def nature(self) -> Nature:
        """The world's settings, some of which are effects: hours, over-posting, shift, shock."""
        return nature_of(self._database)

    @property
    def _now(self) -> datetime:
        now = lived_to(self._database)
        return datetime.max.replace(tzinfo=UTC) if now is None else now

    @property
    def suppressed(self) -> list[str]:
        """Ids of videos that were hardly shown in their first days and were released later."""
        return [video_id for video_id, _ in self._planted_rows("suppressed")]

    @property
    def over_posting(self) -> list[OverPosting]:
        """Days on which a creator posted so much that hardly anybody saw some of it."""
        return [
            OverPosting(creator_id, date.fromisoformat(facts["day"]))
            for creator_id, facts in self._planted_rows("over_posting")
        ]

    @property
    def campaign_effects(self) -> list[CampaignEffect]:
        """Campaigns that have an effect on the views of their creators' posts."""
        return [
            CampaignEffect(campaign_id, facts["factor"], parse_instant(facts["since"]))
            for campaign_id, facts in self._planted_rows("campaign_effect")
        ]

    @property
    def ledger_errors(self) -> list[LedgerError]:
        """Errors in accruals and payments, each with its right amount."""
        return [
            LedgerError(
                facts["kind"],
                facts.get("accrual_id"),
                facts.get("payment_id"),
                facts["amount_cents"],
                facts["right_cents"],
            )
            for _, facts in self._planted_rows("ledger_error")
        ]

    def _planted_rows(self, kind: Kind) -> list[tuple[str, dict[str, Any]]]:
        tables = _TABLES.get(kind, _VIDEOS)
        own = " UNION ALL ".join(f"SELECT id, project_id FROM {name}" for name in tables)
        rows = self._database.rows(
            f"SELECT entity_id, facts FROM planted JOIN ({own}) AS own ON own.id = entity_id "
            "JOIN projects ON projects.id = own.project_id WHERE kind = ? AND org_id = ? "
            "ORDER BY planted.rowid",
            (kind, self._org_id),
        )
        planted = [(row["entity_id"], json.loads(row["facts"])) for row in rows]
        now = self._now
        return [
            (entity_id, facts)
            for entity_id, facts in planted
            if "at" not in facts or parse_instant(facts["at"]) <= now
        ]

    def restated(
        self, metric: str, since: datetime, until: datetime, *, entity: EntityName = "video"
    ) -> list[Restated]:
        """List the points whose value as shown at one moment differs from that at a later one.

        They are points by day of the organization, in mode ``new``, of days that had ended at
        ``since``. A point is restated when a snapshot comes in late, and when a video is deleted,
        no longer counts, or joins a campaign. What else was changed through the API isn't
        followed: which creator has a video, and whether it counts.

        Parameters
        ----------
        metric
            views, likes, comments, shares, saves, or engagement: the sum of the last four.
        since, until
            Aware datetimes; ``until`` is not later than the sandbox's now.
        entity
            The kind of entity: only those that still exist are listed.

        Returns
        -------
        list of Restated
            By entity in the order of their rows, and by date.
        """
        projects = self._database.rows(
            "SELECT id, timezone FROM projects WHERE org_id = ? ORDER BY rowid", (self._org_id,)
        )
        return [
            point
            for project in projects
            for point in _Comparison(
                self._database, project["id"], ZoneInfo(project["timezone"]), since, until,
                dict(self._planted_rows("uncounted")),
            ).points(entity, metric)
        ]  # fmt: skip


class _Comparison:
    """The series of one project at two moments."""

    def __init__(
        self,
        database: Database,
        project_id: str,
        zone: ZoneInfo,
        since: datetime,
        until: datetime,
        uncounted: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._database, self._project_id, self._zone = database, project_id, zone
        self._moments = since, until
        # Videos of the first moment alone: later ones have gained nothing on the days before.
        where = "project_id = ? AND tracking_status <> 'excluded'"
        self._videos = load_videos(database, where, (project_id,), at=format_instant(since))
        self._places = {video_id: place for place, video_id in enumerate(self._videos.ids)}
        deleted = self._ids("SELECT id FROM videos WHERE project_id = ? AND deleted_at <= ?", until)
        self._is_there = np.array([one not in deleted for one in self._videos.ids], np.bool_)
        lost = {
            video_id
            for video_id, facts in uncounted.items()
            if since < parse_instant(facts["at"]) <= until
        }
        was_counted = np.array([one in lost for one in self._videos.ids], np.bool_)
        self._counted = (self._videos.counted | was_counted, self._videos.counted & self._is_there)

    def _ids(self, sql: str, at: datetime) -> set[str]:
        rows = self._database.rows(sql, (self._project_id, format_instant(at)))
        return {row["id"] for row in rows}

    def points(self, entity: EntityName, metric: str) -> Iterator[Restated]:
        """Yield the points of the project's entities that differ."""
        today = local_day(self._moments[0], self._zone)
        recent = [today - timedelta(days=ago) for ago in range(_RECENT_DAYS, 0, -1)]
        shown = [self._gains(self._videos, recent, metric, moment) for moment in self._moments]
        if entity == "video":
            for place in np.flatnonzero((shown[0] != shown[1]).any(axis=1) & self._is_there):
                values = shown[0][place], shown[1][place]
                yield from _differing((entity, self._videos.ids[place], metric), recent, *values)
            return
        for entity_id, places in self._members(entity):
            reference = entity, entity_id, metric
            if np.array_equal(places[0], places[1]):
                sums = (gains[places[0]].sum(axis=0) for gains in shown)
                yield from _differing(reference, recent, *sums)
                continue
            # With other videos, no day of the history is the same.
            parts = [self._videos.select(some) for some in places]
            first_ts = min(part.tracked_ts.min() for part in parts if len(part))
            first = local_day(datetime.fromtimestamp(first_ts, UTC), self._zone)
            days = [first + timedelta(days=place) for place in range((today - first).days)]
            sums = (
                self._gains(part, days, metric, moment).sum(axis=0)
                for part, moment in zip(parts, self._moments, strict=True)
            )
            yield from _differing(reference, days, *sums)

    def _gains(
        self, videos: Videos, days: Sequence[date], metric: str, moment: datetime
    ) -> NDArray[np.int64]:
        """Count what each video gained on consecutive days before today, as shown at a moment."""
        edges = [day_start(day, self._zone).timestamp() for day in days]
        edges.append(day_start(local_day(self._moments[0], self._zone), self._zone).timestamp())
        return gained(videos, np.array(edges), metric, Sight(moment.timestamp(), self._zone))

    def _members(self, entity: EntityName) -> Iterator[tuple[str, list[NDArray[np.intp]]]]:
        """Yield each entity with the places of the videos that it counts at the two moments."""
        counted = [np.flatnonzero(counts) for counts in self._counted]
        if entity == "project":
            yield self._project_id, counted
            return
        owners = self._videos.by_creator()
        table = (
            "creators WHERE deleted_at IS NULL AND" if entity == "creator" else "campaigns WHERE"
        )
        rows = self._database.rows(
            f"SELECT id FROM {table} project_id = ? ORDER BY rowid", (self._project_id,)
        )
        nothing = np.empty(0, np.intp)
        for row in rows:
            if entity == "creator":
                own = owners.get(row["id"], nothing)
                yield row["id"], [np.intersect1d(own, some) for some in counted]
                continue
            places = []
            for some, moment in zip(counted, self._moments, strict=True):
                creators, single = members_of(self._database, row["id"], format_instant(moment))
                parts = [owners.get(creator_id, nothing) for creator_id in creators]
                parts.append(
                    np.array([self._places[one] for one in single & self._places.keys()], np.intp)
                )
                places.append(np.intersect1d(np.concatenate(parts), some))
            yield row["id"], places


def _differing(
    reference: tuple[EntityName, str, str],
    days: Sequence[date],
    old: NDArray[np.int64],
    new: NDArray[np.int64],
) -> Iterator[Restated]:
    for place in np.flatnonzero(old != new).tolist():
        yield Restated(*reference, days[place], int(old[place]), int(new[place]))
