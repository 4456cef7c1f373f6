"""Every helper's result begins with names and ends with ids, and has a name beside each id."""

from __future__ import annotations

import inspect

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from tests.support.demo_results import demo_frames, demo_results
from tests.support.named_frames import series
from tests.support.payout_frames import NOON, ZONE, accrual, accruals, payment, payments
from trackagoat_pandas._homes import HOMES
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.formats import in_reading_order
from trackagoat_pandas.helpers.labels import NAMES, arranged

ID = "11111111-1111-4111-8111-111111111111"
BESIDE = {
    "creator_id": "tiktok_handle",
    "video_id": "video_title",
    "campaign_id": "campaign_name",
    "project_id": "project_name",
    "structure_id": "structure_name",
}
UNKNOWN = {
    # Rows as they were loaded, with more columns or fewer rows.
    "combine_loads": {"creator_id"},
    "engagement": {"creator_id"},
    "leaderboard": {"creator_id"},
    "payments_for": {"creator_id"},
    "comments_of_campaigns": {"creator_id", "video_id"},
    "campaign_videos": {"creator_id"},
    "score_comments": {"creator_id", "video_id"},
    "search_comments": {"creator_id", "video_id"},
    "show_alert_evidence": {"creator_id", "video_id"},
    # Groups, whose helper is given the comments alone.
    "find_negative_alerts": {"creator_id", "video_id"},
    "rank_creators_by_sentiment": {"creator_id"},
    "summarize_sentiment": {"creator_id", "video_id"},
    "payout_entries": {"creator_id", "structure_id"},
    "outstanding_balances": {"creator_id"},
    "paid_by_year": {"creator_id"},
    "summarize_payouts": {"creator_id"},
    "summarize_payouts by structure": {"structure_id"},
}
"""The ids of results whose helper is given no frame with their names; and all projects'."""


def test_no_helper_is_left_out(box):
    helpers = [name for name, home in HOMES.items() if home.startswith("helpers.")]
    frames = [
        name
        for name in helpers
        if inspect.signature(getattr(tgp, name)).return_annotation == "pd.DataFrame"
    ]
    left_out = {*frames} - {name.partition(" ")[0] for name in demo_results(box)}
    assert left_out == set(), "add a call to `calls_of` in tests/support/demo_results.py"


def test_a_program_that_lived_serves_every_loader_and_helper():
    span = pd.Timedelta(days=60)
    with tgp.sandbox(now=(NOON - span).isoformat(), rate_limit=None) as lived:
        results = demo_results(lived.advance(span.to_pytimedelta()))
    assert len(results) >= 30
    empty = {name for name, result in results.items() if result.empty}
    assert empty == set(), "let its call in tests/support/demo_results.py return rows"


def test_every_result_is_in_the_order_in_which_a_row_is_read(box):
    for name, result in demo_results(box).items():
        # These have no ids: their columns stand in the order of the calculation.
        if name not in ("explain_comment", "score_texts"):
            advice = f"{name}: return finish(result, ...), or of a frame's rows keep_order(...)"
            assert list(result.columns) == in_reading_order(result.columns), advice


ORDERS = {
    "will_miss": (
        "tiktok_handle metric period miss_pct chance risk missing needed_per_day needed deadline "
        "urgency target actual days_left status reason period_end creator_id goal_id project_id"
    ),
    "explain_change": (
        "tiktok_handle video_title before after change share_pct after_pct level is_partial "
        "creator_id video_id"
    ),
    "outstanding_balances": (
        "method_name currency earned_cents paid_cents owed_cents unpaid_accruals oldest_unpaid "
        "days_outstanding creator_id method_id"
    ),
}
"""How some results begin or read as a whole, written by hand."""


def test_the_order_of_some_results_is_the_one_written_here(box):
    for name, order in ORDERS.items():
        expected = order.split()
        assert list(demo_results(box)[name].columns)[: len(expected)] == expected, name


def test_the_end_of_a_period_is_a_part_of_a_name_beside_its_start_alone():
    alone = ["period_end", "amount_cents", "status", "tiktok_handle", "id"]
    assert in_reading_order(alone) == [
        "tiktok_handle", "amount_cents", "period_end", "status", "id",
    ]  # fmt: skip
    assert in_reading_order([*alone, "period_start"]) == [
        "tiktok_handle", "period_start", "period_end", "amount_cents", "status", "id",
    ]  # fmt: skip


