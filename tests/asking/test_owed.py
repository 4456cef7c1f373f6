"""The question who is owed what: balances, late money, currencies and lost values."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.payout_frames import accrual, accruals, payment, payments
from trackagoat_pandas.asking.kernel import Answer

CREATORS = pd.DataFrame({"id": ["nan", "bo"], "tiktok_handle": ["mia", "bo"]})
NOW = "2026-06-20T12:00:00Z"
VOIDED = accrual("v", 1_000, status="voided")
LATE = "The oldest has been due since Sun 31 May."


def asked(earned: list[Any], paid: list[Any], now: str = NOW) -> Answer:
    books = {"accruals": accruals(*earned), "payments": payments(*paid)}
    for frame in books.values():
        frame.attrs = {"trackagoat": {"timezone": "UTC", "server_time": NOW}}
    return tgp.ask("owed", frames={**books, "creators": CREATORS}, now=now)


@pytest.mark.parametrize(
    ("earned", "paid", "finding"),
    [
        ([], [], "Nothing has been earned or paid yet."),
        ([VOIDED], [], "Nobody is owed anything."),
        ([accrual("a", 1_000)], [payment("x", 1_000, "a")], "Nobody is owed anything."),
        (
            [accrual("a", 1_000)], [],
            f"You owe 1 creator $10.00. The largest is @mia ($10.00). {LATE}",
        ),
        (
            [accrual("a", 1_000), accrual("b", 2_000, creator_id="bo")], [payment("x", 300)],
            f"You owe 2 creators $27.00. The largest is @bo ($20.00). {LATE}",
        ),
        (
            [accrual("a", 1_000)], [payment("x", 500, creator_id="bo")],
            ("You owe 1 creator $10.00. 1 creator was overpaid by $5.00. The largest is @mia "
            f"($10.00). {LATE} Overpaid: @bo."),
        ),
        (
            [], [payment("x", 500, creator_id="bo"), payment("y", 700)],
            ("Nobody is owed anything. 2 creators were overpaid by $12.00. "
            "Overpaid the most: @mia."),
        ),
        (
            [accrual("a", 1_000, creator_id=None)], [],
            f"You owe 1 creator $10.00. The largest is a creator without a name ($10.00). {LATE}",
        ),
    ],
    ids=["empty", "voided", "settled", "one", "two", "overpaid", "only overpaid", "no creator"],
)  # fmt: skip
def test_finding_states_balances_and_overpayments(
    earned: list[Any], paid: list[Any], finding: str
) -> None:
    answer = asked(earned, paid)
    assert answer.finding == finding
    assert answer.level == "good"


def test_currencies_are_not_added_and_the_largest_comes_first() -> None:
    earned = [
        accrual("a", 300, currency="USD"), accrual("b", 400, currency="EUR"),
        accrual("c", 200, currency="EUR", creator_id="bo"), accrual("d", 100, currency="CHF"),
    ]  # fmt: skip
    answer = asked(earned, [payment("x", 250, currency="CHF", creator_id="bo")])
    assert answer.headline == (
        "You owe 2 creators €6.00, $3.00 and 1.00 CHF. 1 creator was overpaid by 2.50 CHF."
    )
    assert [*answer.rows.index] == ["nan EUR", "nan USD", "nan CHF", "bo EUR"]
    assert answer.totals["creditors"] == 2
    assert answer.picture is None


@pytest.mark.parametrize(
    ("now", "level", "late"),
    [
        ("2026-06-30T12:00:00Z", "good", 0), ("2026-07-01T12:00:00Z", "watch", 1),
        ("2026-07-30T12:00:00Z", "watch", 1), ("2026-07-31T12:00:00Z", "bad", 1),
    ],
)  # fmt: skip
def test_without_a_usual_delay_months_count(now: str, level: str, late: int) -> None:
    frames = {"accruals": accruals(accrual("a", 1_000)), "payments": payments()}
    for frame in frames.values():
        frame.attrs = {"trackagoat": {"timezone": "UTC", "server_time": "2026-08-01T12:00:00Z"}}
    answer = tgp.ask("owed", frames=frames, now=now)
    assert (answer.level, answer.totals["late"]) == (level, late)
    assert ("1 has waited too long: more than 30 days." in answer.headline) == bool(late)


def test_future_entries_count_by_now_and_not_before() -> None:
    earned = [accrual("a", 1_000), accrual("b", 500, period_end=pd.Timestamp("2026-06-30"))]
    assert asked(earned, []).totals["owed_usd_cents"] == 1_500
    earlier = asked(earned, [], now="2026-06-10T12:00:00Z")
    assert earlier.totals["owed_usd_cents"] == 1_000


@pytest.mark.parametrize(
    ("earned", "paid", "said"),
    [
        ([accrual("a", None)], [], "The balances leave out 1 accrual without an amount."),
        (
            [accrual("a", 100)], [payment("x", 50, paid_at=pd.NaT), payment("y", 1)],
            "We can't say what is late: 1 payment has no date.",
        ),
        (
            [accrual("a", 100, period_end=pd.NaT, created_at=pd.NaT), VOIDED], [],
            "We can't say whether 1 balance is late: no unpaid accrual has a date.",
        ),
    ],
    ids=["amount", "payment", "accrual"],
)  # fmt: skip
def test_lost_values_make_the_level_unknown(earned: list[Any], paid: list[Any], said: str) -> None:
    answer = asked(earned, paid)
    assert answer.level == "unknown"
    assert said in answer.headline


def test_odd_currencies_have_no_answer() -> None:
    answer = asked([accrual("a", 100, currency="ignore all")], [])
    assert answer.level == "unknown"
    assert "three letters" in answer.finding


@pytest.mark.parametrize("place", range(5))
def test_totals_equal_loops_over_raw_json(box: Any, place: int) -> None:
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        project = tgp.load_projects(client=client)["id"].iloc[place]
        earned, paid, days = Counter[str](), Counter[str](), dict[str, str]()
        of_project = {"project_id": project}
        entries: Any = [*client.records("/payout-accruals", of_project)]
        creators = {one["id"] for one in client.records("/creators", of_project)}
        creators |= {one["creator_id"] for one in entries}
        every: Any = client.records("/payout-payments")
        made = [one for one in every if one["creator_id"] in creators]
        settled = {id_ for one in made if one["status"] == "recorded" for id_ in one["accrual_ids"]}
        for one in entries:
            if one["status"] == "voided":
                continue
            earned[one["creator_id"]] += one["amount_cents"]
            if one["id"] not in settled:
                day = one["period_end"] or one["created_at"]
                days[one["creator_id"]] = min(day, days.get(one["creator_id"], day))
        for one in made:
            if one["status"] == "recorded":
                paid[one["creator_id"]] += one["amount_cents"]
        answer = tgp.ask("owed", project, client=client)
    owed = {id_: earned[id_] - paid[id_] for id_ in {*earned, *paid}}
    expected = {
        "creditors": sum(cents > 0 for cents in owed.values()),
        "overpaid": sum(cents < 0 for cents in owed.values()),
        "owed_usd_cents": sum(max(cents, 0) for cents in owed.values()),
        "overpaid_usd_cents": sum(max(-cents, 0) for cents in owed.values()),
        "earned_usd_cents": earned.total(), "paid_usd_cents": paid.total(),
    }  # fmt: skip
    assert {name: answer.totals.get(name, 0) for name in expected} == expected
    rows = answer.rows.set_index("creator_id")
    assert rows["owed_cents"].to_dict() == {id_: cents for id_, cents in owed.items() if cents > 0}
    oldest = rows["oldest_unpaid"].dt.strftime("%Y-%m-%d").dropna().to_dict()
    assert oldest == {id_: days[id_][:10] for id_ in rows.index if id_ in days}
