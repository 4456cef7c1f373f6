"""The home of a program: its figures and sentences are those of helpers, its doors open boards."""

from __future__ import annotations

import re
import threading
import warnings
from html import unescape
from urllib.parse import unquote

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import part
from tests.support.acting import CHEAP, client_of
from tests.widgets.doubles import check_code, is_shown, report
from trackagoat_pandas.asking.catalogue import QUESTIONS
from trackagoat_pandas.base.figures import count_text, percent_text
from trackagoat_pandas.errors import (
    ArgumentError,
    MissingArgumentError,
    MissingColumnError,
    NoDataWarning,
    TrackaGoatWarning,
)
from trackagoat_pandas.helpers.granularity import buckets_text
from trackagoat_pandas.helpers.payouts.money import format_cents
from trackagoat_pandas.widgets import home_parts
from trackagoat_pandas.widgets.home import DOORS, Home
from trackagoat_pandas.widgets.home_parts import METRICS

pytestmark = pytest.mark.slow

PROGRAM = "Q1 Brand Program"
INTERACTIONS = ("likes", "comments", "shares", "saves")


def loaded(client, project=PROGRAM):
    """All that a home takes, loaded by hand."""
    creators = tgp.load_creators(project, client=client)
    series = {"metrics": METRICS, "dates": "last 181 days", "clip": True, "client": client}
    structures = tgp.load_payout_structures(project, client=client)
    return {
        "analytics": tgp.combine_loads(
            tgp.load_analytics("project", project, **series),
            tgp.load_analytics("creator", creators, **series),
        ),
        "creators": creators,
        "videos": tgp.load_videos(project, client=client),
        "goals": tgp.load_goal_compliance(project, client=client),
        "accruals": tgp.load_payout_accruals(project, client=client),
        "payments": tgp.load_payout_payments(project, client=client),
        "structures": structures,
        "assignments": tgp.load_payout_assignments(structures, client=client),
        "comments": tgp.load_comments(project, client=client),
    }


@pytest.fixture(scope="module")
def everything(box):
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        return loaded(client)


@pytest.fixture
def home(everything):
    return Home(**everything)


def words(widget):
    """What a part says, without its markup and code."""
    text = re.sub(
        r"<style.*?</style>|<pre.*?</pre>|<svg.*?</svg>", "", widget.value, flags=re.DOTALL
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("&#x27;", "'").strip()


def days_of(frame, number):
    """The last whole days of a frame, as many before, and these in words."""
    last = frame.loc[~frame["is_partial"], "date"].max()
    ends = [last - pd.Timedelta(days=shift) for shift in (number - 1, 2 * number - 1, number)]
    said = buckets_text(ends[1], ends[2], "day")
    return (ends[0], last), (ends[1], ends[2]), said


def within(frame, metric, days, entity="project"):
    """The sum of a metric over some days, by plain pandas."""
    rows = frame[(frame["entity"] == entity) & (frame["metric"] == metric)]
    return rows.loc[rows["date"].between(*days), "value"].sum()


def misses_of(frames):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NoDataWarning)
        return tgp.will_miss(frames["goals"], frames["videos"], frames["analytics"])


def test_the_figures_are_sums_of_whole_days_and_are_compared_with_as_many_before(home, everything):
    said, frame = words(home.tiles), everything["analytics"]
    now, then, before_said = days_of(frame, 28)
    views, before = (within(frame, "views", days) for days in (now, then))
    assert f"Views {count_text(views)} +{100 * views / before - 100:.0f} %" in said
    assert f"Posts {count_text(within(frame, 'posts', now))}" in said
    done = sum(within(frame, metric, now) for metric in INTERACTIONS)
    assert f"Engagement {percent_text(100 * done / views)}" in said
    balances = tgp.outstanding_balances(everything["accruals"], everything["payments"])
    assert f"Owed {format_cents(int(balances['owed_cents'].sum()), 'USD')}" in said
    assert said.count(f"on {before_said}") == 3
    assert home.tiles.value.count("<polyline") == 4


