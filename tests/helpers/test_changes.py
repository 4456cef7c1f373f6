from __future__ import annotations

import warnings

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests.heavy import every, part
from tests.support.named_frames import both, series
from trackagoat_pandas.errors import (
    ArgumentError,
    ContractWarning,
    IncompleteFrameWarning,
    MissingArgumentError,
    NoDataWarning,
)
from trackagoat_pandas.helpers.changes import explain_change
from trackagoat_pandas.helpers.formats import in_reading_order

PARTS = ["before", "after", "change"]
JUNE = "2026-06-03..2026-06-04"


def of_videos(*rows, **same):
    known = {"creator_id": "a", "title": "hit", "tracking_status": "included"}
    known |= {"posted_at": pd.Timestamp("2026-01-01", tz="UTC")}
    return pd.DataFrame([{**known, **same, **row} for row in rows])


def joined(*parts):
    return pd.concat(parts, ignore_index=True)


def post(name, first, values, **options):
    return series(first, values, entity=name, **options).assign(entity="video", label=None)


def lines(frame, *names):
    return frame[[*names]].astype(object).where(frame[[*names]].notna(), None).to_numpy().tolist()


ANN = series("2026-06-01", [1, 2, 30, 40])
HIT = post("v", "2026-06-01", [0, 1, 20, 30])


def test_a_creators_posts_and_the_rest_add_up_to_its_change():
    found = explain_change(joined(ANN, HIT), of_videos({"id": "v"}), dates=JUNE)
    names = ["level", "tiktok_handle", "video_title", *PARTS]
    assert lines(found, *names) == [
        ["creator", "ann", "all posts", 3, 70, 67],
        ["post", "ann", "hit", 1, 50, 49],
        ["other", "ann", "other posts", 2, 20, 18],
    ]
    assert found["share_pct"].round(1).tolist() == [100.0, 73.1, 26.9]
    assert found["after_pct"].round(1).tolist() == [100.0, 71.4, 28.6]


def test_a_part_of_the_videos_is_warned_of_only_where_others_are_needed():
    videos = of_videos({"id": "v"}, {"id": "w"})
    videos.attrs["trackagoat"] = {"path": "/videos", "rows": 2}
    whole = explain_change(joined(ANN, HIT), videos, dates=JUNE)
    own = explain_change(joined(ANN, HIT), videos.head(1), dates=JUNE)
    assert lines(own, *PARTS) == lines(whole, *PARTS)
    said = "explain_change: `videos` has 1 of 2 videos"
    with pytest.warns(IncompleteFrameWarning, match=said):
        explain_change(joined(ANN, HIT), videos.tail(1), dates=JUNE)
    creators = pd.DataFrame({"id": ["a"], "tiktok_handle": ["ann"]})
    with pytest.warns(IncompleteFrameWarning, match=said):
        explain_change(joined(ANN, HIT), videos.head(1), dates=JUNE, creators=creators)


def test_a_creator_without_posts_in_the_frame_has_no_title():
    assert explain_change(ANN, dates=JUNE)["video_title"].isna().all()


def test_a_note_says_whose_posts_gained_more_than_the_creators_series():
    none = series("2026-06-01", [0, 0, 0, 0])
    found = explain_change(joined(none, HIT), of_videos({"id": "v"}), dates=JUNE)
    assert found["after"].tolist() == [0, 50, -50]
    note = found.attrs["trackagoat"]["note"]
    assert "Posts gained more views than the series of their creator" in note
    assert "ann by 50." in note
    usual = explain_change(joined(ANN, HIT), of_videos({"id": "v"}), dates=JUNE)
    assert "note" not in usual.attrs["trackagoat"]


def test_columns_are_in_the_order_in_which_people_read():
    found = explain_change(ANN, dates=JUNE)
    assert [*found] == in_reading_order(found)
    assert [*found][-2:] == ["creator_id", "video_id"]


COUNTS = st.lists(st.integers(-1000, 10**6), min_size=4, max_size=4)


