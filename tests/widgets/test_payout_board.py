from __future__ import annotations

import json

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import every
from tests.helpers.payouts.test_shapes import FORMS
from tests.support.payout_frames import (
    ZONE,
    accrual,
    accruals,
    assigned,
    assignments,
    due,
    owed,
    payment,
    payments,
    rule,
    structures,
)
from tests.widgets.doubles import DUE, EARNED, NAMES, PAID, RULES, check_code, rebuilt, report
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.payouts.entries import payments_for, payout_entries
from trackagoat_pandas.helpers.payouts.money import format_cents
from trackagoat_pandas.widgets import payout_board, payout_books
from trackagoat_pandas.widgets.payout_board import PAGES, PayoutBoard

pytestmark = pytest.mark.slow

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
    tiles, html = shown.tiles.value, shown.grid.table.value
    assert all(
        text in tiles for text in ("$1,070.49", "$36.00", "$1,034.99", "$0.50", "Creators owed")
    )
    assert "&lt;b&gt;bo&lt;/b&gt;" in html
    assert "<b>bo" not in html
    assert ">bo…<" in board(creators=NAMES.head(1)).grid.table.value


def test_currencies_are_never_added_up_and_the_picture_shows_the_one_chosen():
    earned = EARNED.assign(currency=["USD", "USD", "EUR", "EUR", "EUR"])
    paid = PAID.assign(currency=["USD", "EUR"])
    shown = PayoutBoard(earned, paid)
    assert shown.frame["currency"].tolist() == ["EUR", "USD"]
    assert shown.frame["owed_cents"].tolist() == [103_499, -50]
    assert "€1,034.99" in shown.tiles.value
    assert "<span>Overpaid USD</span><b>$0.50</b>" in shown.tiles.value
    assert "$" in shown.figure.axes[0].get_title(loc="left")
    shown.filters.controls["drawn"].value = "EUR"
    assert "€" in shown.figure.axes[0].get_title(loc="left")
    check_code(shown, accruals=earned, payments=paid)


def test_of_those_who_are_owed_as_much_the_first_id_comes_first():
    earned = accruals(accrual("x", 100, creator_id="mia"), accrual("y", 100, creator_id="bo"))
    shown = PayoutBoard(earned, payments(), timezone=ZONE)
    assert shown.frame["creator_id"].tolist() == ["bo", "mia"]


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
    assert shown.frame.set_index("id").at["b2", "structure_name"] == "Bonus"  # noqa: PD008
    shown.page.value, shown.creator.value = "Owed", ""


def test_accruals_and_payments_are_not_added_up(shown):
    shown.page.value = "Entries"
    assert "$999.99" in shown.grid.table.value
    assert "Total, " not in shown.grid.table.value
    shown.page.value = "Owed"


def test_a_timeline_ends_with_what_is_owed_and_has_weeks_too(shown):
    shown.page.value = "Timeline"
    assert shown.frame["owed_cents"].tolist() == [4_000, 107_049, 103_499]
    shown.filters.controls["every"].value = "week"
    assert set(shown.frame["date"].dt.day_of_week) == {0}
    shown.page.value = "Owed"


def test_without_rules_accruals_are_compared_with_payments_and_the_rest_is_said(shown):
    shown.page.value = "Audit"
    assert set(shown.frame["finding"]) == {"overpaid", "orphan"}
    assert "$5.50 wrong</b>" in shown.tiles.value
    assert ">2 problems, accruals not audited<" in shown.tiles.value
    assert shown.frame["wrong_cents"].sum() == 550
    assert "accruals not audited" in shown.tiles.value
    assert "accruals weren&#x27;t compared with what was due" in shown.message.value
    assert "due=" in shown.message.value
    made = rebuilt(shown, accruals=EARNED, payments=PAID, creators=NAMES, structures=RULES)
    assert len(made["frame"]) == 2
    shown.page.value = "Owed"


def test_an_audit_with_what_was_due_finds_what_differs_and_follows_the_filters():
    shown = board(due=DUE)
    shown.page.value = "Audit"
    assert "hundredfold" not in set(shown.frame["finding"])
    assert {"overpaid", "orphan"} <= set(shown.frame["finding"])
    shown.creator.value = "nan"
    assert set(shown.frame["creator_id"]) == {"nan"}


