from __future__ import annotations

import math
import re

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.named_frames import both, series
from tests.support.relays import Gate, Relay
from tests.widgets.conftest import METRICS
from tests.widgets.doubles import await_no_workers, check_code
from trackagoat_pandas.base.figures import percent_text
from trackagoat_pandas.errors import ChoiceError, IncompleteFrameWarning, PartialLoadError
from trackagoat_pandas.helpers.analytics import metrics_in
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.load.series import IDS_A_CALL
from trackagoat_pandas.tables import ANALYTICS
from trackagoat_pandas.widgets import explorer as explorer_module
from trackagoat_pandas.widgets.board import Tile
from trackagoat_pandas.widgets.explorer import Explorer
from trackagoat_pandas.widgets.explorer_views import MOVED, TOTALS, SeriesChoice, notes_on
from trackagoat_pandas.widgets.explorer_views import tiles as tiles_of
from trackagoat_pandas.widgets.pickers import ProjectPicker

pytestmark = pytest.mark.slow

PROJECT = "Summer Launch"


def wide(analytics, metric, kind="main"):
    """One metric by entity and place in its period."""
    rows = analytics[(analytics["metric"] == metric) & (analytics["series_kind"] == kind)]
    place = rows["date"].rank(method="dense").astype(int)
    return rows.assign(place=place).set_index(["entity_id", "place"])["value"].sort_index()


def written_in(explorer):
    """The texts in the picture."""
    return [text.get_text() for text in explorer.figure.axes[0].texts]


def over_time(*frames, **options):
    """An explorer whose table has a row for each bucket."""
    explorer = Explorer(*frames, **options)
    explorer.page.value = "Over time"
    return explorer


def said(explorer):
    """What an explorer says above the figures and below the table."""
    return explorer.message.value + explorer.notes.value


def subtitle_of(explorer):
    """What the picture says below its title."""
    return " ".join(written_in(explorer))


def by_place(frame, column):
    """A column of the explorer's table by entity and place."""
    place = frame["date"].rank(method="dense").astype(int)
    return frame.assign(place=place).set_index(["entity_id", "place"])[column].sort_index()


def test_a_given_frame_is_shown_whole_with_the_period_before_beside_it(analytics):
    explorer = over_time(analytics)
    frame = explorer.frame
    for metric in METRICS:
        for column, kind in ((metric, "main"), (f"{metric}_before", "prior_period")):
            shown, expected = by_place(frame, column), wide(analytics, metric, kind)
            assert shown.index.equals(expected.index)
            assert shown.isna().equals(expected.isna())
            assert shown.dropna().tolist() == expected.dropna().tolist()
    assert explorer.metrics.value == METRICS
    assert str(explorer.dates.value) == "2026-05-01..2026-05-31"
    assert "the period before" in written_in(explorer)
    check_code(explorer, views=analytics)


def test_each_metric_has_its_column_and_beside_it_the_period_before_and_the_change(analytics):
    frame = over_time(analytics).frame
    assert list(frame.columns) == [
        "tiktok_handle", "date",
        "views", "views_before", "change_in_views_pct",
        "likes", "likes_before", "change_in_likes_pct",
        "engagement_rate_by_views", "engagement_rate_by_views_before",
        "change_in_engagement_rate_by_views_points", "entity_id",
    ]  # fmt: skip
    assert {str(frame[name].dtype) for name in ("views", "views_before", "likes")} == {"Int64"}
    row = frame.dropna().iloc[0]
    percent = 100 * (row["views"] / row["views_before"] - 1)
    assert row["change_in_views_pct"] == round(percent)
    points = row["engagement_rate_by_views"] - row["engagement_rate_by_views_before"]
    assert row["change_in_engagement_rate_by_views_points"] == pytest.approx(round(points, 1))


def test_the_newest_days_are_first_and_of_each_the_biggest():
    frame = both(series("2026-06-01", [9, 1]), series("2026-06-01", [2, 5], entity="b"))
    explorer = over_time(frame)
    assert explorer.frame["views"].tolist() == [5, 1, 9, 2]
    assert explorer.frame["date"].is_monotonic_decreasing


def test_a_day_that_is_not_over_comes_last_and_is_marked(analytics):
    explorer = over_time(series("2026-06-03", [5, 6, 7], partial=True))
    assert explorer.frame["views"].tolist() == [6, 5, 7]
    assert re.findall(
        r"5 Jun 2026<span class='mark' title='still filling in'", explorer.grid.table.value
    )
    assert "class='mark'" not in over_time(analytics).grid.table.value


def test_of_what_is_left_no_change_is_all_of_it():
    frame = both(
        series("2026-06-03", [13, 0]), series("2026-06-01", [4_477, 4_477], kind="prior_period")
    )
    assert over_time(frame).frame["change_in_views_pct"].tolist() == [-100, -99]


def test_only_a_frame_with_a_bucket_that_still_fills_says_which():
    frame = both(
        series("2026-06-03", [1, 2]),
        series("2026-06-01", [3, 4], kind="prior_period").assign(is_partial=[False, True]),
    )
    assert "is_partial" not in over_time(frame).frame.columns
    filling = series("2026-06-03", [1, 2], partial=True)
    assert over_time(filling).frame["is_partial"].tolist() == [False, True]