@settings(max_examples=part(30, 30, 8), deadline=None)
@given(
    creators=st.lists(COUNTS, min_size=0, max_size=3),
    posts=st.lists(st.tuples(st.sampled_from(["0", "1", "2", None]), COUNTS), max_size=5),
    n=st.sampled_from([None, 0, 1]),
)
def test_creators_and_all_other_rows_add_up_to_the_same_whole_numbers(creators, posts, n):
    parts = [series("2026-06-01", values, entity=str(n)) for n, values in enumerate(creators)]
    parts += [post(f"v{n}", "2026-06-01", values) for n, (_, values) in enumerate(posts)]
    if not parts:
        return
    videos = of_videos(
        *({"id": f"v{n}", "creator_id": owner} for n, (owner, _) in enumerate(posts)),
        {"id": "not asked for"},
    )
    found = explain_change(joined(*parts), videos, dates=JUNE, n=n)
    is_creator = found["level"] == "creator"
    for name, days in (("before", slice(0, 2)), ("after", slice(2, 4))):
        owned = {str(n) for n in range(len(creators))}
        total = sum(sum(values[days]) for values in creators)
        total += sum(sum(values[days]) for owner, values in posts if owner not in owned)
        assert found.loc[is_creator, name].sum() == total
        if posts:
            assert found.loc[~is_creator, name].sum() == total
    assert (found["change"] == found["after"] - found["before"]).all()
    assert found["change"].dtype == "Int64"


def test_who_moved_the_total_most_comes_first_up_or_down():
    rises = series("2026-06-01", [0, 0, 5, 5], entity="b")
    falls = series("2026-06-01", [500, 0, 0, 0], entity="c")
    assert explain_change(joined(ANN, rises), dates=JUNE)["creator_id"].tolist() == ["a", "b"]
    found = explain_change(joined(ANN, rises, falls), dates=JUNE)
    assert found["creator_id"].tolist() == ["c", "a", "b"]
    twice = series("2026-06-01", [0, 0, 400, 400], entity="d")
    found = explain_change(joined(ANN, falls, twice), dates=JUNE)
    assert found["creator_id"].tolist() == ["d", "c", "a"]
    assert found["share_pct"].sum() == pytest.approx(100)


def test_no_share_is_given_of_a_total_that_did_not_change():
    found = explain_change(series("2026-06-01", [1, 2, 2, 1]), dates=JUNE)
    assert lines(found, "change", "share_pct", "after_pct") == [[0, None, 100.0]]


def test_a_frame_that_was_loaded_to_compare_has_both_periods():
    prior = series("2026-06-01", [1, 2], kind="prior_period")
    main = series("2026-06-03", [30, 40], **{"from": "2026-06-03", "to": "2026-06-04"})
    found = explain_change(both(main, prior))
    assert lines(found, *PARTS) == [[3, 70, 67]]
    assert found.attrs["trackagoat"]["params"] == {
        "metric": "views", "from": "2026-06-03", "to": "2026-06-04",
        "compared_from": "2026-06-01", "compared_to": "2026-06-02",
    }  # fmt: skip
    across = explain_change(both(main, prior), dates="2026-06-04", compare="2026-06-02..2026-06-03")
    assert lines(across, "before", "after") == [[32, 40]]


def test_another_period_to_compare_with_may_be_given():
    found = explain_change(ANN, dates="2026-06-04", compare="2026-06-01")
    assert lines(found, *PARTS) == [[1, 40, 39]]


def test_days_relative_to_today_follow_the_servers_clock():
    now = pd.Timestamp.now("UTC")
    frame = ANN.copy()
    frame.attrs["trackagoat"] |= {
        "fetched_at": now.isoformat(), "server_time": "2026-06-05T01:00:00+00:00",
        "timezone": "America/New_York",
    }  # fmt: skip
    assert lines(explain_change(frame, dates="today"), "before", "after") == [[30, 40]]


