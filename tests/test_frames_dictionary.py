"""Tables described as frames."""

from __future__ import annotations

import pytest

from trackagoat_pandas.errors import ChoiceError
from trackagoat_pandas.frames.dictionary import describe
from trackagoat_pandas.tables import TABLES


def test_a_column_is_described_with_its_dtype_unit_and_meaning():
    columns = describe("videos").set_index("column")
    assert columns.loc["view_count"].to_dict() == {
        "dtype": "Int64",
        "unit": "views",
        "nullable": True,
        "documented": True,
        "meaning": "Views at the last scrape.",
    }


def test_assumed_columns_are_marked():
    columns = describe("videos").set_index("column")
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
def test_every_table_can_be_described(name):
    assert tuple(describe(name)["column"]) == TABLES[name].names


def test_an_unknown_table_is_an_error():
    with pytest.raises(ChoiceError, match="choose one of 'projects'"):
        describe("films")


def test_without_a_name_the_tables_are_listed():
    tables = describe()
    assert tables["table"].tolist() == list(TABLES)
    assert tables.loc[tables["table"] == "videos", "loader"].item() == "load_videos"
