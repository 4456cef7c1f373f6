"""Choose one of several rows about the same thing, and join loads."""

from __future__ import annotations

import re
import warnings

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    IncompleteFrameWarning,
    MismatchedFramesWarning,
    MissingColumnError,
    NoDataWarning,
)
from trackagoat_pandas.helpers.loads import latest_rows


def kept(frame: pd.DataFrame, *key: str) -> list[int]:
    return latest_rows(frame, key).nonzero()[0].tolist()


ZULU, BERLIN = "2026-06-03T10:00:00Z", "2026-06-03 12:00:00.5+02:00"
"""The second is half a second later."""


@pytest.mark.parametrize("backend", [None, "numpy_nullable", "pyarrow"])
@pytest.mark.parametrize(
    ("columns", "places"),
    [
        ({"id": ["a", "b", "a"]}, [1, 2]),
        # A complete row counts before an unknown one, and that before a partial one.
        ({"id": list("aaabbcc"), "is_partial": [False, None, True, True, None, None, True]},
         [0, 4, 5]),
        ({"id": ["a", "a", "a"], "is_partial": [False, False, True],
          "fetched_at": [ZULU, None, BERLIN]}, [0]),
        ({"id": ["a", "a"], "fetched_at": [ZULU, ZULU], "updated_at": [BERLIN, ZULU]}, [0]),
        # Rows without any key are all kept, and so are all where there is no such column.
        ({"id": [None, None, "a"], "day": [None, None, None]}, [0, 1, 2]),
        ({"other": ["a", "a"]}, [0, 1]),
        ({"id": []}, []),
    ],
)  # fmt: skip
def test_one_row_of_each_key_counts(columns, places, backend):
    frame = pd.DataFrame(columns)
    if backend is not None:
        frame = frame.convert_dtypes(dtype_backend=backend)
    assert kept(frame, "id", "day") == places


def test_a_key_that_the_frame_has_twice_is_refused():
    with pytest.raises(ArgumentError, match="it has several columns 'id'"):
        kept(pd.DataFrame([["a", "b"]], columns=["id", "id"]), "id")


@pytest.mark.parametrize("values", [[1_717_200_000, 1], [1.5, 2.5], pd.array([5, None], "Int64")])
def test_instants_that_are_plain_numbers_are_refused(values):
    frame = pd.DataFrame({"id": ["a", "a"], "updated_at": values})
    for column in (frame["updated_at"], frame["updated_at"].astype("object")):
        with pytest.raises(ArgumentError, match="instants with their time zone, not plain numbers"):
            kept(frame.assign(updated_at=column), "id")


def test_instants_are_read_as_categories_and_as_times():
    frame = pd.DataFrame({"id": ["a", "a"], "updated_at": [BERLIN, ZULU]})
    assert kept(frame.astype({"updated_at": "category"}), "id") == [0]
    times = pd.to_datetime(frame["updated_at"], utc=True, format="ISO8601")
    assert kept(frame.assign(updated_at=times), "id") == [0]


def load(frame, at, **facts):
    frame = frame.copy()
    frame.attrs["trackagoat"] = {
        "path": "/videos", "params": {"project_id": "p"}, "fetched_at": at, "complete": True,
        "requests": 1, "timezone": "UTC", "rows": len(frame), **facts,
    }  # fmt: skip
    return frame


MONDAY, TUESDAY = "2026-06-08T10:00:00+00:00", "2026-06-09T10:00:00+00:00"
VIDEOS = pd.DataFrame({"id": ["a", "b"], "view_count": pd.array([1, 2], "Int64")})


@pytest.mark.parametrize("is_newest_first", [True, False])
def test_combined_loads_keep_each_row_of_the_newest_load(is_newest_first):
    old, new = load(VIDEOS, MONDAY), load(VIDEOS.assign(id=["a", "c"], view_count=[5, 6]), TUESDAY)
    combined = tgp.combine_loads(*([new, old] if is_newest_first else [old, new]))
    assert combined.to_dict("list") == {"id": ["b", "a", "c"], "view_count": [2, 5, 6]}
    assert combined.dtypes.to_dict() == VIDEOS.dtypes.to_dict()
    assert combined.attrs["trackagoat"] == {
        "path": "/videos", "params": {"project_id": "p"}, "fetched_at": MONDAY, "complete": True,
        "requests": 2, "timezone": "UTC", "rows": 3,
    }  # fmt: skip


