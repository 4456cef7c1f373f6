"""What all boards do: tiles, grids, exports, caveats, code, and an end."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import gc
import io
import re
import sys
import threading
import warnings
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import ipywidgets
import matplotlib.pyplot as plt
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import every
from tests.support.canned import Canned, connect_to
from tests.support.markup import MARKUP, Seen, Table, check_harmless
from tests.support.waiting import PATIENCE_S, join, wait_until
from tests.widgets.doubles import (
    EARNED,
    EMPTY,
    LAUNCH,
    PAID,
    REGISTRY,
    check_code,
    open_board,
    pages,
    rebuilt,
    report,
    tree,
)
from trackagoat_pandas.errors import ArgumentTypeError, ContractWarning, MissingColumnError
from trackagoat_pandas.plots.style import empty_axes
from trackagoat_pandas.plots.theme import ALARM, DARK_OF, GOOD
from trackagoat_pandas.showing.cells import BLANK
from trackagoat_pandas.showing.export.csv_files import csv_bytes, guard_texts
from trackagoat_pandas.showing.recorder import Recorder, Traced
from trackagoat_pandas.widgets import panel
from trackagoat_pandas.widgets.board import (
    LARGEST_BYTES,
    Board,
    Exports,
    File,
    Tile,
    View,
    caveats,
    tiles_html,
)
from trackagoat_pandas.widgets.panel import Lifetimes, Touch

pytestmark = pytest.mark.slow

FRAME = pd.DataFrame({"handle": ["ann", "<b>bob</b>"], "views": pd.array([1200, None], "Int64")})
PROJECT = "00000000-0000-4000-8000-000000000001"


class Closing:
    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


def test_a_cell_run_again_closes_what_its_run_before_made_and_nothing_else():
    run = ["cell", "first"]
    lifetimes = Lifetimes(lambda: tuple(run) if run else None)
    made = [Closing() for _ in range(5)]
    lifetimes.adopt(made[0])
    lifetimes.adopt(made[1])
    for place, now in enumerate((["other", "second"], [], ["cell", "third"]), start=2):
        assert [each.closed for each in made] == [0] * 5
        run[:] = now
        lifetimes.adopt(made[place])
    assert [each.closed for each in made] == [1, 1, 0, 0, 0]


def test_a_cell_that_is_run_again_has_one_board(monkeypatch):
    message = {"metadata": {"cellId": "cell"}, "header": {"msg_id": "first"}}
    kernel = SimpleNamespace(get_parent=lambda _: message)
    ipython = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=kernel))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    first = panel.Panel()
    message["header"] = {"msg_id": "second"}
    second = panel.Panel()
    assert [each.comm is None for each in (first, second)] == [True, False]


def test_who_waits_for_work_waits_for_the_work_that_its_delivery_starts(monkeypatch):
    sessions, make, done = [], panel.Session, []
    delivered, waiting, go_on = (threading.Event() for _ in range(3))

    def make_slowly(*given, **options):
        if sessions:  # between the end of the first work and the start of the second
            delivered.set()
            assert go_on.wait(PATIENCE_S)
        sessions.append(make(*given, **options))
        return sessions[-1]

    def await_job():
        waiting.set()
        done.append(job.wait(PATIENCE_S))

    monkeypatch.setattr(panel, "Session", make_slowly)
    with connect_to(Canned({})) as client:
        job = panel.Job(threading.RLock(), lambda _: None)
        second = partial(job.start, client, "more", lambda _: None, done.append)
        job.start(client, "some", lambda _: None, lambda _: second())
        assert delivered.wait(PATIENCE_S)
        waiter = threading.Thread(target=await_job)
        waiter.start()
        assert waiting.wait(PATIENCE_S)
        go_on.set()
        join(waiter)
    assert done == [None, True]


def exports_of(files, *, is_ready):
    """Exports, and what their panel's part in the browser was sent."""
    touch, sent = Touch(lambda *_: None), []
    touch.is_ready = is_ready
    touch.send = lambda content, buffers: sent.append((content, *buffers))
    return Exports(files, touch), sent


