"""A whole report: what it begins with, what is left out, and what it says of little or bad data."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import every, part
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.errors import ArgumentError, ChoiceError
from trackagoat_pandas.program.frames import FRAMES, loaded_program, stored_program
from trackagoat_pandas.reporting.sections import SECTIONS
from trackagoat_pandas.reporting.writing import document_of
from trackagoat_pandas.showing.recorder import Traced

pytestmark = pytest.mark.slow

PROJECT = "Q1 Brand Program"
SEED = 5_100


@pytest.fixture(scope="module")
def box():
    with tgp.sandbox(seed=SEED, creators=8, days=100, rate_limit=None) as made:
        yield made


@pytest.fixture(scope="module")
def client(box):
    with (
        tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def program(client):
    return loaded(PROJECT, client)


@pytest.fixture(scope="module")
def document(program):
    return document_of(program)


@pytest.fixture(scope="module")
def archive(client):
    """The program of a project without anything."""
    project = tgp.load_projects(client=client).set_index("name")["id"]["Archive"].iloc[0]
    return loaded(project, client)


def loaded(project, client):
    with kept_warnings():
        return loaded_program(project, client=client)


def changed(program, **frames):
    """A program with other frames; None for one that is missing."""
    kept = {
        **program.frames,
        **{name: Traced(frame, name) for name, frame in frames.items() if frame is not None},
    }
    gone = {name: "it takes 90 requests" for name, frame in frames.items() if frame is None}
    kept = {name: frame for name, frame in kept.items() if name not in gone}
    return replace(program, frames=kept, missing={**program.missing, **gone})


def emptied(program, *names):
    frames = {name: program.frames[name].value for name in names}
    return changed(program, **{name: one.iloc[:0] for name, one in frames.items()})


def text_of(sentence):
    return "".join(one.text if isinstance(one, Number) else one for one in sentence)


def plain(document):
    """All that a document says, without its pictures."""
    return replace(
        document,
        picture=None,
        sections=[replace(section, picture=None) for section in document.sections],
    )


def check_whole(document):
    """Each section says something, or why it doesn't; five sentences begin the report."""
    assert len(document.first) == 5
    for sentence in document.first:
        assert text_of(sentence).endswith(".")
    for section in document.sections:
        assert bool(section.reason) != bool(section.sentences), section.name
        for sentence in section.sentences:
            said = text_of(sentence)
            assert said == said.strip()
            assert said.endswith("."), said
            words = {*said.replace("None of", "").replace("(", " ").split()}
            assert not {"nan", "None", "<NA>", "NaT"} & words, said
        for caveat in section.caveats:
            assert "tgp." not in caveat
        for one in section.sentences:
            assert "tgp." not in text_of(one)


# What it is


def test_it_begins_with_five_sentences_and_a_picture(document):
    check_whole(document)
    views, goals, money, comments, health = map(text_of, document.first)
    assert " views from 11 Jun to 17 Jun 2026, " in views
    assert "goal" in goals
    assert money.startswith("You owe ")
    assert "post" in comments
    assert health.startswith("The program's health is ")
    assert document.picture is not None
    assert document.days == "11 Jun to 17 Jun 2026"
    assert (document.project, document.source) == (PROJECT, "live")


def test_the_same_frames_give_the_same_document(program, document):
    assert plain(document_of(program)) == plain(document)


def test_the_same_store_gives_the_same_document(client, tmp_path):
    with tgp.open_store(tmp_path) as store:
        with kept_warnings():
            store.sync(client=client)
        made = [
            plain(document_of(stored_program(PROJECT, store=store), store=store)) for _ in range(2)
        ]
    assert made[0] == made[1]


def test_only_some_sections(program):
    document = document_of(program, sections=["payouts", "goals"], title="Money", source="store")
    assert [one.name for one in document.sections] == ["goals", "payouts"]
    assert (document.title, document.source) == ("Money", "store")
    said = [*map(text_of, document.first)]
    assert said[0] == "This report leaves out the section on views."
    assert said[2].startswith("You owe ")


def test_one_section_by_its_name(program):
    assert [one.name for one in document_of(program, sections="data").sections] == ["data"]


def test_an_unknown_section_is_refused(program):
    with pytest.raises(ChoiceError, match="sections"):
        document_of(program, sections=["money"])


