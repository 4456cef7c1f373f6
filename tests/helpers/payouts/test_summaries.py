"""Summaries, balances, the timeline and costs: sums worked out on paper, and on the sandbox."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests.heavy import every
from tests.support.payout_frames import ZONE, accrual, accruals, daily, payment, payments, put_right
from trackagoat_pandas.errors import (
    ArgumentError,
    ChoiceError,
    ContractWarning,
    IncompleteFrameWarning,
    MissingColumnError,
)
from trackagoat_pandas.helpers.payouts.costs import cost_per_engagement, effective_cpm
from trackagoat_pandas.helpers.payouts.summaries import (
    balance_totals,
    outstanding_balances,
    paid_by_year,
    payout_timeline,
    summarize_payouts,
)

GROUPS = ["creator", "project", "structure", "method", "month", "status"]
SUMS = ["earned_cents", "paid_cents", "owed_cents", "voided_cents"]


def summary(earned, paid, by="creator", **options):
    return summarize_payouts(earned, paid, by=by, timezone=ZONE, **options)


def row(frame, **chosen):
    for name, value in chosen.items():
        frame = frame[frame[name] == value]
    (only,) = frame.to_dict("records")
    return only


EARNED = accruals(
    accrual("a", 1_000, status="paid"),
    accrual("b", 250, structure_id="t", period_end=pd.Timestamp("2026-04-30")),
    accrual("c", 70, status="voided"),
    accrual("d", -50, kind="adjustment", status="paid"),
    accrual("e", 500, creator_id="mia", project_id="q"),
)
PAID = payments(
    payment("x", 950, "a", "d"),
    payment("y", 250, "b", status="voided"),
    payment("z", 40, creator_id="mia", method_id="n", method_name="Venmo"),
)


def test_earned_is_what_stands_and_paid_what_is_recorded():
    nan = row(summary(EARNED, PAID), creator_id="nan")
    assert [nan[name] for name in SUMS] == [1_200, 950, 250, 70]
    assert (nan["accruals"], nan["payments"]) == (3, 1)


@pytest.mark.parametrize("by", GROUPS)
def test_every_grouping_has_the_same_sums(by):
    assert summary(EARNED, PAID, by)[SUMS].sum().tolist() == [1_700, 990, 710, 70]


@pytest.mark.parametrize(
    ("paid", "by", "expected"),
    [
        (payment("x", 1_250, "a", "b"), "structure", {"s": 1_000, "t": 250}),
        # What is too much goes where the first accrual goes.
        (payment("x", 1_251, "a", "b"), "structure", {"s": 1_001, "t": 250}),
        (payment("x", 1_251, "b", "a"), "structure", {"s": 1_000, "t": 251}),
        (payment("x", 600, "e"), "project", {"q": 600}),
        (payment("x", 5, "b", project_id="q"), "project", {"p": 5}),
        # What lists nothing known goes to its own project, and to no structure.
        (payment("x", 600, "gone"), "structure", {"-": 600}),
        (payment("x", 9, project_id="q"), "project", {"q": 9}),
        (payment("x", 9), "project", {"-": 9}),
    ],
)
def test_a_payment_goes_where_the_accruals_go_that_it_lists(paid, by, expected):
    frames = [payments(paid)]
    if paid["project_id"] is None:
        frames.append(frames[0].drop(columns="project_id"))
    for frame in frames:
        sums = summary(EARNED, frame, by)
        sums = sums[sums["paid_cents"] != 0].fillna({f"{by}_id": "-"})
        assert sums.set_index(f"{by}_id")["paid_cents"].to_dict() == expected


def test_a_payment_counts_once_in_each_group_however_many_of_its_accruals_are_there():
    earned = accruals(accrual("a", 1), accrual("b", 2), accrual("c", 4, structure_id="t"))
    for paid, counts in (
        (payments(payment("x", 7, "a", "b", "c")), [1, 1]),
        (payments(payment("x", 7, "a", "b", "c"), payment("y", 1, "a")), [1, 2]),
        (payments(payment("x", 4, "c")), [1, 0]),
    ):
        by_structure = summary(earned, paid, "structure").set_index("structure_id")
        assert by_structure["payments"][["t", "s"]].tolist() == counts


def test_a_payment_of_nothing_is_one():
    sums = summary(EARNED, payments(payment("x", 0), payment("y", 0, "b")), "structure")
    assert sums["payments"][sums["structure_id"].isna()].tolist() == [1]
    assert row(sums, structure_id="t")["payments"] == 1


LISTS = [object, *(pd.ArrowDtype(kind(pa.string())) for kind in (pa.list_, pa.large_list))]


@pytest.mark.parametrize(
    ("written", "dtype"),
    [
        ('["a", "b"]', "str"), ('[ "a" ,\n"b" ]\t', object),
        *((ids, dtype) for ids in (["a", "b"], ["a", None, "b", "a"]) for dtype in LISTS),
    ],
)  # fmt: skip
def test_ids_may_be_written_as_json_or_be_lists(written, dtype):
    paid = payments(payment("x", 1_250)).assign(accrual_ids=pd.Series([written], dtype=dtype))
    sums = summary(EARNED, paid, "structure").set_index("structure_id")
    assert sums["paid_cents"][["s", "t"]].tolist() == [1_000, 250]


def test_a_warning_names_five_of_the_odd_statuses():
    odd = [accrual(name, 1, status=name) for name in "uvwxyz"]
    with pytest.warns(ContractWarning, match=r"6 of 7 accruals .*\('u', 'v', 'w', 'x', 'y'\)"):
        summary(accruals(*odd, accrual("a", 1)), payments())


def test_groups_stand_by_currency_and_then_most_earned_most_paid_and_name():
    earned = accruals(*(
        accrual(f"{n}", cents, creator_id=who, currency=currency)
        for n, (who, cents, currency) in enumerate([
            ("dan", 5, "USD"), ("bea", 5, "USD"), ("amy", 5, "USD"), ("cem", 9, "USD"),
            ("dan", 1, "EUR"), ("bea", 2, "EUR"), (None, 1, "EUR"),
        ])
    ))  # fmt: skip
    sums = summary(earned, payments(payment("x", 3, "0", creator_id="dan", currency="USD")))
    pd.testing.assert_index_equal(sums.index, pd.RangeIndex(7))
    assert sums["currency"].tolist() == ["EUR"] * 3 + ["USD"] * 4
    assert sums["creator_id"].fillna("-").tolist() == [
        "bea", "dan", "-", "cem", "dan", "amy", "bea",
    ]  # fmt: skip


def test_the_name_of_a_method_stands_beside_its_id():
    assert summary(EARNED, PAID, "method").columns.tolist() == [
        "method_name", "currency", "accruals", "payments", "earned_cents", "paid_cents",
        "owed_cents", "voided_cents", "method_id",
    ]  # fmt: skip


def test_a_method_is_called_as_it_was_last():
    earned = accruals(accrual("a", 1), accrual("b", 2))
    paid = payments(
        payment("y", 2, "b", paid="2026-06-09", method_name="Wise Business"),
        payment("x", 1, "a", paid="2026-06-01", method_name="Wise"),
    )
    by_method = summary(earned, paid, "method")
    assert by_method[["method_id", "method_name", "paid_cents"]].to_numpy().tolist() == [
        ["m", "Wise Business", 3]
    ]


def test_months_are_those_of_the_organizations_calendar():
    # Made in the last second of May in New York.
    made = {"period_end": pd.NaT, "created_at": pd.Timestamp("2026-06-01T03:59:59Z")}
    by_month = summary(accruals(accrual("a", 100), accrual("b", 7, **made)), payments(), "month")
    assert by_month["month"].tolist() == [pd.Timestamp("2026-05-01")]


def test_a_payment_counts_in_the_month_of_the_accruals_it_names():
    june = {"period_end": pd.Timestamp("2026-06-30")}
    earned = accruals(accrual("a", 100), accrual("b", 60, **june), accrual("c", 40, **june))
    paid = payments(payment("x", 160, "a", "b", paid="2026-07-02"), payment("y", 5))
    by_month = summary(earned, paid, "month")
    assert by_month["month"].dt.strftime("%m").fillna("-").tolist() == ["05", "06", "-"]
    assert by_month["paid_cents"].tolist() == [100, 60, 5]
    assert by_month["owed_cents"].tolist() == [0, 40, -5]


def test_what_is_owed_goes_to_the_method_that_a_creator_used_last():
    earned = accruals(
        accrual("a", 100), accrual("b", 60), accrual("c", 40), accrual("d", 9, creator_id="mia")
    )
    paid = payments(
        payment("late", 60, "b", paid="2026-06-09", method_id="v", method_name="Venmo"),
        payment("early", 100, "a", paid="2026-06-01"),
        payment("gone", 1, paid="2026-06-10", method_id="w", status="voided"),
        payment("blank", 0, paid="2026-06-11", method_id=None, method_name=None),
    )
    by_method = summary(earned, paid, "method").set_index("method_name")
    assert by_method["owed_cents"].to_dict() == {"PayPal": 0, "Venmo": 40, np.nan: 9}
    assert by_method["earned_cents"].sum() == 209


def test_months_need_a_time_zone():
    with pytest.raises(ArgumentError, match="timezone"):
        summarize_payouts(EARNED, PAID, by="month")


def test_statuses_stand_in_their_order():
    statuses = summary(EARNED, PAID, "status")["status"]
    assert statuses.astype(object).fillna("-").tolist() == [
        "pending", "paid", "voided", "-",
    ]  # fmt: skip


def test_currencies_are_never_added_up():
    earned = accruals(
        accrual("a", 100, currency="EUR"), accrual("b", 7, currency="USD"), accrual("c", 1)
    )
    paid = payments(payment("x", 60, "a", currency="EUR"))
    sums = summary(earned, paid, currency="CHF")
    assert sums[["currency", "earned_cents", "paid_cents"]].to_numpy().tolist() == [
        ["CHF", 1, 0], ["EUR", 100, 60], ["USD", 7, 0],
    ]  # fmt: skip


def test_a_payment_settles_no_accrual_of_another_currency():
    earned = accruals(accrual("a", 100, currency="EUR"))
    paid = payments(payment("x", 100, "a", currency="USD"))
    by_structure = summary(earned, paid, "structure")
    assert row(by_structure, currency="EUR")["owed_cents"] == 100
    assert row(by_structure, currency="USD")["structure_id"] != "s"


def test_sums_are_exact_beyond_what_a_float_holds():
    most = 10**13
    earned = accruals(*(accrual(f"a{place}", most - place % 2) for place in range(1_000)))
    assert summary(earned, payments())["earned_cents"].tolist() == [1_000 * most - 500]


def test_a_row_that_was_loaded_twice_counts_once():
    twice = pd.concat([EARNED, EARNED]), pd.concat([PAID, PAID])
    pd.testing.assert_frame_equal(summary(*twice), summary(EARNED, PAID))


def test_an_amount_that_is_na_adds_nothing():
    earned = accruals(accrual("a", None), accrual("b", 5))
    sums = summary(earned, payments(payment("x", None), payment("y", 2)))
    assert sums[["earned_cents", "paid_cents"]].to_numpy().tolist() == [[5, 2]]


def test_fractions_of_a_cent_are_refused():
    with pytest.raises(ArgumentError, match=r"amount_cents.*whole cents"):
        summary(EARNED.assign(amount_cents=0.5), PAID)


@pytest.mark.parametrize("by", GROUPS)
def test_no_payouts_give_the_same_columns_and_dtypes(by):
    empty = summary(accruals(), payments(), by)
    assert empty.empty
    pd.testing.assert_series_equal(empty.dtypes, summary(EARNED, PAID, by).dtypes)


def test_by_and_freq_are_words_of_their_own():
    with pytest.raises(ChoiceError, match="'creator'"):
        summary(EARNED, PAID, "handle")
    with pytest.raises(ChoiceError, match="'week'"):
        payout_timeline(EARNED, PAID, granularity="year", timezone=ZONE)


def test_a_missing_column_names_the_loader():
    with pytest.raises(MissingColumnError, match="load_payout_accruals"):
        summary(EARNED.drop(columns="status"), PAID)
    with pytest.raises(MissingColumnError, match="load_payout_payments"):
        summary(EARNED, PAID.drop(columns="accrual_ids"))


@pytest.mark.parametrize("by", GROUPS)
def test_the_sandboxs_sums_are_those_of_its_tables(box, client, by):
    sums = summary(
        tgp.load_payout_accruals(client=client, dtype_backend="pyarrow"),
        tgp.load_payout_payments(client=client),
        by,
    )
    demo = "project_id IN (SELECT id FROM projects WHERE name != 'Peaks')"
    tables = {"payout_accruals": "status != 'voided'", "payout_payments": "status = 'recorded'"}
    theirs = [
        box.database.rows(f"SELECT SUM(amount_cents) FROM {table} WHERE {stands} AND {demo}")[0][0]
        for table, stands in tables.items()
    ]
    assert sums[SUMS[:2]].sum().tolist() == theirs


def test_balances_are_what_is_earned_less_what_is_paid():
    balances = outstanding_balances(EARNED, PAID)
    assert balances[["creator_id", "owed_cents", "unpaid_accruals"]].to_numpy().tolist() == [
        ["mia", 460, 1], ["nan", 250, 1],
    ]  # fmt: skip
    assert balances["oldest_unpaid"].dt.strftime("%m-%d").tolist() == ["05-31", "04-30"]
    assert balances["days_outstanding"].isna().all()


def test_a_payment_of_the_next_midnight_is_not_of_the_day():
    earned = accruals(accrual("a", 100))
    midnight = payments(payment("x", 100, "a", paid="2026-06-05T04:00:00"))
    before = payments(payment("x", 100, "a", paid="2026-06-05T03:59:59.999999"))
    options = {"as_of": "2026-06-04", "timezone": ZONE}
    assert outstanding_balances(earned, midnight, **options)["owed_cents"].tolist() == [100]
    assert outstanding_balances(earned, before, **options).empty
    # An instant is included.
    options["as_of"] = pd.Timestamp("2026-06-05T04:00:00Z")
    assert outstanding_balances(earned, midnight, **options).empty
    options["as_of"] = pd.Timestamp("2026-06-05T03:59:59Z")
    assert outstanding_balances(earned, midnight, **options)["owed_cents"].tolist() == [100]


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Pacific/Apia", "2011-12-27"), ("Australia/Lord_Howe", "2026-04-03"),
        ("America/Havana", "2026-10-30"), ("America/Santiago", "2026-04-02"),
        ("America/St_Johns", "2006-10-27"), ("Asia/Beirut", "2026-03-27"), ("UTC", "2026-01-01"),
        ("Africa/Cairo", "2026-04-22"), ("Asia/Kathmandu", "2026-01-01"),
        ("Pacific/Kiritimati", "2026-01-01"),
    ][:: every(3)],
)  # fmt: skip
def test_balances_of_days_are_the_timeline_in_zones_with_odd_days(zone, first):
    hours = pd.date_range(first, periods=130, freq="h", tz="UTC")
    earned = accruals(accrual("a", 10_000, created_at=None, period_end=pd.Timestamp("2005-01-01")))
    paid = payments(*(payment(f"p{n}", 1, paid=f"{at:%FT%T}") for n, at in enumerate(hours)))
    timeline = payout_timeline(earned, paid, granularity="day", timezone=zone)
    days = timeline[timeline["date"] >= hours[0].tz_localize(None) - pd.Timedelta(days=1)]
    for day, owed in zip(days["date"], days["owed_cents"], strict=True):
        balances = outstanding_balances(earned, paid, as_of=day.date(), timezone=zone)
        assert balances["owed_cents"].tolist() == [owed]
    assert days["owed_cents"].iloc[-1] == 10_000 - len(hours)


def test_the_oldest_unpaid_day_is_one_of_the_organization():
    made = {"period_end": pd.NaT, "created_at": pd.Timestamp("2026-06-01T03:00Z")}
    earned = accruals(accrual("a", 100, **made))
    for frame, options in ((earned, {"timezone": ZONE}), (with_zone(earned), {})):
        balances = outstanding_balances(frame, payments(), **options)
        assert balances["oldest_unpaid"].tolist() == [pd.Timestamp("2026-05-31")]
    assert outstanding_balances(earned, payments())["oldest_unpaid"].tolist() == [
        pd.Timestamp("2026-06-01")
    ]


def with_zone(frame):
    frame = frame.copy()
    frame.attrs["trackagoat"] = {"timezone": ZONE}
    return frame


def test_large_balances_keep_their_cents():
    most = 10**13
    earned = accruals(
        *(accrual(f"a{place}", most) for place in range(1_000)), accrual("b", -1, kind="adjustment")
    )
    paid = payments(payment("x", 5, creator_id="mia"))
    assert outstanding_balances(earned, paid)["owed_cents"].tolist() == [1_000 * most - 1, -5]


@pytest.mark.parametrize("status", ["approved", None])
def test_an_accrual_of_an_unknown_status_is_owed_and_said_to_be_odd(status):
    earned = accruals(accrual("a", 100, status=status))
    with pytest.warns(ContractWarning, match="they are counted as earned"):
        by_status = summary(earned, payments(), "status")
    assert by_status["owed_cents"].tolist() == [100]
    assert by_status["status"].isna().all()


@pytest.mark.parametrize("status", ["failed", None])
def test_a_payment_of_an_unknown_status_is_not_taken_for_paid(status):
    paid = payments(payment("x", 1_000, "a", status=status))
    with pytest.warns(ContractWarning, match="not counted as paid"):
        balances = outstanding_balances(accruals(accrual("a", 1_000)), paid)
    assert balances["owed_cents"].tolist() == [1_000]
    with pytest.warns(ContractWarning, match="not counted as paid"):
        timeline = payout_timeline(accruals(accrual("a", 1_000)), paid, timezone=ZONE)
    assert timeline["paid_cents"].sum() == 0


def test_a_status_in_another_spelling_is_the_declared_one():
    paid = payments(payment("x", 1_000, "a", status="RECORDED"))
    earned = accruals(accrual("a", 1_000, status="Paid"), accrual("b", 500, status="VOIDED"))
    assert outstanding_balances(earned, paid).empty


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_of_a_payment_that_stands_twice_the_row_that_was_updated_last_counts(order):
    paid = payments(payment("x", 950, "a"), payment("x", 950, "a", status="voided")).assign(
        updated_at=pd.to_datetime(["2026-06-05", "2026-06-07"], utc=True)
    )
    sums = summary(accruals(accrual("a", 950)), paid.iloc[order])
    assert sums["paid_cents"].tolist() == [0]


@pytest.mark.parametrize(
    ("paid", "balances"),
    [
        (payment("x", 100, "a"), []), (payment("x", 99, "a"), [[1, 0]]),
        (payment("x", 1_000, "a"), [[-900, 0]]), (payment("x", 100), [[0, 1]]),
    ],
)  # fmt: skip
def test_a_balance_is_listed_if_cents_or_accruals_are_open(paid, balances):
    found = outstanding_balances(accruals(accrual("a", 100)), payments(paid))
    assert found[["owed_cents", "unpaid_accruals"]].to_numpy().tolist() == balances


def test_balances_stand_by_currency_and_then_most_owed_and_name():
    earned = accruals(*(
        accrual(f"{n}", cents, creator_id=who, currency=currency)
        for n, (who, cents, currency) in enumerate([
            ("zoe", 7, "USD"), ("amy", 7, "USD"), ("bea", 9, "USD"), ("bea", 1, "EUR"),
            ("cem", 2, "EUR"),
        ])
    ))  # fmt: skip
    balances = outstanding_balances(earned, payments())
    pd.testing.assert_index_equal(balances.index, pd.RangeIndex(5))
    assert balances["currency"].tolist() == ["EUR", "EUR", "USD", "USD", "USD"]
    assert balances["creator_id"].tolist() == ["cem", "bea", "bea", "amy", "zoe"]


def test_what_no_creator_is_named_for_is_a_balance_of_its_own():
    earned = accruals(accrual("a", 5, creator_id=None), accrual("b", 7))
    balances = outstanding_balances(earned, payments(payment("x", 2, creator_id=None)))
    assert balances["creator_id"].fillna("-").tolist() == ["nan", "-"]
    assert balances["owed_cents"].tolist() == [7, 3]
    assert balances["unpaid_accruals"].tolist() == [1, 1]


def owed_by_method(earned, paid, **options):
    rows = outstanding_balances(earned, paid, by="method", **options)
    columns = ["method_name", "method_id", "creators", "owed_cents"]
    shown = rows[columns].astype(object)
    return shown.where(shown.notna(), "-").to_numpy().tolist()


def test_what_is_owed_by_method_is_by_the_one_that_each_creator_was_last_paid_with():
    earned = accruals(
        accrual("a", 500), accrual("b", 80, creator_id="mia"), accrual("c", 9, creator_id="zoe")
    )
    paid = payments(
        payment("x", 10, method_id="n", method_name="Venmo", paid="2026-06-07 15:00"),
        payment("y", 10, paid="2026-06-06 15:00"),
        payment("z", 1, creator_id="mia", paid="2026-06-01 15:00"),
        # Neither voided payments nor those without a method say how anyone is paid.
        payment("w", 1, method_id=None, method_name=None, paid="2026-06-08 15:00"),
        payment("v", 1, creator_id="zoe", status="voided"),
    )
    assert owed_by_method(earned, paid) == [
        ["Venmo", "n", 1, 479], ["PayPal", "m", 1, 79], ["never paid", "-", 1, 9],
    ]  # fmt: skip


def test_a_renamed_method_is_owed_under_its_latest_name():
    earned = accruals(accrual("a", 500), accrual("b", 80, creator_id="mia"))
    paid = payments(
        payment("x", 1, method_name="Wise", paid="2026-05-01 15:00"),
        payment("y", 1, creator_id="mia", method_name="Wise Business"),
    )
    assert owed_by_method(earned, paid) == [["Wise Business", "m", 2, 578]]


def test_who_was_paid_by_no_known_method_is_not_said_to_be_never_paid():
    earned = accruals(accrual("a", 500), accrual("b", 80, creator_id=None))
    paid = payments(payment("x", 1, method_id=None, method_name=None))
    assert owed_by_method(earned, paid) == [["-", "-", 1, 579]]


def test_a_method_without_an_id_is_that_of_its_own_payments_alone():
    people = {"bo": "Zelle", "cy": "Wise", "mia": None}
    earned = accruals(
        *(accrual(name, 100, creator_id=name) for name in people), accrual("d", 7, creator_id=None)
    )
    paid = payments(
        *(
            payment(name, 10, creator_id=name, method_id=None, method_name=said)
            for name, said in people.items()
        )
    )
    nobodys = ["-", "-", 1, 97]
    assert owed_by_method(earned, paid) == [nobodys, ["Wise", "-", 1, 90], ["Zelle", "-", 1, 90]]
    by_method = summary(earned, paid, "method")
    assert by_method["method_id"].isna().all()
    assert by_method.set_index("method_name")["owed_cents"].to_dict() == {
        "Wise": 90, "Zelle": 90, np.nan: 97,
    }  # fmt: skip


def test_a_method_that_was_first_used_later_is_not_the_last_one_as_of_a_day():
    earned = accruals(accrual("a", 500))
    paid = payments(payment("x", 10, paid="2026-06-06 15:00"))
    options = {"as_of": "2026-06-05", "timezone": ZONE}
    assert owed_by_method(earned, paid, **options) == [["never paid", "-", 1, 500]]


def test_a_creator_is_owed_every_currency_by_the_method_of_either():
    earned = accruals(accrual("a", 500, currency="USD"), accrual("b", 80, currency="EUR"))
    paid = payments(payment("x", 20, currency="EUR"))
    balances = outstanding_balances(earned, paid, by="method")
    assert balances[["method_id", "currency", "owed_cents"]].to_numpy().tolist() == [
        ["m", "EUR", 60], ["m", "USD", 500],
    ]  # fmt: skip


def test_a_method_is_as_old_as_its_oldest_unpaid_accrual():
    earned = accruals(
        accrual("a", 1), accrual("b", 1, creator_id="mia", period_end=pd.Timestamp("2026-04-30"))
    )
    balances = outstanding_balances(
        earned, payments(), by="method", as_of="2026-06-09", timezone=ZONE
    )
    assert balances["oldest_unpaid"].tolist() == [pd.Timestamp("2026-04-30")]
    assert balances["days_outstanding"].tolist() == [40]
    assert balances["unpaid_accruals"].tolist() == [2]


def test_without_as_of_days_are_counted_to_the_load_where_frames_say_when_it_was():
    frames = [accruals(accrual("a", 1)), payments()]
    assert outstanding_balances(*frames)["days_outstanding"].isna().all()
    for frame, day in zip(frames, ("2026-06-10", "2026-06-11"), strict=True):
        frame.attrs["trackagoat"] = {"server_time": f"{day}T03:00:00Z", "timezone": ZONE}
    assert outstanding_balances(*frames)["days_outstanding"].tolist() == [9]


@pytest.mark.parametrize("by", ["creator", "method"])
def test_a_balance_of_a_day_says_what_counts(by):
    days = {"as_of": "2026-06-09", "timezone": ZONE, "accounts": False}
    balances = outstanding_balances(EARNED, PAID, by=by, **days)
    said = balances.attrs["trackagoat"]["note"]
    assert said == (
        "As of 2026-06-09: earned in periods that ended by then, less what was paid by then."
    )


def test_a_result_notes_the_entries_that_have_no_amount():
    earned = accruals(accrual("a", None), accrual("b", 5), accrual("c", None, status="voided"))
    paid = payments(payment("x", None, "b"))
    left_out = "1 accrual and 1 payment without an amount left out."
    for made in (
        summary(earned, paid, "creator"),
        outstanding_balances(earned, paid),
        payout_timeline(earned, paid, timezone=ZONE),
    ):
        assert made.attrs["trackagoat"]["note"] == left_out
    alone = outstanding_balances(EARNED, PAID, accounts=False)
    assert "note" not in alone.attrs.get("trackagoat", {})
    before = outstanding_balances(earned, paid, as_of="2026-06-02", timezone=ZONE)
    assert before.attrs["trackagoat"]["note"].endswith(
        "by then. 1 accrual without an amount left out."
    )
    years = paid_by_year(paid, timezone=ZONE)
    assert years.attrs["trackagoat"]["note"].endswith("1 payment without an amount left out.")


def test_each_balance_says_the_method_that_was_used_last():
    earned = accruals(*(accrual(name, 100, creator_id=name) for name in ("nan", "mia", "bo")))
    nameless = payment("y", 10, creator_id="bo", method_id=None, method_name=None)
    paid = payments(payment("x", 10), nameless)
    balances = outstanding_balances(earned, paid).set_index("creator_id")
    assert balances.loc[["nan", "mia"], "method_name"].tolist() == ["PayPal", "never paid"]
    assert balances["method_name"].isna().tolist() == [name == "bo" for name in balances.index]
    assert balances["method_id"].dropna().to_dict() == {"nan": "m"}


def test_balances_are_by_creator_or_by_method():
    with pytest.raises(ChoiceError, match="choose one of 'creator', 'method'"):
        outstanding_balances(EARNED, PAID, by="project")


def test_the_demo_programs_debts_are_split_among_the_methods_in_use(client):
    earned, paid = (
        load("Q1 Brand Program", client=client)
        for load in (tgp.load_payout_accruals, tgp.load_payout_payments)
    )
    owed = outstanding_balances(earned, paid, by="method").set_index("method_name")["owed_cents"]
    assert owed.to_dict() == {
        "PayPal": 222_553, "Venmo": 180_000, "Wise Business": 135_892, "Cash App": 117_500,
    }  # fmt: skip


def test_an_unpaid_accrual_without_a_day_has_no_oldest_day():
    dateless = accrual("a", 100, period_end=pd.NaT, created_at=None)
    options = {"as_of": "2026-06-09", "timezone": ZONE}
    balances = outstanding_balances(accruals(dateless), payments(), **options)
    assert balances["unpaid_accruals"].tolist() == [1]
    assert balances[["oldest_unpaid", "days_outstanding"]].isna().all(axis=None)
    # One with a day is older.
    balances = outstanding_balances(accruals(dateless, accrual("b", 1)), payments(), **options)
    assert balances["oldest_unpaid"].tolist() == [pd.Timestamp("2026-05-31")]
    assert balances["days_outstanding"].tolist() == [9]


def test_a_balance_of_a_day_knows_nothing_of_later_days():
    later = {"period_end": pd.Timestamp("2026-06-08")}
    earned = accruals(accrual("a", 100), accrual("b", 7, **later))
    paid = payments(payment("x", 100, "a", paid="2026-06-05T15:00"))
    then = outstanding_balances(earned, paid, as_of="2026-06-04", timezone=ZONE)
    assert then[["owed_cents", "days_outstanding"]].to_numpy().tolist() == [[100, 4]]
    now = outstanding_balances(earned, paid, as_of="2026-06-09", timezone=ZONE)
    assert now["owed_cents"].tolist() == [7]


def test_a_balance_of_a_day_counts_periods_that_ended_even_if_recorded_later():
    recorded = {
        "period_end": pd.Timestamp("2026-05-31"),
        "created_at": pd.Timestamp("2026-06-02T00Z"),
    }
    earned = accruals(accrual("a", 100, **recorded))
    options = {"timezone": ZONE}
    assert outstanding_balances(earned, payments(), as_of="2026-05-30", **options).empty
    at_the_end = outstanding_balances(earned, payments(), as_of="2026-05-31", **options)
    assert at_the_end["owed_cents"].tolist() == [100]
    # An instant on the last day comes before the period is over.
    midnight = pd.Timestamp("2026-06-01T04:00Z")
    for instant, owed in ((midnight, [100]), (midnight - pd.Timedelta("1s"), [])):
        balances = outstanding_balances(earned, payments(), as_of=instant, **options)
        assert balances["owed_cents"].tolist() == owed


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["earned", "paid"]), st.sampled_from(["amy", "bo", None]),
        st.integers(-300, 900), st.integers(0, 70), st.integers(0, 20), st.booleans(),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(ENTRIES, st.integers(0, 75))
def test_every_balance_of_a_day_is_the_same(entries, days):
    """Balances, timeline and statements agree, and one creator's overpayment pays nobody else."""
    start = pd.Timestamp("2026-03-01")
    earned, paid = [], []
    for number, (side, who, cents, day, delay, is_dated) in enumerate(entries):
        when = start + pd.Timedelta(day, "D")
        recorded = (when + pd.Timedelta(delay, "D")).tz_localize("UTC") + pd.Timedelta("12h")
        if side == "earned":
            end = when if is_dated else pd.NaT
            earned.append(
                accrual(f"a{number}", cents, creator_id=who, period_end=end, created_at=recorded)
            )
        else:
            at = f"{when + pd.Timedelta('12h')}"
            made = payment(f"p{number}", abs(cents), creator_id=who, paid=at)
            paid.append((made, when if is_dated else None))
    frame = payments(*(made for made, _ in paid))
    is_dated = pd.Series([when is not None for _, when in paid], frame.index, dtype="bool")
    books = accruals(*earned), frame.assign(paid_at=frame["paid_at"].where(is_dated))
    day = start + pd.Timedelta(days, "D")
    balances = outstanding_balances(*books, as_of=day.date(), settled=True, timezone=ZONE)
    plain = Counter()
    for row in earned:
        ended = row["period_end"] if pd.notna(row["period_end"]) else row["created_at"]
        if pd.Timestamp(ended).tz_localize(None).normalize() <= day:
            plain[row["creator_id"] or "-"] += row["amount_cents"]
    for row, when in paid:
        if when is None or when <= day:
            plain[row["creator_id"] or "-"] -= row["amount_cents"]
    found = dict(zip(balances["creator_id"].fillna("-"), balances["owed_cents"], strict=True))
    assert {who: cents for who, cents in found.items() if cents} == {
        who: cents for who, cents in plain.items() if cents
    }
    owed = sum(cents for cents in plain.values() if cents > 0)
    overpaid = -sum(cents for cents in plain.values() if cents < 0)
    by_method = outstanding_balances(*books, by="method", as_of=day.date(), timezone=ZONE)
    timeline = payout_timeline(*books, granularity="day", timezone=ZONE)
    until = timeline[timeline["date"] <= day]
    if len(until):
        last = until.iloc[-1]
        assert (last["owed_cents"], last["overpaid_cents"]) == (owed, overpaid)
    for totals in (balance_totals(balances), by_method):
        assert (totals["owed_cents"].sum(), totals["overpaid_cents"].sum()) == (owed, overpaid)
    if "amy" in found:
        statement = tgp.creator_statement("amy", *books, dates=(start.date(), day.date()),
                                          timezone=ZONE)  # fmt: skip
        assert statement.balances["closing_cents"].sum() == found["amy"]


