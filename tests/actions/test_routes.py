"""Every write of the contract has its action, which says beforehand what it would send."""

from __future__ import annotations

import inspect
import json
import re
from functools import partial

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import check_each
from tests.support.acting import ids_of
from tests.support.canned import Canned, connect_to
from tests.support.relays import JSON, Relay
from trackagoat_pandas import actions
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
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
FURTHER = [
    ("remove_creators", (ONE, {"project": PROJECT})),
    ("set_tracking", (ONE, {"enabled": False})),
    ("set_tracking", (ONE, {"enabled": False, "project": PROJECT})),
    ("set_tracking", (ONE, {"enabled": True, "project": PROJECT})),
]
"""Calls that send other requests."""


def plan_of(name, call):
    *given, options = call
    if name == "upload_receipt":
        with open("receipt.pdf", "wb") as file:  # noqa: PTH123
            file.write(b"%PDF")
    rules = {"/projects": [{"id": PROJECT, "name": "One", "org_id": ORG}]}
    with connect_to(Canned(rules)) as client:
        plan = getattr(actions, name)(*given, **options, dry_run=True, client=client)
        assert client.requests_sent <= 2  # what there is is asked for
    return plan


def test_every_action_is_tried_here():
    assert set(CALLS) == set(actions.__all__)


def test_every_write_of_the_api_has_an_action():
    sent = set()
    for name, call in [*CALLS.items(), *FURTHER]:
        plan = plan_of(name, call)
        paths = plan["path"].str.replace(r"[0-9a-f]{8}-[0-9a-f-]{27}", "{}", regex=True)
        sent |= set(zip(plan["method"], paths, strict=True))
    written = {(route.method, re.sub(r"\{\w+\}", "{}", route.path)) for route in WRITES}
    assert sent == written


def test_a_dry_run_gives_each_item_and_its_request():
    def check(name):
        plan = plan_of(name, CALLS[name])
        assert list(plan) == ["item", "status", "error", "method", "path", "body"]
        assert len(plan) == (2 if name in {"upload_receipt", "review_inbox"} else 1)
        assert plan["item"].notna().all()
        assert plan["status"].notna().all()
        for body in plan["body"].dropna():
            assert isinstance(json.loads(body), dict)

    check_each(CALLS, check)


def test_every_action_has_the_shared_parameters():
    def check(name):
        parameters = inspect.signature(getattr(actions, name)).parameters
        assert list(parameters)[-1] == "client"
        assert parameters["dry_run"].default is False
        kinds = {parameters[word].kind for word in ("dry_run", "client")}
        assert kinds == {inspect.Parameter.KEYWORD_ONLY}
        is_deletion = name.startswith(("remove_", "cancel_", "revoke_", "unassign_"))
        assert ("confirm" in parameters) == is_deletion

    check_each(actions.__all__, check)


def test_every_action_describes_its_parameters_results_and_errors():
    def check(name):
        function = getattr(actions, name)
        rest = inspect.getdoc(function)
        sections = {}
        for title in ("Examples", "Notes", "See Also", "Warns", "Raises", "Returns", "Parameters"):
            rest, _, sections[title] = rest.partition(f"\n{title}\n{'-' * len(title)}\n")
        assert all(sections[title] for title in ("Examples", "Raises", "Returns", "Parameters"))
        lines = sections["Parameters"].splitlines()
        described = [line.partition(" : ")[0] for line in lines if line[:1].isalpha()]
        assert ", ".join(described).split(", ") == list(inspect.signature(function).parameters)

    check_each(actions.__all__, check)


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
    return plan["method"][0] == "POST" and plan["path"][0].rpartition("/")[2] in made


@pytest.mark.filterwarnings("ignore::trackagoat_pandas.TrackaGoatWarning")
def test_what_creates_something_carries_a_key_and_nothing_else_does():
    def check(name):
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

    check_each(actions.__all__, check)


AGAIN = [name for name in CALLS if "again" in inspect.signature(getattr(actions, name)).parameters]


def test_a_new_key_and_again_are_one_too_many_wherever_both_can_be_given():
    def check(name):
        *given, options = CALLS[name]
        with connect_to(Canned({})) as client:
            act = partial(getattr(actions, name), *given, **options, client=client)
            with pytest.raises(ArgumentError, match="again: a new idempotency_key creates another"):
                act(again=True, idempotency_key="k")
            with pytest.raises(ArgumentTypeError, match="again"):
                act(again=1)
            assert client.requests_sent == 0

    check_each(AGAIN, check)


DELETIONS = [
    name for name in CALLS if "confirm" in inspect.signature(getattr(actions, name)).parameters
]


def test_more_than_one_is_deleted_only_if_that_is_confirmed():
    def check(name):
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
            pytest.raises(tgp.errors.ConfirmationError, match=f"{name} would delete 2") as caught,
        ):
            getattr(actions, name)(*given, **options, client=client)
        assert (caught.value.action, caught.value.count) == (name, 2)

    check_each(DELETIONS, check)


UNCONFIRMED = {
    "remove_campaigns": (["Spring", "Autumn"], {}),
    "remove_campaign_items": ("Spring", {"creators": ["goat", "sheep"]}),
    "remove_creators": (["goat", "sheep"], {"project": "One"}),
    "remove_goals": (pd.DataFrame({"tiktok_handle": ["goat"] * 2, "goal_id": [ONE, TWO]}), {}),
}


def test_no_name_is_looked_up_for_what_is_not_confirmed():
    def check(name):
        *given, options = UNCONFIRMED[name]
        with (
            connect_to(Canned({})) as client,
            pytest.raises(tgp.errors.ConfirmationError, match=f"{name} would delete 2"),
        ):
            getattr(actions, name)(*given, **options, client=client)
        assert client.requests_sent == 0

    check_each(UNCONFIRMED, check)
