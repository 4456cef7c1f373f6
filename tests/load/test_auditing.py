"""One line audits a program: what was planted is found, and what can't be judged is said."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import part
from tests.support.canned import Canned, connect_to
from tests.support.payout_frames import NOON
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    MissingColumnError,
    RequestBudgetError,
)
from trackagoat_pandas.sandbox.mistakes import Accountant
from trackagoat_pandas.widgets.payout_board import PayoutBoard

PROJECT = "Q1 Brand Program"
SEEDS = range(1, 21)[:: 20 // part(20, 3, 1)]


def connected(box, **options):
    address = "http://127.0.0.1/api/v1"
    return tgp.connect(
        box.key, base_url=address, transport=box.app, rate_limit=None, progress=False, **options
    )


@contextmanager
def board_of(seed, creators):
    """A board that has loaded itself, of a world of its own."""
    with (
        tgp.sandbox(rate_limit=None, seed=seed, creators=creators, now=str(NOON)) as box,
        connected(box) as client,
    ):
        board = PayoutBoard(client=client).wait(120)
        board.page.value = "Audit"
        yield box, board
        board.close()


def problems(board):
    """The board's findings by accrual or payment, except what is set aside."""
    rows = board.frame
    rows = rows[rows["stage"] != "set_aside"]
    ids = rows["accrual_id"].where(rows["stage"] == "accrued", rows["payment_id"])
    return dict(zip(ids, rows["difference_cents"], strict=True))


def tile_of(board):
    """What the tile of the audit says, without its mark-up."""
    (said,) = re.findall(r"<span>Audit</span>(.*?)</div>", board.tiles.value)
    return re.sub("<[^>]+>", "", said)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_planted_error_is_on_a_board_that_loads_itself_with_its_sum(seed):
    with board_of(seed, 12) as (box, board):
        planted = {
            error.accrual_id or error.payment_id: error.right_cents - error.amount_cents
            for error in box.truth.ledger_errors
        }
        assert len(planted) >= 2
        found = problems(board)
        assert found.items() >= planted.items()
        worth = sum(map(abs, found.values()))
        assert f"${worth / 100:,.2f} wrong{len(found)} problems" in tile_of(board)
        assert board.frame["wrong_cents"].sum() == worth
        total = re.findall(r"<tfoot>.*?</tfoot>", board.grid.table.value, re.DOTALL)
        assert f"${worth / 100:,.2f}" in "".join(total)
        assert "<div class='trackagoat-alarm'><span>Audit</span>" in board.tiles.value
        # An earlier version of a rule by which only one accrual was made can't be inferred.
        aside = board.frame[board.frame["stage"] == "set_aside"]
        aside = aside[aside["finding"] != "adjusted"]
        assert ("can&#x27;t be judged" in board.tiles.value) == (len(aside) > 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_clean_world_has_no_problem(seed, monkeypatch):
    # Another number of creators than above: a world is built once and then copied.
    monkeypatch.setattr(Accountant, "mistake_an_accrual", lambda _: None)
    monkeypatch.setattr(Accountant, "mistake_a_payment", lambda _, __: None)
    with board_of(seed, 11) as (box, board):
        assert box.truth.ledger_errors == []
        assert problems(board) == {}
        assert tile_of(board).startswith("no problems")


@pytest.fixture(scope="module")
def demo():
    """A client of the demo program, on an afternoon on which an accrual is paid twice."""
    with tgp.sandbox(rate_limit=None) as box, connected(box) as client:
        yield client


def test_the_audit_of_a_project_has_names_reasons_and_says_what_was_compared(demo):
    findings = tgp.audit(PROJECT, client=demo)
    (row,) = findings.itertuples()
    assert (row.tiktok_handle, row.structure_name) == ("tonic.by.quiet_", "Base retainer")
    assert (row.project_name, row.difference_cents) == (PROJECT, -50_000)
    assert row.reason == "An earlier payment lists the same accrual."
    assert row.advice == "It is already deducted from what is owed: pay no more than that."
    facts = findings.goat.provenance
    assert facts["audited"] == {
        "accruals": 106, "payments": 57, "due": 106, "unchanged": 0, "inferred": 47,
    }  # fmt: skip
    assert "47 of 47 agree" in facts["note"]
    assert facts["timezone"] == "America/New_York"


def test_days_keep_the_findings_about_their_periods_or_payments(demo):
    assert len(tgp.audit(PROJECT, "2026-03", client=demo)) == 1
    none = tgp.audit(PROJECT, "2026-02", client=demo)
    text = none.goat.show().text
    assert text.startswith(f"Findings about payouts, {PROJECT}, 1 Feb to 28 Feb 2026: no rows")
    assert "1 finding is about other days. 106 amounts due" in text
    assert "rows are in this frame" not in text


def test_an_audit_of_all_projects_is_not_said_to_be_of_the_one_with_findings(demo):
    found = tgp.audit(dates="2026-03", client=demo)
    assert found["project_name"].tolist() == [PROJECT]
    assert found.goat.show().text.startswith("Findings about payouts, all projects")


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"currency": "dollars"}, "currency='dollars'"),
        ({"rule_versions": pd.DataFrame({"id": ["s"]})}, "version"),
        ({"dates": pd.DataFrame()}, "audit_payouts compares frames of yours"),
        ({"dates": "soon"}, "dates='soon'"),
    ],
)
def test_a_wrong_argument_of_an_audit_is_refused_before_anything_is_sent(given, match):
    project = pd.DataFrame({"id": ["2f70839e-c958-41de-a834-4c276d930dc6"]})
    with connect_to(Canned({})) as client:
        with pytest.raises((ArgumentError, ArgumentTypeError, MissingColumnError), match=match):
            tgp.audit(project, client=client, **given)
        assert client.requests_sent == 0


