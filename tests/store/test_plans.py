"""Plans of campaigns in a store: kept once, and read back as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.helpers.campaigns.test_plan import frames, plan_of, result_of
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingColumnError
from trackagoat_pandas.store.plans import record_plan, recorded_plans

NOW = "2026-05-04T00:00Z"


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with tgp.open_store(tmp_path / "store") as made:
        yield made


def test_a_plan_is_kept_once_and_read_back(store: Any) -> None:
    plan = plan_of(*frames(creators=23), seed=2**62 + 1)
    assert record_plan(store, plan, now=NOW) == 23
    assert record_plan(store, plan, now=NOW) == 0
    kept = recorded_plans(store)
    assert kept["made_at"].unique().tolist() == [pd.Timestamp(NOW)]
    pd.testing.assert_frame_equal(kept[plan.columns], plan)


def test_several_plans_stand_in_the_order_of_their_draw(store: Any) -> None:
    creators, videos = frames()
    later = plan_of(creators, videos, seed=5, since="2026-06-01")
    record_plan(store, later, now="2026-05-05T00:00Z")
    record_plan(store, plan_of(creators, videos, seed=4), now=NOW)
    kept = recorded_plans(store)
    assert kept["seed"].drop_duplicates().tolist() == [4, 5]
    one = kept[kept["seed"] == 4]
    assert result_of(one, videos)["pairs"] == 12


def test_nobody_can_draw_again(store: Any) -> None:
    creators, videos = frames()
    plan = plan_of(creators, videos)
    record_plan(store, plan, now=NOW)
    for other in (
        plan_of(creators, videos, seed=2),
        plan.assign(gets_campaign=~plan["gets_campaign"]),
        plan_of(creators, videos, weeks=3).tail(5),
    ):
        with pytest.raises(ArgumentError, match="another draw of some of its creators for 2026-05"):
            record_plan(store, other, now="2020-01-01T00:00Z")
    assert len(recorded_plans(store)) == 24


def test_what_is_no_plan_is_refused(store: Any) -> None:
    plan = plan_of(*frames())
    with pytest.raises(MissingColumnError, match="plan_campaign"):
        record_plan(store, plan.drop(columns="seed"))
    with pytest.raises(ArgumentError, match="it must be one plan"):
        record_plan(store, pd.concat([plan, plan.assign(weeks=3)]))
    with pytest.raises(ArgumentError, match="it has no rows"):
        record_plan(store, plan.iloc[:0])
    with pytest.raises(ArgumentTypeError, match="a store"):
        record_plan("program", plan)
    with pytest.raises(ArgumentTypeError, match="a store"):
        recorded_plans(plan)


def test_an_empty_store_has_no_plans(store: Any) -> None:
    kept = recorded_plans(store)
    assert kept.empty
    assert "gets_campaign" in kept.columns


def test_plans_are_a_table_of_the_store(store: Any) -> None:
    record_plan(store, plan_of(*frames()), now=NOW)
    assert store.verify().empty
    assert len(recorded_plans(store)) == 24