def test_a_load_that_names_no_offset_was_fetched_by_utc():
    bare = load(VIDEOS.assign(view_count=9), "2026-06-08T11:00:00")
    for at, views in (("2026-06-08T10:59:59+00:00", 9), ("2026-06-08T11:00:01+00:00", 5)):
        other = load(VIDEOS.assign(view_count=5), at)
        assert tgp.combine_loads(other, bare)["view_count"].tolist() == [views, views]


def test_a_combined_frame_is_complete_only_if_all_were_and_keeps_what_all_agree_on():
    old = load(VIDEOS, MONDAY, complete=False, params={"project_id": "p", "creator_id": "x"})
    facts = tgp.combine_loads(old, load(VIDEOS, TUESDAY)).attrs["trackagoat"]
    assert facts["complete"] is False
    assert facts["params"] == {"project_id": "p"}


def test_a_complete_day_counts_before_a_newer_partial_one_and_of_complete_ones_the_newest():
    day = pd.DataFrame(
        {
            "entity": "creator", "entity_id": "a", "metric": "views", "series_kind": "main",
            "date": pd.to_datetime(["2026-06-01", "2026-06-02"]), "value": [70.0, 40.0],
            "is_partial": [False, True],
        }
    )  # fmt: skip
    newer = day.assign(value=[30.0, 80.0], is_partial=[True, False])
    frames = [load(day, MONDAY, path="/analytics"), load(newer, TUESDAY, path="/analytics")]
    for order in (frames, frames[::-1]):
        combined = tgp.combine_loads(*order).sort_values("date")
        assert combined["value"].tolist() == [70.0, 80.0]
    with pytest.raises(ArgumentError, match=r"than one time zone, Asia/Tokyo, UTC"):
        tgp.combine_loads(frames[0], load(newer, TUESDAY, path="/analytics", timezone="Asia/Tokyo"))
    weekly = load(newer, TUESDAY, path="/analytics", params={"granularity": "week"})
    daily = load(day, MONDAY, path="/analytics", params={"granularity": "day"})
    with pytest.raises(ArgumentError, match="one granularity"):
        tgp.combine_loads(daily, weekly)


def days(first, last, entity="a", at=MONDAY, **facts):
    """A load of daily views; `asked` are the days that its provenance names."""
    frame = pd.DataFrame(
        {
            "entity": "creator", "entity_id": entity, "metric": "views", "series_kind": "main",
            "date": pd.date_range(first, last), "value": 1.0,
        }
    )  # fmt: skip
    asked = facts.pop("asked", (first, last))
    params = {"granularity": "day", "mode": "new", "from": asked[0], "to": asked[1]}
    return load(frame, at, path="/analytics", params=params, **facts)


def gaps(*frames):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NoDataWarning)
        return tgp.combine_loads(*frames).attrs["trackagoat"].get("gaps")


def test_days_that_no_load_covers_are_named():
    frames = days("2026-05-01", "2026-05-10"), days("2026-05-21", "2026-06-08", at=TUESDAY)
    for order in (frames, frames[::-1]):
        message = r"^combine_loads: no load covers 2026-05-11\.\.2026-05-20\. Load these days"
        with pytest.warns(NoDataWarning, match=message) as caught:
            combined = tgp.combine_loads(*order)
        assert len(caught) == 1
        facts = combined.attrs["trackagoat"]
        assert facts["gaps"] == ["2026-05-11..2026-05-20"]
        assert (facts["complete"], facts["loads_complete"]) == (False, True)
        assert "days missing" in repr(combined.goat.provenance)


def test_loads_that_meet_or_overlap_have_no_gap():
    may = days("2026-05-01", "2026-05-31")
    assert gaps(may, days("2026-06-01", "2026-06-08")) is None
    assert gaps(may, days("2026-05-02", "2026-05-03"), days("2026-05-20", "2026-06-08")) is None


def test_a_gap_of_one_series_is_one_and_a_series_of_its_own_days_has_none():
    other = days("2026-05-01", "2026-05-31", entity="b")
    first, last = days("2026-05-01", "2026-05-10"), days("2026-05-12", "2026-05-31")
    assert gaps(other, first, last) == ["2026-05-11"]
    assert gaps(first, days("2026-05-20", "2026-05-31", entity="b")) is None


