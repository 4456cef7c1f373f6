"""The demo world: all follows from the seed, all fits together, nothing is after now."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from trackagoat_pandas.sandbox import Sandbox, world
from trackagoat_pandas.sandbox.clock import parse_instant
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.world import build_world

NOW = "2026-06-18T19:00:00Z"
TABLES = (
    "organizations", "api_keys", "projects", "creators", "videos", "campaigns", "campaign_items",
    "goals", "comments", "annotations", "payout_methods", "payout_structures",
    "payout_assignments", "payout_accruals", "payout_payments",
)  # fmt: skip


@contextmanager
def built(**arguments: Any) -> Iterator[Database]:
    with Database() as database:
        build_world(database, **arguments)
        yield database


def dump(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: [tuple(row) for row in database.rows(f"SELECT * FROM {table} ORDER BY rowid")]
        for table in TABLES
    }


def one(database: Database, sql: str) -> Any:
    [[value]] = [tuple(row) for row in database.rows(sql)]
    return value


def column(database: Database, sql: str) -> list[Any]:
    return [row[0] for row in database.rows(sql)]


@pytest.fixture(scope="module")
def demo() -> Iterator[Database]:
    with built() as database:
        yield database


def test_one_seed_gives_one_world(demo: Database) -> None:
    with built() as again:
        assert dump(again) == dump(demo)


def test_a_sandbox_begins_with_the_world_that_would_be_built_for_it(tmp_path: Path) -> None:
    arguments = {"creators": 3, "days": 20}
    with built(**arguments) as database:
        expected = dump(database)
    for path in (None, None, tmp_path / "world.sqlite"):
        with Sandbox(**arguments, path=path) as box:
            assert dump(box.database) == expected
            # What one sandbox does to its world stays out of the next.
            box.database.write("DELETE FROM videos")


def test_sandboxes_that_start_at_once_have_a_world_each() -> None:
    def names(seed: int) -> list[str]:
        with Sandbox(seed=seed, creators=3, days=20) as box:
            handles = column(box.database, "SELECT tiktok_handle FROM creators")
            box.database.write("DELETE FROM creators")
            return handles

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(names, [1, 2] * 8))
    assert len({tuple(handles) for handles in found[0::2]}) == 1
    assert len({tuple(handles) for handles in found[1::2]}) == 1
    assert found[0] != found[1]


def test_a_world_that_was_built_does_not_hide_a_wrong_argument() -> None:
    Sandbox(seed=7, creators=3, days=20).close()
    with pytest.raises(TypeError, match="must be integer"):
        Sandbox(seed=7.0, creators=3, days=20)  # type: ignore[arg-type]


def test_another_seed_gives_another_world(demo: Database) -> None:
    with built(seed=8) as database:
        other = dump(database)
    assert all(other[table] != rows for table, rows in dump(demo).items())


def test_every_table_is_filled(demo: Database) -> None:
    assert [table for table, rows in dump(demo).items() if not rows] == []


def test_more_videos_leave_the_cast_as_it_is(demo: Database) -> None:
    sql = "SELECT id, tiktok_handle, followers_start, created_at FROM creators ORDER BY rowid"
    with built(videos=3_000) as more:
        cast = more.rows(sql)
    assert [tuple(row) for row in cast] == [tuple(row) for row in demo.rows(sql)]


@pytest.mark.parametrize("videos", [0, 1, 5, 333])
def test_the_demo_organization_has_exactly_the_videos_asked_for(videos: int) -> None:
    sql = (
        "SELECT COUNT(*) FROM videos JOIN projects ON projects.id = project_id "
        "JOIN organizations ON organizations.id = org_id "
        "WHERE organizations.name = 'Goatherd Media'"
    )
    with built(videos=videos) as database:
        assert one(database, sql) == videos


def test_the_default_demo_is_small(demo: Database) -> None:
    assert 900 <= one(demo, "SELECT COUNT(*) FROM videos") <= 1_400
    assert 1_300 <= one(demo, "SELECT COUNT(*) FROM comments") <= 1_700
    assert one(demo, "SELECT COUNT(*) FROM creators") == 24 + 2


@pytest.mark.parametrize(
    "arguments",
    [
        {"creators": 1, "days": 1},
        {"creators": 3, "days": 10, "videos": 5},
        {"creators": 2, "days": 3, "projects": ["a", "b", "c"], "now": "2024-02-29T00:00:00Z"},
        {"days": 30, "now": "2026-03-08T07:00:00Z"},
        {"days": 30, "now": "2025-11-02T05:30:00Z"},
        {"creators": 13, "projects": ["Only"]},
    ],
)
def test_a_world_of_any_size_and_time_keeps_its_number_of_creators(
    arguments: dict[str, Any],
) -> None:
    with built(**arguments) as database:
        number = one(database, "SELECT COUNT(*) FROM creators")
        late = later_than(database, arguments.get("now", NOW))
    assert number == arguments.get("creators", 24) + 2
    assert late == []


@pytest.mark.parametrize(
    "arguments",
    [{"seed": -1}, {"days": 0}, {"creators": 0}, {"videos": -1}, {"projects": []}],
)
def test_impossible_worlds_are_refused(arguments: dict[str, Any]) -> None:
    with Database() as database:
        with pytest.raises(ValueError, match="a world needs"):
            build_world(database, **arguments)
        assert database.rows("SELECT 1 FROM organizations") == []


def test_a_time_without_an_offset_is_refused() -> None:
    with Database() as database, pytest.raises(ValueError, match="has no offset"):
        build_world(database, now="2026-06-15T12:00:00")


def later_than(database: Database, now: str) -> list[tuple[str, str, str]]:
    """Every instant in any column named *_at that lies after now; a campaign's target may."""
    return [
        (table, name, row[name])
        for table in TABLES
        for row in database.rows(f"SELECT * FROM {table}")
        for name in row.keys()  # noqa: SIM118 - a sqlite3.Row iterates over values
        if name.endswith("_at") and name != "target_at" and row[name] and row[name] > now
    ]


