from __future__ import annotations

import math

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.named_frames import both, series
from tests.relays import Gate, Relay
from tests.widgets.conftest import METRICS
from tests.widgets.doubles import await_no_workers, check_code
from trackagoat_pandas.errors import ChoiceError, IncompleteFrameWarning, PartialLoadError
from trackagoat_pandas.load.analytics import IDS_A_CALL
from trackagoat_pandas.tables import ANALYTICS
from trackagoat_pandas.widgets.explorer import Explorer
from trackagoat_pandas.widgets.explorer_views import SeriesChoice, metrics_in, notes_on

PROJECT = "Summer Launch"


def test_a_given_frame_is_shown_whole_with_the_period_before(analytics):
    explorer = Explorer(analytics)
    pd.testing.assert_frame_equal(explorer.frame, analytics)
    assert explorer.metrics.value == METRICS
    assert str(explorer.dates.value) == "2026-05-01..2026-05-31"
    labels = [line.get_label() for line in explorer.figure.axes[0].lines]
    assert "the period before" in labels
    check_code(explorer, views=analytics)


def test_the_code_of_every_choice_rebuilds_its_frame_and_plot(analytics):
    explorer = Explorer(analytics)
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
    explorer = Explorer(analytics, dates=("2026-05-10", "2026-05-11"))
    chosen = explorer.creators.frame["id"].iloc[0]
    explorer.creators.value, explorer.metrics.value = [chosen], ["likes"]
    shown = explorer.frame.assign(day=explorer.frame["date"].dt.strftime("%m-%d"))
    days = shown.groupby("series_kind", observed=True)["day"]
    assert set(explorer.frame["entity_id"]) == {chosen}
    assert set(explorer.frame["metric"]) == {"likes"}
    # The same days of the period before, which is as long.
    assert {kind: list(of) for kind, of in days} == {
        "main": ["05-10", "05-11"], "prior_period": ["04-09", "04-10"],
    }  # fmt: skip


def test_what_is_chosen_at_first_can_be_said(analytics):
    ids = analytics["entity_id"].unique()[:2]
    explorer = Explorer(analytics, creators=ids, metrics="likes", dates="last 7 days")
    assert set(explorer.frame["entity_id"]) == {*ids}
    assert set(explorer.frame["metric"]) == {"likes"}
    assert explorer.frame["date"].max() - explorer.frame["date"].min() > pd.Timedelta(days=6)
    assert explorer.dates.code == 'dates = "last 7 days"'


def test_days_are_added_up_to_weeks_and_the_board_says_what_that_leaves_out(analytics):
    explorer = Explorer(analytics)
    explorer.granularity.value = "week"
    frame = explorer.frame
    assert explorer.figure.axes[0].get_ylabel() == "views a week"
    assert [value for _, value in explorer.metric.options] == ["views", "likes"]
    assert (
        frame["value"].sum() == analytics[analytics["metric"].isin(frame["metric"])]["value"].sum()
    )
    assert "rates can&#x27;t be added up: engagement rate by views" in explorer.message.value
    assert "The first week is cut" in explorer.message.value


def test_a_bucket_that_still_fills_is_mentioned_only_while_it_is_shown(analytics):
    last = analytics["date"].max()
    explorer = Explorer(analytics.assign(is_partial=analytics["date"] == last))
    assert "still filling" in explorer.message.value
    explorer.dates.value = ("2026-05-01", "2026-05-30")
    assert "still filling" not in explorer.message.value
    explorer.dates.value = ("2026-05-04", "2026-05-31")
    explorer.granularity.value = "week"
    assert "still filling" in explorer.message.value


def test_buckets_longer_than_a_day_stay_what_they_are(analytics):
    weeks = tgp.in_buckets(analytics, "week")
    assert [value for _, value in Explorer(weeks).granularity.options] == ["week"]


def test_the_period_before_can_be_left_out_where_there_is_one(analytics):
    explorer = Explorer(analytics)
    assert explorer.compare.layout.display is None
    explorer.compare.value = False
    assert set(explorer.frame["series_kind"]) == {"main"}
    without = Explorer(analytics[analytics["series_kind"] == "main"])
    assert without.compare.layout.display == "none"


def test_a_hostile_id_stays_text_in_the_code(analytics):
    evil = '"]); raise SystemExit(["'
    views = analytics.assign(entity_id=evil)[analytics["entity_id"] == analytics["entity_id"][0]]
    explorer = Explorer(views, creators=[evil])
    check_code(explorer, views=views)


def test_a_total_so_far_is_never_added_up_over_time(box):
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        creators = tgp.load_creators(PROJECT, client=client).head(2)
        totals = tgp.load_analytics(
            "creator", creators, "views", dates="2026-05", mode="cumulative", client=client
        )
    explorer = Explorer(totals)
    explorer.page.value = "Totals"
    last = totals.groupby("entity_id")["value"].last()
    pd.testing.assert_series_equal(
        explorer.frame.set_index("entity_id")["value"].sort_index(), last.sort_index()
    )
    check_code(explorer, views=totals)