def test_a_series_that_ends_within_its_load_is_covered_but_not_after_the_servers_today():
    july = days("2026-07-01", "2026-07-05")
    ended = days("2026-06-01", "2026-06-15", asked=("2026-06-01", "2026-06-30"))
    assert gaps(ended, july) is None
    running = days(
        "2026-06-01", "2026-06-15", asked=("2026-06-01", "2026-06-30"), data_until="2026-06-15"
    )
    assert gaps(running, july) == ["2026-06-16..2026-06-30"]


def test_a_gap_stays_until_it_is_filled():
    with pytest.warns(NoDataWarning):
        joined = tgp.combine_loads(
            days("2026-05-01", "2026-05-10"), days("2026-05-21", "2026-05-31")
        )
    assert gaps(joined, days("2026-06-01", "2026-06-08")) == ["2026-05-11..2026-05-20"]
    assert gaps(joined, days("2026-05-11", "2026-05-18")) == ["2026-05-19..2026-05-20"]
    assert gaps(joined, days("2026-05-11", "2026-05-20")) is None


def test_a_frame_with_gaps_is_incomplete_until_they_are_filled_and_helpers_warn_of_it():
    first, last = days("2026-05-01", "2026-05-10"), days("2026-05-21", "2026-05-31")
    with pytest.warns(NoDataWarning):
        joined = tgp.combine_loads(first, last)
    message = (
        r"^to_wide: `analytics` is incomplete, since days are missing \(2026-05-11\.\.2026-05-20\)"
    )
    with pytest.warns(IncompleteFrameWarning, match=message):
        wide = tgp.to_wide(joined.assign(label="mia"))
    assert wide.attrs["trackagoat"]["complete"] is False
    filled = tgp.combine_loads(joined, days("2026-05-11", "2026-05-20"))
    assert filled.attrs["trackagoat"]["complete"] is True
    assert not {"gaps", "loads_complete"} & set(filled.attrs["trackagoat"])


def test_a_load_of_which_a_part_failed_leaves_the_joined_frame_incomplete():
    failed = days("2026-05-01", "2026-05-10", complete=False)
    bare = days("2026-05-11", "2026-05-20")
    bare.attrs = {}
    assert tgp.combine_loads(failed, bare).attrs == {"trackagoat": {"complete": False}}
    with pytest.warns(NoDataWarning):
        joined = tgp.combine_loads(failed, days("2026-05-21", "2026-05-31"))
    filled = tgp.combine_loads(joined, days("2026-05-11", "2026-05-20"))
    assert filled.attrs["trackagoat"]["complete"] is False


def test_frames_of_unknown_origin_and_weeks_are_known_as_such():
    bare = [days("2026-05-01", "2026-05-10"), days("2026-05-12", "2026-05-31")]
    for frame in bare:
        frame.attrs = {}
    with pytest.warns(NoDataWarning, match=r"no load covers 2026-05-11\. "):
        joined = tgp.combine_loads(*bare)
    assert joined.attrs["trackagoat"] == {
        "complete": False, "gaps": ["2026-05-11"], "loads_complete": None,
    }  # fmt: skip
    assert tgp.combine_loads(joined, days("2026-05-11", "2026-05-11")).attrs == {}
    weeks = [days(day, day) for day in ("2026-05-04", "2026-05-25")]
    for frame in weeks:
        frame.attrs["trackagoat"]["params"]["granularity"] = "week"
    assert gaps(*weeks) is None


def test_loads_of_goals_keep_each_period_of_a_goal():
    history = pd.DataFrame({"goal_id": ["g", "g"], "period_start": ["1", "2"], "actual": [1, 2]})
    later = history.tail(1).assign(actual=3)
    assert tgp.combine_loads(history, later)["actual"].tolist() == [1, 3]
    assert tgp.combine_loads(later, later.assign(actual=4))["actual"].tolist() == [4]


