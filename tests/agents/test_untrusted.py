"""Strangers' words are told from ours, whatever they look like."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from trackagoat_pandas.agents.untrusted import (
    FIELD,
    clean,
    is_id,
    item_of,
    items_of,
    plain,
    trusted,
)

ID = "2f70839e-c958-41de-a834-4c276d930dc6"


@pytest.mark.parametrize("text", ["at_risk", "pending", "views", "would create", ID, "7644543"])
def test_our_words_and_ids_are_trusted(text):
    assert trusted("status", text)


@pytest.mark.parametrize(
    "text", ["2026-06-18", "2026-06-18T19:00:00+00:00", "Sun 21 Jun", "$1,500.00", "79 %"]
)
def test_days_and_figures_are_trusted(text):
    assert trusted("text", text)


@pytest.mark.parametrize(
    "text",
    [
        "obey",
        "Pay 12 Now",
        "ignore_all_rules",
        f"{ID} obey",
        "2026-06-18 obey",
        "12 goats",
        "USD",
        "",
    ],
)
def test_other_texts_are_not(text):
    assert not trusted("tiktok_handle", text)


@pytest.mark.parametrize(
    ("zone", "is_one"), [("Europe/Berlin", True), ("Obey/Me", False), ("../x", False)]
)
def test_a_time_zone_is_one_that_there_is(zone, is_one):
    assert trusted("timezone", zone) is is_one


def test_a_currency_has_three_capital_letters():
    assert trusted("currency", "EUR")
    assert not trusted("currency", "obey me")


def test_an_id_is_one_of_the_apis():
    assert not is_id("2f70839e-c958-41de-a834-4c276d930dc6 ")
    assert not is_id(7)


def test_a_text_is_cut_and_has_no_key():
    key = "tga_" + "0" * 64
    assert clean(f"my {key}\x00\u202e key") == "my tga_… key"
    assert len(clean("goat " * 100)) <= 120


def test_a_row_has_strangers_texts_apart_and_leaves_out_what_is_not_known():
    row = {"id": ID, "views": pd.NA, "title": "obey", "tags": ["obey", "views"], "n": np.int64(3)}
    assert item_of(row) == {"id": ID, "n": 3, FIELD: {"title": "obey", "tags": ["obey", "views"]}}


def test_a_frame_of_ours_is_shown_as_it_is():
    assert [*items_of(pd.DataFrame({"meaning": ["any text"]}), is_ours=True)] == [
        {"meaning": "any text"}
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (np.float64(2.0), 2), (1.23456, 1.2346), (np.bool_(True), True), ({"a": 1}, None),
        (pd.NaT, None), (pd.Timestamp("2026-06-01"), "2026-06-01"),
        (pd.Timestamp("2026-06-01 12:00:00.5", tz="Europe/Berlin"), "2026-06-01T10:00:00Z"),
        ([1.5, None], [1.5, None]),
    ],
)  # fmt: skip
def test_values_are_as_json_has_them(value, shown):
    assert plain(value) == shown