def test_an_audit_without_it_covers_recurring_rules_and_all_payments():
    rules = RULES.assign(kind=["recurring", "goal"])
    shown = board(assignments=ASSIGNED, structures=rules)
    assert "1 rule not audited" in shown.tiles.value
    shown.page.value = "Audit"
    is_paid = shown.frame["stage"] == "paid"
    assert set(shown.frame["structure_id"][~is_paid].dropna()) == {"s"}
    assert set(shown.frame["finding"][is_paid]) == {"overpaid", "orphan"}
    assert "accruals of 1 of 2 rules weren&#x27;t compared" in shown.message.value
    check_code(
        shown, accruals=EARNED, payments=PAID, creators=NAMES, structures=rules,
        assignments=ASSIGNED,
    )  # fmt: skip
    shown.structure.value = "t"
    assert "not audited" in shown.tiles.value
    shown.structure.value = "s"
    assert "not audited" not in shown.tiles.value


def test_what_is_set_aside_is_no_finding():
    owing = due(owed(1_000), owed(None, structure_id="t"))
    shown = board(due=owing)
    tiles = shown.tiles.value
    assert "1 amount can&#x27;t be judged" in tiles
    assert "be judged" not in board(due=due(owed(1_000))).tiles.value
    shown.page.value = "Audit"
    assert shown.frame.loc[shown.frame["stage"] == "set_aside", "difference_cents"].isna().all()


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


def test_amounts_have_the_sign_of_their_currency(shown):
    assert "$1,034.49" in shown.grid.table.value
    assert "−$0.50" in shown.grid.table.value


def rules_named(*names, **columns):
    """Structures s, t and u with these names, in a board whose rules they are."""
    made = structures(*(rule(id=id_, name=name) for id_, name in zip("stu", names, strict=True)))
    made = made.assign(**columns)
    projects = pd.DataFrame({"id": ["p", "q"], "name": ["Spring", "Summer"]})
    opened = board(structures=made, projects=projects)
    return [label for label, _ in opened.structure.options[1:]], opened


@pytest.mark.parametrize(
    ("names", "columns", "called"),
    [
        (["Solo", "Bonus", "Base"], {}, ["Base", "Bonus", "Solo"]),
        (
            ["Solo", "Base", "Base"],
            {"project_id": ["p", "p", "q"]},
            ["Base · Spring", "Base · Summer", "Solo"],
        ),
        (["Solo", "Base", "Base"], {"version": [1, 1, 2]}, ["Base · v1", "Base · v2", "Solo"]),
        (["Base", "Base", "Base"], {}, ["Base · s", "Base · t", "Base · u"]),
    ],
)
def test_rules_of_one_name_are_told_apart_by_project_or_version_and_at_last_by_id(
    names, columns, called
):
    found, _ = rules_named(*names, **columns)
    assert found == called


def test_a_rule_has_one_name_in_list_table_picture_and_code():
    called, opened = rules_named("Base", "Base", "Solo", version=[1, 2, 1])
    opened.page.value = "Entries"
    assert set(opened.frame["structure_name"].dropna()) == {"Base · v1", "Base · v2"}
    assert {"Base · v1", "Base · v2"} < set(called)
    opened = board(structures=opened._seen.books.others["structures"].value, due=DUE)
    opened.page.value = "Audit"
    rows = [label.get_text() for label in opened.figure.axes[0].get_yticklabels()]
    assert {"Base · v1", "Base · v2"} <= set(rows) <= {"Base · v1", "Base · v2", "(none)"}
    assert set(opened.frame["structure_name"].dropna()) <= {"Base · v1", "Base · v2"}


def test_a_removed_creator_keeps_the_handle_that_videos_know():
    url = "https://www.tiktok.com/@bo.gone/video/1"
    videos = pd.DataFrame({"id": ["v"], "creator_id": ["bo"], "url": [url]})
    shown = board(creators=NAMES.head(1), videos=videos)
    assert set(shown.frame["tiktok_handle"]) == {"nan.eats", "bo.gone"}
    assert ("@bo.gone", "bo") in shown.creator.options
    assert "without a known handle" not in shown.message.value
    assert "1 creator has no known handle" in board(creators=NAMES.head(1)).message.value


