from __future__ import annotations

import io
import json
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    ContractWarning,
    MissingArgumentError,
    MissingColumnError,
)
from trackagoat_pandas.tables import PAYOUT_ACCRUALS, VIDEOS

SHEET = pd.DataFrame(
    {
        "Views": ["1,234", "1.2M", "n/a"],
        "Link": ["https://www.tiktok.com/@a/video/7595904724055444700", None, "-"],
        "tiktok_video_id": ["7595904724055444700", "7595904724055444701", ""],
        "Tracking status": ["Auto tracked", "Pending review", "included"],
        "Campaign": ["Spring", "Spring", None],
    },
    index=["a", "b", "c"],
)


def test_the_declared_columns_come_first_with_their_dtypes_and_the_others_after():
    videos = tgp.as_table(SHEET, "videos")
    assert list(videos.columns) == [*VIDEOS.names, "Campaign"]
    assert videos["view_count"].tolist()[:2] == [1234, 1_200_000]
    assert videos["view_count"].isna().tolist() == [False, False, True]
    assert videos["url"].isna().tolist() == [False, True, True]
    assert videos["tracking_status"].tolist() == ["auto_tracked", "pending_review", "included"]
    assert videos["Campaign"].equals(SHEET["Campaign"].reset_index(drop=True))
    assert videos["created_at"].isna().all()
    empty = tgp.as_table(pd.DataFrame(), "videos")
    pd.testing.assert_series_equal(videos.dtypes[: len(VIDEOS.names)], empty.dtypes)


def test_the_dtypes_are_those_of_a_loaded_frame(client):
    loaded = tgp.load_videos("Summer Launch", client=client)
    again = tgp.as_table(loaded, "videos")
    pd.testing.assert_frame_equal(again, loaded)


def test_the_provenance_says_that_it_is_a_users_frame():
    facts = tgp.as_table(SHEET, "videos", timezone="Europe/Berlin").goat.provenance
    assert facts["path"] == "(frame)"
    assert facts["params"] == {"table": "videos"}
    assert (facts["requests"], facts["rows"], facts["timezone"]) == (0, 3, "Europe/Berlin")
    assert "unreadable" not in facts


def test_what_cannot_be_read_is_counted_listed_and_warned_of_once():
    sheet = SHEET.assign(Views=["1,234", "many", "12 %"], Posted=["5/6/2026", None, "x"])
    with pytest.warns(ContractWarning, match=r"4 cells can't be read .*view_count \(2\)") as said:
        videos = tgp.as_table(sheet, "videos", {"Posted": "posted_at"})
    assert len(said) == 1
    assert videos.goat.provenance["unreadable"] == {"view_count": 2, "posted_at": 2}
    cells = tgp.unreadable_cells(videos)
    assert cells["label"].tolist() == ["b", "c", "a", "c"]
    assert cells["row"].tolist() == [2, 3, 1, 3]
    assert "'many' in row 2 of 3, column 'Views'" in str(said[0].message)
    assert cells["column"].tolist() == ["view_count"] * 2 + ["posted_at"] * 2
    assert cells["source"].tolist() == ["Views"] * 2 + ["Posted"] * 2
    assert cells["value"].tolist() == ["many", "12 %", "5/6/2026", "x"]
    assert cells["why"].str.len().gt(10).all()


def test_unreadable_cells_stay_with_a_part_a_copy_and_a_parquet_file(tmp_path):
    with pytest.warns(ContractWarning, match="1 cell can't be read"):
        videos = tgp.as_table(SHEET.assign(Views=["x", "1", "2"]), "videos")
    expected = tgp.unreadable_cells(videos)
    assert len(expected) == 1
    pd.testing.assert_frame_equal(tgp.unreadable_cells(videos.head(1)), expected)
    json.dumps(videos.attrs)
    videos.to_parquet(tmp_path / "videos.parquet")
    again = pd.read_parquet(tmp_path / "videos.parquet")
    pd.testing.assert_frame_equal(tgp.unreadable_cells(again), expected)