@pytest.mark.parametrize(("freq", "step"), [("W-MON", "week"), ("MS", "month")])
def test_weeks_and_months_are_compared_whole(freq, step):
    frame = series("2026-06-01", [1, 2, 30], freq=freq, granularity=step)
    first = frame["date"].iloc[2]
    stop = first + pd.DateOffset(**{f"{step}s": 1}) - pd.DateOffset(days=1)
    found = explain_change(frame, dates=(first, stop))
    assert lines(found, "before", "after") == [[2, 30]]
    with pytest.raises(ArgumentError, match=f"isn't whole {step}s"):
        explain_change(frame, dates=(first, first))


def test_a_bucket_that_the_range_cuts_is_not_whole():
    cut = {"from": "2026-05-20", "to": "2026-06-30"}
    months = series("2026-05-01", [1, 2], freq="MS", granularity="month", **cut)
    with pytest.raises(ArgumentError, match=r"compare: analytics covers 2026-05-20\.\.2026-06-30"):
        explain_change(months, dates="2026-06")


def test_a_period_that_the_frame_does_not_cover_is_refused():
    with pytest.raises(ArgumentError, match=r"compare: analytics covers 2026-06-01\.\.2026-06-04"):
        explain_change(ANN, dates="2026-06-01..2026-06-04")
    with pytest.raises(ArgumentError, match="dates: analytics covers"):
        explain_change(ANN, dates="2026-07-01")
    with pytest.raises(MissingArgumentError, match="`dates` is required"):
        explain_change(ANN.head(0))


def test_missing_days_of_a_creator_are_not_zero():
    frame = joined(series("2026-06-01", [1, None, 3, 4]), series("2026-06-01", [5] * 4, entity="b"))
    with pytest.warns(NoDataWarning, match="of 1 of 2 creators days are missing"):
        found = explain_change(frame, dates=JUNE)
    assert lines(found, "creator_id", *PARTS, "share_pct") == [
        ["b", 10, 10, 0, None],
        ["a", None, 7, None, None],
    ]


def test_days_before_the_data_are_nothing_once_loads_are_joined_with_what_they_say():
    late = series("2026-06-01", [None, None, 3, 4])
    other = series("2026-06-01", [5] * 4, entity="b")
    late.attrs["trackagoat"] = {"starts_later": {"number": 1, "of": 1, "last": "2026-06-03"}}
    found = explain_change(tgp.combine_loads(late, other), dates=JUNE)
    assert lines(found, "creator_id", *PARTS) == [["a", 0, 7, 7], ["b", 10, 10, 0]]
    with pytest.warns(NoDataWarning, match="join loads by combine_loads"):
        explain_change(joined(late, other), dates=JUNE)


def test_a_post_needs_no_days_before_it_was_posted():
    late = of_videos({"id": "v", "posted_at": pd.Timestamp("2026-06-03 12:00", tz="UTC")})
    new = post("v", "2026-06-03", [20, 30])
    found = explain_change(joined(ANN, new), late, dates=JUNE)
    assert lines(found[found["level"] == "post"], *PARTS) == [[0, 50, 50]]
    gone = explain_change(joined(ANN, new), of_videos({"id": "v"}), dates=JUNE)
    assert gone["level"].tolist() == ["creator", "other"]


def test_posts_that_do_not_count_are_among_the_others():
    videos = of_videos({"id": "v"}, tracking_status="pending_review")
    found = explain_change(joined(ANN, HIT), videos, dates=JUNE)
    assert lines(found, "level", "change") == [["creator", 67]]


def test_disabled_posts_are_in_no_row_and_a_note_has_what_they_gained():
    videos = of_videos({"id": "v"}, is_tracking_disabled=True)
    found = explain_change(joined(ANN, HIT), videos, dates=JUNE)
    assert lines(found, "level", "change") == [["creator", 67]]
    note = found.attrs["trackagoat"]["note"]
    assert note.startswith("1 post that doesn't count now gained 1 views before and 50 after")
    removed = explain_change(joined(ANN, HIT), videos.assign(creator_id="removed"), dates=JUNE)
    assert lines(removed, "creator_id", *PARTS) == [["a", 3, 70, 67]]


