from __future__ import annotations

import base64
import csv
import datetime as dt
import io
import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from trackagoat_pandas.helpers.spreadsheets import guard_texts
from trackagoat_pandas.widgets.board import (
    LARGEST_BYTES,
    Board,
    Exports,
    File,
    View,
    caveats,
    csv_bytes,
)
from trackagoat_pandas.widgets.grid import Grid, table
from trackagoat_pandas.widgets.panel import Lifetimes
from trackagoat_pandas.widgets.recorder import Recorder, Traced

FRAME = pd.DataFrame({"handle": ["ann", "<b>bob</b>"], "views": pd.array([1200, None], "Int64")})


class Closing:
    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


def test_a_cell_run_again_closes_what_its_run_before_made():
    run = ["cell", "first"]
    lifetimes = Lifetimes(lambda: tuple(run))
    one, two = Closing(), Closing()
    lifetimes.adopt(one)
    lifetimes.adopt(two)
    assert (one.closed, two.closed) == (0, 0)
    run[1] = "second"
    three = Closing()
    lifetimes.adopt(three)
    assert (one.closed, two.closed, three.closed) == (1, 1, 0)


def test_other_cells_and_places_without_cells_close_nothing():
    run = ["cell", "first"]
    lifetimes = Lifetimes(lambda: tuple(run) if run else None)
    one = Closing()
    lifetimes.adopt(one)
    run[:] = ["another cell", "second"]
    lifetimes.adopt(Closing())
    run[:] = []
    lifetimes.adopt(Closing())
    assert one.closed == 0


def test_a_grid_shows_a_page_and_turns():
    grid = Grid(rows=2)
    grid.show(pd.DataFrame({"n": range(5)}))
    assert re.findall(r"<td[^>]*>(\d)</td>", grid.table.value) == ["0", "1"]
    assert grid.position.value == "1 to 2 of 5"
    grid.next.click()
    grid.next.click()
    assert re.findall(r"<td[^>]*>(\d)</td>", grid.table.value) == ["4"]
    assert grid.next.disabled
    grid.previous.click()
    assert grid.position.value == "3 to 4 of 5"


def test_a_new_frame_starts_at_its_first_page():
    grid = Grid(rows=2)
    grid.show(pd.DataFrame({"n": range(5)}))
    grid.next.click()
    grid.show(pd.DataFrame({"n": range(2)}))
    assert "<td class='n'>0</td>" in grid.table.value
    assert grid.buttons.layout.display == "none"


def test_a_table_escapes_what_it_shows_and_says_when_there_is_nothing():
    html = table(FRAME.rename(columns={"handle": "<i>"}))
    assert "<b>bob" not in html
    assert "&lt;b&gt;bob&lt;/b&gt;" in html
    assert "<th>&lt;i&gt;</th>" in html
    assert "No rows" in table(FRAME.iloc[:0])


def test_values_are_written_for_people():
    frame = pd.DataFrame(
        {
            "count": pd.array([1234567], "Int64"),
            "rate": pd.array([12.25], "Float64"),
            "whole": pd.array([3.0], "Float64"),
            "flag": pd.array([True], "boolean"),
            "day": [pd.Timestamp("2026-05-01")],
            "instant": [pd.Timestamp("2026-05-01 12:30", tz="UTC")],
            "none": [None],
            "long": ["x" * 500],
        }
    )
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", table(frame))
    assert cells[:4] == ["1,234,567", "12.25", "3", "yes"]
    assert cells[4:7] == ["2026-05-01", "2026-05-01 12:30 UTC", ""]
    assert len(cells[7]) < 200


def test_a_writer_takes_the_place_of_the_dtypes_own():
    assert "1200 views" in table(FRAME, {"views": "{} views".format})


def test_an_export_is_a_link_that_holds_the_file():
    exports = Exports({"CSV": File("goals.csv", "text/csv", lambda: "ä,1".encode())})
    button, link = exports.children
    button.click()
    found = re.search(r"download='goals.csv' href='data:text/csv;base64,([^']+)'", link.value)
    assert base64.b64decode(found[1]).decode() == "ä,1"
    exports.forget()
    assert link.value == ""


def test_a_file_that_is_too_large_is_not_put_into_the_notebook():
    exports = Exports({"CSV": File("goals.csv", "text/csv", lambda: b"x" * (LARGEST_BYTES + 1))})
    exports.children[0].click()
    assert "8 MB" in exports.children[1].value
    assert len(exports.children[1].value) < 5_000


