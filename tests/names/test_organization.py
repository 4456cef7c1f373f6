from __future__ import annotations

import datetime as dt
import warnings

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from trackagoat_pandas.errors import (
    AmbiguousProjectError,
    ArgumentError,
    ArgumentTypeError,
    BadRequestError,
    ContractWarning,
    UnknownProjectError,
)
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.names import organization as organization_module
from trackagoat_pandas.names.organization import (
    load_dates,
    organization,
    resolve_dates,
    resolve_project,
)

ID = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"


def projects(*names, timezone="America/New_York"):
    ids = [ID, OTHER, "33333333-3333-4333-8333-333333333333"]
    return [
        {"id": id_, "name": name, "timezone": timezone}
        for id_, name in zip(ids, names, strict=False)
    ]


def test_an_id_is_taken_as_it_is_and_nothing_is_asked():
    app = Canned({})
    with connect_to(app) as client:
        assert resolve_project(session_of(client), ID) == ID
    assert app.asked == []


def test_a_name_is_looked_up_once():
    app = Canned({"/projects": projects("One", "Two")})
    with connect_to(app) as client:
        assert resolve_project(session_of(client), "Two") == OTHER
        assert resolve_project(session_of(client), "One") == ID
    assert len(app.asked) == 1


def test_a_loaded_frame_of_projects_is_as_good_as_a_look_up(box):
    known = []
    for is_loaded in (False, True):
        with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
            if is_loaded:
                tgp.load_projects(client=client)
            before = client.requests_sent
            known.append(organization(session_of(client)))
            assert client.requests_sent - before == (0 if is_loaded else 1)
    asked, loaded = known
    assert asked == loaded


def test_projects_and_all_loads_after_them_have_the_time_zone_that_they_agree_on(box):
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        projects = tgp.load_projects(client=client)
        (zone,) = set(projects["timezone"])
        assert projects.goat.provenance["timezone"] == zone
        assert tgp.load_videos(client=client).goat.provenance["timezone"] == zone
        assert tgp.load_path("/campaigns", client=client).goat.provenance["timezone"] == zone
        assert "(UTC)" not in tgp.show(tgp.load_payout_methods(client=client))._repr_html_()


def test_projects_that_do_not_agree_on_a_time_zone_have_none():
    several = [*projects("One"), {**projects("One", "Two")[1], "timezone": "Asia/Tokyo"}]
    with connect_to(Canned({"/projects": several})) as client:
        with pytest.warns(ContractWarning, match="field"):
            loaded = tgp.load_projects(client=client)
        assert loaded.goat.provenance["timezone"] is None


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_what_is_missing_in_a_loaded_frame_of_projects_is_unknown(backend):
    app = Canned({"/projects": projects("One", None, timezone=None)})
    with connect_to(app) as client:
        with pytest.warns(ContractWarning, match="field"):
            tgp.load_projects(dtype_backend=backend, client=client)
        assert organization(session_of(client)).projects == ((ID, "One"),)
        assert organization(session_of(client)).timezone is None
        assert set(organization(session_of(client)).facts.values()) == {""}
    assert len(app.asked) == 1


def test_a_name_that_is_not_remembered_is_looked_up_again():
    app = Canned({"/projects": projects("One")})
    with connect_to(app) as client:
        assert resolve_project(session_of(client), "One") == ID
        app.rules["/projects"] = projects("One", "Young")
        assert resolve_project(session_of(client), "Young") == OTHER


def test_an_unknown_name_lists_the_candidates_and_costs_one_request():
    app = Canned({"/projects": projects("One", "Two")})
    with (
        connect_to(app) as client,
        pytest.raises(UnknownProjectError, match="'none'; this key can read: One, Two"),
    ):
        resolve_project(session_of(client), "none")
    assert len(app.asked) == 1


