"""A token allows one write of its own payload, for ten minutes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from trackagoat_pandas.agents.refusals import Refusal
from trackagoat_pandas.agents.tokens import LIFETIME_S, WriteTokens, digest_of

PAYLOAD = {"tool": "add_creators", "handles": ["goat"]}


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def test_a_token_is_good_once():
    tokens = WriteTokens()
    token = tokens.issue(PAYLOAD)
    tokens.redeem(token, PAYLOAD)
    with pytest.raises(Refusal, match="or it was used"):
        tokens.redeem(token, PAYLOAD)


def test_of_many_calls_at_once_one_gets_through():
    tokens = WriteTokens()

    def redeem(token):
        try:
            tokens.redeem(token, PAYLOAD)
        except Refusal:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        for _ in range(50):
            assert sum(pool.map(redeem, [tokens.issue(PAYLOAD)] * 8)) == 1


def test_a_token_is_good_for_ten_minutes():
    clock = Clock()
    tokens = WriteTokens(clock)
    early, late = tokens.issue(PAYLOAD), tokens.issue(PAYLOAD)
    clock.now += LIFETIME_S - 0.1
    tokens.redeem(early, PAYLOAD)
    clock.now += 0.1
    with pytest.raises(Refusal, match="older than ten minutes"):
        tokens.redeem(late, PAYLOAD)
    assert LIFETIME_S == 600


@pytest.mark.parametrize(
    "other",
    [{**PAYLOAD, "handles": ["goat", "wolf"]}, {**PAYLOAD, "tool": "set_goals"}, {}, {"x": 1}],
)
def test_a_token_is_for_its_own_payload_and_used_up_by_another(other):
    tokens = WriteTokens()
    token = tokens.issue(PAYLOAD)
    with pytest.raises(Refusal, match="for other arguments"):
        tokens.redeem(token, other)
    with pytest.raises(Refusal, match="or it was used"):
        tokens.redeem(token, PAYLOAD)


def test_a_payload_is_the_same_in_any_order_of_its_fields():
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": "1"})


def test_of_very_many_tokens_the_oldest_go():
    tokens = WriteTokens()
    first, *_, last = [tokens.issue(PAYLOAD) for _ in range(300)]
    tokens.redeem(last, PAYLOAD)
    with pytest.raises(Refusal):
        tokens.redeem(first, PAYLOAD)


@pytest.mark.parametrize("made_up", ["", "w_", "w_" + "0" * 24])
def test_a_made_up_token_is_refused(made_up):
    with pytest.raises(Refusal, match="isn't one of a dry run"):
        WriteTokens().redeem(made_up, PAYLOAD)
