"""The workbook that closes a month: what its sheets hold, and that it adds up, live."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings

import trackagoat_pandas as tgp
from tests.heavy import examples, part
from tests.laws.test_payouts_laws import added, total, worlds
from tests.support.acting import CHEAP, client_of
from tests.support.office import recalculated
from tests.support.payout_frames import ZONE, accrual, accruals, due, owed, payment, payments
from trackagoat_pandas.errors import (
    ArgumentError,
    IncompleteFrameWarning,
    MissingArgumentError,
    MissingColumnError,
    NoDataWarning,
    TrackaGoatWarning,
)
from trackagoat_pandas.showing.export.payout_workbook import payout_workbook
from trackagoat_pandas.showing.export.sheets import Book

CHECKS = [
    "Due = accrued + findings", "Accrued = paid + owed - overpaid",
    "Owed by creator = owed by method",
]  # fmt: skip
MAY = {"period_start": pd.Timestamp("2026-05-01"), "period_end": pd.Timestamp("2026-05-31")}
APRIL = {"period_start": pd.Timestamp("2026-04-01"), "period_end": pd.Timestamp("2026-04-30")}
EARNED = accruals(
    accrual("a", 1_000, status="paid", **MAY),
    accrual("b", 250, creator_id="mia", **MAY),
    accrual("c", 70, status="voided", **MAY),
    accrual("d", 500, **APRIL),
)
PAID = payments(payment("x", 1_300, "a", "d"), payment("y", 9, status="voided"))
DUE = due(
    owed(1_000), owed(300, creator_id="mia"), owed(500, period_start=pd.Timestamp("2026-04-01"))
)


@pytest.fixture
def book(tmp_path):
    def read(*frames, **options):
        path = payout_workbook(*(frames or (EARNED, PAID)), tmp_path / "book.xlsx", **options)
        return openpyxl.load_workbook(path, data_only=True)

    return read


def lines(book):
    """The lines of the reconciliation: their values, by label; of equal labels the last."""
    return {
        label: values[0] if len(values) == 1 else tuple(values)
        for label, *values in book["Reconciliation"].iter_rows(min_row=5, values_only=True)
        if label and values[0] is not None
    }


def table(book, name):
    """The rows of a sheet's table; below it is an empty line, and then the totals."""
    head, *rows = book[name].iter_rows(values_only=True)
    rows = itertools.takewhile(any, rows)
    return pd.DataFrame(rows, columns=head)


def totals(book, name):
    """The totals below a sheet's table: a line for each currency, by its label."""
    head, *rows = book[name].iter_rows(values_only=True)
    start = next(n for n, row in enumerate(rows) if not any(row)) + 1
    return {
        row[0]: {name: value for name, value in zip(head, row, strict=True) if value is not None}
        for row in rows[start:]
    }


def test_the_sheets_are_those_of_a_close(book):
    assert book(due=DUE).sheetnames == [
        "Reconciliation", "Owed by creator", "Owed by method", "Due", "Accrued", "Paid", "Findings",
    ]  # fmt: skip


def test_what_was_due_is_what_was_accrued_and_the_findings(book):
    found = lines(book(due=DUE))
    assert [found[name] for name in ("Due", "Accrued", "Findings, to be added")] == [18, 17.5, 0.5]
    assert found["Due = accrued + findings"] == "ok"


def test_what_was_accrued_is_what_was_paid_and_is_owed(book):
    found = lines(book())
    assert [found[name] for name in ("Accrued", "Paid", "Owed")] == [17.5, 13, 4.5]
    assert found[CHECKS[1]] == "ok"
    assert found["Owed by creator = owed by method"] == "ok"


def test_without_due_nothing_is_said_of_it(book):
    made = book()
    assert "Due" not in made.sheetnames
    assert "Findings" not in made.sheetnames
    assert list(lines(made)) == [
        "Accrued", "Paid", "Owed", "Overpaid", "Paid + owed - overpaid", CHECKS[1],
        "Owed, by method", CHECKS[2],
    ]  # fmt: skip