def test_a_sum_of_balances_is_said_to_deduct_what_was_overpaid():
    earned = accruals(accrual("a", 500), accrual("b", 100, creator_id="mia"))
    books = earned, payments(payment("x", 400, "b", creator_id="mia"))
    balances = outstanding_balances(*books)
    assert balances["owed_cents"].tolist() == [500, -300]
    assert "1 creator was overpaid" in balances.attrs["trackagoat"]["note"]
    by_method = outstanding_balances(*books, by="method").set_index("method_name")
    assert by_method[["owed_cents", "overpaid_cents"]].to_numpy().tolist() == [[500, 0], [0, 300]]
    timeline = payout_timeline(*books, timezone=ZONE)
    assert timeline["owed_cents"].iloc[-1] == 500
    assert timeline["overpaid_cents"].iloc[-1] == 300


def test_the_sandboxs_balances_are_its_pending_accruals_but_for_wrong_payments(box, client):
    earned = tgp.load_payout_accruals(client=client)
    paid = put_right(box, tgp.load_payout_payments(client=client))
    balances = outstanding_balances(earned, paid)
    pending = earned[earned["status"] == "pending"].groupby("creator_id")["amount_cents"].sum()
    assert balances.set_index("creator_id")["owed_cents"].to_dict() == pending.to_dict()