def test_posts_in_another_spelling_count_and_those_of_an_unknown_status_are_said():
    spelled = of_videos({"id": "v"}, tracking_status="Direct-Add")
    assert len(explain_change(joined(ANN, HIT), spelled, dates=JUNE)) == 3
    with pytest.warns(ContractWarning, match=r"tracking_status: 'new' \(1\). They are not listed"):
        found = explain_change(joined(ANN, HIT), spelled.assign(tracking_status="new"), dates=JUNE)
    assert found["level"].tolist() == ["creator"]
    assert "1 post that may not count" in found.attrs["trackagoat"]["note"]


def test_what_only_the_project_has_is_a_row_of_its_own():
    project = series("2026-06-01", [1, 3, 30, 50], entity="p").assign(entity="project")
    found = explain_change(joined(ANN, project), dates=JUNE)
    assert lines(found, "creator_id", "video_title", *PARTS) == [
        ["a", None, 3, 70, 67], [None, "in no creator's series", 1, 10, 9],
    ]  # fmt: skip
    by_url = post("u", "2026-06-01", [0, 1, 0, 4])
    videos = of_videos({"id": "u", "creator_id": None})
    found = explain_change(joined(ANN, project, by_url), videos, dates=JUNE)
    assert found.loc[found["level"] == "creator", "change"].sum() == 76
    assert found.loc[found["level"] != "creator", "change"].sum() == 76
    assert found.loc[found["level"] == "post", "change"].tolist() == [3]
    same = explain_change(joined(ANN, ANN.assign(entity="project", entity_id="p")), dates=JUNE)
    assert same["creator_id"].tolist() == ["a"]


def test_posts_of_removed_creators_without_rows_are_counted_or_said():
    times = ["2026-06-02T10:00Z", "2026-06-04T10:00Z", "2026-05-01T10:00Z"]
    videos = pd.concat(
        of_videos({"id": str(n), "creator_id": "gone", "posted_at": pd.Timestamp(time)})
        for n, time in enumerate(times)
    )
    creators = pd.DataFrame({"id": ["a"], "tiktok_handle": ["ann"]})
    posts = ANN.assign(metric="posts")
    options = {"dates": JUNE, "creators": creators}
    found = explain_change(posts, videos, metric="posts", **options)
    assert lines(found, "creator_id", "before", "after") == [["a", 3, 70], ["gone", 1, 1]]
    views = explain_change(ANN, videos, **options)
    assert "no rows of 3 posts" in views.attrs["trackagoat"]["note"]
    assert "note" not in explain_change(ANN, videos, dates=JUNE).attrs["trackagoat"]


def test_a_post_that_gained_nothing_in_either_period_has_no_row():
    videos = of_videos({"id": "v"}, {"id": "w"})
    idle = post("w", "2026-06-01", [0, 0, 0, 0])
    found = explain_change(joined(ANN, HIT, idle), videos, dates=JUNE)
    assert found["video_id"].dropna().tolist() == ["v"]


def test_one_fraction_makes_all_sums_fractions():
    found = explain_change(series("2026-06-01", [1, 2.5, 30, 40.25]), dates=JUNE)
    assert lines(found, *PARTS) == [[3.5, 70.25, 66.75]]
    assert found["change"].dtype == "Float64"


ADDRESS = "http://127.0.0.1/api/v1"
DAY = pd.Timedelta(days=1)


