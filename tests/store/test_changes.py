"""What differs between two lists of a store, and counts that fell."""

from __future__ import annotations

from types import MappingProxyType

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.snapshots import HOUR, NOON, keep, videos
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    MissingColumnError,
    StoreMissingError,
)
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.store.changes import compare_lists
from trackagoat_pandas.tables import CREATORS, VIDEOS

THEN, NOW = NOON, NOON + 24 * HOUR


@pytest.fixture
def store(tmp_path):
    with tgp.open_store(tmp_path / "program") as opened:
        yield opened


def keep_creators(store, *rows, moment=NOON):
    about = {"path": "/creators", "complete": True}
    frame = build_frame([chunk_from_records(rows, CREATORS)], CREATORS, provenance=about)
    store.archive.lists.keep(CREATORS, "/creators", {}, frame, moment)


@pytest.fixture
def week(store):
    """A list in which a video was removed, one is new, and two have other values."""
    keep_creators(store, {"id": "c1", "tiktok_handle": "ada"})
    rows = [{"creator_id": "c1", "title": f"title {n}", "view_count": 10 * n} for n in range(4)]
    keep(store.archive, videos(*rows), THEN)
    then = [
        *rows[:1],
        {**rows[1], "view_count": 15, "title": "renamed"},
        {**rows[2], "title": None},
    ]
    later = videos(*then, {"creator_id": "c1", "title": "new", "view_count": None})
    later["id"] = later["id"].replace("v3", "v9")
    keep(store.archive, later, NOW)
    return store


def test_what_is_new_gone_and_changed_has_names_and_values(week):
    found = week.changes("videos", since=THEN)
    assert found.columns.tolist() == [
        "tiktok_handle", "title", "change", "field", "before", "after", "difference", "id",
    ]  # fmt: skip
    rows = found.astype(object).where(found.notna(), None).to_numpy().tolist()
    assert rows == [
        ["ada", "new", "added", None, None, None, None, "v9"],
        ["ada", "title 3", "removed", None, None, None, None, "v3"],
        ["ada", "renamed", "changed", "title", "title 1", "renamed", None, "v1"],
        ["ada", None, "changed", "title", "title 2", None, None, "v2"],
        ["ada", "renamed", "changed", "view_count", 10, 15, 5.0, "v1"],
    ]
    assert found["change"].cat.categories.tolist() == ["added", "removed", "changed"]
    assert [found["before"].iloc[0], found["after"].iloc[3]] == [None, None]
    assert found["difference"].dtype == "Float64"


def test_the_columns_to_compare_can_be_chosen(week):
    found = week.changes("videos", since=THEN, columns="view_count")
    assert found["field"].dropna().tolist() == ["view_count"]
    with pytest.raises(MissingColumnError, match="Both lists of videos have"):
        week.changes("videos", since=THEN, columns="mood")


def test_the_provenance_says_which_two_lists_were_compared(week):
    facts = week.changes("videos", since=THEN + HOUR).goat.provenance
    assert facts["compared"] == {
        "since": "2026-06-01 12:00:00 UTC",
        "until": "2026-06-02 12:00:00 UTC",
    }
    assert "lists compared  2026-06-01 12:00:00 UTC to 2026-06-02 12:00:00 UTC" in repr(facts)


def test_a_day_stands_for_its_beginning(week):
    found = week.changes("videos", since="2026-06-02")
    assert len(found) == 5
    first = r"The first one of it is from 2026-06-01T12:00:00Z"
    with pytest.raises(StoreMissingError, match=first):
        week.changes("videos", since="2026-05-31")
    assert len(week.changes("videos", since="2026-06-01T12:00:00Z")) == 5


def test_the_day_of_the_first_list_stands_for_that_list(week):
    keep(week.archive, videos({"title": "later"}), THEN + HOUR)
    found = week.changes("videos", since="2026-06-01")
    assert found.goat.provenance["compared"]["since"] == "2026-06-01 12:00:00 UTC"
    with pytest.raises(StoreMissingError, match="The first one of it is from"):
        week.changes("videos", since="2026-06-01T11:59:59Z")


def test_the_heading_names_both_moments_and_what_is_shown(week):
    text = week.changes("videos", since=THEN).goat.show().text
    assert text.startswith("Changes of videos, 1 Jun 2026 12:00 to 2 Jun 2026 12:00 UTC: 5 rows\n")
    assert week.history("videos").goat.show().text.startswith("History of videos: ")
    assert week.restatements("videos").goat.show().text.startswith("Restatements of videos: ")


def test_lists_that_did_not_change_differ_in_nothing(week):
    keep(week.archive, week.load("videos"), NOW + HOUR)
    found = week.changes("videos", since=NOW)
    assert found.empty
    assert found.dtypes.equals(week.changes("videos", since=THEN).dtypes)