def test_nothing_is_after_now(demo: Database) -> None:
    assert later_than(demo, NOW) == []


def test_instants_are_utc_text_of_one_form(demo: Database) -> None:
    form = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    odd = [
        row[name]
        for table in TABLES
        for row in demo.rows(f"SELECT * FROM {table}")
        for name in row.keys()  # noqa: SIM118
        if name.endswith("_at") and row[name] and not form.fullmatch(row[name])
    ]
    assert odd == []


def test_rows_stand_in_the_order_in_which_they_were_created(demo: Database) -> None:
    for table in ("creators", "videos", "comments", "payout_accruals"):
        projects = demo.rows(
            "SELECT DISTINCT org_id, projects.id FROM projects "
            f"JOIN {table} ON project_id = projects.id"
        )
        for project in projects:
            sql = f"SELECT created_at FROM {table} WHERE project_id = '{project['id']}'"
            times = column(demo, f"{sql} ORDER BY rowid")
            assert all(earlier <= later for earlier, later in pairwise(times))


REFERRING = {
    ("org_id", "organizations"): ("projects", "api_keys", "payout_methods"),
    ("project_id", "projects"): (
        "creators", "videos", "campaigns", "annotations", "payout_structures",
    ),
    ("creator_id", "creators"): (
        "videos", "goals", "comments", "payout_assignments", "payout_accruals",
    ),
    ("video_id", "videos"): ("comments",),
    ("campaign_id", "campaigns"): ("campaign_items",),
    ("structure_id", "payout_structures"): ("payout_assignments",),
    ("method_id", "payout_methods"): ("payout_payments",),
}  # fmt: skip
"""The tables with a column of ids of another table."""


