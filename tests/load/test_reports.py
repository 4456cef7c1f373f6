from __future__ import annotations

import re

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    ContractWarning,
    NoDataWarning,
    TrackaGoatError,
)
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.load.reports import check_counts
from trackagoat_pandas.showing.captions import notes

pytestmark = pytest.mark.filterwarnings(
    # The rows and series here have no more fields and days than a test is about.
    "ignore:.* that every row should have:trackagoat_pandas.errors.ContractWarning",
    "ignore:.* reaches beyond the data:trackagoat_pandas.errors.NoDataWarning",
)

PROJECT = "Q1 Brand Program"
ID = "11111111-1111-4111-8111-111111111111"


def test_a_leaderboard_is_loaded_whole_and_in_order(client):
    board = tgp.load_report("video-leaderboard", PROJECT, dates="2026", client=client)
    assert len(board) > 100
    assert board["view_count"].is_monotonic_decreasing
    assert board.goat.provenance["requests"] == -(-len(board) // 100)


@pytest.mark.parametrize("name", ["posting_heatmap", "Posting-Heatmap", "posting heatmap"])
def test_a_report_may_be_named_with_underscores_and_in_any_case(client, name):
    frame = tgp.load_report(name, PROJECT, dates="2026-05", client=client)
    same = tgp.load_report("posting-heatmap", PROJECT, dates="2026-05", client=client)
    pd.testing.assert_frame_equal(frame, same)


def test_a_leaderboard_can_be_ordered_otherwise(client):
    board = tgp.load_report("video-leaderboard", PROJECT, order="like_count", client=client)
    assert board["like_count"].is_monotonic_decreasing


def test_what_stands_beside_the_rows_is_in_the_provenance(client):
    frame = tgp.load_report("view-distribution", PROJECT, client=client)
    percentiles = frame.goat.provenance["percentiles"]
    assert percentiles["p25"] <= percentiles["p50"] <= percentiles["p99"]


def test_counts_by_status_are_rows(client):
    frame = tgp.load_report("goal-compliance", PROJECT, client=client)
    goals = tgp.load_goal_compliance(PROJECT, client=client)
    counted = goals["status"].value_counts()
    found = frame.set_index("status")["count"]
    assert {status: found[status] for status in counted.index if counted[status]} == {
        status: count for status, count in counted.items() if count
    }


@pytest.mark.parametrize(
    ("name", "options", "error", "match"),
    [
        ("leaderboard", {}, ChoiceError, "'video-leaderboard', 'posting-heatmap'"),
        ("outliers", {"order": "view_count"}, ArgumentError, "only to video-leaderboard, creator-"),
        (
            "member-overlap",
            {"dates": "2026-01"},
            ArgumentError,
            "only to video-leaderboard, posting",
        ),
        ("outliers", {"reference_date": "2026-01-01"}, ArgumentError, r"only to goal-compliance\."),
        ("outliers", {"timezone": "UTC"}, ArgumentError, r"only to posting-heatmap\."),
        ("video-leaderboard", {"order": "views"}, ChoiceError, "'view_count', 'like_count'"),
        ("posting-heatmap", {"timezone": "Mars"}, ArgumentError, "IANA"),
        ("posting-heatmap", {"check": "no"}, ArgumentTypeError, "check"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_sent(name, options, error, match):
    app = Canned({})
    with connect_to(app) as client, pytest.raises(error, match=match):
        tgp.load_report(name, ID, client=client, **options)
    assert app.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        [{"status": "missed", "count": 2}],
        {"counts": {"missed": 2}},
        {"missed": 2},
        {"statuses": [{"status": "missed", "count": 2}]},
    ],
)
def test_counts_are_read_in_any_reasonable_shape(answer):
    path = "/analytics/aggregate/goal-compliance"
    with connect_to(Canned({path: answer})) as client:
        frame = tgp.load_report("goal-compliance", ID, client=client)
    assert frame[["status", "count"]].to_numpy().tolist() == [["missed", 2]]


def test_a_distribution_without_videos_has_no_rows():
    path = "/analytics/aggregate/view-distribution"
    answer = {"buckets": [], "percentiles": {"p50": None}}
    with (
        connect_to(Canned({path: answer})) as client,
        pytest.warns(NoDataWarning, match="view-distribution: no data"),
    ):
        frame = tgp.load_report("view-distribution", ID, dates="2026-05", client=client)
    assert frame.empty
    assert frame.goat.provenance["percentiles"] == {"p50": None}


LEADERBOARDS = ["video-leaderboard", "creator-leaderboard", "campaign-leaderboard"]
MAY = "2026-05-01..2026-05-10"


def checked(box, name, dates=MAY, **options):
    settings = {"base_url": box.base_url, "rate_limit": None, "progress": False}
    with tgp.connect(box.key, **settings) as client:
        board = tgp.load_report(name, PROJECT, dates=dates, check=True, client=client, **options)
        return board, client.requests_sent


@pytest.fixture(scope="module")
def gaining():
    """A sandbox whose leaderboards count what was gained in the range."""
    with tgp.sandbox(rate_limit=None, leaderboards="range") as sandbox:
        yield sandbox


SAID = {
    "video-leaderboard": ("the video '.+'", "listed"),
    "creator-leaderboard": (r"@[\w.]+", "counted"),
    "campaign-leaderboard": ("the campaign '.+'", "counted"),
}


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
@pytest.mark.parametrize("name", LEADERBOARDS)
def test_the_check_finds_out_that_counts_are_of_a_lifetime(box, name, backend):
    called, done = SAID[name]
    said = (
        rf"{name} of {MAY}: it counts the videos' lifetime: {called} has [\d,]+ views "
        rf"in it, but gained [\d,]+ in these days\. Only videos posted in these days are {done}\.$"
    )
    with pytest.warns(ContractWarning, match=said):
        board, sent = checked(box, name, dtype_backend=backend)
    assert board.goat.provenance["counts"] == "lifetime"
    assert re.search("counts +lifetime", repr(board.goat.provenance))
    assert sent <= 15


def test_the_check_of_outliers_names_a_bigger_video_that_is_left_out(box):
    """The hit was posted before these days, and the server compares posts of these days only."""
    said = (
        r"it counts the videos\' lifetime: the video of @\S+ \([-0-9a-f]{36}\) has .* "
        r"It leaves out the video .*oat latte.*' of @\S+ \([-0-9a-f]{36}\), which gained "
        r"[\d,]{9} views in these days, more than any that is listed\."
    )
    with pytest.warns(ContractWarning, match=said):
        board, _ = checked(box, "outliers", "2026-05-20..2026-05-31")
    assert board.goat.provenance["counts"] == "lifetime"


@pytest.mark.parametrize("name", ["creator-scatter", "posting-heatmap"])
def test_reports_of_means_are_checked_by_their_sums(box, name):
    with pytest.warns(ContractWarning, match="it counts the videos' lifetime"):
        board, _ = checked(box, name)
    assert board.goat.provenance["counts"] == "lifetime"


def test_buckets_are_checked_by_the_current_views_of_the_videos(box):
    said = r"it counts the videos' lifetime\. Only videos posted in these days are counted\.$"
    with pytest.warns(ContractWarning, match=said):
        board, sent = checked(box, "view-distribution")
    assert board.goat.provenance["counts"] == "lifetime"
    assert sent <= 15


def test_buckets_that_are_the_same_for_both_or_of_something_else_are_unclear(box, client):
    with pytest.warns(ContractWarning, match=r"biggest videos are the same for both\. Try older"):
        board, _ = checked(box, "view-distribution", None)
    assert board.goat.provenance["counts"] == "unclear"
    board = tgp.load_report("view-distribution", PROJECT, dates=MAY, client=client)
    board["video_count"] = board["video_count"].to_numpy()[::-1]
    project = board.attrs["trackagoat"]["params"]["project_id"]
    given = (project, tgp.DateRange.parse(MAY), session_of(client))
    with pytest.warns(ContractWarning, match="its buckets aren't those of the videos' current"):
        check_counts(board, "view-distribution", *given)


@pytest.mark.parametrize("name", ["outliers", "view-distribution", *LEADERBOARDS])
def test_without_the_check_a_report_says_that_its_counts_are_undocumented(client, name):
    board = tgp.load_report(name, PROJECT, dates=MAY, client=client)
    assert board.goat.provenance["counts"] == "undocumented"
    assert "isn't documented" in notes(board)[0]
    assert "check=True" in notes(board)[0]


@pytest.mark.parametrize("name", LEADERBOARDS)
def test_the_check_finds_out_that_counts_are_of_the_range(gaining, name):
    board, sent = checked(gaining, name)
    assert board.goat.provenance["counts"] == "range"
    assert sent <= 15


def test_a_leaderboard_of_lifetimes_and_the_analytics_of_its_days_differ(box, client):
    board = tgp.load_report("video-leaderboard", PROJECT, dates=MAY, client=client)
    videos = board["video_id"].head(5)
    gained = tgp.load_analytics("video", videos, "views", dates=MAY, client=client)
    assert board["view_count"].head(5).sum() > 1.05 * gained["value"].sum()


def test_the_check_says_when_both_are_the_same(box):
    with pytest.warns(ContractWarning, match=r"are the same for both\. Try older days"):
        board, _ = checked(box, "video-leaderboard", None)
    assert board.goat.provenance["counts"] == "unclear"


def test_the_check_says_when_there_is_nothing_to_compare(box):
    with pytest.warns(ContractWarning, match="there is nothing to compare them with"):
        board, _ = checked(box, "creator-leaderboard", "2025-07-01..2025-07-02")
    assert not board["view_count"].any()
    assert board.goat.provenance["counts"] == "unclear"


def test_an_empty_leaderboard_is_not_checked_and_is_one_warning(box):
    with pytest.warns(NoDataWarning, match="no data") as said:
        board, sent = checked(box, "video-leaderboard", "2025-07-01..2025-07-02")
    assert len(said) == 1
    assert sent == 2
    assert board.goat.provenance["counts"] == "unclear"


def test_a_row_without_a_name_goes_by_its_id_and_an_older_video_shows_that_all_are_listed():
    rules = {
        "/analytics/aggregate/video-leaderboard": [
            {"video_id": ID, "title": None, "view_count": 500, "posted_at": "2026-01-02T00:00:00Z"}
        ],
        "/analytics": {"series": [{"date": "2026-05-02", "value": 7}]},
        "/videos": [
            {"id": ID, "project_id": ID, "view_count": 500, "tracking_status": "included",
             "posted_at": "2026-01-02T00:00:00Z"}
        ],
    }  # fmt: skip
    with (
        connect_to(Canned(rules)) as client,
        pytest.warns(ContractWarning, match=f"lifetime: {ID} has 500 views in it, .* days\\.$"),
    ):
        tgp.load_report("video-leaderboard", ID, dates=MAY, check=True, client=client)


@pytest.mark.parametrize("answer", [403, [{"series": 5}], {"data": 7, "error": None, "meta": None}])
def test_the_check_says_when_what_to_compare_with_does_not_come(answer):
    rules = {
        "/analytics/aggregate/video-leaderboard": [{"video_id": ID, "view_count": 5}],
        "/analytics": answer,
    }
    with (
        connect_to(Canned(rules)) as client,
        pytest.warns(ContractWarning, match="could not be checked.*/analytics"),
    ):
        board = tgp.load_report("video-leaderboard", ID, dates=MAY, check=True, client=client)
    assert board["view_count"].tolist() == [5]
    assert board.goat.provenance["counts"] == "unclear"


def test_both_days_are_always_sent_the_last_30_by_default(client, box):
    tgp.load_report("posting-heatmap", PROJECT, client=client)
    target = [entry.target for entry in box.log if "posting-heatmap" in entry.target][-1]
    assert "from=2026-05-17" in target
    assert "to=2026-06-15" in target


@pytest.mark.parametrize(
    ("name", "given", "unverified"),
    [
        ("video-leaderboard", {}, ["project_id", "dates"]),
        ("outliers", {}, ["project_id", "dates"]),
        ("posting-heatmap", {"timezone": "UTC"}, ["project_id", "dates", "tz"]),
        ("member-overlap", {}, ["project_id"]),
        ("goal-compliance", {"reference_date": "2026-05-13"}, ["project_id", "reference_date"]),
    ],
)
def test_no_report_says_what_its_rows_are_of(client, name, given, unverified):
    frame = tgp.load_report(name, PROJECT, client=client, **given)
    assert frame.goat.provenance["unverified"] == unverified


def test_a_leaderboard_that_fails_on_its_last_page_carries_the_rows_before_it():
    def answer(query):
        if query["offset"] != "0":
            return 400
        rows = [{"video_id": str(number), "view_count": 9} for number in range(100)]
        return {"data": rows, "error": None, "meta": {"total_count": 150}}

    with (
        connect_to(Canned({"/analytics/aggregate/video-leaderboard": answer})) as client,
        pytest.raises(TrackaGoatError, match=r"`error\.partial`: 100 rows") as caught,
    ):
        tgp.load_report("video-leaderboard", ID, dates=MAY, client=client)
    assert caught.value.partial["view_count"].sum() == 900


def test_a_server_that_ignores_the_order_is_put_into_the_order_that_was_asked_for():
    rows = [
        {"video_id": name, "view_count": views, "like_count": likes}
        for name, views, likes in [("a", 9, 1), ("b", 8, 3), ("c", 7, None), ("d", 6, 3)]
    ]
    with connect_to(Canned({"/analytics/aggregate/video-leaderboard": rows})) as client:
        board = tgp.load_report(
            "video-leaderboard", ID, dates=MAY, order="like_count", client=client
        )
    assert board["video_id"].tolist() == ["b", "d", "a", "c"]
    assert board.index.tolist() == [0, 1, 2, 3]
    assert board.goat.provenance["rows"] == 4
