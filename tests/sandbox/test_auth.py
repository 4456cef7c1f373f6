from __future__ import annotations

import pytest

from tests.support.tiny_world import (
    EXPIRED,
    FULL,
    NOW,
    OTHER,
    READ,
    REVOKED,
    WRITE,
    Api,
    key_of,
    served,
)

api = pytest.fixture(scope="module")(served)


@pytest.mark.parametrize("key", [FULL, READ, OTHER])
def test_a_key_that_may_read_is_let_in(api, key):
    assert api.open("/projects", key).status_code == 200


@pytest.mark.parametrize(
    "key",
    [None, EXPIRED, REVOKED, key_of("9"), "tga_123", key_of("A"), key_of("1")[4:], FULL + "1"],
    ids=["none", "expired", "revoked", "unknown", "short", "upper case", "no prefix", "long"],
)
def test_any_other_key_is_refused_with_401(api, key):
    assert api.refusal("/projects", key) == (401, "invalid_api_key")


def test_a_refusal_never_repeats_the_key(api):
    assert REVOKED[4:] not in api.open("/projects", REVOKED).text


def test_a_key_expires_at_its_very_instant_and_not_before(api):
    early = Api(api.database, clock=lambda: NOW.replace(hour=11, minute=59))
    assert early.open("/projects", EXPIRED).status_code == 200


def test_a_key_without_the_scope_read_gets_403_that_names_both(api):
    response = api.open("/videos", WRITE)
    assert response.status_code == 403
    assert response.json["meta"] == {
        "code": "insufficient_scope",
        "required": "read",
        "granted": ["write"],
    }


@pytest.mark.parametrize("path", ["/openapi.json", "/schema", "/creators/{id}/stats"])
def test_descriptions_and_removed_endpoints_need_a_key_too(api, path):
    path = path.replace("{id}", "00000000-0000-0000-0000-000000000000")
    assert api.open(path, None).status_code == 401
