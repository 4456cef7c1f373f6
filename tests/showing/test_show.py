"""Frames as people print them: as HTML and as text."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests.support.goal_frames import NEW_YORK
from tests.support.markup import IDS, MARKUP, Seen, check_harmless
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    MissingColumnError,
)
from trackagoat_pandas.showing.cells import BLANK

VIDEOS = pd.DataFrame(
    {
        "id": IDS[:2],
        "creator_id": IDS[2],
        "url": ["https://www.tiktok.com/@goat/video/1", None],
        "title": ["wait for it", "no address"],
        "metadata": "{}",
        "thumbnail_url": "https://cdn.example/1.webp",
        "view_count": pd.array([11263947, None], "Int64"),
        "tracking_status": pd.Categorical(["auto_tracked", "direct_add"]),
        "is_active": pd.array([True, False], "boolean"),
        "posted_at": pd.to_datetime(["2026-06-15T02:00Z", None]),
    }
)
PROSE = pd.DataFrame({
    "title": ["`a` goat"], "evidence": ["The oldest frame, `videos`, was loaded today."]
})  # fmt: skip
POSTED = f"Posted ({NEW_YORK})"


class Table(Seen):
    """The headings and the cells of a table, as a browser finds them."""

    def __init__(self, html: str) -> None:
        self.headings, self.rows, self.caption = [], [], ""
        super().__init__(html)

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_data(self, data):
        super().handle_data(data)
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data
        elif self.tags[-1] != "style":
            self.caption += data

    @property
    def column(self) -> dict[str, list[str]]:
        head, *body = self.rows
        return {name: [row[place] for row in body] for place, name in enumerate(head)}


def table(frame, *args, **options):
    return Table(tgp.show(frame, *args, **options).table)


def test_a_frame_reads_as_people_print_it():
    shown = table(VIDEOS, timezone=NEW_YORK)
    assert shown.column == {
        "Title": ["wait for it", "no address"],
        "Views": ["11,263,947", BLANK],
        "Tracking status": ["auto tracked", "direct add"],
        "Active": ["yes", "no"],
        POSTED: ["14 Jun 2026 22:00", BLANK],
    }


def test_the_text_has_what_the_html_has():
    assert str(tgp.show(VIDEOS, timezone=NEW_YORK)).splitlines() == [
        "2 rows",
        f"Title             Views  Tracking status  Active  {POSTED}",
        f"───────────  ──────────  ───────────────  ──────  {'─' * len(POSTED)}",
        "wait for it  11,263,947  auto tracked     yes     14 Jun 2026 22:00",
        f"no address            {BLANK}  direct add       no      {BLANK}",
    ]


def test_what_is_shown_is_a_table_for_a_notebook_and_a_report():
    shown = VIDEOS.goat.show()
    assert shown._repr_html_() == shown.table
    assert repr(shown) == str(shown) == shown.text
    assert shown.table.startswith("<style>")
    assert {"caption", "thead", "tbody"} <= set(Table(shown.table).tags)


def test_its_page_has_a_title_and_the_day_on_which_it_was_made():
    frame = VIDEOS.copy()
    now = str(pd.Timestamp.now("UTC"))
    frame.attrs["trackagoat"] = {"server_time": "2026-05-31T23:00:00Z", "fetched_at": now}
    shown = frame.goat.show(caption="Posts & <views>", timezone="Europe/Berlin")
    assert "<title>Posts &amp; &lt;views&gt;</title>" in shown.html
    assert shown.html.endswith("<footer>Made on 1 Jun 2026.</footer></body></html>")
    assert shown.table in shown.html
    assert "<title>Table</title>" in pd.DataFrame({"a": [1]}).goat.show().html


def test_screen_readers_hear_headings_and_what_a_row_is_about():
    html = tgp.show(VIDEOS).table
    assert "<th scope='col' class='n'>Views</th>" in html
    assert html.count("<th scope='row'") == 2


def test_the_frame_stays_as_it_was():
    before = VIDEOS.copy()
    before.attrs["trackagoat"] = {"path": "/videos", "complete": True}
    given = before.copy()
    tgp.show(given, 1, ids=True, timezone=NEW_YORK)
    pd.testing.assert_frame_equal(given, before)
    assert given.attrs == before.attrs


def test_only_the_first_rows_are_shown_and_the_caption_counts_them():
    frame = pd.DataFrame({"rank": range(30)})
    assert table(frame).caption == "20 of 30 rows"
    assert len(table(frame, 3).rows) == 4
    assert len(table(frame, None).rows) == 31


def test_ids_are_shown_when_asked_for_and_last():
    shown = table(VIDEOS, ids=True)
    assert [*shown.column][-2:] == ["Creator ID", "ID"]
    assert shown.column["ID"] == IDS[:2]


@pytest.mark.parametrize(
    ("names", "seen"),
    [
        (["creator_id", "owed_cents"], ["Creator ID", "Owed"]),
        (["id", "creator_id", "structure_name"], ["Creator ID", "Rule"]),
        (["id", "project_id", "owed_cents"], ["ID", "Owed"]),
        (["creator_id", "tiktok_handle", "rank"], ["Rank", "Creator"]),
        (["rank", "video_id"], ["Rank", "Video ID"]),
        (["structure_id", "structure_name"], ["Rule"]),
        (["tiktok_video_id"], ["TikTok video ID"]),
    ],
)
def test_an_id_is_shown_where_nothing_else_names_a_row(names, seen):
    frame = pd.DataFrame({name: IDS[:1] if name.endswith("id") else [1] for name in names})
    shown = table(frame)
    assert [*shown.column] == seen
    ids = [cells for name, cells in shown.column.items() if name.endswith("ID")]
    assert ids in ([], [[IDS[0][:8]]])


def test_rows_without_a_name_are_told_apart_by_their_ids():
    frame = pd.DataFrame(
        {"creator_id": [*IDS[:2], None], "tiktok_handle": ["ann", None, None], "owed_cents": 1}
    )
    assert table(frame).column["Creator"] == ["ann", f"{IDS[1][:8]}…", BLANK]
    posts = pd.DataFrame({"id": IDS[:2], "title": ["wait for it", None]})
    assert table(posts).column["Title"] == ["wait for it", f"{IDS[1][:8]}…"]


def test_names_that_the_provenance_knows_stand_in_the_place_of_ids():
    frame = pd.DataFrame({"name": ["CPM", "CPM", "Bonus"], "project_id": [*IDS[:2], None]})
    frame.attrs["trackagoat"] = {"names": {IDS[0]: "Spring", IDS[1]: "Summer"}}
    assert table(frame).column["Project"] == ["Spring", "Summer", BLANK]
    assert "project_name" not in frame


def test_a_name_is_shown_once():
    frame = pd.DataFrame({"video_title": ["a", "7412"], "title": ["a", None], "view_count": 5})
    assert [*table(frame).column] == ["Video", "Views"]
    assert [*table(frame.assign(title="b")).column] == ["Video", "Title", "Views"]
    assert [*table(frame, columns=["title", "video_title"]).column] == ["Title", "Video"]


def test_what_is_the_same_in_all_rows_of_analytics_is_left_out():
    frame = pd.DataFrame(
        {
            "label": "ann", "value": [1, 2], "series_kind": "main", "entity": "creator",
            "is_partial": False, "is_baseline": False,
        }
    )  # fmt: skip
    assert [*table(frame).column] == ["Label", "Value"]
    assert "Series kind" in table(frame, ids=True).column
    partial = frame.assign(is_partial=[False, True], series_kind=["main", "prior_period"])
    assert [*table(partial, 1).column] == ["Label", "Value", "Series kind", "Partial"]


def test_a_table_of_goals_says_each_thing_once(client):
    goals = tgp.load_goal_compliance("Q1 Brand Program", client=client)
    shown = [*table(goals).column]
    assert {"Creator", "Metric", "Period", "Target", "Actual", "Status"} < {*shown}
    assert not {"Target value", "Period in progress", "Hours until period end"} & {*shown}
    misses = pd.DataFrame(
        {
            "tiktok_handle": ["ann"],
            "miss_pct": 40.0,
            "chance": 0.6,
            "needed": "2 posts",
            "days_left": 3,
        }
    )
    assert [*table(misses).column] == ["Creator", "Chance to miss", "Needed"]


def test_a_shown_table_has_its_frame():
    assert tgp.show(VIDEOS, 1).frame is VIDEOS


def test_chosen_columns_are_shown_in_the_order_given_whatever_they_are():
    shown = table(VIDEOS, columns=["metadata", "id"])
    assert shown.column == {"Metadata": ["{}", "{}"], "ID": IDS[:2]}
    assert [*table(VIDEOS, columns="view_count").column] == ["Views"]


def test_a_frame_of_nothing_but_hidden_columns_is_shown_whole():
    assert [*table(pd.DataFrame({"metadata": ["{}"]})).column] == ["Metadata"]


def test_a_title_leads_to_its_video_and_only_to_the_web():
    assert "<a href='https://www.tiktok.com/@goat/video/1'" in tgp.show(VIDEOS).table
    assert tgp.show(VIDEOS).table.count("<a ") == 1
    unsafe = VIDEOS.assign(url="javascript:alert(1)")
    assert "<a " not in tgp.show(unsafe).table


def test_an_address_alone_is_a_link():
    shown = tgp.show(pd.DataFrame({"receipt_url": ["https://cdn.example/1.pdf"]}))
    assert "<a href='https://cdn.example/1.pdf'" in shown.table
    assert ">cdn.example/1.pdf</a>" in shown.table


@pytest.mark.parametrize(
    ("currencies", "owed", "headings"),
    [
        (["EUR", "EUR"], ["€1.00", "−€2.00"], ["Creator", "Owed"]),
        (["EUR", "USD"], ["€1.00", "−$2.00"], ["Creator", "Currency", "Owed"]),
        (["EUR", None], ["€1.00", "−$2.00"], ["Creator", "Currency", "Owed"]),
        (["CHF", "CHF"], ["1.00 CHF", "−2.00 CHF"], ["Creator", "Currency", "Owed"]),
        (
            ["JPY", "JPY"],
            ["100 cents of JPY", "−200 cents of JPY"],
            ["Creator", "Currency", "Owed"],
        ),
    ],
)
def test_amounts_have_the_sign_of_their_currency(currencies, owed, headings):
    frame = pd.DataFrame(
        {"tiktok_handle": ["ann", "bob"], "owed_cents": [100, -200], "currency": currencies}
    )
    shown = table(frame)
    assert shown.column["Owed"] == owed
    assert [*shown.column] == headings


def test_averages_in_a_currency_without_hundredths_are_not_shown_a_hundredfold_wrong():
    frame = pd.DataFrame({"effective_cpm_cents": [123.5], "currency": ["JPY"]})
    assert table(frame).column["Effective CPM"] == ["123.5 cents of JPY"]


@pytest.mark.parametrize("values", [[150, None], [Decimal(150), None], [150.0, None]])
def test_cents_in_a_column_of_objects_are_money(values):
    frame = pd.DataFrame({"owed_cents": pd.Series(values, dtype=object)})
    assert table(frame).column["Owed"] == ["$1.50", BLANK]


def test_cents_that_are_no_numbers_are_not_headed_like_amounts():
    frame = pd.DataFrame({"owed_cents": ["150", "x"]})
    assert table(frame).column["Owed (cents)"] == ["150", "x"]


def test_amounts_without_a_currency_are_in_the_one_given():
    frame = pd.DataFrame({"owed_cents": [100]})
    assert table(frame, currency="GBP").column["Owed"] == ["£1.00"]


def test_rates_of_an_analytics_frame_are_percentages():
    frame = pd.DataFrame({"metric": ["views", "engagement_rate_by_views"], "value": [1200.0, 5.25]})
    shown = table(frame)
    assert shown.column["Value"] == ["1,200", "5.2 %"]
    assert shown.column["Metric"] == ["views", "engagement rate by views"]


def test_the_names_of_a_pivoted_frame_stay_as_they_are():
    wide = pd.DataFrame({"wild_vinyl_id": [1200.0]}, index=pd.to_datetime(["2026-05-01"]))
    wide = wide.rename_axis(index="date", columns="label")
    assert table(wide).column == {"Date": ["1 May 2026"], "wild_vinyl_id": ["1,200"]}
    assert table(wide, columns="wild_vinyl_id").column["Date"] == ["1 May 2026"]


def test_an_index_is_shown_where_it_says_something():
    frame = pd.DataFrame({"views": [1, 2]})
    assert [*table(frame[1:]).column] == ["Views"]
    assert table(frame.set_axis(["ann", "bob"])).column[""] == ["ann", "bob"]
    both = frame.set_axis(pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["label", None]))
    assert table(both).column == {"Label": ["a", "b"], "": ["1", "2"], "Views": ["1", "2"]}


def test_an_index_is_shown_even_where_a_column_alike_would_be_left_out():
    frame = pd.DataFrame({"entity": "creator", "series_kind": ["main", "main"], "views": [1, 2]})
    assert [*table(frame).column] == ["Views"]
    assert [*table(frame.set_index(["entity", "series_kind"])).column] == [
        "Entity", "Series kind", "Views",
    ]  # fmt: skip


def test_the_caption_says_what_a_frame_is():
    frame = VIDEOS.assign(project_name="Q1 Brand Program")
    frame.attrs["trackagoat"] = {
        "path": "/videos", "fetched_at": "2026-06-15T12:00:00+00:00", "timezone": NEW_YORK,
        "params": {"from": "2026-05-01", "to": "2026-05-31"}, "complete": True,
    }  # fmt: skip
    title = "Videos of Q1 Brand Program, 1 May to 31 May 2026"
    about = f"2 rows, as of 15 Jun 2026 08:00 {NEW_YORK}"
    assert table(frame).caption == title + about
    assert tgp.show(frame).text.startswith(f"{title}: {about}\n")
    assert table(frame, caption="Ours").caption == "Ours" + about


def test_the_caption_says_what_is_incomplete_even_with_a_title_of_ones_own():
    frame = pd.DataFrame(
        {
            "date": pd.to_datetime(["2026-06-14", "2026-06-15"]), "value": [1.0, 2.0],
            "is_partial": pd.array([False, True], "boolean"),
        }
    )  # fmt: skip
    frame.attrs["trackagoat"] = {
        "path": "/analytics", "complete": False, "gaps": ["2026-06-13"], "unreadable": {"value": 2},
        "missing": ["label"],
    }  # fmt: skip
    said = [
        "Not complete: days are missing (2026-06-13).",
        "Values that can't be read: 2 of value.",
        "The API didn't send label.",
        "Not over yet: 15 Jun 2026.",
    ]
    assert tgp.show(frame, caption="Mine").text.splitlines()[1:5] == said
    assert all(each in table(frame, caption="Mine").caption for each in said)


def test_wide_characters_are_aligned_by_the_room_they_take():
    lines = tgp.show(pd.DataFrame({"title": ["진짜", "ok"], "views": [1, 20]})).text.splitlines()
    assert lines[3:] == ["진짜       1", "ok        20"]


def test_the_tables_of_other_libraries_are_shown():
    given = pl.DataFrame({"tiktok_handle": ["ann"], "view_count": [1200]})
    assert table(given).column == {"Creator": ["ann"], "Views": ["1,200"]}


@pytest.mark.parametrize("text", MARKUP)
def test_no_text_of_a_frame_is_obeyed_as_html(text):
    frame = pd.DataFrame(
        {"title": [text], "url": text, text: text, "receipt_url": text, "name": text}
    ).set_index("name")
    frame.attrs["trackagoat"] = {"path": "/videos", "complete": False, "gaps": [text]}
    check_harmless(tgp.show(frame, caption=text).table)
    check_harmless(tgp.show(frame.rename_axis(columns=text)).table)


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"n": 0}, ArgumentError, "n=0 .*at least 1"),
        ({"n": "5"}, ArgumentTypeError, "n can't be of type str: it takes a whole"),
        ({"ids": "yes"}, ArgumentTypeError, "ids can't be of type str"),
        ({"columns": ["views"]}, MissingColumnError, "'views'.*Did you mean 'view_count'"),
        ({"columns": 5}, ArgumentTypeError, "columns can't be of type int"),
        ({"timezone": "Berlin"}, ArgumentError, "timezone='Berlin'"),
        ({"currency": "dollars"}, ArgumentError, "currency='dollars'"),
        ({"caption": 5}, ArgumentTypeError, "caption can't be of type int: it takes a text"),
    ],
    ids=str,
)
def test_a_wrong_argument_is_refused(options, kind, message):
    with pytest.raises(kind, match=message):
        tgp.show(VIDEOS, **options)


ODD = [
    pd.DataFrame(),
    pd.DataFrame(index=[1, 2]),
    pd.DataFrame({"a": []}),
    pd.DataFrame([[1, "x"]], columns=["a", "a"]),
    pd.DataFrame([[1, "x"]], columns=["id", "id"]),
    pd.DataFrame({("a", "b"): [1], ("a", ""): [2]}),
    pd.DataFrame({0: [1], None: [2]}),
    pd.DataFrame({"view_count": [{"a": 1}], "owed_cents": [[1, None]], "date": [object]}),
    pd.DataFrame({"owed_cents": [10**30], "currency": [5]}, dtype=object),
    pd.DataFrame({"owed_cents": [2**62], "chance": [True], "title": [b"\xff"]}),
    pd.DataFrame({"positive_pct": [float("inf")], "chance": [float("-inf")]}),
    pd.DataFrame({"chance": [7.5], "share": [-3.0], "cpm_cents": [float("inf")]}),
    pd.DataFrame({"x": [1 + 2j], "y": [pd.Period("2026-05")], "z": [pd.Interval(1, 2)]}),
    pd.DataFrame({"x": pd.Categorical([None]), "y": pd.Categorical([True])}),
    pd.DataFrame({"x": pd.to_timedelta([5], unit="s"), "y": pd.arrays.SparseArray([1.5])}),
    pd.DataFrame(
        {
            "posted_at": pd.to_datetime(["2262-04-11T23:00Z"]),
            "title": pd.Series(["\ud83d"], dtype=object),
        }
    ),
    pd.DataFrame({"posted_at": pd.Series(["0001-01-01"]).astype("datetime64[s]")}),
    pd.DataFrame({"is_partial": ["x"], "date": ["y"], "metric": [None], "value": ["z"]}),
    pd.DataFrame({"x": pd.array([[1]], pd.ArrowDtype(pa.list_(pa.int64())))}),
    pd.DataFrame({"date": pd.array(["2026-05-01"], "date32[pyarrow]")}),
]


@pytest.mark.parametrize("frame", ODD, ids=range(len(ODD)))
def test_any_frame_is_shown(frame):
    for options in ({}, {"ids": True}, {"n": None, "timezone": NEW_YORK}):
        shown = tgp.show(frame, **options)
        check_harmless(shown.table)
        shown.table.encode()
        shown.text.encode()


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.dates(),
    st.datetimes(), st.decimals(), st.lists(st.integers()), st.dictionaries(st.text(), st.text()),
)  # fmt: skip
NAMES = st.sampled_from(
    ["view_count", "owed_cents", "chance", "positive_pct", "date", "posted_at", "title", "url",
     "status", "creator_id", "metadata", "is_active", "currency", "value", "metric", "Own name"]
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_cell_of_any_type_in_any_column_stops_the_table(data):
    names = data.draw(st.lists(NAMES, min_size=1, max_size=4))
    rows = data.draw(st.integers(0, 3))
    columns = [
        pd.Series(data.draw(st.lists(CELLS, min_size=rows, max_size=rows)), dtype=object)
        for _ in names
    ]
    frame = pd.concat(columns, axis=1).set_axis(names, axis="columns")
    check_harmless(tgp.show(frame).table)


@pytest.mark.parametrize("name", ["owed_cents", "chance", "x"])
def test_complex_numbers_are_written_as_they_are(name):
    assert "(1+2j)" in tgp.show(pd.DataFrame({name: [1 + 2j]})).text


def test_a_table_read_from_a_frame_shows_no_column_of_dashes_alone():
    sheet = pd.DataFrame({"Creator": ["@zoe", "ben"], "Followers": ["1,234", None]})
    text = tgp.show(tgp.as_table(sheet, "creators")).text
    assert "Followers" in text
    heading = text.splitlines()[1].split()
    assert heading == ["Creator", "Followers"]
    asked = tgp.show(tgp.as_table(sheet, "creators"), columns=["tiktok_handle", "total_likes"])
    assert "likes" in asked.text
    nothing = tgp.show(tgp.as_table(sheet.head(0), "creators")).text
    assert "Followers" in nothing


def test_statuses_are_pills_in_html_and_words_in_text():
    goals = pd.DataFrame(
        {"tiktok_handle": ["ann", "bo", "cy"], "status": ["on_track", "at_risk", "odd"]}
    )
    shown = tgp.show(goals)
    assert "<span class='pill pill-good'>on track</span>" in shown.table
    assert "<span class='pill pill-bad'>at risk</span>" in shown.table
    assert ">odd</td>" in shown.table
    assert "pill" not in shown.text


def test_text_of_a_wide_frame_fits_120_characters(client):
    videos = tgp.load_videos("Q1 Brand Program", client=client)
    lines = tgp.show(videos).text.splitlines()
    assert max(map(len, lines)) <= 120
    assert any(line.startswith("Title") and "Posted" in line for line in lines)
    assert lines[-1].startswith("Not shown: ")
    assert "Description" in tgp.show(videos).table
    chosen = tgp.show(videos, columns=[*videos.columns]).text
    assert "Not shown" not in chosen


def test_post_without_a_caption_is_untitled(client):
    videos = tgp.load_videos("Q1 Brand Program", client=client)
    untitled = videos[videos["title"].isna()].head(1)
    assert "(untitled)" in tgp.show(untitled).text
    assert untitled["id"].iloc[0][:8] not in tgp.show(untitled).text


def test_sentences_of_helpers_have_no_backticks():
    shown = PROSE.goat.show()._repr_html_()
    assert "The oldest frame, videos, was loaded today." in shown
    assert "`a` goat" in shown