def test_a_frame_without_unreadable_cells_lists_none_with_the_same_dtypes():
    cells = tgp.unreadable_cells(tgp.as_table(SHEET, "videos"))
    assert list(cells.columns) == ["row", "label", "column", "source", "value", "why"]
    assert cells.empty


def test_cells_of_another_frame_are_an_error():
    with pytest.raises(ArgumentError, match="that as_table returned"):
        tgp.unreadable_cells(SHEET)


def test_rows_with_the_same_id_are_kept():
    sheet = pd.DataFrame({"id": ["a", "a"], "Views": [1, 2]})
    assert tgp.as_table(sheet, "videos")["view_count"].tolist() == [1, 2]


def test_money_has_to_be_stated_unless_the_name_says_cents():
    sheet = pd.DataFrame({"Amount": ["$1,234.50"]})
    with pytest.raises(MissingArgumentError, match="'Amount' holds money"):
        tgp.as_table(sheet, "payout_accruals")
    units = tgp.as_table(sheet, "payout_accruals", money="units")
    assert units["amount_cents"].tolist() == [123450]
    own = sheet.assign(Amount="1,234").rename(columns={"Amount": "amount_cents"})
    assert tgp.as_table(own, "payout_accruals")["amount_cents"].tolist() == [1234]
    assert tgp.as_table(own, "payout_accruals", money="units")["amount_cents"].tolist() == [123400]


@pytest.mark.parametrize(
    ("columns", "error", "message"),
    [
        ({"Views": "views_count"}, ChoiceError, "Did you mean 'view_count'"),
        ({"Link": "view_count"}, ArgumentError, "'Views' and 'Link' would both be 'view_count'"),
        ({"Vews": "view_count"}, MissingColumnError, "Did you mean 'Views'"),
        ({"tiktok_video_id": None}, ArgumentError, "rename the frame's"),
        (["Views"], ArgumentTypeError, "a dict"),
        ({"Views": 5}, ChoiceError, "choose one of"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(columns, error, message):
    with pytest.raises(error, match=message):
        tgp.as_table(SHEET, "videos", columns)


def test_none_leaves_a_column_as_it_is():
    videos = tgp.as_table(SHEET, "videos", {"Views": None})
    assert videos["Views"].tolist() == SHEET["Views"].tolist()
    assert videos["view_count"].isna().all()


def test_names_and_headings_are_matched_whatever_the_case():
    sheet = pd.DataFrame({"VIEWS": [1], " Title ": ["x"], "Like_Count": [2]})
    videos = tgp.as_table(sheet, "videos")
    assert videos.loc[0, ["view_count", "title", "like_count"]].tolist() == [1, "x", 2]


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"table": "video"}, "Did you mean 'videos'"),
        ({"dates": "dym"}, "'ymd', 'dmy', 'mdy'"),
        ({"money": "dollars"}, "'units', 'cents'"),
        ({"decimal": ";"}, "choose one of"),
        ({"timezone": "Europe/Berln"}, "Europe/Berlin"),
    ],
)
def test_a_wrong_option_is_refused(options, match):
    with pytest.raises(ArgumentError, match=match):
        tgp.as_table(SHEET, **{"table": "videos", **options})


def test_two_columns_of_one_name_are_refused():
    doubled = pd.concat([SHEET, SHEET["Views"]], axis=1)
    with pytest.raises(ArgumentError, match="two columns are called 'Views'"):
        tgp.as_table(doubled, "videos")


COUNTS = st.integers(0, 10**12)
ROWS = st.lists(
    st.tuples(
        st.integers(10**18, 10**19 - 1).map(str),
        COUNTS,
        st.datetimes(pd.Timestamp(2016, 1, 1), pd.Timestamp(2030, 1, 1)).map(
            lambda moment: moment.replace(microsecond=0)
        ),
        st.sampled_from(VIDEOS.column("tracking_status").categories),
        st.one_of(st.none(), st.booleans()),
    ),
    min_size=1,
    max_size=8,
)
ORDERS = {"dmy": "%d/%m/%Y %H:%M:%S", "mdy": "%m-%d-%Y %I:%M:%S %p", "ymd": "%Y.%m.%d, %H:%M:%S"}


