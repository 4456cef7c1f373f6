"""Every write of the contract has its action, which says beforehand what it would send."""

from __future__ import annotations

import inspect
import json
import re

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.acting import ids_of
from tests.canned import Canned, connect_to
from tests.relays import JSON, Relay
from trackagoat_pandas import actions
from trackagoat_pandas.actions.inputs import KEEP
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    MissingArgumentError,
    MissingColumnError,
)
from trackagoat_pandas.sandbox.routes.catalogue import WRITES

ONE, TWO, PROJECT, ORG = ids_of(4)
GOALS = pd.DataFrame({"creator_id": [ONE], "goal_id": [TWO]})
DIFF = pd.DataFrame(
    {"resource": ["creators"], "id": [ONE], "field": ["description"], "after": ["x"]}
)
GOAL = {"metric": "posts", "period": "weekly", "target_value": 5, "start_date": "2026-06-01"}
CALLS = {
    "add_campaign_items": (ONE, {"creators": TWO}),
    "add_creators": (PROJECT, "a", {}),
    "add_members": ("a@b.co", {}),
    "add_videos": (PROJECT, "https://www.tiktok.com/@a/video/1", {}),
    "annotate": ("2026-06-01", "x", {"project": PROJECT}),
    "apply": (DIFF, {}),
    "assign_payout_structure": (ONE, TWO, {"start_date": "2026-06-01"}),
    "cancel_invitations": (ONE, {}),
    "create_api_key": ("x", {}),
    "create_campaign": (PROJECT, "x", {}),
    "create_organization": ("x", {}),
    "create_payout_method": ("x", {}),
    "create_payout_structure": (PROJECT, "x", "cpm", {"cpm_cents": 5}),
    "create_project": ("x", {}),
    "invite_members": ("a@b.co", {}),
    "record_payment": (ONE, TWO, {"amount_cents": 5, "method": TWO}),
    "reenable_creators": (PROJECT, ONE, {}),
    "remove_annotations": (ONE, {}),
    "remove_campaign_items": (ONE, {"creators": TWO}),
    "remove_campaigns": (ONE, {}),
    "remove_creators": (ONE, {}),
    "remove_goals": (GOALS, {}),
    "remove_members": (ONE, {}),
    "remove_payout_methods": (ONE, {}),
    "remove_payout_structures": (ONE, {}),
    "remove_videos": (ONE, {}),
    "review_inbox": (PROJECT, {"approve": ONE, "exclude": TWO}),
    "revoke_api_keys": (ONE, {}),
    "scrape_creators": (ONE, {}),
    "scrape_videos": (ONE, {}),
    "set_goals": (ONE, GOAL),
    "set_tracking": (ONE, {"enabled": True}),
    "unassign_payout_structure": (ONE, TWO, {}),
    "unexempt_tracking": (ONE, {}),
    "update_accruals": (ONE, {"status": "voided"}),
    "update_annotation": (ONE, {"label": "x"}),
    "update_campaign": (ONE, {"name": "x"}),
    "update_creator": (ONE, {"readme": None}),
    "update_goal": (ONE, TWO, {"target_value": 5}),
    "update_member": (ONE, {"role": "admin"}),
    "update_payment": (ONE, {"note": "x"}),
    "update_payout_method": (ONE, {"is_active": False}),
    "update_payout_structure": (ONE, {"name": "x"}),
    "update_project": (PROJECT, {"name": "x"}),
    "update_video": (ONE, {"title": None}),
    "upload_receipt": (ONE, "receipt.pdf", {}),
    "void_payment": (ONE, {}),
}
FURTHER = {
    "remove_creators": (ONE, {"project": PROJECT}),
    "set_tracking": (ONE, {"enabled": False}),
}
BULK = {"set_tracking": [True, False]}


def plan_of(name, call):
    *given, options = call
    if name == "upload_receipt":
        with open("receipt.pdf", "wb") as file:  # noqa: PTH123
            file.write(b"%PDF")
    rules = {"/projects": [{"id": PROJECT, "name": "One", "org_id": ORG}]}
    with connect_to(Canned(rules)) as client:
        plan = getattr(actions, name)(*given, **options, dry_run=True, client=client)
        assert client.requests_sent <= 1  # at most the organization's id is asked for
    return plan


REQUIRED = [
    (name, parameter.name)
    for name in CALLS
    for parameter in inspect.signature(getattr(actions, name)).parameters.values()
    if parameter.default is parameter.empty
]


def assert_refused(name, changed, error, match):
    """Assert that a call with other arguments is an error and sends nothing."""
    *given, options = CALLS[name]
    arguments = inspect.signature(getattr(actions, name)).bind(*given, **options).arguments
    with connect_to(Canned({})) as client:
        with pytest.raises(error, match=match):
            getattr(actions, name)(**{**arguments, **changed}, client=client)
        assert client.requests_sent == 0


