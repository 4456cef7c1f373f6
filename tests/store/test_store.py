"""The store: what was loaded, as it was at any moment, and how it changed."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import trackagoat_pandas as tgp
from tests.laws.test_wrong_types import WRONG, check_refused
from tests.support.children import child
from tests.support.snapshots import HOUR, NOON, keep, videos
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    MissingArgumentError,
    StoreDamagedError,
    StoreMissingError,
    UnknownProjectError,
)
from trackagoat_pandas.tables import GOAL_COMPLIANCE, PAYOUT_ACCRUALS, PROJECTS, VIDEOS

PROJECT = "Q1 Brand Program"


@pytest.fixture
def store(tmp_path):
    with tgp.open_store(tmp_path / "program") as opened:
        yield opened


def keep_loaded(store, table, frame, moment=NOON):
    facts = frame.attrs["trackagoat"]
    return store.archive.lists.keep(table, facts["path"], facts["params"], frame, moment)


@pytest.fixture
def known(client, store):
    """A store with the demo program's projects, videos, goals and accruals."""
    keep_loaded(store, PROJECTS, tgp.load_projects())
    keep_loaded(store, VIDEOS, tgp.load_videos())
    keep_loaded(store, GOAL_COMPLIANCE, tgp.load_goal_compliance(PROJECT))
    keep_loaded(store, PAYOUT_ACCRUALS, tgp.load_payout_accruals())
    return store


def test_a_list_is_loaded_as_the_loader_returned_it(known):
    assert_frame_equal(known.load("videos"), tgp.load_videos())
    arrows = known.load("videos", dtype_backend="pyarrow")
    assert_frame_equal(arrows, tgp.load_videos(dtype_backend="pyarrow"))


@pytest.mark.parametrize("given", [PROJECT, "q1 brand program", "its id", "a frame"])
def test_a_project_is_given_by_name_id_or_frame(known, given):
    projects = known.load("projects")
    one = projects[projects["name"] == PROJECT]
    project = {"its id": one["id"].iloc[0], "a frame": one}.get(given, given)
    assert_frame_equal(known.load("videos", project), tgp.load_videos(PROJECT))


@pytest.mark.parametrize("number", [0, 2])
def test_a_frame_of_no_or_several_projects_is_refused(known, number):
    projects = known.load("projects").head(number)
    with pytest.raises(ArgumentError, match=f"the frame has {number} projects; give one"):
        known.load("videos", projects)


def test_goals_are_loaded_of_their_project(known):
    assert_frame_equal(known.load("goal_compliance", PROJECT), tgp.load_goal_compliance(PROJECT))
    with pytest.raises(MissingArgumentError, match="goals are loaded for one project"):
        known.load("goal_compliance")


def test_a_projects_name_is_known_from_its_lists_too(client, store):
    keep_loaded(store, VIDEOS, tgp.load_videos(PROJECT))
    keep_loaded(store, GOAL_COMPLIANCE, tgp.load_goal_compliance(PROJECT))
    assert len(store.load("videos", PROJECT)) == len(tgp.load_videos(PROJECT))
    with pytest.raises(
        UnknownProjectError, match=r"called 'Q2'; the store knows: Q1 Brand Program"
    ):
        store.load("videos", "Q2")


def test_dates_choose_rows_by_their_day_in_the_organizations_time_zone(known):
    videos = known.load("videos", dates="May 2026")
    local = tgp.load_videos()
    days = local["posted_at"].dt.tz_convert("America/New_York").dt.strftime("%Y-%m")
    assert videos["id"].tolist() == local.loc[days == "2026-05", "id"].tolist()
    assert videos.attrs["trackagoat"]["dates"] == "2026-05-01..2026-05-31"


def test_relative_dates_are_counted_from_the_servers_day(known, client):
    now = client.get("/projects").date
    keep_loaded(known, VIDEOS, tgp.load_videos(), now)
    today = pd.Timestamp(now).tz_convert("America/New_York")
    recent = known.load("videos", dates="last 7 days")["posted_at"]
    assert len(recent)
    assert recent.min() >= (today - pd.Timedelta(days=7)).normalize()


