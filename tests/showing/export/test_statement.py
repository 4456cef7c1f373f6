"""A creator's statement: what was earned and paid, what is carried, on one page."""

from __future__ import annotations

import itertools
import re

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests.heavy import examples
from tests.laws.test_payouts_laws import added, total, worlds
from tests.support.office import recalculated
from tests.support.payout_frames import ZONE, accrual, accruals, payment, payments
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    IncompleteFrameWarning,
    MissingArgumentError,
    MissingColumnError,
)
from trackagoat_pandas.showing.export.statement import MOST_LINES, creator_statement

MAY = {"period_start": pd.Timestamp("2026-05-01"), "period_end": pd.Timestamp("2026-05-31")}
APRIL = {"period_start": pd.Timestamp("2026-04-01"), "period_end": pd.Timestamp("2026-04-30")}
EARNED = accruals(
    accrual("a", 1_000, **APRIL), accrual("b", 250, **MAY), accrual("c", 70, **MAY),
    accrual("d", -20, kind="adjustment", **MAY), accrual("e", 9, status="voided", **MAY),
    accrual("f", 400, structure_id="t", **MAY), accrual("g", 77, creator_id="mia", **MAY),
)  # fmt: skip
PAID = payments(
    payment("x", 600, "a", paid="2026-04-30 15:00"),
    payment("y", 300, "a", paid="2026-05-20 15:00", method_name="Venmo"),
    payment("z", 50, "b", paid="2026-06-02 15:00"),
    payment("w", 5, status="voided", paid="2026-05-20 15:00"),
)
CREATORS = pd.DataFrame({"id": ["nan", "new"], "tiktok_handle": ["Nan.Goat", "new"]})
RULES = pd.DataFrame({"id": ["s", "t"], "name": ["Base", "<Bonus>"]})
UNKNOWN = "0a000000-0000-4000-8000-00000000000b"


def statement(*frames, creator="nan", dates="2026-05", **options):
    given_frames = frames or (EARNED, PAID)
    return creator_statement(creator, *given_frames, dates=dates, timezone=ZONE, **options)


def balance(made):
    columns = ["currency", "opening_cents", "earned_cents", "paid_cents", "closing_cents"]
    return made.balances[columns].to_numpy().tolist()


def test_the_balance_carried_is_the_opening_one_and_what_was_earned_less_what_was_paid():
    assert balance(statement()) == [["USD", 400, 700, 300, 800]]


def test_what_is_carried_out_of_a_month_opens_the_next():
    april, may, june = (statement(dates=f"2026-0{month}").balances for month in (4, 5, 6))
    assert april["closing_cents"].tolist() == may["opening_cents"].tolist() == [400]
    assert may["closing_cents"].tolist() == june["opening_cents"].tolist() == [800]


def test_without_dates_the_balance_is_what_is_outstanding():
    made = creator_statement("nan", EARNED, PAID)
    owed = tgp.outstanding_balances(EARNED, PAID).set_index("creator_id")["owed_cents"]
    assert balance(made) == [["USD", 0, 1_700, 950, owed["nan"]]]
    assert made.period == "All days"


def test_what_was_earned_is_added_up_by_rule_and_adjustments_are_apart():
    earned = statement(structures=RULES).earned
    assert earned[["structure_name", "kind", "entries", "earned_cents"]].to_numpy().tolist() == [
        ["<Bonus>", "accrual", 1, 400], ["Base", "accrual", 2, 320], ["Base", "adjustment", 1, -20],
    ]  # fmt: skip


def test_a_rule_is_for_the_days_of_its_periods():
    base = creator_statement("nan", EARNED, PAID).earned.iloc[0]
    assert [base["first_day"], base["last_day"]] == [APRIL["period_start"], MAY["period_end"]]


def test_payments_are_listed_the_latest_first():
    paid = creator_statement("nan", EARNED, PAID).paid
    assert paid["payment_id"].tolist() == ["z", "y", "x"]
    assert paid["method_name"].tolist() == ["PayPal", "Venmo", "PayPal"]


def test_a_payment_counts_on_the_day_of_the_organizations_zone():
    paid = payments(
        payment("x", 5, paid="2026-06-01 03:59"), payment("y", 7, paid="2026-06-01 04:00")
    )
    assert statement(EARNED, paid).balances["paid_cents"].tolist() == [5]


def test_an_entry_without_a_day_is_in_the_opening_balance():
    earned = accruals(accrual("a", 30, period_end=pd.NaT, created_at=None))
    assert balance(statement(earned, PAID.iloc[:0])) == [["USD", 30, 0, 0, 30]]