def test_an_edited_rule_is_set_aside_on_both_sides(book):
    wanted = due(owed(900)).assign(structure_version=2)
    earned = accruals(accrual("a", 1_000)).assign(structure_version=1)
    found = lines(book(earned, payments(), due=wanted))
    assert found["Due, without what is set aside"] == 0
    assert found["Findings, to be added"] == 0
    assert found["Due = accrued + findings"] == "ok"


def test_sums_are_live_formulas(tmp_path):
    path = payout_workbook(EARNED, PAID, tmp_path / "book.xlsx", due=DUE)
    sheet = openpyxl.load_workbook(path)["Reconciliation"]
    formulas = [row[1] for row in sheet.iter_rows(min_row=5, values_only=True) if row[1]]
    assert all(formula.startswith("=") for formula in formulas)
    assert sum("SUMIFS(" in formula for formula in formulas) == 10


def test_a_month_has_what_ended_in_it_and_the_payments_for_that(book):
    wanted = DUE.assign(period_end=[MAY["period_end"], MAY["period_end"], APRIL["period_end"]])
    made = book(EARNED, PAID, due=wanted, month="2026-05", timezone=ZONE)
    found = lines(made)
    # The payment is 2.00 short of what it lists, and the first of that, of May, is short of it.
    assert [found[name] for name in ("Due", "Accrued", "Paid", "Owed")] == [13, 12.5, 8, 4.5]
    assert [found[name] for name in CHECKS] == ["ok", "ok", "ok"]
    assert table(made, "Accrued")["ID"].tolist() == ["a", "b", "c"]
    assert made["Reconciliation"]["A1"].value == "Payouts, May 2026"


def test_totals_stand_below_each_table_and_count_what_counts(book):
    made = book(due=DUE)
    assert totals(made, "Owed by creator") == {
        "Total": {"Creator": "Total", "Earned": 17.5, "Paid": 13, "Owed": 4.5, "Overpaid": 0}
    }
    assert totals(made, "Accrued")["Total, counted"]["Amount"] == 17.5
    assert totals(made, "Paid")["Total, counted"]["Amount"] == 13
    assert totals(made, "Due")["Total"]["Amount"] == 18
    assert totals(made, "Findings")["Total"]["Wrong"] == 2.5


def test_an_overpayment_is_not_deducted_from_what_others_are_owed(book):
    earned = accruals(accrual("a", 500), accrual("b", 100, creator_id="mia"))
    made = book(earned, payments(payment("x", 400, "b", creator_id="mia")))
    found = lines(made)
    assert [found[name] for name in ("Accrued", "Paid", "Owed", "Overpaid")] == [6, 4, 5, 3]
    assert [found[name] for name in CHECKS[1:]] == ["ok", "ok"]
    for sheet in ("Owed by creator", "Owed by method"):
        assert [totals(made, sheet)["Total"][name] for name in ("Owed", "Overpaid")] == [5, 3]


def test_each_currency_has_a_total_of_its_own(book):
    both = accruals(accrual("a", 100, currency="USD"), accrual("b", 70, currency="EUR"))
    found = totals(book(both, payments()), "Accrued")
    assert {label: row["Amount"] for label, row in found.items()} == {
        "Total EUR, counted": 0.7, "Total USD, counted": 1,
    }  # fmt: skip


def test_columns_that_say_the_same_in_all_rows_are_hidden(book):
    made = book(due=DUE.assign(structure_version=2, version_in_force=[True, True, False]))
    hidden = {
        sheet.title: {
            sheet[f"{letter}1"].value
            for letter, column in sheet.column_dimensions.items() if column.hidden
        }
        for sheet in made.worksheets[1:]
    }  # fmt: skip
    assert hidden["Accrued"] == {"Currency"}
    assert hidden["Due"] == {"Currency", "Structure version"}