@settings(deadline=None, max_examples=40)
@given(ROWS, st.sampled_from([*ORDERS]), st.sampled_from([".", ","]))
def test_a_frame_written_as_text_in_any_style_is_read_back(rows, order, decimal):
    ids, counts, moments, words, flags = map(list, zip(*rows, strict=True))
    group = "," if decimal == "." else "."
    sheet = pd.DataFrame(
        {
            "Id at TikTok": ids,
            "Views": [f"{count:,}".replace(",", group) for count in counts],
            "Posted": [moment.strftime(ORDERS[order]) for moment in moments],
            "Tracking status": [word.replace("_", " ").capitalize() for word in words],
            "Off": [{True: "yes", False: "No", None: ""}[flag] for flag in flags],
        }
    )
    again = pd.read_csv(io.StringIO(sheet.to_csv(index=False)), dtype=str)
    names = {
        "Id at TikTok": "tiktok_video_id", "Posted": "posted_at", "Off": "is_tracking_disabled",
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ContractWarning)
        read = tgp.as_table(again, "videos", names, dates=order, timezone="UTC", decimal=decimal)
    lost = tgp.unreadable_cells(read)
    # Only an id that ends like one that a spreadsheet has cut may be refused; none is changed.
    assert lost["value"].str.endswith("0000").all()
    kept = read["tiktok_video_id"].notna()
    assert read["tiktok_video_id"][kept].tolist() == list(np.array(ids)[kept.to_numpy()])
    assert read["view_count"].tolist() == counts
    assert read["posted_at"].dt.tz_localize(None).tolist() == list(map(pd.Timestamp, moments))
    assert read["tracking_status"].tolist() == words
    assert [None if pd.isna(flag) else flag for flag in read["is_tracking_disabled"]] == flags


@settings(deadline=None, max_examples=60)
@given(st.integers(-(10**15), 10**15), st.sampled_from([".", ","]), st.sampled_from(["", "$", "€"]))
def test_no_cent_is_changed(cents, decimal, sign):
    whole, rest = divmod(abs(cents), 100)
    group = "," if decimal == "." else "."
    text = f"{'-' if cents < 0 else ''}{sign}{whole:,}".replace(",", group) + f"{decimal}{rest:02}"
    amounts = pd.DataFrame({"Amount": [text]})
    read = tgp.as_table(amounts, PAYOUT_ACCRUALS.name, money="units", decimal=decimal)
    assert read["amount_cents"].tolist() == [cents]
    plain = pd.DataFrame({"Amount": [f"{cents:,}".replace(",", group)]})
    read = tgp.as_table(plain, PAYOUT_ACCRUALS.name, money="cents", decimal=decimal)
    assert read["amount_cents"].tolist() == [cents]


@pytest.mark.parametrize("name", ["creators", "videos", "payout_accruals", "payout_structures"])
def test_loaded_frames_survive_a_csv_file_of_text(client, name):
    loaded = getattr(tgp, f"load_{name}")("Q1 Brand Program", client=client)
    again = pd.read_csv(io.StringIO(loaded.to_csv(index=False)), dtype=str)
    read = tgp.as_table(again, name)
    assert tgp.unreadable_cells(read).empty
    pd.testing.assert_frame_equal(read, loaded)


@pytest.mark.parametrize("others", [["fine"], [5]])
def test_half_of_an_emoji_is_a_cell_that_cannot_be_read(others):
    sheet = pd.DataFrame({"title": pd.Series(["\ud83d wow", *others], dtype=object)})
    with pytest.warns(ContractWarning, match="half of an emoji"):
        videos = tgp.as_table(sheet, "videos")
    assert videos["title"].isna().tolist() == [True, False]
    assert tgp.unreadable_cells(videos)["value"].tolist() == ["? wow"]


@pytest.mark.parametrize("cell", [np.array([1, 2]), np.array([]), pd.Series([1])])
def test_an_array_is_no_flag(cell):
    sheet = pd.DataFrame({"is_active": pd.Series([True, cell], dtype=object)})
    with pytest.warns(ContractWarning, match="none of yes, no"):
        creators = tgp.as_table(sheet, "creators")
    assert creators["is_active"].tolist()[0] is True
    assert creators["is_active"].isna().tolist() == [False, True]