def page_of(frame, **options):
    recorder = Recorder()
    shown = recorder.let("frame", Traced(frame, "views"))
    return View(recorder, shown, lambda ax: ax, **options)


@pytest.fixture
def board():
    made = Board("Test", "test", [])
    made.show(page_of(FRAME, columns=["views"]), {"<b>views": "5"})
    return made


def test_a_board_keeps_its_frame_figure_and_code(board):
    assert board.frame is FRAME
    assert board.code.endswith("frame = views")
    assert len(board.figure.axes) == 1
    assert plt.get_fignums() == []
    assert "&lt;b&gt;views" in board.tiles.value
    assert "handle" not in board.grid.table.value


def test_a_board_saves_what_it_shows(board, tmp_path):
    board.to_csv(tmp_path / "a.csv")
    board.to_png(tmp_path / "a.png")
    assert pd.read_csv(tmp_path / "a.csv")["handle"].tolist() == FRAME["handle"].tolist()
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_its_csv_is_utf_8_that_spreadsheets_know(board, tmp_path):
    board.to_csv(tmp_path / "a.csv")
    written = (tmp_path / "a.csv").read_bytes()
    read = pd.read_csv(io.BytesIO(written))
    assert written.startswith(b"\xef\xbb\xbf")
    assert list(read) == ["handle", "views"]


STRANGERS = [
    '=HYPERLINK("http://x";"prize")',
    "+1",
    "-5",
    "@mia",
    "\t=1",
    "\r=1",
    " =1",
    "\uff1d1",
    "mia",
]


def test_a_csv_carries_no_strangers_formula(tmp_path):
    frame = pd.DataFrame({"=1+1": STRANGERS, "change": range(-9, 0), "gone": [None] * 9})
    made = Board("Test", "test", [])
    made.show(page_of(frame), {})
    made.to_csv(tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_bytes().decode("utf-8-sig")
    names, *rows = csv.reader(io.StringIO(text, newline=""))
    assert names == ["'=1+1", "change", "gone"]
    assert [row[0] for row in rows] == [f"'{text}" for text in STRANGERS[:-1]] + ["mia"]
    assert [int(row[1]) for row in rows] == list(range(-9, 0))
    assert {row[2] for row in rows} == {""}


def test_what_is_written_as_text_is_guarded_whatever_it_is():
    class Odd:
        def __str__(self):
            return "=1"

    frame = pd.DataFrame(
        {
            "object": [Odd(), ["=1"]],
            "span": pd.to_timedelta([-1, 1], unit="D"),
            "day": pd.Timestamp("2026-05-01"),
            "kind": pd.Categorical(["=1", "a"]),
        }
    )
    text = csv_bytes(frame).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    assert rows[0] == ["'=1", "'-1 days +00:00:00", "2026-05-01", "'=1"]
    assert rows[1][0] == "['=1']"
    assert guard_texts(pd.DataFrame()).empty
    doubled = pd.DataFrame([["=1", -1]], columns=["=a", "=a"], index=[7])
    assert guard_texts(doubled).to_numpy().tolist() == [["'=1", -1]]
    assert list(guard_texts(doubled).columns) == ["'=a", "'=a"]


def test_half_an_emoji_is_no_obstacle_to_a_file():
    frame = pd.DataFrame({"text": pd.Series(["a\ud83d"], dtype=object)})
    assert csv_bytes(frame).decode("utf-8-sig").splitlines()[1] == '"a?"'


def frame_of(**facts):
    frame = pd.DataFrame({"n": [1]})
    frame.attrs["trackagoat"] = {"path": "/videos", "complete": True, **facts}
    return frame


NOW = dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, []),
        ({"complete": False}, ["Partial: some of /videos could not be loaded."]),
        ({"unreadable": {"a": 2, "b": 1}}, ["3 values of /videos could not be read"]),
        ({"fetched_at": "2026-06-13T11:00:00+00:00"}, ["Stale: /videos was loaded on 2026-06-13"]),
        ({"fetched_at": "2026-06-15T11:00:00+00:00"}, []),
    ],
)
def test_what_has_to_be_said_of_a_frame(facts, said):
    found = caveats(frame_of(**facts), None, now=NOW)
    assert len(found) == len(said)
    assert all(text.startswith(start) for text, start in zip(found, said, strict=True))


def test_a_bucket_that_still_fills_is_said_once():
    frame = pd.DataFrame({"is_partial": [False, True]})
    assert caveats(frame, frame) == ["The last bucket is still filling."]
