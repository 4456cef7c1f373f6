"""Counts of a report and of a watch never go beyond what the oldest list knows."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from tests.heavy import every
from tests.support.restating import LATER, PROJECT, sync, synced_store
from trackagoat_pandas.program.frames import stored_program
from trackagoat_pandas.reporting.document import Document, Section
from trackagoat_pandas.reporting.sections import SECTIONS
from trackagoat_pandas.reporting.verification import numbers_of, verify_report
from trackagoat_pandas.reporting.weekly import report
from trackagoat_pandas.reporting.writing import document_of
from trackagoat_pandas.store.store import Store
from trackagoat_pandas.watching.runs import observe
from trackagoat_pandas.watching.states import Memory

pytestmark = pytest.mark.filterwarnings("ignore::trackagoat_pandas.TrackaGoatWarning")
LISTS = (
    "creators", "videos", "campaigns", "annotations", "goal_compliance", "payout_methods",
    "payout_structures", "payout_assignments", "payout_accruals", "payout_payments", "comments",
    "projects",
)  # fmt: skip
AGES = range(1, 7)
EVERY = [(name, age) for age in AGES for name in LISTS]
CASES = EVERY[:: every(5)]
NEEDED = {
    "creators": {"posting"},
    "videos": {"breakouts", "posting", "campaigns"},
    "campaigns": {"campaigns"},
    "goal_compliance": {"goals"},
    "payout_accruals": {"payouts"},
    "payout_payments": {"payouts"},
    "comments": {"comments"},
}
"""The sections that are written as of the day of an old list."""
RULES = {
    "creators": {"views"},
    "videos": {"goals", "breakouts", "views", "views_taken_back", "overposting",
               "ledger", "captions"},
    "goal_compliance": {"goals"},
    "payout_structures": {"ledger"},
    "payout_accruals": {"ledger", "budget"},
    "payout_payments": {"ledger", "budget"},
    "comments": {"under_fire"},
}  # fmt: skip
"""The rules that don't judge by an old list."""
COUNTS = re.compile(
    r"goals\.(open|row\..*\.(actual|target|missing|per_day))|(?!goals\.|health\.).*"
)
"""The numbers that lists count; chances and statuses are judgements of them."""
SETTINGS = {
    "captions": {"required": ["#nobodyusesit"]}, "budget": {"budget_cents": 10_000_00},
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that was synced on seven days."""
    with synced_store(tmp_path_factory.mktemp("data") / "store", 5300) as (store, box, client):
        for _ in AGES:
            box.advance(LATER)
            sync(store, client)
        yield store


@pytest.fixture(scope="module")
def fresh(store: Store) -> dict[pd.Timestamp, Document]:
    """The report of each day by what the store had then, by its moment."""
    days = [stored_program(PROJECT, store=store).moment - age * LATER for age in (0, *AGES)]
    documents = [
        document_of(stored_program(PROJECT, store=store, as_of=day), store=store)
        for day in days
    ]  # fmt: skip
    return {one.moment: one for one in documents}


@contextmanager
def old_list(
    store: Store, table: str, age: int, until: pd.Timestamp | None = None
) -> Iterator[None]:
    """Hide the lists of a table from some days, as if they couldn't be loaded."""
    newest = stored_program(PROJECT, store=store, wanted=["projects"]).moment
    since = (newest - age * LATER + LATER / 2).isoformat()
    last = (newest if until is None else until).isoformat()
    hide = (
        "UPDATE snapshots SET table_name = ? WHERE table_name = ? "
        "AND observed_at > ? AND substr(observed_at, 1, 19) <= substr(?, 1, 19)"
    )
    ledger = store.archive.ledger

    def rename(before: str, after: str) -> None:
        with ledger.writing("hiding lists"), ledger.transaction() as connection:
            assert isinstance(connection, sqlite3.Connection)
            connection.execute(hide, (after, before, since, last))

    rename(table, f"hidden_{table}")
    try:
        yield
    finally:
        rename(f"hidden_{table}", table)


def counts(document: Document, section: str) -> dict[str, object]:
    return {
        key: number.value for key, (name, number) in numbers_of(document).items()
        if name == section and COUNTS.fullmatch(key)
    }  # fmt: skip


def day_of(section: Section, newest: pd.Timestamp) -> pd.Timestamp:
    return newest if section.moment is None else section.moment


@pytest.mark.parametrize(("table", "age"), CASES)
def test_counts_of_a_section_are_those_of_its_oldest_list(
    table: str, age: int, store: Store, fresh: dict[pd.Timestamp, Document]
) -> None:
    newest = max(fresh)
    with old_list(store, table, age):
        document = document_of(stored_program(PROJECT, store=store), store=store)
    assert document.moment == newest
    moved = {one.name for one in document.sections if one.moment is not None}
    assert moved == NEEDED.get(table, set())
    for section in document.sections:
        if section.name == "data":  # which is about the lists themselves
            continue
        then = next(at for at in fresh if abs(at - day_of(section, newest)) < LATER / 2)
        assert newest - then == (age * LATER if section.moment is not None else 0 * LATER)
        expected, found = (counts(one, section.name) for one in (fresh[then], document))
        assert {key: expected.get(key) for key in found} == found
        if section.moment is not None:
            assert found == expected
            assert str(section.sentences[0][0]).startswith("As of ")


@pytest.mark.parametrize(("table", "age"), CASES)
def test_a_rule_does_not_judge_by_an_old_list(table: str, age: int, store: Store) -> None:
    fresh = observe(PROJECT, rules=SETTINGS, memory=Memory(), store=store).alerts
    with old_list(store, table, age):
        alerts = observe(PROJECT, rules=SETTINGS, memory=Memory(), store=store).alerts
    unknown = alerts.attrs["trackagoat"]["unknown"]
    expected = RULES.get(table, set()) | fresh.attrs["trackagoat"]["unknown"].keys()
    assert unknown.keys() == expected
    kept = fresh[~fresh["rule"].isin(expected)]
    assert {*alerts["key"]} == {*kept["key"]}


@pytest.mark.parametrize("table", ["videos", "payout_payments", "goal_compliance"])
def test_a_report_with_an_old_list_is_equal_once_a_newer_one_came(
    table: str, store: Store, tmp_path: Path
) -> None:
    yesterday = stored_program(PROJECT, store=store).moment - LATER
    with old_list(store, table, 4, until=yesterday):
        made = report(PROJECT, tmp_path / "monday.html", store=store, as_of=yesterday)
        checked = verify_report(made.paths[0], store)
    assert any(one.moment is not None for one in made.document.sections)
    assert {*checked["status"]} <= {"equal", "restated"}
    restated = checked[checked["status"] == "restated"]
    assert not restated["key"].isin(["posting.posts", "posting.silent"]).any()


def test_each_section_with_counts_names_its_lists() -> None:
    assert {one for names in NEEDED.values() for one in names} <= {*SECTIONS}