def test_each_currency_has_its_own_balance():
    earned = accruals(accrual("a", 30, currency="USD"), accrual("b", 20, currency="EUR"))
    paid = payments(payment("x", 5, currency="EUR", paid="2026-05-20 15:00"))
    made = statement(earned, paid)
    assert balance(made) == [["EUR", 0, 20, 5, 15], ["USD", 0, 30, 0, 30]]
    assert "<h2>Balance, EUR</h2>" in made.html


@pytest.mark.parametrize(
    "creator",
    ["nan", "@Nan.Goat", "nan.goat", " NAN.goat ", "https://www.tiktok.com/@nan.goat?lang=en"],
)
def test_a_creator_is_found_by_id_or_handle(creator):
    made = statement(creator=creator, creators=CREATORS)
    assert made.creator == "@Nan.Goat"
    assert made.balances["earned_cents"].tolist() == [700]


def test_a_handle_that_any_frame_knows_is_kept():
    unknown = pd.DataFrame({"id": ["nan"], "tiktok_handle": [None]})
    earned = EARNED.assign(tiktok_handle=EARNED["creator_id"].map({"nan": "nan.goat"}))
    made = statement(earned, PAID, creator="@nan.goat", creators=unknown)
    assert made.creator == "@nan.goat"


def test_the_handle_of_a_removed_creator_is_known_from_the_videos():
    posts = pd.DataFrame({"creator_id": ["mia"], "url": ["https://www.tiktok.com/@mia.x/video/1"]})
    made = statement(creator="@Mia.X", creators=CREATORS, names=posts)
    assert (made.creator, balance(made)) == ("@mia.x", [["USD", 0, 77, 0, 77]])
    with pytest.raises(ArgumentError, match="For a removed creator pass the id, or names=videos"):
        statement(creator="@mia.x", creators=CREATORS)


def test_a_handle_of_several_projects_has_one_statement():
    two = pd.DataFrame({"id": ["nan", "mia"], "tiktok_handle": ["goat", "Goat"]})
    two = two.assign(project_id=["p", "q"])
    made = statement(creator="@goat", creators=two)
    assert balance(made) == [["USD", 400, 777, 300, 877]]
    assert balance(statement(creator="mia", creators=two)) == balance(made)
    alone = statement(creator="mia", creators=two, accounts=False)
    assert balance(alone) == [["USD", 0, 77, 0, 77]]


def test_a_handle_of_several_accounts_is_refused():
    two = pd.DataFrame({"id": ["nan", "mia"], "tiktok_handle": ["goat", "Goat"]})
    with pytest.raises(ArgumentError, match=r"several creators are called '@goat'.* of nan, mia"):
        statement(creator="@goat", creators=two, accounts=False)


def test_a_misspelt_handle_is_answered_with_the_nearest():
    with pytest.raises(ArgumentError, match=r"Did you mean '@Nan\.Goat'"):
        statement(creator="@nan.goats", creators=CREATORS)


def test_a_handle_in_the_accruals_will_do():
    mine = EARNED[EARNED["creator_id"] == "nan"].assign(tiktok_handle="nan.goat")
    made = statement(mine, PAID, creator="@nan.goat")
    assert made.creator == "@nan.goat"