def test_an_export_is_saved_by_one_click():
    file = File("goals.csv", "text/csv", lambda: "ä,1".encode())
    exports, sent = exports_of({"CSV": file}, is_ready=True)
    exports.buttons["CSV"].click()
    assert sent == [({"name": "goals.csv", "type": "text/csv"}, "ä,1".encode())]
    assert exports.children[-1].value == ""


def test_an_export_is_a_link_that_holds_the_file_where_the_browser_part_does_not_run():
    file = File("goals.csv", "text/csv", lambda: "ä,1".encode())
    exports, sent = exports_of({"CSV": file}, is_ready=False)
    link = exports.children[-1]
    exports.buttons["CSV"].click()
    found = re.search(r"download='goals.csv' href='data:text/csv;base64,([^']+)'", link.value)
    assert base64.b64decode(found[1]).decode() == "ä,1"
    assert sent == []
    exports.offer([])
    assert link.value == ""
    assert exports.buttons["CSV"].disabled


def test_a_file_that_is_too_large_is_not_put_into_the_notebook():
    file = File("goals.csv", "text/csv", lambda: b"x" * (LARGEST_BYTES + 1))
    exports, _ = exports_of({"CSV": file}, is_ready=False)
    exports.buttons["CSV"].click()
    assert "8 MB" in exports.children[-1].value
    assert len(exports.children[-1].value) < 5_000


def page_of(frame, **options):
    recorder = Recorder()
    shown = recorder.let("frame", Traced(frame, "views"))
    return View(recorder, shown, lambda ax: ax, **options)


@pytest.fixture
def board():
    made = Board("Test", "test", [])
    made.show(page_of(FRAME, columns=["views"]), {"<b>views": "5"})
    return made


def test_a_board_shows_nothing_until_there_is_something():
    empty = Board("Test", "test", [])
    assert empty.body.layout.display == "none"
    empty.show(page_of(FRAME), {})
    assert empty.body.layout.display is None


def test_a_board_keeps_its_frame_figure_and_code(board):
    assert board.frame is FRAME
    assert board.code.endswith("frame = views")
    assert len(board.figure.axes) == 1
    assert plt.get_fignums() == []
    assert "&lt;b&gt;views" in board.tiles.value
    assert "handle" not in board.grid.table.value


def test_a_board_saves_what_it_shows_for_spreadsheets(board, tmp_path):
    board.to_csv(tmp_path / "a.csv")
    board.to_csv(tmp_path / "raw.csv", raw=True)
    board.to_png(tmp_path / "a.png")
    board.to_svg(tmp_path / "a.svg")
    written, raw = ((tmp_path / name).read_bytes() for name in ("a.csv", "raw.csv"))
    assert written.startswith(b"\xef\xbb\xbf")
    assert list(pd.read_csv(io.BytesIO(written))) == ["Views"]
    assert pd.read_csv(io.BytesIO(raw))["handle"].tolist() == FRAME["handle"].tolist()
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg " in (tmp_path / "a.svg").read_text()


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


NOW = dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)
OF_PROJECT = {"path": f"/projects/{PROJECT}/goal-compliance"}
ASKED = {"path": "/videos", "params": {"project_id": PROJECT}}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, []),
        ({"complete": False}, ["Partial: some of the goals could not be loaded."]),
        (
            {"complete": False, **OF_PROJECT},
            ["Partial: some of the goals of “Q1” could not be loaded."],
        ),
        (
            {"unreadable": {"a": 2, "b": 1}, **ASKED},
            ["3 values in the goals of “Q1” could not be read and are missing."],
        ),
        (
            {"fetched_at": "2026-06-13T11:00:00+00:00"},
            ["Stale: the goals were loaded on 2026-06-13."],
        ),
        ({"fetched_at": "2026-06-15T11:00:00+00:00"}, []),
    ],
)
def test_caveats_name_rows_and_project_in_words(facts, said):
    frame = pd.DataFrame({"n": [1]})
    frame.attrs["trackagoat"] = facts
    assert caveats({"goals": frame}, {PROJECT: "Q1"}, now=NOW) == said


def test_a_day_that_is_filling_may_be_a_text():
    frame = pd.DataFrame({"date": ["2026-06-17", "2026-06-18"], "is_partial": [False, True]})
    assert caveats({"analytics": frame}) == ["18 Jun 2026 isn't over yet."]