def test_totals_sum_counts_and_average_rates(analytics):
    explorer = Explorer(analytics)
    explorer.page.value = "Totals"
    totals = explorer.frame.set_index(["entity_id", "metric", "series_kind"])["value"]
    for metric, how in (("views", "sum"), ("engagement_rate_by_views", "mean")):
        rows = analytics[(analytics["metric"] == metric) & (analytics["series_kind"] == "main")]
        expected = rows.groupby("entity_id")["value"].agg(how).dropna().sort_index()
        found = totals.xs(metric, level="metric").xs("main", level="series_kind").dropna()
        assert found.sort_index().tolist() == pytest.approx(expected.tolist())


@pytest.fixture(scope="module")
def big():
    """A program of more creators than one request may name."""
    with tgp.sandbox(creators=50, days=20, rate_limit=None) as box:
        yield box


def connect_to_big(box, rate_limit):
    return tgp.connect(box.key, base_url=box.base_url, rate_limit=rate_limit, progress=False)


@pytest.mark.parametrize("rate_limit", [None, (60, 60.0)])
@pytest.mark.parametrize("metrics", [("views",), ("views", "likes")])
def test_the_button_says_how_many_requests_the_load_will_send(big, metrics, rate_limit):
    with connect_to_big(big, rate_limit) as client:
        explorer = Explorer(metrics=metrics, dates="2026-05", client=client)
        creators = explorer.creators.wait(20).frame
        assert len(creators) > 2 * IDS_A_CALL
        count = math.ceil(len(creators) / IDS_A_CALL) * len(metrics)
        assert explorer.load.description == f"Load: {count} requests"
        sent = client.requests_sent
        explorer.load.click()
        explorer.wait(20)
        assert client.requests_sent - sent == count


def test_under_a_rate_limit_the_cost_is_in_seconds_too(big):
    # Three requests have been sent for the creators, and one for what the server can do.
    with connect_to_big(big, (6, 60.0)) as client:
        explorer = Explorer(metrics=("views", "likes"), client=client)
        creators = explorer.creators.wait(20).frame
        count = math.ceil(len(creators) / IDS_A_CALL) * 2
        assert explorer.load.description.startswith(f"Load: {count} requests, about ")


def test_a_load_asks_for_what_is_chosen(client):
    explorer = Explorer(project=PROJECT, dates="2026-05", client=client)
    explorer.creators.value = explorer.creators.wait(20).frame["id"].head(2)
    explorer.granularity.value, explorer.compare.value = "week", True
    assert explorer.frame is None
    explorer.load.click()
    explorer.wait(20)
    assert set(explorer.frame["entity_id"]) == set(explorer.creators.value)
    assert set(explorer.frame["series_kind"]) == {"main", "prior_period"}
    assert explorer.frame.goat.provenance["params"]["granularity"] == "week"
    check_code(explorer)


@pytest.mark.filterwarnings("ignore:analytics. no data:trackagoat_pandas.errors.NoDataWarning")
def test_a_load_without_data_says_so_and_is_not_taken_for_what_is_shown(client):
    explorer = Explorer(project=PROJECT, dates="2027-01", client=client)
    explorer.creators.wait(20)
    explorer.reload()
    explorer.wait(20)
    assert explorer.frame is None
    assert "no data for 2027-01-01..2027-01-31" in explorer.message.value
    explorer.dates.value = "2026-05"
    explorer.reload()
    before = explorer.wait(20).frame
    explorer.dates.value = "2027-02"
    explorer.reload()
    explorer.wait(20)
    assert explorer.frame is before
    assert "no data for 2027-02-01..2027-02-28" in explorer.message.value
    assert "selection has changed" in explorer.differs.value


def test_a_choice_made_since_the_load_is_said(client):
    explorer = Explorer(project=PROJECT, dates="2026-05", client=client)
    explorer.creators.wait(20)
    explorer.reload()
    explorer.wait(20)
    assert explorer.differs.value == ""
    explorer.metrics.value = ("likes",)
    assert "selection has changed" in explorer.differs.value
    explorer.reload()
    explorer.wait(20)
    assert explorer.differs.value == ""
    assert explorer.metric.value == "likes"


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
        explorer.creators.wait(20)
        explorer.reload()
        yield explorer.wait(20)
        gate.let_go.set()
        await_no_workers()


def test_a_load_that_fails_says_so_and_leaves_what_was_shown(loaded, gate):
    before, code = loaded.frame, loaded.code
    gate.is_broken = True
    loaded.load.click()
    with pytest.raises(tgp.TrackaGoatError, match="HTML"):
        loaded.wait(20)
    assert "HTML" in loaded.message.value
    assert loaded.frame is before
    assert loaded.code == code
    gate.is_broken = False
    loaded.retry_button.click()
    assert loaded.wait(20).state == "idle"