def test_the_plan_of_an_audit_sends_nothing_and_its_limit_holds(box):
    with connected(box) as client:
        plan = tgp.estimate_load(tgp.audit, PROJECT, client=client)
        assert client.requests_sent == 0
        assert plan.least >= 6
        with pytest.raises(RequestBudgetError):
            tgp.audit(PROJECT, max_requests=10, client=client)
        assert client.requests_sent <= 10
        tgp.audit(PROJECT, client=client)
        assert plan.most is None or client.requests_sent <= plan.most


def test_the_store_has_the_earlier_version_that_the_api_lists_no_more(tmp_path):
    with tgp.sandbox(rate_limit=None, seed=7, creators=12, now="2026-04-10T12:00:00Z") as box:
        with connected(box, store=tmp_path / "program") as client:
            before = tgp.load_payout_structures(PROJECT, client=client)
            retainer = before[before["name"] == "Base retainer"].iloc[0]
            raised = int(retainer["amount_cents"]) + 5_000
            tgp.actions.update_payout_structure(retainer["id"], amount_cents=raised, client=client)
        box.advance(timedelta(days=60))
        counts = []
        for store in (None, tmp_path / "program"):
            with connected(box, store=store) as client:
                findings = tgp.audit(PROJECT, client=client)
            assert "other_version" not in set(findings["finding"])
            counts.append(findings.goat.provenance["audited"]["inferred"])
    assert counts[1] < counts[0]


def test_what_left_with_a_removed_creator_is_set_aside_with_the_reason_and_nothing_else():
    with tgp.sandbox(rate_limit=None, seed=7, creators=12, now=str(NOON)) as box:
        with connected(box) as client:
            structures = tgp.load_payout_structures(PROJECT, client=client)
            cpm = structures[structures["kind"] == "cpm"]["id"]
            accruals = tgp.load_payout_accruals(PROJECT, client=client)
            paid = accruals[accruals["structure_id"].isin(cpm)]["creator_id"]
            creators = tgp.load_creators(PROJECT, client=client)
            gone = creators[creators["id"].isin(paid)]["id"].iloc[0]
            before = tgp.audit(PROJECT, client=client)
            before = before[before["stage"] != "set_aside"]
            box.database.update("creators", gone, {"deleted_at": "2026-06-15T12:00:00Z"})
        with connected(box) as client:
            findings = tgp.audit(PROJECT, client=client)
    aside = findings[(findings["stage"] == "set_aside") & (findings["finding"] != "adjusted")]
    assert set(aside["creator_id"]) == {gone}
    assert aside["reason"].str.contains("the creator has left").all()
    rest = findings[findings["stage"] != "set_aside"]
    pd.testing.assert_frame_equal(
        rest[["finding", "difference_cents"]].reset_index(drop=True),
        before[["finding", "difference_cents"]].reset_index(drop=True),
        check_like=True,
    )
    assert "Not judged" in findings.goat.provenance["note"]


def test_the_store_has_the_goals_of_who_left(tmp_path):
    with tgp.sandbox(rate_limit=None) as box:
        with connected(box, store=tmp_path / "program") as client:
            tgp.load_goal_compliance(PROJECT, client=client)
            tgp.actions.remove_creators("salty.tonic", client=client)
        box.advance(timedelta(days=7))
        with connected(box) as client:
            without = tgp.audit(PROJECT, client=client)
        with connected(box, store=tmp_path / "program") as client:
            findings = tgp.audit(PROJECT, client=client)
    lost = without[without["finding"] == "undecided"]
    assert set(lost["tiktok_handle"]) == {"salty.tonic"}
    assert lost["advice"].str.contains("store that was synced before they left").all()
    assert note_of(without).count(f"; {len(lost)} are set aside.") == 1
    assert (findings["stage"] != "set_aside").all()
    assert len(findings) == len(without) - len(lost)
    assert "cut" not in findings.goat.provenance
    assert findings.goat.provenance["server_time"] >= "2026-06-25"


def test_pay_of_who_left_is_named_until_it_is_ended():
    with tgp.sandbox(rate_limit=None) as box, connected(box) as client:
        tgp.actions.remove_creators("salty.tonic", client=client)
        box.advance(timedelta(days=45))
        note = note_of(tgp.audit(PROJECT, client=client))
        assert "Pay is still assigned to @salty.tonic, removed from the program" in note
        assert "1 accrual is for a period that began after the creator was removed." in note
        structures = tgp.load_payout_structures(PROJECT, client=client)
        assigned = tgp.load_payout_assignments(structures, client=client)
        gone = tgp.load_creators(PROJECT, search="salty.tonic", client=client)["id"].iloc[0]
        for structure in assigned[assigned["creator_id"] == gone]["structure_id"]:
            tgp.actions.unassign_payout_structure(structure, gone, client=client)
        assert "still assigned" not in note_of(tgp.audit(PROJECT, client=client))


def note_of(findings):
    return findings.goat.provenance["note"]
