"""Analytics of a store: of any moment, what was restated, and in DuckDB and Dask."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys

import duckdb
import pandas as pd
import polars as pl
import pytest

import trackagoat_pandas as tgp
from tests.heavy import every
from tests.support.acting import ids_of
from tests.support.canned import Canned, connect_to
from tests.support.reading_back import notebook_text
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    IncompleteFrameWarning,
    MissingDependencyError,
    StoreMissingError,
    UnknownProjectError,
)
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.store.points import blank_before_data
from trackagoat_pandas.tables import CREATORS, PROJECTS

pytestmark = pytest.mark.filterwarnings("ignore:.*reaches beyond the data")

PROJECT = "Q1 Brand Program"
KEY = ["entity", "entity_id", "metric", "date"]


def connected(box, store=None):
    client = tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False)
    return Session(client, archive=store and store.archive)


def keep(store, table, frame):
    """Keep a list as a load through the store does."""
    facts = frame.attrs["trackagoat"]
    moment = pd.Timestamp(facts["server_time"]).to_pydatetime()
    store.archive.lists.keep(table, facts["path"], facts["params"], frame, moment)


def by_key(frame):
    return frame.sort_values(KEY).reset_index(drop=True)


@pytest.fixture(scope="module")
def filled(box, tmp_path_factory):
    """A store with the lists of creators and projects, and two metrics of May."""
    store = tgp.open_store(tmp_path_factory.mktemp("store") / "program")
    with connected(box, store) as client:
        creators, projects = tgp.load_creators(client=client), tgp.load_projects(client=client)
        keep(store, CREATORS, creators)
        keep(store, PROJECTS, projects)
        dates = "2026-04-20..2026-05-31"
        loaded = tgp.load_analytics(
            "creator", creators, ["views", "likes"], dates=dates, client=client
        )
        tgp.load_analytics("project", projects, "views", dates=dates, client=client)
    yield store, creators, loaded
    store.close()


# Of any moment.


def snippet(kind, beginning):
    """A snippet of 09_running."""
    written = rf"```{kind}\n({re.escape(beginning)}.*?)```"
    return re.search(written, notebook_text("09_running"), re.DOTALL)[1]


def test_duckdb_and_polars_read_the_parts_as_the_notebook_says(filled, monkeypatch):
    store, _, _ = filled
    monkeypatch.chdir(store.path.parent)
    whole = store.load("analytics").astype({"entity": str, "metric": str}).sort_values(KEY)
    found = duckdb.sql(snippet("sql", "SELECT * FROM read_parquet")).pl()
    names = {"pl": pl}
    *lines, last = snippet("python", "points = pl").strip().splitlines()
    exec("\n".join([*lines, f"found = {last}.collect()"]), names)
    for table in (found, names["found"]):
        read = table.select([*KEY, "value"]).sort(KEY).to_pandas()
        assert read["entity_id"].tolist() == whole["entity_id"].tolist()
        assert read["value"].tolist() == whole["value"].tolist()


def test_what_was_loaded_is_loaded_again(filled):
    store, _, loaded = filled
    frame = store.load("analytics", entity="creator")
    pd.testing.assert_frame_equal(frame, by_key(loaded))
    facts = frame.attrs["trackagoat"]
    assert facts["complete"] is True
    assert facts["timezone"] == "America/New_York"
    assert facts["store"] == {"part": "all"}


def test_days_before_the_data_are_those_of_the_newest_list_and_of_any_moment(box, tmp_path):
    def listed(of, moment, first_day):
        frame = of.assign(tracking_start_date=pd.Timestamp(first_day))
        facts = of.attrs["trackagoat"] | {"server_time": f"2026-06-{moment}T12:00:00+00:00"}
        frame.attrs["trackagoat"] = facts
        keep(store, CREATORS, frame)

    def unknown(**options):
        frame = store.load("analytics", **options)
        return frame.loc[frame["value"].isna(), "date"].max()

    with tgp.open_store(tmp_path / "program") as store, connected(box, store) as client:
        everybody, ours = (
            tgp.load_creators(client=client),
            tgp.load_creators(PROJECT, client=client),
        )
        quiet = tgp.load_analytics("creator", ours, "posts", dates="2026-04", client=client)
        idle = quiet.groupby("entity_id")["value"].transform("sum").eq(0)
        assert idle.any()
        listed(everybody, "20", "2026-04-05")
        listed(ours, "21", "2026-04-10")
        listed(everybody, "22", "2026-04-15")
        assert unknown() == pd.Timestamp("2026-04-14")
        assert unknown(as_of="2026-06-21T13:00:00Z") == pd.Timestamp("2026-04-09")


def test_a_projects_days_before_its_first_creator_are_unknown(box, tmp_path):
    with tgp.open_store(tmp_path / "program") as store, connected(box, store) as client:
        ours = tgp.load_creators(PROJECT, client=client)
        days = pd.to_datetime(["2026-04-20", *["2026-04-10"] * (len(ours) - 1)])
        frame = ours.assign(tracking_start_date=days.as_unit("us"))
        frame.attrs["trackagoat"] = ours.attrs["trackagoat"]
        keep(store, CREATORS, frame)
        project = ours["project_id"].iloc[0]
        points = tgp.load_analytics("project", project, "posts", dates="2026-04", client=client)
        points["value"] = points["value"] * 0
        blank_before_data(store.archive, points, None)
        assert points.loc[points["value"].isna(), "date"].max() == pd.Timestamp("2026-04-09")
        assert points["value"].notna().sum() == 21


def test_the_loaders_types_come_with_either_backend(filled, box):
    store, creators, _ = filled
    one = creators["id"].min()
    with connected(box) as client:
        for backend in ("numpy_nullable", "pyarrow"):
            loaded = tgp.load_analytics(
                "creator", one, "views", dates="2026-05", dtype_backend=backend, client=client
            )
            frame = store.load(
                "analytics", entity="creator", metrics="views", dates="2026-05",
                dtype_backend=backend,
            )  # fmt: skip
            assert frame.dtypes.equals(loaded.dtypes)
            own = frame[frame["entity_id"] == one].reset_index(drop=True)
            pd.testing.assert_frame_equal(own, loaded)


def test_a_project_has_the_points_of_its_creators_and_its_own(filled):
    store, creators, loaded = filled
    project = creators.loc[0, "project_id"]
    ours = creators.loc[creators["project_id"] == project, "id"]
    frame = store.load("analytics", project, dates="2026-05-10..2026-05-20")
    assert set(frame.loc[frame["entity"] == "creator", "entity_id"]) == set(ours)
    assert set(frame.loc[frame["entity"] == "project", "entity_id"]) == {project}
    assert frame["date"].nunique() == 11
    likes = store.load("analytics", project, entity="creator", metrics=["likes"])
    mine = loaded[loaded["entity_id"].isin(ours) & (loaded["metric"] == "likes")]
    assert by_key(likes).equals(by_key(mine))


def test_a_project_may_be_given_by_its_name(filled, box):
    store, *_ = filled
    with connected(box) as client:
        projects = tgp.load_projects(client=client).set_index("name")["id"]
    named = store.load("analytics", PROJECT)
    assert named.equals(store.load("analytics", projects[PROJECT]))
    with pytest.raises(UnknownProjectError, match="no project is called 'Q1'"):
        store.load("analytics", "Q1")


def test_days_that_were_never_loaded_are_said(filled):
    store, *_ = filled
    with pytest.warns(IncompleteFrameWarning, match=r"doesn't have 2026-04-18\.\.2026-04-19 of"):
        frame = store.load("analytics", dates="2026-04-18..2026-04-21")
    facts = frame.attrs["trackagoat"]
    assert facts["complete"] is False
    assert facts["gaps"] == ["2026-04-18..2026-04-19"]


def test_what_the_store_does_not_have_is_an_error_that_says_what_it_has(filled, tmp_path):
    store, *_ = filled
    said = "It has likes, views of 22 creators; views of 5 projects"
    with pytest.raises(StoreMissingError, match=said):
        store.load("analytics", entity="video")
    before = (
        r"as of 2026-01-02 04:59:59 UTC\. It has likes.*The first ones are from 2026-\d\d-.*Z: pass"
    )
    with pytest.raises(StoreMissingError, match=before):
        store.load("analytics", as_of="2026-01-01")
    with pytest.raises(StoreMissingError, match="It has no analytics\\. Load them"):
        tgp.open_store(tmp_path / "empty").load("analytics")


def test_a_day_as_a_moment_is_its_end_in_the_organizations_time_zone(tmp_path):
    store = tgp.open_store(tmp_path / "program")
    with tgp.sandbox(days=40, creators=4, videos=120, rate_limit=None) as box:
        seen = moments_of(box, store, steps=2, dates="2026-06")
    day = pd.Timestamp(seen[0][0]).tz_convert("America/New_York").date()
    then = store.load("analytics", as_of=day, names_at=day)
    pd.testing.assert_frame_equal(then, by_key(seen[0][1]))


def test_a_moment_is_not_checked_for_days_that_were_not_asked_for(filled):
    store, *_ = filled
    wider = {"entity": "creator", "dates": "2026-04-01..2026-05-31"}
    frame = store.load("analytics", as_of="2026-12-31T12:00:00Z", **wider)
    assert frame.attrs["trackagoat"]["complete"] is True
    with pytest.warns(IncompleteFrameWarning, match=r"2026-04-01\.\.2026-04-19"):
        store.load("analytics", **wider)


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"entity": "creators"}, ChoiceError, "entity='creators'.*'creator'"),
        ({"metrics": "view"}, ChoiceError, "metrics='view'.*'views'"),
        ({"metrics": 5}, ArgumentTypeError, "metrics"),
        ({"dates": "soon"}, ArgumentError, "dates='soon'"),
    ],
    ids=str,
)
def test_wrong_arguments_are_refused(filled, options, error, match):
    store, *_ = filled
    for call in (store.load, store.restatements, store.to_dask):
        with pytest.raises(error, match=match):
            call("analytics", **options)


# Against the truth of a sandbox.


def moments_of(box, store, dates="last 20 days", steps=5, hours=31):
    """Load day after day through a store; return the moments, and the frames without a store."""
    found = []
    with connected(box) as plain, connected(box, store) as stored:
        creators = tgp.load_creators(client=plain)["id"].tolist()
        tgp.load_creators(client=stored)
        for _ in range(steps):
            for client in (plain, stored):
                session_of(client).drop("organization")
            frames = [
                tgp.load_analytics(
                    "creator", creators, ["views", "likes"], dates=dates, client=client
                )
                for client in (plain, stored)
            ]
            pd.testing.assert_frame_equal(*frames)
            at = pd.Timestamp(frames[0].attrs["trackagoat"]["server_time"])
            found.append((at.to_pydatetime(), frames[0]))
            box.advance(dt.timedelta(hours=hours))
    return found


@pytest.mark.parametrize("seed", range(0, 20, every(20)))
def test_every_moment_and_every_restatement_are_the_true_ones(seed, tmp_path):
    store = tgp.open_store(tmp_path / "program")
    with tgp.sandbox(seed=seed, days=40, creators=4, videos=120, rate_limit=None) as box:
        seen = moments_of(box, store)
        for at, frame in seen:
            days = frame["date"].min().date(), frame["date"].max().date()
            moment = at.isoformat()
            then = store.load("analytics", as_of=moment, names_at=moment, dates=days)
            pd.testing.assert_frame_equal(then, by_key(frame))
        found = store.restatements()
        zone, last = seen[0][1].attrs["trackagoat"]["timezone"], seen[-1][0]
        firsts = {seen[0][1]["date"].min().date(): None}
        expected = set()
        done = min(firsts)
        for at, _ in seen:
            today = pd.Timestamp(at).tz_convert(zone).date()
            for metric in ("views", "likes"):
                expected |= {
                    (one.entity_id, metric, one.date, float(one.old), float(one.new))
                    for one in box.truth.restated(metric, at, last, entity="creator")
                    if done <= one.date < today
                }
            done = today
    rows = found[["entity_id", "metric", "date", "first_value", "value"]]
    named = rows.itertuples(index=False, name=None)
    assert {(id_, metric, day.date(), *values) for id_, metric, day, *values in named} == expected
    assert expected
    assert (found["change"] == found["value"] - found["first_value"]).all()
    assert found["age_days"].between(1, 5).all()


def test_restatements_are_summed_by_metric_and_age(tmp_path):
    store = tgp.open_store(tmp_path / "program")
    with tgp.sandbox(days=40, creators=4, videos=120, rate_limit=None) as box:
        moments_of(box, store, steps=3)
    each, sums = store.restatements(), store.restatements(by_age=True)
    assert list(sums) == ["metric", "age_days", "points", "first_value", "value", "change"]
    assert sums["points"].sum() == len(each) > 0
    assert sums["change"].sum() == each["change"].sum()
    only = store.restatements(metrics="likes", entity="creator")
    assert only.reset_index(drop=True).equals(
        each[each["metric"] == "likes"].reset_index(drop=True)
    )


def test_a_list_without_counts_has_no_restatements(filled):
    store, *_ = filled
    with pytest.raises(ChoiceError, match=r"table='projects'.*'analytics'.*'videos'"):
        store.restatements("projects")


# DuckDB.


def test_sql_sees_the_newest_rows_by_the_names_of_tables(filled):
    store, creators, loaded = filled
    found = store.sql(
        "SELECT c.id, sum(a.value) AS views FROM analytics a JOIN creators c ON c.id = a.entity_id "
        "WHERE a.metric = 'views' AND a.entity = 'creator' GROUP BY c.id ORDER BY c.id"
    )
    views = loaded[loaded["metric"] == "views"].groupby("entity_id")["value"].sum()
    assert found["id"].tolist() == views.index.tolist()
    assert found["views"].tolist() == views.tolist()
    assert found.dtypes["id"] == creators.dtypes["id"]
    assert found.dtypes["views"] == "Float64"


def test_sql_sees_a_row_of_several_lists_once_as_the_newest_of_them_has_it(tmp_path):
    one, two, project = ids_of(3)

    def rows(**names):
        ids = {"one": one, "two": two}
        return [{"id": ids[key], "project_id": project, "tiktok_handle": key, "display_name": name}
                for key, name in names.items()]  # fmt: skip

    app = Canned({"/creators": rows(one="old", two="only here")})
    with connect_to(app, store=tmp_path) as client:
        loaded = tgp.load_creators(project, client=client)
        app.rules["/creators"] = rows(one="new")
        tgp.load_creators(client=client)
    found = tgp.open_store(tmp_path).sql("SELECT * FROM creators ORDER BY tiktok_handle")
    assert found["display_name"].tolist() == ["new", "only here"]
    assert found["id"].tolist() == [one, two]
    assert list(found) == list(loaded)


def test_sql_sees_the_tables_of_the_store_alone(filled):
    store, *_ = filled
    own = pd.DataFrame({"a": [1]})
    assert len(own) == 1
    with pytest.raises(ArgumentError, match=r"refuses it: .*own.* tables are: analytics"):
        store.sql("SELECT * FROM own")
    with pytest.raises(ArgumentError, match="DuckDB refuses it"):
        store.sql("SELEKT")
    with pytest.raises(ArgumentError, match="it has no result"):
        store.sql("-- SELECT 1")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("COPY creators TO '{folder}/out.csv'", "takes one SELECT.*this is COPY"),
        ("ATTACH '{folder}/out.db'", "this is ATTACH"),
        ("EXPORT DATABASE '{folder}/out'", "this is EXPORT"),
        ("CREATE TABLE own AS SELECT 1", "this is CREATE"),
        ("DROP VIEW creators", "this is DROP"),
        ("SET enable_external_access = true", "this is SET"),
        ("INSTALL httpfs", "takes one SELECT"),
        ("LOAD httpfs", "takes one SELECT"),
        ("PRAGMA version", "takes one SELECT"),
        ("SELECT 1; SELECT 2", "this is SELECT, SELECT"),
        ("SELECT 1; COPY creators TO '{folder}/out.csv'", "this is SELECT, COPY"),
        ("SELECT * FROM read_csv('{folder}/secret.csv')", "refuses it.*disabled"),
        ("SELECT * FROM read_text('{folder}/secret.csv')", "refuses it.*disabled"),
        ("SELECT * FROM '{folder}/secret.csv'", "refuses it.*disabled"),
        ("SELECT * FROM glob('{folder}/*')", "refuses it.*disabled"),
    ],
)
def test_sql_takes_one_select_and_reads_or_writes_nothing_else(filled, tmp_path, query, said):
    store, *_ = filled
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with pytest.raises(ArgumentError, match=rf"(?s){said}"):
        store.sql(query.format(folder=tmp_path))
    assert [one.name for one in tmp_path.iterdir()] == ["secret.csv"]


def test_a_select_may_begin_with_with_and_end_with_a_comment(filled):
    store, *_ = filled
    query = "WITH own AS (SELECT id FROM creators) SELECT count(*) AS n FROM own; -- all of them"
    assert store.sql(query)["n"].tolist() == [len(store.load("creators"))]


@pytest.mark.parametrize(("module", "extra"), [("duckdb", "duckdb"), ("dask", "dask")])
def test_without_the_extra_the_error_says_how_to_install_it(filled, monkeypatch, module, extra):
    store, *_ = filled
    for name in [name for name in sys.modules if name.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingDependencyError, match=rf"trackagoat-pandas\[{extra}\]"):
        store.sql("SELECT 1") if module == "duckdb" else store.to_dask()


# Dask.


@pytest.mark.parametrize(
    "options",
    [
        {"by": "month"},
        {"by": "entity", "partitions": 3},
        {"by": "entity", "partitions": 1},
    ],
    ids=str,
)
def test_dask_gives_the_points_of_load(filled, options):
    store, *_ = filled
    lazy = store.to_dask("analytics", metrics="views", **options)
    assert lazy.npartitions == options.get("partitions", 2)
    if options["by"] == "month":
        parts = [part.compute(scheduler="synchronous") for part in lazy.partitions]
        firsts = [part["date"].min() for part in parts]
        assert firsts == [pd.Timestamp("2026-04-20"), pd.Timestamp("2026-05-01")]
    computed = lazy.compute(scheduler="synchronous")
    loaded = store.load("analytics", metrics="views")
    pd.testing.assert_frame_equal(by_key(computed), by_key(loaded))
    assert lazy.dtypes.equals(loaded.dtypes)


@pytest.mark.parametrize("by", ["month", "entity"])
def test_dask_has_the_same_error_for_what_the_store_does_not_have(filled, by):
    store, *_ = filled
    with pytest.raises(StoreMissingError, match="It has likes, views of 22 creators"):
        store.to_dask("analytics", metrics="saves", by=by)


def test_partitions_by_entity_have_all_points_of_an_entity(filled):
    store, creators, _ = filled
    lazy = store.to_dask(entity="creator", by="entity", partitions=4)
    counts = lazy.map_partitions(
        lambda part: part.groupby("entity_id").size(), meta=("size", "int64")
    )
    found = counts.compute(scheduler="synchronous")
    assert found.index.is_unique
    assert set(found.index) == set(creators["id"])


CLUSTER = """
import sys
import pandas as pd
import trackagoat_pandas as tgp