BOARDS = (
    "GoalBoard", "PayoutBoard", "SentimentRadar", "PostingBoard", "VideoBoard", "CampaignBoard",
    "Explorer",
)  # fmt: skip
LOADERS = {
    "GoalBoard": "load_goal_compliance",
    "PayoutBoard": "load_payout_accruals",
    "PostingBoard": "load_videos",
    "VideoBoard": "load_videos",
    "CampaignBoard": "load_campaigns",
    "SentimentRadar": "load_comments",
    "Explorer": "load_analytics",
}


def choose(board, **values):
    for name, value in values.items():
        getattr(board, name).value = value


def narrow_payouts(board, **values):
    choose(board, **values)
    board.filters.dates.value = tgp.DateRange("2026-05-01", "2026-05-31")


def narrow_comments(board):
    board.campaigns.value = (LAUNCH, EMPTY)
    board.filters.dates.value = tgp.DateRange("2026-05-02", "2026-05-04")
    choose(board, creator="nan", label="positive", search='so "good"')


CHOICES = {
    "all goals": ("GoalBoard", choose),
    "weekly goals": ("GoalBoard", lambda board: choose(board, period="weekly")),
    "all payouts": ("PayoutBoard", choose),
    "a creator's": ("PayoutBoard", lambda board: narrow_payouts(board, creator="bo")),
    "paid of a rule": (
        "PayoutBoard", lambda board: narrow_payouts(board, structure="s", status="paid"),
    ),
    "all posts": ("PostingBoard", choose),
    "posts of May": ("PostingBoard", lambda board: choose(board, dates="2026-05")),
    "all videos": ("VideoBoard", choose),
    "videos of May": ("VideoBoard", lambda board: choose(board, dates="2026-05")),
    "all campaigns": ("CampaignBoard", choose),
    "one campaign": (
        "CampaignBoard", lambda board: choose(board, campaign=board.campaign.options[2][1])
    ),
    "all comments": ("SentimentRadar", choose),
    "some comments": ("SentimentRadar", narrow_comments),
}  # fmt: skip


@pytest.mark.parametrize("choice", [*CHOICES][:: every(2)])
def test_the_code_of_every_page_rebuilds_its_frame_and_picture(choice, frames):
    name, narrow = CHOICES[choice]
    board = open_board(name, frames[name])
    narrow(board)
    for _ in pages(board):
        check_code(board, **frames[name])


def table_of(content):
    return pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")


VIEWS = {
    **CHOICES, "all series": ("Explorer", choose), "all parts": ("HealthBoard", choose),
}  # fmt: skip


@pytest.mark.parametrize("choice", VIEWS)
def test_the_csv_of_every_page_has_the_tables_columns_and_rows_in_its_order(choice, frames):
    name, narrow = VIEWS[choice]
    board = open_board(name, frames[name])
    narrow(board)
    board.grid.size.value = 100
    for page in pages(board):
        if board.frame.empty:
            continue
        board.grid.sort_by(str(board.grid._names[-1]))
        shown, lines = Table(board.grid.table.value), board.grid._curves is not None
        saved, raw = table_of(board._csv()), table_of(board._raw())
        headings = shown.headings[:-1] if lines else shown.headings
        assert list(saved) == headings, page
        assert len(saved) == len(board.frame)
        assert list(raw) == [str(column) for column in board.frame.columns]
        for place, cells in enumerate(shown.body):
            for heading, cell in zip(headings, cells, strict=False):
                value = saved[heading].iloc[place]
                if cell in (BLANK, ""):
                    assert pd.isna(value), heading
                elif re.fullmatch(r"-?\$?[\d,.]+", cell):
                    # Means of views and days are shown as whole numbers.
                    is_cut = "." in cell or value % 1 != 0
                    rounded = 0.6 * 10 ** -len(cell.partition(".")[2]) if is_cut else 0.006
                    assert value == pytest.approx(float(re.sub("[$,]", "", cell)), abs=rounded)
                elif heading == "Creator":
                    said = cell.lstrip("@").removesuffix("↗").removesuffix("…")
                    assert str(value).lstrip("'@").startswith(said)


