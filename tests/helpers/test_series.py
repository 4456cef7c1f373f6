"""Days that a time zone skipped."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.support import named_frames
from trackagoat_pandas.helpers.series import with_skipped_days


def around_the_date_line(entity):
    """Samoa had no 30 December 2011, so the server sends none."""
    views = named_frames.series("2011-12-28", [1, 2, 3, 4], entity=entity).assign(is_partial=True)
    return views[views["date"] != "2011-12-30"]


def test_each_series_gets_the_day_that_its_zone_skipped_as_a_complete_one_with_nothing():
    views = pd.concat([around_the_date_line("a"), around_the_date_line("b")])
    found = with_skipped_days(views, "Pacific/Apia")
    assert found.dtypes.to_dict() == views.dtypes.to_dict()
    assert len(found) == len(views) + 2
    added = found[found["date"] == "2011-12-30"]
    assert added["entity_id"].tolist() == ["a", "b"]
    assert added["value"].tolist() == [0, 0]
    assert not added["is_partial"].any()


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland"])
def test_where_no_day_was_skipped_a_frame_stays_as_it_is(zone):
    views = around_the_date_line("a")
    assert with_skipped_days(views, zone) is views


def test_a_frame_without_a_date_skips_none():
    views = around_the_date_line("a").assign(date=pd.NaT)
    assert with_skipped_days(views, "Pacific/Apia") is views