def test_a_month_says_what_is_wrong_on_other_days(book):
    twice = payments(payment("x", 500, "d"), payment("z", 500, "d", paid="2026-06-06 15:00"))
    said = said_in(book(EARNED, twice, month="2026-05", timezone=ZONE))
    assert "Not in May 2026, but wrong on other days: $5.00. It may change what is owed." in said
    assert (
        "    $5.00: nan, s, 1 Apr to 30 Apr 2026. An earlier payment lists the same accrual."
        in said
    )
    assert not any("other days" in line for line in said_in(book(EARNED, twice)) if line)


def test_a_month_of_whole_frames_is_not_incomplete(book):
    earned, paid = EARNED.copy(), PAID.copy()
    for frame in (earned, paid):
        frame.attrs["trackagoat"] = {"complete": True, "rows": len(frame), "timezone": ZONE}
    said = said_in(book(earned, paid, month="2026-05"))
    assert not any(line and "Incomplete" in line for line in said)


def test_the_day_on_which_it_was_made_is_the_servers(book):
    earned = EARNED.copy()
    now = {"timezone": ZONE, "server_time": "2026-06-18T02:00:00Z"}
    earned.attrs["trackagoat"] = now | {"fetched_at": str(pd.Timestamp.now("UTC"))}
    assert said_in(book(earned, PAID))[1].startswith("Made on 17 Jun 2026.")


def test_a_month_needs_a_time_zone(tmp_path):
    with pytest.raises(MissingArgumentError, match="timezone"):
        payout_workbook(EARNED, PAID, tmp_path / "book.xlsx", month="2026-05")


def test_the_last_month_is_the_one_before_the_servers_day(book):
    now = {"timezone": ZONE, "server_time": "2026-06-15T12:00:00Z"}
    earned = EARNED.copy()
    earned.attrs["trackagoat"] = now | {"fetched_at": str(pd.Timestamp.now("UTC"))}
    assert lines(book(earned, PAID, month="last month"))["Accrued"] == 12.5


def test_who_was_last_paid_in_another_month_was_not_never_paid(book):
    april = payments(payment("x", 500, "d", paid="2026-05-01 15:00"))
    made = book(EARNED, april, month="2026-05", timezone=ZONE)
    methods = table(made, "Owed by method")
    assert methods["Method"].tolist() == ["PayPal", "never paid"]
    assert methods["Owed"].tolist() == [10, 2.5]


def test_what_was_paid_too_much_for_another_month_is_beside_what_is_owed_by_method(book):
    twice = payments(
        payment("x", 500, "d", paid="2026-05-01 15:00"),
        payment("y", 500, "d", paid="2026-05-02 15:00"),
    )
    made = book(EARNED, twice, month="2026-05", timezone=ZONE)
    methods = table(made, "Owed by method").set_index("Method")
    assert methods["Owed"].to_dict() == {"PayPal": 10, "never paid": 2.5}
    assert methods["Owed over all days"].to_dict() == {"PayPal": 5, "never paid": 2.5}
    said = said_in(made)
    place = next(place for place, line in enumerate(said) if line.startswith("Owed less"))
    assert said[place] == (
        "Owed less over all days than for May 2026, since more was paid than earned for other days:"
    )
    assert said[place + 1] == "    nan, PayPal: $5.00 instead of $10.00"
    every = book(EARNED, twice)
    assert not any(line.startswith("Owed less") for line in said_in(every))
    assert "Owed over all days" not in table(every, "Owed by method")


def test_each_creators_row_says_the_method_that_was_used_last(book):
    owed_by = table(book(), "Owed by creator").set_index("Creator ID")["Method"]
    assert owed_by.to_dict() == {"nan": "PayPal", "mia": "never paid"}