def years_of(*rows, **options):
    years = paid_by_year(payments(*rows), timezone=ZONE, **options)
    columns = ["creator_id", "year", "currency", "payments", "paid_cents", "over_threshold"]
    shown = years[columns].astype(object)
    return shown.where(shown.notna(), "-").to_numpy().tolist()


def test_a_year_is_one_of_the_organizations_zone():
    assert years_of(
        payment("x", 5, paid="2026-01-01 04:59:59"), payment("y", 70, paid="2026-01-01 05:00")
    ) == [["nan", 2026, "USD", 1, 70, False], ["nan", 2025, "USD", 1, 5, False]]


def test_a_voided_payment_is_not_paid_in_any_year():
    assert years_of(payment("x", 5), payment("y", 70, status="voided")) == [
        ["nan", 2026, "USD", 1, 5, False]
    ]


def test_a_payment_that_is_there_twice_counts_once_in_its_year():
    assert years_of(payment("x", 5), payment("x", 5)) == [["nan", 2026, "USD", 1, 5, False]]


@pytest.mark.parametrize(("cents", "is_over"), [(59_999, False), (60_000, True)])
def test_the_threshold_itself_is_over_it(cents, is_over):
    rows = payment("x", 1), payment("y", cents - 1)
    assert years_of(*rows, threshold_cents=60_000)[0][-1] is is_over