@pytest.mark.parametrize("name", BOARDS[:: every(2)])
def test_clicks_draw_once_and_with_closing_leave_nothing_behind(name, frames):
    gc.collect()
    before = set(REGISTRY)
    board, drawn = open_board(name, frames[name]), []
    shown = list(pages(board))
    made = len(REGISTRY)
    board.observe(drawn.append, "frame")
    assert list(pages(board)) == shown
    assert len(drawn) == len(shown)
    assert len(REGISTRY) == made
    board.close()
    gc.collect()
    assert set(REGISTRY) == before
    assert not [thread for thread in threading.enumerate() if thread.name == "trackagoat-widget"]
    assert plt.get_fignums() == []


@pytest.mark.parametrize("name", BOARDS)
def test_wrong_frames_and_clients_are_refused_and_leave_no_widget(name, frames):
    gc.collect()
    before, given = set(REGISTRY), dict(frames[name])
    with pytest.raises(ArgumentTypeError, match="client"):
        open_board(name, {**given, "client": "key"})
    first = next(iter(given))
    given[first] = given[first][given[first].columns[:0]].assign(odd=1)
    with pytest.raises(MissingColumnError, match=LOADERS[name]):
        open_board(name, given)
    assert set(REGISTRY) == before


@pytest.mark.parametrize("name", BOARDS)
def test_a_partial_frame_is_said_to_be_so(name, frames):
    given = dict(frames[name])
    first = next(iter(given))
    given[first] = given[first].copy()
    facts = given[first].attrs.get("trackagoat", {})
    given[first].attrs["trackagoat"] = {**facts, "complete": False}
    assert (
        f"Partial: some of the {first} could not be loaded."
        in open_board(name, given).message.value
    )


def test_a_partial_frame_names_its_project_where_the_client_loaded_it(client):
    goals = tgp.load_goal_compliance("Summer Launch", client=client)
    goals.attrs["trackagoat"]["complete"] = False
    message = tgp.widgets.GoalBoard(goals, client=client).message.value
    assert "Partial: some of the goals of “Summer Launch” could not be loaded." in message


# Days of campaigns are those of a lift.
@pytest.mark.parametrize("name", [name for name in BOARDS[1:] if name != "CampaignBoard"])
def test_days_are_set_from_code(name, frames):
    board = open_board(name, frames[name])
    whole, code = board.frame, board.code
    board.dates.value = ("2026-05-02", "2026-05-03")
    assert "2026-05-02" in board.code
    assert len(board.frame) != len(whole) or not board.frame.equals(whole)
    board.dates.value = "all time"
    pd.testing.assert_frame_equal(board.frame, whole)
    assert board.code == code


def test_days_set_before_a_load_hold_after_it_and_relative_ones_end_on_its_last_day(client):
    board = tgp.widgets.PayoutBoard(project="Q1 Brand Program", client=client)
    board.dates.value = "last 7 days"
    last = board.wait(60).frame["oldest_unpaid"].max()
    assert board.dates.value.last >= last.date()
    assert board.dates.value.last <= dt.date(2026, 6, 15)  # the sandbox's day
    assert board.dates.layout.display is None
    assert f'between("{board.dates.value.first}"' in board.code


@pytest.mark.parametrize("name", BOARDS[:5])
def test_frames_without_rows_are_shown_as_such(name, frames):
    board = open_board(name, {key: frame.head(0) for key, frame in frames[name].items()})
    for _ in pages(board):
        assert board.frame.empty
        assert "<table" not in board.grid.table.value
        assert re.search(r"<p>[A-Z][^<]+\.</p>", board.grid.table.value)
        assert board._exports.buttons["CSV"].disabled


EVIL = '"]; raise SystemExit  # \n'


@pytest.mark.parametrize(
    ("name", "column", "control"),
    [("GoalBoard", "creator_id", "creator"), ("PayoutBoard", "structure_id", "structure")],
)
def test_an_id_with_quotes_stays_text_in_the_code(name, column, control, frames):
    first, second, *_ = frames[name]
    given = {first: frames[name][first].assign(**{column: EVIL}), second: frames[name][second]}
    board = open_board(name, given)
    getattr(board, control).value = EVIL
    check_code(board, **given)


