from __future__ import annotations

import pytest

import trackagoat_pandas as tgp
from tests.support.acting import acting, connected, ids_of, limit
from tests.support.canned import Canned, connect_to
from trackagoat_pandas.errors import ArgumentError, LimitReachedError, NotFoundError

client = pytest.fixture(scope="module")(connected)


def test_a_project_is_made_in_the_keys_own_organization_and_known_at_once(client):
    before = tgp.load_projects(client=client)
    made = tgp.actions.create_project("Autumn", description="Leaves", client=client)
    assert made["org_id"].tolist() == [before["org_id"][0]]
    assert tgp.load_creators("Autumn", client=client).empty
    assert len(tgp.load_projects(client=client)) == len(before) + 1


def test_a_name_that_moved_to_another_project_means_the_other_one(client):
    first, second = (
        tgp.actions.create_project(name, client=client)["id"][0] for name in ("One", "Two")
    )
    tgp.actions.update_project("One", name="Old", client=client)
    tgp.actions.update_project("Two", name="One", client=client)
    changed = tgp.actions.update_project("One", description="x", client=client)
    assert changed["id"].tolist() == [second]
    assert tgp.actions.update_project("Old", description=None, client=client)["id"][0] == first


def test_a_project_beyond_the_plan_is_an_error_with_its_facts():
    with acting() as (client, box):
        limit(box, "max_projects_per_org", 5)
        with pytest.raises(LimitReachedError, match="max_projects_per_org") as caught:
            tgp.actions.create_project("Sixth", client=client)
    error = caught.value
    assert (error.limit_key, error.current, error.maximum) == ("max_projects_per_org", 5, 5)


def test_an_organization_is_made_and_is_not_the_keys_own(client):
    made = tgp.actions.create_organization("Second Herd", client=client)
    assert list(made) == ["name", "timezone", "created_at", "id"]
    with pytest.raises(NotFoundError, match="404"):
        tgp.actions.create_project("x", organization=made["id"][0], client=client)


def test_without_a_project_the_organization_must_be_named():
    with connect_to(Canned({"/projects": []})) as client:
        with pytest.raises(ArgumentError, match="no project says which is the key's"):
            tgp.actions.create_project("First", client=client)
        plan = tgp.actions.create_project(
            "First", organization=ids_of(1)[0], dry_run=True, client=client
        )
    assert plan["path"].tolist() == [f"/organizations/{ids_of(1)[0]}/projects"]