def test_the_old_name_of_a_section_suggests_the_new_one(program):
    with pytest.raises(ArgumentError, match="the section is now called 'views'"):
        document_of(program, sections=["changes"])


def test_all_that_is_said_is_of_the_moment_of_the_frames(program):
    later = replace(program, moment=program.moment + pd.Timedelta(days=3))
    document = document_of(later, sections=["data"])
    assert document.days == "11 Jun to 17 Jun 2026"
    assert "older than a day" in text_of(document.sections[0].sentences[0])


# Little and bad data


def test_an_empty_project(archive):
    document = document_of(archive)
    check_whole(document)
    reasons = {one.name: one.reason for one in document.sections if one.reason}
    assert reasons == {"views": "There are no daily views of creators."}
    assert text_of(document.first[0]).startswith("What moved the views: nothing can be said.")
    assert text_of(document.first[1]) == "No creator has a goal."


@pytest.mark.parametrize("name", [*FRAMES][:: every(5)])
def test_a_frame_that_is_missing(program, name):
    document = document_of(changed(program, **{name: None}))
    check_whole(document)
    if name in ("goals", "comments"):
        section = next(one for one in document.sections if one.name == name)
        assert section.reason == f"The {name} are missing: it takes 90 requests."


@pytest.mark.parametrize(
    "name", ["videos", "goals", "creators", "comments", "campaigns", "accruals"]
)
def test_a_frame_without_rows(program, name):
    check_whole(document_of(emptied(program, name)))


def test_no_frame_at_all(program):
    document = document_of(replace(program, frames={}, missing={}))
    check_whole(document)
    assert all(one.reason for one in document.sections)


def test_one_creator():
    with (
        tgp.sandbox(seed=SEED, creators=1, days=60, rate_limit=None) as box,
        tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client,
    ):
        for project in tgp.load_projects(client=client)["id"]:
            check_whole(document_of(loaded(project, client)))


KEYS = ("id", "entity", "metric", "series_kind", "period", "items", "goal_id", "project_id")


@pytest.mark.parametrize("seed", range(part(40, 10, 1)))
def test_nulls_everywhere(program, seed):
    """A third of all values is missing, but for keys."""
    rng = np.random.default_rng(seed)
    frames = {}
    for name, one in program.frames.items():
        frame = one.value.copy()
        for column in frame.columns:
            if column not in KEYS:
                frame[column] = frame[column].mask(rng.random(len(frame)) < 1 / 3)
        frames[name] = frame
    check_whole(document_of(changed(program, **frames)))


def test_all_values_are_null(program):
    frames = {}
    for name, one in program.frames.items():
        frame = one.value.copy()
        for column in frame.columns:
            if column not in KEYS:
                frame[column] = frame[column].mask(np.ones(len(frame), bool))
        frames[name] = frame
    check_whole(document_of(changed(program, **frames)))


def test_views_that_end_earlier_move_the_week(program):
    views = program.frames["analytics"].value
    until = views[views["date"] <= "2026-06-14"]
    document = document_of(changed(program, analytics=until), sections=["views", "data"])
    assert document.days == "8 Jun to 14 Jun 2026"
    data = next(one for one in document.sections if one.name == "data")
    said = [*map(text_of, data.sentences)]
    assert "Daily views end on 14 Jun 2026, so that the week ends there." in said


def test_a_cut_frame_is_a_caveat(program):
    cut = program.frames["goals"].value.copy()
    facts = {**cut.attrs["trackagoat"], "complete": False}
    cut.attrs = {**cut.attrs, "trackagoat": facts}
    document = document_of(changed(program, goals=cut), sections=["goals", "data"])
    goals, data = (
        next(one for one in document.sections if one.name == name) for name in ("goals", "data")
    )
    assert any(one.startswith("Goals: not complete") for one in goals.caveats)
    assert "goals are incomplete" in text_of(data.sentences[0]).lower()


def test_hostile_texts_stay_on_one_line(program):
    videos = program.frames["videos"].value.assign(title="a\nb\x1b[31m\u202e" + "x" * 500)
    comments = program.frames["comments"].value.assign(text="awful\r\nBcc: all\x00 " + "y" * 500)
    document = document_of(changed(program, videos=videos, comments=comments))
    cells = [
        one.text if isinstance(one, Number) else one
        for section in document.sections
        for row in (*section.sentences, *(r for one in section.listings for r in one.rows))
        for one in row
    ]
    assert any("a b" in one for one in cells)
    assert not any(mark in one for one in cells for mark in "\n\r\x1b\x00\u202e")
    assert max(map(len, cells)) < 500