def test_from_nothing_before_there_is_no_change_in_percent():
    frame = both(series("2026-06-03", [5, 5]), series("2026-06-01", [0, 4], kind="prior_period"))
    changes = over_time(frame).frame["change_in_views_pct"]
    assert changes.isna().tolist() == [False, True]
    assert changes[0] == pytest.approx(25)


def test_the_code_of_every_choice_rebuilds_its_frame_and_plot(analytics):
    explorer = over_time(analytics)
    choices = {
        "drawn": "biggest",
        "metric": "engagement_rate_by_views",
        "metrics": ("likes",),
        "dates": "last 7 days",
        "granularity": "week",
        "compare": False,
        "creators": explorer.creators.frame["id"].head(2),
        "page": "Totals",
    }
    for name, value in choices.items():
        getattr(explorer, name).value = value
        check_code(explorer, views=analytics)
    explorer.granularity.value = "month"
    check_code(explorer, views=analytics)


def test_creators_metrics_and_days_narrow_the_frame(analytics):
    explorer = over_time(analytics, dates=("2026-05-10", "2026-05-11"))
    chosen = explorer.creators.frame["id"].iloc[0]
    explorer.creators.value, explorer.metrics.value = [chosen], ["likes"]
    frame = explorer.frame
    assert set(frame["entity_id"]) == {chosen}
    assert [name for name in frame.columns if "views" in name] == []
    assert frame["date"].dt.strftime("%m-%d").tolist() == ["05-11", "05-10"]
    # The same days of the period before, which is as long.
    before = wide(analytics, "likes", "prior_period")[chosen]
    assert frame["likes_before"].tolist() == before.iloc[10:8:-1].tolist()


def test_what_is_chosen_at_first_can_be_said(analytics):
    ids = analytics["entity_id"].unique()[:2]
    explorer = over_time(analytics, creators=ids, metrics="likes", dates="last 7 days")
    assert set(explorer.frame["entity_id"]) == {*ids}
    assert "views" not in explorer.frame.columns
    assert explorer.frame["date"].max() - explorer.frame["date"].min() == pd.Timedelta(days=6)
    assert explorer.dates.code == 'dates = "last 7 days"'


def test_days_are_added_up_to_weeks_and_the_board_says_what_that_leaves_out(analytics):
    explorer = over_time(analytics)
    explorer.granularity.value = "week"
    frame = explorer.frame
    assert any(text.startswith("Views a week") for text in written_in(explorer))
    assert [value for _, value in explorer.metric.options] == ["views", "likes"]
    for metric, kind in (("views", "main"), ("likes", "main"), ("views", "prior_period")):
        column = metric if kind == "main" else f"{metric}_before"
        assert frame[column].sum() == wide(analytics, metric, kind).sum()
    assert "rates can&#x27;t be added up: engagement rate by views" in said(explorer)
    assert "The first week is cut" in said(explorer)


def test_a_bucket_that_still_fills_is_mentioned_only_while_it_is_shown(analytics):
    last = analytics["date"].max()
    explorer = over_time(analytics.assign(is_partial=analytics["date"] == last))
    assert "still filling" in subtitle_of(explorer)
    assert "still filling" not in said(explorer)
    explorer.dates.value = ("2026-05-01", "2026-05-30")
    assert "still filling" not in subtitle_of(explorer)
    explorer.dates.value = ("2026-05-04", "2026-05-31")
    explorer.granularity.value = "week"
    assert "still filling" in subtitle_of(explorer)


def test_buckets_longer_than_a_day_stay_what_they_are(analytics):
    weeks = tgp.resample(analytics, "week")
    assert [value for _, value in over_time(weeks).granularity.options] == ["week"]


def test_the_period_before_can_be_left_out_where_there_is_one(analytics):
    explorer = over_time(analytics)
    assert explorer.compare.layout.display is None
    explorer.compare.value = False
    assert [name for name in explorer.frame.columns if "before" in name or "change" in name] == []
    without = over_time(analytics[analytics["series_kind"] == "main"])
    assert without.compare.layout.display == "none"


def test_a_hostile_id_stays_text_in_the_code(analytics):
    evil = '"]); raise SystemExit(["'
    views = analytics.assign(entity_id=evil)[analytics["entity_id"] == analytics["entity_id"][0]]
    explorer = over_time(views, creators=[evil])
    check_code(explorer, views=views)


def test_a_total_so_far_is_never_added_up_over_time(box):
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        creators = tgp.load_creators(PROJECT, client=client).head(2)
        totals = tgp.load_analytics(
            "creator", creators, "views", dates="2026-05", mode="cumulative", client=client
        )
    explorer = over_time(totals)
    explorer.page.value = "Totals"
    last = totals.groupby("entity_id")["value"].last()
    assert explorer.frame.set_index("entity_id")["views"].to_dict() == last.to_dict()
    check_code(explorer, views=totals)


def test_totals_have_a_row_for_each_entity_and_sum_counts(analytics):
    explorer = over_time(analytics)
    explorer.page.value = "Totals"
    totals = explorer.frame.set_index("entity_id")
    assert list(totals.index) == list(totals["views"].sort_values(ascending=False).index)
    for metric in ("views", "likes"):
        for column, kind in ((metric, "main"), (f"{metric}_before", "prior_period")):
            sums = wide(analytics, metric, kind).groupby("entity_id").sum()
            assert totals[column].to_dict() == sums.to_dict()
    explorer.metric.value = "likes"
    assert explorer.frame["likes"].is_monotonic_decreasing


