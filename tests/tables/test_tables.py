"""The declared tables."""

from __future__ import annotations

import dataclasses
import inspect
import re

import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import ChoiceError, MissingColumnError
from trackagoat_pandas.helpers.formats import in_reading_order
from trackagoat_pandas.tables import METRICS, REPORTS, TABLES, VIDEOS, table, writes
from trackagoat_pandas.tables.analytics import (
    GOAL_METRICS,
    GOAL_PERIODS,
    NOT_OF_A_VIDEO,
    RAW_METRICS,
)
from trackagoat_pandas.tables.payouts import (
    ACCRUAL_STATUSES,
    PAYMENT_STATUSES,
    PRORATIONS,
    RULE_KINDS,
)

NAMES = [
    "projects", "creators", "videos", "campaigns", "goal_compliance", "analytics", "annotations",
    "payout_methods", "payout_structures", "payout_assignments", "payout_accruals",
    "payout_payments", "comments", "data_model", "video-leaderboard", "posting-heatmap",
    "view-distribution", "outliers", "creator-leaderboard", "posting-consistency",
    "creator-scatter", "goal-compliance", "campaign-leaderboard", "member-overlap",
]  # fmt: skip
EVERY_COLUMN = [column for declared in TABLES.values() for column in declared.columns]


def test_every_table_of_the_api_is_declared():
    assert list(TABLES) == NAMES


def test_the_ten_reports_have_their_own_paths():
    assert {report.path for report in REPORTS} == {
        f"/analytics/aggregate/{name}" for name in NAMES[14:]
    }


ALWAYS_THERE = {
    "projects": "name created_at updated_at org_id id",
    "creators": "tiktok_handle created_at updated_at project_id id",
    "videos": "tracking_status created_at updated_at project_id tiktok_video_id id url",
    "campaigns": "name created_at project_id id",
    "annotations": "id",
    "comments": "id",
    "goal_compliance": "tiktok_handle metric period target target_value status is_active "
    "creator_id goal_id project_id",
    "payout_methods": "name is_default is_active created_at id",
    "payout_structures": "name kind version is_active created_at project_id id",
    "payout_assignments": "structure_id creator_id id",
    "payout_accruals": "kind amount_cents status created_at project_id creator_id id",
    "payout_payments": "amount_cents status creator_id accrual_ids id",
}
"""What no row of a resource is without; all else may be null."""


@pytest.mark.parametrize("name", ALWAYS_THERE)
def test_what_a_row_may_be_without_is_nullable(name):
    found = [column.name for column in TABLES[name].columns if not column.nullable]
    assert sorted(found) == sorted(ALWAYS_THERE[name].split())


def test_a_written_item_always_has_a_status_and_maybe_an_error_or_an_id():
    assert [one.name for one in writes.RESULTS.columns if not one.nullable] == ["item", "status"]


def test_means_rates_and_gaps_of_reports_may_be_null_since_nothing_has_none():
    found = {
        (report.name, column.name): column.nullable
        for report in REPORTS
        for column in report.columns
        if column.kind == "float"
    }
    assert len(found) > 8
    assert [of for of in found if not found[of]] == [("view-distribution", "lower")]


def test_a_table_is_found_by_its_name():
    assert table("videos") is VIDEOS


def test_an_unknown_table_is_answered_with_the_nearest_or_all():
    with pytest.raises(ChoiceError, match=r"Did you mean 'videos' or 'video-leaderboard'\?$"):
        table("video")
    with pytest.raises(ChoiceError, match=r"'videos'.*'member-overlap'"):
        table("nothing like it")


def test_a_column_is_found_by_its_name():
    assert VIDEOS.column("view_count").unit == "views"


def test_an_unknown_column_lists_the_known_ones():
    with pytest.raises(MissingColumnError, match=r"'views' \(it has: .*Did you mean 'view_count'"):
        VIDEOS.column("views")


def test_columns_are_listed_by_kind_in_their_order():
    assert VIDEOS.of_kind("category", "json") == ("tracking_status", "media_type", "metadata")