def test_periods_that_overlap_the_dates_are_chosen(known):
    found = known.load("payout_accruals", dates="2026-05-10")
    everything = tgp.load_payout_accruals()
    is_over = everything["period_end"] < "2026-05-10"
    is_ahead = everything["period_start"] > "2026-05-10"
    assert found["id"].tolist() == everything.loc[~(is_over | is_ahead), "id"].tolist()
    assert 0 < len(found) < len(everything)


def test_a_list_of_just_these_dates_is_found(client, store):
    may = tgp.load_payout_accruals(dates="2026-05")
    keep_loaded(store, PAYOUT_ACCRUALS, may)
    assert_frame_equal(store.load("payout_accruals", dates="2026-05"), may)
    with pytest.raises(StoreMissingError, match=r"has no payout_accruals .*from=2026-05-01"):
        store.load("payout_accruals", dates="2026-04")


def test_a_table_without_days_takes_no_dates(known):
    with pytest.raises(ArgumentError, match="projects has no column of days"):
        known.load("projects", dates="2026")


@pytest.mark.parametrize(
    ("as_of", "views"),
    [
        (None, 3),
        ("2026-06-01T12:00:00Z", 0),
        ("2026-06-01T13:30:00+00:00", 1),
        (NOON + 2 * HOUR, 2),
        (pd.Timestamp("2026-06-01T10:00", tz="America/New_York"), 2),
        ("2026-06-01", 3),
        (dt.date(2026, 6, 2), 3),
        (pd.Timestamp("2026-06-01"), 3),
        (pd.Period("2026-06-01"), 3),
    ],
)
def test_a_moment_is_an_instant_or_the_end_of_a_day(store, as_of, views):
    for hour in range(4):
        keep(store.archive, videos({"view_count": hour}), NOON + hour * HOUR)
    assert store.load("videos", as_of=as_of)["view_count"].tolist() == [views]


def test_a_moment_before_everything_is_missing_also_by_a_projects_name(client, store):
    keep_loaded(store, PROJECTS, tgp.load_projects())
    keep_loaded(store, VIDEOS, tgp.load_videos())
    with pytest.raises(StoreMissingError, match="The first one of it is from 2026-06-01T12:00:00Z"):
        store.load("videos", PROJECT, as_of="2026-05-01")


def test_a_day_ends_when_it_ends_for_the_organization(store):
    kept = videos({"view_count": 1}, timezone="America/New_York")
    keep(store.archive, kept, dt.datetime(2026, 6, 2, 3, 59, 59, tzinfo=dt.UTC))
    later = videos({"view_count": 2}, timezone="America/New_York")
    keep(store.archive, later, dt.datetime(2026, 6, 2, 4, tzinfo=dt.UTC))
    assert store.load("videos", as_of="2026-06-01")["view_count"].tolist() == [1]


