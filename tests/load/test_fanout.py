"""The error of a load of which some parts failed."""

from __future__ import annotations

import textwrap

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import KEY, Canned, connect_to
from tests.support.leaping import leaping_client
from tests.support.relays import Relay, refusal
from trackagoat_pandas.errors import DeadlineError, NotFoundError, PartialLoadError

IDS = [f"{number:08x}-1111-4111-8111-111111111111" for number in range(275)]
METRICS = ["views", "likes", "comments"]
SEVERAL = {
    "openapi": "3.1.0",
    "paths": {
        "/analytics": {"get": {"parameters": [{"name": "entity_id", "schema": {"type": "array"}}]}}
    },
}


QUOTA = refusal(429, ("Retry-After", "36000"))


def echo(query):
    points = [{"date": "2026-05-01", "value": 1}]
    ids = query["entity_id"].split(",")
    return {"series": [{"entity_ref": {"id": id_}, "points": points} for id_ in ids]}


@pytest.fixture(scope="module")
def over_quota():
    """825 series in 42 requests, of which the first 15 are answered."""
    app = Relay(
        Canned({"/analytics": echo, "/openapi.json": SEVERAL}),
        lambda request, go_on: go_on() if request.number <= 16 else QUOTA,
    )
    creators = pd.DataFrame({"id": IDS, "tiktok_handle": [f"goat_{n}" for n in range(275)]})
    with (
        leaping_client(KEY, app, max_workers=1) as client,
        pytest.raises(PartialLoadError, match="series") as caught,
    ):
        tgp.load_analytics("creator", creators, METRICS, client=client)
    return caught.value


def test_the_message_counts_series_and_requests(over_quota):
    assert str(over_quota).startswith(
        "525 of 825 series (27 of 42 requests) failed: @goat_100 (views), @goat_101 (views) "
        "and 523 more. The first error: /analytics: HTTP 429"
    )
    assert over_quota.loaded == 300
    assert len(over_quota.failures) == 525


def test_the_message_fits_on_five_lines_and_the_repr_is_no_longer(over_quota):
    assert len(textwrap.wrap(str(over_quota), 80)) <= 5
    assert len(repr(over_quota)) < 420


def test_nothing_in_the_message_is_doubled(over_quota):
    text = str(over_quota)
    assert text.count("/analytics") == 1
    assert ".;" not in text
    assert ".." not in text
    assert "planned; come back at " in text
    assert isinstance(over_quota.__cause__, DeadlineError)


def test_failures_are_by_entity_and_metric(over_quota):
    assert (IDS[274], "comments") in over_quota.failures
    assert (IDS[0], "views") not in over_quota.failures
    asked = {(id_, metric) for id_ in IDS for metric in METRICS}
    rows = over_quota.partial[["entity_id", "metric"]].astype(str)
    loaded = set(rows.itertuples(index=False, name=None))
    assert loaded | set(over_quota.failures) == asked
    assert not loaded & set(over_quota.failures)


def test_partial_and_frame_are_the_rows_that_came(over_quota):
    assert over_quota.partial is over_quota.frame
    assert len(over_quota.partial) == 300
    assert over_quota.partial.attrs["trackagoat"]["complete"] is False


def test_a_notebook_shows_handles_not_ids(over_quota):
    html = over_quota._repr_html_()
    assert "@goat_100 (views)" in html
    assert IDS[100] not in html
    assert "300, in .partial" in html


@pytest.mark.parametrize("message", ["x" * 2_000, "a\nb\n" * 200, "word " * 300, ""])
@pytest.mark.parametrize("name", ["n" * 300, "a\nb"])
def test_five_lines_suffice_for_any_cause_and_any_name(message, name):
    metric = "engagement_rate_by_followers"
    failures = {(id_, metric): NotFoundError(404, "/analytics", message) for id_ in IDS}
    named = dict.fromkeys(IDS, name)
    error = PartialLoadError("series", failures, 7, pd.DataFrame(), requests=(9, 10), names=named)
    text = str(error)
    assert len(text) <= 5 * 80
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize(
    ("loaded", "rows"), [(1, "The rows that came are in .partial."), (0, "Nothing was loaded.")]
)
def test_one_failure_is_listed_and_rows_are_mentioned_if_there_are_any(loaded, rows):
    failures = {IDS[0]: NotFoundError(404, "/x", "gone")}
    total = 1 + loaded
    error = PartialLoadError("series", failures, loaded, pd.DataFrame(), requests=(1, total))
    assert str(error) == (
        f"1 of {total} series failed: {IDS[0]}. The first error: /x: HTTP 404: gone. "
        f"Was it removed? Leave it out. {rows}"
    )


def test_an_entity_of_which_another_metric_came_is_named_by_its_label():
    def answer(query):
        if query["metric"] == "likes":
            return 400
        [one] = echo(query)["series"]
        return {"series": [one | {"entity_ref": {"id": IDS[0], "label": "nanny"}}]}

    with (
        connect_to(Canned({"/analytics": answer})) as client,
        pytest.raises(PartialLoadError, match=r"1 of 2 series failed: @nanny \(likes\)\. The"),
    ):
        tgp.load_analytics("creator", IDS[0], ["views", "likes"], client=client)


def test_ids_without_names_are_named_by_themselves():
    app = Canned({"/analytics": lambda query: 400 if query["entity_id"] == IDS[1] else echo(query)})
    with (
        connect_to(app) as client,
        pytest.raises(PartialLoadError, match=rf"failed: {IDS[1]} \(views\)\. The first"),
    ):
        tgp.load_analytics("creator", IDS[:2], "views", client=client)