def test_a_name_in_another_case_or_spacing_will_do():
    app = Canned({"/projects": projects("One Brand", "Two")})
    with connect_to(app) as client:
        assert resolve_project(session_of(client), " one  BRAND ") == ID
    assert len(app.asked) == 1


def test_an_exact_name_comes_before_one_in_another_case():
    with connect_to(Canned({"/projects": projects("one", "One")})) as client:
        assert resolve_project(session_of(client), "One") == OTHER
        with pytest.raises(AmbiguousProjectError, match="2 projects are called 'ONE'"):
            resolve_project(session_of(client), "ONE")


def test_an_ambiguous_name_lists_the_ids():
    with (
        connect_to(Canned({"/projects": projects("Archive", "Archive")})) as client,
        pytest.raises(AmbiguousProjectError, match=f"{ID}, {OTHER}") as caught,
    ):
        resolve_project(session_of(client), "Archive")
    assert caught.value.candidates == (ID, OTHER)


def test_the_sandbox_has_an_ambiguous_name_too(client):
    with pytest.raises(AmbiguousProjectError, match="2 projects are called 'Archive'"):
        tgp.load_videos("Archive", client=client)


def test_a_frame_of_one_project_will_do_but_not_of_two():
    frame = pd.DataFrame({"id": [ID, OTHER]})
    with connect_to(Canned({})) as client:
        assert resolve_project(session_of(client), frame.head(1)) == ID
        with pytest.raises(ArgumentError, match="the frame has 2 projects; give one"):
            resolve_project(session_of(client), frame)


@pytest.mark.parametrize("given", [7, 1.5, b"x", ["One"]])
def test_another_type_is_refused(given):
    with (
        connect_to(Canned({})) as client,
        pytest.raises(ArgumentTypeError, match="a project's id or exact name"),
    ):
        resolve_project(session_of(client), given)


def test_relative_dates_follow_the_servers_clock_in_the_organizations_time_zone(client):
    # The sandbox's clock stands at noon UTC of 2026-06-15, whatever the machine's says.
    assert resolve_dates(session_of(client), "yesterday") == tgp.DateRange(
        "2026-06-14", "2026-06-14"
    )
    assert organization(session_of(client)).timezone == "America/New_York"


def test_the_clients_own_time_zone_decides_which_day_is_today(box):
    with tgp.connect(
        box.key, base_url=box.base_url, rate_limit=None, timezone="Pacific/Kiritimati"
    ) as client:
        assert resolve_dates(session_of(client), "today") == tgp.DateRange(
            "2026-06-16", "2026-06-16"
        )


def test_an_unknown_time_zone_is_said():
    app = Canned({"/projects": projects("One", timezone=None)})
    with connect_to(app) as client, pytest.warns(ContractWarning, match="read in UTC"):
        found = resolve_dates(session_of(client), "today")
    assert abs(found.first - dt.datetime.now(dt.UTC).date()) <= dt.timedelta(days=1)


def paged(*pages):
    """The projects in pages; the last may be a refusal."""

    def answer(query):
        number = int(query.get("cursor", 0))
        page = pages[number]
        if isinstance(page, int):
            return page
        more = number + 1 < len(pages)
        meta = {"hasMore": more, "nextCursor": str(number + 1) if more else None}
        return {"data": page, "error": None, "meta": meta}

    return answer


def test_a_project_that_a_moving_list_repeats_is_not_ambiguous():
    one, two = projects("One", "Two")
    with connect_to(Canned({"/projects": paged([one, two], [two])})) as client:
        assert resolve_project(session_of(client), "Two") == OTHER


def test_a_project_without_a_name_is_called_nothing():
    app = Canned({"/projects": [{"id": ID, "name": None}, {"id": OTHER}]})
    with (
        connect_to(app) as client,
        pytest.raises(UnknownProjectError, match="this key can read: no"),
    ):
        resolve_project(session_of(client), "None")