def grown(points):
    return tgp.growth(points, "growth_rate_pop", base_metric="views", granularity="day")

if __name__ == "__main__":
    from dask.distributed import Client, LocalCluster

    options = {"processes": True, "n_workers": 2, "threads_per_worker": 1}
    with LocalCluster(dashboard_address=None, **options) as cluster, Client(cluster) as client:
        pids = set(client.run(__import__("os").getpid).values())
        store = tgp.open_store(sys.argv[1])
        points = store.load("analytics", entity="creator", metrics=["views", "likes"])
        lazy = store.to_dask(
            entity="creator", metrics=["views", "likes"], by="entity", partitions=6
        )
        plain = grown(points)
        assert len(plain)
        spread = lazy.map_partitions(grown, meta=grown(points.iloc[:0])).compute()
    key = ["entity_id", "metric", "date"]
    pd.testing.assert_frame_equal(
        spread.sort_values(key).reset_index(drop=True),
        plain.sort_values(key).reset_index(drop=True),
    )
    print(len(pids))
"""


def test_a_helper_by_entity_gives_the_same_on_a_cluster_of_two_processes(filled, tmp_path):
    store, *_ = filled
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER)
    done = subprocess.run(
        [sys.executable, str(script), str(store.path)],
        capture_output=True, check=False, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["2"]
