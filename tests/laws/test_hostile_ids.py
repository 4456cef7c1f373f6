"""What is no id is refused, looked up as a name, or never part of a path."""

from __future__ import annotations

import inspect

import pytest

import trackagoat_pandas as tgp
from tests.actions.test_routes import CALLS
from tests.support.canned import Canned, connect_to
from tests.support.hostile import ONE, PROJECT, TWO, outcome_of
from trackagoat_pandas import actions
from trackagoat_pandas.errors import (
    ArgumentError,
    UnknownCampaignError,
    UnknownCreatorError,
    UnknownProjectError,
)

BAD_IDS = [
    "../../etc", "..", "%2e%2e", "..%2fpayouts", "a/b", "a?b", "a#b", f"{ONE}\n", f"{ONE}/x", " ",
    "", "\x00", "\u2025", f"{{{ONE}}}", "a" * 10_000, f" {ONE}", ONE.replace("-", ""),
]  # fmt: skip
LOADERS = {
    "analytics": lambda id_: tgp.load_analytics("creator", id_, "views"),
    "videos": lambda id_: tgp.load_videos(creator=id_),
    "goals": lambda id_: tgp.load_goal_compliance(ONE, creator=id_),
    "analytics of a campaign": lambda id_: tgp.load_analytics("campaign", id_, "views"),
    "annotations of a campaign": lambda id_: tgp.load_annotations(entity="campaign", entity_id=id_),
    "annotations": lambda id_: tgp.load_annotations(entity="creator", entity_id=id_),
    "comments of a video": lambda id_: tgp.load_comments(ONE, video=id_),
    "comments of a creator": lambda id_: tgp.load_comments(ONE, creator=id_),
    "accruals": lambda id_: tgp.load_payout_accruals(creator=id_),
    "accrual": lambda id_: tgp.load_payout_accruals(accrual=id_),
    "payments": lambda id_: tgp.load_payout_payments(creator=id_),
    "payment": lambda id_: tgp.load_payout_payments(payment=id_),
    "method": lambda id_: tgp.load_payout_methods(method=id_),
    "structure": lambda id_: tgp.load_payout_structures(structure=id_),
    "assignments": lambda id_: tgp.load_payout_assignments(id_),
}


def calls_with(id_, instead_of=(ONE, TWO)):
    """Each action with the id in the place of each id that it takes."""
    for name, (*positional, options) in CALLS.items():
        for place, value in enumerate(positional):
            if isinstance(value, str) and value in instead_of:
                changed = [*positional[:place], id_, *positional[place + 1 :]]
                yield f"{name} {place}", name, changed, options
        for option, value in options.items():
            if isinstance(value, str) and value in instead_of:
                yield f"{name} {option}", name, positional, {**options, option: id_}
        if "organization" in inspect.signature(getattr(actions, name)).parameters:
            yield f"{name} organization", name, positional, {**options, "organization": id_}


# ".." may be the handle of a creator, and any text the name of a campaign or
# a payout method: they are only looked up.
REFUSED = {
    "match": "an id is a UUID|no creator in .* is called '@..'|no campaign is called|^method="
}
LISTED = {"/creators": [], "/campaigns": [], "/payout-methods": []}
ERRORS = (ArgumentError, UnknownCreatorError, UnknownCampaignError)


@pytest.mark.parametrize("place", [place for place, *_ in calls_with("")])
def test_an_action_refuses_what_is_no_id_and_sends_nothing(place):
    app = Canned(LISTED)
    with connect_to(app) as client:
        for id_ in BAD_IDS:
            [(name, given, options)] = [rest for own, *rest in calls_with(id_) if own == place]
            with pytest.raises(ERRORS, **REFUSED):
                getattr(actions, name)(*given, client=client, **options)
    assert {path for path, _ in app.asked} <= LISTED.keys()


@pytest.mark.parametrize("name", LOADERS)
def test_a_loader_refuses_what_is_no_id_and_sends_nothing(name):
    app = Canned(LISTED)
    with connect_to(app):
        for id_ in BAD_IDS:
            with pytest.raises(ERRORS, **REFUSED):
                LOADERS[name](id_)
    assert {path for path, _ in app.asked} <= LISTED.keys()


PROJECTS = {
    **{
        name: lambda id_, name=name, given=given, options=options: getattr(actions, name)(
            *[id_ if value == PROJECT else value for value in given],
            **{key: id_ if value == PROJECT else value for key, value in options.items()},
        )
        for name, (*given, options) in CALLS.items()
        if PROJECT in [value for value in (*given, *options.values()) if isinstance(value, str)]
    },
    "load_videos": lambda id_: tgp.load_videos(id_),
    "load_goal_compliance": lambda id_: tgp.load_goal_compliance(id_),
    "load_report": lambda id_: tgp.load_report("outliers", id_),
    "load_payout_structures": lambda id_: tgp.load_payout_structures(id_),
}


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_that_is_no_id_is_a_name_that_is_only_looked_up(name):
    app = Canned({"/projects": [{"id": PROJECT, "name": "Q1"}]})
    with connect_to(app):
        for id_ in BAD_IDS:
            with pytest.raises(UnknownProjectError, match="no project is called"):
                PROJECTS[name](id_)
    assert {path for path, _ in app.asked} == {"/projects"}


FRAMED = ["remove_creators", "scrape_creators", "remove_videos", "remove_campaigns"]


@pytest.mark.parametrize("id_", BAD_IDS)
def test_ids_that_the_server_gave_are_checked_when_handed_on(id_):
    row = {"id": id_, "project_id": id_, "tiktok_handle": "goat"}
    app = Canned({"/creators": [row]})
    with connect_to(app) as client:
        creators = tgp.load_creators(client=client)
        with pytest.raises(ArgumentError, match="an id is a UUID"):
            tgp.load_analytics("creator", creators, "views", client=client)
        for name in FRAMED:
            with pytest.raises(ArgumentError, match=r"an id is a UUID|this is a frame of creators"):
                getattr(actions, name)(creators, client=client)
    assert [path for path, _ in app.asked] == ["/creators"]


EVIL_IDS = ["../payouts", "%2e%2e/payouts", "a/b", "a%2fb", "a?b", "a#b", ""]
BY_NAME = {
    "goals": lambda client: tgp.load_goal_compliance("Q1", client=client),
    "creators": lambda client: actions.add_creators("Q1", "goat", client=client),
    "campaign": lambda client: actions.create_campaign("Q1", "x", client=client),
    "inbox": lambda client: actions.review_inbox("Q1", approve=ONE, client=client),
    "members": lambda client: actions.add_members("a@b.co", client=client),
    "api key": lambda client: actions.create_api_key("x", client=client),
}


@pytest.mark.parametrize("name", BY_NAME)
def test_the_id_that_the_server_gives_a_project_or_organization_never_is_a_path(name):
    for id_ in EVIL_IDS:
        app = Canned({"/projects": [{"id": id_, "name": "Q1", "org_id": id_}]})
        with connect_to(app) as client:
            outcome_of(BY_NAME[name], client)
        assert {path for path, _ in app.asked} == {"/projects"}, id_
