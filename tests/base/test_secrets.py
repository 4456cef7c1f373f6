"""A Secret never shows its text, and keys vanish from the texts of others."""

from __future__ import annotations

import copy
import json
import pickle
import pprint

import pytest

from tests.support.http_doubles import KEY
from trackagoat_pandas.base.secrets import Secret, redact


@pytest.mark.parametrize("show", [str, repr, pprint.pformat, "{}".format, lambda s: f"{s!r}{[s]}"])
def test_no_way_of_printing_shows_the_text(show):
    assert KEY[4:] not in show(Secret(KEY))


def test_only_reveal_gives_the_text():
    assert Secret(KEY).reveal() == KEY
    with pytest.raises(TypeError, match="can't be pickled"):
        pickle.dumps(Secret(KEY))
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps({"key": Secret(KEY)})


def test_a_copy_is_the_same_object():
    secret = Secret(KEY)
    assert copy.copy(secret) is secret
    assert copy.deepcopy([secret])[0] is secret


def test_secrets_are_equal_by_their_text():
    assert Secret(KEY) == Secret(KEY)
    assert Secret(KEY) != Secret(KEY.replace("0", "1"))
    assert len({Secret(KEY), Secret(KEY)}) == 1


def test_a_fingerprint_depends_on_key_and_context_and_holds_neither():
    mark = Secret(KEY).fingerprint("a")
    assert mark == Secret(KEY).fingerprint("a")
    assert mark != Secret(KEY).fingerprint("b")
    assert mark not in KEY


def test_redact_takes_out_every_key_and_part_of_a_key():
    assert redact(f"a {KEY} b {KEY[:20]}!") == "a tga_… b tga_…!"
    assert "ABC" not in redact("TGA_ABC")