def test_voided_entries_are_listed_and_not_counted(book):
    made = book()
    assert table(made, "Accrued").set_index("ID")["Counted"].to_dict() == {
        "a": "yes", "b": "yes", "c": "no", "d": "yes",
    }  # fmt: skip
    assert table(made, "Paid")["Counted"].tolist() == ["yes", "no"]


def test_names_stand_beside_ids(book):
    creators = pd.DataFrame({"id": ["nan", "mia"], "tiktok_handle": ["nan.goat", "=mia"]})
    rules = pd.DataFrame({"id": ["s"], "name": ["Base"]})
    made = book(EARNED, PAID, due=DUE, creators=creators, structures=rules)
    for name in ("Owed by creator", "Due", "Accrued", "Findings"):
        shown = table(made, name)
        handles = dict(zip(creators["id"], creators["tiktok_handle"], strict=True))
        assert shown["Creator"].tolist() == shown["Creator ID"].map(handles).tolist()
    assert set(table(made, "Due")["Rule"]) == {"Base"}


def test_an_entry_that_is_there_twice_counts_once(book):
    twice = pd.concat([EARNED, EARNED.iloc[:1]], ignore_index=True)
    paid = pd.concat([PAID, PAID.iloc[:1]], ignore_index=True)
    assert lines(book(twice, paid))["Accrued"] == 17.5


def test_a_goal_that_is_settled_after_due_was_worked_out_is_set_aside_and_said(book):
    wanted = due(owed(1_000)).assign(rule_kind="recurring")
    wanted.attrs["trackagoat"] = {"until": "2026-05-31", "goals_until": "2026-05-29"}
    earned = accruals(accrual("a", 1_000, **MAY), accrual("g", 225, structure_id="goal", **MAY))
    with pytest.warns(TrackaGoatWarning, match="later `until`"):
        made = book(earned, payments(), due=wanted, month="2026-05", timezone=ZONE)
    found = lines(made)
    assert (found["Findings, to be added"], found["Due = accrued + findings"]) == (0, "ok")
    said = [row[0] for row in made["Reconciliation"].iter_rows(values_only=True) if row[0]]
    assert said[-6:] == [
        "Accrued: for periods that ended on these days, whenever it was recorded.",
        "Paid: the part of each payment that was for these accruals, whenever it was made.",
        "Owed: for these days alone.",
        "Owed over all days: $12.25.",
        "Due: for periods that ended by 2026-05-31; goals, settled 48 hours later, by 2026-05-29.",
        "1 accrual is for a later period than that, and set aside.",
    ]


def test_each_currency_has_a_column(book):
    earned = accruals(accrual("a", 100, currency="USD"), accrual("b", 70, currency="EUR"))
    made = book(earned, payments(payment("x", 20, currency="EUR")))
    assert [cell.value for cell in made["Reconciliation"][4]] == [None, "EUR", "USD"]
    assert lines(made)["Owed"] == (0.5, 1)
    assert made["Reconciliation"]["B5"].number_format.startswith('"€"')


def test_nothing_at_all_makes_a_workbook_that_agrees(book):
    found = lines(book(EARNED.iloc[:0], PAID.iloc[:0], due=DUE.iloc[:0]))
    assert [found[name] for name in CHECKS] == ["ok", "ok", "ok"]


def test_one_empty_line_is_between_the_parts_of_the_reconciliation(book):
    made = book(due=DUE, month="2026-05", timezone=ZONE)
    column = [row[0] for row in made["Reconciliation"].iter_rows(min_row=5, values_only=True)]
    parts = [(is_line, len([*part])) for is_line, part in itertools.groupby(column, bool)]
    assert parts == [
        (True, 3), (False, 1), (True, 5), (False, 1), (True, 6), (False, 1), (True, 2), (False, 1),
        (True, 5),
    ]  # fmt: skip


def test_what_is_incomplete_is_said_in_the_sheet(book):
    partial = EARNED.copy()
    partial.attrs["trackagoat"] = {"complete": False}
    with pytest.warns(IncompleteFrameWarning, match="accruals"):
        made = book(partial, PAID)
    said = [row[0] for row in made["Reconciliation"].iter_rows(values_only=True)]
    assert "Incomplete: a part of the accruals was not loaded." in said