def test_every_id_has_its_name_beside_it_where_a_given_frame_knows_it(box):
    for name, result in demo_results(box).items():
        nameless = {
            ids
            for ids, label in BESIDE.items()
            if ids in result.columns and label not in result.columns
        }
        assert nameless - {"project_id"} == UNKNOWN.get(name, set()), (
            f"{name}: pass the frames that know these names to finish(...), or say in UNKNOWN of "
            "tests/laws/test_reading_order.py that it is given none"
        )


def test_the_names_are_those_of_the_ids(box):
    handles = demo_frames(box)["creators"].set_index("id")["tiktok_handle"]
    results = [each for each in demo_results(box).values() if "tiktok_handle" in each.columns]
    assert len(results) > 5
    for result in results:
        listed = result[result["creator_id"].isin(handles.index)]
        expected = listed["creator_id"].map(handles)
        assert listed["tiktok_handle"].tolist() == expected.tolist()


OF_VIDEOS = (
    "accrue", "audit_payouts", "backtest_goal_odds", "explain_change",
    "forecast_payouts", "goal_history", "will_miss",
)  # fmt: skip
"""The results whose helper is given the videos, in whose addresses are their creators' handles."""


def test_a_removed_creator_has_the_handle_in_the_addresses_of_its_videos(box):
    videos = demo_frames(box)["videos"].dropna(subset=["creator_id"])
    in_urls = videos["url"].str.extract(r"/@([^/]+)/", expand=False)
    handles = dict(zip(videos["creator_id"], in_urls, strict=True))
    assert (in_urls == videos["creator_id"].map(handles)).all()  # nobody was renamed
    removed = set(handles) - set(demo_frames(box)["creators"]["id"])
    seen = set()
    for name in OF_VIDEOS:
        result = demo_results(box)[name]
        assert "creator_id" in result, name
        theirs = result[result["creator_id"].isin(removed)]
        seen |= {name} if len(theirs) else set()
        assert theirs["tiktok_handle"].tolist() == theirs["creator_id"].map(handles).tolist(), name
    assert "accrue" in seen


EARNED = accruals(accrual("x", 100, creator_id="a"), accrual("y", 50, creator_id="b"))
PAID = payments(payment("z", 50, "y", creator_id="b"))


def handles_of(earned, paid):
    owed = tgp.summarize_payouts(earned, paid, timezone="UTC").set_index("creator_id")
    return owed["tiktok_handle"].fillna("?").to_dict()


def test_a_creator_keeps_the_handle_that_any_frame_knows():
    assert handles_of(EARNED.assign(tiktok_handle=["mia", None]), PAID) == {"a": "mia", "b": "?"}
    assert handles_of(EARNED, PAID.assign(tiktok_handle="ben")) == {"a": "?", "b": "ben"}


@pytest.mark.parametrize("days", [("10", "12"), ("12", "10")])
def test_of_several_names_the_one_loaded_last_counts(days):
    earned, paid = EARNED.assign(tiktok_handle=days[0]), PAID.assign(tiktok_handle=days[1])
    for frame, day in zip((earned, paid), days, strict=True):
        frame.attrs["trackagoat"] = {"fetched_at": f"2026-06-{day}T00:00:00Z"}
    assert handles_of(earned, paid)["b"] == "12"


def test_analytics_know_the_names_of_what_they_are_of():
    views = series("2026-05-01", [1000.0])
    costs = tgp.effective_cpm(EARNED, views)
    assert costs.set_index("creator_id")["tiktok_handle"].fillna("?").to_dict() == {
        "a": "ann", "b": "?",
    }  # fmt: skip
    assert NAMES.isdisjoint(tgp.effective_cpm(EARNED, views.assign(entity="video")).columns)


NAMED = {
    "accrue": lambda world, names: tgp.accrue(
        world["structures"], world["assignments"], videos=world["videos"],
        analytics=world["analytics"], goals=world["goals"], until=NOON, timezone=ZONE, names=names,
    ),
    "effective_cpm": lambda world, names: tgp.effective_cpm(
        world["accruals"], world["analytics"], by="structure", names=names
    ),
    "cost_per_engagement": lambda world, names: tgp.cost_per_engagement(
        world["accruals"], world["analytics"], by="project", names=names
    ),
    "payout_entries": lambda world, names: tgp.payout_entries(
        world["accruals"], world["payments"], names=names
    ),
    "outstanding_balances": lambda world, names: tgp.outstanding_balances(
        world["accruals"], world["payments"], names=names
    ),
    "summarize_payouts": lambda world, names: tgp.summarize_payouts(
        world["accruals"], world["payments"], by="structure", names=names
    ),
    "paid_by_year": lambda world, names: tgp.paid_by_year(world["payments"], names=names),
    "summarize_compliance": lambda world, names: tgp.summarize_compliance(
        world["goals"], names=names
    ),
    "find_negative_alerts": lambda world, names: tgp.find_negative_alerts(
        world["comments"], min_comments=1, share_pct=1.0, names=names
    ),
    "rank_creators_by_sentiment": lambda world, names: tgp.rank_creators_by_sentiment(
        world["comments"], names=names
    ),
    "summarize_sentiment": lambda world, names: tgp.summarize_sentiment(
        world["comments"], ["video_id", "project_id"], names=names
    ),
}  # fmt: skip


