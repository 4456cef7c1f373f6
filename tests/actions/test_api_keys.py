from __future__ import annotations

import pickle

import pytest

import trackagoat_pandas as tgp
from tests.support.acting import PROJECT, acted, acting, client_in, client_of, ids_of
from tests.support.canned import Canned, connect_to
from trackagoat_pandas.base.secrets import Secret
from trackagoat_pandas.errors import (
    ArgumentError,
    ForbiddenError,
    RepeatedRequestWarning,
    UnauthorizedError,
    UnreadableResponseError,
)

PLAIN = "tga_" + "0f" * 32


world = pytest.fixture(scope="module")(acted)
client = pytest.fixture(client_in)


def test_a_new_key_works_at_once_and_never_after_it_was_revoked(world):
    client, box = world
    made = tgp.actions.create_api_key("nightly", scopes=["read"], client=client)
    key = made["key"][0]
    with client_of(box, key) as reader:
        assert len(tgp.load_projects(client=reader)) == 5
        with pytest.raises(ForbiddenError, match="insufficient_scope"):
            tgp.actions.create_campaign(PROJECT, "x", client=reader)
        done = tgp.actions.revoke_api_keys(made, client=client)
        with pytest.raises(UnauthorizedError, match="401"):
            tgp.load_projects(client=reader)
    assert done["status"].tolist() == ["deleted"]


def test_a_new_key_is_shown_only_when_revealed(client):
    made = tgp.actions.create_api_key("nightly", client=client)
    plain = made["key"][0].reveal()
    assert isinstance(made["key"][0], Secret)
    shown = [repr(made), made.to_html(), made.to_csv(), made.to_string(), repr(made.attrs)]
    shown += [repr(made.to_dict("records")), str(made["key"]), repr(made.copy().iloc[0])]
    assert plain.removeprefix("tga_")[:12] not in "".join(shown)
    with pytest.raises(TypeError, match="can't be pickled"):
        pickle.dumps(made)


def test_the_same_cell_gets_the_same_key_also_if_the_answer_was_lost():
    with acting(plan={2: "lost"}) as (client, box):
        first = tgp.actions.create_api_key("nightly", client=client)["key"][0]
        with pytest.warns(RepeatedRequestWarning, match="no GET says whether it is still there"):
            second = tgp.actions.create_api_key("nightly", client=client)["key"][0]
        (row,) = box.database.rows("SELECT count(*) AS n FROM api_keys WHERE name = 'nightly'")
    assert first == second
    assert row["n"] == 1


@pytest.mark.parametrize("name", ["key", "plain_key", "token"])
def test_a_key_is_found_under_any_name_and_in_no_other_column(name):
    data = {"id": ids_of(1)[0], "name": "x", "scopes": ["read"], name: PLAIN}
    app = Canned({f"/organizations/{ids_of(1)[0]}/api-keys": data})
    with connect_to(app) as client:
        made = tgp.actions.create_api_key("x", organization=ids_of(1)[0], client=client)
    assert made["key"][0].reveal() == PLAIN
    assert list(made) == ["name", "scopes", "created_at", "id", "key"]
    assert made["scopes"].tolist() == ['["read"]']


@pytest.mark.parametrize("data", [{"id": "x"}, None, [PLAIN], PLAIN])
def test_an_answer_without_a_key_is_an_error_that_shows_nothing(data):
    app = Canned({f"/organizations/{ids_of(1)[0]}/api-keys": {"data": data, "error": None}})
    with (
        connect_to(app) as client,
        pytest.raises(UnreadableResponseError, match="holds no new key") as caught,
    ):
        tgp.actions.create_api_key("x", organization=ids_of(1)[0], client=client)
    assert PLAIN not in repr(vars(caught.value))


def test_a_key_in_the_place_of_its_id_is_refused_and_not_shown(client):
    with pytest.raises(ArgumentError, match="UUID") as caught:
        tgp.actions.revoke_api_keys(PLAIN, client=client)
    assert PLAIN not in str(caught.value) + caught.value._repr_html_()