def test_an_accrual_without_a_creator_is_shown():
    nobody = EARNED.assign(creator_id=EARNED["creator_id"].where(EARNED["id"] != "a1"))
    shown = PayoutBoard(nobody, PAID, timezone=ZONE)
    assert shown.frame["creator_id"].isna().sum() == 1
    assert len(shown.creator.options) == 3


def test_a_picture_grows_with_its_bars_up_to_the_most_that_it_draws():
    heights = []
    for count in (1, 5, 13, 30):
        rows = [accrual(f"a{place}", 1_000, creator_id=f"c{place}") for place in range(count)]
        shown = PayoutBoard(accruals(*rows), PAID.head(0), timezone=ZONE)
        heights.append(shown.figure.get_size_inches()[1])
    assert heights[0] <= heights[1] < heights[2] == heights[3]


@pytest.fixture
def running():
    """Payouts that were loaded on 18 June, and a board of them."""
    earned = accruals(
        *(
            accrual(f"a{month}", cents, creator_id="bo",
                    period_start=pd.Timestamp(2026, month, 1),
                    period_end=pd.Timestamp(2026, month, 14))
            for month, cents in ((4, 10_000), (5, 15_000), (6, 500))
        )
    )  # fmt: skip
    paid = payments(payment("p", 12_000, "a4", paid_at=pd.Timestamp("2026-06-02T12:00Z")))
    for frame in (earned, paid):
        frame.attrs["trackagoat"] = {"server_time": "2026-06-18T19:00:00+00:00"}
    return PayoutBoard(earned, paid, timezone=ZONE)


def test_a_month_that_is_not_over_is_marked_and_never_compared_as_if_it_were(running):
    assert "May 2026: $150.00 (+50\N{NO-BREAK SPACE}% on Apr)" in running.tiles.value
    assert "+$5.00 since 31 May 2026" in running.tiles.value
    running.page.value = "Timeline"
    assert running.frame["period"].tolist() == ["Apr 2026", "May 2026", "Jun 2026 (so far)"]
    check_code(running, accruals=running._seen.books.accruals.value,
               payments=running._seen.books.payments.value)  # fmt: skip
    running.filters.controls["every"].value = "week"
    assert running.frame["period"].iloc[-1].endswith("(so far)") == (
        running.frame["date"].iloc[-1] >= pd.Timestamp("2026-06-15")
    )


def test_the_key_figures_are_the_same_on_every_page_and_follow_the_filters(running):
    first = running.tiles.value
    for page in running.page.options:
        running.page.value = page
        assert running.tiles.value == first
    running.status.value = "voided"
    assert running.tiles.value != first
    running.clear_button.click()
    assert running.tiles.value == first


def test_a_page_has_the_same_code_whichever_pages_were_shown_before(shown):
    def codes(pages):
        found = {}
        for page in pages:
            shown.page.value = page
            found[page] = shown.code
        return found

    try:
        fresh = codes(PAGES)
        assert codes(reversed(PAGES)) == fresh
        shown.status.value = "pending"
        narrowed = codes(PAGES)
        assert codes(reversed(PAGES)) == narrowed
        assert all(narrowed[page] != fresh[page] for page in PAGES)
        shown.status.value = ""
        assert codes(PAGES) == fresh
    finally:
        shown.filters.clear()
        shown.page.value = PAGES[0]


def test_figures_table_and_picture_are_of_the_same_sums(monkeypatch):
    shown = board()
    calls = []
    for name in ("outstanding_balances", "payout_timeline", "summarize_payouts"):
        real = getattr(payout_books, name)

        def counted(*args, real=real, name=name, **options):
            calls.append(name)
            return real(*args, **options)

        counted.__name__, counted.__module__ = name, real.__module__
        monkeypatch.setattr(payout_books, name, counted)
    shown.status.value = "pending"
    for page in ("Timeline", "Owed"):
        shown.page.value = page
    assert sorted(calls) == ["outstanding_balances", "payout_timeline"]


@pytest.fixture(scope="module")
def books(box):
    """The books of the demo program, in which a creator was paid twice."""
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        project = "Q1 Brand Program"
        return {
            "accruals": tgp.load_payout_accruals(project, client=client),
            "payments": tgp.load_payout_payments(project, client=client),
            "creators": tgp.load_creators(project, client=client),
        }