@pytest.mark.parametrize("call", NAMED.values(), ids=NAMED)
def test_names_that_no_other_frame_knows_are_given_apart(box, call):
    world = demo_frames(box)
    names = [world[kind] for kind in ("creators", "structures", "projects", "videos")]
    result = call(world, names)
    assert len(result) > 0
    labels = {ids: label for ids, label in BESIDE.items() if ids in result.columns}
    assert labels
    assert set(labels.values()) <= set(result.columns)
    for ids, label in labels.items():
        # A removed creator is in no list.
        is_known = result[label].notna() | result[ids].isna()
        assert is_known.any() if ids == "creator_id" else is_known.all()
    assert list(result.columns) == in_reading_order(result.columns)


def test_a_report_takes_names(client, box):
    world = demo_frames(box)
    report = tgp.load_report(
        "outliers", "Summer Launch", dates="2026-05",
        names=(world["videos"], world["creators"]), client=client,
    )  # fmt: skip
    assert list(report.columns[:2]) == ["tiktok_handle", "video_title"]
    assert report["video_title"].notna().all()


@pytest.mark.parametrize("names", ["mia", 5, [None], {"a": "mia"}])
def test_what_is_no_frame_has_no_names(names):
    with pytest.raises(ArgumentTypeError, match="names"):
        tgp.summarize_payouts(EARNED, PAID, names=names)
    with connect_to(Canned({})) as client, pytest.raises(ArgumentTypeError, match="names"):
        tgp.load_report("outliers", ID, names=names, client=client)
    assert client.requests_sent == 0


def test_a_frame_that_cannot_know_any_name_is_refused_rather_than_ignored():
    names = pd.DataFrame({"id": ["s"], "name": ["Flat"]})
    for given in (names, [names], names.rename(columns={"id": "name", "name": "name"})):
        with pytest.raises(ArgumentError, match=r"names: a frame with .*such as structure_id"):
            tgp.summarize_payouts(EARNED, PAID, by="structure", timezone="UTC", names=given)
        with connect_to(Canned({})) as client, pytest.raises(ArgumentError, match="names: a frame"):
            tgp.load_report("outliers", ID, names=given, client=client)
        assert client.requests_sent == 0


def test_titles_and_names_are_known_by_their_columns_alone():
    posts = pd.DataFrame({"video_id": ["v"], "text": ["love it"], "posted_at": [NOON]})
    titles = pd.DataFrame({"id": ["v"], "title": ["the hook"]})
    found = tgp.summarize_sentiment(posts, "video_id", names=titles)
    assert found["video_title"].tolist() == ["the hook"]
    rules = pd.DataFrame({"structure_id": EARNED["structure_id"], "structure_name": "Flat"})
    found = tgp.summarize_payouts(EARNED, PAID, by="structure", timezone="UTC", names=rules)
    assert set(found["structure_name"]) == {"Flat"}


def test_a_table_that_is_in_reading_order_is_not_copied():
    table = pd.DataFrame({"tiktok_handle": ["mia"], "view_count": [1], "creator_id": ["a"]})
    assert arranged(table) is table
    assert list(arranged(table[["creator_id", "tiktok_handle", "view_count"]]).columns) == [*table]


@pytest.mark.parametrize("names", [["text", "creator_id"], ["creator_id", "text"]])
def test_a_frame_that_gets_columns_is_in_reading_order_if_it_was(names):
    frame = pd.DataFrame({"text": ["love it"], "creator_id": ["a"]})[names]
    found = list(tgp.score_comments(frame).columns)
    assert found[:2] == (["text", "label"] if names[0] == "text" else names)


def test_what_the_caller_groups_by_comes_first():
    comments = pd.DataFrame({"is_ad": [True, False], "text": ["love it", "meh"]})
    assert tgp.summarize_sentiment(comments, "is_ad").columns[0] == "is_ad"