@pytest.mark.parametrize(
    ("year", "least"), [(2019, 60_000), (2025, 60_000), (2026, 200_000), (2027, pd.NA)]
)
def test_the_threshold_is_that_of_the_year_in_the_us(year, least):
    years = paid_by_year(payments(payment("x", 60_000, paid=f"{year}-06-05")), timezone=ZONE)
    assert years["threshold_cents"].to_list() == [least]
    assert years["over_threshold"].to_list() == [pd.NA if least is pd.NA else least == 60_000]


def test_no_threshold_is_known_for_another_currency():
    assert years_of(payment("x", 900_000, currency="EUR"))[0][-1] == "-"


def test_each_currency_has_its_own_sum_and_threshold():
    assert years_of(
        payment("x", 50, currency="USD"), payment("y", 60, currency="EUR"), threshold_cents=55
    ) == [["nan", 2026, "EUR", 1, 60, True], ["nan", 2026, "USD", 1, 50, False]]


def test_payments_without_a_time_are_of_no_year_and_over_no_threshold():
    years = paid_by_year(
        payments(payment("x", 90_000)).assign(
            paid_at=pd.Series([pd.NaT], dtype="datetime64[us, UTC]")
        ),
        timezone=ZONE,
    )
    assert years["paid_cents"].tolist() == [90_000]
    assert years[["year", "over_threshold"]].isna().all(axis=None)


