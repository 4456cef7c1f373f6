"""Tables in boards: sorted, searched, page by page, with totals."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.markup import IDS, MARKUP, Table, check_harmless
from trackagoat_pandas.showing.cells import BLANK
from trackagoat_pandas.widgets.grid import Curves, Grid

ZONE = "America/New_York"
VIDEOS = pd.DataFrame(
    {
        "creator_id": IDS,
        "tiktok_handle": ["zoe", "Ábel", None],
        "title": ["wait for it", "Café, oat latte", "carry-on"],
        "url": ["https://www.tiktok.com/@goat/video/1", None, None],
        "view_count": pd.array([1_234_567, None, 89], "Int64"),
        "positive_pct": [45.45, 3.2, np.nan],
        "owed_cents": pd.array([123_450, -50, 7], "Int64"),
        "rank": [1, 2, 3],
        "status": pd.Categorical(["at_risk", "missed", "at_risk"]),
        "posted_at": pd.to_datetime(["2026-06-15T02:00Z", "2026-05-01T12:30Z", None]),
    }
)
SHOWN = [
    "title", "view_count", "positive_pct", "owed_cents", "rank", "status", "posted_at",
]  # fmt: skip


def grid_of(frame, columns=(), zone="UTC", **options):
    grid = Grid()
    grid.show(frame, columns, zone, **options)
    return grid


def seen(grid: Grid) -> Table:
    return Table(grid.table.value)


def numbers(rows: int) -> pd.DataFrame:
    names = [f"n{place}" for place in range(rows)]
    return pd.DataFrame({"name": names, "view_count": range(rows)})


def is_shown(widget) -> bool:
    return widget.layout.display != "none"


def test_a_table_reads_as_show_does():
    grid = grid_of(VIDEOS, SHOWN, ZONE)
    assert seen(grid).rows[:3] == [
        ["Title", "Views", "Positive %", "Owed", "Rank", "Status", "Posted"],
        ["wait for it", "1,234,567", "45.5 %", "$1,234.50", "1", "at risk", "14 Jun 2026 22:00"],
        ["Café, oat latte", BLANK, "3.2 %", "−$0.50", "2", "missed", "1 May 2026 08:30"],
    ]
    assert grid.table.value.count("<a href='https://www.tiktok.com/@goat/video/1'") == 1


def test_without_columns_a_table_shows_those_of_show():
    rows = seen(grid_of(VIDEOS)).rows
    shown = Table(VIDEOS.goat.show().table).rows[0]
    assert rows[0] == [heading.removesuffix(" (UTC)") for heading in shown]
    assert f"{IDS[2][:8]}…" in rows[3]
    assert not any(id_ in cell for id_ in IDS for row in rows for cell in row)


def test_handles_have_their_at_as_in_pickers_and_are_found_with_and_without():
    grid = grid_of(VIDEOS.assign(tiktok_handle=["zoe", "@Ábel", None]), ["tiktok_handle", "title"])
    assert seen(grid).first() == ["@zoe", "@Ábel", f"{IDS[2][:8]}…"]
    for query in ("@abel", "abel"):
        grid.search.value = query
        assert seen(grid).first() == ["@Ábel"]


def test_ids_are_cut_short_where_they_are_asked_for():
    assert seen(grid_of(VIDEOS, ["creator_id", "title"])).first() == [id_[:8] for id_ in IDS]


def test_all_pages_write_a_number_with_the_same_decimals():
    grid = Grid(rows=1)
    grid.show(pd.DataFrame({"pace": [1.0, 0.25]}))
    assert seen(grid).first() == ["1.00"]


def test_amounts_are_in_the_currency_given_or_in_that_of_their_row():
    assert seen(grid_of(VIDEOS, ["title", "owed_cents"], currency="EUR")).body[0][1] == "€1,234.50"
    mixed = VIDEOS.assign(currency=["EUR", None, "USD"])
    grid = grid_of(mixed, ["title", "owed_cents", "view_count"], currency="GBP")
    assert [row[1] for row in seen(grid).body] == ["€1,234.50", "−£0.50", "$0.07"]
    assert seen(grid).total == ["Total, 3 rows", "", "1,234,656"]


def test_pages_are_turned_and_a_new_frame_is_shown_from_its_first():
    grid = Grid(rows=2)
    grid.show(numbers(5))
    assert seen(grid).first() == ["n0", "n1"]
    assert grid.position.value == "1 to 2 of 5"
    grid.next.click()
    grid.next.click()
    assert seen(grid).first() == ["n4"]
    assert grid.next.disabled
    grid.previous.click()
    assert grid.position.value == "3 to 4 of 5"
    grid.show(numbers(3))
    assert seen(grid).first() == ["n0", "n1"]
    assert grid.previous.disabled


def test_a_page_has_8_rows_unless_another_number_is_chosen():
    grid = grid_of(numbers(390))
    assert len(seen(grid).body) == 8
    assert grid.position.value == "1 to 8 of 390"
    assert grid.size.options == (8, 25, 50, 100)
    grid.next.click()
    grid.size.value = 100
    assert grid.position.value == "9 to 108 of 390"


def test_the_next_table_has_as_many_rows_a_page_as_were_chosen_last():
    first, second = grid_of(numbers(30)), grid_of(numbers(30))
    first.size.value = 25
    assert len(seen(second).body) == 8
    assert len(seen(grid_of(numbers(30))).body) == 25
    assert Grid(rows=3).size.value == 3


def test_what_a_short_table_has_no_use_for_is_hidden():
    grid = grid_of(numbers(8))
    assert not is_shown(grid.buttons)
    assert not is_shown(grid.finder)
    grid.show(numbers(9))
    assert is_shown(grid.buttons)
    assert is_shown(grid.finder)
    grid.show(numbers(9), has_search=False)
    assert not is_shown(grid.finder)


def test_the_time_zone_stands_below_the_table_where_there_are_times():
    grid = grid_of(VIDEOS, SHOWN, ZONE)
    assert grid.zone.value == f"Times: {ZONE}"
    assert is_shown(grid.buttons)
    assert not is_shown(grid.size)
    grid.show(VIDEOS, SHOWN[:-1], ZONE)
    assert not is_shown(grid.buttons)


def test_what_is_still_filling_in_has_a_mark_at_its_day_and_no_column():
    frame = pd.DataFrame(
        {
            "tiktok_handle": ["mia", "ben", "kim"],
            "date": pd.to_datetime(["2026-06-17", "2026-06-18", "2026-06-18"]),
            "views": [3, 1, 2],
            "is_partial": pd.array([False, True, None], "boolean"),
        }
    )
    grid = grid_of(frame, [*frame])
    assert seen(grid).rows[0] == ["Creator", "Date", "Views"]
    assert [row[1] for row in seen(grid).body] == [
        "17 Jun 2026", "18 Jun 2026* (still filling in)", "18 Jun 2026",
    ]  # fmt: skip
    assert "<span class='mark' title='still filling in' aria-hidden='true'>*" in (grid.table.value)
    named = grid_of(frame[["tiktok_handle", "views", "is_partial"]])
    assert seen(named).first() == ["@mia", "@ben* (still filling in)", "@kim"]
    assert grid.values()["Partial"].fillna("").tolist() == ["no", "yes", ""]
    assert "Partial" not in grid_of(frame.head(1), [*frame]).values()


CURVES = Curves("Views, 28 days", "creator_id", {IDS[0]: (1.0, 3.0, np.nan, 2.0)}, "views a day")


def test_a_column_of_lines_says_each_in_words_and_sorts_nothing():
    grid = grid_of(VIDEOS, ["title", "view_count"], curves=CURVES, is_picking=True)
    shown = seen(grid)
    assert shown.rows[0] == ["Title", "Views", "Views, 28 days"]
    assert [row[2] for row in shown.body] == ["1 to 3 views a day, at last 2", "", ""]
    assert grid.table.value.count("<polyline") == 1
    assert shown.total == ["Total, 3 rows", "1,234,656", ""]
    assert not any(act.startswith("sort:") and "28" in act for act in shown.acts)
    grid.sort_by("title")
    assert [bool(row[2]) for row in seen(grid).body] == [False, False, True]


def test_values_are_those_of_the_table_as_numbers_in_its_order():
    called = VIDEOS.assign(tiktok_handle=["zoe", "@Ábel", None])
    grid = grid_of(called, ["tiktok_handle", *SHOWN], ZONE)
    grid.sort_by("view_count", ascending=True)
    grid.search.value = "at risk"
    values = grid.values()
    assert list(values) == seen(grid).headings
    assert values["Title"].tolist() == ["carry-on", "wait for it"]
    assert values["Views"].tolist() == [89, 1_234_567]
    assert values["Status"].tolist() == ["at risk", "at risk"]
    assert values["Creator"].tolist() == [IDS[2], "zoe"]
    assert values["Owed"].tolist() == [0.07, 1234.5]
    assert values["Posted"].tolist()[1] == "2026-06-14T22:00:00-04:00"
    assert values[["Positive %", "Posted"]].iloc[0].isna().all()


def test_amounts_without_hundredths_are_values_in_cents():
    values = grid_of(VIDEOS, ["title", "owed_cents"], currency="JPY").values()
    assert values["Owed (cents)"].tolist() == [123_450, -50, 7]


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [
        ("view_count", [0, 2, 1], [2, 0, 1]),
        ("positive_pct", [0, 1, 2], [1, 0, 2]),
        ("title", [1, 2, 0], [0, 2, 1]),
        ("status", [0, 2, 1], [1, 0, 2]),
        ("posted_at", [0, 1, 2], [1, 0, 2]),
    ],
)
def test_a_click_sorts_and_another_turns_it_with_what_is_missing_last(column, first, second):
    grid = grid_of(VIDEOS, SHOWN)
    for places in (first, second, first):
        grid.sort_by(column)
        assert seen(grid).first() == [*VIDEOS["title"].iloc[places]]
        assert [name for name, _ in grid.order] == [column]


def test_names_are_sorted_without_case_and_accents():
    frame = pd.DataFrame({"name": ["zoe", "Ábel", "abe", None, "Bo"]})
    grid = grid_of(frame)
    grid.sort_by("name")
    assert seen(grid).first() == ["abe", "Ábel", "Bo", "zoe", BLANK]


def test_words_of_an_ordered_set_are_sorted_in_its_order():
    kinds = pd.CategoricalDtype(["low", "middle", "high"], ordered=True)
    grid = grid_of(
        pd.DataFrame({"urgency": pd.Series(["high", None, "low", "middle"], dtype=kinds)})
    )
    grid.sort_by("urgency", ascending=True)
    assert seen(grid).first() == ["low", "middle", "high", BLANK]


def test_a_direction_can_be_given():
    grid = grid_of(numbers(3))
    for _ in range(2):
        grid.sort_by("view_count", ascending=True)
        assert seen(grid).first() == ["n0", "n1", "n2"]


def test_a_column_that_is_not_shown_sorts_nothing():
    grid = grid_of(VIDEOS, ["title"])
    grid.sort_by("view_count")
    assert grid.order == []
    assert seen(grid).first() == [*VIDEOS["title"]]


def test_the_frame_keeps_its_order():
    before = VIDEOS.copy()
    grid_of(VIDEOS, SHOWN).sort_by("view_count")
    pd.testing.assert_frame_equal(VIDEOS, before)


def test_order_and_search_stay_until_other_columns_are_shown():
    grid = grid_of(VIDEOS, SHOWN)
    grid.sort_by("title")
    grid.search.value = "ca"
    grid.show(VIDEOS.iloc[::-1], SHOWN)
    assert seen(grid).first() == ["Café, oat latte", "carry-on"]
    grid.show(VIDEOS, ["title"])
    assert (grid.order, grid.search.value) == ([], "")
    assert seen(grid).first() == [*VIDEOS["title"]]


def test_headings_are_buttons_that_say_how_the_table_is_sorted():
    grid = grid_of(VIDEOS, SHOWN)
    assert seen(grid).acts == [f"sort:{name}" for name in SHOWN]
    assert seen(grid).sorted == {}
    assert "▲" not in grid.table.value
    grid.sort_by("view_count")
    assert seen(grid).sorted == {1: "descending"}
    assert "<span aria-hidden='true'>&nbsp;▼</span>" in grid.table.value
    grid.sort_by("view_count")
    assert seen(grid).sorted == {1: "ascending"}
    assert "<span aria-hidden='true'>&nbsp;▲</span>" in grid.table.value


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("cafe", [1]),
        ("CAFÉ, oat", [1]),
        ("at risk", [0, 2]),
        ("1,234", [0]),
        ("1234567", [0]),
        ("$1,234.50", [0]),
        ("45.5 %", [0]),
        ("-$0.50", [1]),
        ("−$0.50", [1]),
        ("14 jun 2026 22:00", [0]),
        (" may ", [1]),
        ("goat/video", []),
        ("at_risk", []),
    ],
)
def test_a_search_finds_what_the_cells_say(query, places):
    grid = grid_of(VIDEOS, SHOWN, ZONE)
    grid.search.value = query
    titles = VIDEOS["title"].iloc[places]
    if places:
        assert seen(grid).first() == [*titles]
    else:
        assert f"No row has “{query}”" in grid.table.value
    matches = "row matches" if len(places) == 1 else "rows match"
    assert f"{len(places)} of 3 {matches}" in grid.matches.value


def test_an_empty_search_shows_all_rows_again():
    grid = grid_of(VIDEOS, SHOWN)
    grid.search.value = "cafe"
    grid.search.value = " "
    assert seen(grid).first() == [*VIDEOS["title"]]
    assert "match" not in grid.matches.value


def test_totals_add_up_counts_and_money_of_the_rows_that_match():
    grid = grid_of(VIDEOS, SHOWN)
    assert seen(grid).total == ["Total, 3 rows", "1,234,656", "", "$1,234.07", "", "", ""]
    grid.search.value = "at risk"
    assert seen(grid).total == ["Total, 2 rows", "1,234,656", "", "$1,234.57", "", "", ""]
    grid.search.value = "cafe"
    assert seen(grid).total == []


def test_totals_leave_out_what_has_no_sum():
    days = pd.to_datetime(["2026-05-01", "2026-05-02"])
    frame = pd.DataFrame(
        {
            "date": days, "followers": [10, 12], "owed_cents": [5, 5], "views": [1.0, 2.0],
            "mean_views": [3, 4], "days_left": [1, 2],
            "views_change_points": [1.0, 2.0], "paid_cents": [100, 1],
        }
    )  # fmt: skip
    grid = grid_of(frame, [*frame])
    assert seen(grid).total == ["Total, 2 rows", "", "", "3", "", "", "", "$1.01"]


def test_accruals_and_payments_have_no_sum():
    frame = pd.DataFrame({"entry": ["accrual", "payment"], "amount_cents": [500, 300]})
    assert seen(grid_of(frame)).total == []
    assert seen(grid_of(frame.assign(entry="accrual"))).total == ["Total, 2 rows", "$8.00"]


@pytest.mark.parametrize("column", ["metric", "series_kind"])
def test_values_of_several_metrics_or_kinds_of_series_have_no_sum(column):
    frame = pd.DataFrame({"creator": ["a", "b"], column: ["views", "posts"], "target": [5, 6]})
    assert seen(grid_of(frame, ["creator", "target"])).total == []
    same = frame.assign(**{column: "views"})
    assert seen(grid_of(same, ["creator", "target"])).total == ["Total, 2 rows", "11"]


@pytest.mark.parametrize(
    ("metric", "total"),
    [("views", ["Total, 2 rows", "", "5"]), ("engagement_rate", []), ("followers", [])],
)
def test_values_of_one_metric_are_added_up_if_it_is_a_count(metric, total):
    frame = pd.DataFrame(
        {"label": ["a", "b"], "metric": metric, "date": "2026-05-01", "value": [2.0, 3.0]}
    )
    assert seen(grid_of(frame, ["label", "metric", "value"])).total == total


def test_a_row_that_can_be_picked_has_a_button_and_is_found_by_its_place():
    grid = grid_of(VIDEOS, SHOWN, is_picking=True)
    grid.sort_by("title")
    shown = seen(grid)
    assert shown.acts[len(SHOWN) :] == ["row:1", "row:2", "row:0"]
    assert shown.first() == ["Café, oat latte", "carry-on", "wait for it↗"]
    assert shown.tags.count("button") == len(SHOWN) + 3
    assert "aria-label='Open “wait for it”'" in grid.table.value
    assert grid.row("1")["creator_id"] == IDS[1]


@pytest.mark.parametrize("key", ["3", "-1", "", "x", "1.0", "²", "9" * 5_000])
def test_a_place_that_is_not_there_is_no_row(key):
    assert grid_of(VIDEOS, SHOWN, is_picking=True).row(key) is None


def test_rows_have_no_button_where_there_is_nothing_to_pick():
    assert not any(act.startswith("row") for act in seen(grid_of(VIDEOS, SHOWN)).acts)


def test_a_click_anywhere_in_a_table_puts_the_focus_into_it():
    table = grid_of(VIDEOS, SHOWN).table.value
    assert re.search(r"<div class='trackagoat-grid\b[^>]* tabindex='-1'>", table)
    assert "tabindex" not in VIDEOS.goat.show().table


def test_screen_readers_hear_what_the_table_is_and_where_it_is():
    frame = numbers(30)
    frame.attrs["trackagoat"] = {"path": "/videos", "complete": True}
    grid = grid_of(frame)
    assert seen(grid).caption == "VideosRows 1 to 8 of 30"
    assert grid.table.value.count("scope='row'") == 9
    assert grid.table.value.count("scope='col'") == 2
    assert "role='status'" in grid.matches.value


def test_an_empty_table_says_what_to_do():
    says = "No goal has this status. Choose another status above."
    grid = grid_of(VIDEOS.iloc[:0], SHOWN, empty=says)
    assert says in grid.table.value
    assert "<table" not in grid.table.value
    assert not is_shown(grid.finder)
    assert not is_shown(grid.buttons)
    assert "Change a filter" in grid_of(VIDEOS.iloc[:0], SHOWN).table.value


def test_a_table_searched_for_nothing_that_is_there_can_be_searched_on():
    grid = grid_of(VIDEOS, SHOWN)
    grid.search.value = "<b>nothing"
    assert is_shown(grid.finder)
    assert "&lt;b&gt;nothing" in grid.table.value


def test_a_search_that_is_emptied_stays_until_another_frame_is_shown():
    grid = grid_of(numbers(30))
    grid.search.value = "7"
    grid.show(numbers(1))
    assert is_shown(grid.finder)
    grid.search.value = ""
    assert is_shown(grid.finder)
    grid.show(numbers(1))
    assert not is_shown(grid.finder)


@pytest.mark.parametrize("text", MARKUP)
def test_no_text_of_a_frame_is_obeyed_as_html(text):
    name = text.replace("javascript", "goat")  # An address, which no attribute may have.
    frame = pd.DataFrame({name: [text, "b"], "title": text, "url": "https://a.example/<goat>"})
    grid = grid_of(frame, [name, "title"], is_picking=True)
    check_harmless(grid.table.value)
    grid.sort_by(name)
    grid.search.value = text
    check_harmless(grid.table.value)


@pytest.mark.parametrize(
    "values",
    [
        [[1], "x"], [b"x", 2.5], [{"a": 1}, None], [1 + 2j, 3], [True, "no"], [float("inf"), 1.5],
        [10**40, 1], [pd.Timestamp("2026-05-01"), "x"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["value", "owed_cents", "status", "posted_at"])
def test_columns_of_any_values_are_shown_sorted_and_searched(name, values):
    grid = grid_of(pd.DataFrame({"name": ["a", "b"], name: pd.Series(values, dtype=object)}))
    for _ in range(2):
        grid.sort_by(name)
        assert sorted(seen(grid).first()) == ["a", "b"]
    grid.search.value = "a"
    assert "match" in grid.matches.value


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | st.integers(-(10**9), 10**9) | st.just(0), max_size=40), st.booleans())
def test_sorted_pages_hold_each_row_once_in_pythons_order(values, is_up):
    frame = pd.DataFrame({"nth": range(len(values)), "n": pd.array(values, "Int64")})
    grid = Grid(rows=10)
    grid.show(frame)
    grid.sort_by("n", ascending=is_up)
    places = []
    for _ in range(0, len(values), 10):
        places += [int(row[0]) for row in seen(grid).body]
        grid.next.click()
    known = [place for place, value in enumerate(values) if value is not None]
    missing = [place for place, value in enumerate(values) if value is None]
    assert places == sorted(known, key=lambda place: values[place] * (1 if is_up else -1)) + missing


@pytest.mark.parametrize("backend", ["numpy", "pyarrow"])
def test_frames_of_each_backend_are_sorted_and_searched_alike(backend):
    frame = VIDEOS.convert_dtypes(dtype_backend="pyarrow") if backend == "pyarrow" else VIDEOS
    grid = grid_of(frame, SHOWN, ZONE)
    for column in SHOWN:
        grid.sort_by(column, ascending=True)
        kept = VIDEOS.sort_values(
            column, kind="stable", key=lambda c: c.str.casefold() if c.name == "title" else c
        )
        assert seen(grid).first() == [*kept["title"]]
    for query, title in (
        ("14 jun 2026", "wait for it"),
        ("café", "Café, oat latte"),
        ("0.07", "carry-on"),
    ):
        grid.search.value = query
        assert seen(grid).first() == [title]