def test_the_total_of_a_rate_is_that_of_all_views_together(client):
    creators = tgp.load_creators(PROJECT, client=client)
    parts = ("likes", "comments", "shares", "saves")
    rate = "engagement_rate_by_views"
    views = tgp.load_analytics(
        "creator", creators, ("views", *parts, rate), dates="2026-05", client=client
    )
    explorer = over_time(views)
    explorer.page.value = "Totals"
    frame = explorer.frame
    expected = 100 * frame[[*parts]].sum(axis=1) / frame["views"]
    is_known = frame[rate].notna()
    assert is_known.tolist() == (frame["views"] >= 100).tolist()
    assert frame[rate][is_known].tolist() == pytest.approx(expected[is_known].tolist())
    overall = 100 * frame[[*parts]].sum().sum() / frame["views"].sum()
    assert tiles_of(views)["Engagement rate by views"].value == percent_text(overall)
    assert "is weighted by views, and left out below 100 views" in said(explorer)


def test_two_views_make_no_rate():
    rates = both(
        series("2026-06-01", [1, 1]),
        series("2026-06-01", [50, 50], metric="engagement_rate_by_views"),
    )
    explorer = over_time(rates)
    explorer.page.value = "Totals"
    assert explorer.frame["engagement_rate_by_views"].isna().all()
    assert "Engagement rate" not in explorer.tiles.value
    many = rates.assign(value=rates["value"].where(rates["metric"] != "views", 50))
    explorer = over_time(many)
    explorer.page.value = "Totals"
    assert explorer.frame["engagement_rate_by_views"].tolist() == [50]


def test_a_rate_that_nothing_weights_is_the_median_of_three_days_or_more():
    def total_of(values):
        explorer = over_time(series("2026-06-01", values, metric="engagement_rate_by_views"))
        explorer.page.value = "Totals"
        assert "is the median of days, of 3 at least" in said(explorer)
        return explorer.frame["engagement_rate_by_views"]

    assert total_of([1, 90, 2]).tolist() == [2]
    assert total_of([1, 90]).isna().all()


def test_changes_count_neither_a_day_that_still_fills_nor_one_without_a_value_before():
    frame = both(
        series("2026-06-05", [10, 30, 60, 30, 7], partial=True),
        series("2026-05-31", [None, 20, 40, 20, 70], kind="prior_period"),
    )
    explorer = over_time(frame)
    title = explorer.figure.axes[0].get_title(loc="left").replace("\n", " ")
    assert title.endswith(", 6 Jun to 8 Jun up 50% on the same days before")
    change = "6 Jun to 8 Jun +50 % on 1 Jun to 3 Jun 2026"
    assert tiles_of(frame)["Views"] == Tile("137", change, is_good=True)
    assert explorer.frame["change_in_views_pct"].isna().tolist() == [*[False] * 3, True, True]
    assert explorer.frame["is_partial"].tolist() == [*[False] * 4, True]
    explorer.page.value = "Totals"
    [row] = explorer.frame.to_dict("records")
    assert (row["views"], row["views_before"]) == (137, 150)
    assert row["change_in_views_pct"] == pytest.approx(50)
    assert "Changes are those of days that are over; totals count all." in said(explorer)
    check_code(explorer, views=frame)


def test_less_than_three_quarters_of_a_period_are_compared_nowhere():
    frame = both(
        series("2026-06-04", [6, 6, 6]), series("2026-06-01", [None, 4, 4], kind="prior_period")
    )
    explorer = over_time(frame)
    assert (
        tiles_of(frame)["Views"].change == "not compared: 2 of 3 days have values in both periods"
    )
    explorer.page.value = "Totals"
    assert explorer.frame["change_in_views_pct"].isna().all()
    assert explorer.frame["views_before"].tolist() == [8]
    check_code(explorer, views=frame)


def test_a_frame_that_reaches_before_the_data_is_said_to(analytics):
    frame = series("2026-06-01", [None, 4, 4])
    frame.attrs["trackagoat"]["data_since"] = "2026-06-02"
    explorer = over_time(frame)
    assert "Data since 2 Jun 2026." in explorer.message.value
    assert explorer.frame["views"].isna().sum() == 1


def test_tiles_give_each_total_with_its_change_as_the_picture_does(analytics):
    made = tiles_of(analytics)
    title = over_time(analytics).figure.axes[0].get_title(loc="left")
    word, percent = re.search(r"(up|down) (\d+)%", title).groups()
    is_good = word == "up"
    assert made["Views"].change == f"{'+' if is_good else '-'}{percent} % on 31 Mar to 30 Apr 2026"
    assert made["Views"].is_good is is_good
    rate = made["Engagement rate by views"].change
    assert rate.endswith("points on 31 Mar to 30 Apr 2026, weighted by views")
    assert list(made) == ["Creators", "Views", "Likes", "Engagement rate by views"]


def test_the_figures_follow_the_rows_and_no_page(analytics):
    explorer = Explorer(analytics)
    whole, some = explorer.tiles.value, tuple(analytics["entity_id"].unique()[:1])
    explorer.page.value = MOVED
    assert explorer.tiles.value == whole
    explorer.creators.value = some
    of_some = explorer.tiles.value
    assert of_some == Explorer(analytics[analytics["entity_id"].isin(some)]).tiles.value != whole
    explorer.page.value = TOTALS
    assert explorer.tiles.value == of_some
    explorer.creators.value = ()
    assert explorer.tiles.value == whole


