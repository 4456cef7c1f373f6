from __future__ import annotations

import json
from inspect import signature

import pytest

import trackagoat_pandas as tgp
from tests.acting import acting, ids_of
from tests.canned import Canned, connect_to
from trackagoat_pandas.errors import ArgumentError, ConflictError


@pytest.fixture
def client():
    with acting() as (connected, _):
        yield connected


def test_a_method_of_ones_own_comes_and_goes_and_a_built_in_one_stays(client):
    methods = tgp.load_payout_methods(client=client)
    built_in = methods[methods["is_default"]].head(1)
    own = tgp.actions.create_payout_method(
        "Barter", icon_path="icons/hay.png", metadata={"per": "bale"}, readme="x", client=client
    )
    assert own["metadata"].tolist() == ['{"per":"bale"}']
    off = tgp.actions.update_payout_method(own, is_active=False, readme=None, client=client)
    assert (off["is_active"][0], off["readme"].isna()[0]) == (False, True)
    gone = tgp.actions.remove_payout_methods(
        [own["id"][0], built_in["id"].iloc[0]], confirm=True, client=client
    )
    assert gone["status"].tolist() == ["deleted", "failed"]
    assert gone["error_code"][1] == "default_method"
    with pytest.raises(ConflictError, match="built-in") as caught:
        tgp.actions.update_payout_method(built_in, is_active=False, client=client)
    assert caught.value.code == "default_method"


def test_a_methods_name_has_100_characters():
    with (
        connect_to(Canned({})) as client,
        pytest.raises(ArgumentError, match="101 characters; the limit is 100"),
    ):
        tgp.actions.create_payout_method("x" * 101, client=client)


def test_only_an_edit_switches_a_method_off():
    parameters = signature(tgp.actions.create_payout_method).parameters
    assert "is_active" not in parameters
    with connect_to(Canned({})) as client:
        plan = tgp.actions.update_payout_method(
            ids_of(1)[0], is_active=False, dry_run=True, client=client
        )
    assert plan["method"].tolist() == ["PATCH"]
    assert json.loads(plan["body"][0]) == {"is_active": False}
