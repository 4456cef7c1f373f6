"""Frames that belong together, loaded with different filters."""

from __future__ import annotations

import ast
from pathlib import Path

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import every
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    IncompleteFrameWarning,
    MismatchedFramesWarning,
)
from trackagoat_pandas.helpers.facts import mismatch_of, moment_of
from trackagoat_pandas.helpers.health.data import TABLES
from trackagoat_pandas.helpers.health.supply import FRAMES
from trackagoat_pandas.widgets import GoalBoard, PayoutBoard

PROJECT, OTHER = "Q1 Brand Program", "Summer Launch"


@pytest.fixture
def one(client):
    return tgp.load_creators(PROJECT, client=client)["id"].iloc[0]


@pytest.mark.parametrize(
    ("earned", "paid", "said"),
    [
        ({"creator": True}, {}, r"\(creator_id\)"),
        ({}, {"creator": True}, r"\(creator_id\)"),
        ({"dates": "2026-05"}, {}, r"\(from, to\)"),
        ({"status": "pending"}, {}, r"\(status\)"),
        ({"project": OTHER}, {}, r"\(project_id\)"),
    ],
)
def test_accruals_and_payments_of_different_filters_are_said_to_be_so(
    client, one, earned, paid, said
):
    earned, paid = (
        {"project": PROJECT, **given, **({"creator": one} if "creator" in given else {})}
        for given in (earned, paid)
    )
    accruals = tgp.load_payout_accruals(**earned, client=client)
    payments = tgp.load_payout_payments(**paid, client=client)
    with pytest.warns(MismatchedFramesWarning, match=f"^outstanding_balances: .*{said}"):
        tgp.outstanding_balances(accruals, payments)
    with pytest.warns(MismatchedFramesWarning, match="^payout_summary: .*different filters"):
        tgp.plots.payout_summary(accruals, payments)
    assert "different filters" in PayoutBoard(accruals, payments).message.value


def test_frames_of_one_filter_or_none_are_not_compared(client):
    one = tgp.load_payout_payments(PROJECT, client=client)["creator_id"].iloc[0]
    accruals = tgp.load_payout_accruals(PROJECT, creator=one, client=client)
    payments = tgp.load_payout_payments(PROJECT, creator=one, client=client)
    sums = tgp.summarize_payouts(accruals, payments)
    assert sums["creator_id"].tolist() == [one]
    payments.attrs.clear()
    pd.testing.assert_frame_equal(tgp.summarize_payouts(accruals, payments), sums)


@pytest.mark.parametrize("is_list", [False, True])
def test_frames_of_names_are_said_to_be_incomplete_alone_or_in_a_list(client, is_list):
    accruals = tgp.load_payout_accruals(PROJECT, client=client)
    payments = tgp.load_payout_payments(PROJECT, client=client)
    creators = tgp.load_creators(PROJECT, client=client)
    creators.attrs["trackagoat"]["complete"] = False
    with pytest.warns(IncompleteFrameWarning, match="summarize_payouts: `names` is incomplete"):
        sums = tgp.summarize_payouts(accruals, payments, names=[creators] if is_list else creators)
    assert sums.goat.provenance["complete"] is False


@pytest.mark.parametrize("number", [2, 5])
def test_goals_with_videos_of_the_same_creators_miss_no_posts(client, number):
    goals = tgp.load_goal_compliance(PROJECT, client=client)
    posts = goals[goals["metric"] == "posts"]
    several = posts["creator_id"].unique()[:number].tolist()
    videos = tgp.load_videos(PROJECT, creator=several, client=client)
    theirs = posts[posts["creator_id"].isin(several)]
    judged = tgp.evaluate_goals(theirs, videos)  # a warning would be an error
    assert judged["creator_id"].tolist() == theirs["creator_id"].tolist()
    assert judged["actual"].tolist() == theirs["actual"].tolist()


def test_goals_of_several_creators_with_videos_of_one_are_said_to_miss_posts(client, one):
    goals = tgp.load_goal_compliance(PROJECT, client=client)
    posts = goals[goals["metric"] == "posts"]
    videos = tgp.load_videos(PROJECT, creator=one, client=client)
    with pytest.warns(MismatchedFramesWarning, match=r"^evaluate_goals: .*were not loaded"):
        tgp.evaluate_goals(posts, videos)
    board = GoalBoard(posts, videos=videos)
    board.page.value = "Odds"
    assert "were not loaded: posts are missing" in board.message.value
    tgp.evaluate_goals(posts[posts["creator_id"] == one], videos)
    others = tgp.load_videos(OTHER, client=client)
    with pytest.warns(MismatchedFramesWarning, match=r"^evaluate_goals: .*different projects"):
        tgp.evaluate_goals(posts, others)