@pytest.mark.parametrize("name", ["PayoutBoard", "SentimentRadar"])
def test_days_without_a_known_time_zone_are_said_to_be_of_utc(name, frames):
    assert "UTC" in getattr(tgp.widgets, name)(**frames[name]).message.value
    assert "UTC" not in open_board(name, frames[name]).message.value


LOADED = {
    "GoalBoard": {"project": "Q1 Brand Program"},
    "PayoutBoard": {"project": "Q1 Brand Program"},
    "PostingBoard": {"project": "Q1 Brand Program"},
    "VideoBoard": {"project": "Q1 Brand Program"},
    "CampaignBoard": {"project": "Q1 Brand Program"},
    "SentimentRadar": {"project": "Summer Launch", "dates": None},
    "HealthBoard": {"project": "Q1 Brand Program"},
}


@pytest.mark.parametrize("name", LOADED)
def test_a_project_is_loaded_in_the_background_and_the_code_loads_it_too(name, client):
    board = getattr(tgp.widgets, name)(**LOADED[name], client=client).wait(60)
    assert len(board.frame) > 0
    pd.testing.assert_frame_equal(rebuilt(board)["frame"], board.frame)


@pytest.mark.parametrize(
    "name", ["GoalBoard", "PostingBoard", "SentimentRadar", "VideoBoard", "CampaignBoard"]
)
def test_without_a_project_a_board_opens_with_the_first_and_follows_its_picker(name, client):
    board = getattr(tgp.widgets, name)(client=client).wait(60)
    ids = board.picker.frame.set_index("name")["id"]
    assert board.project in set(ids)
    assert board.frame is not None
    assert "Choose a project" not in board.message.value
    first = board.code
    board.picker.value = next(id_ for id_ in ids[["Q1 Brand Program", "Summer Launch"]]
                              if id_ != board.project)  # fmt: skip
    assert board.wait(60).code != first


@pytest.mark.parametrize(
    "name", ["GoalBoard", "PostingBoard", "SentimentRadar", "VideoBoard", "CampaignBoard"]
)
def test_a_picker_without_a_choice_leaves_a_board_empty_and_says_what_to_do(name, client):
    picker = tgp.widgets.ProjectPicker(client=client).wait(60)
    board = getattr(tgp.widgets, name)(project=picker, client=client)
    assert "Choose a project" in board.message.value
    assert board.frame is None
    assert board.body.layout.display == "none"
    picker.value = picker.frame.loc[picker.frame["name"] == "Q1 Brand Program", "id"].iloc[0]
    assert len(board.wait(60).frame) > 0


@pytest.mark.parametrize("name", ["GoalBoard", "PayoutBoard", "PostingBoard", "VideoBoard"])
def test_a_chosen_creator_stays_chosen_and_is_named_when_gone(name, client):
    project = tgp.widgets.ProjectPicker(client=client).wait(60)
    ids = project.frame.set_index("name")["id"]
    board = getattr(tgp.widgets, name)(project=project, client=client)
    project.value = ids["Q1 Brand Program"]
    label, chosen = board.wait(60).creator.options[-1]
    board.creator.value = chosen
    project.value = ids["Summer Launch"]
    assert board.wait(60).creator.value == chosen
    assert label in board.message.value


@pytest.mark.parametrize("name", LOADED)
def test_a_board_that_loads_has_no_filters_before_it_has_rows(name):
    with connect_to(Canned({})) as client:
        board = getattr(tgp.widgets, name)(client=client)
        labels = [
            one.description
            for one in visible(board)
            if isinstance(one, ipywidgets.Dropdown | ipywidgets.Text)
        ]
        assert labels == ["Project"]
        board.cancel()


def visible(widget):
    """A widget and all its parts that are not hidden."""
    if widget.layout.display == "none":
        return
    yield widget
    for child in getattr(widget, "children", ()):
        yield from visible(child)


@pytest.mark.parametrize(
    ("what", "done", "total", "said"),
    [
        ("payout_payments", 6, 15, "Loading payments, 6 of 15 …"),
        ("goal_compliance", 0, None, "Loading goals …"),
        ("videos", 3, None, "Loading videos, page 3 …"),
        ("analytics", 0, 1, "Loading analytics …"),
    ],
)
def test_progress_is_said_in_words(what, done, total, said):
    heard = []
    panel._Slowly(heard.append)(what, done, total)
    assert heard == [said]


