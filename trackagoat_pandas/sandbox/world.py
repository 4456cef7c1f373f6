"""The demo program: fills every table of the sandbox from one seed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from trackagoat_pandas.sandbox.clock import Timeline, format_instant, parse_instant
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.nature import Nature
from trackagoat_pandas.sandbox.organizations import Key, Plan
from trackagoat_pandas.sandbox.settlement import Settlement

DEMO_KEY = "tga_" + "60a7" * 16
READ_ONLY_KEY = "tga_" + "4ead" * 16
WRITE_ONLY_KEY = "tga_" + "3417" * 16
EXPIRED_KEY = "tga_" + "01d0" * 16
REVOKED_KEY = "tga_" + "dead" * 16
OTHER_ORG_KEY = "tga_" + "a1b5" * 16
PROJECTS = ("Q1 Brand Program", "Summer Launch", "Always-On UGC")

_DEMO = Plan(
    name="Goatherd Media",
    timezone="America/New_York",
    retention_days=365,
    max_requests_per_day=50_000,
    limits={
        "max_creators_per_org": 300,
        "max_projects_per_org": 10,
        "max_members_per_org": 25,
        "max_campaigns_per_project": 50,
        "max_campaign_items_per_campaign": 500,
        "max_api_keys_per_org": 20,
        "max_payout_methods_per_org": 20,
        "max_payout_structures_per_project": 25,
        "max_manual_scrape_triggers_per_day": 200,
    },
    keys=(
        Key(DEMO_KEY, "Demo"),
        Key(READ_ONLY_KEY, "Dashboard", scopes=("read",)),
        Key(WRITE_ONLY_KEY, "Importer", scopes=("write",)),
        Key(EXPIRED_KEY, "Agency, until spring", is_expired=True),
        Key(REVOKED_KEY, "Old laptop", is_revoked=True),
    ),
    projects=PROJECTS,
    empty_projects=("Archive", "Archive"),
)
_OTHER = Plan(
    name="Alpine Social",
    timezone="Europe/Zurich",
    retention_days=30,
    max_requests_per_day=1_000,
    limits={
        "max_creators_per_org": 50,
        "max_projects_per_org": 3,
        "max_members_per_org": 5,
        "max_campaigns_per_project": 10,
        "max_campaign_items_per_campaign": 100,
        "max_api_keys_per_org": 3,
        "max_payout_methods_per_org": 8,
        "max_payout_structures_per_project": 6,
        "max_manual_scrape_triggers_per_day": 10,
    },
    keys=(Key(OTHER_ORG_KEY, "Main"),),
    projects=("Peaks",),
)
_OTHER_CREATORS, _OTHER_VIDEOS = 2, 18
_POSTS_A_DAY = 0.27  # of one creator, where the number of videos is not given
_KEPT_WORLDS = 8
_KEPT_VIDEOS = 5_000  # a world with as many is 7 MB


def build_world(
    database: Database,
    *,
    seed: int = 7,
    days: int = 180,
    creators: int = 24,
    videos: int | None = None,
    now: str = "2026-06-18T19:00:00Z",
    timezone: str = _DEMO.timezone,
    projects: Sequence[str] = PROJECTS,
    nature: Nature | None = None,
    shared_accounts: int = 0,
) -> None:
    """Fill every table of a new database, and build its indexes.

    The world depends only on the arguments. There is a demo organization with the creators, the
    projects and two empty projects with one name; and another organization with a small project.

    Parameters
    ----------
    database
        A database without organizations.
    seed
        0 or more.
    days
        How long the program has run. The demo's stories need some 60 days.
    creators
        How many there are in the demo organization. The demo's stories need some 20.
    videos
        How many there are in the demo organization, whatever their status; None for about 0.27 a
        creator and day.
    now
        The current time of the world; nothing is later.
    timezone
        The demo organization's IANA time zone.
    projects
        Names of the demo organization's projects; the first gets most of the creators.
    nature
        How posts do; None for that of ``Nature()``.
    shared_accounts
        How many of the demo organization's creators are tracked in two, three or four projects, as
        in ``sandbox.shared``. They bring creators and videos of their own, and a fourth project.

    Raises
    ------
    ValueError
        If a number is too small, there is no project, or ``now`` has no offset.
    """
    numbers = (seed, days - 1, creators - 1, 0 if videos is None else videos, shared_accounts)
    if min(numbers) < 0 or not projects:
        raise ValueError(
            "a world needs seed >= 0, days >= 1, creators >= 1, videos >= 0, shared_accounts >= 0 "
            f"and a project; got {seed=}, {days=}, {creators=}, {videos=}, {shared_accounts=}, "
            f"{projects=}"
        )
    total = round(creators * days * _POSTS_A_DAY) if videos is None else videos
    demo = replace(_DEMO, projects=tuple(projects), timezone=timezone)
    sizes = (
        (demo, creators, total, shared_accounts), (_OTHER, _OTHER_CREATORS, _OTHER_VIDEOS, 0)
    )  # fmt: skip
    with database.transaction():
        settlements = [
            Settlement(
                database,
                plan,
                Timeline(ZoneInfo(plan.timezone), parse_instant(now), days),
                seed=seed,
                creators=people,
                videos=number,
                nature=nature or Nature(),
                shared_accounts=shared,
            )
            for plan, people, number, shared in sizes
        ]
        # Later writes and events draw from the same seed.
        begin = format_instant(parse_instant(now))
        database.write(
            "UPDATE chance SET seed = ?, lived_to = ?, nature = ?",
            (seed, begin, (nature or Nature()).text()),
        )
        for settlement in settlements:
            settlement.publish()
        # Goals and payouts look up each creator's videos, which needs the indexes.
        database.finish()
        for settlement in settlements:
            settlement.reward()
            settlement.live_on()


def fill(
    database: Database, *, creators: int, days: int, videos: int | None, **others: Any
) -> None:
    """Fill a new database as ``build_world`` does, but build equal worlds once in a process.

    The bytes of the last few small worlds are kept; each database gets a copy of them.
    """
    arguments = {"creators": creators, "days": days, "videos": videos, **others}
    size = creators * days * _POSTS_A_DAY if videos is None else videos
    # A Python on SQLite before 3.36 may be unable to serialize.
    if size > _KEPT_VIDEOS or not hasattr(sqlite3.Connection, "serialize"):
        build_world(database, **arguments)
    else:
        database.restore(_image(**arguments))


# Typed: 7.0 is refused as a seed, also after 7 has built a world.
@lru_cache(maxsize=_KEPT_WORLDS, typed=True)
def _image(**arguments: Any) -> bytes:
    with Database() as database:
        build_world(database, **arguments)
        return database.image()