@pytest.mark.parametrize(
    ("table", "name", "target"),
    [(table, *reference) for reference, tables in REFERRING.items() for table in tables],
)
def test_every_reference_has_its_target(demo: Database, table: str, name: str, target: str) -> None:
    sql = (
        f"SELECT {name} FROM {table} "
        f"WHERE {name} IS NOT NULL AND {name} NOT IN (SELECT id FROM {target})"
    )
    assert column(demo, sql) == []
    assert column(demo, f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL LIMIT 1") != []


def test_campaign_items_and_annotations_point_at_what_they_say(demo: Database) -> None:
    for kind in ("creator", "video", "campaign"):
        known = set(column(demo, f"SELECT id FROM {kind}s"))
        items = column(demo, f"SELECT item_id FROM campaign_items WHERE item_type = '{kind}'")
        noted = column(demo, f"SELECT entity_id FROM annotations WHERE entity = '{kind}'")
        assert items
        assert set(items) | set(noted) <= known


def test_ids_are_unique_and_tiktoks_hold_the_second_of_posting(demo: Database) -> None:
    videos = demo.rows("SELECT id, tiktok_video_id, posted_at, url FROM videos")
    assert len({row["id"] for row in videos}) == len(videos)
    assert len({row["tiktok_video_id"] for row in videos}) == len(videos)
    for row in videos:
        born = parse_instant(row["posted_at"]).timestamp()
        assert int(row["tiktok_video_id"]) >> 32 == born
        assert row["url"].endswith(f"/video/{row['tiktok_video_id']}")


def test_handles_are_unique_and_valid_in_a_big_cast_too() -> None:
    with built(creators=400, videos=0) as database:
        handles = column(database, "SELECT tiktok_handle FROM creators")
    assert len(set(handles)) == len(handles) == 402
    assert all(re.fullmatch(r"[A-Za-z0-9._-]{1,30}", handle) for handle in handles)


def test_the_demo_key_reads_and_writes_and_the_others_do_less(demo: Database) -> None:
    keys = {row["key"]: row for row in demo.rows("SELECT * FROM api_keys")}
    assert keys[world.DEMO_KEY]["scopes"] == '["read", "write"]'
    assert keys[world.READ_ONLY_KEY]["scopes"] == '["read"]'
    assert keys[world.WRITE_ONLY_KEY]["scopes"] == '["write"]'
    assert keys[world.EXPIRED_KEY]["expires_at"] < NOW
    assert keys[world.REVOKED_KEY]["revoked_at"] < NOW
    assert keys[world.DEMO_KEY]["expires_at"] is keys[world.DEMO_KEY]["revoked_at"] is None


def test_keys_have_the_form_of_real_ones(demo: Database) -> None:
    keys = column(demo, "SELECT key FROM api_keys")
    assert all(re.fullmatch(r"tga_[0-9a-f]{64}", key) for key in keys)
    assert len(set(keys)) == 6


def test_two_projects_share_a_name_and_hold_nothing(demo: Database) -> None:
    names = Counter(column(demo, "SELECT name FROM projects"))
    assert names == {**dict.fromkeys(world.PROJECTS, 1), "Archive": 2, "Peaks": 1}
    held = "SELECT 1 FROM creators JOIN projects ON projects.id = project_id WHERE name = 'Archive'"
    assert demo.rows(held) == []


def test_the_first_project_has_most_creators(demo: Database) -> None:
    sql = (
        "SELECT projects.name, COUNT(*) FROM creators JOIN projects ON projects.id = project_id "
        "GROUP BY 1"
    )
    sizes = {row[0]: row[1] for row in demo.rows(sql)}
    assert sizes == {"Q1 Brand Program": 14, "Summer Launch": 5, "Always-On UGC": 5, "Peaks": 2}


def test_the_other_organization_is_apart(demo: Database) -> None:
    sql = (
        "SELECT organizations.name FROM api_keys JOIN organizations ON organizations.id = org_id "
        f"WHERE key = '{world.OTHER_ORG_KEY}'"
    )
    assert column(demo, sql) == ["Alpine Social"]


def test_the_program_spans_the_days_asked_for(demo: Database) -> None:
    sql = "SELECT MIN(tracking_start_date) FROM creators"
    assert one(demo, sql) == (date(2026, 6, 18) - timedelta(days=180)).isoformat()


def test_a_big_world_has_the_requested_size() -> None:
    with built(creators=60, videos=15_000) as database:
        assert one(database, "SELECT COUNT(*) FROM videos") == 15_018
        assert one(database, "SELECT COUNT(*) FROM comments") <= 20_100
