from __future__ import annotations

import gc
import math
import threading

import ipywidgets
import matplotlib.pyplot as plt
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.named_frames import both, series
from tests.relays import Gate, Relay
from trackagoat_pandas.errors import (
    ArgumentTypeError,
    ChoiceError,
    IncompleteFrameWarning,
    MissingColumnError,
    PartialLoadError,
)
from trackagoat_pandas.load.analytics import IDS_A_CALL
from trackagoat_pandas.tables import ANALYTICS
from trackagoat_pandas.widgets.explorer import Explorer
from trackagoat_pandas.widgets.explorer_views import SeriesChoice, metrics_in, notes_on

PROJECT = "Summer Launch"
REGISTRY = ipywidgets.widgets.widget._instances
METRICS = ("views", "likes", "engagement_rate_by_views")


@pytest.fixture(scope="module")
def analytics(box):
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        creators = tgp.load_creators(PROJECT, client=client).head(4)
        return tgp.load_analytics(
            "creator", creators, METRICS, dates="2026-05", compare="prior_period", client=client
        )


def check_code(explorer, **names):
    names = {"tgp": tgp, **names}
    exec(explorer.code, names)
    pd.testing.assert_frame_equal(names["frame"], explorer.frame)
    title = explorer.figure.axes[0].get_title(loc="left")
    assert names["ax"].get_title(loc="left") == title


def test_a_given_frame_is_shown_whole(analytics):
    explorer = Explorer(analytics)
    pd.testing.assert_frame_equal(explorer.frame, analytics)
    assert explorer.metrics.value == METRICS
    assert str(explorer.dates.value) == "2026-05-01..2026-05-31"
    check_code(explorer, views=analytics)


CHOICES = {
    "totals": lambda explorer: setattr(explorer.page, "value", "Totals"),
    "the biggest": lambda explorer: setattr(explorer.drawn, "value", "biggest"),
    "a rate": lambda explorer: setattr(explorer.metric, "value", "engagement_rate_by_views"),
    "metrics": lambda explorer: setattr(explorer.metrics, "value", ("likes",)),
    "days": lambda explorer: setattr(explorer.dates, "value", "last 7 days"),
    "creators": lambda explorer: setattr(
        explorer.creators, "value", explorer.creators.frame["id"].head(2)
    ),
    "weeks": lambda explorer: setattr(explorer.granularity, "value", "week"),
    "months": lambda explorer: setattr(explorer.granularity, "value", "month"),
    "no comparison": lambda explorer: setattr(explorer.compare, "value", False),
}


@pytest.mark.parametrize("choice", CHOICES)
def test_the_code_of_every_choice_rebuilds_its_frame_and_plot(analytics, choice):
    explorer = Explorer(analytics)
    CHOICES[choice](explorer)
    check_code(explorer, views=analytics)


def test_creators_metrics_and_days_narrow_the_frame(analytics):
    explorer = Explorer(analytics)
    chosen = explorer.creators.frame["id"].iloc[0]
    explorer.creators.value, explorer.metrics.value = [chosen], ["likes"]
    explorer.dates.value = ("2026-05-10", "2026-05-11")
    main = explorer.frame[explorer.frame["series_kind"] == "main"]
    assert set(main["entity_id"]) == {chosen}
    assert set(main["metric"]) == {"likes"}
    assert main["date"].dt.day.tolist() == [10, 11]


def test_chosen_days_are_compared_with_the_same_days_of_the_period_before(analytics):
    explorer = Explorer(analytics, dates=("2026-05-10", "2026-05-11"))
    prior = explorer.frame[explorer.frame["series_kind"] == "prior_period"]
    assert set(prior["date"].dt.strftime("%m-%d")) == {"04-09", "04-10"}


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


def test_a_rate_alone_has_no_weeks_and_says_so(analytics):
    explorer = Explorer(analytics, metrics="engagement_rate_by_views")
    before = explorer.frame
    explorer.granularity.value = "week"
    assert explorer.metric.value is None
    assert explorer.frame is before
    assert "days for rates" in explorer.message.value


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


def test_a_derived_frame_is_shown_too(analytics):
    views = analytics[(analytics["metric"] == "views") & (analytics["series_kind"] == "main")]
    rates = tgp.growth(views, "growth_rate_pop", base_metric="views")
    explorer = Explorer(rates)
    assert explorer.metrics.value == ("growth_rate_pop",)
    check_code(explorer, views=rates)


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


def test_the_drawn_metric_stays_while_it_is_chosen(analytics):
    explorer = Explorer(analytics)
    explorer.metric.value = "likes"
    explorer.metrics.value = ("likes", "views")
    assert explorer.metric.value == "likes"
    explorer.metrics.value = ("views",)
    assert explorer.metric.value == "views"


def test_no_metric_is_said_and_leaves_what_was_shown(analytics):
    explorer = Explorer(analytics)
    before = explorer.frame
    explorer.metrics.value = ()
    assert "at least one metric" in explorer.message.value
    assert explorer.frame is before


def test_a_prior_period_is_drawn_for_comparison(analytics):
    labels = [line.get_label() for line in Explorer(analytics).figure.axes[0].lines]
    assert "the period before" in labels


def test_an_empty_frame_is_shown_as_such(analytics):
    explorer = Explorer(analytics.iloc[:0])
    assert explorer.frame is None
    assert "at least one metric" in explorer.message.value


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
        explorer.close()