@pytest.mark.filterwarnings("ignore:analytics. .* reaches beyond the data")
@pytest.mark.parametrize("seed", range(1, 21)[:: 20 // part(20, 4, 1)])
def test_the_total_is_that_of_the_projects_own_series(seed):
    options = {"rate_limit": None, "progress": False}
    with (
        tgp.sandbox(seed=seed, creators=6, days=60, rate_limit=None) as box,
        tgp.connect(box.key, base_url=ADDRESS, transport=box.app, **options) as client,
    ):
        creators = tgp.load_creators(client=client)
        for project in tgp.load_projects(client=client)["id"][:: every(2)]:
            own = creators[creators["project_id"] == project]
            videos = tgp.load_videos(project, client=client)
            if videos.empty:
                continue
            asked = (("creator", own), ("video", videos), ("project", project))
            creator, post, whole = (
                tgp.load_analytics(entity, ids, "views", dates="last 60 days", client=client)
                for entity, ids in asked
            )
            last = whole["date"].max() - DAY
            for days in (2, 7, 28):
                dates = (last - (days - 1) * DAY, last)
                days_before = (last - (2 * days - 1) * DAY, last - days * DAY)
                total = [
                    whole.loc[whole["date"].between(*span), "value"].sum()
                    for span in (days_before, dates)
                ]
                for joint in ([creator, post], [creator, whole], [creator, post, whole]):
                    with warnings.catch_warnings(record=True) as said:
                        warnings.simplefilter("always")
                        found = explain_change(tgp.combine_loads(*joint), videos, dates=dates)
                    if said:  # the program is younger than the period before
                        assert "three quarters are needed" in str(said[0].message)
                        assert found[["before", "after"]].isna().all(axis=None)
                        continue
                    for level in (found["level"] == "creator", found["level"] != "creator"):
                        if level.any():
                            assert found.loc[level, ["before", "after"]].sum().tolist() == total


def test_the_rest_of_a_creator_whose_posts_explain_all_is_left_out():
    whole = ANN.assign(entity="video", entity_id="v")
    found = explain_change(joined(ANN, whole), of_videos({"id": "v"}), dates=JUNE)
    assert found["level"].tolist() == ["creator", "post"]


def test_only_the_posts_that_moved_most_are_listed():
    small = post("w", "2026-06-01", [0, 0, 1, 1])
    videos = of_videos({"id": "v"}, {"id": "w"})
    found = explain_change(joined(ANN, HIT, small), videos, dates=JUNE, n=1)
    assert found["video_id"].tolist()[1] == "v"
    assert lines(found, "level", "after") == [["creator", 70], ["post", 50], ["other", 20]]


def test_handles_come_from_creators_where_they_are_given():
    creators = pd.DataFrame({"id": ["a"], "tiktok_handle": ["ann.renamed"]})
    found = explain_change(ANN, dates=JUNE, creators=creators)
    assert found["tiktok_handle"].tolist() == ["ann.renamed"]


def test_a_removed_creator_has_the_handle_in_the_addresses_of_its_posts_also_in_the_note():
    videos = of_videos({"id": "v", "url": "https://www.tiktok.com/@ann.removed/video/7"})
    none = series("2026-06-01", [0, 0, 0, 0]).assign(label=None)
    found = explain_change(joined(none, HIT), videos, dates=JUNE)
    assert found["tiktok_handle"].tolist() == ["ann.removed"] * 3
    assert "ann.removed by 50" in found.attrs["trackagoat"]["note"]


def test_a_period_with_a_day_that_was_not_over_says_so():
    frame = series("2026-06-01", [1, 2, 3], partial=True)
    assert explain_change(frame, dates="2026-06-03")["is_partial"].tolist() == [True]
    assert explain_change(frame, dates="2026-06-02")["is_partial"].tolist() == [False]


def test_rows_of_videos_need_the_videos():
    with pytest.raises(MissingArgumentError, match="`videos` is required"):
        explain_change(joined(ANN, HIT), dates=JUNE)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"metric": "growth_rate_pop"}, "metric='growth_rate_pop' is not allowed"),
        ({"metric": "likes"}, "analytics has no likes of creators or videos; it has views"),
        ({"n": -1}, "n=-1 is not allowed"),
    ],
)
def test_what_cannot_be_summed_is_refused(options, message):
    with pytest.raises(ArgumentError, match=message):
        explain_change(ANN, dates=JUNE, **options)


def test_running_totals_are_refused():
    totals = series("2026-06-01", [1, 2], mode="cumulative")
    with pytest.raises(ArgumentError, match="load it with mode='new'"):
        explain_change(totals, dates="2026-06-02")