def test_creators_of_more_projects_than_videos_are_not_said_never_to_have_posted(client, one):
    everyone = tgp.load_creators(client=client)
    videos = tgp.load_videos(PROJECT, client=client)
    goals = tgp.load_goal_compliance(PROJECT, client=client)
    said = r"^summarize_creators: `creators` are of more projects than `videos`: posts are missing"
    with pytest.warns(MismatchedFramesWarning, match=said):
        tgp.summarize_creators(everyone, videos, goals)
    every_video = tgp.load_videos(client=client)
    with pytest.warns(MismatchedFramesWarning, match="than `goals`: goals are missing"):
        tgp.summarize_creators(everyone, every_video, goals)
    ours = everyone[everyone["project_id"] == everyone.set_index("id").loc[one, "project_id"]]
    for some in (videos, every_video):  # a warning would be an error
        tgp.summarize_creators(ours, some, goals)
    hers = tgp.load_videos(PROJECT, creator=one, client=client)
    own = tgp.load_goal_compliance(PROJECT, creator=one, client=client)
    with pytest.warns(MismatchedFramesWarning, match="`creators` have rows of creators whose"):
        tgp.summarize_creators(ours, hers, own)


def test_creators_of_all_projects_may_give_names_to_frames_of_one(client):
    everyone = tgp.load_creators(client=client)
    goals = tgp.load_goal_compliance(PROJECT, client=client)
    videos = tgp.load_videos(PROJECT, client=client)
    judged = tgp.evaluate_goals(goals[goals["metric"] == "posts"], videos)
    named = tgp.goat(judged.drop(columns="tiktok_handle")).with_names(creators=everyone)
    assert named["tiktok_handle"].notna().all()
    accruals = tgp.load_payout_accruals(PROJECT, client=client)
    payments = tgp.load_payout_payments(PROJECT, client=client)
    assert tgp.outstanding_balances(accruals, payments, names=everyone)["tiktok_handle"].any()


def test_rules_of_more_projects_than_what_they_count_are_said_to_be_so():
    rules = pd.DataFrame({"id": ["a", "b"], "kind": ["view_threshold", "recurring"]})
    rules = rules.assign(project_id=["one", "two"])
    videos = pd.DataFrame({"id": ["v"], "creator_id": ["c"]})
    videos.attrs["trackagoat"] = {"path": "/videos", "params": {"project_id": "one"}}
    given = {"structures": rules, "videos": videos}
    assert mismatch_of(given) == ""
    of_views = rules.assign(kind="view_threshold")
    assigned = pd.DataFrame({"structure_id": ["a"], "creator_id": ["c"]})
    more = "`structures` are of more projects than `videos`: posts are missing"
    assert mismatch_of({**given, "structures": of_views}) == more
    assert mismatch_of({**given, "structures": of_views, "assignments": assigned}) == ""
    goals = pd.DataFrame({"creator_id": ["c"], "project_id": ["one"]})
    goals.attrs["trackagoat"] = {"path": "/projects/one/goal-compliance"}
    of_goals = {"structures": rules.assign(kind="goal"), "goals": goals}
    assert "goals are missing" in mismatch_of(of_goals)


def test_campaigns_of_another_project_than_videos_are_not_said_to_have_no_posts():
    campaigns = pd.DataFrame({"id": ["a", "b"], "items": "[]", "project_id": ["one", "two"]})
    videos = pd.DataFrame({"id": ["v"], "creator_id": ["c"], "tracking_status": ["included"]})
    videos.attrs["trackagoat"] = {"path": "/videos", "params": {"project_id": "one"}}
    said = "`videos` and `campaigns` are of different projects: posts are missing"
    with pytest.warns(MismatchedFramesWarning, match=said):
        tgp.member_overlap(campaigns.tail(1), videos)


def test_an_audit_of_more_projects_than_was_worked_out_says_so(client):
    structures = tgp.load_payout_structures(PROJECT, client=client)
    retainers = structures[structures["kind"] == "recurring"]
    assignments = tgp.load_payout_assignments(retainers, client=client)
    due = tgp.accrue(retainers, assignments, until="2026-06-14")
    accruals = tgp.load_payout_accruals(client=client)
    payments = tgp.load_payout_payments(client=client)
    with pytest.warns(MismatchedFramesWarning, match="`accruals` are of more projects than `due`"):
        tgp.audit_payouts(due, accruals, payments)


