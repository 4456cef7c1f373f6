"""Texts of the API that are markup, paths or escapes: shown as what they are, never obeyed."""

from __future__ import annotations

import json
import re
import time
import unicodedata
import warnings
from html.parser import HTMLParser

import ipywidgets
import pandas as pd
import pytest
from matplotlib.cbook import is_math_text
from matplotlib.figure import Figure
from matplotlib.text import Text

import trackagoat_pandas as tgp
from tests.canned import Canned, connect_to
from tests.goal_frames import judged
from tests.payout_frames import ZONE, accrual, accruals, payment, payments, rule, structures
from trackagoat_pandas import plots
from trackagoat_pandas.errors import (
    AmbiguousProjectError,
    ApiError,
    PartialLoadError,
    TrackaGoatError,
    UnknownProjectError,
    UnreadableResponseError,
)
from trackagoat_pandas.widgets import (
    CampaignPicker,
    CreatorPicker,
    Explorer,
    GoalBoard,
    PayoutBoard,
    ProjectPicker,
    SentimentRadar,
    VideoPicker,
)

PROJECT = "Q1 Brand Program"
IDS = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(3)]
MARKUP = [
    "<goat onload=alert(1)>",
    "\"><goat src=x onerror='alert(1)'>",
    "'><goat>",
    "</td></tr></table><goat>",
    "</pre></div></option><goat>",
    "</style><goat>",
    "--><goat>",
    "&lt;goat&gt;",
    "javascript:alert(1)",
    "<a href='javascript:alert(1)'><goat></a>",
    "\u202e<goat>\u202c",
    "\x00<goat>\x1b[31m",
    "<goat>" + "x" * 5_000,
]
ESCAPES = ["\x1b[2J\x1b]0;goat\x07", "\x9b31m", "a\x08\x08b", "\r\ngoat"]
NAMES = [
    r"$\frac{", "$$", "$x$ and $y$", r"\$", "^_{}", "_hidden", "__", "_$x$", "%s {0} {name}",
    "\u202eevil", "a\x00b", "\x1b[31mred", "<b>bo</b>", "x" * 5_000, "x y " * 2_000, "\n", "",
    "\U0001f410", r"\n \alpha", "#fff", "C0", "..", "../../etc/passwd",
]  # fmt: skip


class Seen(HTMLParser):
    """The tags, attributes and texts of HTML, as a browser finds them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


def check_harmless(html: str) -> None:
    seen = Seen(html)
    assert not {"goat", "script", "img", "iframe"} & set(seen.tags)
    for name, value in seen.attributes:
        assert not name.startswith("on")
        assert "javascript:" not in (value or "")


def tree(widget):
    """A widget and all that it shows."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from tree(child)


def check_tree(widget) -> None:
    for part in tree(widget):
        assert getattr(part, "description_allow_html", False) is False
        if hasattr(part, "tooltip_allow_html"):
            assert part.tooltip_allow_html is False
        if isinstance(part, ipywidgets.HTML | ipywidgets.HTMLMath):
            assert not isinstance(part, ipywidgets.HTMLMath)
            check_harmless(part.value)


def canned(text, **rules):
    """An API in which every name is the text."""
    named = {
        "name": text, "tiktok_handle": text, "display_name": text, "description": text,
        "title": text, "timezone": text, "url": text, "avatar_url": text, "label": text,
        "readme": text, "tracking_status": text, "kind": text, text: text,
    }  # fmt: skip
    rows = [{"id": id_, "project_id": IDS[0], **named} for id_ in IDS[:2]]
    paths = ["/projects", "/creators", "/videos", "/campaigns", "/analytics/annotations"]
    return Canned({**dict.fromkeys(paths, rows), **rules})