def test_goals_of_several_reference_days_are_warned_of_and_counted_once_as_the_warning_says():
    days = ("2026-06-01", "2026-06-08")
    loads = [
        pd.DataFrame(
            {
                "goal_id": ["g", "h"], "project_id": "p", "creator_id": "a", "percentage": 50.0,
                "status": "on_track", "period_start": ["2026-05-04", day],
                "not_yet_started": False,
            }
        )
        for day in days
    ]  # fmt: skip
    message = r"^combine_loads: 1 goal has a row for each of several periods.*period: (goals\..*)"
    with pytest.warns(MismatchedFramesWarning, match=message) as caught:
        goals = tgp.combine_loads(*loads)
    assert tgp.summarize_compliance(goals)["goals"].tolist() == [3]
    advice = re.match(message, str(caught[0].message))[1]
    once = eval(advice, {"goals": goals})
    assert tgp.summarize_compliance(once)["goals"].tolist() == [2]
    assert set(once["period_start"]) == {"2026-05-04", "2026-06-08"}


def test_frames_without_provenance_combine_to_one_without():
    combined = tgp.combine_loads(VIDEOS, load(VIDEOS.assign(view_count=[7, 8]), MONDAY))
    assert combined["view_count"].tolist() == [7, 8]
    assert combined.attrs == {}


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_empty_loads_and_columns_of_nothing_change_no_dtype(backend):
    frame = VIDEOS.assign(kind=pd.Categorical(["x", "y"])).convert_dtypes(dtype_backend=backend)
    nothing = frame.assign(kind=pd.Series([None, None], dtype="object"), id=["c", "d"])
    combined = tgp.combine_loads(frame.head(0), nothing, frame)
    assert combined["kind"].isna().tolist() == [True, True, False, False]
    assert combined["kind"].dtype == frame["kind"].dtype
    assert tgp.combine_loads(frame.head(0), frame.head(0)).dtypes.equals(frame.dtypes)


@pytest.mark.parametrize(
    ("known", "dtype"), [([True], "boolean"), ([7], "Int64"), ([7.5], "float64")]
)
def test_what_only_one_load_knows_stays_unknown_in_the_other(known, dtype):
    one = pd.DataFrame({"id": ["a"], "said": known})
    other = pd.DataFrame({"id": ["b"], "said": pd.Series([None], dtype=object)})
    combined = tgp.combine_loads(one, other)
    assert combined["said"].dtype == dtype
    assert combined["said"].isna().tolist() == [False, True]
    assert combined["said"].tolist()[:1] == known


@pytest.mark.parametrize("later", [pd.Categorical(["y"]), ["y"]])
def test_combined_categories_are_the_union_also_with_a_load_that_has_them_as_text(later):
    words = pd.DataFrame({"id": ["x"], "kind": pd.Categorical(["x"])})
    combined = tgp.combine_loads(words, pd.DataFrame({"id": ["y"], "kind": later}))
    assert isinstance(combined["kind"].dtype, pd.CategoricalDtype)
    assert combined["kind"].tolist() == ["x", "y"]


def test_of_loads_without_rows_the_oldest_says_the_columns():
    empty = VIDEOS.head(0)
    combined = tgp.combine_loads(load(empty, MONDAY), load(empty.assign(other=[]), TUESDAY))
    assert combined.columns.tolist() == ["id", "view_count"]


@pytest.mark.parametrize(
    ("frames", "error", "match"),
    [
        ([], ArgumentError, "pass at least one frame"),
        ([pd.DataFrame({"a": [1]})], MissingColumnError, "id"),
        ([VIDEOS, pd.DataFrame({"goal_id": ["g"]})], ArgumentError, "one table"),
        ([load(VIDEOS, MONDAY), load(VIDEOS, MONDAY, path="/creators")], ArgumentError,
         "one table"),
        ([[VIDEOS]], ArgumentTypeError, "a pandas DataFrame"),
    ],
)  # fmt: skip
def test_what_is_no_load_of_one_resource_is_refused(frames, error, match):
    with pytest.raises(error, match=match):
        tgp.combine_loads(*frames)


def test_two_loads_of_the_server_combine_to_what_one_gives(client):
    first = tgp.load_videos("Summer Launch", client=client)
    combined = tgp.combine_loads(first, tgp.load_videos("Summer Launch", client=client))
    pd.testing.assert_frame_equal(combined, first, check_flags=False)
    assert combined.attrs["trackagoat"]["complete"] is True
