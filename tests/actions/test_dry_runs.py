"""A dry run says of each item what the real run then does, and changes nothing."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests.support.acting import CHEAP, PROJECT, acting, client_of, ids_of
from tests.support.canned import Canned, connect_to
from tests.support.relays import Relay
from trackagoat_pandas.actions import dry_runs
from trackagoat_pandas.errors import (
    ApiError,
    ArgumentError,
    ChoiceError,
    InvalidItemsError,
    MissingColumnError,
    TrackaGoatError,
)
from trackagoat_pandas.helpers.formats import in_reading_order

URL = "https://www.tiktok.com/@{}/video/{}"
COLUMNS = ["item", "status", "error", "method", "path", "body"]
BECOMES = {
    "would create": {"created"},
    "would reactivate": {"reactivated"},
    "would change": {"updated"},
    "would remove": {"deleted", "updated"},
    "would send": {"done"},
    "exists": {"unchanged", "failed"},
    "unchanged": {"unchanged"},
    "not found": {"failed", "unchanged"},
    "would fail": {"failed"},
}
"""What a real run says of items of which a dry run says this."""


@pytest.fixture(scope="module")
def client():
    with tgp.sandbox(**CHEAP) as box, client_of(box) as connected:
        yield connected


@pytest.fixture
def fresh():
    with acting() as (client, _):
        yield client


def states(client):
    """Everything that actions can change, as far as it is listed."""
    lists = ("/creators", "/videos", "/campaigns", "/payout-accruals", "/payout-structures")
    return {path: list(client.records(path)) for path in lists}


def test_a_sheet_of_seven_rows_is_judged_row_by_row(client):
    there = tgp.load_creators(PROJECT, client=client)["tiktok_handle"][0]
    sheet = pd.DataFrame(
        {
            "Handle": [
                "fine.goat", "@second_goat", "not a handle", "x" * 31,
                "https://www.tiktok.com/@url.goat?lang=en", "FINE.goat", there,
            ]
        },
        index=list("abcdefg"),
    )  # fmt: skip
    before = client.requests_sent
    plan = tgp.actions.add_creators(PROJECT, sheet, dry_run=True, client=client)
    assert list(plan) == COLUMNS
    assert plan["item"].tolist() == sheet["Handle"].tolist()
    assert plan["status"].tolist() == [
        "would create", "would create", "invalid", "invalid", "would create", "duplicate", "exists",
    ]  # fmt: skip
    assert plan["error"].isna().tolist() == [True, True, False, False, True, False, True]
    assert plan["error"][5] == "row 6 of 7 (label 'f'): it is the same as row 1 of 7 (label 'a')"
    bodies = plan["body"].dropna().map(json.loads).tolist()
    assert bodies[2] == {"creators": [{"tiktok_handle": "url.goat"}]}
    assert plan["method"].isna().tolist() == plan["path"].isna().tolist()
    facts = plan.goat.provenance
    assert facts["requests"] == client.requests_sent - before >= 1


def test_an_empty_cell_is_named_by_its_row(client):
    sheet = pd.DataFrame({"handle": ["a", None, "  "]}, index=[10, 20, 30])
    plan = tgp.actions.add_creators(PROJECT, sheet, dry_run=True, client=client)
    assert plan["status"].tolist() == ["would create", "invalid", "invalid"]
    assert plan["error"][1] == "row 2 of 3 (label 20): it is empty"
    assert plan["error"][2] == "row 3 of 3 (label 30): it is empty"
    assert plan["item"].isna().tolist() == [False, True, True]
    listed = tgp.actions.remove_creators([None], dry_run=True, client=client)
    assert listed["error"].tolist() == ["item 1 of 1: it is empty"]


def test_the_real_run_names_all_invalid_items_and_sends_nothing(client):
    items = ["fine", "not one", None, "fine", "y" * 31, *(f"no {n}" for n in range(4))]
    with pytest.raises(InvalidItemsError, match="8 of 9 items are invalid, so nothing") as caught:
        tgp.actions.add_creators(PROJECT, items, client=client)
    said = str(caught.value)
    assert "item 2 of 9: " in said
    assert "item 3 of 9: it is empty" in said
    assert "item 4 of 9: it is the same as item 1 of 9" in said
    assert "and 3 more" in said
    assert (caught.value.count, caught.value.total, len(caught.value.flaws)) == (8, 9, 8)


def test_what_is_wrong_with_all_items_is_said_once(client):
    handles = ["a", "b"]
    with pytest.raises(ChoiceError, match="tracking_mode='none'"):
        tgp.actions.add_creators(PROJECT, handles, tracking_mode="none", client=client)
    with pytest.raises(InvalidItemsError, match="2 of 3 items"):
        tgp.actions.add_creators(PROJECT, ["a", "no no", "no no"], client=client)


def test_one_invalid_item_is_its_own_error(client):
    with pytest.raises(ArgumentError, match="tiktok_handle='not one'") as caught:
        tgp.actions.add_creators(PROJECT, ["fine", "not one"], client=client)
    assert not isinstance(caught.value, InvalidItemsError)


def test_a_dry_run_only_sends_gets():
    methods = []

    def watch(request, go_on):
        methods.append(request.method)
        return go_on()

    with tgp.sandbox(**CHEAP) as box:
        box_app = Relay(box.app, watch)
        client = tgp.connect(
            box.key,
            base_url="http://127.0.0.1/api/v1",
            transport=box_app,
            rate_limit=None,
            progress=False,
        )
        with client:
            every = calls(client)
            assert set(every) == set(SEVERAL)
            for name, arguments in every.items():
                getattr(tgp.actions, name)(**arguments, dry_run=True, client=client)
    assert set(methods) == {"GET"}


def calls(client):
    """Calls of all actions that take several items, each with items of every sort."""
    creators = tgp.load_creators(client=client)
    mine = creators[creators["project_id"] == creators["project_id"][0]]
    project = mine["project_id"].iloc[0]
    videos = tgp.load_videos(project, client=client)
    others = creators[creators["project_id"] != project]
    campaigns = tgp.load_campaigns(project, client=client)
    structures = tgp.load_payout_structures(project, client=client)
    assignments = tgp.load_payout_assignments(structures["id"].iloc[0], client=client)
    accruals = tgp.load_payout_accruals(project, client=client)
    methods = tgp.load_payout_methods(client=client)
    nobody = ids_of(2)
    goal = {"metric": "posts", "period": "weekly", "target_value": 3, "start_date": "2026-06-01"}
    new = URL.format("a", 7600000000000000001)
    by_status = accruals.drop_duplicates("status")["id"]
    notes = tgp.load_annotations(project, client=client)
    goals = tgp.load_goal_compliance(project, client=client)[["creator_id", "goal_id"]].head(2)
    return {
        "add_creators": {
            "project": project,
            "creators": [*mine["tiktok_handle"].head(2), "new.one", "@new_two"],
        },
        "add_videos": {
            "project": project,
            "videos": [*videos["url"].head(2), f"{new}?lang=en"],
        },
        "add_campaign_items": {
            "campaign": campaigns["id"].iloc[0],
            "creators": [*mine["id"], *others["id"].head(1), nobody[0]],
            "videos": [*videos["id"].head(3), nobody[0]],
            "campaigns": [*campaigns["id"], nobody[1]],
        },
        "remove_campaign_items": {
            "campaign": campaigns["id"].iloc[0],
            "creators": [*mine["id"], nobody[0]],
            "videos": videos["id"].head(3),
            "confirm": True,
        },
        "assign_payout_structure": {
            "structure": structures["id"].iloc[0],
            "creators": [*mine["id"], *others["id"].head(1), nobody[0]],
            "start_date": "2026-06-01",
        },
        "unassign_payout_structure": {
            "structure": structures["id"].iloc[0],
            "creators": [*assignments["creator_id"].unique(), nobody[0]],
            "confirm": True,
        },
        "set_goals": {"creators": [*mine["id"], nobody[0]], **goal},
        "remove_goals": {"goals": goals, "confirm": True},
        "update_accruals": {"accruals": [*by_status, nobody[0]], "status": "voided"},
        "set_tracking": {
            "videos": [*videos["id"].head(4), nobody[0]],
            "enabled": False,
            "project": project,
        },
        "unexempt_tracking": {"videos": [*videos["id"].head(1), nobody[0]]},
        "scrape_videos": {"videos": [*videos["id"].head(1), nobody[0]]},
        "scrape_creators": {"creators": [*mine["id"].head(1), nobody[0]]},
        "review_inbox": {"project": project, "approve": [*videos["id"], nobody[0]]},
        "remove_videos": {"videos": [*videos["id"].tail(2), nobody[0]], "confirm": True},
        "remove_annotations": {"annotations": [*notes["id"].head(1), nobody[0]], "confirm": True},
        "remove_payout_methods": {"methods": [*methods["id"], nobody[0]], "confirm": True},
        "remove_payout_structures": {
            "structures": [structures["id"].iloc[-1], nobody[0]],
            "confirm": True,
        },
        "remove_campaigns": {"campaigns": [campaigns["id"].iloc[-1], nobody[0]], "confirm": True},
        "remove_creators": {
            "creators": [*mine["id"].head(2), nobody[0]],
            "project": project,
            "confirm": True,
        },
        "reenable_creators": {"project": project, "creators": mine["id"]},
    }


SEVERAL = (
    "add_campaign_items",
    "add_creators",
    "add_videos",
    "assign_payout_structure",
    "reenable_creators",
    "remove_annotations",
    "remove_campaign_items",
    "remove_campaigns",
    "remove_creators",
    "remove_goals",
    "remove_payout_methods",
    "remove_payout_structures",
    "remove_videos",
    "review_inbox",
    "scrape_creators",
    "scrape_videos",
    "set_goals",
    "set_tracking",
    "unassign_payout_structure",
    "unexempt_tracking",
    "update_accruals",
)
"""The actions that take several things which the API lists."""


@pytest.mark.parametrize("name", SEVERAL)
def test_the_real_run_does_what_the_dry_run_said(fresh, name):
    arguments = calls(fresh)[name]
    act = getattr(tgp.actions, name)
    before = states(fresh)
    plan = act(**arguments, dry_run=True, client=fresh)
    assert states(fresh) == before
    real = act(**arguments, client=fresh)
    assert len(real) == len(plan)
    assert not plan["status"].eq("unknown").all()
    for row, (said, done) in enumerate(zip(plan["status"], real["status"], strict=True)):
        assert said == "unknown" or done in BECOMES[said], (plan.loc[row], real.loc[row])
    codes = set(real["error_code"][plan["status"] == "exists"].dropna())
    assert codes <= {"duplicate"}


def test_a_payment_is_judged_by_its_accruals_and_its_method(fresh):
    accruals = tgp.load_payout_accruals(client=fresh)
    method = tgp.load_payout_methods(client=fresh).head(1)
    pending = accruals[accruals["status"] == "pending"]
    mine = pending[pending["creator_id"] == pending["creator_id"].iloc[0]].head(2)
    other = accruals[accruals["creator_id"] != mine["creator_id"].iloc[0]].head(1)
    pay = {"creator": mine["creator_id"].iloc[0], "amount_cents": 5, "client": fresh}
    for settled, means, said in (
        (pd.concat([mine, other]), method, "is another creator's"),
        ([*mine["id"], ids_of(1)[0]], method, "isn't listed"),
        (mine, ids_of(1)[0], "the method isn't active"),
    ):
        plan = tgp.actions.record_payment(accruals=settled, method=means, dry_run=True, **pay)
        assert plan["status"].tolist() == ["would fail"]
        assert said in plan["error"][0]
        with pytest.raises(ApiError, match=r"409|404"):
            tgp.actions.record_payment(accruals=settled, method=means, **pay)
    plan = tgp.actions.record_payment(accruals=mine, method=method, dry_run=True, **pay)
    assert plan["status"].tolist() == ["would create"]
    tgp.actions.record_payment(accruals=mine, method=method, **pay)
    plan = tgp.actions.record_payment(accruals=mine, method=method, dry_run=True, **pay)
    assert plan["status"].tolist() == ["unchanged"]
    pay["amount_cents"] = 6
    plan = tgp.actions.record_payment(accruals=mine, method=method, dry_run=True, **pay)
    assert "is paid, not pending" in plan["error"][0]


def test_removed_creators_come_back_or_are_left_alone(fresh):
    ids = tgp.load_creators(PROJECT, client=fresh)["id"].tolist()
    tgp.actions.remove_creators(ids[:1], client=fresh)
    act = {"project": PROJECT, "dry_run": True, "client": fresh}
    again = tgp.actions.remove_creators(ids, **act)
    assert again["status"].tolist()[:2] == ["unchanged", "would remove"]
    back = tgp.actions.reenable_creators(creators=[*ids[:2], ids_of(1)[0]], **act)
    assert back["status"].tolist() == ["would reactivate", "unchanged", "unknown"]
    handle = tgp.load_creators(PROJECT, client=fresh)["tiktok_handle"][0]
    assert tgp.actions.add_creators(creators=handle, **act)["status"].tolist() == [
        "would reactivate"
    ]


def test_a_row_of_a_frame_is_one_item(fresh):
    creators = tgp.load_creators(PROJECT, client=fresh)
    videos = tgp.load_videos(PROJECT, client=fresh)
    removed = tgp.actions.remove_videos(videos.iloc[0], client=fresh)
    assert removed["item"].tolist() == [videos["id"].iloc[0]]
    for row, id_ in (
        (creators.iloc[0], creators["id"].iloc[0]),
        (videos.iloc[1], videos["creator_id"].iloc[1]),
    ):
        plan = tgp.actions.remove_creators(row, dry_run=True, client=fresh)
        assert plan["path"].tolist() == [f"/creators/{id_}"]
    added = tgp.actions.add_creators(PROJECT, creators.iloc[0], dry_run=True, client=fresh)
    assert added["status"].tolist() == ["exists"]


def test_a_handle_that_is_also_a_word_of_other_bodies_has_its_own_body(client):
    sheet = pd.DataFrame({"tiktok_handle": ["auto", "bob"], "tracking_mode": ["auto", "auto"]})
    plan = tgp.actions.add_creators(PROJECT, sheet, dry_run=True, client=client)
    assert [json.loads(body)["creators"] for body in plan["body"]] == [
        [{"tiktok_handle": handle, "tracking_mode": "auto"}] for handle in ("auto", "bob")
    ]


def test_an_unknown_handle_has_a_row_of_its_own(client):
    there = tgp.load_creators(PROJECT, client=client)
    items = ["@nobody.here", there["tiktok_handle"][0], there["id"][0], there["id"][1]]
    plan = tgp.actions.remove_creators(items, dry_run=True, client=client)
    assert plan["status"].tolist() == ["not found", "would remove", "duplicate", "would remove"]
    assert "'@nobody.here'" in plan["error"][0]


def test_what_cannot_be_asked_for_is_unknown():
    with connect_to(Canned({})) as client:
        plan = tgp.actions.add_creators(ids_of(1)[0], ["a", "b c"], dry_run=True, client=client)
    assert plan["status"].tolist() == ["unknown", "invalid"]
    assert "can't be asked for" in plan["error"][0]


def test_members_are_not_listed_by_the_api(client):
    plan = tgp.actions.remove_members(ids_of(2), dry_run=True, client=client)
    assert plan["status"].tolist() == ["unknown", "unknown"]
    invited = tgp.actions.invite_members(["a@b.co", "no one"], dry_run=True, client=client)
    assert invited["status"].tolist() == ["would create", "invalid"]


def test_changes_of_a_diff_are_judged_by_resource(client):
    creators = tgp.load_creators(PROJECT, client=client).head(2)
    changes = tgp.diff(creators, creators.assign(description=["x", "y"], tracking_mode="auto"))
    unknown = changes.head(1).assign(id=ids_of(1)[0])
    wrong = changes[changes["field"] == "description"].tail(1).assign(field="colour")
    plan = tgp.actions.apply(pd.concat([unknown, changes, wrong]), dry_run=True, client=client)
    handles = creators["tiktok_handle"].tolist()
    assert plan["item"].tolist() == [handles[0], *handles]
    assert plan["path"][0] == f"/creators/{ids_of(1)[0]}"
    assert plan["status"].tolist() == ["not found", "would change", "invalid"]


def test_a_column_is_named_or_has_a_usual_name(client):
    url = URL.format("a", 7600000000000000001)
    for columns, options in (
        ({"Link": [url]}, {}),
        ({"URL ": [url]}, {}),
        ({"Post": [url], "url": ["nothing"]}, {"column": "Post"}),
    ):
        sheet = pd.DataFrame(columns)
        plan = tgp.actions.add_videos(PROJECT, sheet, dry_run=True, client=client, **options)
        assert plan["status"].tolist() == ["would create"]
    there = tgp.load_creators(PROJECT, client=client)
    sheet = pd.DataFrame({"Who": there["tiktok_handle"].head(2), "id": ["x", "y"]})
    plan = tgp.actions.remove_creators(PROJECT, sheet, column="Who", dry_run=True, client=client)
    assert plan["status"].tolist() == ["would remove"] * 2
    both = pd.DataFrame({"Who": [there["id"][0]], "target_value": [4]})
    goal = {"metric": "views", "period": "monthly", "start_date": "2026-06-01"}
    plan = tgp.actions.set_goals(both, **goal, column="Who", dry_run=True, client=client)
    assert json.loads(plan["body"][0])["target_value"] == 4


@pytest.mark.parametrize(
    ("given", "column", "error", "match"),
    [
        (pd.DataFrame({"Name": ["a"]}), None, MissingColumnError, "it has: Name"),
        (pd.DataFrame({"Name": ["a"]}), "Nam", MissingColumnError, "Did you mean 'Name'"),
        (["a"], "Name", ArgumentError, "`creators` is none"),
    ],
)
def test_a_column_that_is_missing_is_an_error_in_both_runs(client, given, column, error, match):
    for dry_run in (True, False):
        with pytest.raises(error, match=match):
            tgp.actions.add_creators(PROJECT, given, column=column, dry_run=dry_run, client=client)


ITEMS = st.lists(
    st.sampled_from(
        [
            "new", "@new", "NEW", "other.goat", "https://www.tiktok.com/@url_goat?lang=en",
            "there", "gone", "not one", "", None, "x" * 31, "https://example.com/@a",
        ]
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(ITEMS)
def test_whatever_is_given_the_real_run_does_what_the_dry_run_said(items):
    with acting() as (client, _):
        here = tgp.actions.add_creators(PROJECT, ["there", "gone"], client=client)
        tgp.actions.remove_creators(here["id"][1], client=client)
        # Under a new key: the server would answer an equal request as it did before.
        run = {"creators": items, "idempotency_key": "again", "client": client}
        plan = tgp.actions.add_creators(PROJECT, **run, dry_run=True)
        assert len(plan) == len(items)
        if plan["status"].isin(["invalid", "duplicate"]).any():
            before = states(client)
            with pytest.raises(TrackaGoatError):
                tgp.actions.add_creators(PROJECT, **run)
            assert states(client) == before
        else:
            real = tgp.actions.add_creators(PROJECT, **run)
            for said, done in zip(plan["status"], real["status"], strict=True):
                assert done in BECOMES[said]


def test_addresses_that_cannot_be_judged_are_said_to_be_so_and_posts_are_told_by_their_number():
    post = "7600000000000000001"
    urls = [
        URL.format("a", post), URL.format("renamed", post) + "?lang=en",
        f"https://m.tiktok.com/v/{post}.html", "https://www.tiktok.com/@a",
        "https://vm.tiktok.com/ZM1", "https://vm.tiktok.com/zm1", "https://www.tiktok.com/@a/live",
        "https://m.tiktok.com/v/7600000000000000002.html",
        "https://www.tiktok.com/@a/photo/7600000000000000003",
    ]  # fmt: skip
    with acting() as (client, _):
        plan = tgp.actions.add_videos(PROJECT, urls, dry_run=True, client=client)
    assert plan["status"].tolist() == [
        "would create", "duplicate", "duplicate", "invalid", "unknown", "unknown", "unknown",
        "unknown", "would create",
    ]  # fmt: skip
    assert "it is the same as item 1 of 9" in plan["error"][1]
    assert "the address of a profile" in plan["error"][3]
    assert "only the server can say which post" in plan["error"][4]


MIXED = ["@ninth_goat.", "new_goat", "no goat", "@new_goat"]


def test_the_frame_of_a_dry_run_sends_its_valid_items_with_their_fields():
    with acting() as (client, _):
        sheet = pd.DataFrame(
            {"handle": MIXED, "tracking_mode": "selective", "tracking_start_date": "2026-06-01"}
        )
        plan = tgp.actions.add_creators(PROJECT, sheet, dry_run=True, client=client)
        assert plan["status"].tolist() == ["invalid", "would create", "invalid", "duplicate"]
        added = tgp.actions.add_creators(PROJECT, plan, client=client)
        creators = tgp.load_creators(PROJECT, search="new_goat", client=client)
    assert added[["item", "status"]].to_numpy(object).tolist() == [["new_goat", "created"]]
    assert creators["tracking_mode"].tolist() == ["selective"]
    assert creators["tracking_start_date"].astype(str).tolist() == ["2026-06-01"]


def test_a_part_of_a_dry_run_removes_that_part(client):
    handles = tgp.load_creators(PROJECT, client=client)["tiktok_handle"].tolist()
    plan = tgp.actions.remove_creators([*handles, "nobody.here"], dry_run=True, client=client)
    part = plan[plan["item"].isin([handles[0], "nobody.here"])]
    again = tgp.actions.remove_creators(part, dry_run=True, client=client)
    assert again["item"].tolist() == handles[:1]


def test_the_error_of_invalid_items_says_how_to_send_the_others(client):
    said = r"3 of 4 items are invalid.*pass its frame as `creators` to send the valid ones"
    with pytest.raises(InvalidItemsError, match=said):
        tgp.actions.add_creators(PROJECT, MIXED, client=client)


def test_a_new_handle_that_ends_with_a_dot_is_refused(client):
    said = "no handle that ends with a dot; give 'ninth_goat'"
    with pytest.raises(ArgumentError, match=said):
        tgp.actions.add_creators(PROJECT, "@ninth_goat.", client=client)


def test_rows_that_nobody_has_labelled_are_named_by_their_place(client):
    sheet = pd.DataFrame({"handle": ["a", None]})
    plan = tgp.actions.add_creators(PROJECT, sheet, dry_run=True, client=client)
    assert plan["error"][1] == "row 2 of 2: it is empty"


def test_the_request_of_a_dry_run_is_shown_after_what_becomes_of_the_item():
    assert in_reading_order(COLUMNS) == COLUMNS


@pytest.mark.parametrize("heading", ["Creator Handle", "Handle / URL", "TikTok Username"])
def test_a_heading_that_contains_handle_names_the_column(client, heading):
    sheet = pd.DataFrame({"Creator Name": ["Mia M."], heading: ["mia.m"]})
    plan = tgp.actions.add_creators(PROJECT, sheet, dry_run=True, client=client)
    assert plan["item"].tolist() == ["mia.m"]


def test_of_two_headings_that_may_be_meant_none_is_taken(client):
    sheet = pd.DataFrame({"Old handle": ["a"], "New handle": ["b"]})
    with pytest.raises(MissingColumnError, match="Say which column it is with `column=`"):
        tgp.actions.add_creators(PROJECT, sheet, dry_run=True, client=client)


def test_an_item_that_is_read_only_beside_others_is_not_left_out_silently(client):
    def read(words):
        if words == ["c"]:
            raise ArgumentError("words", words, "it is no word")
        return words[:2]

    words = ["a", "b", "c"]
    units = dry_runs.units_of(words)
    planned = dry_runs.Given(client, dry_run=True)
    assert planned.take("words", words, read, units=units) == ["a", "b"]
    real = dry_runs.Given(client, dry_run=False)
    with pytest.raises(InvalidItemsError, match="1 of 3 items are invalid, so nothing was sent"):
        real.take("words", words, read, units=units)


def test_one_invalid_row_is_named_with_the_way_to_send_the_others(client):
    creators = tgp.load_creators(PROJECT, client=client).head(2)
    goals = pd.DataFrame({"creator_id": creators["id"], "target_value": ["4", None]})
    goals = goals.assign(metric="posts", period="daily", start_date="2026-06-22")
    before, place = client.requests_sent, f"That is row 2 of 2, {creators['id'][1]}, and nothing"
    said = f"item 2 of 2 has no target_value. {place} was sent.*pass its frame as `creators`"
    with pytest.raises(ArgumentError, match=said):
        tgp.actions.set_goals(goals, client=client)
    assert client.requests_sent == before
    plan = tgp.actions.set_goals(goals, dry_run=True, client=client)
    assert plan["status"].tolist() == ["would create", "invalid"]
    assert json.loads(plan["body"][0])["target_value"] == 4


def test_one_change_that_is_not_allowed_is_named_by_its_creator(client):
    creators = tgp.load_creators(PROJECT, client=client).head(2)
    changes = creators.goat.diff(creators.assign(tracking_mode=["sometimes", "selective"]))
    wanted = f"That is the creator {creators['tiktok_handle'][0]}, and nothing was sent"
    with pytest.raises(ChoiceError, match=f"tracking_mode='sometimes'.*{wanted}.*as `diff`"):
        tgp.actions.apply(changes, client=client)


def test_the_plan_of_changes_sends_those_that_are_valid():
    with acting() as (client, _):
        creators = tgp.load_creators(PROJECT).head(2)
        modes = {"tracking_mode": ["never", "auto"], "description": ["x", "y"]}
        changes = creators.goat.diff(creators.assign(**modes))
        plan = tgp.actions.apply(changes, dry_run=True)
        assert plan["status"].tolist() == ["invalid", "would change"]
        before = client.requests_sent
        done = tgp.actions.apply(plan)
        assert client.requests_sent == before + 1
        assert done["item"].tolist() == [creators["tiktok_handle"][1]]
        assert done["id"].tolist() == [creators["id"][1]]
        assert done["status"].tolist() == ["updated"]
        now = tgp.load_creators(PROJECT).set_index("id")["description"]
        assert now[creators["id"]].tolist() == [creators["description"][0], "y"]


def test_the_plan_of_another_action_is_no_plan_of_changes(client):
    goals = {"metric": "posts", "period": "daily", "target_value": 1, "start_date": "2026-06-22"}
    creator = tgp.load_creators(PROJECT, client=client)["id"][0]
    plan = tgp.actions.set_goals(creator, **goals, dry_run=True, client=client)
    with pytest.raises(ArgumentError, match="it is the plan of another action"):
        tgp.actions.apply(plan, client=client)