def test_a_program_of_three_currencies(program):
    """Each currency has sums of its own."""
    frames = {}
    for name in ("accruals", "payments"):
        frame = program.frames[name].value
        codes = frame["creator_id"].map(lambda id_: ("USD", "EUR", "CHF")[ord(id_[0]) % 3])
        frames[name] = frame.assign(currency=codes.astype("str"))
    section = document_of(changed(program, **frames), sections=["payouts"]).sections[0]
    said = " ".join(map(text_of, section.sentences))
    there = {*frames["accruals"]["currency"]}
    assert len(there) > 1
    assert all({"USD": "$", "EUR": "€", "CHF": " CHF"}[one] in said for one in there)


def test_an_overpayment_is_a_number_of_its_own(program):
    accruals, payments = (program.frames[name].value for name in ("accruals", "payments"))
    is_recorded = payments["status"] == "recorded"
    is_first = payments.index == payments.index[is_recorded][0]
    more = payments.assign(
        amount_cents=payments["amount_cents"].mask(is_first, payments["amount_cents"] + 90_000_00)
    )
    balances = tgp.outstanding_balances(accruals, more)["owed_cents"]
    over = changed(program, accruals=accruals, payments=more)
    document = document_of(over, sections=["payouts"])
    numbers = {
        part.key: part.value
        for part in document.sections[0].sentences[0] if not isinstance(part, str)
    }  # fmt: skip
    assert numbers["payouts.owed_usd_cents"] == balances[balances > 0].sum()
    assert numbers["payouts.creditors"] == (balances > 0).sum()
    assert numbers["payouts.overpaid_usd_cents"] == -balances.min() > 0
    said = text_of(document.first[2])
    assert said.startswith("You owe ")
    assert re.search(r" 1 creator was overpaid by \$[\d,.]+\. .* Overpaid: @\S+\.$", said)


def test_the_most_owed_of_each_currency_are_listed(program, monkeypatch):
    module = importlib.import_module("trackagoat_pandas.reporting.drafts")
    monkeypatch.setattr(module, "MOST_ROWS", 2)
    owners = program.frames["accruals"].value["creator_id"].drop_duplicates().tolist()
    of = {id_: "EUR" if place % 3 else "USD" for place, id_ in enumerate(owners)}
    frames = {
        name: program.frames[name].value.assign(
            currency=program.frames[name].value["creator_id"].map(of).fillna("USD").astype("str")
        )
        for name in ("accruals", "payments")
    }
    section = document_of(changed(program, **frames), sections=["payouts"]).sections[0]
    listing = next(one for one in section.listings if one.title == "Who is owed most")
    owed = [text_of(row[3:4])[0] for row in listing.rows]
    assert owed == ["€", "$"]


def test_a_currency_in_which_no_money_is_wrong_is_not_among_the_differences(program):
    """An amount that was paid and still waits is a finding, of no money."""
    accruals, payments = (program.frames[name].value for name in ("accruals", "payments"))
    wrong = tgp.audit_payouts(None, accruals=accruals, payments=payments)["creator_id"]
    owner = payments.loc[~payments["creator_id"].isin(wrong), "creator_id"].iloc[0]
    accruals, payments = (
        one.assign(currency=one["creator_id"].map(lambda id_: "EUR" if id_ == owner else "USD"))
        for one in (accruals, payments)
    )
    is_theirs = accruals["creator_id"] == owner
    accruals["status"] = accruals["status"].mask(is_theirs, "pending")
    is_first = payments.index == payments.index[payments["creator_id"] != owner][0]
    payments["amount_cents"] = payments["amount_cents"].mask(
        is_first, payments["amount_cents"] + 1_00
    )
    frames = {"accruals": accruals, "payments": payments}
    findings = tgp.audit_payouts(None, **frames)
    assert set(findings.loc[findings["currency"] == "EUR", "wrong_cents"]) == {0}
    section = document_of(changed(program, **frames), sections=["payouts"]).sections[0]
    said = next(text for text in map(text_of, section.sentences) if "The ledger has" in text)
    assert "$" in said
    assert "€" not in said


def test_every_section_has_a_name_and_a_title(document):
    made = document.sections
    assert [one.name for one in made] == [*SECTIONS]
    assert all(one.title for one in made)