@pytest.fixture
def paid_twice(books):
    """The same books, in which somebody who is owed money for May was paid twice before."""
    books = {name: frame.copy() for name, frame in books.items()}
    for frame in books.values():
        frame.attrs = {}
    made = books["payments"]
    owed = tgp.outstanding_balances(
        books["accruals"], made, dates="2026-05", timezone="America/New_York"
    )
    is_earlier = made["paid_at"] < "2026-06-01"
    twice = made[is_earlier & made["creator_id"].isin(owed["creator_id"])].head(1)
    twice = twice.assign(id="11111111-2222-4333-8444-555555555555")
    return {**books, "payments": pd.concat([made, twice]).reset_index(drop=True)}


def test_days_show_what_is_payable_as_the_function_does(paid_twice):
    shown = PayoutBoard(**paid_twice, timezone="America/New_York")
    shown.dates.value = "2026-05"
    accruals_made, payments_made = paid_twice["accruals"], paid_twice["payments"]
    expected = tgp.outstanding_balances(
        accruals_made, payments_made, dates="2026-05", settled=True, names=paid_twice["creators"],
        timezone="America/New_York",
    )  # fmt: skip
    pd.testing.assert_frame_equal(shown.frame, expected)
    assert (expected["payable_cents"] < expected["owed_cents"]).any()
    assert {"Payable", "Method"} <= {*shown.grid.values().columns}
    payable = format_cents(int(expected["payable_cents"].sum()), "USD")
    assert f"<span>Payable</span><b>{payable}</b>" in shown.tiles.value
    assert "pay the column Payable" in shown.message.value
    check_code(shown, **paid_twice)


@pytest.mark.parametrize("name", ["status", "structure"])
def test_other_filters_cap_what_is_payable_by_what_is_owed_over_all(paid_twice, name):
    shown = PayoutBoard(**paid_twice, timezone="America/New_York")
    overall = tgp.outstanding_balances(paid_twice["accruals"], paid_twice["payments"], settled=True)
    overall = overall.set_index("creator_id")
    control = getattr(shown, name)
    for value in [value for _, value in control.options if value]:
        control.value = value
        rows = shown.frame.set_index("creator_id")
        owed = overall["owed_cents"].reindex(rows.index)
        capped = rows["owed_cents"].where(rows["owed_cents"] <= owed, owed).clip(lower=0)
        assert rows["payable_cents"].tolist() == capped.tolist()
        assert rows["method_name"].tolist() == overall["method_name"].reindex(rows.index).tolist()
        check_code(shown, **paid_twice)


def test_the_audit_covers_all_days_whichever_are_selected(paid_twice):
    shown = PayoutBoard(**paid_twice, timezone="America/New_York")
    shown.page.value = "Audit"
    findings = shown.frame
    assert len(findings)
    for days in ("2026-05", "2026-04", "2026-06"):
        shown.dates.value = days
        pd.testing.assert_frame_equal(shown.frame, findings)
        assert " wrong</b>" in shown.tiles.value
        assert "on all days" in shown.tiles.value
        assert "The audit covers all days" in shown.message.value
        check_code(shown, **paid_twice)


def test_amounts_of_some_days_are_not_compared(running):
    running.dates.value = "2026-05"
    assert "$150.00" in running.tiles.value
    assert " on Apr" not in running.tiles.value
    assert "since" not in running.tiles.value


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        (1_000_000, 4_000, "-99.6 %"),
        (1_000_000, 1, "-99.9 %"),
        (1_000_000, 0, "-100 %"),
        (1_000_000, 1_996_000, "+99.6 %"),
        (1_000_000, 2_000_001, "+100.1 %"),
        (1_000_000, 2_000_000, "+100 %"),
        (1_000, 25_000, "+2,400 %"),
        (-1_000, 1_000, "+200 %"),
    ],
)
def test_only_what_is_nothing_or_twice_as_much_is_a_change_of_100_percent(old, new, written):
    assert payout_board._percent(old, new) == written


def test_every_page_says_that_payments_count_only_for_the_accruals_filtered(shown):
    said = "Filtered by what was earned: payments count only for these accruals."
    assert said not in shown.message.value
    for control, value in (
        (shown.dates, "2026-05"), (shown.structure, "s"), (shown.status, "paid"),
    ):  # fmt: skip
        before, control.value = control.value, value
        for page in shown.page.options[:: every(2)]:
            shown.page.value = page
            # The audit covers all days.
            is_unfiltered = page == "Audit" and control is shown.dates
            assert (said in shown.message.value) != is_unfiltered
        control.value, shown.page.value = before, "Owed"
        assert said not in shown.message.value
    shown.creator.value = "bo"
    assert said not in shown.message.value
    shown.page.value, shown.creator.value = "Owed", ""