def test_one_request_is_called_so(client):
    explorer = Explorer(project=PROJECT, metrics="views", client=client)
    explorer.creators.value = explorer.creators.wait(20).frame["id"].head(1)
    assert explorer.load.description == "Load: 1 request"
    explorer.close()


def test_there_is_no_price_before_it_is_known(client):
    explorer = Explorer(project=PROJECT, metrics="views", client=client)
    explorer.creators.wait(20)
    client.drop("openapi")
    explorer.creators.value = explorer.creators.frame["id"].head(2)
    assert explorer.load.description == "Load"
    assert not explorer.load.disabled
    explorer.close()


def test_under_a_rate_limit_the_cost_is_in_seconds_too(big):
    # Three requests have been sent for the creators, and one for what the server can do.
    with connect_to_big(big, (6, 60.0)) as client:
        explorer = Explorer(metrics=("views", "likes"), client=client)
        creators = explorer.creators.wait(20).frame
        count = math.ceil(len(creators) / IDS_A_CALL) * 2
        assert explorer.load.description.startswith(f"Load: {count} requests, about ")
        explorer.close()


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
    explorer.close()


@pytest.mark.filterwarnings("ignore:analytics. no data:trackagoat_pandas.errors.NoDataWarning")
def test_a_load_without_data_says_so_and_is_not_taken_for_what_is_shown(client):
    explorer = Explorer(project=PROJECT, dates="2027-01", client=client)
    explorer.creators.wait(20)
    explorer.reload()
    explorer.wait(20)
    assert explorer.frame is None
    assert "no data on 2027-01-01..2027-01-31" in explorer.message.value
    explorer.dates.value = "2026-05"
    explorer.reload()
    before = explorer.wait(20).frame
    explorer.dates.value = "2027-02"
    explorer.reload()
    explorer.wait(20)
    assert explorer.frame is before
    assert "no data on 2027-02-01..2027-02-28" in explorer.message.value
    assert "another choice" in explorer.differs.value
    explorer.close()


def test_a_choice_made_since_the_load_is_told(client):
    explorer = Explorer(project=PROJECT, dates="2026-05", client=client)
    explorer.creators.wait(20)
    explorer.reload()
    explorer.wait(20)
    assert explorer.differs.value == ""
    explorer.metrics.value = ("likes",)
    assert "another choice" in explorer.differs.value
    explorer.reload()
    explorer.wait(20)
    assert explorer.differs.value == ""
    assert explorer.metric.value == "likes"
    explorer.close()


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
        explorer.close()
    for thread in threading.enumerate():
        if thread.name == "trackagoat-widget":
            thread.join(20)


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
    assert "Partial: some of /analytics could not be loaded." in loaded.message.value
    assert "The rows that came are in .partial." in loaded.message.value
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


def test_a_picker_that_is_shared_is_followed_and_let_go(client):
    picker = tgp.widgets.ProjectPicker(client=client).wait(20)
    heard = len(picker._trait_notifiers["value"]["change"])
    explorer = Explorer(project=picker, client=client)
    explorer.creators.wait(20)
    picker.value = picker.frame.loc[picker.frame["name"] == PROJECT, "id"].iloc[0]
    creators = explorer.creators.wait(20).frame
    assert len(creators) <= IDS_A_CALL
    assert explorer.load.description == "Load: 1 request"
    explorer.close()
    assert len(picker._trait_notifiers["value"]["change"]) == heard
    picker.close()


def test_without_a_creator_chosen_all_of_the_project_are_loaded(client):
    explorer = Explorer(project=PROJECT, dates="2026-05", client=client)
    creators = explorer.creators.wait(20).frame
    explorer.load.click()
    explorer.wait(20)
    assert set(explorer.frame["entity_id"]) == set(creators["id"])
    check_code(explorer)
    explorer.close()


def test_a_load_without_metrics_is_refused_in_words(client):
    explorer = Explorer(project=PROJECT, client=client)
    explorer.creators.wait(20)
    explorer.metrics.value = ()
    assert explorer.load.disabled
    explorer.reload()
    assert "at least one metric" in explorer.message.value
    explorer.close()


@pytest.mark.parametrize(
    ("given", "error", "match"),
    [
        ({"analytics": pd.DataFrame({"date": []})}, MissingColumnError, "load_analytics"),
        ({"client": 5}, ArgumentTypeError, "client"),
    ],
)
def test_wrong_arguments_are_refused(given, error, match):
    with pytest.raises(error, match=match):
        Explorer(**given)


def test_a_metric_that_the_frame_lacks_is_refused(analytics):
    with pytest.raises(ChoiceError, match="value='shares'"):
        Explorer(analytics, metrics="shares")


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


def test_clicks_leave_nothing_behind(analytics):
    before = len(REGISTRY)
    explorer = Explorer(analytics)
    made = len(REGISTRY)
    heard = len(explorer.page._trait_notifiers["value"]["change"])
    for at in range(12):
        explorer.page.value = ["Over time", "Totals"][at % 2]
        explorer.metric.value = METRICS[at % 2]
        explorer.granularity.value = ["week", "day"][at % 2]
        explorer.creators.value = explorer.creators.frame["id"].head(at % 3)
    assert len(REGISTRY) == made
    assert len(explorer.page._trait_notifiers["value"]["change"]) == heard
    assert plt.get_fignums() == []
    explorer.close()
    gc.collect()
    assert len(REGISTRY) == before


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