def test_a_name_on_the_first_page_is_not_taken_while_the_second_is_refused():
    # The second page may hold another project of this name.
    with (
        connect_to(Canned({"/projects": paged(projects("One"), 400)})) as client,
        pytest.raises(BadRequestError, match="/projects: HTTP 400"),
    ):
        resolve_project(session_of(client), "One")


def remote(box, **options):
    """Connect to a sandbox as to any other server, so that only its responses say its time."""
    where = {"base_url": box.base_url, "transport": box.app}
    return tgp.connect(box.key, rate_limit=None, progress=False, **where, **options)


WEEK = "last 7 days"
LOADS = {
    "analytics": lambda: tgp.load_analytics("project", "Summer Launch", "views", dates=WEEK),
    "report": lambda: tgp.load_report("view-distribution", "Summer Launch", dates=WEEK),
    "accruals": lambda: tgp.load_payout_accruals("Summer Launch", dates=WEEK),
    "comments": lambda: tgp.load_comments("Summer Launch", dates=WEEK),
    "annotations": lambda: tgp.load_annotations("Summer Launch", dates=WEEK),
}


@pytest.fixture
def small_box():
    with tgp.sandbox(creators=4, days=40, rate_limit=None, now="2026-06-15T12:00:00Z") as small:
        yield small


@pytest.mark.filterwarnings("ignore::trackagoat_pandas.errors.NoDataWarning")
@pytest.mark.parametrize("load", LOADS.values(), ids=LOADS)
@pytest.mark.parametrize("is_embedded", [False, True])
def test_the_last_days_follow_the_servers_clock(small_box, load, is_embedded):
    connected = tgp.connect(sandbox=small_box, progress=False) if is_embedded else remote(small_box)
    with connected as client:
        assert load().goat.provenance["params"]["from"] == "2026-06-09"
        small_box.advance(dt.timedelta(days=3))
        before = client.requests_sent
        later = load()
        assert later.goat.provenance["params"]["from"] == "2026-06-12"
        assert later.goat.provenance["params"]["to"] == "2026-06-18"
        # A clock that only responses tell of is known to have moved after the first of them.
        assert client.requests_sent - before >= (1 if is_embedded else 2)
        before = client.requests_sent
        load()
        assert client.requests_sent - before <= 1


def test_a_load_that_is_read_again_warns_once_of_what_it_has(small_box):
    with remote(small_box):
        tgp.load_projects()
        small_box.advance(dt.timedelta(days=200))
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            tgp.load_analytics("project", "Summer Launch", "views", dates="last 7 days")
    assert not [one for one in seen if "2026-06" in str(one.message)]


def test_a_load_that_goes_on_past_midnight_is_not_loaded_twice(small_box, monkeypatch):
    spans = []
    with remote(small_box) as client:
        tgp.load_projects()
        time = dt.datetime.now(dt.UTC)

        class Later(dt.datetime):
            @classmethod
            def now(cls, tz=None):
                return time + len(spans) * dt.timedelta(hours=20)

        monkeypatch.setattr(organization_module.dt, "datetime", Later)
        load_dates(session_of(client), "today", spans.append)
        load_dates(session_of(client), "today", spans.append)
    assert [str(one.first) for one in spans] == ["2026-06-15", "2026-06-16"]


def test_a_list_from_the_servers_future_is_not_fresh(small_box, tmp_path):
    small_box.advance(dt.timedelta(days=9))
    with remote(small_box, store=tmp_path):
        ahead = tgp.load_videos("Summer Launch")
    with (
        tgp.sandbox(creators=4, days=40, rate_limit=None, now="2026-06-15T12:00:00Z") as young,
        tgp.connect(sandbox=young, store=tmp_path, max_age="30 days", progress=False) as client,
    ):
        videos = tgp.load_videos("Summer Launch")
        assert 0 < len(videos) < len(ahead)
        before = client.requests_sent
        pd.testing.assert_frame_equal(tgp.load_videos("Summer Launch"), videos)
        assert client.requests_sent == before