def test_the_latest_year_and_the_highest_sum_come_first():
    old = {"paid": "2025-06-05 15:00"}
    assert [row[:2] for row in years_of(
        payment("x", 1), payment("y", 9, **old), payment("z", 2, creator_id="mia"),
    )] == [["mia", 2026], ["nan", 2026], ["nan", 2025]]  # fmt: skip


def test_years_say_that_they_are_no_tax_advice():
    years = paid_by_year(payments(payment("x", 1)), timezone=ZONE)
    assert "no tax advice" in years.attrs["trackagoat"]["note"]
    assert "no tax advice" in paid_by_year.__doc__


@pytest.mark.parametrize(("threshold", "names_it"), [(None, True), (60_000, False)])
def test_years_say_whose_thresholds_they_are(threshold, names_it):
    years = paid_by_year(payments(payment("x", 1)), threshold_cents=threshold, timezone=ZONE)
    assert ("1099-NEC" in years.attrs["trackagoat"]["note"]) is names_it


@pytest.mark.parametrize("threshold", [0, -1])
def test_a_threshold_of_nothing_is_refused(threshold):
    with pytest.raises(ArgumentError, match=r"threshold_cents=.* at least 1"):
        paid_by_year(PAID, threshold_cents=threshold, timezone=ZONE)


