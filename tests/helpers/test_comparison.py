"""What isn't alike is not compared, or is said."""

from __future__ import annotations

import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import NoDataWarning
from trackagoat_pandas.helpers.comparison import is_enough
from trackagoat_pandas.showing.captions import notes

PROJECT = "Q1 Brand Program"


def loaded(client, dates):
    creators = tgp.load_creators(PROJECT, client=client)
    return tgp.load_analytics(
        "creator", creators, "views", dates=dates, compare="prior_period", client=client
    )


@pytest.mark.parametrize(("compared", "of"), [(3, 4), (23, 30), (1, 1)])
def test_three_quarters_are_enough(compared, of):
    assert is_enough(compared, of)
    assert not is_enough(compared - 1, of)


def test_a_change_is_not_explained_where_most_days_before_have_no_data(client):
    with pytest.warns(NoDataWarning, match="beyond the data"):
        views = loaded(client, "2026-01-05..2026-02-04")
    with pytest.warns(
        NoDataWarning, match=r"only \d+ of 31 days of 2025-12-05\.\.2026-01-04"
    ) as one:
        change = tgp.explain_change(views)
    assert len(one) == 1
    assert change[["before", "change"]].isna().all(axis=None)


def test_who_has_no_data_yet_adds_nothing_before_and_is_counted_in_a_note(client):
    change = tgp.explain_change(loaded(client, "2026-02-20..2026-03-15"))
    assert change["before"].notna().all()
    assert "3 creators had no data in a part of 2026-01-27..2026-02-19" in notes(change)[0]


def test_a_project_and_its_creators_are_said_to_differ_and_by_how_much(client):
    dates = "2026-05"
    own = tgp.load_analytics("project", PROJECT, "views", dates=dates, client=client)
    creators = tgp.load_analytics(
        "creator", tgp.load_creators(PROJECT, client=client), "views", dates=dates, client=client
    )
    more = int(own["value"].sum() - creators["value"].sum())
    assert more > 0
    said = notes(tgp.combine_loads(own, creators))
    assert said[0].startswith(
        f"The project has {more:,} views more than the 13 creators: of removed"
    )