def test_a_load_that_waits_for_the_rate_limit_says_how_long(monkeypatch):
    monkeypatch.setattr(panel, "_LOOK_S", 0.02)
    heard, waits, go = [], [], threading.Event()
    with connect_to(Canned({})) as client:
        usage = client.usage()
        monkeypatch.setattr(panel.Session, "usage", lambda _: replace(usage, next_s=waits[0]))
        job = panel.Job(threading.RLock(), heard.append)
        waits[:] = [42.4]
        job.start(client, "goals", lambda _: go.wait(60), lambda _: None)
        wait_until(lambda: heard[-1].waits == "waiting 42 s for the rate limit")
        waits[:] = [0.5]
        wait_until(lambda: heard[-1].waits == "")
        go.set()
        assert job.wait(60)
    assert heard[-1].state == "idle"


def test_of_several_notes_the_first_is_seen_and_the_others_are_counted():
    made = panel.Panel()
    made._notice("<b>one", "", "two", "three")
    seen = Seen(made.message.value)
    assert "<span>&lt;b&gt;one</span><details><summary>2 more notes</summary>" in made.message.value
    assert seen.tags.count("p") == 2
    made._notice("one")
    assert "<details>" not in made.message.value


@pytest.mark.parametrize("name", ["GoalBoard", "PayoutBoard"])
def test_a_refused_load_shows_its_sentence_and_can_be_tried_again(name):
    app = Canned({})
    with connect_to(app) as client:
        board = getattr(tgp.widgets, name)(project=PROJECT, client=client)
        with pytest.raises(tgp.TrackaGoatError, match="404"):
            board.wait(60)
        assert board.state == "failed"
        assert "404" in board.message.value
        lists = ("structures", "accruals", "payments")
        app.rules |= {f"/payout-{each}": [] for each in lists}
        app.rules |= {f"/{each}": [] for each in ("projects", "creators", "videos")}
        app.rules |= {f"/projects/{PROJECT}/goal-compliance": []}
        board.retry_button.click()
        assert board.wait(60).frame.empty


def test_rows_of_a_load_that_fails_midway_are_reached_from_the_board():
    def videos(query):
        page = {"data": [{"id": PROJECT}], "error": None, "meta": {"nextCursor": "2"}}
        return 404 if "cursor" in query else page

    rules = {"/projects": [], f"/projects/{PROJECT}/goal-compliance": [], "/videos": videos}
    with warnings.catch_warnings(), connect_to(Canned(rules)) as client:
        warnings.simplefilter("ignore", ContractWarning)  # the row has hardly any fields
        board = tgp.widgets.GoalBoard(project=PROJECT, client=client)
        with pytest.raises(tgp.TrackaGoatError, match="404"):
            board.wait(60)
    assert "`widget.error.partial` if you assigned this GoalBoard" in board.message.value
    assert board.error.partial["id"].tolist() == [PROJECT]


def test_what_the_browser_reports_is_passed_on_and_nonsense_is_ignored():
    heard = []
    touch = Touch(lambda *what: heard.append(what))
    for message in ("sort", None, {}, {"do": None}, {"do": ["row"]}, {"key": "1"}):
        touch._handle_custom_msg(message, [])
    assert heard == []
    assert not touch.is_ready
    touch._handle_custom_msg({"do": "ready"}, [])
    touch._handle_custom_msg({"do": "row", "key": "3"}, [])
    assert touch.is_ready
    assert heard == [("row", "3")]


def test_a_board_ignores_reports_that_it_can_not_follow(board):
    before = board.figure.get_size_inches().tolist(), board.grid.table.value
    for what, key in (
        ("width", "wide"), ("width", None), ("row", "99"), ("row", "9" * 5_000), ("row", "x"),
        ("row", None),
        ("pick", "nobody"), ("sort", "nothing"), ("explode", "1"),
    ):  # fmt: skip
        report(board, what, key)
    assert (board.figure.get_size_inches().tolist(), board.grid.table.value) == before


def test_a_picture_is_drawn_as_wide_as_there_is_room_within_limits(board):
    widths = []
    for px in (500, 505.5, 100, 5_000):
        report(board, "width", px)
        widths.append(round(board.figure.get_size_inches()[0] * 96))
    assert widths == [500, 500, 420, 1_100]


