"""A load that returns no data warns and gives the reason."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from trackagoat_pandas.errors import NoDataWarning, TrackaGoatWarning
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.reading import server_today, warn_no_data

pytestmark = pytest.mark.filterwarnings(
    # How far the points reach is not what is tested here.
    "ignore:.* reaches beyond the data:trackagoat_pandas.errors.NoDataWarning"
)

ONE = "11111111-1111-4111-8111-111111111111"
PROJECT = "Q1 Brand Program"


def points(*values):
    return [{"date": f"2026-05-{day:02d}", "value": value} for day, value in enumerate(values, 1)]


def load(values, ids=ONE, **options):
    app = Canned(
        {"/analytics": {"series": [{"entity_ref": {"id": ONE}, "points": points(*values)}]}}
    )
    with connect_to(app) as client:
        options = {"dates": "2026-05", **options}
        frame = tgp.load_analytics("creator", ids, "views", client=client, **options)
    assert [path for path, _ in app.asked] == ["/analytics"]
    return frame


def test_dates_in_the_future_are_named_with_the_day_of_the_server(client):
    creators = tgp.load_creators(PROJECT, client=client)
    today = "2026-06-15"  # by the sandbox's clock
    with pytest.warns(
        NoDataWarning, match=f"2027-01-01..2027-01-31 is in the future; the server's .* {today}"
    ) as said:
        frame = tgp.load_analytics(
            "creator", creators, ["views", "likes"], dates="2027-01", client=client
        )
    assert frame.empty
    assert len(said) == 1


@pytest.mark.parametrize("values", [(), (None,), (None, None)])
def test_no_value_at_all_is_a_warning(values):
    with pytest.warns(NoDataWarning, match="no data: the server has none for 2026-05-01..2026-05"):
        frame = load(values)
    assert len(frame) == len(values)


@pytest.mark.parametrize("values", [(0,), (None, 0), (None, 5)])
def test_one_value_is_data_even_if_it_is_0(values):
    assert len(load(values)) == len(values)


def test_the_range_that_the_server_chose_is_called_so():
    with pytest.warns(NoDataWarning, match="the server has none for its default range"):
        load((), dates=None)


@pytest.mark.parametrize("values", [(), (None,), (0, 0)])
def test_dates_before_tracking_began_name_the_day_on_which_it_did(values):
    creators = pd.DataFrame({"id": [ONE], "tracking_start_date": [pd.Timestamp("2026-06-03")]})
    with pytest.warns(NoDataWarning, match="2026-05-31 is before 2026-06-03, the earliest day"):
        load(values, creators)


def test_zeros_are_data_where_nothing_says_otherwise():
    creators = pd.DataFrame({"id": [ONE], "tracking_start_date": [pd.NaT]})
    assert load((0, 0), creators)["value"].tolist() == [0, 0]


@pytest.mark.parametrize("began", [pd.Timestamp("2026-05-31"), "2026-05-31"], ids=["day", "text"])
def test_zeros_from_before_tracking_began_are_no_data(began):
    creators = pd.DataFrame({"id": [ONE], "tracking_start_date": [began]})
    with pytest.warns(NoDataWarning, match="no data: the server has none for 2026-05-01..2026-05"):
        assert load((0, 0), creators)["value"].isna().all()


def test_a_value_from_before_tracking_began_is_data():
    creators = pd.DataFrame({"id": [ONE], "tracking_start_date": [pd.Timestamp("2026-06-03")]})
    assert load((7,), creators)["value"].tolist() == [7]


def test_videos_begin_when_they_were_posted(client):
    videos = tgp.load_videos("Summer Launch", client=client).head(3)
    first = videos["posted_at"].min().tz_convert("America/New_York").date()
    before = (first - dt.timedelta(days=9), first - dt.timedelta(days=5))
    with pytest.warns(NoDataWarning, match=f"is before {first}, the earliest day"):
        tgp.load_analytics("video", videos, "views", dates=before, client=client)


@pytest.mark.parametrize(
    ("span", "since", "why"),
    [
        (None, None, "the server has none for its default range"),
        (DateRange("2026-05-02", "2026-05-03"), None, "2026-05-02..2026-05-03 is in the future; "),
        (DateRange("2026-05-01", "2026-05-03"), None, "none for 2026-05-01..2026-05-03"),
        (DateRange("2026-04-01", "2026-04-03"), dt.date(2026, 4, 4), "is before 2026-04-04"),
        (DateRange("2026-04-01", "2026-04-03"), dt.date(2026, 4, 3), "none for 2026-04-01"),
    ],
)
def test_the_reason_is_as_good_as_what_is_known(span, since, why):
    with pytest.warns(TrackaGoatWarning, match=f"^video-leaderboard: no data: .*{why}"):
        warn_no_data("video-leaderboard", span, dt.date(2026, 5, 1), since=since)


@pytest.mark.parametrize(
    ("given", "named", "day"),
    [(None, None, 1), (None, "Asia/Tokyo", 2), ("America/New_York", "Asia/Tokyo", 1)],
)
def test_today_is_the_day_by_the_servers_clock_in_the_organizations_zone(given, named, day):
    sent_at = dt.datetime(2026, 5, 1, 20, tzinfo=dt.UTC)
    with connect_to(Canned({}), timezone=given) as client:
        assert server_today(session_of(client), sent_at, named) == dt.date(2026, 5, day)


def test_without_a_date_header_the_clock_of_the_machine_is_used():
    with connect_to(Canned({})) as client:
        before = dt.datetime.now(dt.UTC).date()
        today = server_today(session_of(client), None)
    assert before <= today <= dt.datetime.now(dt.UTC).date()


def test_an_unknown_time_zone_in_a_response_is_as_good_as_none():
    answer = {"timezone": "Mars/Base", "series": [{"entity_ref": {"id": ONE}, "points": []}]}
    with (
        connect_to(Canned({"/analytics": answer})) as client,
        pytest.warns(NoDataWarning, match="no data"),
    ):
        assert tgp.load_analytics("creator", ONE, "views", dates="2026", client=client).empty


@pytest.mark.parametrize(
    "load",
    [
        lambda **given: tgp.load_payout_accruals(PROJECT, **given),
        lambda **given: tgp.load_payout_payments(PROJECT, **given),
        lambda **given: tgp.load_annotations(PROJECT, **given),
        lambda **given: tgp.load_comments(PROJECT, **given),
        lambda **given: tgp.load_report("video-leaderboard", PROJECT, **given),
        lambda **given: tgp.load_report("posting-heatmap", PROJECT, **given),
    ],
    ids=["accruals", "payments", "annotations", "comments", "a ranked report", "a whole report"],
)
def test_every_list_of_days_in_the_future_says_so(load, client):
    with pytest.warns(NoDataWarning, match="2027-01-31 is in the future; .* 2026-06-15") as said:
        frame = load(dates="2027-01", client=client)
    assert frame.empty
    assert len(said) == 1


def test_a_report_without_a_row_says_so_but_a_list_of_days_that_passed_is_an_answer(client):
    days = ("2025-07-01", "2025-07-02")
    with pytest.warns(NoDataWarning, match="outliers: no data: the server has none for 2025-07-01"):
        assert tgp.load_report("outliers", PROJECT, dates=days, client=client).empty
    assert tgp.load_payout_accruals(PROJECT, dates=days, client=client).empty


def test_dates_that_reach_past_today_say_until_when_there_are_data(client):
    creators = tgp.load_creators(PROJECT, client=client)
    june, may = (
        tgp.load_analytics("creator", creators, "views", dates=dates, client=client)
        for dates in ("2026-06", "2026-05")
    )
    assert june.goat.provenance["data_until"] == "2026-06-15"
    assert june["date"].max() == pd.Timestamp("2026-06-15")
    assert "data until" in repr(june.goat.provenance)
    assert "data_until" not in may.goat.provenance