def test_a_tile_leaves_out_days_on_which_an_entity_has_no_value_as_the_picture_does():
    main = both(
        series("2026-06-05", [1, 1, 1, 1]),
        series("2026-06-05", [5, None, 5, 5], entity="b"),
    )
    frame = both(main, series("2026-06-01", [2, 80, 4, 3], kind="prior_period"))
    title = over_time(frame).figure.axes[0].get_title(loc="left").replace("\n", " ")
    assert title.endswith("3 of 4 days up 100% on the same days before")
    change = "3 of 4 days +100 % on the same days of 1 Jun to 4 Jun 2026"
    assert tiles_of(frame)["Views"].change == change


def test_beside_the_biggest_the_period_before_is_in_table_and_tiles_and_said_not_to_be_drawn(
    analytics,
):
    explorer = over_time(analytics)
    assert "isn&#x27;t drawn" not in said(explorer)
    explorer.drawn.value = "biggest"
    assert "The period before isn&#x27;t drawn beside single lines" in said(explorer)
    assert explorer.frame["views_before"].notna().any()


def test_weeks_that_are_cut_unevenly_are_not_compared():
    main = series("2026-06-01", [7, 2], freq="W-MON", **{"from": "2026-06-01", "to": "2026-06-09"})
    prior = series("2026-05-18", [3, 6], freq="W-MON", kind="prior_period")
    frame = both(main, prior)
    frame.attrs["trackagoat"]["params"]["granularity"] = "week"
    explorer = over_time(frame)
    assert "views_before" not in explorer.frame.columns
    assert "The period before isn&#x27;t shown: its weeks are cut unevenly" in said(explorer)
    frame.attrs["trackagoat"]["params"]["to"] = "2026-06-14"
    assert "views_before" in over_time(frame).frame.columns


def test_namesakes_are_told_apart_in_the_table_as_in_the_picture():
    names = [f"{place:08x}-0000-4000-8000-000000000000" for place in range(2)]
    frame = both(*(series("2026-06-01", [1, 2], entity=name) for name in names))
    explorer = over_time(frame)
    explorer.drawn.value = "biggest"
    assert set(explorer.frame["tiktok_handle"]) == {"ann (00000000)", "ann (00000001)"}
    explorer.page.value = "Totals"
    assert set(explorer.frame["tiktok_handle"]) == {"ann (00000000)", "ann (00000001)"}
    check_code(explorer, views=frame)


def test_a_nameless_entity_is_called_by_its_id():
    frame = series("2026-06-01", [1, 2]).assign(label=None)
    explorer = over_time(frame)
    assert set(explorer.frame["tiktok_handle"]) == {"a"}
    check_code(explorer, views=frame)


def test_a_metric_of_any_name_stays_text_in_the_code():
    evil = "views=1); raise SystemExit("
    frame = pd.concat(
        [
            series("2026-06-04", [1, 2, 3], metric=evil),
            series("2026-06-01", [1, 2, 3], metric=evil, kind="prior_period"),
        ],
        ignore_index=True,
    )
    explorer = over_time(frame)
    check_code(explorer, views=frame)
    explorer.page.value = "Totals"
    check_code(explorer, views=frame)


def test_a_click_on_a_row_or_a_mark_selects_its_entity(analytics):
    explorer = over_time(analytics)
    first, second = explorer.creators.frame["id"].head(2)
    explorer._handle_touch("pick", first)
    assert explorer.creators.value == (first,)
    assert set(explorer.frame["entity_id"]) == {first}
    explorer._handle_touch("pick", "no such entity")
    assert explorer.creators.value == (first,)
    explorer.creators.value = ()
    assert second in set(explorer.frame["entity_id"])


@pytest.fixture(scope="module")
def big():
    """A program of more creators than one request may name."""
    with tgp.sandbox(creators=50, days=20, rate_limit=None) as box:
        yield box


@pytest.fixture(scope="module")
def bigger():
    """A program as big as a large agency's."""
    with tgp.sandbox(creators=300, days=20, rate_limit=None) as box:
        yield box


def connect_to_big(box, rate_limit):
    return tgp.connect(box.key, base_url=box.base_url, rate_limit=rate_limit, progress=False)


@pytest.mark.parametrize("rate_limit", [None, (60, 60.0)])
@pytest.mark.parametrize("metrics", [("views",), ("views", "likes")])
def test_the_button_says_how_many_requests_the_server_will_count(big, metrics, rate_limit):
    with connect_to_big(big, rate_limit) as client:
        project = ProjectPicker(client=client)  # all projects
        explorer = Explorer(project=project, metrics="shares", dates="2026-06", client=client)
        creators = explorer.wait(60).creators.frame
        explorer.metrics.value = metrics
        assert len(creators) > 2 * IDS_A_CALL
        count = math.ceil(len(creators) / IDS_A_CALL) * len(metrics)
        assert explorer.load.description == f"Load: {count} requests"
        before = big.requests
        explorer.load.click()
        explorer.wait(60)
        assert big.requests - before == count


