"""Pay split into level and hits: by hand, to the cent, and against planted levels."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.heavy import heavy, part
from tests.support.luck_worlds import luck_world, mean_multiple
from tests.support.posting_worlds import ZONE
from trackagoat_pandas.errors import ArgumentError, MissingColumnError
from trackagoat_pandas.helpers.luck.pay import payout_luck

NOW = "2026-06-18T19:00Z"


def videos(counts: dict[str, list[int]], **columns: Any) -> pd.DataFrame:
    """Posts of some creators, one a day from 1 April on, with their views."""
    rows = [
        (f"{creator} {day}", creator, pd.Timestamp("2026-04-01T12:00Z") + pd.Timedelta(days=day), n)
        for creator, own in counts.items()
        for day, n in enumerate(own)
    ]
    frame = pd.DataFrame(rows, columns=["id", "creator_id", "posted_at", "view_count"])
    return frame.assign(tracking_status="included", **columns)


def accrual(creator: str, cents: int | None, basis: Any, **values: Any) -> dict[str, Any]:
    """An accrual of May, or of other values."""
    said = None if basis is None else json.dumps(basis)
    return {
        "creator_id": creator, "amount_cents": cents, "basis": said, "project_id": "p",
        "structure_id": "s", "period_start": "2026-05-01", "period_end": "2026-05-31",
        "kind": "accrual", "status": "pending", "created_at": "2026-06-01T00:00Z", **values,
    }  # fmt: skip


def ledger(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame([*rows], columns=[*accrual("x", 0, None), "currency"])
    frame["id"] = [f"a{place}" for place in range(len(frame))]
    for name in ("period_start", "period_end", "created_at"):
        frame[name] = pd.to_datetime(frame[name], utc=name == "created_at")
    frame["amount_cents"] = pd.array(frame["amount_cents"], "Int64")
    return frame.dropna(axis="columns", how="all")


def split(rows: pd.DataFrame, posts: pd.DataFrame, **options: Any) -> pd.DataFrame:
    return payout_luck(rows, posts, now=NOW, timezone="UTC", **options)


def note(table: pd.DataFrame) -> str:
    return str(table.attrs["trackagoat"]["note"])


def sums(table: pd.DataFrame) -> pd.Series:
    return table["level_cents"] + table["hits_cents"] + table["other_cents"]


NAMES = ("ann", "ben", *(f"c{place}" for place in range(18)))
# Everybody has as many views each day, except for a hit of ann's on 10 May.
EVEN = {name: [1_000 + (day % 3) for day in range(61)] for name in NAMES}
HIT = {**EVEN, "ann": [31_001 if day == 39 else n for day, n in enumerate(EVEN["ann"])]}
VIEWS = {"views": 61_000, "cpm_cents": 100}


def test_pay_of_a_creator_that_is_not_known_has_a_row_of_its_own() -> None:
    rows = ledger(
        accrual("ann", 4_000, {"amount_cents": 4_000}), accrual(None, 300, {"amount_cents": 300})
    )
    table = split(rows, videos(EVEN))
    assert table["creator_id"].fillna("nobody").tolist() == ["ann", "nobody"]
    assert table["earned_cents"].tolist() == [4_000, 300]


def test_a_hit_is_luck_and_the_rest_is_level() -> None:
    rows = ledger(accrual("ann", 6_100, VIEWS), accrual("ben", 3_100, VIEWS))
    table = split(rows, videos(HIT)).set_index("creator_id")
    assert table["earned_cents"].to_dict() == {"ann": 6_100, "ben": 3_100}
    assert table.loc["ann", "hits_cents"] == pytest.approx(3_000, abs=500)
    assert table.loc["ben", "hits_cents"] == pytest.approx(0, abs=500)
    assert (sums(table) == table["earned_cents"]).all()
    assert table["posts"].tolist() == [31, 31]
    assert table["month"].eq(pd.Timestamp("2026-05-01")).all()
    assert note(table).startswith("Of $92.00 by views, creators' levels would have earned $")


def test_pay_that_is_not_by_views_is_neither_level_nor_luck() -> None:
    rows = ledger(
        accrual("ann", 50_000, {"days_assigned": 31}),
        accrual("ben", 7_500, {"goals": [{"target": 3, "actual": 3}]}),
        accrual("eve", 900, None, kind="adjustment"),
    )
    table = split(rows, videos(EVEN))
    assert table["other_cents"].tolist() == [50_000, 7_500, 900]
    assert table["level_cents"].tolist() == table["hits_cents"].tolist() == [0, 0, 0]
    assert table["posts"].tolist() == [0, 0, 0]
    assert table["reason"].isna().all()
    assert note(table) == "None of the pay is by views, so none of it is luck of posts"


def test_pay_by_views_of_unknown_posts_is_not_said_to_be_none() -> None:
    rows = ledger(accrual("ann", 50_000, {"days_assigned": 31}), accrual("zoe", 100, VIEWS))
    assert note(split(rows, videos(EVEN))).startswith("How much of the pay was luck isn't known: ")


def test_a_cap_cuts_off_hits_first() -> None:
    capped = {**VIEWS, "uncapped_cents": 6_100}
    table = split(ledger(accrual("ann", 4_000, capped)), videos(HIT))
    level = table["level_cents"].iloc[0]
    assert level == pytest.approx(3_100, abs=500)
    low = split(ledger(accrual("ann", 2_000, capped)), videos(HIT))
    assert low[["level_cents", "hits_cents"]].iloc[0].tolist() == [2_000, 0]


def test_posts_with_enough_views_are_split_by_how_many_a_level_would_have() -> None:
    chance = np.random.default_rng(1)
    counts = {
        name: [round(level * one) for one in np.exp(chance.normal(0, 0.8, 61))]
        for name, level in (("ann", 10_000), ("ben", 1_000), ("cyd", 3_000))
    }
    basis = {"video_ids": ["x", "y"], "threshold_views": 10_000}
    rows = ledger(accrual("ann", 20_000, basis), accrual("ben", 20_000, basis))
    table = split(rows, videos(counts)).set_index("creator_id")
    # About half of 31 posts at ann's level, and hardly one of ben's.
    assert table.loc["ann", "level_cents"] == pytest.approx(155_000, rel=0.3)
    assert 0 <= table.loc["ben", "level_cents"] < 8_000
    assert (sums(table) == table["earned_cents"]).all()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (accrual("ann", 100, None), "it isn't known what an accrual is for"),
        (accrual("ann", 100, {"video_ids": ["x"]}), "it isn't known what an accrual is for"),
        (accrual("ann", None, VIEWS), "an amount isn't known"),
        (accrual("eve", 100, VIEWS), "no post of the period is known that is old enough"),
        (
            accrual("ann", 100, VIEWS, period_start="2026-06-12", period_end="2026-06-18"),
            "no post of the period is known that is old enough",
        ),
    ],
)
def test_what_cannot_be_split_is_na_with_the_reason(row: dict[str, Any], reason: str) -> None:
    retainer = {**row, "amount_cents": 500, "basis": '{"days_assigned":31}'}
    table = split(ledger(row, retainer), videos(EVEN))
    assert len(table) == 1
    assert table["reason"].tolist() == [reason]
    assert table[["level_cents", "hits_cents"]].isna().all(axis=None)
    assert table["other_cents"].tolist() == [500]
    assert reason in note(table)


def test_without_other_creators_level_and_luck_cannot_be_told_apart() -> None:
    table = split(ledger(accrual("ann", 100, VIEWS)), videos({"ann": EVEN["ann"]}))
    assert table["reason"].tolist() == ["only one creator has posts that are old enough"]


def test_currencies_months_and_voided_accruals_are_kept_apart() -> None:
    april = {"period_start": "2026-04-01", "period_end": "2026-04-30"}
    rows = ledger(
        accrual("ann", 6_000, VIEWS, currency="EUR"), accrual("ann", 3_000, VIEWS, currency="USD"),
        accrual("ann", 2_000, VIEWS, currency="USD", **april),
        accrual("ann", 9_999, VIEWS, currency="USD", status="voided"),
    )  # fmt: skip
    table = split(rows, videos(HIT))
    found = table[["month", "currency", "earned_cents"]].astype(str).to_numpy().tolist()
    assert found == [
        ["2026-04-01", "USD", "2000"], ["2026-05-01", "EUR", "6000"], ["2026-05-01", "USD", "3000"],
    ]  # fmt: skip
    assert "€60.00" in note(table)
    assert "$50.00" in note(table)
    assert len(split(rows, videos(HIT), dates="2026-04")) == 1


def test_two_rules_for_the_same_posts_count_them_once_and_weeks_add_up() -> None:
    weeks = [
        accrual("ann", 700, VIEWS, period_start=f"2026-05-{day:02d}", period_end=end)
        for day, end in ((4, "2026-05-10"), (11, "2026-05-17"))
    ]
    rows = ledger(accrual("ann", 3_100, VIEWS), accrual("ann", 1_550, VIEWS), *weeks)
    table = split(rows, videos(HIT))
    assert table[["posts", "earned_cents"]].iloc[0].tolist() == [31, 6_050]


def test_nothing_has_the_columns_of_something() -> None:
    rows = ledger(accrual("ann", 3_100, VIEWS))
    full, none = (split(part, videos(HIT)) for part in (rows, rows.head(0)))
    assert none.empty
    assert none.dtypes.to_dict() == full.dtypes.to_dict()
    no_posts = split(rows, videos(HIT).head(0))
    assert no_posts["reason"].tolist() == ["no post of the period is known that is old enough"]
    with pytest.raises(MissingColumnError, match="basis"):
        split(rows.drop(columns="basis"), videos(HIT))


def scenario(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"creator_id": ["ann", "ben"], "currency": "USD", **columns})


def test_a_scenario_says_how_much_of_the_change_goes_to_those_who_were_lucky() -> None:
    rows = ledger(accrual("ann", 6_100, VIEWS), accrual("ben", 2_000, VIEWS))
    other = scenario(then_cents=[7_100, 2_500], change_cents=[1_000, 500])
    table = split(rows, videos(HIT), scenario=other)
    assert table["then_cents"].tolist() == [7_100, 2_500]
    assert table["change_cents"].tolist() == [1_000, 500]
    lucky = table["change_cents"][table["hits_cents"] > 0].sum() / 100
    said = f"Of a change of $15.00, ${lucky:.2f} would go to those whom hits helped"
    assert said in note(table)
    fewer = scenario(then_cents=[5_100, pd.NA], change_cents=[-1_000, pd.NA])
    assert "Of a change of \N{MINUS SIGN}$10.00" in note(split(rows, videos(HIT), scenario=fewer))


def test_a_scenario_is_of_one_month_and_has_each_creator_once() -> None:
    other = scenario(then_cents=[7_100, 2_500], change_cents=[1_000, 500])
    april = {"period_start": "2026-04-01", "period_end": "2026-04-30"}
    rows = ledger(accrual("ann", 100, VIEWS), accrual("ann", 100, VIEWS, **april))
    with pytest.raises(ArgumentError, match="dates"):
        split(rows, videos(HIT), scenario=other)
    by_structure = pd.concat([other, other.assign(then_cents=0, change_cents=-100)])
    with pytest.raises(ArgumentError, match="by='creator'"):
        split(rows, videos(HIT), dates="2026-05", scenario=by_structure)


# Against planted levels. Development used seeds under 1,000.


def paid_by_views(posts: pd.DataFrame) -> pd.DataFrame:
    """A cent for ten views of each post of May, as accruals."""
    may = posts[posts["posted_at"].dt.tz_convert(ZONE).dt.month == 5]
    views = may.groupby("creator_id")["view_count"].sum()
    return ledger(
        *(
            accrual(creator, round(total / 10), {"views": total, "cpm_cents": 10_000})
            for creator, total in views.items()
        )
    )


def test_in_one_world_levels_earn_in_all_what_they_should() -> None:
    world = luck_world(5_900, spread=1.6, own=0.3)
    table = payout_luck(paid_by_views(world.videos), world.videos)
    assert table["level_cents"].sum() == pytest.approx(table["earned_cents"].sum(), rel=0.15)


@heavy
@pytest.mark.parametrize("spread", [0.5, 0.9, 1.6])
def test_what_the_level_earns_is_nearer_to_the_truth_than_the_pay_is(spread: float) -> None:
    found, mean = [], mean_multiple(spread)
    for seed in range(5_000, 5_000 + part(20, 6, 2)):
        world = luck_world(seed, spread=spread)
        table = payout_luck(paid_by_views(world.videos), world.videos)
        assert (sums(table) == table["earned_cents"]).all()
        posts = table["posts"].to_numpy(float)
        true = posts * mean * np.exp(world.levels_of(table["creator_id"])) / 10
        level, paid = (table[name].to_numpy(float) for name in ("level_cents", "earned_cents"))
        off = [np.abs(np.log(one / true)).mean() for one in (level, paid)]
        agree = np.corrcoef(np.log(paid / true), np.log(paid / level))[0, 1]
        found.append([level.sum() / true.sum(), *off, agree])
    total, level_off, paid_off, agree = np.mean(found, axis=0)
    print(
        f"spread {spread}: sum {total:.2f} of the true one, off by {level_off:.2f} in logs, "
        f"the pay by {paid_off:.2f}; luck correlates by {agree:.2f} with the true one"
    )
    assert 0.9 <= total <= 1.05
    assert level_off <= 0.65 * paid_off
    assert agree >= 0.75