ONLY_ASSUMED = {
    "creators": [
        "follower_count", "total_likes", "video_count", "tracking_mode", "tracking_start_date",
        "is_active", "disabled_at", "created_at", "updated_at", "avatar_url",
    ],
    "videos": [
        "save_count", "media_type", "posted_at", "is_tracking_disabled", "is_tracking_exempt",
        "created_at", "updated_at", "thumbnail_url",
    ],
    "campaigns": ["target_views", "target_at", "items"],
    "goal_compliance": [],
    "payout_methods": [],
    "posting-heatmap": [],
}  # fmt: skip


@pytest.mark.parametrize("name", ONLY_ASSUMED)
def test_a_column_is_documented_only_where_the_api_documents_it(name):
    assumed = [column.name for column in table(name).columns if not column.documented]
    assert assumed == ONLY_ASSUMED[name]


LEADERBOARDS = ["video-leaderboard", "creator-leaderboard", "campaign-leaderboard"]


@pytest.mark.parametrize("name", LEADERBOARDS)
def test_what_a_leaderboard_counts_is_assumed_and_said_to_be_unknown(name):
    units = ("views", "likes", "comments", "shares", "saves")
    counts = [column for column in table(name).columns if column.unit in units]
    assert counts
    for column in counts:
        assert not column.documented
        assert "of the range or of a lifetime: not documented" in column.doc


def test_tables_can_not_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError, match="name"):
        VIDEOS.name = "films"
    with pytest.raises(TypeError, match="does not support item assignment"):
        TABLES["films"] = VIDEOS


@pytest.mark.parametrize("declared", TABLES.values(), ids=NAMES)
def test_the_names_of_a_table_agree(declared):
    names = [name for column in declared.columns for name in (column.name, *column.wire)]
    assert len(names) == len(set(names))
    assert declared.key
    filtered = [name for one in declared.filters for name in one.columns]
    assert {*declared.key, *filtered} <= set(declared.names)


def test_a_column_says_what_it_means_in_one_sentence():
    docs = [column.doc for column in EVERY_COLUMN]
    assert [doc for doc in docs if not re.fullmatch(r"[A-Z(1].*\.", doc)] == []


def kinds_of(suffix: str) -> set[str]:
    return {one.kind for one in EVERY_COLUMN if f"_{one.name}".endswith(suffix)}


def test_names_keep_their_promise():
    assert [kinds_of(suffix) for suffix in ("_id", "_at", "_date")] == [
        {"id"},
        {"instant"},
        {"day"},
    ]
    assert [kinds_of(suffix) for suffix in ("_cents", "_count")] == [{"int"}] * 2
    cents = [one for one in EVERY_COLUMN if one.name.endswith("_cents")]
    assert all(one.unit.startswith("cents") for one in cents)


def test_every_category_declares_its_words():
    for column in EVERY_COLUMN:
        assert bool(column.categories) == (column.kind == "category"), column.name
        assert len(set(column.categories)) == len(column.categories), column.name


@pytest.mark.parametrize(
    ("function", "argument", "words"),
    [
        (tgp.load_payout_accruals, "status", ACCRUAL_STATUSES),
        (tgp.load_payout_payments, "status", PAYMENT_STATUSES),
        (tgp.actions.create_payout_structure, "kind", RULE_KINDS),
        (tgp.actions.create_payout_structure, "period", GOAL_PERIODS),
        (tgp.actions.create_payout_structure, "goal_metric", GOAL_METRICS),
        (tgp.actions.create_payout_structure, "proration", PRORATIONS),
        (tgp.actions.set_goals, "metric", GOAL_METRICS),
        (tgp.actions.set_goals, "period", GOAL_PERIODS),
    ],
)
def test_a_signature_offers_the_words_of_its_table(function, argument, words):
    annotation = inspect.get_annotations(function)[argument]
    assert tuple(re.findall(r"'(\w+)'", annotation)) == words


def test_words_of_metrics_are_metrics():
    assert {*RAW_METRICS, *NOT_OF_A_VIDEO} <= set(METRICS)


@pytest.mark.parametrize(
    "declared",
    [*TABLES.values(), writes.RESULTS, writes.GOALS, writes.ORGANIZATIONS, writes.MEMBERS],
    ids=lambda declared: declared.name,
)
def test_columns_are_declared_in_the_order_in_which_a_row_is_read(declared):
    assert list(declared.names) == in_reading_order(declared.names)
