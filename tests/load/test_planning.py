"""What a load costs: counted before anything is sent, and limited while it is sent."""

from __future__ import annotations

import threading

import httpx
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.http.test_shared_quota import shared_client
from tests.support.acting import PROJECT, acting, client_of, planned
from tests.support.http_doubles import KEY, make_client, ok, refused
from trackagoat_pandas.errors import (
    AmbiguousCreatorError,
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    ContractWarning,
    DeadlineError,
    MissingArgumentError,
    RequestBudgetError,
    StoppedError,
    UnknownArgumentError,
    UnnamedArgumentError,
)
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.settings import resolve_settings

ID = "00000001-0000-4000-8000-000000000000"
PROJECT_ID = "00000002-0000-4000-8000-000000000000"
BY_ID = {
    "projects": (tgp.load_projects, (), {}),
    "creators": (tgp.load_creators, (PROJECT_ID,), {}),
    "videos": (tgp.load_videos, (PROJECT_ID,), {}),
    "campaigns": (tgp.load_campaigns, (PROJECT_ID,), {}),
    "annotations": (tgp.load_annotations, (PROJECT_ID,), {"dates": "2026-06"}),
    "goals": (tgp.load_goal_compliance, (PROJECT_ID,), {}),
    "analytics": (tgp.load_analytics, ("creator", [ID], "views"), {"dates": "2026-06"}),
    "methods": (tgp.load_payout_methods, (), {}),
    "structures": (tgp.load_payout_structures, (PROJECT_ID,), {}),
    "one structure": (tgp.load_payout_structures, (), {"structure": ID}),
    "assignments": (tgp.load_payout_assignments, ([ID],), {}),
    "accruals": (tgp.load_payout_accruals, (PROJECT_ID,), {"dates": "2026-06"}),
    "payments": (tgp.load_payout_payments, (PROJECT_ID,), {"dates": "2026-06"}),
    "comments": (tgp.load_comments, (PROJECT_ID,), {}),
    "leaderboard": (tgp.load_report, ("video-leaderboard", PROJECT_ID), {"dates": "2026-05"}),
    "report": (tgp.load_report, ("outliers", PROJECT_ID), {"dates": "2026-05"}),
    "path": (tgp.load_path, ("/videos",), {"limit": 50}),
    "unknown path": (tgp.load_path, ("/tomorrow",), {}),
    "data model": (tgp.load_data_model, (), {}),
}
"""Each loader, with arguments that need no look-up."""
BY_NAME = {
    "creators": (tgp.load_creators, (PROJECT,), {}),
    "videos": (tgp.load_videos, (PROJECT,), {}),
    "videos of a creator": (tgp.load_videos, (PROJECT,), {"creator": "@mossy_reef"}),
    "campaigns": (tgp.load_campaigns, (PROJECT,), {}),
    "annotations": (
        tgp.load_annotations,
        (PROJECT,),
        {"entity": "creator", "entity_id": "@mossy_reef", "dates": "last 30 days"},
    ),
    "goals": (tgp.load_goal_compliance, (PROJECT,), {"creator": "@mossy_reef"}),
    "analytics": (
        tgp.load_analytics,
        ("creator", "@mossy_reef", ["views", "likes"]),
        {"dates": "last 30 days"},
    ),
    "analytics of a project": (tgp.load_analytics, ("project", PROJECT, "views"), {}),
    "accruals": (tgp.load_payout_accruals, (PROJECT,), {}),
    "payments of May": (tgp.load_payout_payments, (PROJECT,), {"dates": "2026-05"}),
    "comments of May": (tgp.load_comments, (PROJECT,), {"dates": "2026-05"}),
    "leaderboard": (tgp.load_report, ("video-leaderboard", PROJECT), {"dates": "2026-05"}),
    "checked": (
        tgp.load_report,
        ("creator-leaderboard", PROJECT),
        {"dates": "2026-05", "check": True},
    ),
    "report": (tgp.load_report, ("outliers", PROJECT), {"dates": "2026-05"}),
}
"""Loaders with names and relative dates, for which something has to be looked up."""


