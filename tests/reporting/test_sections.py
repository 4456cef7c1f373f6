"""What each section says: its numbers by plain loops, by hand, and by their own code."""

from __future__ import annotations

import contextlib
import datetime as dt
import warnings
from dataclasses import replace
from itertools import chain

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import HEAVY, part
from tests.support import campaign_frames as by_hand
from tests.support import report_loops as loops
from tests.support.payout_frames import accrual, accruals, daily, payment, payments
from trackagoat_pandas.asking.health import PARTS
from trackagoat_pandas.asking.overposting import OVERPOSTING
from trackagoat_pandas.asking.script import json_value
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.program.frames import ProgramData, loaded_program, stored_program
from trackagoat_pandas.reporting.drafts import Draft
from trackagoat_pandas.reporting.sections import SECTIONS
from trackagoat_pandas.reporting.sections.views import _posts as counted_posts
from trackagoat_pandas.reporting.texts import plain_sentence
from trackagoat_pandas.reporting.writing import document_of
from trackagoat_pandas.showing.recorder import Traced

# Days before the first data are asked for.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.NoDataWarning"),
]
PROJECT = "Q1 Brand Program"
SEEDS = [5_000 + k for k in range(part(20, 6, 2))]
LIVE, KEPT = (SEEDS, SEEDS) if HEAVY else (SEEDS[:1], SEEDS[1:])
WEEKS = 3


def numbers_of(section):
    parts = chain(*section.sentences, *(row for one in section.listings for row in one.rows))
    return [one for one in parts if isinstance(one, Number)]


def values_of(section):
    """The values of a section by key, which are the same wherever a key is used."""
    found = {}
    for one in numbers_of(section):
        name, _, key = one.key.partition(".")
        assert name == section.name
        assert found.setdefault(key, one.value) == one.value
    return found


def frames_of(program):
    return {name: one.value for name, one in program.frames.items()}


def sections_of(document):
    return {one.name: one for one in document.sections}


@contextlib.contextmanager
def connected(seed):
    with (
        tgp.sandbox(seed=seed, creators=8, days=100, rate_limit=None) as box,
        tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client,
    ):
        yield box, client


@pytest.fixture(scope="module", params=LIVE)
def live(request):
    """A program that was loaded, its document, and the raw JSON."""
    with connected(request.param) as (_, client):
        program = loaded_program(PROJECT, client=client)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            document = document_of(program)
        yield program, document, loops.Raw(client, program.project_id, program.moment)


@pytest.fixture(scope="module", params=KEPT)
def kept(request, tmp_path_factory):
    """A program of a store that was synced each week, its document, the raw JSON, the lists."""
    path, lists = tmp_path_factory.mktemp("store"), {}
    with connected(request.param) as (box, client), tgp.open_store(path) as store:
        for week in range(WEEKS):
            store.sync(client=client)
            videos = store.load("videos", PROJECT)
            at = pd.Timestamp(videos.attrs["trackagoat"]["server_time"]).to_pydatetime()
            lists[at] = {one["id"]: one["view_count"] for one in client.records("/videos")}
            forecast = tgp.expected_views(videos, history=store.history("videos", videos))
            tgp.record_forecasts(store, forecast)
            if week < WEEKS - 1:
                box.advance(dt.timedelta(days=7))
        program = stored_program(PROJECT, store=store)
        raw = loops.Raw(client, program.project_id, program.moment)
        yield program, document_of(program, store=store, source="store"), raw, lists, store


def compare(section, expected, *, must_have=()):
    """Compare all numbers of a section that the loops know."""
    found = values_of(section)
    both = {key: value for key, value in found.items() if key in expected}
    assert {*must_have} <= {*both}, sorted(found)
    for key, value in both.items():
        is_number = isinstance(value, float)
        assert value == (pytest.approx(expected[key]) if is_number else expected[key]), key
    return both


# Plain loops over raw JSON


def test_views_and_posts_of_the_week(live):
    _, document, raw = live
    need = ("views", "posts", "posts_before")
    assert compare(sections_of(document)["views"], loops.changes(raw), must_have=need)


def test_what_a_post_gained_is_on_the_line_between_two_lists(kept):
    _, document, raw, lists, _ = kept
    expected = {**loops.changes(raw), **loops.gains(lists, raw)}
    both = compare(sections_of(document)["views"], expected)
    posts = [key for key in both if key.startswith("post.")]
    assert posts
    biggest = sorted((v for k, v in expected.items() if k.endswith(".after") and "post." in k))
    shown = [value for key, value in both.items() if key in posts and key.endswith(".after")]
    assert max(shown) == biggest[-1]