def test_the_timeline_fills_empty_buckets_with_zero_and_carries_what_is_owed():
    earned = accruals(
        accrual("a", 100, period_end=pd.Timestamp("2026-01-31")),
        accrual("b", 50, period_end=pd.Timestamp("2026-04-30")),
    )
    timeline = payout_timeline(
        earned, payments(payment("x", 30, "a", paid="2026-02-05")), timezone=ZONE
    )
    assert timeline["date"].dt.strftime("%m").tolist() == ["01", "02", "03", "04"]
    assert timeline["earned_cents"].tolist() == [100, 0, 0, 50]
    assert timeline["paid_cents"].tolist() == [0, 30, 0, 0]
    assert timeline["owed_cents"].tolist() == [100, 70, 70, 120]


def test_each_timeline_goes_from_the_first_to_the_last_bucket_of_its_currency():
    def ends(day):
        return {"period_end": pd.Timestamp(day)}

    earned = accruals(
        accrual("a", 1, currency="USD", **ends("2026-02-28")),
        accrual("b", 2, currency="EUR", **ends("2026-01-31")),
        accrual("c", 4, currency="CHF", **ends("2026-01-31")),
        accrual("d", 8, currency="CHF", **ends("2026-05-31")),
    )
    paid = payments(payment("x", 3, currency="USD", paid="2026-04-02"))
    timeline = payout_timeline(earned, paid, timezone=ZONE)
    pd.testing.assert_index_equal(timeline.index, pd.RangeIndex(9))
    assert [*zip(timeline["currency"], timeline["date"].dt.month, strict=True)] == [
        ("CHF", 1), ("CHF", 2), ("CHF", 3), ("CHF", 4), ("CHF", 5), ("EUR", 1),
        ("USD", 2), ("USD", 3), ("USD", 4),
    ]  # fmt: skip
    assert timeline["owed_cents"].tolist() == [4, 4, 4, 4, 12, 2, 1, 1, 0]
    assert timeline["overpaid_cents"].tolist() == [0, 0, 0, 0, 0, 0, 0, 0, 2]


def test_what_has_no_day_is_in_no_bucket():
    earned = accruals(accrual("a", 100), accrual("b", 7, period_end=pd.NaT, created_at=None))
    timeline = payout_timeline(earned, payments(payment("x", 5, paid_at=None)), timezone=ZONE)
    assert timeline[["earned_cents", "paid_cents"]].to_numpy().tolist() == [[100, 0]]


@pytest.mark.parametrize("granularity", ["day", "week", "month"])
def test_a_timeline_may_begin_before_1970(granularity):
    earned = accruals(
        accrual("a", 100, period_end=pd.Timestamp("1969-12-01")),
        accrual("b", 7, period_end=pd.Timestamp("1970-02-01")),
    )
    timeline = payout_timeline(earned, payments(), granularity=granularity, timezone=ZONE)
    assert len(timeline) == {"day": 63, "week": 9, "month": 3}[granularity]
    assert timeline["owed_cents"].iloc[[0, -2, -1]].tolist() == [100, 100, 107]


@pytest.mark.parametrize(
    ("values", "granularity", "first"),
    [
        ({}, "week", "Mon 05-25"),
        (
            {"period_end": pd.NaT, "created_at": pd.Timestamp("2026-06-01T03:00Z")}, "day",
            "Sun 05-31",
        ),
    ],
)  # fmt: skip
def test_weeks_begin_on_monday_and_what_has_no_period_counts_when_it_was_made(
    values, granularity, first
):
    earned = accruals(accrual("a", 1, **values))
    timeline = payout_timeline(earned, payments(), granularity=granularity, timezone=ZONE)
    assert timeline["date"].dt.strftime("%a %m-%d").tolist() == [first]


def test_a_cpm_counts_each_day_once_however_many_rules_paid_for_it():
    week = {"period_start": pd.Timestamp("2026-05-25"), "period_end": pd.Timestamp("2026-05-31")}
    earned = accruals(accrual("a", 900), accrual("b", 650, structure_id="t", **week))
    views = daily("2026-05-01", [1_000] * 31)
    assert effective_cpm(earned, views)["effective_cpm_cents"].tolist() == [50.0]
    by_structure = effective_cpm(earned, views, by="structure")
    assert by_structure["views"].tolist() == [7_000, 31_000]


@pytest.mark.parametrize(("name", "given"), [("mode", "cumulative"), ("granularity", "week")])
def test_a_cpm_of_running_totals_or_weeks_is_refused(name, given):
    views = daily("2026-05-01", [1_000] * 31)
    views.attrs["trackagoat"] = {**views.attrs.get("trackagoat", {}), "params": {name: given}}
    with pytest.raises(ArgumentError, match=f"load it with {name}="):
        effective_cpm(accruals(accrual("a", 900)), views)