class Telltale(httpx.BaseTransport):
    """Fails on the first request."""

    def handle_request(self, request):
        raise AssertionError(f"{request.url} was asked for")


@pytest.fixture
def silent():
    """A client that can't send anything."""
    with tgp.connect(KEY, transport=Telltale(), progress=False) as connected:
        yield connected


@pytest.fixture
def fresh(box):
    """A client that has loaded nothing yet."""
    with client_of(box) as connected:
        yield connected


def patient(box, app):
    """A client of an application in front of the sandbox, whose retries come without a wait."""
    settings = resolve_settings(box.key, base_url="http://127.0.0.1/api/v1", rate_limit=None)
    return Client(settings, transport=app, progress=False, chance=lambda: 0.0)


def length_of(videos):
    """The note of a plan that the list of these videos is as long as they are."""
    facts = videos.goat.provenance
    day = facts["server_time"][:10]
    return f"/videos: {facts['requests']} requests, since it had {len(videos)} rows on {day}"


def loaded(box, loader, *given, **options):
    """What a loader returns to a client of its own."""
    with client_of(box) as client:
        return loader(*given, client=client, **options)


@pytest.mark.parametrize("name", BY_ID)
def test_a_plan_sends_nothing_and_remembers_nothing(name, silent):
    loader, given, options = BY_ID[name]
    remembered = dict(silent._memory.facts)
    assert tgp.estimate_load(loader, *given, **options).least >= 1
    assert silent.requests_sent == 0
    assert silent._memory.facts == remembered


@pytest.mark.parametrize("name", BY_NAME)
def test_a_plan_with_names_sends_nothing_and_remembers_nothing(name, silent):
    loader, given, options = BY_NAME[name]
    assert tgp.estimate_load(loader, *given, **options).least >= 2
    assert silent.requests_sent == 0
    assert silent._memory.facts == {}


@pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.ContractWarning")
@pytest.mark.parametrize("name", BY_NAME)
def test_a_first_load_takes_as_many_requests_as_its_plan_allows_for(name, fresh):
    loader, given, options = BY_NAME[name]
    plan = tgp.estimate_load(loader, *given, **options)
    loader(*given, **options)
    assert plan.least <= fresh.requests_sent
    assert plan.most is None or fresh.requests_sent <= plan.most


@pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.ContractWarning")
@pytest.mark.parametrize("name", [name for name in BY_NAME if name != "checked"])
def test_a_second_load_takes_exactly_as_many_requests_as_its_plan_says(name, fresh):
    loader, given, options = BY_NAME[name]
    loader(*given, **options)
    plan, before = tgp.estimate_load(loader, *given, **options), fresh.requests_sent
    loader(*given, max_requests=plan.requests, **options)
    assert fresh.requests_sent - before == plan.requests


@pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.ContractWarning")
@pytest.mark.parametrize("name", [name for name in BY_NAME if name != "checked"])
def test_a_load_that_is_known_to_take_one_request_too_many_sends_nothing(name, fresh):
    loader, given, options = BY_NAME[name]
    loader(*given, **options)
    takes, before = tgp.estimate_load(loader, *given, **options).requests, fresh.requests_sent
    with pytest.raises(RequestBudgetError, match=f"takes {takes} or more") as caught:
        loader(*given, max_requests=takes - 1, **options)
    assert (caught.value.max_requests, caught.value.needed) == (takes - 1, takes)
    assert fresh.requests_sent == before


def test_every_loader_has_a_plan():
    planned_loaders = {loader for loader, *_ in BY_ID.values()}
    assert {getattr(tgp, name) for name in tgp.__all__ if name.startswith("load_")} == (
        planned_loaders
    )


def test_a_list_is_as_long_as_it_was_last_time(fresh):
    videos = tgp.load_videos(PROJECT)
    plan = tgp.estimate_load(tgp.load_videos, PROJECT)
    assert plan.requests == videos.goat.provenance["requests"] > 1
    assert plan.notes == (length_of(videos),)


