from __future__ import annotations

from itertools import pairwise

import pytest

from tests.support.tiny_world import Api, tiny_database
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


def test_a_planted_answer_looks_like_a_real_one(database):
    kinds = ("429", "500", "502", "html", "empty", "redirect")
    api = faulty(database, plan=dict(enumerate(kinds, start=1)), retry_after_s=7)
    answers = {kind: api.open("/projects", limit=3) for kind in kinds}
    assert answers["429"].headers["Retry-After"] == "7"
    assert answers["429"].json["meta"] == {"code": "rate_limit_exceeded"}
    assert answers["500"].json["meta"] == {"code": "internal_error"}
    for kind in ("502", "html"):
        assert answers[kind].content_type.startswith("text/html")
        assert answers[kind].text.startswith("<!doctype html>")
    assert answers["empty"].data == b""
    elsewhere = "https://elsewhere.invalid/api/v1/projects?limit=3"
    assert answers["redirect"].headers["Location"] == elsewhere


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


@pytest.fixture
def naps(monkeypatch):
    """The seconds that the sandbox would have slept, in order; nothing sleeps."""
    slept = []
    monkeypatch.setattr("time.sleep", slept.append)
    return slept


def test_a_slow_body_is_whole_and_late(database, naps):
    api = faulty(database, plan={1: "slow"}, slow_s=0.2)
    slow = api.open("/projects").data
    assert sum(naps) == pytest.approx(0.2)
    assert slow == api.open("/projects").data


def test_latency_holds_every_answer_back(database, naps):
    api = Api(database, latency_s=0.1)
    api.open("/nothing")
    assert naps == [0.1]


def test_a_rate_hits_the_same_requests_for_the_same_seed():
    faults = Faults(rate=0.2, kinds=("500", "429"), seed=1)
    hits = [faults.at(number) for number in range(1, 1001)]
    again = Faults(rate=0.2, kinds=("500", "429"), seed=1)
    assert hits == [again.at(number) for number in range(1, 1001)]
    assert 150 < sum(hit is not None for hit in hits) < 250
    assert {"500", "429", None} == set(hits)
    other = Faults(rate=0.2, kinds=("500", "429"), seed=2)
    assert hits != [other.at(number) for number in range(1, 1001)]


def test_a_rate_of_0_hits_none_and_of_1_all_that_the_plan_leaves():
    numbers = range(1, 101)
    assert {Faults(rate=0.0).at(number) for number in numbers} == {None}
    faults = Faults(plan={5: "cut"}, rate=1.0, kinds=("500",))
    assert [faults.at(number) for number in numbers] == ["500"] * 4 + ["cut"] + ["500"] * 95


@pytest.mark.parametrize(
    ("arguments", "flaw"),
    [
        ({"plan": {1: "explosion"}}, "unknown kinds of fault"),
        ({"kinds": ("explosion",)}, "unknown kinds of fault"),
        ({"rate": 1.5}, "must be from 0 to 1"),
        ({"rate": 0.5, "kinds": ()}, "kinds must not be empty"),
        ({"repeat_cursor_after": 0}, "must be at least 1"),
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