def test_a_cpm_of_unknown_or_no_views_is_unknown():
    earned = accruals(accrual("a", 900))
    unknown = effective_cpm(earned, daily("2026-05-01", [1_000] * 30))
    assert unknown[["views", "effective_cpm_cents"]].isna().all(axis=None)
    assert unknown["reason"].tolist() == ["views unknown on some days of the periods"]
    none = effective_cpm(earned, daily("2026-05-01", [0] * 31))
    assert none["views"].tolist() == [0]
    assert none["effective_cpm_cents"].isna().all()
    assert none["reason"].tolist() == ["no views"]
    dateless = accruals(accrual("a", 900, period_start=pd.NaT))
    undated = effective_cpm(dateless, daily("2026-05-01", [1_000] * 31))
    assert undated["reason"].tolist() == ["no period is known"]
    known = effective_cpm(earned, daily("2026-05-01", [1_000] * 31))
    assert known["reason"].isna().all()


@pytest.mark.parametrize("unknown", ["period_start", "period_end"])
def test_a_cpm_is_of_the_views_of_the_periods_whose_both_ends_are_known(unknown):
    earned = accruals(accrual("a", 900), accrual("b", 650, **{unknown: pd.NaT}))
    costs = effective_cpm(earned, daily("2026-05-01", [1_000] * 31))
    assert costs[["earned_cents", "views"]].to_numpy().tolist() == [[1_550, 31_000]]


def test_what_no_creator_is_named_for_has_periods_of_its_own():
    both = accruals(accrual("a", 930), accrual("b", 70, creator_id=None))
    costs = effective_cpm(both, daily("2026-05-01", [10.0] * 31))
    assert costs["creator_id"].fillna("nobody").tolist() == ["nan", "nobody"]
    assert costs["reason"].fillna("known").tolist() == [
        "known", "views unknown on some days of the periods",
    ]  # fmt: skip


def test_an_engagement_costs_by_all_four_kinds():
    parts = [
        daily("2026-05-01", [count] * 31, metric=metric)
        for metric, count in (("likes", 4), ("comments", 3), ("shares", 2), ("saves", 1))
    ]
    costs = cost_per_engagement(accruals(accrual("a", 930)), pd.concat(parts), by="month")
    assert costs[["engagements", "cost_per_engagement_cents"]].to_numpy().tolist() == [[310, 3.0]]


@pytest.mark.parametrize("by", ["creator", "project", "structure", "month"])
def test_no_costs_have_the_same_columns_and_dtypes(by):
    views = daily("2026-05-01", [1_000] * 31)
    pd.testing.assert_series_equal(
        effective_cpm(accruals(), views[:0], by=by).dtypes,
        effective_cpm(EARNED, views, by=by).dtypes,
    )


def test_with_settled_creators_each_has_a_row_and_the_sums_stay():
    earned = accruals(
        accrual("a1", 1_000, status="paid"),
        accrual("b1", 500, creator_id="bo"),
        accrual("v1", 700, creator_id="mia", status="voided"),
    )
    paid = payments(payment("p1", 1_000, "a1"))
    owed = tgp.outstanding_balances(earned, paid)
    everyone = tgp.outstanding_balances(earned, paid, settled=True)
    assert owed["creator_id"].tolist() == ["bo"]
    assert set(everyone["creator_id"]) == {"bo", "nan", "mia"}
    assert everyone["owed_cents"].tolist() == [500, 0, 0]


APRIL = {"period_start": pd.Timestamp("2026-04-01"), "period_end": pd.Timestamp("2026-04-30")}
MAY = {"period_start": pd.Timestamp("2026-05-01"), "period_end": pd.Timestamp("2026-05-31")}
MONTHS = accruals(
    accrual("a", 1_000, **MAY),
    accrual("b", 300, **APRIL),
    accrual("c", 50, creator_id="mia", **MAY),
    accrual("d", 7, creator_id="zoe", **MAY),
    accrual("e", 40, creator_id="mia", **APRIL),
)
PAID_LATER = payments(
    payment("x", 1_300, "a", "b"),
    payment("y", 40, "e", creator_id="mia", method_id="n", method_name="Venmo"),
)


@pytest.mark.parametrize("by", GROUPS)
def test_dates_choose_accruals_by_the_end_of_their_period_and_the_payments_for_them(by):
    may = summary(MONTHS, PAID_LATER, by, dates="2026-05")
    assert may[["earned_cents", "paid_cents", "owed_cents"]].sum().tolist() == [1_057, 1_000, 57]
    assert "end in May 2026" in may.attrs["trackagoat"]["note"]


def test_the_method_of_who_was_paid_for_another_month_is_known_in_this_one():
    may = summary(MONTHS, PAID_LATER, "method", dates="2026-05")
    found = may.set_index(may["method_name"].fillna("-"))["owed_cents"]
    assert found.to_dict() == {"PayPal": 0, "Venmo": 50, "-": 7}
    assert owed_by_method(MONTHS, PAID_LATER, dates="2026-05", timezone=ZONE) == [
        ["Venmo", "n", 1, 50], ["never paid", "-", 1, 7],
    ]  # fmt: skip


def test_with_dates_and_as_of_what_was_paid_later_is_owed():
    options = {"dates": "2026-05", "as_of": "2026-06-01", "timezone": ZONE}
    paid = PAID_LATER.assign(paid_at=pd.Timestamp("2026-06-10", tz="UTC"))
    earned = MONTHS.assign(created_at=pd.Timestamp("2026-06-01 12:00", tz="UTC"))
    owed = outstanding_balances(earned, paid, **options)
    assert owed.set_index("creator_id")["owed_cents"].to_dict() == {
        "nan": 1_000, "mia": 50, "zoe": 7,
    }  # fmt: skip


@pytest.mark.parametrize("by", ["creator", "method"])
def test_what_to_pay_for_some_days_is_at_most_what_is_owed_over_all_days(by):
    # Of April's 300 of "nan", 600 were paid, and of the 40 of "mia" none.
    paid = payments(payment("x", 300, "b"), payment("y", 300, "b"))
    options = {"by": by, "timezone": ZONE}
    may = outstanding_balances(MONTHS, paid, dates="2026-05", **options)
    names = ["owed_cents", "owed_over_all_days_cents", "payable_cents"]
    found = may.set_index("creator_id" if by == "creator" else "method_name")[names]
    expected = {
        "creator": {"nan": [1_000, 700, 700], "mia": [50, 90, 50], "zoe": [7, 7, 7]},
        "method": {"PayPal": [1_000, 700, 700], "never paid": [57, 97, 57]},
    }[by]
    assert found.T.to_dict("list") == expected
    assert set(names[1:]).isdisjoint(outstanding_balances(MONTHS, paid, **options).columns)


def test_what_is_payable_and_the_note_of_it_are_as_of_the_same_moment():
    paid = payments(payment("x", 300, "b"), payment("y", 300, "b"))
    paid["paid_at"] = [pd.Timestamp(f"2026-06-{day}", tz="UTC") for day in ("01", "10")]
    earned = MONTHS.assign(created_at=pd.Timestamp("2026-06-01", tz="UTC"))
    found = {}
    for day in ("2026-06-05", "2026-06-12"):
        may = outstanding_balances(earned, paid, dates="2026-05", as_of=day, timezone=ZONE)
        is_less = "Over all days 1 creator is owed less" in may.attrs["trackagoat"]["note"]
        found[day] = int(may.set_index("creator_id")["payable_cents"]["nan"]), is_less
    assert found == {"2026-06-05": (1_000, False), "2026-06-12": (700, True)}


