from __future__ import annotations

import pytest

import trackagoat_pandas as tgp
from tests.support.acting import acting
from trackagoat_pandas.errors import ConflictError


def test_a_new_method_is_changed_and_deleted_and_a_built_in_one_stays():
    with acting() as (client, _):
        methods = tgp.load_payout_methods(client=client)
        built_in = methods[methods["is_default"]].head(1)
        own = tgp.actions.create_payout_method(
            "Barter", icon_path="icons/hay.png", metadata={"per": "bale"}, readme="x", client=client
        )
        off = tgp.actions.update_payout_method(own, is_active=False, readme=None, client=client)
        gone = tgp.actions.remove_payout_methods(
            [own["id"][0], built_in["id"].iloc[0]], confirm=True, client=client
        )
        with pytest.raises(ConflictError, match="built-in") as caught:
            tgp.actions.update_payout_method(built_in, is_active=False, client=client)
    assert own["metadata"].tolist() == ['{"per":"bale"}']
    assert (off["is_active"][0], off["readme"].isna()[0]) == (False, True)
    assert gone["status"].tolist() == ["deleted", "failed"]
    assert gone["error_code"][1] == caught.value.code == "default_method"