def test_other_parameters_are_passed_as_they_were_sent(store):
    keep(store.archive, videos({"creator_id": "c1"}), creator_id="c1")
    for params in ({"creator_id": "c1"}, MappingProxyType({"creator_id": "c1"})):
        assert store.load("videos", params=params)["creator_id"].tolist() == ["c1"]
    with pytest.raises(StoreMissingError, match=r"It has these lists .*/videos \(creator_id=c1\)"):
        store.load("videos")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda store: store.load("video"), ChoiceError, "table='video' .* mean 'videos'"),
        (lambda store: store.load("videos", 5), ArgumentTypeError, "project can't be of type int"),
        (lambda store: store.load("videos", as_of=5), ArgumentTypeError, "as_of can't be of type"),
        (
            lambda store: store.load("videos", as_of="2026-06-01T12:00"),
            ArgumentError,
            r"as_of='2026-06-01T12:00' is not allowed: pass an instant with its offset",
        ),
        (lambda store: store.load("videos", as_of="then"), ArgumentError, "or a day, '2026-06-15'"),
        (lambda store: store.load("videos", params=["a"]), ArgumentTypeError, "params can't be"),
        (lambda store: store.load("videos", dates="then"), ArgumentError, "dates='then'"),
        (lambda store: store.load("videos", dtype_backend="x"), ChoiceError, "dtype_backend='x'"),
        (lambda store: store.history("videos", ["v"]), ArgumentError, "ids: 'v' is not an id"),
        (lambda store: store.history("videos", columns=5), ArgumentTypeError, "columns can't be"),
        (lambda store: store.history("videos", names_at=5), ArgumentTypeError, "names_at can't be"),
        (lambda store: store.history("videos", until=5), ArgumentTypeError, "until can't be"),
        (lambda store: store.history("videos", dtype_backend="x"), ChoiceError, "dtype_backend='x"),
        (lambda store: store.load("analytics", names_at=5), ArgumentTypeError, "names_at can't be"),
        (lambda store: store.restatements(dtype_backend="x"), ChoiceError, "dtype_backend='x'"),
        (lambda store: store.restatements(by_age=1), ArgumentTypeError, "by_age can't be"),
        (lambda store: store.sql(5), ArgumentTypeError, "query can't be .*: it takes a SELECT"),
        (lambda store: store.to_dask("videos"), ChoiceError, "table='videos' is not allowed"),
        (lambda store: store.to_dask(by="day"), ChoiceError, "by='day' is not allowed"),
        (lambda store: store.to_dask(partitions=0), ArgumentError, "partitions=0 is not allowed"),
        (lambda store: store.verify(repair=1), ArgumentTypeError, "repair can't be of type int"),
        (lambda store: tgp.open_store(5), ArgumentTypeError, "path can't be of type int"),
        (lambda store: tgp.open_store(""), ArgumentError, "path='' is not allowed"),
        (lambda store: tgp.open_store("\ud83d"), ArgumentError, "no folder can be there"),
        (lambda store: tgp.open_store(b"a"), ArgumentTypeError, "path can't be of type bytes"),
    ],
)
def test_a_wrong_argument_is_named(store, call, error, message):
    with pytest.raises(error, match=message):
        call(store)


CALLS = {
    "load": {"table": "videos", "project": None, "dates": "2026", "as_of": NOON, "params": {}},
    "history": {"table": "videos", "ids": None, "columns": "view_count"},
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "backend"), [("load", "numpy_nullable"), ("history", "pyarrow")])
def test_what_an_argument_cannot_be_is_an_error_of_the_package(known, name, backend):
    given = {**CALLS[name], "dtype_backend": backend}
    getattr(known, name)(**{**given, "as_of": None} if name == "load" else given)
    wrong = {**WRONG, "a frame of videos": known.load("videos")}
    check_refused(lambda given: getattr(known, name)(**given), given, wrong, given)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ArgumentError, match="give the path of a folder; a file is there"):
        tgp.open_store(tmp_path / "file")


def test_the_history_of_videos_is_taken_by_a_frame_of_them(known):
    keep_loaded(known, VIDEOS, tgp.load_videos(), NOON + HOUR)
    chosen = tgp.load_videos(PROJECT).head(3)
    found = known.history("videos", chosen, ["view_count"])
    assert found.columns.tolist() == ["title", "observed_at", "view_count", "id"]
    assert found["id"].tolist() == sorted([*chosen["id"]] * 2)
    with pytest.raises(ArgumentError, match="this is a frame of projects; pass video ids"):
        known.history("videos", known.load("projects"))


def test_the_history_of_accruals_and_goals_is_taken_by_frames_of_accruals_and_creators(known):
    accruals, creators = known.load("payout_accruals").head(2), tgp.load_creators(PROJECT).head(2)
    assert set(known.history("payout_accruals", accruals)["id"]) == {*accruals["id"]}
    assert set(known.history("goal_compliance", creators)["creator_id"]) == {*creators["id"]}
    with pytest.raises(ArgumentError, match="this is a frame of accruals; pass creator ids"):
        known.history("goal_compliance", accruals.drop(columns="creator_id"))


