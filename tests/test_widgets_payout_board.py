import gc
import json
import threading

import ipywidgets
import matplotlib.pyplot as plt
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.canned import Canned, connect_to
from tests.payout_frames import (
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
from tests.test_payouts_shapes import FORMS
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingColumnError
from trackagoat_pandas.helpers.columns import STRING
from trackagoat_pandas.helpers.payouts.entries import list_entries, payments_for
from trackagoat_pandas.widgets.payout_board import PayoutBoard

REGISTRY = ipywidgets.widgets.widget._instances

EARNED = accruals(
    accrual("a1", 1_000, status="paid"),
    accrual("a2", 2_050, structure_id="t", status="paid"),
    accrual("b1", 99_999, creator_id="bo"),
    accrual(
        "b2", 4_000, creator_id="bo", structure_id="t",
        period_start=pd.Timestamp("2026-04-01"), period_end=pd.Timestamp("2026-04-30"),
    ),
    accrual("v1", 700, creator_id="bo", status="voided"),
)  # fmt: skip
PAID = payments(payment("p1", 3_100, "a1", "a2"), payment("p2", 500, creator_id="bo"))
NAMES = pd.DataFrame({"id": ["nan", "bo"], "tiktok_handle": ["nan.eats", "<b>bo</b>"]})
RULES = structures(rule(name="Retainer", amount_cents=1_000), rule(id="t", name="Bonus", version=2))


def board(**given):
    given = {"timezone": ZONE, "creators": NAMES, "structures": RULES, **given}
    return PayoutBoard(EARNED, PAID, **given)


def rebuilt(shown, **names):
    names = {"accruals": EARNED, "payments": PAID, "creators": NAMES, "structures": RULES, **names}
    exec(shown.code, names)
    return names


def owed_by(shown):
    return dict(zip(shown.frame["creator_id"], shown.frame["owed_cents"], strict=True))


def test_the_first_page_shows_who_is_owed_most_first():
    assert owed_by(board()) == {"bo": 103_499, "nan": -50}


def test_amounts_are_also_exact_decimals():
    assert list(map(str, board().frame["owed"])) == ["1034.99", "-0.50"]


def test_tiles_tell_the_amounts_of_the_currency_and_who_is_owed():
    html = board().tiles.value
    assert all(text in html for text in ("$1,070.49", "$36.00", "$1,034.49", "Creators owed"))


def test_currencies_are_never_added_up():
    earned = EARNED.assign(currency=["USD", "USD", "EUR", "EUR", "EUR"])
    paid = PAID.assign(currency=["USD", "EUR"])
    shown = PayoutBoard(earned, paid)
    assert dict(zip(shown.frame["currency"], shown.frame["owed_cents"], strict=True)) == {
        "EUR": 103_499,
        "USD": -50,
    }
    assert "€1,034.99" in shown.tiles.value
    assert "-$0.50" in shown.tiles.value


def test_the_picture_shows_the_currency_chosen():
    earned = EARNED.assign(currency=["USD", "USD", "EUR", "EUR", "EUR"])
    paid = PAID.assign(currency=["USD", "EUR"])
    shown = PayoutBoard(earned, paid)
    before = shown.figure.axes[0].get_title(loc="left")
    shown.filters.controls["drawn"].value = "EUR"
    assert "$" in before
    assert "€" in shown.figure.axes[0].get_title(loc="left")
    names = {"accruals": earned, "payments": paid}
    exec(shown.code, names)
    assert names["ax"].get_title(loc="left") == shown.figure.axes[0].get_title(loc="left")


def test_a_filter_counts_what_was_paid_of_the_accruals_it_keeps():
    shown = board()
    shown.structure.value = "t"
    assert owed_by(shown) == {"bo": 4_000, "nan": 0}


def test_a_remainder_goes_to_the_first_accrual_of_its_payment():
    shown = board()
    shown.structure.value = "s"
    assert owed_by(shown) == {"bo": 99_999, "nan": -50}


def test_days_choose_accruals_by_the_last_day_of_their_period():
    shown = board()
    shown.filters.dates.value = tgp.DateRange("2026-04-01", "2026-04-30")
    assert owed_by(shown) == {"bo": 4_000}


def test_a_status_chooses_accruals():
    shown = board()
    shown.status.value = "paid"
    assert owed_by(shown) == {"nan": -50}


def test_choosing_a_creator_shows_the_entries_of_that_creator():
    shown = board()
    shown.creator.value = "bo"
    assert shown.page.value == "Entries"
    assert set(shown.frame["id"]) == {"b1", "b2", "v1", "p2"}


def test_entries_are_the_newest_first_with_the_name_of_their_rule():
    shown = board()
    shown.page.value = "Entries"
    assert shown.frame["id"].tolist()[-1] == "b2"
    assert shown.frame.set_index("id").at["b2", "rule"] == "Bonus"  # noqa: PD008


def test_a_timeline_ends_with_what_is_owed():
    shown = board()
    shown.page.value = "Timeline"
    assert shown.frame["owed_cents"].tolist() == [4_000, 107_049, 103_449]


def test_a_timeline_has_weeks_too():
    shown = board()
    shown.page.value = "Timeline"
    shown.filters.controls["every"].value = "week"
    assert set(shown.frame["date"].dt.day_of_week) == {0}


def test_an_audit_with_what_was_due_finds_what_differs():
    shown = board(due=due(owed(1_000), owed(500, creator_id="bo")))
    shown.page.value = "Audit"
    assert "hundredfold" not in set(shown.frame["finding"])
    assert {"overpaid", "orphan"} <= set(shown.frame["finding"])


def test_an_audit_without_it_covers_recurring_rules_that_were_never_edited():
    rows = assignments(assigned("2026-05-01"), assigned("2026-05-01", id="t1", structure_id="t"))
    shown = board(assignments=rows)
    shown.page.value = "Audit"
    assert set(shown.frame["structure_id"].dropna()) == {"s"}
    assert "1 of 2 structures" in shown.message.value


def test_the_tile_of_findings_says_how_many_rules_were_audited():
    rows = assignments(assigned("2026-05-01"), assigned("2026-05-01", id="t1", structure_id="t"))
    shown = board(assignments=rows)
    assert "2 in 1 of 2 rules" in shown.tiles.value
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


@pytest.mark.parametrize("form", ["arrow", "objects", "categories", "csv"])
def test_a_board_shows_every_form_of_its_frames(form):
    rows = assignments(assigned("2026-05-01"), assigned("2026-05-01", id="t1", structure_id="t"))
    frames = {"accruals": EARNED, "payments": PAID, "structures": RULES, "assignments": rows}
    # A CSV reads "nan" as nothing.
    frames = {name: frame.replace("nan", "nancy") for name, frame in frames.items()}
    formed = {name: FORMS[form](frame) for name, frame in frames.items()}
    expected, shown = PayoutBoard(**frames, timezone=ZONE), PayoutBoard(**formed, timezone=ZONE)
    for each in (expected, shown):
        each.filters.dates.value = tgp.DateRange("2026-05-01", "2026-05-31")
    for page in ("Owed", "Entries", "Audit"):
        expected.page.value = shown.page.value = page
        names = dict(formed)
        exec(shown.code, names)
        # The rule's name is a column of structures as it came.
        kinds = {"rule": STRING} if page == "Entries" else {}
        for frame in (shown.frame, names["frame"]):
            pd.testing.assert_frame_equal(frame.astype(kinds), expected.frame.astype(kinds))


def test_findings_follow_the_filters():
    shown = board(due=due(owed(1_000), owed(500, creator_id="bo")))
    shown.page.value = "Audit"
    shown.creator.value = "nan"
    assert set(shown.frame["creator_id"]) == {"nan"}


def test_an_audit_says_what_it_needs():
    shown = board()
    shown.page.value = "Audit"
    assert "due=" in shown.message.value
    assert shown.frame.empty
    assert rebuilt(shown)["frame"].empty


@pytest.mark.parametrize("page", ["Owed", "Timeline", "Entries", "Audit"])
@pytest.mark.parametrize("choice", [{}, {"creator": "bo"}, {"structure": "s", "status": "paid"}])
def test_the_code_rebuilds_the_frame_and_the_picture(page, choice):
    owing = due(owed(1_000), owed(500, creator_id="bo"))
    shown = board(due=owing)
    for name, value in choice.items():
        getattr(shown, name).value = value
    shown.filters.dates.value = tgp.DateRange("2026-05-01", "2026-05-31")
    shown.page.value = page
    made = rebuilt(shown, due=owing)
    pd.testing.assert_frame_equal(made["frame"], shown.frame)
    assert made["ax"].get_title(loc="left") == shown.figure.axes[0].get_title(loc="left")


def test_the_code_of_the_recurring_audit_runs():
    rows = assignments(assigned("2026-05-01"))
    shown = board(assignments=rows)
    shown.page.value = "Audit"
    pd.testing.assert_frame_equal(rebuilt(shown, assignments=rows)["frame"], shown.frame)


def test_an_id_with_quotes_stays_text_in_the_code():
    odd = EARNED.assign(structure_id='"]; raise SystemExit  # \n')
    shown = PayoutBoard(odd, PAID, timezone=ZONE)
    shown.structure.value = odd["structure_id"].iloc[0]
    names = {"accruals": odd, "payments": PAID}
    exec(shown.code, names)
    pd.testing.assert_frame_equal(names["frame"], shown.frame)


def test_text_of_the_api_is_escaped():
    html = board().grid.table.value
    assert "&lt;b&gt;bo&lt;/b&gt;" in html
    assert "<b>bo" not in html


def test_a_creator_without_a_handle_is_told_by_id():
    html = board(creators=NAMES.head(1)).grid.table.value
    assert ">bo<" in html


def test_days_without_a_known_time_zone_are_said_to_be_of_utc():
    assert "UTC" in board(timezone=None).message.value
    assert "UTC" not in board().message.value


def test_a_partial_frame_is_said_to_be_so():
    partial = EARNED.copy()
    partial.attrs["trackagoat"] = {"path": "/payout-accruals", "complete": False}
    assert "Partial" in PayoutBoard(partial, PAID).message.value


def test_no_payouts_at_all_are_shown_as_such():
    shown = PayoutBoard(EARNED.head(0), PAID.head(0), timezone=ZONE)
    for page in ("Owed", "Timeline", "Entries", "Audit"):
        shown.page.value = page
        assert shown.frame.empty


def test_one_frame_alone_is_refused():
    with pytest.raises(ArgumentError, match="`payments` is required"):
        PayoutBoard(EARNED)


def test_a_missing_column_is_named():
    with pytest.raises(MissingColumnError, match="amount_cents"):
        PayoutBoard(EARNED.drop(columns="amount_cents"), PAID)


def test_a_client_has_to_be_one():
    with pytest.raises(ArgumentTypeError, match="client"):
        PayoutBoard(EARNED, PAID, client="key")


def test_a_refused_argument_leaves_no_widget_behind():
    gc.collect()
    before = set(REGISTRY)
    with pytest.raises(ArgumentTypeError, match="client"):
        PayoutBoard(EARNED, PAID, client="key")
    assert set(REGISTRY) == before


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


def test_the_code_of_a_load_runs(client):
    shown = PayoutBoard(project="Q1 Brand Program", client=client).wait(20)
    names = {}
    exec(shown.code, names)
    pd.testing.assert_frame_equal(names["frame"], shown.frame)
    shown.close()


def test_a_chosen_creator_stays_chosen_and_is_named_when_gone(client):
    project = tgp.widgets.ProjectPicker(client=client).wait(20)
    shown = PayoutBoard(project=project, client=client).wait(20)
    chosen = shown.creator.options[1][1]
    shown.creator.value = chosen
    accruals = tgp.load_payout_accruals(client=client)
    [home] = accruals.loc[accruals["creator_id"] == chosen, "project_id"].unique()
    project.value = next(id_ for id_ in project.frame["id"] if id_ != home)
    shown.wait(20)
    assert shown.creator.value == chosen
    assert chosen in shown.message.value
    shown.close()
    project.close()


def test_a_refused_load_shows_its_sentence_and_can_be_tried_again():
    app = Canned({"/projects": [], "/payout-structures": 403})
    with connect_to(app) as refused:
        shown = PayoutBoard(project=None, client=refused)
        with pytest.raises(tgp.TrackaGoatError, match="refused with 403"):
            shown.wait(10)
        assert shown.state == "failed"
        assert "refused with 403" in shown.message.value
        lists = ("structures", "accruals", "payments")
        app.rules |= {f"/payout-{name}": [] for name in lists} | {"/creators": []}
        shown.retry_button.click()
        shown.wait(10)
        assert shown.frame.empty
        shown.close()


def test_clicks_and_closing_leave_nothing_behind():
    gc.collect()
    before = set(REGISTRY)
    shown = board()
    pages = ("Owed", "Timeline", "Entries", "Audit")
    for page in pages:
        shown.page.value = page
    kept, heard = len(REGISTRY), len(shown.page._trait_notifiers["value"]["change"])
    for click in range(40):
        shown.page.value = pages[click % 4]
    assert len(REGISTRY) == kept
    assert len(shown.page._trait_notifiers["value"]["change"]) == heard
    shown.close()
    assert set(REGISTRY) == before
    assert not [thread for thread in threading.enumerate() if thread.name == "trackagoat-widget"]
    assert plt.get_fignums() == []


def test_handles_are_exported_as_they_can_be_looked_up(tmp_path):
    shown = board()
    assert set(shown.frame["creator"]) == {"@nan.eats", "@<b>bo</b>"}
    shown.to_csv(tmp_path / "owed.csv")
    written = pd.read_csv(tmp_path / "owed.csv")
    assert set(written["creator"]) == {"nan.eats", "'@<b>bo</b>"}
    assert set(written["tiktok_handle"]) == {"nan.eats", "<b>bo</b>"}


def test_the_csv_has_the_whole_frame(tmp_path):
    shown = board()
    shown.to_csv(tmp_path / "owed.csv")
    assert len(pd.read_csv(tmp_path / "owed.csv")) == len(shown.frame)


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