def test_entries_without_an_amount_are_counted_and_follow_the_filters():
    cents = EARNED["amount_cents"].where(EARNED["creator_id"] != "bo")
    opened = PayoutBoard(EARNED.assign(amount_cents=cents), PAID, timezone=ZONE)
    assert "2 accruals without an amount: not in the sums." in opened.message.value
    opened.creator.value = "nan"
    assert "without an amount" not in opened.message.value
    unpaid = PAID.assign(amount_cents=PAID["amount_cents"].where(PAID["id"] != "p2"))
    opened = PayoutBoard(EARNED, unpaid, timezone=ZONE)
    assert "1 payment without an amount: not in the sums." in opened.message.value


@pytest.mark.parametrize(("groups", "last"), [(8, "g07"), (9, "g08"), (10, "2 others")])
@pytest.mark.parametrize("page", ["Owed", "Audit"][:: every(2)])
def test_the_only_bar_that_is_left_is_drawn_as_itself(page, groups, last):
    names = [f"g{number:02}" for number in range(groups)]
    earned = accruals(
        *(
            accrual(name, 10_000 - place, creator_id=name, structure_id=name)
            for place, name in enumerate(names)
        )
    )
    opened = PayoutBoard(earned, PAID.head(0), due=DUE, timezone=ZONE)
    opened.page.value = page
    rows = [label.get_text() for label in opened.figure.axes[0].get_yticklabels()]
    assert rows[-1] == last
    check_code(opened, accruals=earned, payments=PAID.head(0), due=DUE)


def test_a_click_on_a_row_or_bar_narrows_to_the_creator_and_can_be_taken_back(shown):
    place = shown.frame["creator_id"].tolist().index("bo")
    clear = shown.clear_button
    assert clear.layout.display == "none"
    for what, key in (("row", str(place)), ("pick", "bo")):
        report(shown, what, key)
        assert shown.creator.value == "bo"
        assert shown.page.value == "Entries"
        assert clear.layout.display is None
        clear.click()
        assert shown.creator.value == ""
        assert clear.layout.display == "none"
        shown.page.value = "Owed"
    report(shown, "pick", "nobody")
    assert shown.creator.value == ""


def test_bars_of_rules_narrow_to_the_rule():
    shown = board(due=DUE)
    shown.page.value = "Audit"
    report(shown, "pick", "s")
    assert shown.structure.value == "s"


def test_days_are_those_of_the_zone_that_the_client_knows(client):
    shown = PayoutBoard(EARNED, PAID, client=client)
    assert "UTC" not in shown.message.value
    assert 'timezone="America/New_York"' in shown.code


def test_a_client_loads_the_payouts_of_all_projects_with_a_picker_of_its_own(client):
    shown = PayoutBoard(client=client)
    shown.wait(60)
    loaded = tgp.load_payout_accruals(client=client)
    standing = loaded[loaded["status"] != "voided"]
    assert shown.frame["earned_cents"].sum() == standing["amount_cents"].sum()
    shown.close()


def test_handles_are_exported_as_they_can_be_looked_up(tmp_path):
    shown = board()
    assert set(shown.frame["tiktok_handle"]) == {"nan.eats", "<b>bo</b>"}
    shown.to_csv(tmp_path / "owed.csv")
    shown.to_csv(tmp_path / "raw.csv", raw=True)
    written, raw = (pd.read_csv(tmp_path / name) for name in ("owed.csv", "raw.csv"))
    assert set(written["Creator"]) == set(raw["tiktok_handle"]) == {"nan.eats", "<b>bo</b>"}


def test_parts_of_payments_add_up_to_what_was_paid_of_accruals():
    parts = [payments_for(rows, EARNED, PAID) for _, rows in EARNED.groupby("structure_id")]
    assert [part["amount_cents"].tolist() for part in parts] == [[1_050], [2_050]]
    assert json.loads(parts[0]["accrual_ids"].iloc[0]) == ["a1"]


def test_nothing_chosen_has_no_payments():
    assert payments_for(EARNED.head(0), EARNED, PAID).empty


