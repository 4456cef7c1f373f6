"""AlertsBoard and the page of the HealthBoard: what fires, and silences of it."""

from __future__ import annotations

import datetime as dt
import re

import ipywidgets
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.markup import MARKUP, check_harmless
from tests.support.watching import MOMENT, alert_of, run_of
from tests.widgets.doubles import rebuilt, report, tree
from trackagoat_pandas.errors import ArgumentTypeError, MissingColumnError
from trackagoat_pandas.watching.memory import read_memory, write_memory
from trackagoat_pandas.widgets.alerts_board import AlertsBoard
from trackagoat_pandas.widgets.health_board import HealthBoard

pytestmark = pytest.mark.slow

OLD = alert_of("old", since=MOMENT - pd.Timedelta(days=9))
RUN = run_of(
    OLD, alert_of("new"), alert_of("soon", state="pending"), alert_of("done", state="resolved"),
    new=("new", "done"),
)  # fmt: skip
ALERTS = RUN.alerts.infer_objects().convert_dtypes().astype({"since": "datetime64[us, UTC]"})
DAY = dt.date(2026, 6, 20)


@pytest.fixture
def state(tmp_path):
    path = tmp_path / "watch.json"
    write_memory(path, RUN.memory)
    return path


def health(**given):
    videos = pd.DataFrame(
        {
            "id": ["v"], "creator_id": ["c"], "title": ["x"], "tiktok_handle": ["x"],
            "posted_at": pd.to_datetime(["2026-06-01T12:00Z"]), "view_count": [5],
        }
    )  # fmt: skip
    return HealthBoard(videos=videos, alerts=ALERTS, timezone="UTC", **given)


def tiles(board):
    return dict(re.findall(r"<span>([^<]+)</span><b>([^<]+)</b>", board.tiles.value))


def test_the_tiles_count_what_fires_and_since_when():
    board = AlertsBoard(ALERTS)
    assert tiles(board) == {"Firing": "2", "New": "1", "Pending": "1", "Over": "1"}
    assert "the oldest since 9 Jun 2026" in board.tiles.value
    assert "trackagoat-alarm" in board.tiles.value.rpartition("</style>")[2]


def test_nothing_that_fires_is_no_alarm():
    board = AlertsBoard(ALERTS.head(0))
    assert tiles(board)["Firing"] == "0"
    assert "trackagoat-alarm" not in board.tiles.value.rpartition("</style>")[2]
    assert "Nothing fires." in board.grid.table.value


def test_the_table_says_state_since_and_sentence():
    board = AlertsBoard(ALERTS, timezone="Asia/Tokyo")
    for text in ("firing", "19 Jun 2026", "@new over-posted."):
        assert text in board.grid.table.value
    assert "find_overposting(videos)" not in board.grid.table.value
    pd.testing.assert_frame_equal(rebuilt(board, alerts=ALERTS)["frame"], board.frame)


def test_times_are_in_the_zone_of_the_alerts():
    local = ALERTS.copy()
    local.attrs["trackagoat"] = {"timezone": "Asia/Tokyo"}
    shown = AlertsBoard(local).grid.table.value
    assert shown == AlertsBoard(ALERTS, timezone="Asia/Tokyo").grid.table.value
    assert shown != AlertsBoard(ALERTS).grid.table.value


def test_without_a_place_nothing_can_be_silenced():
    silences = AlertsBoard(ALERTS).silences
    choice, _, act, *_ = silences.children
    assert silences.layout.display != "none"
    assert choice.layout.display != "none"
    assert act.layout.display == "none"


def test_the_chosen_alert_is_said_in_full():
    long = "x" * 300
    silences = AlertsBoard(ALERTS.assign(sentence=long)).silences
    shown = silences.children[1].value
    assert long in shown
    assert "<summary>Code</summary><code>find_overposting(videos)</code>" in shown
    assert len(silences.alert.options[0][0]) == 80


def test_without_an_alert_that_fires_there_is_nothing_to_silence():
    assert AlertsBoard(ALERTS.tail(2)).silences.layout.display == "none"


