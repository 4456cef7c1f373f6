from __future__ import annotations

import time
from itertools import pairwise

import pytest

from tests.tiny_world import Api, tiny_database
from trackagoat_pandas.sandbox import Faults


@pytest.fixture
def database():
    database = tiny_database()
    yield database
    database.close()


def faulty(database, **faults) -> Api:
    return Api(database, faults=Faults(**faults))


@pytest.mark.parametrize(
    ("kind", "status"),
    [("429", 429), ("500", 500), ("502", 502), ("html", 200), ("empty", 200), ("redirect", 308)],
)
def test_a_planned_fault_hits_the_request_of_its_number_alone(database, kind, status):
    api = faulty(database, plan={2: kind})
    answers = [api.open("/projects") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, status, 200]
    assert answers[0].data == answers[2].data != answers[1].data


def test_a_planted_429_looks_like_a_real_one(database):
    response = faulty(database, plan={1: "429"}, retry_after_s=7).open("/projects")
    assert response.headers["Retry-After"] == "7"
    assert response.json["meta"] == {"code": "rate_limit_exceeded"}


def test_a_planted_500_is_an_envelope(database):
    response = faulty(database, plan={1: "500"}).open("/projects")
    assert response.json["meta"] == {"code": "internal_error"}


@pytest.mark.parametrize("kind", ["502", "html"])
def test_a_proxys_page_is_html(database, kind):
    response = faulty(database, plan={1: kind}).open("/projects")
    assert response.content_type.startswith("text/html")
    assert response.text.startswith("<!doctype html>")


def test_an_empty_answer_has_no_body(database):
    assert faulty(database, plan={1: "empty"}).open("/projects").data == b""


def test_a_redirect_leads_to_another_host_with_path_and_query(database):
    response = faulty(database, plan={1: "redirect"}).open("/projects", limit=3)
    assert response.headers["Location"] == "https://elsewhere.invalid/api/v1/projects?limit=3"


def test_a_reset_raises_in_process_and_is_logged_as_status_0(database):
    api = faulty(database, plan={1: "reset"})
    with pytest.raises(ConnectionResetError, match="reset the connection, as planned"):
        api.open("/projects")
    assert api.app.log[0].status == 0


def test_a_cut_body_ends_before_its_promised_length(database):
    api = faulty(database, plan={1: "cut"})
    cut, whole = api.open("/projects"), api.open("/projects")
    assert cut.headers["Content-Length"] == whole.headers["Content-Length"]
    assert cut.data == whole.data[: len(whole.data) // 2]


def test_a_slow_body_is_whole_and_late(database):
    api = faulty(database, plan={1: "slow"}, slow_s=0.2)
    began = time.monotonic()
    slow = api.open("/projects").data
    assert time.monotonic() - began >= 0.2
    assert slow == api.open("/projects").data


def test_latency_holds_every_answer_back(database):
    api = Api(database, latency_s=0.1)
    began = time.monotonic()
    api.open("/nothing")
    assert time.monotonic() - began >= 0.1


def test_a_rate_hits_the_same_requests_for_the_same_seed():
    faults = Faults(rate=0.2, kinds=("500", "429"), seed=1)
    hits = [faults.at(number) for number in range(1, 1001)]
    again = Faults(rate=0.2, kinds=("500", "429"), seed=1)
    assert hits == [again.at(number) for number in range(1, 1001)]
    assert 150 < sum(hit is not None for hit in hits) < 250
    assert {"500", "429", None} == set(hits)


def test_another_seed_hits_other_requests():
    one, two = (Faults(rate=0.5, seed=seed) for seed in (1, 2))
    numbers = range(1, 101)
    assert [one.at(number) for number in numbers] != [two.at(number) for number in numbers]


@pytest.mark.parametrize(("rate", "hits"), [(0.0, 0), (1.0, 100)])
def test_a_rate_of_0_hits_none_and_of_1_all(rate, hits):
    faults = Faults(rate=rate)
    assert sum(faults.at(number) is not None for number in range(1, 101)) == hits


def test_the_plan_goes_before_the_rate():
    assert Faults(plan={5: "cut"}, rate=1.0, kinds=("500",)).at(5) == "cut"


@pytest.mark.parametrize(
    ("arguments", "flaw"),
    [
        ({"plan": {1: "explosion"}}, "are no kinds of fault"),
        ({"kinds": ("explosion",)}, "are no kinds of fault"),
        ({"rate": 1.5}, "is not from 0 to 1"),
        ({"rate": 0.5, "kinds": ()}, "needs kinds to draw from"),
        ({"repeat_cursor_after": 0}, "is not at least 1"),
    ],
)
def test_faults_that_make_no_sense_are_refused(arguments, flaw):
    with pytest.raises(ValueError, match=flaw):
        Faults(**arguments)


def test_duplicated_rows_start_each_page_with_the_last_of_the_page_before(database):
    api = faulty(database, duplicate_rows=True)
    pages = [[row["id"] for row in page["data"]] for page in api.pages("/videos", limit=3)]
    assert len(pages) > 2
    assert all(after[0] == before[-1] for before, after in pairwise(pages))
    whole = [row["id"] for row in Api(database).data("/videos")]
    assert list(dict.fromkeys(one for page in pages for one in page)) == whole


def test_a_stuck_list_repeats_the_cursor_that_led_to_the_page(database):
    api = faulty(database, repeat_cursor_after=2)
    cursors = [api.open("/videos", limit=1).json["meta"]["nextCursor"]]
    for _ in range(4):
        page = api.open("/videos", limit=1, cursor=cursors[-1]).json
        assert page["meta"]["hasMore"] is True
        cursors.append(page["meta"]["nextCursor"])
    assert len(set(cursors)) == 2
    assert cursors[1:] == [cursors[1]] * 4


def test_a_list_that_starts_again_is_not_stuck_yet(database):
    api = faulty(database, repeat_cursor_after=1)
    first = api.open("/videos", limit=1).json["meta"]
    api.open("/videos", limit=1, cursor=first["nextCursor"])
    assert api.open("/videos", limit=1).json["meta"] == first