def test_a_list_that_was_not_loaded_yet_takes_one_request_or_more(silent):
    plan = tgp.estimate_load(tgp.load_videos, PROJECT_ID)
    assert (plan.requests, plan.least, plan.most) == (None, 1, None)
    assert plan.notes == ("/videos: the number of rows isn't known, so 1 request or more",)


def test_a_part_of_a_list_is_not_taken_for_the_whole(fresh):
    with pytest.raises(RequestBudgetError, match="used up"):
        tgp.load_videos(PROJECT, max_requests=3)
    assert tgp.estimate_load(tgp.load_videos, PROJECT).most is None


def test_one_list_of_a_creator_is_not_taken_for_that_of_all(fresh):
    tgp.load_videos(PROJECT, creator="@mossy_reef")
    assert tgp.estimate_load(tgp.load_videos, PROJECT).most is None
    assert tgp.estimate_load(tgp.load_videos, PROJECT, creator="@mossy_reef").requests == 1


def test_names_that_would_be_looked_up_are_said_and_each_list_is_counted_once(silent):
    plan = tgp.estimate_load(tgp.load_videos, PROJECT, creator=["@mia", "@tom"])
    assert plan.least == 1 + 1 + 2
    assert plan.notes == (
        "/projects: 1 request to look up the projects' names and the time zone",
        "/creators: 1 request or more to look up @mia, @tom",
        "/videos: the number of rows isn't known, so 2 requests or more",
    )


def test_names_that_the_client_knows_cost_nothing(fresh):
    tgp.load_creators(PROJECT)
    before = fresh.requests_sent
    plan = tgp.estimate_load(tgp.load_videos, PROJECT, creator="@mossy_reef")
    assert plan.least == 1
    tgp.load_videos(PROJECT, creator="@mossy_reef")
    assert fresh.requests_sent - before == 1


def test_a_name_that_the_known_list_does_not_have_is_looked_up_again(fresh):
    tgp.load_creators(PROJECT)
    plan = tgp.estimate_load(tgp.load_videos, "Tomorrow's", creator="@nobody_yet")
    assert plan.least == 3
    assert '/projects: 1 request to look up "Tomorrow\'s"' in plan.notes


def test_a_campaign_that_would_be_looked_up_is_counted(silent):
    plan = tgp.estimate_load(tgp.load_analytics, "campaign", ["Spring", ID], "views")
    assert "/campaigns: 1 request or more to look up 'Spring'" in plan.notes


def test_a_name_of_several_creators_is_the_error_of_the_load():
    with acting() as (client, _):
        handle = tgp.load_creators(PROJECT)["tiktok_handle"].iloc[0]
        tgp.actions.add_creators("Summer Launch", [handle])
        tgp.load_creators()
        before = client.requests_sent
        with pytest.raises(AmbiguousCreatorError, match=handle):
            tgp.estimate_load(tgp.load_videos, creator=handle)
        assert client.requests_sent == before


def test_the_lists_of_several_creators_are_remembered_together(fresh):
    creators = tgp.load_creators(PROJECT).head(3)
    assert tgp.estimate_load(tgp.load_videos, PROJECT, creator=creators).least == 3
    before = fresh.requests_sent
    tgp.load_videos(PROJECT, creator=creators)
    plan = tgp.estimate_load(tgp.load_videos, PROJECT, creator=creators)
    assert plan.requests == fresh.requests_sent - before


def test_analytics_take_one_request_or_one_for_several_ids_until_the_server_says_which(fresh):
    creators = tgp.load_creators(PROJECT)
    asked = tgp.load_analytics, "creator", creators, ["views", "likes"]
    plan = tgp.estimate_load(*asked, dates="2026-05")
    assert (plan.least, plan.most) == (1 + 2, 1 + 2 * len(creators))
    before = fresh.requests_sent
    tgp.load_analytics(*asked[1:], dates="2026-05")
    assert fresh.requests_sent - before == 3
    assert tgp.estimate_load(*asked, dates="2026").requests == 2