def test_entries_of_nothing_are_an_empty_frame_with_days():
    entries = payout_entries(EARNED.head(0), PAID.head(0), timezone=ZONE)
    assert entries.empty
    assert str(entries["day"].dtype) == "datetime64[us]"


def seen_of(frames):
    """What the pages of payouts in May show, and the board, left on the last of them."""
    shown, seen = PayoutBoard(**frames, timezone=ZONE), {}
    shown.filters.dates.value = tgp.DateRange("2026-05-01", "2026-05-31")
    for page in ("Owed", "Entries", "Audit"):
        shown.page.value = page
        seen[page] = shown.frame
    return seen, shown


def test_a_board_shows_every_form_of_its_frames():
    frames = {"accruals": EARNED, "payments": PAID, "structures": RULES, "assignments": ASSIGNED}
    # A CSV reads "nan" as nothing.
    frames = {name: frame.replace("nan", "nancy") for name, frame in frames.items()}
    expected, _ = seen_of(frames)
    for form in ("arrow", "objects", "csv", "categories")[:: every(2)]:
        formed = {name: FORMS[form](frame) for name, frame in frames.items()}
        seen, shown = seen_of(formed)
        check_code(shown, **formed)
        for page, frame in expected.items():
            pd.testing.assert_frame_equal(seen[page], frame)


def test_creators_owed_the_same_stand_in_one_order_in_table_and_picture():
    owed_500 = [("a", 500, 0), ("b", 900, 400), ("c", 700, 200), ("d", 500, 0)]
    earned = accruals(*(accrual(f"e{id_}", cents, creator_id=id_) for id_, cents, _ in owed_500))
    paid = payments(
        *(
            payment(f"p{id_}", cents, f"e{id_}", creator_id=id_)
            for id_, _, cents in owed_500
            if cents
        )
    )
    shown = PayoutBoard(earned, paid, timezone=ZONE)
    labels = [label.get_text().rstrip("…") for label in shown.figure.axes[0].get_yticklabels()]
    assert labels == shown.frame["creator_id"].tolist() == ["b", "c", "a", "d"]


def test_accounts_of_several_projects_are_one_creator():
    with tgp.sandbox(shared_accounts=3, creators=14, days=90) as box, tgp.connect(sandbox=box):
        accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
        creators, videos = tgp.load_creators(), tgp.load_videos()
    found = tgp.accounts(creators, videos)
    lists = found.loc[found["projects"] > 1, "creator_ids"].map(json.loads)
    earners = {*accruals["creator_id"]}
    ids = next(members for members in lists if len(earners.intersection(members)) > 1)
    # One project overpaid by what another one still owes.
    paid = accruals[accruals["creator_id"] == next(id_ for id_ in ids if id_ in earners)].tail(1)
    owner, amount = paid["creator_id"].iloc[0], paid["amount_cents"].iloc[0]
    is_first = payments.index == payments.index[0]
    payments["creator_id"] = payments["creator_id"].mask(is_first, owner)
    payments["amount_cents"] = payments["amount_cents"].mask(is_first, 50 * amount)
    frames = {
        "accruals": accruals, "payments": payments, "creators": creators, "videos": videos,
    }  # fmt: skip
    board = PayoutBoard(**frames, timezone=ZONE)
    known = {"names": [creators, videos], "accounts": found, "timezone": ZONE}
    expected = tgp.outstanding_balances(accruals, payments, settled=True, **known)
    assert board.frame["owed_cents"].tolist() == expected["owed_cents"].tolist()
    assert "accounts=accounts" in board.code
    check_code(board, **frames)
    board.page.value = "Timeline"
    months, apart = (
        tgp.payout_timeline(accruals, payments, timezone=ZONE, accounts=given)
        for given in (found, False)
    )
    for column in ("owed_cents", "overpaid_cents"):
        assert board.frame[column].tolist() == months[column].tolist() != apart[column].tolist()
    check_code(board, **frames)
    chosen = next(value for _, value in board.creator.options if value in ids)
    board.page.value = "Entries"
    for picked in ids:  # a row may have any of the ids
        board.creator.value = ""
        board._pick("creator_id", picked)
        assert board.creator.value == chosen
    entries = pd.concat([accruals["creator_id"], payments["creator_id"]])
    assert len(board.frame) == entries.isin(ids).sum()