def test_the_sentences_say_what_helpers_say(home, everything):
    said = words(home.sentences)
    (first, last), *_ = days_of(everything["analytics"], 28)
    dates, analytics = f"{first:%Y-%m-%d}..{last:%Y-%m-%d}", everything["analytics"]
    own = analytics[analytics["entity"] == "creator"]
    explained = tgp.explain_change(own, dates=dates, creators=everything["creators"])
    pd.testing.assert_frame_equal(home.frame, explained)
    frames = {"analytics": analytics, "creators": everything["creators"]}
    answer = tgp.ask("views", frames=frames, dates=dates)
    assert f"{answer.question.text} {answer.finding}" in said
    for name in ("goals", "breakouts", "under_fire", "ledger"):
        question = QUESTIONS[name]
        names = (*question.needs, *question.uses, *question.names, *question.extras)
        frames = {frame: everything[frame] for frame in names if frame in everything}
        assert f"{question.text} {tgp.ask(name, frames=frames).finding}" in said
    assert home.sentences.value.count("trackagoat-alarm") == 2  # goals missed, a post under fire


def test_money_that_is_wrong_is_said_with_its_sum_and_whose_it_is(everything):
    payments = everything["payments"]
    twice = payments.head(1).assign(id="11111111-2222-4333-8444-555555555555")
    payments = pd.concat([payments, twice]).reset_index(drop=True)
    home = Home(**{**everything, "payments": payments})
    payments.attrs = {}
    findings = tgp.audit_payouts(None, everything["accruals"], payments)
    wrong = format_cents(int(findings["wrong_cents"].sum()), "USD")
    said = words(home.sentences)
    assert f"The ledger has 1 error worth {wrong}." in said
    creators = everything["creators"].set_index("id")["tiktok_handle"]
    assert f"@{creators[twice['creator_id'].iloc[0]]} was paid {wrong} twice." in said
    assert "trackagoat-say trackagoat-alarm" in home.sentences.value


def check_against_helpers(client):
    """Compare a home that loads itself with frames that are loaded by hand."""
    project = tgp.load_projects(client=client)["name"].iloc[-1]
    home = Home(project, client=client).wait(120)
    if is_shown(home.load_button, home):  # it takes more requests than a home sends by itself
        home.load_button.click()
        home.wait(120)
    assert home.state == "idle", home.error
    frames = loaded(client, project)
    said = words(home.sentences)
    misses = misses_of(frames)
    at_risk = misses[misses["risk"] >= 0.5]
    if len(at_risk):
        assert f"{len(at_risk)} of {len(misses)} open goal" in said
        ordered = at_risk.sort_values("period", key=lambda period: period == "daily", kind="stable")
        assert ordered["needed"].iloc[0] in said
    wrong = tgp.audit(project, client=client)
    wrong = wrong.loc[wrong["stage"] != "set_aside", "wrong_cents"].sum()
    no_error = "The ledger is right: accruals and payments agree."
    assert (f"worth {format_cents(int(wrong), 'USD')}." if wrong else no_error) in said
    days = home.frame.attrs["trackagoat"]["params"]
    views = {name: frames[name] for name in ("analytics", "creators")}
    assert tgp.ask("views", frames=views, dates=(days["from"], days["to"])).finding in said
    home.close()


@pytest.mark.parametrize("seed", range(part(20, 4, 2)))
def test_in_any_world_each_number_is_that_of_its_helper(seed):
    options = {"rate_limit": None, "progress": False}
    with (
        tgp.sandbox(seed=seed + 1, rate_limit=None) as box,
        tgp.connect(box.key, base_url=box.base_url, **options) as client,
    ):
        check_against_helpers(client)


def test_the_code_of_the_view_and_of_each_sentence_runs(home, everything):
    check_code(home, **everything)
    assert len(home.code.splitlines()) <= 9
    names = {"tgp": tgp, **everything}
    for code in re.findall(
        r"<pre class='trackagoat-code'>(.*?)</pre>", home.sentences.value, re.DOTALL
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TrackaGoatWarning)
            exec(unescape(code), names)
    assert {"movers", "misses", "entries"} <= names.keys()


FEW = {
    "goals": ("goals", 5), "breakouts": ("videos", 10**9), "under_fire": ("comments", 10**9),
    "money": ("accruals", 5),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "waits"),
    [("goals", "Forecasting {} goals"), ("money", "Auditing {} accruals")],
)
def test_what_takes_long_is_worked_out_after_all_else_is_shown(
    everything, monkeypatch, name, waits
):
    expected = words(Home(**everything).wait().sentences)
    monkeypatch.setattr("trackagoat_pandas.widgets.home._MANY", FEW)
    gate, real = threading.Event(), home_parts.LASTING[name]
    slow = {name: lambda program: gate.wait(60) and real(program)}
    monkeypatch.setattr(home_parts, "LASTING", home_parts.LASTING | slow)
    home = Home(**everything)
    assert waits.format(f"{len(everything[FEW[name][0]]):,}") in words(home.sentences)
    assert "What moved the views?" in words(home.sentences)
    assert home.frame is not None
    gate.set()
    assert words(home.wait(60).sentences) == expected