def test_goals_what_they_have_and_need(live):
    _, document, raw = live
    assert compare(sections_of(document)["goals"], loops.goals(raw), must_have=["open"])


def late_without_chance(program):
    given = {name: frames_of(program)[name] for name in ("goals", "videos", "analytics")}
    misses = tgp.will_miss(**given, now=program.now, timezone=program.zone)
    return misses[(misses["urgency"] == "late") & misses["miss_pct"].isna()]


def test_goals_without_a_chance_have_their_reason(live):
    program, document, _ = live
    late = late_without_chance(program)
    assert {"views", "engagement"} <= {*late["metric"]}
    said = " ".join(sections_of(document)["goals"].caveats)
    assert all(reason in said for reason in late["reason"].unique())
    assert "weren't loaded" not in said
    assert "can't be judged" not in said


def test_goals_of_a_metric_that_was_not_loaded_say_so(live):
    program, _, _ = live
    daily = program.frames["analytics"]
    of_views = {**program.frames, "analytics": daily[daily["metric"] == "views"]}
    program = replace(program, frames=of_views)
    late = late_without_chance(program)
    of_others = late["metric"].isin(["engagement", "followers"])
    assert of_others.any()
    said = " ".join(sections_of(document_of(program))["goals"].caveats)
    goals = "1 goal" if of_others.sum() == 1 else f"{of_others.sum()} goals"
    assert f"{goals}: the daily numbers of their metric weren't loaded." in said
    assert all(reason in said for reason in late["reason"][~of_others].unique())


def test_money_that_is_owed_was_paid_and_waits(live):
    _, document, raw = live
    need = [f"{name}_usd_cents" for name in ("owed", "earned", "paid")]
    need += ["usd.pending", "usd.paid_in_week"]
    assert compare(sections_of(document)["payouts"], loops.payouts(raw), must_have=need)


def test_negative_comments(live):
    _, document, raw = live
    need = ("alerts", "all.analysed", "all.negative_pct", "all.low_pct", "all.positive_pct")
    assert compare(sections_of(document)["comments"], loops.comments(raw), must_have=need)


def test_silence_and_over_posted_days(live):
    _, document, raw = live
    need = ("active", "silent", "overposters", "over_days", "posts")
    assert compare(sections_of(document)["posting"], loops.posting(raw), must_have=need)


def test_over_posted_days_by_earlier_lists(kept):
    _, document, raw, lists, _ = kept
    assert compare(
        sections_of(document)["posting"], loops.posting(raw, lists), must_have=["over_days"]
    )


def test_views_of_campaigns(live):
    _, document, raw = live
    both = compare(sections_of(document)["campaigns"], loops.campaigns(raw))
    assert {key.rpartition(".")[2] for key in both} >= {"targets", "posts", "views", "target_views"}


# Inference, by the helper called by hand


def test_the_chance_to_miss_a_goal(live):
    program, document, _ = live
    frames = frames_of(program)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        misses = tgp.will_miss(
            frames["goals"], frames["videos"], frames["analytics"], now=program.now
        )
    by_goal = misses.set_index("goal_id")["miss_pct"]
    found = values_of(sections_of(document)["goals"])
    chances = {key: value for key, value in found.items() if key.endswith(".miss_pct")}
    assert chances
    for key, value in chances.items():
        assert value == json_value(by_goal[key.split(".")[1]])


def usual_by_hand(program):
    """The videos without those below 100 views of days on which a creator over-posted."""
    frames = frames_of(program)
    days = tgp.find_overposting(frames["videos"], history=frames["history"], now=program.now)
    over = {(row["creator_id"], f"{row['day']:%Y-%m-%d}") for row in days.to_dict("records")}
    posted = frames["videos"]["posted_at"].dt.tz_convert(program.zone)
    kept = [
        (creator, f"{at:%Y-%m-%d}") not in over or not views < 100
        for creator, at, views in zip(
            frames["videos"]["creator_id"], posted, frames["videos"]["view_count"], strict=True
        )
    ]
    return frames["videos"][kept]


@pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.IncompleteFrameWarning")
def test_expected_views_and_breakouts(kept):
    program, document, *_ = kept
    frames = {"history": frames_of(program)["history"], "now": program.now}
    expected = tgp.expected_views(frames_of(program)["videos"], **frames, horizon_days=7)
    found = tgp.find_outliers(usual_by_hand(program), **frames)
    values = values_of(sections_of(document)["breakouts"])
    assert values["young"] == len(expected)
    since = program.moment - pd.Timedelta(days=28)
    late = found["is_late_wave"] & (found["rose_at"] >= program.moment - pd.Timedelta(days=7))
    is_out = found["is_outlier"] & (found["posted_at"] >= since)
    assert values["breakouts"] == (is_out | (late & (found["z"] >= 2))).sum()
    by_id = {"young": expected.set_index("id"), "row": found.set_index("id")}
    for key, value in values.items():
        if key.count(".") == 2 and key.rpartition(".")[2] not in (
            "posted_at",
            "views",
            "view_count",
        ):
            kind, id_, name = key.split(".")
            assert value == json_value(by_id[kind][name][id_])


def test_what_campaigns_added(live):
    program, document, _ = live
    section = sections_of(document)["campaigns"]
    campaigns = frames_of(program)["campaigns"]
    starts = campaigns.set_index("id")["created_at"]  # no target has been due yet
    lifts = [one for one in numbers_of(section) if one.key.startswith("campaigns.lift.")]
    for one in lifts:
        _, _, id_, *name = one.key.split(".")
        if not name:  # a total
            continue
        lift = tgp.campaign_lift(
            frames_of(program)["videos"], members=id_, campaigns=campaigns, now=program.now,
            since=starts[id_].tz_convert(program.zone).date(),
        )  # fmt: skip
        assert one.value == json_value(lift[name[0]].iloc[0])


def test_health(live):
    program, document, _ = live
    names = ("videos", "creators", "analytics", "goals", "comments", "accruals", "payments")
    frames = {name: frames_of(program)[name] for name in names}
    recorded = [one for one in PARTS if one != "forecasts"]
    health = tgp.program_health(**frames, now=program.now, parts=recorded)
    values = values_of(sections_of(document)["health"])
    assert values["status"] == health.attrs["trackagoat"]["status"]
    status = health.set_index(health["part"].astype(str).str.replace(" ", "_"))["status"]
    listed = {name: one for name, one in values.items() if name.endswith(".status")}
    assert listed == {f"row.{part}.status": one for part, one in status[status != "good"].items()}


def test_restated_days(kept):
    program, document, _, _, store = kept
    found = store.restatements(project=program.project_id, metrics=["views"])
    since = program.moment - pd.Timedelta(days=7)
    first = program.moment.tz_convert(program.zone).normalize().tz_localize(None)
    old = found[(found["last_seen"] >= since) & (found["date"] < first - pd.Timedelta(days=7))]
    values = values_of(sections_of(document)["data"])
    assert values["restated"] == len(old)
    if len(old):
        assert values["restated_views"] == old["change"].sum()


# The code of each number


def check_code(document, **names):
    """Run each section's script and each number's code after it."""
    count = 0
    for section in document.sections:
        space = dict(names)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", tgp.errors.TrackaGoatWarning)
            exec(section.code, space)
        for one in numbers_of(section):
            value = json_value(eval(one.code, space))
            assert (value, type(value)) == (one.value, type(one.value)), one
            count += 1
    return count


def test_the_code_of_a_store_gives_each_number(kept):
    _, document, _, _, store = kept
    assert check_code(document, store=store) > 150


def test_the_code_of_a_load_gives_each_number(live):
    assert check_code(live[1]) > 150


def test_each_number_says_what_it_counts(kept):
    _, document, *_ = kept
    basis = {one.key: one.basis for s in document.sections for one in numbers_of(s)}
    assert basis["views.views"] == basis["payouts.owed_usd_cents"] == "settled"
    assert basis["goals.open"] == basis["health.status"] == "moment"


# What a section looks like


def test_tables_and_sentences_are_short(kept):
    for section in kept[1].sections:
        assert 1 <= len(section.sentences) <= 10
        assert len(section.listings) <= 3
        for listing in section.listings:
            assert 1 <= len(listing.rows) <= 12
            assert 3 <= len(listing.headings) <= 6
            assert listing.more >= 0
            assert {len(row) for row in listing.rows} == {len(listing.headings)}
            assert len(listing.numeric) == len(listing.headings)


def test_the_names_of_sections_are_in_the_order_of_a_report():
    assert [*SECTIONS] == [
        "views", "goals", "payouts", "breakouts", "comments", "posting", "campaigns", "health",
        "data",
    ]  # fmt: skip


def test_pictures_can_be_drawn(kept):
    from matplotlib.figure import Figure

    drawn = 0
    for section in kept[1].sections:
        if section.picture is not None:
            drawing = section.picture
            figure = Figure(figsize=(drawing.width_in, drawing.height_in))
            drawing.draw(ax=figure.subplots())
            drawn += 1
    assert drawn >= 4