@pytest.mark.parametrize("written", ["6 May 2026", "6 Mai 2026", "May 6, 2026", "6-May-26"])
def test_a_day_that_names_its_month_is_not_read_and_shown(written):
    with pytest.warns(ContractWarning, match=f"1 cell can't be read.*'{written}'"):
        read = tgp.as_table(pd.DataFrame({"date": [written]}), "annotations")
    assert read["date"].isna().all()


def test_the_provenance_names_the_columns_that_are_left_as_they_are():
    facts = tgp.as_table(SHEET, "videos").goat.provenance
    assert facts["unmatched"] == ["Campaign"]
    assert "columns not matched  Campaign" in repr(facts)
    assert facts["note"] == "No column of 'videos' is called like 'Campaign': left as they are"
    meant = tgp.as_table(SHEET, "videos", {"Campaign": None}).goat.provenance
    assert meant["unmatched"] == ["Campaign"]
    assert "note" not in meant


def test_handles_are_read_as_tiktok_writes_them():
    sheet = pd.DataFrame({"tiktok_handle": ["@Honest.Gloss", "https://www.tiktok.com/@Wild_Vinyl"]})
    read = tgp.as_table(sheet, "creators")
    assert read["tiktok_handle"].tolist() == ["honest.gloss", "wild_vinyl"]


@pytest.mark.parametrize("called", ["Handle", "username", "Creator", "tiktok_handle"])
def test_handles_are_found_by_what_people_call_them(called):
    read = tgp.as_table(pd.DataFrame({called: ["@mia"]}), "creators")
    assert read["tiktok_handle"].tolist() == ["mia"]


TITLED = pd.DataFrame(
    {
        "Report of May": [None, "Views", "1,234", "many"],
        "Unnamed: 1": ["", "Posted at", "2026-06-05T12:00Z", None],
        "Unnamed: 2": [None, "Campaign", "Spring", "Spring"],
    }
)


def test_a_title_above_the_headings_is_an_error_that_names_their_row():
    with pytest.raises(ArgumentError, match=r"row 2 looks like the heading.*: pass header=2"):
        tgp.as_table(TITLED, "videos")
    with pytest.warns(ContractWarning, match="'many' in row 4 of 4, column 'Views'"):
        videos = tgp.as_table(TITLED, "videos", header=2)
    assert videos["view_count"].tolist()[:1] == [1234]
    assert videos["Campaign"].tolist() == ["Spring", "Spring"]
    assert videos.goat.provenance["rows"] == 2
    assert tgp.unreadable_cells(videos)[["row", "label"]].to_numpy().tolist() == [[4, 3]]


def test_what_is_advised_for_several_levels_of_headings_works():
    columns = pd.MultiIndex.from_tuples([("", "Title"), ("May", "Views"), ("June", "Views")])
    sheet = pd.DataFrame([["wait", "10", "20"]], columns=columns)
    with pytest.raises(ArgumentError, match="its columns have 2 levels") as caught:
        tgp.as_table(sheet, "videos")
    flat = eval(str(caught.value).rstrip(".").partition(": pass ")[2], {"frame": sheet})
    read = tgp.as_table(flat, "videos", {"May Views": "view_count"})
    assert read[["title", "view_count"]].iloc[0].tolist() == ["wait", 10]


def test_a_frame_without_any_known_column_is_an_error_and_no_frame_of_nothing():
    with pytest.raises(ArgumentError, match="no column is called like one of 'videos': 'a', 'b'"):
        tgp.as_table(pd.DataFrame({"a": [1], "b": [2]}), "videos")
    with pytest.raises(ArgumentError, match="header=3 is not allowed: the frame has 2 rows"):
        tgp.as_table(pd.DataFrame({"a": [1, 2]}), "videos", header=3)


def test_a_word_that_is_no_text_is_not_read():
    goals = pd.DataFrame({"status": [1, "on_track"], "metric": ["posts", "posts"]})
    with pytest.warns(ContractWarning, match="it is not a word"):
        read = tgp.as_table(goals, "goal_compliance")
    assert read["status"].isna().tolist() == [True, False]