def test_the_next_board_is_as_wide_as_the_last_from_the_start(board, frames):
    report(board, "width", 640)
    following = open_board("PayoutBoard", frames["PayoutBoard"])
    assert following.figure.get_size_inches()[0] * 96 == pytest.approx(640)


def test_only_the_outermost_panel_has_a_part_in_the_browser(frames):
    board = open_board("PayoutBoard", frames["PayoutBoard"])
    assert [one for one in tree(board) if isinstance(one, Touch)] == [board.touch]


def test_a_board_without_anything_to_show_has_no_picture_and_no_exports(board):
    recorder = Recorder()
    nothing = recorder.let("frame", Traced(FRAME.head(0), "views"))
    board.show(View(recorder, nothing, partial(empty_axes, title="No views")), {})
    assert all(button.disabled for button in board._exports.buttons.values())
    assert board._picture.layout.display == "none"
    board.show(page_of(FRAME), {})
    assert not board._exports.buttons["CSV"].disabled


def test_a_tile_has_its_name_and_its_value():
    assert "<div><span>Creators</span><b>13</b></div>" in tiles_html({"Creators": "13"})
    assert tiles_html({"Creators": Tile("13")}) == tiles_html({"Creators": "13"})


def test_nothing_is_written_where_there_are_no_figures():
    assert tiles_html({}) == ""


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ("+12 % on May", "+12\N{NO-BREAK SPACE}% on May"),
        ("-12 % on May", "−12\N{NO-BREAK SPACE}% on May"),
        ("through 17 Jun -$6.50 since 2026-05-31", "through 17 Jun −$6.50 since 2026-05-31"),
        ("as in May", "as in May"),
    ],
)
def test_a_change_has_one_sign_that_of_tables_and_pictures(change, seen):
    text = Seen(tiles_html({"Views": Tile("-$3.00", change)})).text
    assert seen in text
    assert "−$3.00" in text
    assert not {"▲", "▼"} & set(text)


@pytest.mark.parametrize(("is_good", "color"), [(True, GOOD), (False, ALARM), (None, None)])
def test_the_colour_of_a_change_is_that_of_the_theme(is_good, color):
    html = tiles_html({"Views": Tile("2.1M", "-12 %", is_good)})
    name = f"--goat-{color[1:]}" if color else ""
    assert f"color: {f'var({name})' if color else 'inherit'}'>" in html
    if color:
        assert f"{name}: {color};" in html
        assert f"{name}: {DARK_OF[color]};" in html


@pytest.mark.parametrize(("tiles", "half"), [(1, 1), (4, 2), (5, 3), (7, 4)])
def test_tiles_without_room_for_one_row_stand_in_two_of_nearly_the_same_length(tiles, half):
    html = tiles_html({f"n{place}": "1" for place in range(tiles)})
    assert f"--tiles: {tiles}; --half: {half}" in html


@pytest.mark.parametrize("text", MARKUP)
def test_no_text_is_obeyed_as_html(text):
    check_harmless(tiles_html({text: Tile(text, f"+{text}")}))


def test_days_that_the_pointer_was_drawn_over_are_chosen(analytics):
    explorer = tgp.widgets.Explorer(analytics)
    explorer.page.value = "Over time"
    report(explorer, "days", "2026-05-04..2026-05-10")
    assert str(explorer.dates.value) == "2026-05-04..2026-05-10"
    assert explorer.frame["date"].between("2026-05-04", "2026-05-10").all()
    payouts = tgp.widgets.PayoutBoard(EARNED, PAID, timezone="UTC")
    report(payouts, "days", "2026-05-01..2026-05-31")
    assert str(payouts.filters.days) == "2026-05-01..2026-05-31"


@pytest.mark.parametrize("key", ["", "2026-99-99..2026-99-99", "<b>", None, ["2026-05-01"], {}])
def test_what_a_browser_sends_in_place_of_days_changes_nothing(analytics, key):
    explorer = tgp.widgets.Explorer(analytics)
    before = explorer.dates.value
    report(explorer, "days", key)
    assert explorer.dates.value == before