@pytest.mark.parametrize("text", MARKUP)
def test_provenance_and_a_client_show_no_markup(text):
    with warnings.catch_warnings(), connect_to(canned(text)) as client:
        warnings.simplefilter("ignore")
        creators = tgp.load_creators(search=text, client=client)
        check_harmless(creators.goat.provenance._repr_html_())
        check_harmless(client._repr_html_())
        report = {"buckets": [{"lower": 1}], text: {"p50": text}, "note": text}
        client.transport.rules["/analytics/aggregate/view-distribution"] = report
        frame = tgp.load_report("view-distribution", IDS[0], client=client)
        check_harmless(frame.goat.provenance._repr_html_())


def provoked(load, app) -> TrackaGoatError:
    with (
        connect_to(app, max_wait_s=0) as client,
        pytest.raises(TrackaGoatError, match=r".") as raised,
    ):
        load(client)
    return raised.value


def refusing(text, status):
    meta = {"code": text, "limitKey": text, "required": text, "granted": [text], "current": text}
    return {"/videos": (status, meta)}


ERRORS = {
    **{
        f"a refusal with {status}": (
            lambda text, status=status: canned(text, **refusing(text, status)),
            lambda client: tgp.load_videos(client=client),
            ApiError,
        )
        for status in (400, 401, 402, 403, 404, 409, 418, 422)
    },
    "a message": (
        lambda text: canned(text, **{"/videos": {"data": None, "error": text, "meta": None}}),
        lambda client: tgp.load_videos(client=client),
        ApiError,
    ),
    "an unreadable answer": (
        lambda text: canned(text, **{"/videos": {"data": text}}),
        lambda client: tgp.load_videos(client=client),
        UnreadableResponseError,
    ),
    "an unknown project": (
        canned, lambda client: tgp.load_videos("none", client=client), UnknownProjectError,
    ),
    "some that failed": (
        lambda text: canned(text, **{"/analytics": {"data": None, "error": text}}),
        lambda client: tgp.load_analytics("creator", IDS, "views", client=client),
        PartialLoadError,
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("name", ERRORS)
def test_errors_show_no_markup(name, text):
    app, load, kind = ERRORS[name]
    error = provoked(load, app(text))
    assert isinstance(error, kind)
    check_harmless(error._repr_html_())


@pytest.mark.parametrize("text", MARKUP)
def test_names_that_are_alike_show_no_markup(text):
    error = provoked(lambda client: tgp.load_videos(text, client=client), canned(text))
    assert isinstance(error, AmbiguousProjectError)
    check_harmless(error._repr_html_())


@pytest.mark.parametrize("text", ESCAPES)
@pytest.mark.parametrize("name", ERRORS)
def test_no_error_sends_escapes_to_a_terminal(name, text):
    app, load, _ = ERRORS[name]
    said = str(provoked(load, app(text)))
    assert {letter for letter in said if unicodedata.category(letter) == "Cc"} <= {"\n"}


def named(text):
    """Frames as given to pickers, with the text for every name."""
    rows = {"id": IDS[:2], "project_id": IDS[0], "name": text, "title": text, "url": text}
    people = {"tiktok_handle": text, "display_name": text, "creator_id": IDS[0], "items": "[]"}
    return pd.DataFrame({**rows, **people, "posted_at": pd.Timestamp("2026-05-01", tz="UTC")})


PICKERS = {
    "ProjectPicker": lambda frame: ProjectPicker(frame, value=IDS[0]),
    "CreatorPicker": lambda frame: CreatorPicker(frame, campaigns=frame, value=IDS[:1]),
    "VideoPicker": lambda frame: VideoPicker(frame, value=IDS[:1]),
    "CampaignPicker": lambda frame: CampaignPicker(frame, value=IDS[:1]),
}


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("name", PICKERS)
def test_a_picker_shows_no_markup_not_even_of_what_is_gone(name, text):
    picker = PICKERS[name](named(text))
    check_tree(picker)
    picker._given = named("other").iloc[1:]
    picker.reload()
    check_tree(picker)


LOADING = {
    "ProjectPicker": lambda client: ProjectPicker(client=client),
    "CreatorPicker": lambda client: CreatorPicker(client=client),
    "VideoPicker": lambda client: VideoPicker(client=client),
    "GoalBoard": lambda client: GoalBoard(project=IDS[0], client=client),
    "PayoutBoard": lambda client: PayoutBoard(client=client),
    "SentimentRadar": lambda client: SentimentRadar(project=IDS[0], client=client),
    "Explorer": lambda client: Explorer(project=IDS[0], client=client),
}


@pytest.mark.parametrize("name", LOADING)
def test_a_widget_whose_load_is_refused_shows_the_message_as_text(name):
    text = MARKUP[0]
    refusal = json.dumps({"data": None, "error": text, "meta": {"code": text}}).encode()

    def refuse(environ, start_response):
        start_response("400 X", [("Content-Type", "application/json")])
        return [refusal]

    with connect_to(refuse) as client:
        widget = LOADING[name](client)
        until = time.monotonic() + 8
        while time.monotonic() < until:
            shown = [part.value for part in tree(widget) if isinstance(part, ipywidgets.HTML)]
            if any("goat onload" in Seen(html).text for html in shown):
                break
            time.sleep(0.02)
        else:
            raise AssertionError("the message isn't shown")
        check_tree(widget)
        widget.close()


def analytics_of(*labels):
    days = pd.date_range("2026-05-01", periods=4)
    parts = [
        pd.DataFrame(
            {
                "entity": "creator", "entity_id": IDS[place], "label": label, "metric": "views",
                "date": days, "value": pd.array([1.0, 2, 3, 4], "Float64") * (place + 1),
                "series_kind": "main", "is_partial": False, "is_baseline": False,
            }
        )
        for place, label in enumerate(labels)
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def comments_of(handle, text="love it"):
    posted = pd.to_datetime([f"2026-05-{day:02}T12:00Z" for day in range(1, 13)], utc=True)
    return pd.DataFrame(
        {
            "text": [text, *["love it"] * 5, *["awful"] * 6], "video_id": "v1", "author": handle,
            "creator_id": ["a"] * 6 + ["b"] * 6, "tiktok_handle": [handle] * 6 + ["plain"] * 6,
            "posted_at": posted,
        }
    )  # fmt: skip


def payout_board(text):
    earned = accruals(accrual("a1", 1_000, creator_id=text), accrual("b1", 99, structure_id="t"))
    paid = payments(payment("p1", 500, "a1", creator_id=text, method_name=text, method_id=text))
    people = pd.DataFrame({"id": [text, "nan"], "tiktok_handle": [text, text]})
    rules = structures(rule(name=text), rule(id="t", name=text))
    return PayoutBoard(earned, paid, creators=people, structures=rules, timezone=ZONE)


def goal_board(text):
    goals = judged(
        {"tiktok_handle": text, "creator_id": text, "display_name": text, "goal_id": text},
        {"status": "missed"},
    )
    return GoalBoard(goals, timezone=ZONE)


def radar(text):
    comments = comments_of(text, f"awful {text}").assign(video_id=text, creator_id=text)
    people = pd.DataFrame({"id": [text], "tiktok_handle": text})
    films = pd.DataFrame({"id": [text], "title": text})
    return SentimentRadar(comments, creators=people, videos=films, timezone=ZONE)


BOARDS = {
    "GoalBoard": goal_board,
    "PayoutBoard": payout_board,
    "SentimentRadar": radar,
    "Explorer": lambda text: Explorer(analytics_of(text, "plain")),
}


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("name", BOARDS)
def test_no_page_of_a_board_shows_markup(name, text):
    board = BOARDS[name](text)
    check_tree(board)
    for page in board.page.options:
        board.page.value = page[1] if isinstance(page, tuple) else page
        check_tree(board)
    board.close()


@pytest.mark.parametrize("text", ["../../etc/passwd", "x.exe", "'><goat>", "a/b\\c", "\x00"])
@pytest.mark.parametrize("name", BOARDS)
def test_the_names_of_exported_files_hold_no_text_of_the_api(name, text):
    board = BOARDS[name](text)
    names = []
    for button in [part for part in tree(board) if getattr(part, "icon", "") == "download"]:
        button.click()
        for part in tree(board):
            if isinstance(part, ipywidgets.HTML):
                check_harmless(part.value)
                names += [value for key, value in Seen(part.value).attributes if key == "download"]
    board.close()
    assert names
    for given in names:
        assert re.fullmatch(r"[a-z0-9_-]+\.(csv|png|py|svg)", given)


def odds_of(name):
    return pd.DataFrame(
        {
            "tiktok_handle": [name, "bob"], "metric": "views", "period": "monthly",
            "chance": pd.array([0.9, 0.2], "Float64"), "missing": pd.array([1500, 2], "Float64"),
            "days_left": pd.array([12.5, 0.25], "Float64"),
        }
    )  # fmt: skip


def people_of(name):
    return pd.DataFrame(
        {
            "tiktok_handle": [name, "bob", "cyd"], "post_count": pd.array([9, 5, 3], "Int64"),
            "avg_views_per_post": pd.array([900, 30, 40], "Float64"),
            "view_count": pd.array([8_100, 150, 120], "Int64"),
            "engagement_rate_by_views": pd.array([5, 6, 7], "Float64"),
        }
    )  # fmt: skip


EARNED, PAID = accruals(accrual("a1", 1_000)), payments(payment("p1", 500, "a1"))
PLOTS = {
    "goal_board": lambda name, ax: plots.goal_board(judged({"tiktok_handle": name}, {}), ax=ax),
    "goal_odds": lambda name, ax: plots.goal_odds(odds_of(name), ax=ax),
    "leaderboard": lambda name, ax: plots.leaderboard(people_of(name), ax=ax),
    "creator_scatter": lambda name, ax: plots.creator_scatter(people_of(name), ax=ax),
    "trend": lambda name, ax: plots.trend(analytics_of(name, "bob"), by="label", ax=ax),
    "trend with notes": lambda name, ax: plots.trend(
        analytics_of("bob"),
        annotations=pd.DataFrame({"date": pd.to_datetime(["2026-05-02"]), "label": [name]}),
        ax=ax,
    ),
    "payout_summary": lambda name, ax: plots.payout_summary(
        EARNED, PAID, names={"nan": name}, ax=ax
    ),
    "payout_summary by method": lambda name, ax: plots.payout_summary(
        EARNED, PAID.assign(method_name=name, method_id=name), by="method", ax=ax
    ),
    "sentiment_creators": lambda name, ax: plots.sentiment_creators(
        comments_of(name), minimum=1, ax=ax
    ),
    "comment_words": lambda name, ax: plots.comment_words(comments_of("a", f"awful {name}"), ax=ax),
    "sentiment_trend": lambda name, ax: plots.sentiment_trend(comments_of(name, name), ax=ax),
    "payout_timeline": lambda name, ax: plots.payout_timeline(
        EARNED.assign(creator_id=name), PAID.assign(method_name=name), timezone=ZONE, ax=ax
    ),
}


def test_every_plot_is_tried_with_odd_names():
    assert {name.partition(" ")[0] for name in PLOTS} == set(plots.__all__)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("plot", PLOTS)
def test_no_name_breaks_a_plot_or_is_read_as_mathematics(plot, name):
    figure = Figure(figsize=(8, 4), layout="constrained")
    PLOTS[plot](name, figure.add_subplot())
    figure.canvas.draw()
    for text in figure.findobj(Text):
        assert not (text.get_parse_math() and is_math_text(text.get_text()))
        assert len(text.get_text()) < 1_000


@pytest.mark.parametrize("name", ["_hidden", "__", "_$x$"])
def test_a_legend_leaves_nobody_out(name):
    figure = Figure(figsize=(8, 4), layout="constrained")
    ax = plots.trend(analytics_of(name, "bob"), by="label", ax=figure.add_subplot())
    written = [text.get_text().strip("\u200b") for text in figure.findobj(Text)]
    assert any(text.startswith(name) for text in written)
    assert all(not label.startswith("_") for label in ax.get_legend_handles_labels()[1])
