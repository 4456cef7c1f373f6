"""Tables described as frames."""

from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, ChoiceError
from trackagoat_pandas.frames.dictionary import describe
from trackagoat_pandas.tables import TABLES
from trackagoat_pandas.tables.results import RESULTS


def test_a_column_is_described_with_its_dtype_unit_and_meaning():
    columns = describe("videos").set_index("column")
    assert columns.loc["view_count"].to_dict() == {
        "dtype": "Int64",
        "unit": "views",
        "nullable": True,
        "documented": True,
        "meaning": "Views at the last scrape.",
        "source": "https://www.trackagoat.com/docs/api-reference/videos",
        "read_on": pd.Timestamp("2026-11-25"),
    }
    assert not columns.loc["save_count", "documented"]


def test_the_table_itself_is_described_in_the_attributes():
    assert describe("comments").attrs["trackagoat"] == {
        "table": "comments",
        "path": "/comments",
        "row": "one comment under a video",
        "key": ["id"],
        "loader": "load_comments",
    }


@pytest.mark.parametrize("name", TABLES)
def test_documented_columns_name_their_page(name):
    described = describe(name)
    assert described["read_on"].dtype == "datetime64[us]"
    for column in ("source", "read_on"):
        assert described[column].notna().tolist() == described["documented"].tolist()
    pages = described["source"].dropna()
    assert pages.str.fullmatch(r"https://www\.trackagoat\.com/docs/[a-z-]+/[a-z-]+").all()


@pytest.mark.parametrize("name", TABLES)
def test_every_table_can_be_described(name):
    assert tuple(describe(name)["column"]) == TABLES[name].names


def test_without_a_name_the_tables_are_listed():
    tables = describe()
    assert tables["table"].tolist() == list(TABLES)
    assert tables.loc[tables["table"] == "videos", "loader"].item() == "load_videos"


def test_a_loaded_frame_is_described_by_the_columns_that_it_has(client):
    videos = tgp.load_videos("Summer Launch", client=client)
    described = describe(videos.assign(mine=1.5)[["mine", "view_count", "id"]])
    assert described["column"].tolist() == ["mine", "view_count", "id"]
    assert described["dtype"].tolist() == ["float64", "Int64", "str"]
    assert described["meaning"].isna().tolist() == [True, False, False]
    assert described.attrs["trackagoat"]["table"] == "videos"
    whole = describe(videos)
    pd.testing.assert_frame_equal(whole, describe("videos"))


@pytest.mark.parametrize("row", ["outliers", "goal-compliance"])
def test_a_report_is_described_by_its_frame(client, row):
    report = tgp.load_report(row, "Q1 Brand Program", client=client)
    assert describe(report).attrs["trackagoat"]["table"] == row


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/projects/00000000-0000-4000-8000-000000000001/goal-compliance", "goal_compliance"),
        ("/creators/00000000-0000-4000-8000-000000000001", "creators"),
        ("/payout-structures/{id}/assignments", "payout_assignments"),
    ],
)
def test_a_frame_of_a_path_with_ids_is_of_its_table(path, name):
    frame = pd.DataFrame({"id": ["x"]})
    frame.attrs["trackagoat"] = {"path": path}
    assert describe(frame).attrs["trackagoat"]["table"] == name


@pytest.mark.parametrize("attributes", [{}, {"trackagoat": None}, {"trackagoat": {"path": 5}}])
def test_a_frame_of_unknown_origin_is_refused_with_the_tables(attributes):
    frame = pd.DataFrame({"id": ["x"]})
    frame.attrs.update(attributes)
    with pytest.raises(ArgumentError, match=r"doesn't say which table .* one of 'projects'"):
        describe(frame)


@pytest.mark.parametrize("given", [[], {}, {"videos"}, 5, pd.Series(["videos"])])
def test_what_is_no_name_is_refused(given):
    with pytest.raises(ArgumentTypeError, match="the name of a table or a helper, such as"):
        describe(given)


def test_a_function_is_described_by_its_result():
    assert describe(tgp.load_videos).equals(describe("videos"))
    assert describe(tgp.goal_odds).equals(describe("goal_odds"))
    assert describe("goal odds").equals(describe("goal_odds"))


def test_what_names_no_table_is_refused():
    with pytest.raises(ChoiceError, match="choose one of 'projects'"):
        describe("films")
    with pytest.raises(ChoiceError, match=r"Did you mean 'campaign-leaderboard'"):
        describe("campaign leaderb")


def test_a_report_may_be_named_with_underscores_and_a_table_is_itself():
    assert describe("Campaign_Leaderboard").attrs["trackagoat"]["table"] == "campaign-leaderboard"
    assert describe("goal_compliance").attrs["trackagoat"]["table"] == "goal_compliance"


@pytest.mark.parametrize("name", RESULTS)
def test_the_result_of_every_helper_can_be_described(name):
    described = describe(name)
    assert tuple(described["column"]) == RESULTS[name].names
    assert described["meaning"].notna().all()
    assert described["documented"].isna().all()
    assert described.attrs["trackagoat"]["helper"] == name


def test_a_helpers_frame_is_described_with_its_columns_and_those_of_the_rows_it_keeps(client):
    goals = tgp.load_goal_compliance("Summer Launch", client=client)
    videos = tgp.load_videos("Summer Launch", client=client)
    posts = goals[goals["metric"] == "posts"]
    judged = describe(tgp.evaluate_goals(posts, videos).assign(mine=1)).set_index("column")
    assert judged.loc["pace", "meaning"] == describe("evaluate_goals").loc[0, "meaning"]
    assert judged.loc["target_value", "meaning"] == "The target as the goal states it."
    assert judged["meaning"].isna().sum() == 1
    odds = tgp.goal_odds(posts, videos)
    own = describe(odds).set_index("column")
    assert own.loc["chance", "meaning"] == "The chance that the goal is reached, 0 to 1."
    assert own["meaning"].notna().all()