def test_no_ids_take_no_request(silent):
    plan = tgp.estimate_load(tgp.load_analytics, "video", [], "views")
    assert (plan.requests, plan.seconds) == (0, 0.0)


def test_a_file_takes_no_request(silent):
    assert tgp.estimate_load(tgp.load_comments, pd.DataFrame({"text": ["yes"]})).requests == 0


def test_accruals_without_dates_may_ask_for_the_time_zone(silent):
    plan = tgp.estimate_load(tgp.load_payout_accruals, PROJECT_ID)
    assert plan.least == 1
    assert any(note.startswith("/projects: up to 1 request") for note in plan.notes)


def test_the_wait_is_that_of_the_rate_limit():
    client = make_client(rate_limit=(60, 60.0))
    ids = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(90)]
    plan = tgp.estimate_load(
        tgp.load_analytics, "campaign", ids, "views", breakdown="video", client=client
    )
    assert plan.requests == 90
    assert plan.seconds == pytest.approx(60, abs=0.1)
    assert plan.minutes == pytest.approx(1, abs=0.01)


def test_the_share_of_todays_quota_is_said_once_the_server_has_said_the_limit():
    meta = {"limitKey": "max_api_requests_per_day", "max": 1000, "current": 1000}
    client = shared_client(ok([]), refused(429, "rate_limit_exceeded", **meta))
    ids = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(90)]
    asked = tgp.load_analytics, "campaign", ids, "views"
    before = tgp.estimate_load(*asked, breakdown="video", client=client)
    assert (before.day_limit, before.day_share) == (None, None)
    shown = "today's quota            limit unknown until the server refuses a request; 0 used"
    assert shown in repr(before)
    client.get("/videos")
    with pytest.raises(DeadlineError, match="come back at"):
        client.get("/videos")
    plan = tgp.estimate_load(*asked, breakdown="video", client=client)
    assert (plan.day_limit, plan.used_today, plan.day_share) == (1000, 2, 0.09)
    assert "today's quota            9.0% of 1,000; 2 used" in repr(plan)


def test_a_wrong_argument_is_the_error_of_the_load(silent):
    with pytest.raises(ChoiceError, match="metrics='vews' is not allowed"):
        tgp.estimate_load(tgp.load_analytics, "creator", ID, "vews")
    with pytest.raises(MissingArgumentError, match="`project` is required"):
        tgp.estimate_load(tgp.load_goal_compliance, None)


def test_what_is_no_loader_is_refused(silent):
    with pytest.raises(ArgumentTypeError, match="loader can't be of type DataFrame"):
        tgp.estimate_load(pd.DataFrame())
    with pytest.raises(ArgumentError, match="it sends no requests: pass one of the loaders"):
        tgp.estimate_load(tgp.to_wide, pd.DataFrame())
    with pytest.raises(ArgumentError, match="it sends no requests: pass one of the loaders"):
        tgp.estimate_load(print)
    with pytest.raises(ArgumentError, match=r"its requests can't be counted: .*or store.sync"):
        tgp.estimate_load(tgp.report, PROJECT)


def test_a_function_of_ones_own_has_a_plan(fresh):
    def load_program(project, *, max_requests=None, client=None):
        return tgp.load_projects(max_requests=max_requests, client=client)

    tgp.load_projects()
    assert tgp.estimate_load(load_program, PROJECT).requests == 1


def test_a_plan_warns_of_nothing(silent):
    assert tgp.estimate_load(tgp.load_annotations, PROJECT_ID, dates="last 7 days").least == 2