def test_what_takes_long_competes_with_nothing_that_is_drawn(everything, monkeypatch):
    done, show = [], Home.show
    monkeypatch.setattr("trackagoat_pandas.widgets.home._MANY", FEW)
    noted = {
        name: lambda program, name=name, real=real: done.append(name) or real(program)
        for name, real in home_parts.LASTING.items()
    }
    monkeypatch.setattr(home_parts, "LASTING", noted)
    monkeypatch.setattr(Home, "show", lambda *args: show(*args) or done.append("all else"))
    home = Home(**everything).wait()
    home.days.value = 7
    home.wait().close()
    assert done == ["breakouts", "under_fire", "all else", "goals", "money", "all else"]


def test_a_sentence_that_fails_says_why(everything, monkeypatch):
    monkeypatch.setattr("trackagoat_pandas.widgets.home._MANY", FEW)

    def fail(program):
        raise ValueError("the rules can't be read")

    monkeypatch.setattr(home_parts, "LASTING", home_parts.LASTING | {"money": fail})
    home = Home(**everything).wait()
    assert "Is the ledger right? the rules can't be read" in words(home.sentences)


def test_what_does_not_depend_on_the_days_shown_is_worked_out_once(everything, monkeypatch):
    calls = []
    for name in ("payout_timeline", "is_counted", "answer_from"):
        real = getattr(home_parts, name)

        def counted(*args, real=real, name=name, **options):
            calls.append(name)
            return real(*args, **options)

        monkeypatch.setattr(home_parts, name, counted)
    home = Home(**everything).wait()
    for days in (7, 90, 28):
        home.days.value = days
    assert sorted(calls) == [*["answer_from"] * 9, "is_counted", "payout_timeline"]


def test_other_days_change_everything_that_depends_on_them(home):
    before, frame = (
        (words(home.tiles), words(home.sentences)),
        home._program.frames["analytics"].value,
    )
    home.days.value = 7
    assert f"on {days_of(frame, 7)[2]}" in words(home.tiles)
    assert all(old != new for old, new in zip(before, (words(home.tiles), words(home.sentences)),
                                              strict=True))  # fmt: skip
    home.days.value = 90
    assert f"on {days_of(frame, 90)[2]}" in words(home.tiles)


def test_the_best_posts_are_of_the_days_shown_and_have_a_cover_or_a_tile(home, everything):
    videos = everything["videos"]
    posted = videos["posted_at"].dt.tz_convert("America/New_York").dt.strftime("%Y-%m-%d")
    (first, last), *_ = days_of(everything["analytics"], 28)
    recent = videos[posted.between(f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}")]
    recent = recent[~recent["is_tracking_disabled"]]
    best = recent.sort_values("view_count", ascending=False).head(4)
    assert [count_text(float(views)) for views in best["view_count"]] == re.findall(
        r"<b>([^<]+) views</b>", home.posts.value
    )
    covers = re.findall(r"url\(&quot;([^)&]+)&quot;\)", home.posts.value)
    assert [*map(unquote, covers)] == [*map(unquote, best["thumbnail_url"].dropna())]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        'https://x/");background:url("',
        "https://x/'><script>",
        "data:text/html,<script>alert(1)</script>",
        """data:image/svg+xml,");background:url("'><script>""",
        None,
    ],
)
def test_no_address_ends_an_attribute(everything, address):
    videos = everything["videos"].assign(thumbnail_url=address, url=address, title="<script>")
    posts = Home(**{**everything, "videos": videos}).posts.value
    assert "<script" not in posts
    assert "javascript:" not in posts
    assert posts.count("<em") == posts.count('&quot;)"></em>')


def test_each_door_opens_its_board_once_and_leads_back(home):
    assert home.page.options == ("Home", *(door.name for door in DOORS))
    opened = []
    for door in DOORS:
        home.page.value = door.name
        (board,) = home._door.children
        assert board.frame is not None
        assert home.body.layout.display == "none"
        opened.append(board)
    home.page.value = "Home"
    assert home.body.layout.display is None
    assert home._door.children == ()
    report(home, "page", "Goals")
    assert home._door.children == (opened[1],)
    assert home.page.value == "Goals"


