from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.tiny_world import FULL, NOW, READ, Api, tiny_database
from trackagoat_pandas.sandbox.envelope import RefusedError
from trackagoat_pandas.sandbox.limits import Limits, SlidingWindow


class Seconds:
    """A monotonic clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("limit", "window_s", "requests"),
    [
        (2, 60.0, [(0.0, None), (30.0, None), (59.9, "1"), (60.0, None)]),
        (1, 60.0, [(0.0, None), (17.2, "43")]),
        (1, 10.0, [(0.0, None), (3.0, "7"), (6.0, "4"), (9.0, "1"), (10.0, None)]),
    ],
)
def test_the_window_slides_over_single_requests_and_refused_ones_take_no_place(
    limit, window_s, requests
):
    seconds = Seconds()
    window = SlidingWindow(limit, window_s, seconds)
    for seconds.now, retry_after in requests:
        if retry_after is None:
            window.take("a")
            continue
        with pytest.raises(
            RefusedError, match=f"than {limit} requests in {window_s:g} s"
        ) as caught:
            window.take("a")
        assert caught.value.headers["Retry-After"] == retry_after


@pytest.mark.parametrize("limit", [(0, 60.0), (60, 0.0)])
def test_a_window_that_allows_nothing_is_refused(limit):
    with pytest.raises(ValueError, match="allows no requests"):
        SlidingWindow(*limit)


@pytest.fixture
def database():
    database = tiny_database()
    yield database
    database.close()


def test_a_full_window_answers_429_with_the_header_for_that_key_alone(database):
    api = Api(database, rate_limit=(2, 60.0))
    assert [api.open("/projects").status_code for _ in range(3)] == [200, 200, 429]
    refused = api.open("/projects")
    assert refused.json["meta"] == {"code": "rate_limit_exceeded"}
    assert 59 <= int(refused.headers["Retry-After"]) <= 60
    assert api.open("/projects", READ).status_code == 200


def test_a_bad_request_counts_and_an_unknown_key_does_not(database):
    api = Api(database, rate_limit=(1, 60.0))
    assert api.open("/projects", None).status_code == 401
    assert api.open("/projects", limit="0").status_code == 400
    assert api.open("/projects").status_code == 429


def quota_api(maximum, clock):
    return Api(tiny_database(max_requests_per_day=maximum), clock=clock)


def test_the_daily_quota_is_the_organizations_and_ends_at_utc_midnight():
    clock = [NOW]
    api = quota_api(2, lambda: clock[0])
    statuses = [api.open("/projects", key).status_code for key in (FULL, READ, FULL)]
    assert statuses == [200, 200, 429]
    refused = api.open("/projects")
    assert refused.json["meta"] == {"code": "rate_limit_exceeded", "retryAfter": 12 * 3600}
    assert "Retry-After" not in refused.headers
    clock[0] = datetime(2026, 6, 16, tzinfo=UTC)
    assert api.open("/projects").status_code == 200
    api.database.close()


def test_a_request_that_the_window_refuses_leaves_the_quota_alone():
    seconds = Seconds()
    limits = Limits(SlidingWindow(1, 10.0, seconds))
    limits.admit("key", "org", 2, NOW)
    with pytest.raises(RefusedError, match="More than 1 requests"):
        limits.admit("key", "org", 2, NOW)
    seconds.now = 10.0
    limits.admit("key", "org", 2, NOW)
    with pytest.raises(RefusedError, match="The daily quota of 2 requests is used up"):
        limits.admit("key", "org", 2, NOW)


def test_a_quota_of_0_admits_nothing():
    api = quota_api(0, lambda: NOW)
    assert api.open("/projects").status_code == 429
    api.database.close()
