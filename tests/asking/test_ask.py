"""The arguments of ``ask``: what is refused before anything is sent, and whose zone counts."""

from __future__ import annotations

from typing import Any

import pytest

import trackagoat_pandas as tgp
from tests.support.payout_frames import accrual, accruals, payments
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingArgumentError


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"name": "goal"}, ArgumentError, "goals"),
        ({}, MissingArgumentError, "project"),
        ({"project": "x", "timezone": "Asia/Tokyo"}, ArgumentError, "a project knows its own"),
        ({"project": "x", "currency": "EUR"}, ArgumentError, "a project knows its own"),
        ({"project": "x", "now": "2026-06-20"}, ArgumentError, "only a store or frames"),
        ({"project": "x", "dates": "2026-06"}, ArgumentError, "about the present"),
        ({"frames": [], "timezone": "Asia/Tokyo"}, ArgumentTypeError, "a dict of frames"),
        ({"frames": {}, "timezone": "Asia/Nowhere"}, ArgumentError, "Asia/Nowhere"),
        ({"frames": {}, "currency": "dollars"}, ArgumentError, "dollars"),
    ],
)
def test_bad_arguments_are_refused(given: dict[str, Any], error: type, said: str) -> None:
    with pytest.raises(error, match=said):
        tgp.ask(**{"name": "owed", **given})


def test_frames_without_a_zone_or_a_currency_have_the_given_ones() -> None:
    # At that moment 8 June has begun in Tokyo.
    frames = {"accruals": accruals(accrual("a", 1_000)), "payments": payments()}
    for frame in frames.values():
        frame.attrs = {}
    given = {"frames": frames, "now": "2026-06-07T20:00:00Z"}
    answer = tgp.ask("owed", **given, timezone="Asia/Tokyo", currency="EUR")
    assert "€10.00" in answer.finding
    assert 'timezone="Asia/Tokyo"' in answer.code
    days = [
        tgp.ask("owed", **given, timezone=zone).rows["days_outstanding"].iloc[0]
        for zone in ("America/Los_Angeles", "Asia/Tokyo")
    ]
    assert days[1] == days[0] + 1
