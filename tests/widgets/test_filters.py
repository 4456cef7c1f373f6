from __future__ import annotations

import datetime as dt

import ipywidgets
import pytest

from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.widgets.filters import (
    ALL,
    Filters,
    all_of,
    dropdown,
    picker_of_all_days,
)
from trackagoat_pandas.widgets.pickers import DateRangePicker

RULES = {"a": "Retainer", "b": "Bonus", "c": "Bonus", "d": "Bonus"}
PROJECTS = {"a": "Spring", "b": "Spring", "c": "Spring", "d": "Summer"}
VERSIONS = {"a": "version 1", "b": "version 1", "c": "version 2", "d": "version 1"}


@pytest.mark.parametrize(("names", "first"), [(RULES, "All 4"), ({"a": "A"}, "All"), ({}, "All")])
def test_the_option_for_all_says_of_how_many(names, first):
    assert all_of(names, PROJECTS, VERSIONS)[0] == (first, ALL)
    assert len(all_of(names)) == len(names) + 1


def test_what_is_gone_stays_selected_and_keeps_its_name():
    filters = Filters({"who": dropdown("Creator")}, lambda _: None)
    filters.offer("who", all_of({"a": "@ann", "b": "@ben"}))
    filters.controls["who"].value = "a"
    assert filters.gone() == {}
    filters.offer("who", all_of({"b": "@ben"}))
    assert filters["who"] == "a"
    assert filters.controls["who"].label == "@ann (not found)"
    assert filters.gone() == {"who": "@ann"}


def test_what_was_never_offered_is_named_by_its_id():
    filters = Filters({"who": dropdown("Creator", [("All", ALL), ("x", "0123456789")])}, print)
    filters.controls["who"].value = "0123456789"
    filters.offer("who", [("All creators", ALL)])
    assert filters.controls["who"].label == "01234567 (not found)"
    assert filters.gone() == {"who": "0123456789"}


def test_only_a_choice_is_reported_not_an_offer():
    changed = []
    filters = Filters({"who": dropdown("Creator")}, changed.append, picker_of_all_days())
    filters.offer("who", all_of(RULES))
    filters.offer_days(DateRange("2026-05-01", "2026-05-31"))
    assert changed == []
    filters.controls["who"].value = "a"
    filters.dates.value = "2026-05-10"
    assert changed == ["who", "dates"]


def every_kind(changed):
    """Filters of three kinds, and a control that is no filter."""
    controls = {
        "who": dropdown("Creator"),
        "rank": dropdown("Rank by", [("best", "best"), ("worst", "worst")]),
        "search": ipywidgets.Text(),
    }
    filters = Filters(controls, changed, picker_of_all_days())
    filters.offer("who", all_of(RULES))
    filters.offer_days(DateRange("2026-05-01", "2026-05-31"))
    return filters


@pytest.mark.parametrize("name", ["who", "search"])
def test_what_is_set_is_cleared_as_one_change(name):
    changed = []
    filters = every_kind(changed.append)
    assert not filters.is_set
    filters.controls[name].value = "a"
    filters.dates.value = "2026-05-10"
    assert filters.is_set
    filters.clear()
    assert not filters.is_set
    assert filters[name] is None
    assert changed == [name, "dates", ""]


def test_what_is_no_filter_is_not_cleared():
    filters = every_kind(lambda _: None)
    filters.controls["rank"].value = "worst"
    assert not filters.is_set
    filters.clear()
    assert filters["rank"] == "worst"


def test_days_that_were_cleared_are_all_days_of_another_span_too():
    filters = every_kind(lambda _: None)
    filters.dates.value = "2026-05-10"
    filters.clear()
    filters.offer_days(DateRange("2026-01-01", "2026-06-30"))
    assert filters.dates.value == DateRange("2026-01-01", "2026-06-30")
    assert not filters.is_set


def test_where_all_time_is_not_there_days_are_cleared_to_all_that_are():
    filters = every_kind(lambda _: None)
    filters.dates.offer(today=dt.date(2026, 5, 31), earliest=None)
    filters.dates.value = "2026-05-10"
    filters.clear()
    assert filters.dates.value == DateRange("2026-05-01", "2026-05-31")
    assert not filters.is_set


def test_all_days_that_were_offered_are_no_filter():
    filters = Filters({}, print, picker_of_all_days())
    filters.offer_days(DateRange("2026-05-01", "2026-05-31"))
    assert filters.dates.choice.label == "All loaded days"
    assert filters.dates.value == DateRange("2026-05-01", "2026-05-31")
    assert filters.days is None
    filters.dates.value = "2026-05-10"
    assert filters.days == DateRange("2026-05-10", "2026-05-10")


def test_the_days_are_said_as_tables_write_them_unless_the_list_says_them():
    picker = DateRangePicker("last 7 days", today="2026-06-15")
    texts = [one for one in picker.children if isinstance(one, ipywidgets.HTML)]
    [said] = [one for one in texts if "<style>" not in one.value]
    assert (said.value, said.layout.display) == ("9 Jun to 15 Jun 2026", None)
    picker.value = "2026-04"
    assert (picker.choice.label, said.layout.display) == ("1 Apr to 30 Apr 2026", "none")
