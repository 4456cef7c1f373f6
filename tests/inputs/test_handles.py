from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.inputs.handles import fold_handle, read_handle

HANDLES = st.from_regex(r"[A-Za-z0-9._-]{1,30}", fullmatch=True)


@settings(deadline=None)
@given(
    HANDLES,
    st.sampled_from(["", "https://", "http://"]),
    st.sampled_from(["www.tiktok.com", "m.tiktok.com", "tiktok.com", "WWW.TikTok.com"]),
    st.sampled_from(["", "/", "?lang=en", "/?is_from_webapp=1&sender_device=pc", "#x"]),
)
def test_the_address_of_a_profile_is_read_as_its_handle(handle, scheme, host, end):
    assert read_handle("creator", f"{scheme}{host}/@{handle}{end}") == handle


@settings(deadline=None)
@given(HANDLES)
def test_a_handle_is_read_as_it_is_with_and_without_at(handle):
    assert read_handle("creator", handle) == read_handle("creator", f" @{handle} ") == handle


def test_a_handle_may_end_like_a_file():
    assert read_handle("creator", "@creators.csv") == "creators.csv"


def test_an_escaped_at_is_one():
    assert read_handle("creator", "https://www.tiktok.com/%40goat") == "goat"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "it is empty; a handle has 1 to 30 letters"),
        ("two words", "a handle has 1 to 30 letters, digits, dots, underscores and hyphens"),
        ("x" * 31, "a handle has 1 to 30"),
        ("@@goat", "a handle has 1 to 30"),
        ("https://www.tiktok.com/@goat/video/7", "address of a post; if .* give '@goat'"),
        ("https://vm.tiktok.com/ZM1/", "it doesn't say whose it is"),
        ("https://www.tiktok.com/", "it doesn't say whose it is"),
        ("https://www.tiktok.com.evil.org/@goat", "give a handle, or the address of a profile"),
        ("https://[::1/@goat", "it is not an address"),
        ("creators.CSV", "it looks like a file: .* a handle of this name is '@creators.CSV'"),
    ],
)
def test_what_names_no_creator_is_refused_with_advice(given, said):
    with pytest.raises(ArgumentError, match=said):
        read_handle("creator", given)


def test_a_number_is_no_handle():
    with pytest.raises(ArgumentTypeError, match="creator can't be of type int: it takes a handle"):
        read_handle("creator", 7)


def test_handles_that_differ_only_in_case_are_the_same():
    assert fold_handle("@First.Goat") == fold_handle("first.goat")