@pytest.mark.parametrize("nothing", [None, pd.NA, np.nan])
@pytest.mark.parametrize(("name", "argument"), REQUIRED)
def test_a_required_argument_that_is_null_is_missing_and_nothing_is_sent(name, argument, nothing):
    assert_refused(name, {argument: nothing}, MissingArgumentError, f"`{argument}` is required: ")


BACKWARDS = {"start_date": "2026-06-15", "end_date": "2026-06-14"}
ORDER = "end_date='2026-06-14' is not allowed: it comes before start_date"
HOURLY = {"kind": "recurring", "cpm_cents": None, "amount_cents": 5, "period": "hourly"}


@pytest.mark.parametrize(
    ("name", "changed", "error", "match"),
    [
        ("add_creators", {"creators": ["a b"]}, ArgumentError, "handle has 1 to 30"),
        ("add_creators", {"creators": ["x" * 31]}, ArgumentError, "handle has 1 to 30"),
        ("add_creators", {"creators": [None]}, ArgumentError, "has no tiktok_handle"),
        ("add_creators", {"creators": [5]}, ArgumentTypeError, "tiktok_handle"),
        ("add_creators", {"creators": ["same", "@SAME"]}, ArgumentError, "appears twice"),
        ("add_creators", {"creators": 7}, ArgumentTypeError, "creators"),
        ("add_members", {"members": "ann"}, ArgumentError, "user_id"),
        ("add_members", {"role": "boss"}, ChoiceError, "role='boss'"),
        ("annotate", {"project": None}, MissingArgumentError, "about a project"),
        ("annotate", {"entity": "creator"}, ArgumentError, "or neither"),
        ("annotate", {"entity_id": ONE}, ArgumentError, "or neither"),
        ("annotate", {"entity": "goat", "entity_id": ONE}, ChoiceError, "entity='goat'"),
        ("annotate", {"label": " "}, ArgumentError, "label"),
        ("annotate", {"date": "June"}, ArgumentError, "date"),
        ("assign_payout_structure", {"start_date": None}, ArgumentError, "`start_date` is requ"),
        ("assign_payout_structure", BACKWARDS, ArgumentError, ORDER),
        ("create_api_key", {"scopes": "read"}, ArgumentTypeError, "scopes"),
        ("create_api_key", {"scopes": ["admin"]}, ChoiceError, "scopes='admin'"),
        ("create_api_key", {"scopes": []}, ArgumentError, "at least one"),
        ("create_payout_method", {"name": "x" * 101}, ArgumentError, "101 char.*limit is 100"),
        ("create_payout_structure", {"amount_cents": 5}, ArgumentError, "doesn't use it"),
        ("create_payout_structure", {"cpm_cents": 2.5}, ArgumentTypeError, "never a float"),
        ("create_payout_structure", {"kind": "barter"}, ChoiceError, "kind='barter'"),
        ("create_payout_structure", HOURLY, ChoiceError, "period='hourly'"),
        ("create_project", {"name": " "}, ArgumentError, "name=' ' is not .*must not be empty"),
        ("invite_members", {"emails": "ann"}, ArgumentError, "email"),
        ("record_payment", {"amount_cents": 12.5}, ArgumentTypeError, "amount_.*never a float"),
        ("record_payment", {"amount_cents": 12.0}, ArgumentTypeError, "amount_.*never a float"),
        ("record_payment", {"amount_cents": 0}, ArgumentError, "amount_cents.*at least 1"),
        ("record_payment", {"accruals": []}, ArgumentError, "settles 1 to 50"),
        ("record_payment", {"accruals": ids_of(51)}, ArgumentError, "settles 1 to 50"),
        ("record_payment", {"method": ids_of(2)}, ArgumentError, "give one method"),
        ("record_payment", {"creator": "ann"}, ArgumentError, "creator"),
        ("record_payment", {"paid_at": "2026-06-14"}, ArgumentError, "paid_at.*offset"),
        ("record_payment", {"note": ""}, ArgumentError, "note"),
        ("remove_creators", {"of_project": TWO, "project": ONE}, ArgumentError, "pass it once"),
        ("remove_goals", {"goals": GOALS[["creator_id"]]}, MissingColumnError, "'goal_id'"),
        ("review_inbox", {"exclude": [ONE]}, ArgumentError, "both approved and excluded"),
        ("set_goals", {"metric": None}, ArgumentError, "`metric` is required: pass metric="),
        ("set_goals", {"start_date": None}, ArgumentError, "`start_date` is required"),
        ("set_goals", {"metric": "joy"}, ChoiceError, "metric='joy'"),
        ("set_goals", {"period": "all"}, ChoiceError, "period='all'"),
        ("set_goals", {"target_value": 0}, ArgumentError, "at least 1"),
        ("set_goals", {"start_date": "soon"}, ArgumentError, "start_date"),
        ("set_goals", {"creators": pd.concat([GOALS] * 2)}, ArgumentError, "appears twice"),
        ("set_goals", BACKWARDS, ArgumentError, ORDER),
        ("update_campaign", {"name": "x" * 201}, ArgumentError, "201 char.*the limit is 200"),
        ("update_campaign", {"name": None}, ArgumentTypeError, "name"),
        ("update_campaign", {"target_views": 1.5}, ArgumentTypeError, "whole number"),
        ("update_campaign", {"target_at": "2026-07-01"}, ArgumentError, "offset"),
        ("update_campaign", {"name": KEEP}, ArgumentError, "at least one of name"),
        ("update_goal", BACKWARDS, ArgumentError, ORDER),
        ("upload_receipt", {"file": b"%PDF"}, ArgumentTypeError, "a path"),
    ],
)
def test_what_cannot_be_right_is_refused_before_anything_is_sent(name, changed, error, match):
    assert_refused(name, changed, error, match)