def said_in(made):
    return [row[0] for row in made["Reconciliation"].iter_rows(values_only=True) if row[0]]


def test_every_currency_fits_its_column_and_is_printed_beside_its_label(tmp_path):
    codes = ["AUD", "CAD", "CHF", "EUR", "GBP"]
    earned = accruals(*(accrual(code, 10**11, currency=code) for code in codes))
    path = payout_workbook(earned, payments(), tmp_path / "book.xlsx")
    front = openpyxl.load_workbook(path)["Reconciliation"]
    amounts = front.column_dimensions["B"]
    assert (amounts.min, amounts.max, amounts.width > 19) == (2, 6, True)
    assert (front.page_setup.fitToWidth or 1, front.print_title_cols) == (1, "$A:$A")
    assert front.sheet_properties.pageSetUpPr.fitToPage


def test_what_is_printed_fits_the_pages_of_its_own_columns(tmp_path):
    path = payout_workbook(EARNED, PAID, tmp_path / "book.xlsx", due=DUE)
    made = openpyxl.load_workbook(path)
    for name in ("Owed by creator", "Owed by method", "Paid", "Findings"):
        assert (made[name].page_setup.fitToWidth or 1) == 1


def test_all_columns_but_ids_are_printed(tmp_path):
    path = payout_workbook(EARNED, PAID, tmp_path / "book.xlsx", due=DUE)
    for sheet in openpyxl.load_workbook(path).worksheets[1:]:
        heads = [cell.value for cell in sheet[1]]
        printed = sheet[sheet.print_area.rsplit("!", 1)[-1].replace("$", "")][0]
        kept = [cell.value for cell in printed]
        assert kept == heads[: len(kept)]
        assert not any(head.endswith("ID") for head in kept)
        assert heads[len(kept)].endswith("ID")


def test_who_has_no_known_name_is_called_by_the_id(book):
    known = "0a000000-0000-4000-8000-00000000000b"
    earned = accruals(accrual("a", 5, creator_id=known), accrual("b", 4, structure_id=None))
    made = book(earned, payments(payment("x", 1, method_id="m", method_name=None)))
    assert table(made, "Owed by creator")["Creator"].tolist() == ["0a000000", "nan"]
    assert table(made, "Owed by creator")["Method"].tolist() == ["never paid", "m"]
    assert table(made, "Accrued")["Rule"].fillna("-").tolist() == ["s", "-"]


def test_a_month_says_what_is_owed_over_all_days(book):
    # Of the 5.00 of April, 6.00 were paid.
    paid = payments(payment("x", 600, "d", creator_id="nan"), payment("y", 100, "a"))
    made = book(EARNED, paid, month="2026-05", timezone=ZONE)
    owed_by = table(made, "Owed by creator").set_index("Creator")
    assert owed_by["Owed"].to_dict() == {"nan": 9, "mia": 2.5}
    assert owed_by["Owed over all days"].to_dict() == {"nan": 8, "mia": 2.5}
    assert "Owed over all days: $10.50." in said_in(made)
    assert "Owed over all days" not in table(book(), "Owed by creator").columns


def test_a_creator_who_is_settled_over_all_days_is_owed_nothing(book):
    # 1.00 of May is owed, and 1.00 of April was paid too much.
    paid = payments(payment("x", 900, "a"), payment("y", 600, "d"))
    made = book(EARNED, paid, month="2026-05", timezone=ZONE)
    owed_by = table(made, "Owed by creator").set_index("Creator")
    assert owed_by["Owed"].to_dict() == {"nan": 1, "mia": 2.5}
    assert owed_by["Owed over all days"].to_dict() == {"nan": 0, "mia": 2.5}
    assert owed_by["Payable"].to_dict() == {"nan": 0, "mia": 2.5}