@pytest.mark.filterwarnings("ignore:.*reaches beyond the data:UserWarning")
def test_one_metric_of_275_creators_takes_14_requests_and_one_of_20_takes_1(bigger):
    with connect_to_big(bigger, None) as client:
        project = ProjectPicker(client=client).wait(60)
        explorer = Explorer(project=project, metrics="shares", dates="2026-06", client=client)
        ids = explorer.wait(60).creators.frame["id"]
        explorer.metrics.value = ("views",)
        for count, said in ((20, "1 request"), (275, "14 requests")):
            explorer.creators.value = ids.head(count)
            assert explorer.load.description == f"Load: {said}"
            before = bigger.requests
            explorer.reload()
            explorer.wait(60)
            assert said.startswith(f"{bigger.requests - before} request")
            assert explorer.frame["entity_id"].nunique() == count


@pytest.mark.usefixtures("unasked")
def test_under_a_rate_limit_the_cost_is_in_seconds_too(big):
    with connect_to_big(big, (6, 60.0)) as client:
        project = tgp.load_projects(client=client)["name"].iloc[-1]
        explorer = Explorer(project=project, metrics=("views", "likes"), client=client)
        creators = explorer.wait(60).creators.frame
        count = math.ceil(len(creators) / IDS_A_CALL) * 2
        assert explorer.load.description.startswith(f"Load: {count} requests, about ")


def test_the_newest_project_is_chosen_before_its_creators_are_loaded(client):
    before = client.requests_sent
    explorer = Explorer(client=client)
    explorer.wait(60)
    assert explorer.picker.value == explorer.creators.frame["project_id"].unique()
    projects = tgp.load_projects(client=client).sort_values("created_at", ascending=False)
    used = (id_ for id_ in projects["id"] if len(tgp.load_creators(id_, client=client)))
    assert explorer.picker.value == next(used)
    assert client.requests_sent > before


def test_explorer_loads_its_first_selection_by_itself(client):
    explorer = Explorer(project=PROJECT, client=client).wait(60)
    assert set(explorer.frame["entity_id"]) == set(explorer.creators.frame["id"])
    assert explorer.load.disabled
    assert "nothing is loaded yet" not in explorer.message.value
    check_code(explorer)
    # The next selection is loaded on request.
    before = explorer.frame
    explorer.metrics.value = ("likes",)
    assert explorer.wait(60).frame is before
    assert not explorer.load.disabled


def test_explorer_asks_before_it_sends_more_than_30_requests(bigger):
    with connect_to_big(bigger, None) as client:
        project = ProjectPicker(client=client).wait(60)
        metrics = ("views", "likes", "shares")
        explorer = Explorer(project=project, metrics=metrics, client=client).wait(60)
        assert explorer.frame is None
        assert "then press Load: nothing is loaded yet" in explorer.message.value


@pytest.fixture
def unasked(monkeypatch):
    """Let no explorer load before it is asked to."""
    monkeypatch.setattr(explorer_module, "MOST_UNASKED", 0)


@pytest.mark.usefixtures("unasked")
def test_a_load_asks_for_what_is_chosen(client):
    days = ("2026-05-04", "2026-05-31")
    explorer = Explorer(project=PROJECT, dates=days, client=client)
    explorer.creators.value = explorer.creators.wait(60).frame["id"].head(2)
    explorer.granularity.value, explorer.compare.value = "week", True
    assert explorer.frame is None
    explorer.load.click()
    explorer.wait(60)
    assert set(explorer.frame["entity_id"]) == set(explorer.creators.value)
    assert {"views", "views_before"} <= set(explorer.frame.columns)
    options = re.split(r"[,()]\s*", explorer.code)
    assert {'granularity="week"', 'compare="prior_period"'} <= {*options}
    check_code(explorer)


@pytest.fixture
def explored(client):
    """An explorer that has loaded a month of views and likes with the month before."""
    explorer = Explorer(project=PROJECT, metrics=("views", "likes"), dates="2026-05", client=client)
    explorer.creators.wait(60)
    explorer.dates.wait(60)
    explorer.compare.value = True
    explorer.page.value = "Over time"
    explorer.reload()
    return explorer.wait(60)


def test_what_was_loaded_is_narrowed_without_a_request(explored, client):
    sent, ids = client.requests_sent, explored.creators.frame["id"]
    assert explored.load.disabled
    narrowed = {
        "creators": tuple(ids.head(2)),
        "metrics": ("likes",),
        "dates": ("2026-05-10", "2026-05-20"),
        "granularity": "week",
        "compare": False,
    }
    for name, value in narrowed.items():
        getattr(explored, name).value = value
        assert explored.load.disabled
        assert explored.differs.value == "All of this selection is loaded."
    assert client.requests_sent == sent
    assert set(explored.frame["entity_id"]) == set(ids.head(2))
    assert list(explored.frame.columns) == ["tiktok_handle", "date", "likes", "entity_id"]
    assert explored.frame["date"].min() == pd.Timestamp("2026-05-04")
    check_code(explored)
    explored.creators.value = ()
    assert set(explored.frame["entity_id"]) == set(ids)


MISSING = {
    "another metric": ("metrics", ("views", "shares")),
    "earlier days": ("dates", ("2026-04-30", "2026-05-31")),
    "months with the months before": ("granularity", "month"),
}


@pytest.mark.parametrize("name", MISSING)
def test_what_was_not_loaded_is_offered_to_load_and_what_was_shown_stays(explored, name):
    control, value = MISSING[name]
    before, code = explored.frame, explored.code
    getattr(explored, control).value = value
    assert explored.load.description.startswith("Load: ")
    assert not explored.load.disabled
    assert explored.differs.value == "A part of this selection isn't loaded yet."
    explored.page.value = "Totals"
    explored.page.value = "Over time"
    pd.testing.assert_frame_equal(explored.frame, before)
    assert explored.code == code
    explored.load.click()
    explored.wait(60)
    assert explored.load.disabled
    check_code(explored)