def test_goals_are_followed_by_creator_and_goal(known):
    found = known.history("goal_compliance", columns=["actual", "status"])
    assert found.columns.tolist() == [
        "tiktok_handle", "observed_at", "actual", "status", "creator_id", "goal_id",
    ]  # fmt: skip
    assert found["status"].dtype == tgp.load_goal_compliance(PROJECT)["status"].dtype


def test_the_info_says_what_there_is(known):
    keep_loaded(known, VIDEOS, tgp.load_videos(), NOON + HOUR)
    info = known.info()
    rows = info.tables.set_index("table").loc["videos"]
    assert rows[["snapshots", "files"]].tolist() == [2, 1]
    assert rows["rows"] == len(tgp.load_videos())
    assert rows["last_at"] - rows["first_at"] == pd.Timedelta(HOUR)
    assert rows["bytes"] == sum(part.bytes for part in known.archive.ledger.parts("videos"))
    lines = repr(info).splitlines()
    assert lines[0].endswith("no process writes to it")
    assert lines[1].split() == ["Table", "Snapshots", "Files", "Rows", "Size", "First", "Last"]
    assert [line.split()[0] for line in lines[2:]] == info.tables["table"].tolist()
    assert f"<td class='n'>{len(tgp.load_videos()):,}</td>" in info._repr_html_()
    assert known._repr_html_() == info._repr_html_()


def test_the_info_of_an_empty_store_is_a_line(store):
    assert repr(store.info()).endswith(": 0 tables, 0 bytes; no process writes to it")
    assert str(store.info().tables.dtypes["first_at"]) == "datetime64[us, UTC]"


HOLD = """
import sys
import trackagoat_pandas as tgp
with tgp.open_store(sys.argv[1]).archive.ledger.writing("a long sync"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_info_says_who_writes(store):
    with child("-c", HOLD, str(store.path)) as process:
        assert process.stdout.readline() == "held\n"
        info = store.info()
        assert info.holder.pid == process.pid
        assert f"process {process.pid} on {info.holder.host} writes to it since" in repr(info)
        assert "(a long sync)" in info._repr_html_()


def test_a_sound_store_has_no_flaws_but_dtypes(known):
    found = known.verify()
    assert found.empty
    assert [str(dtype) for dtype in found.dtypes[["kind", "rows"]]] == ["category", "Int64"]
    assert found.columns.tolist() == ["kind", "file", "table", "rows", "problem"]


def test_a_damaged_part_is_found_and_the_rest_still_loads(known):
    (part,) = known.archive.ledger.parts("payout_accruals")
    (known.path / part.path).write_bytes(b"PAR1")
    found = known.verify()
    assert found.iloc[0, :3].tolist() == ["damaged part", part.path, "payout_accruals"]
    assert len(found) == 1
    assert found["problem"].iloc[0] == f"it was cut short: it has 4 of {part.bytes:,} bytes"
    with pytest.raises(StoreDamagedError, match=part.name):
        known.load("payout_accruals")
    assert len(known.load("videos")) == len(tgp.load_videos())


def test_compacting_says_what_became_of_the_files(store):
    for hour in range(3):
        keep(store.archive, videos({"view_count": hour}), NOON + hour * HOUR)
    (merge,) = store.compact().to_dict("records")
    assert (merge["table"], merge["month"], merge["parts"], merge["rows"]) == (
        "videos", "2026-06", 3, 3,
    )  # fmt: skip
    assert merge["bytes_after"] == store.info().tables["bytes"].sum()
    again = store.compact()
    assert again.empty
    assert str(again["rows"].dtype) == "Int64"
    assert store.load("videos", as_of=NOON)["view_count"].tolist() == [0]


def test_a_closed_store_opens_again_when_it_is_used(known):
    known.close()
    assert len(known.load("projects"))
    assert repr(known) == f"<Store {str(known.path)!r}>"