def test_a_creator_without_entries_has_a_statement_of_nothing():
    made = statement(creator="new", creators=CREATORS)
    assert balance(made) == [["USD", 0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("creator", "options", "error", "said"),
    [
        ("bo", {}, ArgumentError, "no accrual, payment or creator in the frames matches 'bo'"),
        (
            UNKNOWN,
            {},
            ArgumentError,
            f"no accrual, payment or creator in the frames matches '{UNKNOWN}'",
        ),
        (5, {}, ArgumentTypeError, "a creator's id or handle"),
        ("nan", {"dates": "2026-13"}, ArgumentError, "no such days"),
        ("nan", {"path": "may.pdf"}, ArgumentError, r"must end in \.html"),
        ("nan", {"currency": "JPY"}, ArgumentError, "no cents"),
        ("nan", {"creators": CREATORS[["id"]]}, MissingColumnError, "tiktok_handle"),
        ("nan", {"structures": RULES[["id"]]}, MissingColumnError, "'name'"),
    ],
)
def test_a_refused_call_writes_nothing(creator, options, error, said, tmp_path):
    with pytest.raises(error, match=said):
        statement(creator=creator, **{"path": tmp_path / "may.html", **options})
    assert list(tmp_path.iterdir()) == []


def test_days_need_a_time_zone():
    with pytest.raises(MissingArgumentError, match="timezone"):
        creator_statement("nan", EARNED, PAID, dates="2026-05")


def test_the_page_holds_what_the_frames_hold(tmp_path):
    made = statement(structures=RULES, creators=CREATORS, path=tmp_path / "may.html")
    page = (tmp_path / "may.html").read_text(encoding="utf-8")
    assert page == made.html
    for said in (
        "@Nan.Goat",
        "May 2026",
        "$8.00",
        "&lt;Bonus&gt;",
        "Base, adjusted",
        "<td>Venmo</td>",
    ):
        assert said in page


def test_the_page_loads_nothing_from_elsewhere():
    page = statement().html
    assert not any(word in page for word in ("http", "src=", "@import", "url("))


def test_what_does_not_fit_on_the_page_is_added_up_in_a_line():
    paid = payments(
        *(payment(f"p{n:02}", 10, paid="2026-05-20 15:00") for n in range(MOST_LINES + 3))
    )
    made = statement(EARNED, paid)
    assert "<td>3 more payments</td><td></td><td class='amount'>$0.30</td>" in made.html
    assert len(made.paid) == MOST_LINES + 3


def test_a_name_is_no_markup():
    creators = pd.DataFrame({"id": ["nan"], "tiktok_handle": ["<script>alert(1)</script>"]})
    assert "<script" not in statement(creators=creators).html


def test_what_is_incomplete_is_said_on_the_page():
    partial = PAID.copy()
    partial.attrs["trackagoat"] = {"complete": False}
    with pytest.warns(IncompleteFrameWarning, match="payments"):
        made = statement(EARNED, partial)
    assert "Incomplete: a part of the payments was not loaded." in made.html


def test_the_workbook_has_the_titles_of_the_page(tmp_path):
    made = statement(path=tmp_path / "may.xlsx")
    (sheet,) = openpyxl.load_workbook(tmp_path / "may.xlsx").worksheets
    said = [row[0] for row in sheet.iter_rows(values_only=True)]
    titles = re.findall("<h2>(.*?)</h2>", made.html)
    assert len(titles) >= 2
    # Above the table of a title is an empty row.
    tops = [each for before, each in itertools.pairwise(said) if before is None]
    assert [each for each in tops if each in titles] == titles


def test_one_empty_row_is_between_the_tables_of_the_workbook_and_headings_are_bold(tmp_path):
    statement(structures=RULES, path=tmp_path / "may.xlsx")
    (sheet,) = openpyxl.load_workbook(tmp_path / "may.xlsx").worksheets
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    parts = [(is_row, len([*part])) for is_row, part in itertools.groupby(rows, any)]
    balance, earned, paid, basis = (True, 6), (True, 6), (True, 4), (True, 3)
    empty = (False, 1)
    assert parts == [(True, 2), empty, balance, empty, earned, empty, paid, empty, basis]
    bold = [[cell.value for cell in row if cell.value and cell.font.b] for row in sheet.iter_rows()]
    assert [row for row in bold if row[1:]] == [
        ["Balance carried forward", "=ROUND(C6+C7-C8,2)"], ["Rule", "For", "Amount"],
        ["Earned", "=ROUND(SUM(C13:C15),2)"], ["Day", "Method", "Amount"],
        ["Paid", "=ROUND(SUM(C20:C20),2)"],
    ]  # fmt: skip


def test_the_page_and_the_workbook_say_what_counts(tmp_path):
    made = statement(path=tmp_path / "may.xlsx")
    (sheet,) = openpyxl.load_workbook(tmp_path / "may.xlsx", data_only=True)
    said = [
        "Earned counts on the last day of its period, even if it was recorded later.",
        "Paid counts on the day of payment.",
        made.made,
    ]
    assert [row[0] for row in sheet.iter_rows(values_only=True)][-3:] == said
    assert f"<p>{' '.join(said)}</p>" in made.html
    assert made.made.endswith(f"Days are those of {ZONE}.")


def test_a_workbook_has_headings_and_room_for_what_is_long(tmp_path):
    rules = pd.DataFrame({"id": ["s"], "name": ["A rule for everybody with a very long name"]})
    statement(structures=rules, path=tmp_path / "may.xlsx")
    (sheet,) = openpyxl.load_workbook(tmp_path / "may.xlsx")
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [None, None, "Amount"] in rows
    assert ["Rule", "For", "Amount"] in rows
    assert ["Day", "Method", "Amount"] in rows
    long = next(row for row in sheet.iter_rows() if row[0].value == rules["name"][0])
    assert [cell.alignment.wrap_text for cell in long[:2]] == [True, True]
    assert sheet.column_dimensions["B"].width > len("15 entries, 26 Jan to 14 Jun 2026")


def test_rules_without_a_known_name_are_told_apart_by_their_id():
    ids = ["0a000000-0000-4000-8000-00000000000b", "0b000000-0000-4000-8000-00000000000b", None]
    earned = accruals(*(accrual(f"{id_}", 10, structure_id=id_, **MAY) for id_ in ids))
    page = statement(earned, payments()).html
    assert [f"<td>{name}</td>" in page for name in ("Rule 0a000000", "Rule 0b000000", "Other")] == [
        True, True, True,
    ]  # fmt: skip


def test_a_statement_says_what_it_leaves_out_and_that_days_are_not_over():
    earned = accruals(accrual("a", None, **MAY))
    assert statement(earned, PAID).note == "1 accrual without an amount left out."
    now = {"server_time": "2026-05-31T12:00:00Z", "fetched_at": str(pd.Timestamp.now("UTC"))}
    earned = EARNED.copy()
    earned.attrs["trackagoat"] = now
    made = statement(earned, PAID)
    assert made.note == "These days are not over: it is 31 May 2026."
    assert made.made == f"Made on 31 May 2026. Days are those of {ZONE}."
    assert statement(earned, PAID, dates="2026-04").note == ""


def test_its_repr_says_what_is_carried():
    assert repr(statement()) == "<CreatorStatement: nan, May 2026: $8.00 carried forward>"


def test_a_workbook_has_the_same_lines_with_live_sums(tmp_path):
    path = tmp_path / "may.xlsx"
    statement(structures=RULES, path=path)
    (sheet,) = openpyxl.load_workbook(path, data_only=True)
    rows = [row for row in sheet.iter_rows(values_only=True) if any(row)]
    assert ("Balance carried forward", None, 8) in rows
    assert ("Earned", None, 7) in rows
    assert ("Paid", None, 3) in rows
    (live,) = openpyxl.load_workbook(path)
    formulas = [row[2] for row in live.iter_rows(values_only=True) if str(row[2]).startswith("=")]
    assert len(formulas) == 3


def test_libreoffice_calculates_the_same_sums(tmp_path):
    path, empty = tmp_path / "may.xlsx", tmp_path / "empty.xlsx"
    statement(structures=RULES, path=path)
    statement(creator="new", creators=CREATORS, path=empty)
    for file, again in zip((path, empty), recalculated([path, empty], tmp_path), strict=True):
        carried, calculated = (
            list(openpyxl.load_workbook(each, data_only=True)["Statement"].values)
            for each in (file, again)
        )
        assert [row[2] for row in calculated if row[2]] == [row[2] for row in carried if row[2]]


SPANS = st.sampled_from([None, "2026-04", "2026-05", "2026-05-31..2026-06-05", "2026"])


@settings(max_examples=examples(150), deadline=None)
@given(worlds(), SPANS)
def test_opening_and_earned_less_paid_is_closing_and_all_entries_are_in_it(world, span):
    _, earned, paid = world
    creators = pd.DataFrame({"id": ["nan"], "tiktok_handle": ["nan"]})
    made = creator_statement("nan", earned, paid, creators=creators, dates=span, timezone=ZONE)
    parts = {
        name: total(made.balances, f"{name}_cents") for name in ("opening", "earned", "closing")
    }
    less = {code: -cents for code, cents in total(made.balances, "paid_cents").items()}
    assert added(parts["opening"], parts["earned"], less) == parts["closing"]
    assert total(made.earned, "earned_cents") == parts["earned"]
    assert total(made.paid, "paid_cents") == total(made.balances, "paid_cents")
    if span in (None, "2026"):
        mine = earned[(earned["creator_id"] == "nan") & (earned["status"] != "voided")]
        got = paid[(paid["creator_id"] == "nan") & (paid["status"] == "recorded")]
        left = {code: -cents for code, cents in total(got).items()}
        assert parts["closing"] == added(total(mine), left)


def test_no_name_controls_a_terminal():
    creators = pd.DataFrame({"id": ["nan"], "tiktok_handle": ["nan\x1b[31m\u202egoat\n"]})
    assert repr(statement(creators=creators)).startswith("<CreatorStatement: @nan [31m goat, ")


def test_amounts_in_a_currency_without_cents_are_refused():
    frames = accruals(accrual("a1", 100, currency="JPY")), payments()
    with pytest.raises(ArgumentError, match="'JPY' is not allowed: it has no cents"):
        creator_statement("nan", *frames)