def test_who_is_overpaid_for_some_days_is_to_be_paid_nothing():
    paid = payments(payment("x", 1_500, "a"))
    may = outstanding_balances(MONTHS, paid, dates="2026-05", timezone=ZONE)
    (row,) = may[may["creator_id"] == "nan"].to_dict("records")
    assert (row["owed_cents"], row["payable_cents"]) == (-500, 0)


@pytest.mark.parametrize("helper", [summarize_payouts, outstanding_balances])
def test_with_dates_it_is_said_who_is_owed_less_over_all_days(helper):
    notes = []
    for times in (1, 2):
        paid = payments(*(payment(f"x{number}", 300, "b") for number in range(times)))
        found = helper(MONTHS, paid, dates="2026-05", timezone=ZONE)
        notes.append(found.attrs["trackagoat"]["note"])
    said = "Over all days 1 creator is owed less"
    assert [said in note for note in notes] == [False, True]


def test_of_a_part_of_all_payments_nobody_is_said_to_be_never_paid():
    whole = PAID_LATER.copy()
    whole.attrs["trackagoat"] = {"path": "/payout-payments", "rows": 2}
    with pytest.warns(IncompleteFrameWarning, match=r"with dates='2026-05'; payments_for returns"):
        owed = outstanding_balances(MONTHS, whole.iloc[1:])
    assert owed.set_index("creator_id")["method_name"].isna().to_dict() == {
        "nan": True, "mia": False, "zoe": True,
    }  # fmt: skip


def test_balances_say_how_many_settled_creators_they_leave_out():
    paid = payments(payment("x", 1_300, "a", "b"))
    note = outstanding_balances(MONTHS, paid).attrs["trackagoat"]["note"]
    assert note.startswith("Without 1 creator who is owed nothing")
    every = outstanding_balances(MONTHS, paid, settled=True)
    assert "note" not in every.attrs.get("trackagoat", {})


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_month_by_method_is_that_of_the_workbook(seed, tmp_path):
    with (
        tgp.sandbox(seed=seed, rate_limit=None) as box,
        tgp.connect(sandbox=box, rate_limit=None, progress=False),
    ):
        books = tgp.load_payout_accruals(), tgp.load_payout_payments()
    options = {"timezone": ZONE, "dates": "2026-05", "by": "method"}
    sheet = pd.read_excel(
        tgp.payout_workbook(*books, tmp_path / "may.xlsx", month="2026-05", timezone=ZONE),
        sheet_name="Owed by method",
    ).dropna(subset="Currency").set_index("Method")  # fmt: skip
    balances = tgp.outstanding_balances(*books, **options).set_index("method_name")
    for name in ("Earned", "Paid", "Owed"):
        cents = balances[f"{name.lower()}_cents"]
        assert cents.to_dict() == (sheet[name] * 100).round().to_dict()
    summed = tgp.summarize_payouts(*books, **options)
    by_method = summed.set_index(summed["method_name"].fillna("never paid"))["owed_cents"]
    assert by_method[by_method != 0].to_dict() == balances["owed_cents"].to_dict()


# "a" and "b" are one account in two projects, "c" is another; "d" has no known handle.
OF_ACCOUNTS = pd.DataFrame(
    {"id": ["a", "b", "c"], "project_id": ["p", "q", "p"], "tiktok_handle": ["Mia", "mia", "bo"]}
)
EARNED_BY_ACCOUNTS = accruals(
    accrual("1", 90_000, creator_id="a"), accrual("2", 70_000, creator_id="b", project_id="q"),
    accrual("3", 500, creator_id="c"), accrual("4", 40, creator_id="d"),
)  # fmt: skip
PAID_TO_ACCOUNTS = payments(
    payment("x", 40_000, "1", creator_id="a", paid="2025-06-05 15:00"),
    payment("y", 30_000, "2", creator_id="b", paid="2025-07-05 15:00"),
    payment("z", 600, "3", creator_id="c", paid="2025-07-05 15:00"),
)


def test_an_account_is_over_a_threshold_that_none_of_its_creators_reaches():
    years = paid_by_year(PAID_TO_ACCOUNTS, timezone=ZONE, names=OF_ACCOUNTS)
    assert years["creator_id"].tolist() == ["a", "c"]
    assert years["paid_cents"].tolist() == [70_000, 600]
    assert years["over_threshold"].tolist() == [True, False]
    apart = paid_by_year(PAID_TO_ACCOUNTS, timezone=ZONE, names=OF_ACCOUNTS, accounts=False)
    assert apart["paid_cents"].tolist() == [40_000, 30_000, 600]
    assert not apart["over_threshold"].any()


def test_balances_and_summaries_have_one_row_for_an_account():
    frames = EARNED_BY_ACCOUNTS, PAID_TO_ACCOUNTS
    owed = outstanding_balances(*frames, names=OF_ACCOUNTS)
    assert dict(zip(owed["creator_id"], owed["owed_cents"], strict=True)) == {
        "a": 90_000, "d": 40, "c": -100,
    }  # fmt: skip
    note = owed.attrs["trackagoat"]["note"]
    assert "1 TikTok account is tracked under several creator ids" in note
    assert "1 creator has no known handle" in note
    sums = summarize_payouts(*frames, names=OF_ACCOUNTS).set_index("creator_id")
    assert sums.loc["a", ["earned_cents", "paid_cents"]].tolist() == [160_000, 70_000]
    for by in ("project", "status", "month"):
        one, other = (
            summarize_payouts(*frames, by=by, names=OF_ACCOUNTS, accounts=known, timezone=ZONE)
            for known in (True, False)
        )
        assert one["owed_cents"].tolist() == other["owed_cents"].tolist()


def test_currencies_of_an_account_are_never_summed():
    frames = [
        frame.assign(currency=["USD", "EUR", *["USD"] * (len(frame) - 2)])
        for frame in (EARNED_BY_ACCOUNTS, PAID_TO_ACCOUNTS)
    ]
    owed = outstanding_balances(*frames, names=OF_ACCOUNTS)
    mine = owed[owed["creator_id"] == "a"]
    assert dict(zip(mine["currency"], mine["owed_cents"], strict=True)) == {
        "EUR": 40_000, "USD": 50_000,
    }  # fmt: skip


def test_a_frame_of_accounts_decides_who_is_one():
    apart = tgp.accounts(OF_ACCOUNTS).assign(reason="Nobody knows.", creator_ids='["a"]').head(1)
    owed = outstanding_balances(EARNED_BY_ACCOUNTS, PAID_TO_ACCOUNTS, accounts=apart)
    assert sorted(owed["creator_id"]) == ["a", "b", "c", "d"]
    assert "1 creator may be the account of another row" in owed.attrs["trackagoat"]["note"]
    with pytest.raises(tgp.errors.ArgumentTypeError, match="accounts"):
        outstanding_balances(EARNED_BY_ACCOUNTS, PAID_TO_ACCOUNTS, accounts="yes")