# By hand


def program_of(**frames):
    traced = {name: Traced(frame, name) for name, frame in frames.items()}
    return ProgramData("Goats", "p", pd.Timestamp(by_hand.NOW), "America/New_York", traced, {})


def test_only_the_first_sentence_of_a_section_names_its_moment():
    posts = by_hand.videos(("v1", "mia", 400))
    draft = Draft("posting", program_of(videos=posts), title="Posting")
    draft.moment = pd.Timestamp(by_hand.NOW)
    draft.say("Mia posts.")
    answer = draft.answer(OVERPOSTING)
    said = [*map(plain_sentence, draft.sentences)]
    assert said[0] == f"{draft.as_of}Mia posts."
    assert said[1] == "No creator posted too much in the last 28 days."
    assert answer.finding == f"{draft.as_of}{said[1]}"


def two_weeks(*ids, entity="creator", gap_in=""):
    """Ten views on each day of two weeks, except on the last day of one."""
    days = [10.0] * 13
    return pd.concat(
        daily("2026-06-04", [*days, None if id_ == gap_in else 10.0], entity=entity, entity_id=id_)
        for id_ in ids
    )


def caveats_of_views(**frames):
    return [*SECTIONS["views"](program_of(**frames)).caveats]


def test_it_is_said_if_only_some_posts_have_daily_views():
    frames = {
        "analytics": two_weeks("mia"),
        "videos": by_hand.videos(*((name, "mia", 400) for name in ("v1", "v2", "v3"))),
    }
    some, every = (
        caveats_of_views(**frames, post_analytics=two_weeks(*ids, entity="video"))
        for ids in (("v1", "v2"), ("v1", "v2", "v3"))
    )
    said = "Daily views were loaded for 2 of 3 posts: the most viewed, old and new."
    assert (said in some, said in every) == (True, False)


def test_campaigns_without_posts_or_with_old_targets_are_not_listed():
    listed = by_hand.campaigns(
        ended="video:v1", ending="video:v1", empty="video:none", untimed="video:v2"
    ).assign(
        target_views=pd.array([1_000] * 4, "Int64"),
        created_at=pd.Timestamp("2026-05-01T12:00Z"),
        target_at=pd.to_datetime(["2026-06-10T12:00Z", "2026-06-12T12:00Z", None, None], utc=True),
    )
    frames = {"campaigns": listed, "videos": by_hand.videos(("v1", "mia", 400), ("v2", "ben", 90))}
    made = SECTIONS["campaigns"](program_of(**frames))
    [listing] = [one for one in made.listings if one.title == "Campaigns and their targets"]
    assert [row[0] for row in listing.rows] == ["“ending”", "“untimed”"]


def test_a_post_of_which_it_is_not_known_whether_it_is_tracked_counts():
    rows = [(name, "mia", 1) for name in ("v1", "v2", "v3")]
    listed = by_hand.videos(*rows, is_tracking_disabled=pd.array([True, False, None], "boolean"))
    program = program_of(videos=listed, analytics=pd.DataFrame({"entity_id": ["mia"]}))
    assert [*counted_posts(Draft("views", program, title="Views")).value.index] == ["v2", "v3"]


def test_frames_are_called_as_people_call_them_in_the_evidence_of_a_bad_part():
    views = pd.DataFrame({"entity": [], "metric": [], "value": [], "date": []})
    views.attrs["trackagoat"] = {"fetched_at": "2026-06-01T12:00:00Z"}
    made = SECTIONS["health"](program_of(analytics=views))
    said = [*map(plain_sentence, made.sentences)]
    assert "The table of daily views" in said[1]
    assert "The daily views were last loaded 17 days ago" in said[1]


def test_what_is_wrong_lists_the_findings_of_wrong_money_down_to_a_cent_the_largest_first():
    earned = accruals(accrual("a", 1_000, status="paid"), accrual("pending", 200))
    paid = payments(payment("x", 1_001, "a"), payment("y", 200, "pending"), payment("z", 300))
    made = SECTIONS["payouts"](program_of(accruals=earned, payments=paid))
    [listing] = [one for one in made.listings if one.title == "What is wrong"]
    findings = [(row[1], row[2].text) for row in listing.rows]
    assert findings == [
        ("The payment lists no accrual, or one that isn't there.", "$3.00"),
        ("The payment is more than the accruals that it lists.", "$0.01"),
    ]
    assert listing.more == 0
