"""Zeros from before the data are NA, those of a quiet start are data."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import part
from tests.support import named_frames
from trackagoat_pandas.errors import NoDataWarning
from trackagoat_pandas.helpers.beginnings import beginnings, earlier_days_text
from trackagoat_pandas.helpers.gains import KNOWN, MISSING, Gains
from trackagoat_pandas.showing.captions import notes

PROJECT = "Q1 Brand Program"
YEAR = "last 12 months"


def series(values, entity="a", *, kind="creator", start="2026-05-01", freq="D", **columns):
    frame = named_frames.series(start, values, metric="views", entity=entity, freq=freq)
    return frame.assign(parent_id=None, entity=kind, **columns)


def blanked(*parts, known=None, granularity="day"):
    frame = pd.concat(parts, ignore_index=True)
    days = {name: dt.date.fromisoformat(day) for name, day in (known or {}).items()}
    found = beginnings(frame, days, granularity)
    return frame["value"].mask(found.is_before).tolist()


QUIET = [0] * 20 + [5, 0, 0, 7, 3]
AT_THIRD = pd.array([False, False, True, False, False], "boolean")
NOTHING = [pd.NA] * 20


@pytest.mark.parametrize(
    ("parts", "known", "values"),
    [
        # A quiet start of somebody who is tracked is data; before that nobody looked.
        ([series([0, 0, 0, 5])], {"a": "2026-05-02"}, [pd.NA, 0, 0, 5]),
        ([series([0, 0, 0, 5])], {"a": "2025-01-01"}, [0, 0, 0, 5]),
        ([series([0, 3, 0, 5])], {"a": "2026-05-03"}, [pd.NA, 3, 0, 5]),  # values stay
        ([series([0, 0, 0, 5, 6], is_baseline=AT_THIRD)], {}, [pd.NA, pd.NA, 0, 5, 6]),
        # Of a video the first snapshot counts, not when it was posted.
        (
            [series([0, 0, 0, 5, 6], kind="video", is_baseline=AT_THIRD)],
            {"a": "2026-05-02"},
            [pd.NA, pd.NA, 0, 5, 6],
        ),
        ([series([0, 0, 0, 5], kind="video")], {"a": "2026-05-03"}, [pd.NA, pd.NA, 0, 5]),
        # Without any such day, only a time much longer than any later quiet one is before the data.
        ([series(QUIET)], {}, [*NOTHING, 5, 0, 0, 7, 3]),
        ([series([0, 0, 0, 0, 5, 0, 0, 7, 3])], {}, [0, 0, 0, 0, 5, 0, 0, 7, 3]),
        # Who never had a value begins with the others.
        ([series(QUIET), series([0] * 25, "b")], {}, [*NOTHING, 5, 0, 0, 7, 3, *NOTHING, *[0] * 5]),
        ([series([0, 0])], {}, [0, 0]),
    ],
)
def test_zeros_before_the_first_data_are_na_and_those_after_it_are_kept(parts, known, values):
    assert blanked(*parts, known=known) == values


@pytest.mark.parametrize(
    ("freq", "granularity", "known"), [("7D", "week", "2026-05-13"), ("MS", "month", "2026-06-20")]
)
def test_a_week_or_month_in_which_the_data_begin_is_kept(freq, granularity, known):
    start = "2026-05-04" if granularity == "week" else "2026-05-01"
    part = series([0, 0, 4], start=start, freq=freq)
    assert blanked(part, known={"a": known}, granularity=granularity) == [pd.NA, 0, 4]


def test_a_year_has_no_zeros_from_before_the_program_and_says_so(client):
    creators = tgp.load_creators(PROJECT, client=client)
    said = (
        r"first day with data is 2025-12-17, the data of 3 of 13 creators begin between .*are NA\.$"
    )
    with pytest.warns(NoDataWarning, match=said) as warned:
        views = tgp.load_analytics("creator", creators, "views", dates=YEAR, client=client)
    assert len(warned) == 1
    first = views.dropna(subset="value").groupby("entity_id")["date"].min()
    assert (first == creators.set_index("id")["tracking_start_date"].reindex(first.index)).all()
    assert notes(views) == [
        "Data since 17 Dec 2025; 3 of 13 creators start later (12 Feb to 27 Feb 2026).",
        "Inactive, so that nothing of theirs is counted: meadow.by.marble.",
    ]
    months = tgp.resample(views, "month").groupby("date")["value"].sum(min_count=1)
    assert months.isna().sum() == 6
    ids = creators["id"]  # the client remembers when their tracking began
    with pytest.warns(NoDataWarning, match="3 of 13"):
        again = tgp.load_analytics("creator", ids, "views", dates=YEAR, client=client)
    pd.testing.assert_series_equal(again["value"], views["value"])


def test_a_video_has_no_views_before_it_was_posted(client):
    videos = tgp.load_videos(PROJECT, client=client).head(3)
    views = tgp.load_analytics("video", videos, "views", dates=YEAR, client=client)
    first = views.dropna(subset="value").groupby("entity_id")["date"].min()
    zone = views.goat.provenance["timezone"]
    posted = videos.set_index("id")["posted_at"].dt.tz_convert(zone).dt.tz_localize(None)
    assert (first >= posted.dt.normalize().reindex(first.index)).all()
    assert "3 of 3 videos start" in notes(views)[0]


def test_goals_and_sums_take_days_before_the_data_as_nothing_but_a_whole_period_as_unknown():
    views = series([None, None, 5, 6], is_partial=False, is_baseline=False)
    creators, first = pd.Series(["a"] * 3), pd.Timestamp("2026-05-01").toordinal() - 719163
    spans = [pd.array([first + step for step in steps]).to_numpy("int64")
             for steps in ([0, 0, 2], [4, 2, 4])]  # fmt: skip
    views.attrs["trackagoat"] = {"timezone": "UTC", "data_since": "2026-05-03"}
    total, gaps = Gains(None, views, "UTC").between("views", creators, *spans)
    assert (total.tolist(), gaps.tolist()) == ([11, 0, 11], [KNOWN, MISSING, KNOWN])
    views.attrs["trackagoat"] = {"timezone": "UTC"}  # nothing says why the days have no value
    _, gaps = Gains(None, views, "UTC").between("views", creators, *spans)
    assert gaps.tolist() == [MISSING, MISSING, KNOWN]


def by_ids(ids, client):
    return tgp.load_analytics("creator", ids, "views", dates=YEAR, client=client)


@pytest.mark.parametrize("seed", range(part(20, 4, 1)))
def test_starts_that_are_inferred_are_the_tracking_start_or_a_later_day(seed):
    with tgp.sandbox(seed=seed, rate_limit=None) as box:
        options = {"base_url": box.base_url, "rate_limit": None, "progress": False}
        with tgp.connect(box.key, **options) as client:
            creators = tgp.load_creators(client=client)
        with tgp.connect(box.key, **options) as client, pytest.warns(NoDataWarning):
            views = by_ids(creators["id"], client)
    started = creators.set_index("id")["tracking_start_date"]
    first = views.dropna(subset="value").groupby("entity_id")["date"].min()
    late = (first - started.reindex(first.index)).dt.days
    assert (late >= 0).mean() == 1
    assert late.quantile(0.9) <= 21


def test_a_frame_without_days_has_nothing_to_say_of_earlier_ones():
    frame = pd.DataFrame({"date": pd.array([pd.NaT, pd.NaT], dtype="datetime64[us]")})
    assert earlier_days_text(frame, np.datetime64("2026-06-18"), 395) == ""
