from __future__ import annotations

import json

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.payout_frames import (
    ZONE,
    accrual,
    accruals,
    assigned,
    assignments,
    due,
    owed,
)
from tests.test_payouts_shapes import FORMS
from tests.widgets.doubles import DUE, EARNED, NAMES, PAID, RULES, check_code, rebuilt
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.columns import STRING
from trackagoat_pandas.helpers.payouts.entries import list_entries, payments_for
from trackagoat_pandas.widgets.payout_board import PayoutBoard

ASSIGNED = assignments(assigned("2026-05-01"), assigned("2026-05-01", id="t1", structure_id="t"))


def board(**given):
    given = {"timezone": ZONE, "creators": NAMES, "structures": RULES, **given}
    return PayoutBoard(EARNED, PAID, **given)


def owed_by(shown):
    return dict(zip(shown.frame["creator_id"], shown.frame["owed_cents"], strict=True))


@pytest.fixture(scope="module")
def shown():
    """A board for tests that leave its controls as they were."""
    opened = board()
    yield opened
    opened.close()


def test_the_first_page_shows_who_is_owed_most_first(shown):
    assert owed_by(shown) == {"bo": 103_499, "nan": -50}
    assert list(map(str, shown.frame["owed"])) == ["1034.99", "-0.50"]
    tiles, html = shown.tiles.value, shown.grid.table.value
    assert all(text in tiles for text in ("$1,070.49", "$36.00", "$1,034.49", "Creators owed"))
    assert "&lt;b&gt;bo&lt;/b&gt;" in html
    assert "<b>bo" not in html
    assert ">bo<" in board(creators=NAMES.head(1)).grid.table.value


def test_currencies_are_never_added_up_and_the_picture_shows_the_one_chosen():
    earned = EARNED.assign(currency=["USD", "USD", "EUR", "EUR", "EUR"])
    paid = PAID.assign(currency=["USD", "EUR"])
    shown = PayoutBoard(earned, paid)
    assert dict(zip(shown.frame["currency"], shown.frame["owed_cents"], strict=True)) == {
        "EUR": 103_499,
        "USD": -50,
    }
    assert "€1,034.99" in shown.tiles.value
    assert "-$0.50" in shown.tiles.value
    assert "$" in shown.figure.axes[0].get_title(loc="left")
    shown.filters.controls["drawn"].value = "EUR"
    assert "€" in shown.figure.axes[0].get_title(loc="left")
    check_code(shown, accruals=earned, payments=paid)


@pytest.mark.parametrize(
    ("control", "value", "expected"),
    [
        # What was paid of the accruals kept; a remainder goes to its payment's first accrual.
        ("structure", "t", {"bo": 4_000, "nan": 0}),
        ("structure", "s", {"bo": 99_999, "nan": -50}),
        ("status", "paid", {"nan": -50}),
        # By the last day of the accrual's period.
        ("dates", tgp.DateRange("2026-04-01", "2026-04-30"), {"bo": 4_000}),
    ],
)
def test_a_filter_chooses_accruals_and_what_was_paid_of_them(shown, control, value, expected):
    chosen = shown.filters.dates if control == "dates" else getattr(shown, control)
    before, chosen.value = chosen.value, value
    assert owed_by(shown) == expected
    chosen.value = before


def test_choosing_a_creator_shows_that_creators_entries_the_newest_first(shown):
    shown.creator.value = "bo"
    assert shown.page.value == "Entries"
    assert set(shown.frame["id"]) == {"b1", "b2", "v1", "p2"}
    assert shown.frame["id"].tolist()[-1] == "b2"
    assert shown.frame.set_index("id").at["b2", "rule"] == "Bonus"  # noqa: PD008
    shown.page.value, shown.creator.value = "Owed", ""


def test_a_timeline_ends_with_what_is_owed_and_has_weeks_too(shown):
    shown.page.value = "Timeline"
    assert shown.frame["owed_cents"].tolist() == [4_000, 107_049, 103_449]
    shown.filters.controls["every"].value = "week"
    assert set(shown.frame["date"].dt.day_of_week) == {0}
    shown.page.value = "Owed"


def test_an_audit_says_what_it_needs(shown):
    shown.page.value = "Audit"
    assert "due=" in shown.message.value
    assert shown.frame.empty
    assert shown.figure.get_figheight() < 2
    made = rebuilt(shown, accruals=EARNED, payments=PAID, creators=NAMES, structures=RULES)
    assert made["frame"].empty
    shown.page.value = "Owed"


def test_an_audit_with_what_was_due_finds_what_differs_and_follows_the_filters():
    shown = board(due=DUE)
    shown.page.value = "Audit"
    assert "hundredfold" not in set(shown.frame["finding"])
    assert {"overpaid", "orphan"} <= set(shown.frame["finding"])
    shown.creator.value = "nan"
    assert set(shown.frame["creator_id"]) == {"nan"}