def test_without_a_later_list_nobody_knows_what_changed(week):
    with pytest.raises(
        StoreMissingError, match=r"no list of videos that was loaded after 2026-06-02"
    ):
        week.changes("videos", since=NOW)
    with pytest.raises(StoreMissingError, match=r"loaded after 2026-06-01"):
        week.changes("videos", since=THEN, until=NOW - HOUR)
    assert len(week.changes("videos", since=THEN, until=NOW)) == 5


def test_a_resumed_list_is_said_to_be_one(week):
    keep(week.archive, videos(resumed={"answers": 1, "since": "then"}), NOW + HOUR)
    assert week.changes("videos", since=THEN).goat.provenance["resumed"] == {"lists": 1}


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"since": None}, ArgumentTypeError, "since can't be None"),
        ({"since": "Monday"}, ArgumentError, "since='Monday' is not allowed"),
        ({"since": NOW, "until": THEN}, ArgumentError, "until.*it isn't after `since`"),
        ({"since": THEN, "until": THEN}, ArgumentError, "until.*it isn't after `since`"),
        ({"since": THEN, "until": "Monday"}, ArgumentError, "until='Monday' is not allowed"),
        ({"since": THEN, "columns": 5}, ArgumentTypeError, "columns can't be of type int"),
        ({"since": THEN, "params": 5}, ArgumentTypeError, "params can't be of type int"),
    ],
)
def test_a_wrong_argument_is_named(week, options, error, said):
    with pytest.raises(error, match=said):
        week.changes("videos", **options)


def test_lists_with_other_parameters_are_compared(store):
    for moment, views in ((THEN, 1), (NOW, 2)):
        keep(store.archive, videos({"view_count": views}), moment, creator_id="c1")
    for params in ({"creator_id": "c1"}, MappingProxyType({"creator_id": "c1"})):
        found = store.changes("videos", since=THEN, params=params)
        assert found["difference"].tolist() == [1]


def test_analytics_are_no_list(week):
    with pytest.raises(
        ArgumentError, match=r"it isn't a list: restatements\(\) returns the values"
    ):
        week.changes("analytics", since=THEN)


def test_equal_values_of_other_types_and_missing_ones_do_not_differ():
    one = videos({"view_count": 1, "title": None}, {"view_count": None})
    other = one.astype({"view_count": "Float64"})
    found = compare_lists(one, other, VIDEOS)
    assert not any(mask.any() for mask in found.differs.values())
    assert found.shared.tolist() == ["v0", "v1"]


def test_counts_that_fell_are_restated(store):
    for hour, views in enumerate([[5, 9], [7, 8], [7, None], [7, 8], [6, 9]]):
        rows = [{"view_count": one, "title": f"t{n}"} for n, one in enumerate(views)]
        keep(store.archive, videos(*rows), NOON + hour * HOUR)
    found = store.restatements("videos")
    assert found[["title", "metric", "id"]].to_numpy().tolist() == [
        ["t0", "view_count", "v0"], ["t1", "view_count", "v1"], ["t1", "view_count", "v1"],
    ]  # fmt: skip
    assert found["first_value"].tolist() == [7, 9, 8]
    assert found["value"].isna().tolist() == [False, False, True]
    assert found["change"].iloc[:2].tolist() == [-1, -1]
    assert found["last_seen"].tolist() == [NOON + hour * HOUR for hour in (4, 1, 2)]
    assert found["first_seen"].tolist() == [NOON + hour * HOUR for hour in (3, 0, 1)]
    assert len(store.restatements("videos", as_of=NOON + HOUR)) == 1


def test_counts_of_creators_are_restated_too(store):
    for hour, followers in enumerate([10, 12, 11]):
        row = {"id": "c1", "tiktok_handle": "ada", "follower_count": followers}
        keep_creators(store, row, moment=NOON + hour * HOUR)
    found = store.restatements("creators")
    assert found[["tiktok_handle", "metric", "first_value", "value"]].to_numpy().tolist() == [
        ["ada", "follower_count", 12, 11]
    ]
    arrows = store.restatements("creators", dtype_backend="pyarrow")
    assert set(arrows.dtypes.map(type)) == {pd.ArrowDtype}
    assert arrows.astype(object).equals(found.astype(object))


@pytest.mark.parametrize(
    "given",
    [
        {"dates": "2026-06"},
        {"entity": "creator"},
        {"metrics": "views"},
        {"names_at": NOW},
        {"by_age": True},
    ],
    ids=str,
)
def test_restatements_of_lists_do_not_take_what_is_of_analytics(store, given):
    (argument,) = given
    with pytest.raises(ArgumentError, match=rf"{argument}.*it is of analytics, not of creators"):
        store.restatements("creators", **given)