def test_a_month_in_which_something_was_due_but_nothing_accrued_is_no_empty_one(book):
    wanted = due(owed(700, period_start=pd.Timestamp("2026-03-01")))
    made = book(EARNED, PAID, due=wanted, month="2026-03", timezone=ZONE)
    assert "Nothing was due" not in said_in(made)
    assert lines(made)["Due"] == 7


@pytest.mark.parametrize("month", [None, "2026-05"])
def test_entries_without_an_amount_are_counted_in_words(book, month):
    earned = accruals(accrual("a", None, **MAY), accrual("b", 5, **MAY))
    paid = payments(payment("x", None, "b"))
    said = said_in(book(earned, paid, month=month, timezone=ZONE))
    assert "1 accrual and 1 payment without an amount left out." in said


def test_days_that_are_not_over_are_said_to_be_so(book):
    now = {"timezone": ZONE, "server_time": "2026-05-15T12:00:00Z"}
    earned = EARNED.copy()
    earned.attrs["trackagoat"] = now | {"fetched_at": str(pd.Timestamp.now("UTC"))}
    ending = "These days are not over: it is 15 May 2026."
    assert said_in(book(earned, PAID, month="2026-05"))[1].endswith(ending)
    assert "not over" not in said_in(book(earned, PAID, month="2026-04"))[1]


def test_a_month_in_which_nothing_was_accrued_is_warned_of(book):
    with pytest.warns(NoDataWarning, match="nothing was due or accrued for January 2025"):
        made = book(EARNED, PAID, month="2025-01", timezone=ZONE)
    assert "Nothing was due or accrued for these days." in said_in(made)[1]


def test_a_sheet_without_rows_says_none(book):
    made = book(accruals(accrual("a", 1)), payments(), due=due(owed(1)))
    assert made["Findings"]["A3"].value == made["Paid"]["A3"].value == "None."
    assert made["Findings"].print_area.endswith("$3")
    assert made["Accrued"]["A3"].value is None


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"month": "2026-13", "timezone": ZONE}, ArgumentError, "no such days"),
        ({"currency": "JPY"}, ArgumentError, "no cents"),
        ({"due": DUE.drop(columns="reason")}, MissingColumnError, "'reason'"),
        ({"structures": pd.DataFrame({"id": ["s"]})}, MissingColumnError, "'name'"),
    ],
)
def test_a_refused_call_writes_nothing(options, error, said, tmp_path):
    with pytest.raises(error, match=said):
        payout_workbook(EARNED, PAID, tmp_path / "book.xlsx", **options)
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_ends_in_xlsx(tmp_path):
    with pytest.raises(ArgumentError, match=r"must end in \.xlsx"):
        payout_workbook(EARNED, PAID, tmp_path / "book.csv")


@settings(max_examples=examples(60), deadline=None)
@given(worlds())
def test_both_equations_hold_whatever_was_due_accrued_and_paid(tmp_path_factory, world):
    wanted, earned, paid = world
    path = tmp_path_factory.mktemp("book") / "book.xlsx"
    made = openpyxl.load_workbook(
        payout_workbook(earned, paid, path, due=wanted), data_only=True
    )  # fmt: skip
    codes = [cell.value for cell in made["Reconciliation"][4]][1:]
    found = lines(made)

    def read(label):
        values = found[label] if isinstance(found[label], tuple) else [found[label]]
        cents = {code: round(value * 100) for code, value in zip(codes, values, strict=True)}
        return {code: value for code, value in cents.items() if value}

    for check in CHECKS:
        assert set(np.atleast_1d(found[check])) == {"ok"}
    stands, recorded = earned[earned["status"] != "voided"], paid[paid["status"] == "recorded"]
    assert read("Due") == total(wanted)
    assert read("Accrued") == total(stands)
    assert read("Paid") == total(recorded)
    assert added(read("Paid"), read("Owed")) == added(total(stands), read("Overpaid"))