def test_a_click_on_a_row_chooses_the_alert_to_silence(state):
    board = AlertsBoard(ALERTS, state=state)
    assert board.silences.layout.display != "none"
    report(board, "row", "1")
    assert board.silences.alert.value == "new"
    report(board, "row", "2")  # it is pending, and can't be silenced
    assert board.silences.alert.value == "new"


def test_an_alert_is_silenced_until_the_end_of_a_day_and_heard_again(state):
    board = AlertsBoard(ALERTS, state=state)
    silences = board.silences
    silences.alert.value = "new"
    silences.button.click()
    assert "Choose the last day" in silences._verdict.value
    silences.until.value = DAY
    silences.button.click()
    assert read_memory(state).silenced == {"new": pd.Timestamp("2026-06-20T23:59:59.999999Z")}
    assert "again after 20 Jun 2026, 23:59" in silences._verdict.value
    assert "Silent until 20 Jun 2026, 23:59: @new over-posted." in silences._list.value
    assert AlertsBoard(ALERTS, state=state).silences._list.value == silences._list.value
    silences.end_button.click()
    assert read_memory(state).silenced == {}
    assert silences.end_button.layout.display == "none"
    assert silences.button.layout.display != "none"


def test_silences_of_a_store_are_kept_there(tmp_path):
    with tgp.open_store(tmp_path / "program") as store:
        write_memory(store, RUN.memory)
        board = AlertsBoard(ALERTS, store=store)
        board.silences.until.value = DAY
        board.silences.button.click()
        assert list(read_memory(store).silenced) == ["old"]


def test_a_file_that_is_damaged_is_said(state):
    board = AlertsBoard(ALERTS, state=state)
    state.write_text("{}")
    board.silences.until.value = DAY
    board.silences.button.click()
    assert "damaged" in board.silences._verdict.value
    assert "damaged" in AlertsBoard(ALERTS, state=state).silences._verdict.value


def test_the_health_board_has_a_page_of_alerts(state):
    board = health(state=state)
    assert board.page.options[:2] == ("Program", "Alerts")
    assert tiles(board)["Alerts"] == "2"
    assert board.silences.layout.display == "none"
    board._handle_touch("page", "Alerts")
    assert list(board.frame["key"]) == ["old", "new", "soon", "done"]
    assert board.silences.layout.display != "none"
    report(board, "row", "1")
    assert board.silences.alert.value == "new"
    pd.testing.assert_frame_equal(rebuilt(board, alerts=ALERTS)["frame"], board.frame)


def test_a_health_board_without_alerts_has_no_such_page(tmp_path):
    board = HealthBoard(videos=pd.DataFrame({
        "id": ["v"], "creator_id": ["c"], "posted_at": pd.to_datetime(["2026-06-01T12:00Z"]),
        "view_count": [5],
    }))  # fmt: skip
    assert "Alerts" not in board.page.options
    assert "Alerts" not in tiles(board)


def test_hostile_texts_of_alerts_are_no_markup(tmp_path):
    alerts = [alert_of(f"k{n}", sentence=text, evidence=text) for n, text in enumerate(MARKUP)]
    run = run_of(*alerts)
    path = tmp_path / "watch.json"
    write_memory(path, run.memory)
    frame = run.alerts.infer_objects()
    board = AlertsBoard(frame, state=path)
    for key in frame["key"]:
        board.silences.alert.value = key
        board.silences.until.value = DAY
        board.silences.button.click()
    shown = [widget.value for widget in tree(board) if isinstance(widget, ipywidgets.HTML)]
    for html in shown:
        check_harmless(html)
    assert sum("goat" in html for html in shown) >= 3


def test_what_is_no_frame_or_no_store_is_refused():
    with pytest.raises(ArgumentTypeError, match="alerts"):
        AlertsBoard("alerts.csv")
    with pytest.raises(MissingColumnError, match="watch"):
        AlertsBoard(pd.DataFrame({"key": ["a"]}))
    with pytest.raises(ArgumentTypeError, match="open_store"):
        AlertsBoard(ALERTS, store="program")