def test_rates_of_weeks_are_loaded_since_days_do_not_add_up_to_them(explored):
    explored.metrics.value = ("views", "engagement_rate_by_views")
    explored.reload()
    explored.wait(60)
    explored.granularity.value = "week"
    assert not explored.load.disabled
    explored.metrics.value = ("views",)
    assert explored.load.disabled


@pytest.mark.filterwarnings("ignore:analytics. no data:trackagoat_pandas.errors.NoDataWarning")
def test_a_load_without_data_says_so_and_is_not_taken_for_what_is_shown(client):
    explorer = Explorer(project=PROJECT, dates="2027-01", client=client)
    explorer.creators.wait(60)
    explorer.reload()
    explorer.wait(60)
    assert explorer.frame is None
    assert "no data for 2027-01-01..2027-01-31" in explorer.message.value
    explorer.dates.value = "2026-05"
    explorer.reload()
    before = explorer.wait(60).frame
    explorer.dates.value = "2027-02"
    explorer.reload()
    explorer.wait(60)
    assert explorer.frame is before
    assert "no data for 2027-02-01..2027-02-28" in explorer.message.value
    assert "isn't loaded yet" in explorer.differs.value


ANALYTICS_DOWN = 200, [("Content-Type", "text/html")], b"<html>down for a moment</html>"


@pytest.fixture
def gate():
    """What holds back the answers about analytics, or breaks them."""
    gate = Gate(lambda request: request.path == "/analytics")
    gate.let_go.set()
    gate.is_broken, gate.broken_metric = False, None
    return gate


@pytest.fixture
def loaded(box, gate):
    """An explorer that has loaded once through the gate."""

    def answer(request, go_on):
        reply = gate(request, go_on)
        is_down = gate.is_broken or request.query.get("metric") == gate.broken_metric
        return ANALYTICS_DOWN if is_down and gate.holds(request) else reply

    settings = {"rate_limit": None, "progress": False, "transport": Relay(box.app, answer)}
    with tgp.connect(box.key, base_url="http://127.0.0.1/api/v1", **settings) as client:
        explorer = Explorer(project=PROJECT, dates="2026-05", client=client)
        explorer.creators.wait(60)
        explorer.page.value = "Over time"
        explorer.reload()
        yield explorer.wait(60)
        gate.let_go.set()
        await_no_workers()


def test_a_load_that_fails_says_so_and_leaves_what_was_shown(loaded, gate):
    before, code = loaded.frame, loaded.code
    gate.is_broken = True
    loaded.load.click()
    with pytest.raises(tgp.TrackaGoatError, match=r"series failed: @\S+ \(\w+\), @.*HTML"):
        loaded.wait(60)
    assert "HTML" in loaded.message.value
    assert "error.partial" not in loaded.message.value  # which has no rows
    assert loaded.frame is before
    assert loaded.code == code
    gate.is_broken = False
    loaded.retry_button.click()
    assert loaded.wait(60).state == "idle"


def test_of_a_load_that_fails_in_part_what_came_is_shown_as_incomplete(loaded, gate):
    loaded.metrics.value = ("views", "likes")
    gate.broken_metric = "likes"
    loaded.load.click()
    with pytest.raises(PartialLoadError, match=r"\(likes\).* The first error: .*HTML"):
        loaded.wait(60)
    assert {"views", "likes"} & set(loaded.frame.columns) == {"views"}
    assert loaded.frame.goat.provenance["complete"] is False
    assert "Partial: some of the analytics could not be loaded." in loaded.message.value
    assert "`widget.error.partial` if you assigned this Explorer" in loaded.message.value
    assert loaded.differs.value == "A part of this selection could not be loaded."
    assert loaded.load.description == "Load: 2 requests"
    assert [value for _, value in loaded.metric.options] == ["views"]
    with pytest.warns(IncompleteFrameWarning, match="`analytics` is incomplete"):
        check_code(loaded)
    gate.broken_metric = None
    loaded.retry_button.click()
    assert {"views", "likes"} <= set(loaded.wait(60).frame.columns)
    assert loaded.differs.value == "All of this selection is loaded."
    assert "Partial" not in loaded.message.value
    assert "failure" not in loaded.code
    check_code(loaded)


def test_a_load_can_be_cancelled_and_the_controls_answer_meanwhile(loaded, gate):
    before = loaded.frame
    gate.let_go.clear()
    loaded.metrics.value = ("likes",)
    loaded.load.click()
    gate.await_held()
    assert loaded.state == "running"
    loaded.page.value = "Totals"
    assert '"creator", creators, "views", ' in loaded.code
    loaded.page.value = "Over time"
    loaded.cancel_button.click()
    gate.let_go.set()
    assert loaded.state == "cancelled"
    pd.testing.assert_frame_equal(loaded.frame, before)


def test_what_is_selected_during_a_load_does_not_hide_what_it_brings(loaded, gate):
    gate.let_go.clear()
    loaded.metrics.value = ("likes",)
    loaded.load.click()
    gate.await_held()
    loaded.metrics.value = ("shares",)
    gate.let_go.set()
    assert "likes" in loaded.wait(60).frame.columns
    assert loaded.differs.value == "A part of this selection isn't loaded yet."
    loaded.page.value = "Totals"
    assert '"creator", creators, "likes", ' in loaded.code
    check_code(loaded)
    loaded.metrics.value = ("likes",)
    assert loaded.load.disabled


