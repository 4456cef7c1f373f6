"""The declared tables."""

from __future__ import annotations

import dataclasses
import inspect
import re

import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import ChoiceError, MissingColumnError
from trackagoat_pandas.tables import METRICS, REPORTS, TABLES, VIDEOS, Column, table
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
    "projects",
    "creators",
    "videos",
    "campaigns",
    "goal_compliance",
    "analytics",
    "annotations",
    "payout_methods",
    "payout_structures",
    "payout_assignments",
    "payout_accruals",
    "payout_payments",
    "comments",
    "data_model",
    "video-leaderboard",
    "posting-heatmap",
    "view-distribution",
    "outliers",
    "creator-leaderboard",
    "posting-consistency",
    "creator-scatter",
    "goal-compliance",
    "campaign-leaderboard",
    "member-overlap",
]
EVERY_COLUMN = [
    pytest.param(column, id=f"{declared.name}.{column.name}")
    for declared in TABLES.values()
    for column in declared.columns
]


def test_every_table_of_the_api_is_declared():
    assert list(TABLES) == NAMES


def test_the_ten_reports_have_their_own_paths():
    assert {report.path for report in REPORTS} == {
        f"/analytics/aggregate/{name}" for name in NAMES[14:]
    }


def test_a_table_is_found_by_its_name():
    assert table("videos") is VIDEOS


def test_an_unknown_table_lists_the_known_ones():
    with pytest.raises(ChoiceError, match=r"'videos'.*'member-overlap'"):
        table("video")


def test_a_column_is_found_by_its_name():
    assert VIDEOS.column("view_count").unit == "views"


def test_an_unknown_column_lists_the_known_ones():
    with pytest.raises(MissingColumnError, match=r"'views' \(it has.* view_count"):
        VIDEOS.column("views")


def test_columns_are_listed_by_kind_in_their_order():
    assert VIDEOS.of_kind("category", "json") == ("metadata", "tracking_status", "media_type")


ONLY_ASSUMED = {
    "creators": [
        "tracking_mode", "avatar_url", "follower_count", "total_likes", "video_count",
        "tracking_start_date", "is_active", "disabled_at", "created_at", "updated_at",
    ],
    "videos": [
        "save_count", "media_type", "thumbnail_url", "posted_at", "is_tracking_disabled",
        "is_tracking_exempt", "created_at", "updated_at",
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


@pytest.mark.parametrize("declared", TABLES.values(), ids=TABLES)
def test_a_filter_names_columns_of_its_table(declared):
    for one in declared.filters:
        assert set(one.columns) <= set(declared.names)


def test_tables_can_not_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError, match="name"):
        VIDEOS.name = "films"
    with pytest.raises(TypeError, match="does not support item assignment"):
        TABLES["films"] = VIDEOS


@pytest.mark.parametrize("declared", TABLES.values(), ids=NAMES)
def test_names_within_a_table_are_unique_also_those_on_the_wire(declared):
    names = [name for column in declared.columns for name in (column.name, *column.wire)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("declared", TABLES.values(), ids=NAMES)
def test_a_key_is_made_of_declared_columns(declared):
    assert set(declared.key) <= set(declared.names)
    assert declared.key


@pytest.mark.parametrize("column", EVERY_COLUMN)
def test_a_column_says_what_it_means_in_one_sentence(column: Column):
    assert column.doc[0].isupper() or column.doc.startswith(("(", "1"))
    assert column.doc.endswith(".")


@pytest.mark.parametrize("column", EVERY_COLUMN)
def test_names_keep_their_promise(column: Column):
    suffixes = {"_at": {"instant"}, "_date": {"day"}, "_cents": {"int"}, "_count": {"int"}}
    for suffix, kinds in suffixes.items():
        if column.name.endswith(suffix):
            assert column.kind in kinds
    if column.name == "id" or column.name.endswith("_id"):
        assert column.kind == "id"
    if column.name.endswith("_cents"):
        assert column.unit.startswith("cents")


@pytest.mark.parametrize("column", EVERY_COLUMN)
def test_every_category_declares_its_words(column: Column):
    assert bool(column.categories) == (column.kind == "category")
    assert len(set(column.categories)) == len(column.categories)


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