def test_a_plan_is_shown_with_its_bounds_and_what_they_are_based_on(silent):
    looked_up = "/projects: 1 request to look up the projects' names and the time zone"
    assert repr(tgp.estimate_load(tgp.load_videos, PROJECT)).splitlines() == [
        "Plan of load_videos",
        "  requests                 2 or more",
        "  wait for the rate limit  unknown, at 60 requests per 60 s",
        "  today's quota            limit unknown until the server refuses a request; 0 used",
        f"  based on                 {looked_up}",
        f"  {'':23}  /videos: the number of rows isn't known, so 1 request or more",
    ]


@pytest.mark.parametrize(
    ("ids", "requests", "wait"),
    [(1, "1", "none"), (90, "6 to 91", "up to 1.0 minutes"), (2_000, "101 to 2,001", "up to 33.0")],
)
def test_a_range_is_shown_as_one(ids, requests, wait, silent):
    many = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(ids)]
    shown = repr(tgp.estimate_load(tgp.load_analytics, "creator", many, "views"))
    assert f"requests                 {requests}\n" in shown
    assert f"wait for the rate limit  {wait}" in shown


def test_a_plan_is_a_card_in_a_notebook(silent):
    card = tgp.estimate_load(tgp.load_videos, "<b>")._repr_html_()
    assert "<caption>Plan of load_videos</caption>" in card
    assert "<th scope='row'>requests</th><td>2 or more</td>" in card


def test_what_a_store_has_is_shown_if_the_client_has_one(box, tmp_path):
    with client_of(box, store=tmp_path / "program") as client:
        asked = tgp.load_analytics, "project", PROJECT, "views"
        assert "in the store             nothing of it" in repr(
            tgp.estimate_load(tgp.load_projects)
        )
        tgp.load_analytics(*asked[1:], dates="2026-05")
        plan, before = (
            tgp.estimate_load(*asked, dates="2026-05-02..2026-06-10"),
            client.requests_sent,
        )
        assert plan.stored == (
            "/analytics: 30 of 40 days of the series, 1 of 1 of which are requested whole",
        )
        assert "in the store             /analytics: 30 of 40 days" in repr(plan)
        # One request from April to June is sent, and what the store has is counted nevertheless.
        around = tgp.estimate_load(*asked, dates="2026-04-02..2026-06-10")
        assert around.stored == (
            "/analytics: 31 of 70 days of the series, 1 of 1 of which are requested whole",
        )
        earlier = tgp.estimate_load(*asked, dates="2026-03")
        assert earlier.stored == ("/analytics: 0 of 31 days of the series",)
        tgp.load_analytics(*asked[1:], dates="2026-05-02..2026-06-10")
        assert client.requests_sent - before == plan.requests


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("max_age", [None, "1h"])
@pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.ContractWarning")
def test_a_plan_with_a_store_allows_for_what_another_process_loads(name, max_age, box, tmp_path):
    loader, given, options = BY_NAME[name]
    with client_of(box, store=tmp_path / "program"):
        loader(*given, **options)
    with client_of(box, store=tmp_path / "program", max_age=max_age) as client:
        plan = tgp.estimate_load(loader, *given, **options)
        assert client.requests_sent == 0
        loader(*given, **options)
        assert plan.least <= client.requests_sent
        assert plan.most is None or client.requests_sent <= plan.most


@pytest.mark.parametrize("name", [*BY_NAME, "audit"])
@pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.ContractWarning")
def test_a_plan_with_an_empty_store_is_that_without_one(name, box, tmp_path):
    loader, given, options = BY_NAME.get(name, (tgp.audit, (PROJECT,), {}))
    with client_of(box) as client:
        expected = tgp.estimate_load(loader, *given, **options, client=client)
    with client_of(box, store=tmp_path / "program") as client:
        plan = tgp.estimate_load(loader, *given, **options, client=client)
    assert (plan.least, plan.most) == (expected.least, expected.most)


def test_a_store_says_how_long_a_list_was(box, tmp_path):
    with client_of(box, store=tmp_path / "program"):
        videos = tgp.load_videos(PROJECT)
    with client_of(box, store=tmp_path / "program"):
        plan = tgp.estimate_load(tgp.load_videos, PROJECT)
    assert plan.requests == 1 + videos.goat.provenance["requests"]
    assert length_of(videos) in plan.notes