def test_campaigns_are_called_so_and_keep_their_parts(client):
    campaigns = tgp.load_campaigns("Q1 Brand Program", client=client).head(3)
    views = tgp.load_analytics(
        "campaign", campaigns, "views", dates="2026-05", breakdown="video", client=client
    )
    explorer = over_time(views)
    assert explorer.creators.choices.description == "Campaigns"
    assert "__other__" not in set(explorer.creators.frame["id"])
    assert explorer.creators.choices.options[0][0].strip() in set(campaigns["name"])
    explorer.creators.select_all.click()
    assert " has the most views: " in explorer.figure.axes[0].get_title(loc="left")
    # A sum over campaigns would count the videos that they share repeatedly.
    assert "<span>Views</span>" not in explorer.tiles.value
    for page in ("Totals", "Over time"):
        explorer.page.value = page
        assert "Total, " not in explorer.grid.table.value
    explorer.creators.value = explorer.creators.value[:1]
    assert "<span>Views</span>" in explorer.tiles.value
    [chosen] = explorer.creators.value
    frame, name = explorer.frame, dict(zip(campaigns["id"], campaigns["name"], strict=True))[chosen]
    is_part = frame["part_of"].notna()
    assert set(frame["part_of"].dropna()) == set(frame["name"][~is_part]) == {name}
    for kind, rows in (("main", frame[~is_part]), ("breakdown", frame[is_part])):
        is_own = (views["entity_id"] == chosen) | (views["parent_id"] == chosen)
        expected = views[is_own & (views["series_kind"] == kind)]
        assert len(rows) == len(expected)
        assert rows["views"].sum() == expected["value"].sum()
    check_code(explorer, views=views)
    explorer.page.value = "Totals"
    assert explorer.frame["campaign_name"].tolist() == [name]
    assert "The parts of campaigns have no totals of their own" in said(explorer)
    check_code(explorer, views=views)


def test_days_narrow_breakdowns_as_well():
    part = series("2026-06-01", [3, 4], kind="breakdown", entity="v").assign(parent_id="a")
    frame = both(series("2026-06-01", [1, 2]), part)
    explorer = over_time(frame, dates=("2026-06-02", "2026-06-02"))
    assert explorer.frame["views"].tolist() == [4, 2]


def test_whole_weeks_are_not_called_cut():
    assert notes_on(series("2026-06-01", [1] * 14), SeriesChoice(granularity="week")) == []


def test_cut_ends_and_uncompared_months_are_said():
    frame = both(series("2026-06-02", [1] * 5), series("2026-05-28", [1] * 5, kind="prior_period"))
    [months, cut] = notes_on(frame, SeriesChoice(granularity="month"))
    assert "aren't compared" in months
    assert cut.startswith("The first and the last month are cut")


@pytest.mark.parametrize("is_filling", [False, True])
def test_a_frame_of_pyarrow_columns_is_shown_as_its_original(analytics, is_filling):
    is_last = analytics["date"] == analytics["date"].max()
    analytics = analytics.assign(is_partial=(is_last & is_filling).astype("boolean"))
    in_arrow = analytics.convert_dtypes(dtype_backend="pyarrow")
    in_arrow.attrs = analytics.attrs
    shown, expected = over_time(in_arrow), over_time(analytics)
    assert shown.tiles.value == expected.tiles.value
    assert shown.grid.table.value == expected.grid.table.value


def test_metrics_come_in_their_order_and_unknown_ones_last():
    names = ["likes", "fame", "views"]
    frame = pd.concat([series("2026-06-01", [1], metric=name) for name in names])
    assert metrics_in(frame) == ["views", "likes", "fame"]
    assert "fame" not in ANALYTICS.column("metric").categories


def test_without_a_metric_that_can_be_drawn_what_was_shown_stays(analytics):
    explorer = over_time(analytics)
    explorer.metric.value = "likes"
    explorer.metrics.value = ("likes", "views")
    assert explorer.metric.value == "likes"
    explorer.metrics.value = ("views",)
    assert explorer.metric.value == "views"
    before, explorer.metrics.value = explorer.frame, ()
    assert "at least one metric" in explorer.message.value
    assert explorer.frame is before
    explorer.metrics.value = "engagement_rate_by_views"
    before, explorer.granularity.value = explorer.frame, "week"
    assert explorer.metric.value is None
    assert "need days as the interval" in explorer.message.value
    assert explorer.frame is before
    empty = over_time(analytics.iloc[:0])
    assert empty.frame is None
    assert "There are no analytics to show" in empty.message.value


def test_derived_rates_are_shown_and_metrics_that_are_not_there_refused(analytics):
    views = analytics[(analytics["metric"] == "views") & (analytics["series_kind"] == "main")]
    rates = tgp.growth(views, "growth_rate_pop", base_metric="views")
    explorer = over_time(rates)
    assert explorer.metrics.value == ("growth_rate_pop",)
    check_code(explorer, views=rates)
    with pytest.raises(ChoiceError, match="value='shares'"):
        over_time(analytics, metrics="shares")


