from __future__ import annotations

import gc

import ipywidgets
import matplotlib.pyplot as plt
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import ArgumentTypeError, MissingColumnError
from trackagoat_pandas.widgets.explorer import Explorer

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
    assert "at least one metric" in explorer._said.value
    assert explorer.frame is before


def test_a_prior_period_is_drawn_for_comparison(analytics):
    labels = [line.get_label() for line in Explorer(analytics).figure.axes[0].lines]
    assert "the period before" in labels


def test_an_empty_frame_is_shown_as_such(analytics):
    explorer = Explorer(analytics.iloc[:0])
    assert explorer.frame is None
    assert "at least one metric" in explorer._said.value


def test_the_button_says_what_a_load_costs(client):
    explorer = Explorer(project=PROJECT, metrics=("views", "likes"), client=client)
    creators = explorer.creators.wait(20).frame
    assert explorer.load.description == f"Load: at most {2 * len(creators)} requests"
    explorer.creators.value = creators["id"].head(1)
    assert explorer.load.description == "Load: at most 2 requests"
    explorer.close()


def test_under_a_rate_limit_the_cost_is_told_in_seconds(box):
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=(3, 60.0)) as client:
        explorer = Explorer(client=client)
        explorer.creators.set_trait(
            "frame", pd.DataFrame({"id": [f"{n:08d}" for n in range(9)], "tiktok_handle": "a"})
        )
        assert "about" in explorer.load.description
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
    assert "at least one metric" in explorer._said.value
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


def test_clicks_leave_nothing_behind(analytics):
    before = len(REGISTRY)
    explorer = Explorer(analytics)
    made = len(REGISTRY)
    for at in range(30):
        explorer.page.value = ["Days", "Totals"][at % 2]
        explorer.metric.value = METRICS[at % 3]
    assert len(REGISTRY) == made
    assert plt.get_fignums() == []
    explorer.close()
    gc.collect()
    assert len(REGISTRY) == before