def test_of_a_load_that_fails_in_part_what_came_is_shown_as_incomplete(loaded, gate):
    loaded.metrics.value = ("views", "likes")
    gate.broken_metric = "likes"
    loaded.load.click()
    with pytest.raises(PartialLoadError, match=r"\(likes\).* The first error: .*HTML"):
        loaded.wait(20)
    assert set(loaded.frame["metric"]) == {"views"}
    assert loaded.frame.goat.provenance["complete"] is False
    assert "Partial: some of the analytics could not be loaded." in loaded.message.value
    assert "`widget.error.partial` if you assigned this Explorer" in loaded.message.value
    assert loaded.differs.value == ""
    assert [value for _, value in loaded.metric.options] == ["views"]
    with pytest.warns(IncompleteFrameWarning, match="`series` is incomplete"):
        check_code(loaded)
    gate.broken_metric = None
    loaded.retry_button.click()
    assert set(loaded.wait(20).frame["metric"]) == {"views", "likes"}
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
    assert loaded.code.endswith('metric="views")')
    loaded.page.value = "Over time"
    loaded.cancel_button.click()
    gate.let_go.set()
    assert loaded.state == "cancelled"
    pd.testing.assert_frame_equal(loaded.frame, before)


def test_campaigns_are_called_so_and_keep_their_parts(client):
    campaigns = tgp.load_campaigns("Q1 Brand Program", client=client).head(3)
    views = tgp.load_analytics(
        "campaign", campaigns, "views", dates="2026-05", breakdown="video", client=client
    )
    explorer = Explorer(views)
    assert explorer.creators.choices.description == "Campaigns"
    assert "__other__" not in set(explorer.creators.frame["id"])
    assert explorer.creators.choices.options[0][0] in set(campaigns["name"])
    explorer.creators.select_all.click()
    explorer.creators.value = explorer.creators.value[:1]
    [chosen] = explorer.creators.value
    pd.testing.assert_frame_equal(
        explorer.frame, views[(views["entity_id"] == chosen) | (views["parent_id"] == chosen)]
    )
    check_code(explorer, views=views)


def test_days_narrow_breakdowns_as_well():
    frame = both(series("2026-06-01", [1, 2]), series("2026-06-01", [3, 4], kind="breakdown"))
    explorer = Explorer(frame, dates=("2026-06-02", "2026-06-02"))
    assert explorer.frame["value"].tolist() == [2, 4]


def test_whole_weeks_are_not_called_cut():
    assert notes_on(series("2026-06-01", [1] * 14), SeriesChoice(granularity="week")) == []


def test_cut_ends_and_uncompared_months_are_said():
    frame = both(series("2026-06-02", [1] * 5), series("2026-05-28", [1] * 5, kind="prior_period"))
    [months, cut] = notes_on(frame, SeriesChoice(granularity="month"))
    assert "aren't compared" in months
    assert cut.startswith("The first and the last month are cut")


def test_metrics_come_in_their_order_and_unknown_ones_last():
    names = ["likes", "fame", "views"]
    frame = pd.concat([series("2026-06-01", [1], metric=name) for name in names])
    assert metrics_in(frame) == ["views", "likes", "fame"]
    assert "fame" not in ANALYTICS.column("metric").categories


def test_without_a_metric_that_can_be_drawn_what_was_shown_stays(analytics):
    explorer = Explorer(analytics)
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
    empty = Explorer(analytics.iloc[:0])
    assert empty.frame is None
    assert "at least one metric" in empty.message.value


def test_derived_rates_are_shown_and_metrics_that_are_not_there_refused(analytics):
    views = analytics[(analytics["metric"] == "views") & (analytics["series_kind"] == "main")]
    rates = tgp.growth(views, "growth_rate_pop", base_metric="views")
    explorer = Explorer(rates)
    assert explorer.metrics.value == ("growth_rate_pop",)
    check_code(explorer, views=rates)
    with pytest.raises(ChoiceError, match="value='shares'"):
        Explorer(analytics, metrics="shares")


def test_before_a_load_nothing_is_shown_and_its_price_only_where_it_is_known(client):
    explorer = Explorer(project=PROJECT, metrics="views", dates="2026-05", client=client)
    creators = explorer.creators.wait(20).frame
    assert explorer.frame is None
    assert explorer.body.layout.display == explorer.drawing.layout.display == "none"
    explorer.creators.value = creators["id"].head(1)
    assert explorer.load.description == "Load: 1 request"
    client.drop("openapi")
    explorer.creators.value = ()
    assert explorer.load.description == "Load"
    assert not explorer.load.disabled
    explorer.load.click()
    assert set(explorer.wait(20).frame["entity_id"]) == set(creators["id"])
    assert explorer.body.layout.display is explorer.drawing.layout.display is None
    check_code(explorer)
    explorer.metrics.value = ()
    assert explorer.load.disabled
    explorer.reload()
    assert "at least one metric" in explorer.message.value