def test_balances_of_a_day_to_come_are_refused(client):
    accruals = tgp.load_payout_accruals(PROJECT, client=client)
    payments = tgp.load_payout_payments(PROJECT, client=client)
    with pytest.raises(ArgumentError, match=r"2027-01-01 is in the future: today is 2026-06-15"):
        tgp.outstanding_balances(accruals, payments, as_of="2027-01-01")


@pytest.mark.parametrize(
    "fact", [5, {"number": "a", "of": None}, [1], {"a": 1}, {"a": [1]}, "x"][:: every(3)]
)
@pytest.mark.parametrize(
    "name",
    ["absent", "cut", "data_since", "data_until", "gaps", "missing", "names", "project", "rows",
     "starts_later", "undeclared"],
)  # fmt: skip
def test_a_fact_of_another_kind_than_expected_is_no_obstacle(name, fact):
    days = pd.DataFrame({"date": pd.to_datetime(["2026-06-01"]), "value": [1.0]})
    days = days.assign(entity="creator", entity_id="a", metric="views", series_kind="main")
    params = {"from": "2026-06-01", "to": "2026-06-01"}
    days.attrs["trackagoat"] = {"path": "/analytics", "params": params, name: fact}
    assert repr(tgp.goat(days))
    assert tgp.goat(days).provenance._repr_html_()
    assert len(tgp.combine_loads(days, days)) == 1
    assert len(tgp.resample(days, "week")) == 1


@pytest.mark.parametrize("wrong", [None, [], "goals", 5, pd.Series([1])])
def test_what_is_no_frame_is_refused_under_the_name_of_its_argument(client, wrong):
    creators = tgp.load_creators(PROJECT, client=client)
    with pytest.raises(ArgumentTypeError, match=r"^videos can't be .* a pandas DataFrame"):
        tgp.summarize_creators(creators, wrong, creators)
    if wrong is not None:  # None is allowed there
        with pytest.raises(ArgumentTypeError, match=r"^analytics can't be .* a pandas Data"):
            tgp.goal_odds(creators, None, wrong)


def derived_functions():
    """Each function decorated with `derived`, with what is declared of it."""
    for path in Path(tgp.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for call in getattr(node, "decorator_list", []):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "derived":
                    options = {each.arg: ast.literal_eval(each.value) for each in call.keywords}
                    yield node, [*_made_of(call.args)], options


def _made_of(arguments):
    for each in arguments:
        # The frames of program_health and check_data are tuples with a name.
        if isinstance(each, ast.Starred):
            yield from {"FRAMES": FRAMES, "TABLES": TABLES}[each.value.id]
        else:
            yield ast.literal_eval(each)


def test_what_is_declared_of_a_helper_are_its_arguments():
    names = []
    for function, made_of, options in derived_functions():
        arguments = {each.arg for each in [*function.args.args, *function.args.kwonlyargs]}
        parts = {*made_of} or {options["rows_of"]}
        assert parts <= arguments, function.name
        # Only of these is it known whether they are whole, and what they say.
        assert {*options.get("whole", ())} <= parts, function.name
        assert {options.get("facts_of", "")} <= parts | {""}, function.name
        assert {options.get("by", ""), options.get("dates", "")} <= arguments | {""}, function.name
        names.append(function.name)
    assert len(names) > 40


_BRIEFLY = pd.Timedelta(seconds=30)


def test_an_instant_some_seconds_ahead_of_a_frame_s_clock_is_taken_as_it_is():
    # A store's lists are loaded one after the other, and each knows the clock of its own answer.
    now = pd.Timestamp.now("UTC").floor("s")
    frame = pd.DataFrame()
    frame.attrs["trackagoat"] = {"server_time": str(now), "fetched_at": str(now)}
    ahead = now + pd.Timedelta(seconds=30)
    assert moment_of(ahead, [frame], zone="UTC") == ahead
    # A later one of today is the present, and not a minute later.
    noon = pd.Timestamp("2026-06-18T12:00Z")
    early = pd.DataFrame()
    early.attrs["trackagoat"] = {"server_time": str(noon), "fetched_at": str(now)}
    assert moment_of(noon + pd.Timedelta(hours=9), [early], zone="UTC") < noon + _BRIEFLY
    much_later = now + pd.Timedelta(days=1)
    with pytest.raises(ArgumentError, match="now"):
        moment_of(much_later, [frame], zone="UTC")