def template(method, path):
    bare = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "{}", path)
    return method, bare


def test_every_action_is_tried_here():
    assert set(CALLS) == set(actions.__all__)


def test_every_write_of_the_api_has_an_action():
    sent = set()
    calls = [*CALLS.items(), *FURTHER.items()]
    calls += [
        ("set_tracking", (ONE, {"enabled": enabled, "project": PROJECT}))
        for enabled in BULK["set_tracking"]
    ]
    for name, call in calls:
        plan = plan_of(name, call)
        sent |= {template(*pair) for pair in zip(plan["method"], plan["path"], strict=True)}
    written = {(route.method, re.sub(r"\{\w+\}", "{}", route.path)) for route in WRITES}
    assert sent == written


@pytest.mark.parametrize("name", CALLS)
def test_a_dry_run_gives_the_requests_and_sends_none(name):
    plan = plan_of(name, CALLS[name])
    assert list(plan) == ["method", "path", "body", "items"]
    assert len(plan) == (2 if name == "upload_receipt" else 1)
    for body in plan["body"].dropna():
        assert isinstance(json.loads(body), dict)


@pytest.mark.parametrize("name", actions.__all__)
def test_every_action_speaks_alike(name):
    parameters = inspect.signature(getattr(actions, name)).parameters
    assert list(parameters)[-1] == "client"
    assert parameters["dry_run"].default is False
    kinds = {parameters[word].kind for word in ("dry_run", "client")}
    assert kinds == {inspect.Parameter.KEYWORD_ONLY}
    is_deletion = name.startswith(("remove_", "cancel_", "revoke_", "unassign_"))
    assert ("confirm" in parameters) == is_deletion


def recorder() -> Relay:
    """Says that whatever it is asked was made."""
    made = {"id": ONE, "key": "tga_" + "0" * 64, "upload_url": "https://a.b", "receipt_url": ""}
    projects = [{"id": PROJECT, "name": "One", "org_id": ORG}]

    def answer(request, _):
        data = projects if request.method == "GET" else made
        return 201, [JSON], json.dumps({"data": data, "error": None, "meta": None}).encode()

    return Relay(None, answer)


def keys_of(app: Relay) -> list[str | None]:
    return [one.idempotency_key for one in app.writes if one.method != "PUT"]


def creates(name):
    made = {
        route.path.rpartition("/")[2]
        for route in WRITES
        if route.method == "POST" and 201 in route.successes
    }
    plan = plan_of(name, CALLS[name])
    return (plan["method"].iloc[0], plan["path"].iloc[0].rpartition("/")[2]) in {
        ("POST", word) for word in made
    }


@pytest.mark.filterwarnings("ignore::trackagoat_pandas.TrackaGoatWarning")
@pytest.mark.parametrize("name", actions.__all__)
def test_what_creates_something_carries_a_key_and_nothing_else_does(name):
    *arguments, options = CALLS[name]
    takes = "idempotency_key" in inspect.signature(getattr(actions, name)).parameters
    assert takes == creates(name)
    app = recorder()
    with connect_to(app) as client:
        getattr(actions, name)(*arguments, **options, client=client)
        if takes:
            getattr(actions, name)(*arguments, **options, idempotency_key="mine", client=client)
    if takes:
        derived, own = keys_of(app)
        assert derived.startswith("tgp-")
        assert own == "mine"
    else:
        assert set(keys_of(app)) == {None}


DELETIONS = [
    name for name in CALLS if "confirm" in inspect.signature(getattr(actions, name)).parameters
]


@pytest.mark.parametrize("name", DELETIONS)
def test_more_than_one_is_deleted_only_if_that_is_confirmed(name):
    *given, options = CALLS[name]
    if name == "remove_goals":
        given = [pd.DataFrame({"creator_id": [ONE, ONE], "goal_id": [ONE, TWO]})]
    elif name == "remove_campaign_items":
        options = {"creators": [ONE, TWO]}
    else:
        given[-1] = [ONE, TWO]
    rules = {"/projects": [{"id": PROJECT, "name": "One", "org_id": ORG}]}
    with (
        connect_to(Canned(rules)) as client,
        pytest.raises(tgp.errors.ConfirmationError, match=f"{name} would delete 2"),
    ):
        getattr(actions, name)(*given, **options, client=client)