def ledger_of(seed):
    """The ledger of a world with slips of the hand, in two currencies."""
    dice = np.random.default_rng(seed)
    world = tgp.sandbox(**{**CHEAP, "creators": 6, "days": 120}, seed=seed)
    with world as box, client_of(box) as client:
        rules = tgp.load_payout_structures(client=client)
        rules = rules[rules["kind"] == "recurring"]
        assigned = tgp.load_payout_assignments(rules, client=client)
        earned = tgp.load_payout_accruals(client=client)
        paid = tgp.load_payout_payments(client=client)
        wanted = tgp.accrue(rules, assigned, until=dt.date(2026, 6, 14), timezone=ZONE)
        creators = tgp.load_creators(client=client)
    earned = earned[earned["structure_id"].isin(rules["id"])]
    earned = earned[dice.random(len(earned)) > 0.1].reset_index(drop=True)
    again = earned.sample(2, random_state=seed)
    earned = pd.concat([earned, again.assign(id=again["id"] + "-2")], ignore_index=True)
    europeans = earned["creator_id"].drop_duplicates()[:2]
    for frame in (earned, paid, wanted):
        in_euros = frame["creator_id"].isin(europeans)
        frame["currency"] = np.where(in_euros, "EUR", "USD")
    for frame in (earned, paid):
        slips = np.where(dice.random(len(frame)) < 0.1, dice.integers(-999, 999, len(frame)), 0)
        frame["amount_cents"] += slips
    return (earned, paid), {"due": wanted, "creators": creators, "structures": rules}


def cells(path, *, formulas):
    book = openpyxl.load_workbook(path, data_only=not formulas)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
    }


def shown(value):
    return round(value, 2) if isinstance(value, int | float) else value


@pytest.mark.filterwarnings("ignore:payout_workbook. .*Missing rows count:UserWarning")
def test_libreoffice_calculates_every_formula_to_the_same_cent(tmp_path):
    files = []
    for seed in range(part(20, 8, 2)):
        frames, options = ledger_of(seed)
        month = {"month": "2026-05"} if seed % 2 else {}
        files.append(
            payout_workbook(*frames, tmp_path / f"{seed}.xlsx", **options, **month, timezone=ZONE)
        )
    # A wrong result in a file shows that all are calculated anew.
    wrong = Book()
    wrong.blank("Sum").write_formula(0, 0, "=1+1", 5)
    wrong.save(tmp_path / "wrong.xlsx")
    *saved, proof = recalculated([*files, tmp_path / "wrong.xlsx"], tmp_path)
    assert cells(proof, formulas=False) == {("Sum", "A1"): 2}
    for file, again in zip(files, saved, strict=True):
        formulas = [
            spot
            for spot, value in cells(file, formulas=True).items()
            if isinstance(value, str) and value.startswith("=")
        ]
        assert len(formulas) >= 17
        carried, calculated = cells(file, formulas=False), cells(again, formulas=False)
        assert {spot: shown(calculated[spot]) for spot in formulas} == {
            spot: shown(carried[spot]) for spot in formulas
        }
        found = lines(openpyxl.load_workbook(again, data_only=True))
        assert {word for check in CHECKS for word in np.atleast_1d(found[check])} == {"ok"}


def test_libreoffice_shows_by_how_much_a_changed_amount_differs(tmp_path):
    path = payout_workbook(EARNED, PAID, tmp_path / "book.xlsx", due=DUE)
    book = openpyxl.load_workbook(path)
    heads = [cell.value for cell in book["Accrued"][1]]
    book["Accrued"].cell(2, heads.index("Amount") + 1).value = 10.01
    book.save(path)
    (again,) = recalculated([path], tmp_path)
    found = lines(openpyxl.load_workbook(again, data_only=True))
    assert [round(found[check], 2) for check in CHECKS[:2]] == [-0.01, 0.01]