def test_a_load_that_the_limit_ended_goes_on_with_the_next_requests(box, tmp_path):
    whole = loaded(box, tgp.load_videos, PROJECT)
    with client_of(box, store=tmp_path / "program") as client:
        for _ in range(2):
            with pytest.raises(RequestBudgetError, match="used up"):
                tgp.load_videos(PROJECT, max_requests=3)
            assert (
                tgp.estimate_load(tgp.load_videos, PROJECT).least >= 1
            )  # which leaves what was kept
        frame = tgp.load_videos(PROJECT)
        assert client.requests_sent == whole.goat.provenance["requests"] + 1
    pd.testing.assert_frame_equal(frame, whole)


@pytest.mark.parametrize("given", [-1, 1.5, True, "3"])
@pytest.mark.parametrize("name", ["videos", "comments", "data model"])
def test_a_limit_that_is_no_number_is_refused(given, name, silent):
    loader, arguments, options = BY_ID[name]
    with pytest.raises((ArgumentError, ArgumentTypeError), match="max_requests"):
        loader(*arguments, **options, max_requests=given)
    with pytest.raises((ArgumentError, ArgumentTypeError), match="max_requests"):
        tgp.load_comments(pd.DataFrame({"text": ["yes"]}), max_requests=given)


@pytest.mark.parametrize("name", BY_ID)
def test_a_limit_of_none_at_all_sends_nothing(name, silent):
    loader, given, options = BY_ID[name]
    with pytest.raises(RequestBudgetError, match=r"max_requests=0: .* so nothing was sent"):
        loader(*given, **options, max_requests=0)


@pytest.mark.parametrize("most", [2, 3, 7])
def test_a_list_ends_at_the_limit_and_the_error_has_its_rows(most, fresh):
    with pytest.raises(RequestBudgetError, match="the next one, to /videos, was not") as caught:
        tgp.load_videos(PROJECT, max_requests=most)
    assert fresh.requests_sent == most
    partial = caught.value.partial
    assert len(partial) == 100 * (most - 1)  # one request was for the project's name
    assert partial.goat.provenance["complete"] is False
    assert (caught.value.needed, caught.value.path) == (None, "/videos")


def test_a_limit_that_is_just_enough_changes_nothing(fresh):
    videos = tgp.load_videos(tgp.load_projects().query("name == @PROJECT"))
    takes = videos.goat.provenance["requests"]
    frame = tgp.load_videos(videos["project_id"].iloc[0], max_requests=takes)
    pd.testing.assert_frame_equal(frame, videos)


def test_retries_count():
    client = make_client(refused(500))
    with pytest.raises(RequestBudgetError, match="max_requests=2: they are used up"):
        tgp.load_projects(max_requests=2, client=client)
    assert len(session_of(client).transport.requests) == 2


def test_lists_loaded_at_once_share_the_limit_and_the_error_has_the_others(box):
    with client_of(box) as client:
        structures = tgp.load_payout_structures(PROJECT)
        assigned = tgp.load_payout_assignments(structures)["structure_id"].unique()
        structures = structures[structures["id"].isin(assigned)]
    with patient(box, planned(box.app, {2: "500"})) as client:
        with pytest.raises(RequestBudgetError, match=r"used up.*`error\.partial`") as caught:
            tgp.load_payout_assignments(structures, max_requests=len(structures), client=client)
        assert client.requests_sent == len(structures)
    loaded = caught.value.partial
    assert loaded["structure_id"].nunique() == len(structures) - 1
    assert loaded.goat.provenance["complete"] is False


@pytest.mark.parametrize("most", range(2, 8))
@pytest.mark.parametrize("fault", ["500", "reset", "cut"])
def test_no_fault_makes_a_load_send_more_than_its_limit(most, fault, box):
    relay = planned(box.app, {1: fault, 3: fault, 4: fault})
    with patient(box, relay) as client:
        with pytest.raises(RequestBudgetError, match=f"max_requests={most}: "):
            tgp.load_videos(PROJECT, max_requests=most, client=client)
        assert client.requests_sent == most
        assert len(relay.asked) == most


