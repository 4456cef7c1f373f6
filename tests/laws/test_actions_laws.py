"""Laws of writes: whatever goes wrong and wherever, nothing is done twice or falsely claimed."""

from __future__ import annotations

import json
from contextlib import suppress
from uuid import uuid4

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests.heavy import examples
from tests.support.acting import CHEAP, PROJECT, handles_in, ids_of, limit, planned, results_of
from tests.support.leaping import leaping_client
from trackagoat_pandas.actions.requests import BULK_ITEMS, Write, batches
from trackagoat_pandas.errors import PartialWriteError, TrackaGoatError
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.tables import CAMPAIGNS
from trackagoat_pandas.tables.writes import RESULT_STATUSES

KINDS = ["lost", "500 after", "500", "502", "reset", "429", "html", "empty", "cut"]
DONE = {"created", "reactivated", "unchanged"}


@pytest.fixture(scope="module")
def world():
    with tgp.sandbox(**CHEAP) as box:
        limit(box, "max_creators_per_org", 10**6)
        yield box


@pytest.fixture(scope="module")
def client(world):
    with leaping_client(world.key, world.app) as connected:
        yield connected


plans = st.dictionaries(st.integers(1, 9), st.sampled_from(KINDS), max_size=8)


@settings(max_examples=examples(60), deadline=None)
@given(plan=plans, count=st.integers(1, 120))
def test_wherever_faults_come_a_rerun_adds_each_creator_once(world, client, plan, count):
    # The world lives on, so that an example tried again must have handles of its own.
    run = uuid4().hex[:12]
    handles = [f"g{run}.{number}" for number in range(count)]
    done = None
    with leaping_client(world.key, planned(world.app, plan)) as faulty, suppress(TrackaGoatError):
        try:
            done = tgp.actions.add_creators(PROJECT, handles, client=faulty)
        except PartialWriteError as stop:
            done = stop.frame
    there = {*handles_in(world, handles)}
    if done is None:
        assert there == set()
    else:
        assert done["item"].tolist() == handles
        by_word = done.groupby("status", observed=True)["item"].agg(set).to_dict()
        assert set().union(*(by_word.get(word, set()) for word in DONE)) <= there
        assert not there & by_word.get("failed", set())
        assert not there & by_word.get("not_sent", set())
    again = tgp.actions.add_creators(PROJECT, handles, client=client)
    assert set(again["status"]) <= DONE
    assert handles_in(world, handles) == sorted(handles)


@settings(max_examples=examples(60), deadline=None)
@given(plan=plans)
def test_wherever_faults_come_what_is_deleted_is_reported(world, client, plan):
    run = uuid4().hex
    notes = [
        tgp.actions.annotate("2026-06-10", f"{run} {number}", project=PROJECT, client=client)
        for number in range(4)
    ]
    ids = pd.concat(notes)["id"]
    done = None
    with leaping_client(world.key, planned(world.app, plan)) as faulty, suppress(TrackaGoatError):
        try:
            done = tgp.actions.remove_annotations(ids, confirm=True, client=faulty)
        except PartialWriteError as stop:
            done = stop.frame
    left = {row["id"] for row in world.database.rows("SELECT id FROM annotations")}
    if done is None:
        assert set(ids) <= left
        return
    assert done["item"].tolist() == ids.tolist()
    for item, word in zip(done["item"], done["status"], strict=True):
        assert word in {"deleted", "failed", "unknown", "not_sent"}
        assert word == "unknown" or (item in left) == (word != "deleted")


@settings(deadline=None)
@given(count=st.integers(0, 400), size=st.integers(1, 60))
def test_parts_joined_are_the_whole_and_none_is_too_long(count, size):
    parts = list(batches(range(count), size))
    assert [item for part in parts for item in part] == list(range(count))
    assert all(1 <= len(part) <= size for part in parts)
    assert len(parts) == -(-count // size)
    assert BULK_ITEMS == 50


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
bodies = st.dictionaries(words, values, max_size=4)


@settings(max_examples=examples(200), deadline=None)
@given(one=bodies, other=bodies)
def test_keys_are_the_same_just_where_requests_are(client, one, other):
    keys = [Write("POST", "/x", body, is_creating=True).key(client) for body in (one, other)]
    reordered = dict(reversed(list(one.items())))
    again = Write("POST", "/x", reordered, is_creating=True).key(client)
    elsewhere = Write("POST", "/y", one, is_creating=True).key(client)
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (keys[0] == keys[1]) == same
    assert again == keys[0] != elsewhere


ITEMS = ("ann", "bob", "cyd")
row = st.fixed_dictionaries(
    {},
    optional={
        "item": st.sampled_from([*ITEMS, "dee", 7]),
        "status": st.sampled_from([*RESULT_STATUSES, "ok", "parked", None]) | values,
        "id": values,
        "error": values,
        "code": values,
        "success": values,
    },
)
answers = (
    values
    | st.lists(row, max_size=4)
    | st.dictionaries(
        st.sampled_from([*RESULT_STATUSES, "results", "errors"]), st.lists(row | words, max_size=3)
    )
)


@settings(max_examples=examples(200), deadline=None)
@given(data=answers, status=st.sampled_from([200, 201]))
def test_any_answer_gives_one_known_word_for_each_item_in_order(data, status):
    write = Write("POST", "/x", {}, items=ITEMS, is_bulk=True)
    results = results_of(write, data, status)
    assert [result.item for result in results] == list(ITEMS)
    assert {result.status for result in results} <= set(RESULT_STATUSES)
    assert all(isinstance(result.id, str | None) for result in results)


cells = st.fixed_dictionaries(
    {
        "name": st.text("abc", min_size=1, max_size=3),
        "readme": st.none() | st.text("xyz", min_size=1, max_size=3),
        "target_views": st.none() | st.integers(1, 5),
        "target_at": st.none() | st.sampled_from(["2026-07-01T00:00:00Z", "2026-08-01T12:30:00Z"]),
    }
)


def campaigns_of(rows):
    records = [{"id": id_, **cell} for id_, cell in zip(ids_of(len(rows)), rows, strict=True)]
    frame = build_frame(
        [chunk_from_records(records, CAMPAIGNS)], CAMPAIGNS, provenance={"path": "/campaigns"}
    )
    return frame[["id", "name", "readme", "target_views", "target_at"]]


@settings(max_examples=examples(200), deadline=None)
@given(pairs=st.lists(st.tuples(cells, cells), max_size=5), seed=st.integers(0, 9))
def test_what_differs_laid_over_the_old_is_the_new(client, pairs, seed):
    old, new = ([pair[side] for pair in pairs] for side in (0, 1))
    found = tgp.diff(campaigns_of(old), campaigns_of(new).sample(frac=1, random_state=seed))
    plan = tgp.actions.apply(found, dry_run=True, client=client)
    laid = dict(zip(ids_of(len(old)), map(dict, old), strict=True))
    for path, body in zip(plan["path"], plan["body"], strict=True):
        changed = json.loads(body)
        row = laid[path.rpartition("/")[2]]
        assert all(row[name] != value for name, value in changed.items())
        row.update(changed)
    assert list(laid.values()) == new
