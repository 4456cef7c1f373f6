"""The authenticated, parsed and validated request that a handler gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from trackagoat_pandas.sandbox.clock import format_instant, local_day
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.faults import Faults
from trackagoat_pandas.sandbox.video_cache import VideoCache

if TYPE_CHECKING:
    from trackagoat_pandas.sandbox.declare import Route


LeaderboardCounts: TypeAlias = Literal["lifetime", "range"]


@dataclass(frozen=True, slots=True)
class Organization:
    """The key's organization; a limit of None is unlimited."""

    id: str
    zone: ZoneInfo
    retention_days: int | None
    max_requests_per_day: int | None


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    ``ids`` are the ids in the path, in order; ``arguments`` are the query parameters that the route
    declares, and ``body`` has the given members of the body as the database keeps them;
    ``host_url`` is the address to which the request was sent; ``leaderboards`` says what
    leaderboards count.
    """

    database: Database
    video_cache: VideoCache
    organization: Organization
    now: datetime
    host_url: str
    path: str
    ids: tuple[str, ...]
    arguments: Mapping[str, Any]
    body: Mapping[str, Any]
    routes: Sequence[Route]
    faults: Faults
    leaderboards: LeaderboardCounts = "lifetime"

    @property
    def zone(self) -> ZoneInfo:
        """The organization's time zone."""
        return self.organization.zone

    @property
    def today(self) -> date:
        """The organization's day now."""
        return local_day(self.now, self.organization.zone)

    @property
    def now_text(self) -> str:
        """The sandbox's now as the database keeps it."""
        return format_instant(self.now)

    @property
    def now_ts(self) -> float:
        """The sandbox's now as seconds since 1970."""
        return self.now.timestamp()