def test_a_limit_outside_holds_for_what_has_one_of_its_own(fresh):
    view = Session(fresh, budget=2)
    tgp.load_projects(max_requests=1, client=view)
    tgp.load_projects(max_requests=1, client=view)
    with pytest.raises(RequestBudgetError, match="max_requests=2: they are used up"):
        tgp.load_projects(max_requests=1, client=view)
    assert fresh.requests_sent == 2


def test_a_view_with_a_limit_keeps_its_client_and_can_be_cancelled_with_it(box):
    stop = threading.Event()
    with client_of(box) as client:
        view = Session(client, stop=stop, budget=5)
        stop.set()
        with pytest.raises(StoppedError, match="its load was stopped"):
            tgp.load_projects(client=view)
        limited = Session(client, budget=5)
        limited.cancel()
        assert not client.closed
        assert len(tgp.load_projects(client=limited)) > 0


def test_a_checked_report_stays_whole_when_the_limit_ends_the_check(fresh):
    with pytest.warns(ContractWarning, match="counts could not be checked. max_requests=3"):
        board = tgp.load_report(
            "creator-leaderboard", PROJECT, dates="2026-05", check=True, max_requests=3
        )
    assert board.goat.provenance["counts"] == "unclear"
    assert board.goat.provenance["complete"] is True
    assert fresh.requests_sent == 3


def test_a_list_stays_whole_when_the_limit_leaves_no_request_for_the_time_zone(fresh):
    listed = fresh.get("/projects").records  # a loaded frame of them has the time zone
    project = next(row["id"] for row in listed if row["name"] == PROJECT)
    before = fresh.requests_sent
    frame = tgp.load_payout_accruals(project, max_requests=2)
    assert fresh.requests_sent - before == 2
    assert frame.goat.provenance["complete"] is True
    assert frame.goat.provenance["timezone"] is None


def test_ids_in_an_iterator_are_counted_and_loaded(fresh):
    creators = tgp.load_creators(PROJECT)["id"]
    views = tgp.load_analytics("creator", iter(creators), "views", dates="2026-05", max_requests=9)
    assert set(views["entity_id"]) == set(creators)
    videos = tgp.load_videos(creator=(id_ for id_ in creators.head(2)), max_requests=9)
    assert set(videos["creator_id"]) == set(creators.head(2))


@pytest.mark.parametrize(
    ("load", "name", "said"),
    [
        (tgp.load_videos, "start", "It can't filter by date: filter its frame"),
        (tgp.load_report, "start", r"Give both days as dates=\('2026-05-01'"),
        (tgp.load_creators, "projekt", "Did you mean 'project'"),
        (tgp.load_comments, "start", r"Give both days as dates=\('2026-05-01'"),
        (tgp.growth, "granularty", "Did you mean 'granularity'"),
    ],
)
def test_an_argument_that_a_function_does_not_have_is_named_with_what_it_takes(load, name, said):
    with pytest.raises(UnknownArgumentError, match=f"has no argument '{name}': it takes .*{said}"):
        load(**{name: "2026-05-01"})


def test_arguments_without_the_name_that_they_need_are_refused_with_the_names():
    frame = pd.DataFrame({"creator_id": ["a"]})
    said = "with_names takes only frame by position. Give the others by name: creators=,"
    with pytest.raises(UnnamedArgumentError, match=said):
        tgp.with_names(frame, frame)
    with pytest.raises(UnnamedArgumentError, match="with_names takes only frame"):
        frame.goat.with_names(frame)


def test_the_metric_of_goals_is_a_sum_of_others():
    with pytest.raises(ArgumentError, match="only goals have it: load 'likes'"):
        tgp.load_analytics("creator", [ID], "engagement", client=make_client())
