"""A world of a few rows, small enough that every answer about it can be worked out on paper.

The day is Monday, 2026-06-15, 08:00 in New York. A video of `at_once` has all its views from the
moment it is posted; one of `by_halves` has half of 1,001 after a day, three quarters after two.
"""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, datetime
from math import log

from tests.support.asker import Asker
from trackagoat_pandas.sandbox.app import Application
from trackagoat_pandas.sandbox.clock import parse_instant
from trackagoat_pandas.sandbox.database import Database

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
MADE = "2026-01-01T00:00:00Z"


def id_of(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def key_of(digit: str) -> str:
    return "tga_" + digit * 64


FULL, READ, WRITE, EXPIRED, REVOKED, OTHER = map(key_of, "123456")
ORG, ORG_B = id_of("org"), id_of("org b")
P1, P2, P_OTHER = id_of("p1"), id_of("p2"), id_of("p other")
ADA, BEN, CYD, DEE = id_of("ada"), id_of("ben"), id_of("cyd"), id_of("dee")
V1, V2, V3, V8, V9 = (id_of(f"v{number}") for number in (1, 2, 3, 8, 9))
PENDING, EXCLUDED, SWITCHED_OFF, DELETED = map(id_of, ("v4", "v5", "v6", "v7"))
TREE, SUBTREE = id_of("tree"), id_of("subtree")

RATES = {
    "like_rate": 0.1, "comment_rate": 0.02, "share_rate": 0.03, "save_rate": 0.05,
    # No snapshot comes late: what came on a day is known at once.
    "late_share": 0.0,
}  # fmt: skip


def at_once(views: int) -> dict:
    return {"final_views": views, "tau_days": 1e-9, "shape": 1.0, **RATES}


def by_halves(views: int) -> dict:
    return {"final_views": views, "tau_days": 1 / log(2), "shape": 1.0, **RATES}


def video(name: str, creator: str | None, posted_at: str, curve: dict, **changes) -> dict:
    posted_ts = parse_instant(posted_at).timestamp()
    tracked_at = changes.pop("tracked_at", None)
    tracked_ts = parse_instant(tracked_at).timestamp() if tracked_at else posted_ts
    return {
        "id": id_of(name),
        "project_id": P1,
        "creator_id": creator,
        "tiktok_video_id": "7" + f"{len(name)}{ord(name[-1])}".zfill(18),
        "url": f"https://www.tiktok.com/@x/video/{name}",
        "title": f"title of {name}",
        "metadata": "{}",
        "tracking_status": "auto_tracked",
        "media_type": "video",
        "posted_at": posted_at,
        "is_tracking_disabled": 0,
        "is_tracking_exempt": 0,
        "deleted_at": None,
        "created_at": posted_at,
        "updated_at": posted_at,
        "posted_ts": posted_ts,
        "tracked_ts": tracked_ts,
        **curve,
        **changes,
    }


VIDEOS = [
    video("v1", ADA, "2026-06-10T16:00:00Z", at_once(1_000), metadata='{"tag":"é"}'),
    video("v2", ADA, "2026-06-12T16:00:00Z", by_halves(1_001), title="snøw 🐐"),
    video("v3", ADA, "2026-05-01T16:00:00Z", at_once(500), tracked_at="2026-06-11T12:00:00Z"),
    video("v4", ADA, "2026-06-11T10:00:00Z", at_once(7_000), tracking_status="pending_review"),
    video("v5", ADA, "2026-06-11T11:00:00Z", at_once(7_000), tracking_status="excluded"),
    video("v6", ADA, "2026-06-11T12:00:00Z", at_once(7_000), is_tracking_disabled=1),
    video("v7", ADA, "2026-06-11T13:00:00Z", at_once(7_000), deleted_at="2026-06-12T00:00:00Z"),
    video("v8", BEN, "2026-06-14T03:30:00Z", at_once(300)),
    video("v9", None, "2026-06-14T12:00:00Z", at_once(50), tracking_status="direct_add"),
]


def creator(name: str, **changes) -> dict:
    return {
        "id": id_of(name),
        "project_id": P1,
        "tiktok_handle": f"{name}.tok",
        "display_name": name.title(),
        "metadata": "{}",
        "tracking_mode": "auto",
        "tracking_start_date": "2026-06-01",
        "is_active": 1,
        "disabled_at": None,
        "deleted_at": None,
        "created_at": MADE,
        "updated_at": "2026-06-15T06:00:00Z",
        "followers_start": 1_000,
        "followers_daily": 0.0,
        **changes,
    }


CREATORS = [
    creator("ada", tracking_start_date="2026-06-12", followers_daily=1.0),
    creator("ben", updated_at="2026-06-13T12:00:00Z"),
    creator("cyd", deleted_at="2026-06-01T00:00:00Z", is_active=0),
    creator("dee", is_active=0, disabled_at="2026-06-01T00:00:00Z", display_name=None),
]


def goal(name: str, creator_id: str, metric: str, period: str, target: int, **changes) -> dict:
    return {
        "id": id_of(name),
        "creator_id": creator_id,
        "project_id": P1,
        "metric": metric,
        "period": period,
        "target_value": target,
        "start_date": "2026-01-01",
        "end_date": None,
        "is_active": 1,
        "created_at": MADE,
        **changes,
    }


def key(value: str, org: str, scopes: str, **changes) -> dict:
    row = {"id": id_of(value), "org_id": org, "key": value, "name": "key", "scopes": scopes}
    return {**row, "expires_at": None, "revoked_at": None, "created_at": MADE, **changes}


def project(name: str, org: str) -> dict:
    return {
        "id": id_of(name),
        "org_id": org,
        "name": name,
        "timezone": "America/New_York",
        "created_at": MADE,
        "updated_at": MADE,
    }


def organization(org: str, **changes) -> dict:
    return {
        "id": org,
        "name": "Tiny",
        "timezone": "America/New_York",
        "retention_days": 365,
        "max_requests_per_day": None,
        "created_at": MADE,
        **changes,
    }


def comment(name: str, video_id: str, posted_at: str, creator_id: str | None = ADA) -> dict:
    return {
        "id": id_of(name),
        "video_id": video_id,
        "project_id": P1,
        "creator_id": creator_id,
        "tiktok_comment_id": "7600000000000000001",
        "author": "fan",
        "text": "love it 🐐",
        "like_count": 3,
        "posted_at": posted_at,
        "created_at": posted_at,
    }


def note(name: str, date: str, entity: str | None = None, entity_id: str | None = None) -> dict:
    row = {"id": id_of(name), "project_id": P1, "kind": "note", "label": name, "date": date}
    return {**row, "entity": entity, "entity_id": entity_id, "created_at": MADE}


def item(campaign_id: str, item_type: str, item_id: str) -> dict:
    return {
        "campaign_id": campaign_id,
        "item_type": item_type,
        "item_id": item_id,
        "created_at": MADE,
    }


def campaign(name: str) -> dict:
    row = {"id": id_of(name), "project_id": P1, "name": name, "metadata": "{}"}
    return {**row, "created_at": MADE}


def tiny_database(database: Database | None = None, **organization_changes) -> Database:
    """Fill a database, by default in memory; the caller closes it."""
    database = database or Database()
    rows = {
        "organizations": [organization(ORG, **organization_changes), organization(ORG_B)],
        "api_keys": [
            key(FULL, ORG, '["read","write"]'),
            key(READ, ORG, '["read"]'),
            key(WRITE, ORG, '["write"]'),
            key(EXPIRED, ORG, '["read"]', expires_at="2026-06-15T12:00:00Z"),
            key(REVOKED, ORG, '["read"]', revoked_at="2026-06-01T00:00:00Z"),
            key(OTHER, ORG_B, '["read","write"]'),
        ],
        "projects": [project("p1", ORG), project("p2", ORG), project("p other", ORG_B)],
        "creators": CREATORS,
        "videos": VIDEOS,
        "campaigns": [campaign("tree"), campaign("subtree")],
        "campaign_items": [
            item(TREE, "creator", BEN),
            item(TREE, "video", V1),
            item(TREE, "campaign", SUBTREE),
            item(SUBTREE, "creator", BEN),
            item(SUBTREE, "video", V9),
            item(SUBTREE, "campaign", TREE),
        ],
        "comments": [
            comment("c1", V1, "2026-06-11T03:59:59Z"),
            comment("c2", V1, "2026-06-11T04:00:00.500000Z"),
            comment("c3", V8, "2026-06-14T05:00:00Z", BEN),
            comment("c4", EXCLUDED, "2026-06-14T05:00:00Z"),
        ],
        "annotations": [
            note("everybody", "2026-06-12"),
            note("about ada", "2026-06-13", "creator", ADA),
            note("about ben", "2026-06-13", "creator", BEN),
            note("long ago", "2026-01-01"),
        ],
    }
    for table, records in rows.items():
        database.insert(table, records)
    database.finish()
    return database


class Api(Asker):
    """The application over a database."""

    def __init__(self, database: Database, *, clock=lambda: NOW, rate_limit=None, **options):
        self.database = database
        super().__init__(Application(database, clock=clock, rate_limit=rate_limit, **options), FULL)

    def open(self, path: str, key: str | None = FULL, **query):
        return self.send("GET", path, key=key, **query)

    def data(self, path: str, **query):
        return self.done("GET", path, **query)

    def refusal(self, path: str, key: str | None = FULL, **query):
        return self.refused("GET", path, key=key, **query)

    def pages(self, path: str, **query):
        """Every page's envelope, until the API's own end mark."""
        cursor: dict[str, str] = {}
        for _ in itertools.repeat(None, 1_000):
            envelope = self.open(path, **query, **cursor).json
            yield envelope
            if not envelope["meta"]["hasMore"]:
                return
            cursor = {"cursor": envelope["meta"]["nextCursor"]}
        raise AssertionError(f"{path} has no end")

    def rows(self, path: str, **query):
        return [row for page in self.pages(path, **query) for row in page["data"]]


def served():
    """Serve the tiny world for a fixture."""
    database = tiny_database()
    yield Api(database)
    database.close()
