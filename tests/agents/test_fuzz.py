"""Calls made up at random: nothing is written without a token, and no secret gets out."""

from __future__ import annotations

import json
import random
import re

import pytest

import trackagoat_pandas as tgp
from tests.heavy import HEAVY, part
from tests.support.agent_doors import UNLIMITED, agent_of, stdio_agent
from tests.support.hostile_texts import MARK, TEXTS, hostile_relay
from tests.support.relays import serving
from trackagoat_pandas.agents.answers import tokens_of
from trackagoat_pandas.agents.desk import Desk
from trackagoat_pandas.agents.server import ToolServer
from trackagoat_pandas.agents.untrusted import FIELD

CALLS = part(10_000, 500, 20)
_LEAKS = re.compile(
    r"Traceback|File \"|/tmp|/work|/root|/home|site-packages|\.py\b|tga_[0-9a-f]|unexpectedly"
)
_TEXTS = (
    "", " ", "x", "2026-05", "last 30 days", "2026-01-01..2026-02-01", "2030-01-01", "9999-99-99",
    "views", "@goat.one", "goat.two", "videos_1", "creators_2", "w_" + "0" * 24, "w_x", "a" * 5_000,
    "tga_" + "f" * 64, "../../etc/passwd", "'; DROP TABLE videos; --", "{}", "[]", "null", "1e999",
    "\x00\x1b[2J", "\ud7ff\U0001f600", *TEXTS[:10],
)  # fmt: skip
_ODD = (None, True, False, 0, -1, 10**30, 1.5, [], {}, [[]], {"a": {"b": []}}, ["x"] * 60)


class Caller:
    """Makes calls up from the schemas of tools: most arguments fit, some don't."""

    def __init__(self, tools, ids, seed):
        self.tools, self.ids, self.dice = tools, ids, random.Random(seed)
        self.handles = ["videos_1"]

    def call(self):
        name, tool = self.dice.choice([*self.tools.items()])
        schema = tool.input_schema
        given = {
            one: self.value(shape, one)
            for one, shape in schema["properties"].items()
            if one in schema.get("required", ()) or self.dice.random() < 0.4
        }
        if self.dice.random() < 0.05 and given:
            del given[self.dice.choice([*given])]
        if self.dice.random() < 0.05:
            given[self.dice.choice(_TEXTS)] = self.dice.choice(_TEXTS)
        return (self.dice.choice(_TEXTS) if self.dice.random() < 0.02 else name), given

    def value(self, shape, name=""):
        if self.dice.random() < 0.1:
            return self.dice.choice((*_ODD, *_TEXTS))
        if name == "handle":
            return self.dice.choice(self.handles[-20:])
        if name == "project" and self.dice.random() < 0.7:
            return self.ids[0]
        if "enum" in shape:
            return self.dice.choice(shape["enum"])
        match shape.get("type"):
            case "integer":
                return self.dice.choice((0, 1, 5, 40, shape.get("maximum", 7)))
            case "boolean":
                return self.dice.random() < 0.5
            case "array":
                return [self.value(shape["items"]) for _ in range(self.dice.choice((0, 1, 1, 2)))]
            case "object":
                return {"status": self.dice.choice(("pending", "paid", 1, True, *_TEXTS))}
        pattern = shape.get("pattern", "")
        if "0-9a-fA-F-" in pattern or not pattern:
            return self.dice.choice(self.ids)
        fitting = [text for text in _TEXTS if re.search(pattern, text)]
        return self.dice.choice(fitting or _TEXTS)


def trusted_part(answer):
    if isinstance(answer, dict):
        return {name: trusted_part(one) for name, one in answer.items() if name != FIELD}
    return [*map(trusted_part, answer)] if isinstance(answer, list) else answer


def check(result, key):
    assert len(result.content) == 1
    text = result.content[0].text
    assert 2 * tokens_of(text) <= 2_000
    assert not _LEAKS.search(text), text
    assert key not in text
    answer = json.loads(text)
    assert answer == result.structured_content
    assert MARK not in json.dumps(trusted_part(answer)), text


def fuzz(agent, relay, ids, key, calls, seed):
    caller = Caller(agent.tools(), ids, seed)
    met = set()
    for number in range(calls):
        name, given = caller.call()
        try:
            result = agent.call(name, **given)
            check(result, key)
        except Exception as error:
            raise AssertionError(f"call {number}: {name} {given!r:.300}") from error
        assert relay.writes == [], (name, given)
        met |= {name} if not result.is_error else set()
        caller.handles += filter(None, [result.structured_content.get("handle")])
        # The token of a dry run is not good for other arguments.
        if (token := result.structured_content.get("token")) and caller.dice.random() < 0.5:
            _, other = caller.call()
            agent.call(name, **{**given, **other, "token": token, "surplus": 1})
    return met


@pytest.fixture(scope="module")
def world():
    """A small program with hostile texts, and ids of it."""
    with tgp.sandbox(creators=4, days=40, rate_limit=None) as box:
        relay = hostile_relay(box.app)
        with tgp.connect(box.key, transport=box.app, rate_limit=None, progress=False):
            creators, videos = tgp.load_creators(), tgp.load_videos()
            ids = [*creators["project_id"].unique()] * 3 + [*creators["id"]] + [*videos["id"][:5]]
            ids += [*tgp.load_campaigns()["id"][:2], *tgp.load_payout_accruals()["id"][:3]]
            ids += [*tgp.load_payout_methods()["id"], "00000000-0000-4000-8000-000000000000"]
        yield box, relay, [*map(str, ids)]


def test_made_up_calls_write_nothing_and_leak_nothing(world, tmp_path):
    box, relay, ids = world
    with (
        tgp.connect(
            box.key, transport=relay, rate_limit=None, progress=False,
            store=tmp_path / "store", max_age="5min",
        ) as client,
        agent_of(ToolServer(Desk(client), allow_writes=True)) as agent,
    ):  # fmt: skip
        met = fuzz(agent, relay, ids, box.key, CALLS, seed=1)
    assert len(met) > part(10, 10, 3)


@pytest.mark.skipif(not HEAVY, reason="takes a server")
@pytest.mark.parametrize("arguments", [(), ("--allow-writes",)])
def test_made_up_calls_over_stdio_write_nothing_and_leak_nothing(world, arguments, tmp_path):
    box, relay, ids = world
    with serving(relay) as base_url:
        reached = {"TRACKAGOAT_BASE_URL": base_url, "TRACKAGOAT_API_KEY": box.key}
        with stdio_agent(*arguments, start=UNLIMITED, state=tmp_path, **reached) as agent:
            assert len(fuzz(agent, relay, ids, box.key, part(1_000, 80, 0), seed=2)) > 10
