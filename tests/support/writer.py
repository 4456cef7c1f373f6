"""A small sandbox of a test's own, asked in-process, for the tests of what it writes."""

from __future__ import annotations

import uuid
from functools import cached_property

from tests.support.asker import Asker
from trackagoat_pandas.sandbox import Faults, sandbox

NOWHERE = str(uuid.uuid5(uuid.NAMESPACE_URL, "nowhere"))


class Writer(Asker):
    """A client of one sandbox, in which it is Monday morning unless said otherwise."""

    def __init__(self, *, faults: Faults | None = None, **options):
        small = {"creators": 6, "days": 60, "now": "2026-06-15T12:00:00Z", "rate_limit": None}
        self.box = sandbox(**{**small, "faults": faults, **options})
        super().__init__(self.box.app, self.box.key)

    def made(self, path, body, **options):
        return self.done("POST", path, body, 201, **options)

    def rows(self, path, **query):
        return self.done("GET", path, limit=100, **query)

    def row(self, path, row_id, **query):
        [row] = [row for row in self.rows(path, **query) if row["id"] == row_id]
        return row

    def put(self, url, content, content_type, **headers):
        path = "/" + url.split("/", 3)[3]
        return self.client.put(path, data=content, content_type=content_type, headers=headers)

    @cached_property
    def project(self):
        """The project that has most of the creators."""
        [row] = [row for row in self.rows("/projects") if row["name"] == "Q1 Brand Program"]
        return row["id"]

    @cached_property
    def org(self):
        return self.rows("/projects")[0]["org_id"]

    @property
    def creator(self):
        rows = self.rows("/creators", project_id=self.project)
        return next(row["id"] for row in rows if row["is_active"])

    def limit(self, limit_key, maximum):
        """Let the plan allow so many."""
        row = (self.org, limit_key, maximum)
        self.box.database.write("INSERT OR REPLACE INTO plan_limits VALUES (?, ?, ?)", row)

    def creations(self):
        """A good body for the path of each POST that creates something."""
        pending = self.rows("/payout-accruals", status="pending")[0]
        method = self.rows("/payout-methods")[0]["id"]
        kind = {"kind": "cpm", "cpm_cents": 5, "name": "S"}
        goal = {"metric": "followers", "period": "daily", "target_value": 1}
        structure = self.rows("/payout-structures", project_id=self.project)[0]["id"]
        campaign = self.made(f"/projects/{self.project}/campaigns", {"name": "empty"})["id"]
        return {
            f"/projects/{self.project}/creators": {"tiktok_handle": "new.goat"},
            f"/projects/{self.project}/videos": {
                "url": "https://www.tiktok.com/@x/video/7500000000000000001"
            },
            f"/projects/{self.project}/campaigns": {"name": "C"},
            f"/campaigns/{campaign}/items": {"item_type": "creator", "item_id": self.creator},
            f"/creators/{self.creator}/goals": {**goal, "start_date": "2026-01-01"},
            "/payout-structures": {"project_id": self.project, **kind},
            f"/payout-structures/{structure}/assignments": {
                "creator_id": self.creator,
                "start_date": "1990-01-01",
                "end_date": "1990-02-01",
            },
            "/payout-methods": {"name": "M"},
            "/payout-payments": {
                "creator_id": pending["creator_id"],
                "accrual_ids": [pending["id"]],
                "amount_cents": 1,
                "method_id": method,
            },
            "/analytics/annotations": {
                "project_id": self.project,
                "kind": "note",
                "label": "x",
                "date": "2026-06-01",
            },
            "/user/organizations": {"name": "O"},
            f"/organizations/{self.org}/projects": {"name": "P"},
            f"/organizations/{self.org}/members": {"email": "a@goats.example"},
            f"/organizations/{self.org}/invitations": {"email": "b@goats.example"},
            f"/organizations/{self.org}/api-keys": {"name": "K"},
        }

    def dump(self):
        """Everything that the database holds, but for replies and the count of draws."""
        tables = self.box.database.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND name NOT IN ('replies', 'chance')"
        )
        return {
            table: [tuple(row) for row in self.box.database.rows(f"SELECT * FROM {table}")]
            for (table,) in tables
        }

    def close(self):
        self.box.close()


def opened():
    """Open a writer for a fixture, and close it."""
    writer = Writer()
    yield writer
    writer.close()