def test_an_audit_without_it_covers_recurring_rules_that_were_never_edited():
    shown = board(assignments=ASSIGNED)
    assert "2 in 1 of 2 rules" in shown.tiles.value
    shown.page.value = "Audit"
    assert set(shown.frame["structure_id"].dropna()) == {"s"}
    assert "1 of 2 structures" in shown.message.value
    check_code(
        shown, accruals=EARNED, payments=PAID, creators=NAMES, structures=RULES,
        assignments=ASSIGNED,
    )  # fmt: skip
    shown.structure.value = "t"
    assert "not audited" in shown.tiles.value
    shown.structure.value = "s"
    assert "of 1 rules" not in shown.tiles.value
    assert "of 2 rules" not in shown.tiles.value


def test_what_is_set_aside_is_no_finding():
    owing = due(owed(1_000), owed(None, structure_id="t"))
    shown = board(due=owing)
    tiles = shown.tiles.value
    assert "Set aside" in tiles
    assert "Set aside" not in board(due=due(owed(1_000))).tiles.value
    shown.page.value = "Audit"
    assert shown.frame.loc[shown.frame["stage"] == "set_aside", "difference"].isna().all()


def test_the_oldest_unpaid_day_of_a_board_is_a_day_of_its_zone():
    late = accruals(accrual("a", 5, period_end=pd.NaT, created_at=pd.Timestamp("2026-06-01T03Z")))
    shown = PayoutBoard(late, PAID.head(0), timezone=ZONE)
    assert shown.frame["oldest_unpaid"].tolist() == [pd.Timestamp("2026-05-31")]


def test_one_frame_alone_is_refused():
    with pytest.raises(ArgumentError, match="`payments` is required"):
        PayoutBoard(EARNED)


def test_a_project_narrows_given_frames():
    both = pd.concat([EARNED, EARNED.assign(id=EARNED["id"] + "q", project_id="q")])
    assert owed_by(PayoutBoard(both, PAID, project="q")) == {"bo": 103_999, "nan": 3_050}


def test_a_client_loads_the_payouts_of_all_projects_with_a_picker_of_its_own(client):
    shown = PayoutBoard(client=client)
    shown.wait(20)
    loaded = tgp.load_payout_accruals(client=client)
    standing = loaded[loaded["status"] != "voided"]
    assert shown.frame["earned_cents"].sum() == standing["amount_cents"].sum()
    shown.close()


def test_handles_are_exported_as_they_can_be_looked_up(tmp_path):
    shown = board()
    assert set(shown.frame["creator"]) == {"@nan.eats", "@<b>bo</b>"}
    shown.to_csv(tmp_path / "owed.csv")
    written = pd.read_csv(tmp_path / "owed.csv")
    assert set(written["creator"]) == {"nan.eats", "'@<b>bo</b>"}
    assert set(written["tiktok_handle"]) == {"nan.eats", "<b>bo</b>"}


def test_parts_of_payments_add_up_to_what_was_paid_of_accruals():
    parts = [payments_for(rows, EARNED, PAID) for _, rows in EARNED.groupby("structure_id")]
    assert [part["amount_cents"].tolist() for part in parts] == [[1_050], [2_050]]
    assert json.loads(parts[0]["accrual_ids"].iloc[0]) == ["a1"]


def test_nothing_chosen_has_no_payments():
    assert payments_for(EARNED.head(0), EARNED, PAID).empty


def test_entries_of_nothing_are_an_empty_frame_with_days():
    entries = list_entries(EARNED.head(0), PAID.head(0), timezone=ZONE)
    assert entries.empty
    assert str(entries["day"].dtype) == "datetime64[us]"


def seen_of(frames):
    """What the pages of payouts in May show, and the board, left on the last of them."""
    shown, seen = PayoutBoard(**frames, timezone=ZONE), {}
    shown.filters.dates.value = tgp.DateRange("2026-05-01", "2026-05-31")
    for page in ("Owed", "Entries", "Audit"):
        shown.page.value = page
        # The rule's name is a column of structures as it came.
        kinds = {"rule": STRING} if page == "Entries" else {}
        seen[page] = shown.frame.astype(kinds)
    return seen, shown


def test_a_board_shows_every_form_of_its_frames():
    frames = {"accruals": EARNED, "payments": PAID, "structures": RULES, "assignments": ASSIGNED}
    # A CSV reads "nan" as nothing.
    frames = {name: frame.replace("nan", "nancy") for name, frame in frames.items()}
    expected, _ = seen_of(frames)
    for form in ("arrow", "objects", "categories", "csv"):
        formed = {name: FORMS[form](frame) for name, frame in frames.items()}
        seen, shown = seen_of(formed)
        check_code(shown, **formed)
        for page, frame in expected.items():
            pd.testing.assert_frame_equal(seen[page], frame)