def test_doors_and_parts_without_frames_are_left_out(everything):
    home = Home(analytics=everything["analytics"])
    assert home.page.options == ("Home", "Explorer")
    assert "Who will miss a goal?" not in words(home.sentences)
    assert "Owed" not in words(home.tiles)
    assert home.posts.value == ""


def test_a_figure_of_which_days_are_unknown_says_of_how_many_it_is(everything):
    frame = everything["analytics"].copy()
    frame = frame[frame["entity"] == "project"]
    (first, _), *_ = days_of(frame, 28)
    frame.loc[frame["date"].between(first, first + pd.Timedelta(days=2)), "value"] = None
    assert "in 25 of 28 days" in words(Home(analytics=frame).tiles)


def test_a_goal_without_a_handle_and_a_single_goal_are_said_in_whole_sentences(everything):
    goals = everything["goals"]
    some = goals[goals["status"] == "at_risk"].assign(tiktok_handle=None)
    assert "@nan" not in words(Home(analytics=everything["analytics"], goals=some).sentences)
    one = Home(analytics=everything["analytics"], goals=some.head(1)).sentences
    assert "The only open goal isn't at risk." in words(one)


def test_creators_alone_give_the_figures_without_removed_creators(everything):
    frame = everything["analytics"]
    own = frame[frame["entity"] == "creator"]
    home = Home(analytics=own)
    views = within(own, "views", days_of(own, 28)[0], "creator")
    assert f"Views {count_text(views)}" in words(home.tiles)


def test_a_home_loads_itself_and_audits_the_payouts(client):
    home = Home(PROGRAM, client=client).wait(120)
    assert home.state == "idle"
    assert home.frame is not None
    assert not is_shown(home.load_button, home)
    assert "findings" in home._program.frames


@pytest.fixture
def few_requests(monkeypatch):
    """Boards send at most five requests by themselves."""
    monkeypatch.setattr("trackagoat_pandas.widgets.project_load.MOST_UNASKED", 5)


@pytest.mark.usefixtures("few_requests")
def test_a_load_of_many_requests_waits_for_a_visible_button(client):
    home = Home(PROGRAM, client=client).wait(60)
    assert home.frame is None
    assert client.requests_sent <= 5 + 1  # one for the projects
    assert is_shown(home.load_button, home)
    assert re.search(r"takes [\d,]+ or more requests: press Load\.", words(home.message))
    home.load_button.click()
    home.wait(120)
    assert "Is the ledger right?" in words(home.sentences)
    assert "findings" in home._program.frames
    assert not is_shown(home.load_button, home)


def test_an_audit_of_many_requests_waits_for_a_visible_button(client):
    home = Home(PROGRAM, client=client).wait(120)
    home._load_audit(2)
    home.wait(60)
    assert "The audit of payouts takes more than 2 requests: press Load." in words(home.message)
    assert is_shown(home.load_button, home)
    home.load_button.click()
    home.wait(60)
    assert not is_shown(home.load_button, home)


def test_comments_are_loaded_only_behind_their_door_and_the_cost_is_said_first(client):
    home = Home(PROGRAM, client=client).wait(120)
    sent = client.requests_sent
    home.page.value = "Sentiment"
    cost, button = home._door.children
    assert re.search(
        r"The comments of .* take [\d,]+( to [\d,]+| or more)? requests?\.", cost.value
    )
    assert client.requests_sent == sent
    button.click()
    home.wait(60)
    (radar,) = home._door.children
    assert radar.frame is not None
    assert client.requests_sent > sent
    assert "Is the ledger right?" in words(home.sentences)
    assert "Which posts are under fire?" in words(home.sentences)


def test_on_a_store_it_sends_no_request(tmp_path):
    with tgp.sandbox(**CHEAP) as box, client_of(box, store=tmp_path, max_age="1h") as client:
        first = Home(PROGRAM, client=client).wait(60)
        sent, text = client.requests_sent, words(first.sentences)
        home = Home(PROGRAM, client=client).wait(60)
        assert client.requests_sent == sent
        assert words(home.sentences) == text


def test_what_it_cannot_show_is_an_error(everything):
    with pytest.raises(MissingArgumentError, match="analytics"):
        Home(goals=everything["goals"])
    with pytest.raises(MissingColumnError, match="load_analytics"):
        Home(analytics=everything["videos"])
    with pytest.raises(ArgumentError, match="choose one of 7, 28 and 90"):
        Home(analytics=everything["analytics"], days=30)
    one = everything["analytics"][everything["analytics"]["date"] == "2026-06-01"]
    with pytest.raises(ArgumentError, match="less than two days that are over"):
        Home(analytics=one)