@pytest.mark.usefixtures("unasked")
def test_before_a_load_nothing_is_shown_and_its_price_only_where_it_is_known(client):
    explorer = Explorer(project=PROJECT, metrics="views", dates="2026-05", client=client)
    creators = explorer.creators.wait(60).frame
    assert explorer.frame is None
    assert explorer.body.layout.display == "none"
    explorer.creators.value = creators["id"].head(1)
    assert explorer.load.description == "Load: 1 request"
    session_of(client).drop("openapi")
    explorer.creators.value = ()
    assert explorer.load.description == "Load: 2 to 5 requests"
    assert not explorer.load.disabled
    explorer.load.click()
    assert set(explorer.wait(60).frame["entity_id"]) == set(creators["id"])
    assert explorer.body.layout.display is None
    check_code(explorer)
    explorer.metrics.value = ()
    assert explorer.load.disabled
    explorer.reload()
    assert "at least one metric" in explorer.message.value


def test_results_of_an_earlier_selection_say_so_until_what_is_selected_is_loaded(explored):
    said = "Press Load for what you selected."
    assert said not in explored.message.value
    explored.dates.value = ("2026-04-30", "2026-05-31")
    for page in ("Totals", "Over time"):
        explored.page.value = page
        assert f"Shown: 4 creators, 1 May to 31 May 2026. {said}" in explored.message.value
    explored.load.click()
    explored.wait(60)
    assert said not in explored.message.value


def test_a_rates_change_is_that_of_whole_days_like_the_change_of_counts():
    rate = "engagement_rate_by_views"
    views = both(
        series("2026-06-04", [100, 100, 900], partial=True),
        series("2026-06-01", [100, 100, 900], kind="prior_period"),
    )
    rates = both(
        series("2026-06-04", [10, 10, 90], partial=True, metric=rate),
        series("2026-06-01", [5, 5, 90], kind="prior_period", metric=rate),
    )
    frame = both(views, rates)
    made = tiles_of(frame)
    assert made["Views"].change == "through 5 Jun as many as on 1 Jun to 2 Jun 2026"
    change = "through 5 Jun +5.0 points on 1 Jun to 2 Jun 2026, weighted by views"
    assert made["Engagement rate by views"] == Tile("75.5%", change, is_good=True)


def test_of_many_metrics_the_table_compares_the_plotted_one_and_the_frame_all():
    frame = pd.concat(
        both(
            series("2026-06-03", [4, 6], metric=metric),
            series("2026-06-01", [2, 3], kind="prior_period", metric=metric),
        )
        for metric in ("views", "likes", "shares")
    )
    explorer = over_time(frame)
    for plotted in ("views", "shares"):
        explorer.metric.value = plotted
        shown = re.findall(r"data-goat=[^>]*sort:(\w+)", explorer.grid.table.value)
        compared = {name for name in shown if name.startswith("change_in_")}
        assert compared == {f"change_in_{plotted}_pct"}
        assert {"views", "likes", "shares", f"{plotted}_before"} <= set(shown)
        assert "change_in_likes_pct" in explorer.frame
        assert "compares the plotted metric only" in said(explorer)


def test_what_moved_it_explains_the_days_that_are_compared(analytics):
    last = analytics["date"].max()
    explorer = Explorer(analytics.assign(is_partial=analytics["date"] == last))
    explorer.page.value = "What moved it"
    expected = tgp.explain_change(
        analytics, dates="2026-05-01..2026-05-30", compare="2026-03-31..2026-04-29"
    )
    assert explorer.frame["change"].tolist() == expected["change"].tolist()
    title = explorer.figure.axes[0].get_title(loc="left")
    assert title == tgp.plots.waterfall(expected).get_title(loc="left")
    explorer.compare.value = False
    halves = tgp.explain_change(analytics, dates="2026-05-16..2026-05-30")
    assert explorer.frame["after"].tolist() == halves["after"].tolist()
    explorer.metric.value = "engagement_rate_by_views"
    assert "only counts say what moved" in explorer.message.value


def test_the_table_of_what_moved_it_begins_with_the_bars_of_its_picture(analytics):
    is_fallen = analytics["series_kind"].eq("main") & analytics["label"].ne("mossy.runner")
    explorer = Explorer(analytics.assign(value=analytics["value"].mask(is_fallen, 0)))
    explorer.page.value = "What moved it"
    change = explorer.frame["change"]
    assert change.abs().is_monotonic_decreasing
    assert change.min() < 0 < change.max()
    bars = [label.get_text() for label in explorer.figure.axes[0].get_yticklabels()][1:-1]
    assert bars == [f"@{it}" for it in explorer.frame.loc[change != 0, "tiktok_handle"]]


def test_totals_of_days_have_a_small_line_of_each_creator(analytics):
    explorer = Explorer(analytics, dates="2026-05-04..2026-05-13")
    assert "Views, 10 days" in explorer.grid.table.value
    assert explorer.grid.table.value.count("<svg") == len(explorer.frame)
    for control, value in (("page", "Over time"), ("granularity", "week")):
        before = getattr(explorer, control).value
        getattr(explorer, control).value = value
        assert "views a day" not in explorer.grid.table.value
        getattr(explorer, control).value = before
    explorer.metric.value = "engagement_rate_by_views"
    assert "a day, at last" not in explorer.grid.table.value


def test_campaigns_have_no_page_of_what_moved_them(analytics):
    campaigns = Explorer(analytics.assign(entity="campaign"))
    assert list(campaigns.page.options) == ["Totals", "Over time"]
