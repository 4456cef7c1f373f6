"""The question what this month will cost: sums, intervals, currencies and lost values."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.payout_frames import (
    accrual,
    accruals,
    assigned,
    assignments,
    daily,
    payments,
    rule,
    structures,
)
from trackagoat_pandas.asking.kernel import Answer

NOW = "2026-05-25T16:00:00Z"
IDS = ("7644543000000000123", "7644543000000000124")
CREATORS = pd.DataFrame({"id": [*IDS], "tiktok_handle": ["mia", "bo"]})
RETAINER = rule(amount_cents=50_000)
CPM = rule("cpm", id="c", cpm_cents=1_000)
MIA, BO = (assigned("2026-01-01", creator_id=id_, id=id_) for id_ in IDS)
PAID_BY_VIEWS = assigned("2026-01-01", creator_id=IDS[1], structure_id="c", id="views")
UNEVEN = [100 * (day % 7 + day // 7 % 3) for day in range(145)]


def asked(
    rules: list[Any], people: list[Any], earned: list[Any] = (), *, now: str = NOW,
    tz: str = "America/New_York", **frames: Any,
) -> Answer:  # fmt: skip
    books = {
        "structures": structures(*rules), "assignments": assignments(*people),
        "accruals": accruals(*earned), "payments": payments(), "creators": CREATORS, **frames,
    }  # fmt: skip
    for frame in books.values():
        frame.attrs = {"trackagoat": {"timezone": tz, "server_time": NOW, "rows": len(frame)}}
    return tgp.ask("cost", frames=books, now=now)


def week(cents: int | None, end: str = "2026-05-17", **values: Any) -> dict[str, Any]:
    """An accrual of a week of May."""
    days = {"period_start": pd.Timestamp(end) - pd.Timedelta(days=6),
            "period_end": pd.Timestamp(end)}  # fmt: skip
    made = {"created_at": pd.Timestamp(end, tz="UTC") + pd.Timedelta(days=2)}
    return accrual(f"{end} {cents}", cents, **{"creator_id": IDS[0], **days, **made, **values})


def test_certain_pay_has_no_interval() -> None:
    answer = asked([RETAINER], [MIA, BO], [week(1_000)])
    assert answer.finding == (
        "May should cost $1,010.00. Creators have earned $1,010.00 of it so far."
        " @mia should earn $510.00."
    )
    assert answer.lines == ("@mia should earn $510.00.", "@bo should earn $500.00.")
    assert (answer.level, answer.totals["creators"]) == ("good", 2)


def test_uncertain_pay_has_an_interval() -> None:
    views = daily("2026-01-01", UNEVEN, entity_id=IDS[1])
    answer = asked([RETAINER, CPM], [MIA, PAID_BY_VIEWS], [week(700)], analytics=views)
    total = tgp.forecast_payouts(
        structures(RETAINER, CPM), assignments(MIA, PAID_BY_VIEWS), analytics=views,
        as_of="2026-05-25", until="2026-05-31", by="total", timezone="America/New_York",
    ).iloc[0]  # fmt: skip
    low, expected, high = (
        f"${(total[f'{name}_cents'] + 700) / 100:,.2f}" for name in ("low", "expected", "high")
    )
    assert low != high
    assert answer.headline.startswith(
        f"May should cost about {expected}, at 80% between {low} and {high}. Creators have earned "
    )
    assert answer.lines[1].startswith("@bo should earn about $")
    assert answer.plot() is not None


def test_totals_equal_loops_over_loaded_rows(client: Any) -> None:
    answer = tgp.ask("cost", "Q1 Brand Program", client=client, max_requests=100)
    accrued = Counter[str]()
    for row in tgp.load_payout_accruals("Q1 Brand Program", client=client).to_dict("records"):
        if str(row["period_end"])[:7] == "2026-06" and row["status"] != "voided":
            accrued[row["creator_id"]] += row["amount_cents"]
    assert sum(accrued.values()) > 0
    frames = {name: frame.value for name, frame in answer.script.program.frames.items()}
    views = tgp.combine_loads(frames["analytics"], frames["threshold_analytics"])
    given = {name: frames[name] for name in ("structures", "assignments", "videos", "goals")}
    ahead = tgp.forecast_payouts(**given, analytics=views, until="2026-06-30", by="creator")
    expected = Counter(dict(accrued))
    for row in ahead.to_dict("records"):
        expected[row["creator_id"]] += row["expected_cents"]
    rows = answer.rows.set_index("creator_id")["expected_cents"]
    assert rows.to_dict() == {id_: cents for id_, cents in expected.items() if cents}
    scenario = tgp.what_if(
        given.pop("structures"), given.pop("assignments"), {}, dates="2026-06", by="total",
        analytics=views, **given,
    ).iloc[0]  # fmt: skip
    assert [answer.totals[f"{name}_usd_cents"] for name in ("expected", "low", "high")] == [
        scenario["now_cents"], scenario["then_low_cents"], scenario["then_high_cents"],
    ]  # fmt: skip


def test_currencies_are_never_added() -> None:
    euro = rule(id="e", amount_cents=30_000, currency="EUR")
    rules = [{**RETAINER, "currency": None}, euro]
    bo = {**BO, "structure_id": "e"}
    answer = asked([euro, *rules[:1]], [MIA, bo], [week(100, currency="EUR")])
    assert answer.headline == (
        "May in USD should cost $500.00. May in EUR should cost €301.00. Creators have earned"
        " $500.00 and €301.00 of it so far."
    )
    assert (answer.totals["expected_usd_cents"], answer.totals["expected_eur_cents"]) == (
        50_000, 30_100,
    )  # fmt: skip
    assert answer.plot() is None
    assert asked([{**RETAINER, "currency": "dollar"}], [MIA]).level == "unknown"


def test_periods_without_a_forecast_are_left_out_and_counted() -> None:
    views = daily("2026-01-01", [1_000] * 100, entity_id=IDS[1])  # none in May
    answer = asked([RETAINER, CPM], [MIA, BO, PAID_BY_VIEWS], analytics=views)
    assert (answer.level, answer.totals["undecided"]) == ("unknown", 1)
    assert answer.headline.endswith("This leaves out 1 period: some daily counts are missing.")
    assert answer.lines[1] == (
        "@bo should earn $500.00, without 1 period that we can't forecast: some daily counts are"
        " missing."
    )
    alone = asked([CPM], [PAID_BY_VIEWS], analytics=views)
    assert alone.headline.startswith("We don't know what May will cost: some daily counts are")
    assert alone.lines == ("We don't know what @bo will earn: some daily counts are missing.",)
    short = asked([CPM], [PAID_BY_VIEWS], analytics=daily("2026-05-01", [9] * 25, entity_id=IDS[1]))
    assert "too few earlier weeks are known" in short.finding


@pytest.mark.parametrize(
    ("values", "cents"),
    [
        ({}, 51_000),
        ({"status": "voided"}, 50_000),
        ({"status": "Not a status"}, 51_000),
        ({"period_end": pd.Timestamp("2026-04-30")}, 50_000),
        ({"created_at": pd.Timestamp("2026-05-26", tz="UTC")}, 50_000),
        ({"kind": "adjustment", "period_end": pd.Timestamp("2026-05-31")}, 51_000),
    ],
)
def test_accruals_of_this_month_by_now_count(values: Any, cents: int) -> None:
    answer = asked([RETAINER], [MIA], [week(1_000, **values)])
    assert answer.totals["expected_usd_cents"] == cents


def test_accruals_without_an_amount_are_unknown() -> None:
    answer = asked([RETAINER], [MIA], [week(None), week(None, "2026-04-12")])
    assert (answer.level, answer.totals["undecided"]) == ("unknown", 1)
    assert "1 period: an accrual has no amount" in answer.headline


def test_a_creator_without_an_id_counts() -> None:
    answer = asked([RETAINER], [], [week(1_000, creator_id=None)])
    assert answer.lines == ("A creator without a name should earn $10.00.",)


def test_nobody_earns_anything() -> None:
    for rules, people in (([], []), ([RETAINER], []), ([RETAINER], [{**MIA, "end_date": NOW[:4]}])):
        answer = asked(rules, people)
        assert (answer.level, answer.finding) == ("good", "Nobody earns anything for May.")


@pytest.mark.parametrize(
    ("tz", "now", "month"),
    [
        ("America/New_York", "2026-05-01T03:00:00Z", "April"),
        ("UTC", "2026-05-01T03:00:00Z", "May"),
        ("Europe/Berlin", "2026-03-29T01:30:00Z", "March"),  # clocks go forward
    ],
)  # fmt: skip
def test_the_month_is_that_of_the_organization(tz: str, now: str, month: str) -> None:
    answer = asked([RETAINER], [MIA], now=now, tz=tz)
    assert answer.headline.startswith(f"{month} should cost $500.00.")


def test_missing_frames_and_columns_are_unknown() -> None:
    assert tgp.ask("cost", frames={}).level == "unknown"
    lacking = asked([CPM], [PAID_BY_VIEWS])
    assert (lacking.level, "analytics" in lacking.finding) == ("unknown", True)
    frame = pd.DataFrame({"id": ["1"]})
    frames = dict.fromkeys(("structures", "assignments", "accruals", "payments"), frame)
    answer = tgp.ask("cost", frames=frames)
    assert (answer.level, "kind" in answer.finding) == ("unknown", True)


def test_record_counts_forecasts_of_pay() -> None:
    assert asked([RETAINER], [MIA]).record.startswith("No track record: that takes recorded")
    forecasts = pd.DataFrame({
        "forecast_kind": ["forecast_payouts"] * 4 + ["expected_views"],
        "about_id": list("abcde"), "creator_id": "mia", "is_inside": [True] * 3 + [False] * 2,
        "made_at": pd.Timestamp("2026-04-01T12:00Z"),
        "settles_at": pd.Timestamp("2026-05-01T12:00Z"),
    })  # fmt: skip
    answer = asked([RETAINER], [MIA], forecasts=forecasts)
    assert answer.record == "Track record: 3 of the last 4 forecasts of pay were right."
    none = asked([RETAINER], [MIA], forecasts=forecasts.tail(1))
    assert none.record.startswith("No track record yet")
