from __future__ import annotations

import json
import re
import signal
import threading
import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
from matplotlib import image

import trackagoat_pandas as tgp
from tests.support.acting import client_of
from tests.support.children import child, said
from tests.support.reading_back import parquet
from tests.support.relays import Relay, refusal, serving
from tests.support.waiting import PATIENCE_S
from trackagoat_pandas import cli
from trackagoat_pandas.cli import main
from trackagoat_pandas.demo import PROJECT
from trackagoat_pandas.load.reports import Report

RESOURCES = (
    "projects", "creators", "videos", "campaigns", "goal_compliance", "analytics", "annotations",
    "comments", "payout_methods", "payout_structures", "payout_assignments", "payout_accruals",
    "payout_payments", "data_model", *get_args(Report),
)  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """What the demo printed, and the plot that it made."""
    import contextlib
    import io

    plot = tmp_path_factory.mktemp("demo") / "plot.png"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert main(["demo", "--output", str(plot)]) == 0
    return printed.getvalue(), plot


def test_the_demo_prints_a_line_for_each_resource(demo):
    lines = {line.split()[0]: line.split()[1:] for line in demo[0].splitlines() if line.strip()}
    assert lines["resource"] == ["rows", "columns", "requests", "seconds"]
    for name in RESOURCES:
        rows, columns, requests, seconds = lines[name]
        assert int(rows.replace(",", "")) > 0
        assert int(columns) >= 2
        assert int(requests) >= 1
        assert 0 <= float(seconds) < 60


def test_the_demo_prints_a_table_of_creators(demo):
    table = demo[0].split(f"{PROJECT}: each creator, most views first\n\n")[1]
    heading, *rows = table.split("\n\n")[0].splitlines()
    assert heading.endswith("goal status")
    assert len(rows) >= 3
    assert all(row.split()[0].startswith("@") for row in rows)
    views = [int(row.split()[2].replace(",", "")) for row in rows]
    assert views == sorted(views, reverse=True)


def test_the_demo_prints_where_its_plot_is(demo):
    printed, plot = demo
    assert printed.rstrip().endswith(f"Views over time: {plot.resolve()}")


def test_the_demos_plot_is_a_picture_of_something(demo):
    _, plot = demo
    assert plot.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    picture = image.imread(plot)
    assert picture.shape[0] > 300
    assert picture.shape[1] > 600
    assert picture[..., :3].std() > 0.02


def test_the_demos_plot_has_a_name_by_default(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["demo"]) == 0
    assert (tmp_path / "views_over_time.png").stat().st_size > 1_000
    assert str(tmp_path / "views_over_time.png") in capsys.readouterr().out


def test_the_sandbox_serves_until_ctrl_c():
    code = "from trackagoat_pandas.cli import main; raise SystemExit(main())"
    with child("-c", code, "sandbox", "--port", "0", "--creators", "3", "--days", "30") as process:
        printed = "".join(process.stdout.readline() for _ in range(3))
        settings = dict(re.findall(r"(TRACKAGOAT_\w+)=(\S+)", printed))
        request = urllib.request.Request(
            f"{settings['TRACKAGOAT_BASE_URL']}/projects",
            headers={"Authorization": f"Bearer {settings['TRACKAGOAT_API_KEY']}"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200
            assert b'"data"' in answer.read()
        process.send_signal(signal.SIGINT)
        _, errors = said(process)
    assert process.returncode in (0, 128 + signal.SIGINT)
    assert errors == ""


def test_a_served_sandboxs_time_runs_at_its_speed():
    code = "from trackagoat_pandas.cli import main; raise SystemExit(main())"
    small = ("--port", "0", "--creators", "3", "--days", "30")
    with child("-c", code, "sandbox", *small, "--speed", "1000000") as process:
        printed = "".join(process.stdout.readline() for _ in range(3))
        address = re.findall(r"BASE_URL=(\S+)", printed)[0]
        dates = []
        for _ in range(2):
            # Without a key it is refused, with a date.
            with pytest.raises(urllib.error.HTTPError, match="401") as refused:
                urllib.request.urlopen(f"{address}/projects", timeout=10)
            dates.append(parsedate_to_datetime(refused.value.headers["Date"]))
            refused.value.close()
        process.send_signal(signal.SIGINT)
        said(process)
    assert dates[0] < dates[1]


@pytest.mark.parametrize("port", ["-1", "65536", "x"])
def test_what_is_not_a_port_is_refused_in_a_sentence(port, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["sandbox", "--port", port])
    assert "argument --port" in capsys.readouterr().err


def test_a_port_in_use_is_named_in_a_sentence(box):
    port = box.base_url.rpartition(":")[2].partition("/")[0]
    with pytest.raises(SystemExit, match=f"trackagoat-pandas: .*{port}"):
        main(["sandbox", "--port", port, "--creators", "3", "--days", "30"])


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (["sandbox", "--port", "0", "--days", "-1"], "days"),
        (["sandbox", "--port", "0", "--speed", "-1"], "speed"),
        (["sandbox", "--port", "0", "--path", "nowhere/world.db"], "database"),
        (["sandbox", "--port", "0", "--path", "notes.txt"], "database"),
        (["demo", "--output", "nowhere/plot.png"], r"plot\.png"),
    ],
)
def test_what_cannot_be_made_opened_or_saved_is_named_in_a_sentence(
    arguments, match, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("no database at all, " * 100)
    with pytest.raises(SystemExit, match=f"trackagoat-pandas: .*{match}"):
        main(arguments)


@pytest.mark.parametrize("arguments", [[], ["fly"], ["demo", "--fly"]])
def test_an_unknown_command_is_exit_code_2(arguments, capsys):
    with pytest.raises(SystemExit, match="2") as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: trackagoat-pandas" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["demo", "--help"], ["sandbox", "--help"]])
def test_help_is_exit_code_0(arguments, capsys):
    with pytest.raises(SystemExit, match="0") as caught:
        main(arguments)
    assert caught.value.code == 0
    assert "usage: trackagoat-pandas" in capsys.readouterr().out


SMALL = {"creators": 3, "days": 30, "rate_limit": None}
CODE = "from trackagoat_pandas.cli import main; raise SystemExit(main())"


@pytest.fixture(scope="module")
def program():
    """A small sandbox, served on loopback."""
    with tgp.sandbox(**SMALL) as sandbox:
        assert sandbox.base_url
        yield sandbox


@pytest.fixture
def reached(program, monkeypatch):
    """The environment names the small sandbox and its key."""
    # At an address of its own, so that no test waits for the requests of another one.
    with serving(program.app) as base_url:
        monkeypatch.setenv("TRACKAGOAT_BASE_URL", base_url)
        monkeypatch.setenv("TRACKAGOAT_API_KEY", program.key)
        yield program


def loaded(program, loader, *given, **options):
    """What a loader returns of the small sandbox."""
    with client_of(program) as client:
        return loader(*given, client=client, **options)


def test_a_pull_writes_what_the_loader_returns_and_one_line(reached, capsys):
    assert main(["pull", "videos", "--project", PROJECT, "--out", "videos.parquet"]) == 0
    videos = loaded(reached, tgp.load_videos, PROJECT)
    written = parquet("videos.parquet", videos)
    pd.testing.assert_frame_equal(written, videos)
    assert written.goat.provenance["path"] == "/videos"
    said = capsys.readouterr()
    assert re.fullmatch(rf"videos: {len(videos)} rows, \d requests, videos\.parquet\n", said.out)
    assert said.err == ""


@pytest.mark.parametrize(
    ("arguments", "loader", "given", "options"),
    [
        (["projects"], tgp.load_projects, (), {}),
        (["data-model"], tgp.load_data_model, (), {}),
        (
            ["report", "--report", "creator-scatter", "--project", PROJECT, "--dates", "2026-05"],
            tgp.load_report,
            ("creator-scatter", PROJECT),
            {"dates": "2026-05"},
        ),
        (
            ["annotations", "--project", PROJECT, "--entity", "project", "--dates", "2026"],
            tgp.load_annotations,
            (PROJECT,),
            {"entity": "project", "dates": "2026"},
        ),
        (
            ["comments", "--project", PROJECT, "--dates", "2026-06"],
            tgp.load_comments,
            (PROJECT,),
            {"dates": "2026-06"},
        ),
        (
            ["analytics", "--project", PROJECT, "--entity", "project", "--metrics", "views,likes",
             "--dates", "2026-06-01..2026-06-10"],
            tgp.load_analytics,
            ("project", PROJECT, ["views", "likes"]),
            {"dates": "2026-06-01..2026-06-10"},
        ),
    ],
)  # fmt: skip
def test_a_pull_passes_its_options_to_the_loader(arguments, loader, given, options, reached):
    assert main(["pull", *arguments, "--out", "frame.parquet"]) == 0
    expected = loaded(reached, loader, *given, **options)
    pd.testing.assert_frame_equal(parquet("frame.parquet", expected), expected)


@pytest.mark.parametrize("entity", ["creator", "campaign"])
def test_analytics_are_of_all_creators_or_campaigns_of_the_project(entity, reached):
    days = "2026-06-02..2026-06-10"
    arguments = ["--project", PROJECT, "--entity", entity, "--metrics", "views", "--dates", days]
    assert main(["pull", "analytics", *arguments, "--out", "views.parquet"]) == 0
    rows = loaded(reached, getattr(tgp, f"load_{entity}s"), PROJECT)
    expected = loaded(reached, tgp.load_analytics, entity, rows, "views", dates=days)
    pd.testing.assert_frame_equal(parquet("views.parquet", expected), expected)


def test_analytics_of_some_creators_are_of_those_alone(reached):
    handles = loaded(reached, tgp.load_creators, PROJECT)["tiktok_handle"]
    arguments = ["--project", PROJECT, "--creator", f"@{handles[0]}", "--metrics", "views"]
    assert main(["pull", "analytics", *arguments, "--out", "views.parquet"]) == 0
    assert pd.read_parquet("views.parquet")["label"].unique().tolist() == [f"{handles[0]}"]


def test_a_pull_writes_csv_and_workbooks(reached):
    for name in ("creators.csv", "creators.xlsx"):
        assert main(["pull", "creators", "--project", PROJECT, "--out", name]) == 0
    creators = loaded(reached, tgp.load_creators, PROJECT)
    assert pd.read_csv("creators.csv")["id"].tolist() == creators["id"].tolist()
    assert len(pd.read_excel("creators.xlsx", header=None)) > len(creators)


def test_a_workbook_without_its_package_is_said_before_anything_is_sent(reached, monkeypatch):
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    sent = reached.requests
    with pytest.raises(SystemExit, match=r"pip install 'trackagoat-pandas\[excel\]'"):
        main(["pull", "projects", "--out", "projects.xlsx"])
    assert reached.requests == sent


def test_a_failed_pull_is_exit_code_1_and_leaves_the_file(reached, tmp_path):
    place = tmp_path / "videos.parquet"
    place.write_bytes(b"yesterday's")
    with pytest.raises(SystemExit, match="trackagoat-pandas: no project is called 'Q9'") as caught:
        main(["pull", "videos", "--project", "Q9", "--out", str(place)])
    assert caught.value.code != 0
    assert place.read_bytes() == b"yesterday's"
    assert [path.name for path in tmp_path.iterdir()] == ["videos.parquet"]


def test_a_pull_that_takes_too_many_requests_is_exit_code_1(reached):
    with pytest.raises(SystemExit, match="max_requests=1"):
        main(["pull", "videos", "--project", PROJECT, "--max-requests", "1", "--out", "v.parquet"])
    assert not Path("v.parquet").exists()


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (["videos", "--out", "videos.txt"], r"doesn't end in \.parquet, \.csv, \.xlsx"),
        (["videos", "--out", "nowhere/videos.parquet"], "there is no folder 'nowhere'"),
        (["videos"], "required: --out"),
        (["fans", "--out", "fans.csv"], "invalid choice: 'fans'"),
        (["videos", "--max-requests", "x", "--out", "v.csv"], "invalid int value"),
    ],
)
def test_a_wrong_option_of_a_pull_is_exit_code_2(arguments, match, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["pull", *arguments])
    assert re.search(match, capsys.readouterr().err)


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (["campaigns", "--creator", "@mia"], r"--creator: it doesn't apply to campaigns\."),
        (["goal-compliance"], r"`--project` is required: goal-compliance can't do without\."),
        (["comments"], "`--project` is required"),
        (["report", "--project", PROJECT], "`--report` is required"),
        (["analytics", "--project", PROJECT], "`--metrics` is required"),
        (["analytics", "--project", PROJECT, "--metrics", "vews"], "Did you mean 'views'"),
        (["videos", "--max-requests", "-1"], "max_requests=-1 is not allowed"),
        (["payout-payments", "--dates", "yesteryear"], "'yesteryear'"),
        (
            ["analytics", "--project", PROJECT, "--metrics", "views", "--entity", "video",
             "--creator", "@mia"],
            "creator: it doesn't apply to a video",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["pull", "plan"])
def test_what_a_loader_cannot_take_is_exit_code_2_and_sends_nothing(
    command, arguments, match, reached, capsys
):
    sent = reached.requests
    assert main([command, *arguments, "--out", "frame.csv"]) == 2
    said = capsys.readouterr()
    assert re.search(match, said.err)
    assert said.out == ""
    assert reached.requests == sent


def test_a_missing_key_is_exit_code_2(monkeypatch, capsys):
    monkeypatch.setenv("TRACKAGOAT_BASE_URL", "http://127.0.0.1:9/api/v1")
    assert main(["pull", "projects", "--out", "projects.csv"]) == 2
    assert "api_key: no key was found" in capsys.readouterr().err


def test_an_incomplete_frame_is_written_with_exit_code_3(program, monkeypatch, capsys):
    def leave_a_day_out(request, go_on):
        status, headers, body = go_on()
        if request.path == "/analytics":
            answered = json.loads(body)
            (series,) = answered["data"]["series"]
            del series["points"][3]
            body = json.dumps(answered).encode()
        return status, [head for head in headers if head[0] != "Content-Length"], body

    with serving(Relay(program.app, leave_a_day_out)) as base_url:
        monkeypatch.setenv("TRACKAGOAT_BASE_URL", base_url)
        monkeypatch.setenv("TRACKAGOAT_API_KEY", program.key)
        arguments = ["--project", PROJECT, "--entity", "project", "--metrics", "views"]
        dates = ["--dates", "2026-06-01..2026-06-10"]
        assert main(["pull", "analytics", *arguments, *dates, "--out", "views.parquet"]) == 3
    said = capsys.readouterr()
    assert said.out.endswith("views.parquet, INCOMPLETE: days are missing (2026-06-04)\n")
    assert "trackagoat-pandas: warning: analytics: the server left 1 day out" in said.err
    assert len(pd.read_parquet("views.parquet")) == 9


def test_a_pull_with_a_store_asks_only_for_what_the_store_does_not_have(reached, capsys):
    arguments = ["analytics", "--project", PROJECT, "--entity", "project", "--metrics", "views"]
    dates = ["--dates", "2026-05-20..2026-06-05", "--store", "program"]
    for _ in range(2):
        assert main(["pull", *arguments, *dates, "--out", "views.parquet"]) == 0
    first, second = (line.split(", ")[1] for line in capsys.readouterr().out.splitlines())
    assert (first, second) == ("2 requests", "1 request")
    assert main(["plan", *arguments, *dates]) == 0
    assert "17 of 17 days of the series" in capsys.readouterr().out


def test_a_pull_with_a_store_goes_on_where_the_last_one_ended(reached, capsys):
    arguments = ["pull", "videos", "--project", PROJECT, "--store", "program", "--out", "v.parquet"]
    with pytest.raises(SystemExit, match="max_requests=1"):
        main([*arguments, "--max-requests", "1"])
    sent = reached.requests
    assert main(arguments) == 0
    whole = loaded(reached, tgp.load_videos, PROJECT)
    pd.testing.assert_frame_equal(parquet("v.parquet", whole), whole)
    assert reached.requests > sent


SYNC = ["sync", "program", "--project", PROJECT, "--dates", "last 10 days"]


def test_a_sync_keeps_everything_and_prints_one_line(reached, capsys):
    assert main(SYNC) == 0
    first = capsys.readouterr()
    assert main(SYNC) == 0
    second = capsys.readouterr()
    counts = r"sync: ([\d,]+) new, 0 changed, 0 gone, (\d+) requests, program\n"
    rows, requests = re.fullmatch(counts, first.out).groups()
    assert int(rows.replace(",", "")) > 100
    again = re.fullmatch(counts, second.out).groups()
    assert again[0] == "0"
    assert int(again[1]) * 5 < int(requests)
    assert (first.err, second.err) == ("", "")
    with tgp.open_store("program") as store:
        videos = loaded(reached, tgp.load_videos, PROJECT)
        pd.testing.assert_frame_equal(store.load("videos", PROJECT), videos)
        assert store.load("analytics", dates="2026-06-10")["metric"].unique().tolist() == [
            "views", "likes",
        ]  # fmt: skip


def test_a_sync_passes_its_options(reached):
    given = ["--metrics", "shares", "--entities", "project,campaign", "--max-age", "none"]
    assert main([*SYNC, *given, "--lookback-days", "0", "--spot-checks", "0"]) == 0
    with tgp.open_store("program") as store:
        points = store.load("analytics")
    assert set(points["metric"]) == {"shares"}
    assert set(points["entity"]) == {"project", "campaign"}
    assert points["date"].nunique() == 10


def test_a_sync_without_metrics_is_of_the_lists_alone(reached):
    assert main([*SYNC, "--metrics", ""]) == 0
    with tgp.open_store("program") as store:
        tables = store.info().tables["table"].tolist()
    assert "videos" in tables
    assert "analytics" not in tables


def test_what_the_server_refuses_is_exit_code_3_of_a_sync(program, monkeypatch, capsys):
    def without_payments(request, go_on):
        return refusal(403) if request.path == "/payout-payments" else go_on()

    with serving(Relay(program.app, without_payments)) as base_url:
        monkeypatch.setenv("TRACKAGOAT_BASE_URL", base_url)
        monkeypatch.setenv("TRACKAGOAT_API_KEY", program.key)
        assert main(SYNC) == 3
    line = capsys.readouterr().out
    assert re.search(r"requests, program, INCOMPLETE: payout_payments: .*HTTP 403", line)
    assert line.count("\n") == 1


def test_a_sync_of_a_store_that_another_process_syncs_is_exit_code_4(reached, capsys):
    tgp.open_store("program").close()
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from trackagoat_pandas.store.disk.lock import lock_of\n"
        f"lock = lock_of(Path({str(Path('program').resolve())!r}) / 'sync.lock')\n"
        "with lock.held('sync by night', wait_s=0):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.readline()\n"
    )
    sent = reached.requests
    with child("-c", code) as process:
        assert process.stdout.readline() == "held\n"
        assert main(SYNC) == 4
        process.communicate("\n")
    said = capsys.readouterr()
    assert re.search(rf"is locked: process {process.pid} on .*sync by night", said.err)
    assert said.out == ""
    assert reached.requests == sent


def test_a_sync_that_breaks_off_is_exit_code_1_and_goes_on(program, monkeypatch, capsys):
    is_broken = [True]

    def breaking(request, go_on):
        is_last = is_broken[0] and request.path == "/analytics"
        return refusal(429, ("Retry-After", "40000")) if is_last else go_on()

    relay = Relay(program.app, breaking)
    with serving(relay) as base_url:
        monkeypatch.setenv("TRACKAGOAT_BASE_URL", base_url)
        monkeypatch.setenv("TRACKAGOAT_API_KEY", program.key)
        with pytest.raises(SystemExit, match=r"trackagoat-pandas: .*come back at"):
            main([*SYNC, "--max-age", "none"])
        sent = len(relay.asked)
        is_broken[0] = False
        assert main([*SYNC, "--max-age", "none"]) == 0
    # Only the time, the projects and the analytics are asked for: the lists were kept.
    assert len(relay.asked) - sent <= 4


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (["--metrics", "vews"], "Did you mean 'views'"),
        (["--entities", "channel"], "entities='channel' is not allowed"),
        (["--lookback-days", "-1"], "lookback_days=-1 is not allowed"),
        (["--spot-checks", "-1"], "spot_checks=-1 is not allowed"),
        (["--max-age", "soon"], "max_age='soon' is not allowed"),
    ],
)
def test_a_wrong_option_of_a_sync_is_exit_code_2_and_sends_nothing(
    arguments, match, reached, capsys
):
    sent = reached.requests
    assert main([*SYNC, *arguments]) == 2
    assert re.search(match, capsys.readouterr().err)
    assert reached.requests == sent


def test_a_sync_without_a_key_makes_no_folder(monkeypatch, capsys):
    monkeypatch.setenv("TRACKAGOAT_BASE_URL", "http://127.0.0.1:9/api/v1")
    assert main(SYNC) == 2
    assert "api_key: no key was found" in capsys.readouterr().err
    assert not Path("program").exists()


def test_a_plan_is_printed_and_sends_nothing(reached, capsys):
    sent = reached.requests
    assert main(["plan", "videos", "--project", PROJECT]) == 0
    assert main(["plan", "analytics", "--project", PROJECT, "--metrics", "views"]) == 0
    assert reached.requests == sent
    first, second = capsys.readouterr().out.split("Plan of ")[1:]
    assert first.startswith("load_videos\n  requests                 2 or more\n")
    assert second.startswith("load_program_analytics\n  requests                 3 or more\n")


def test_a_plan_that_takes_too_many_requests_is_exit_code_1(reached, capsys):
    arguments = ["plan", "videos", "--project", PROJECT, "--max-requests"]
    assert [main([*arguments, most]) for most in ("1", "2")] == [1, 0]


def test_a_pull_that_is_interrupted_is_exit_code_130_and_leaves_the_file(program, tmp_path):
    place = tmp_path / "videos.parquet"
    place.write_bytes(b"yesterday's")
    asked = threading.Event()

    def hold(request, go_on):
        asked.set()
        release.wait(PATIENCE_S)
        return go_on()

    release = threading.Event()
    arguments = ["pull", "videos", "--project", PROJECT, "--out", str(place)]
    with serving(Relay(program.app, hold)) as base_url:
        with child("-c", CODE, *arguments, base_url=base_url, key=program.key) as process:
            assert asked.wait(PATIENCE_S)
            process.send_signal(signal.SIGINT)
            out, _ = said(process)
        release.set()
    assert process.returncode == 130
    assert out == ""
    assert place.read_bytes() == b"yesterday's"


@pytest.mark.parametrize("command", ["pull", "plan"])
def test_the_exit_codes_are_in_the_help(command, capsys):
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    shown = capsys.readouterr().out
    assert [line.split()[0] for line in shown.split("exit codes:\n")[1].splitlines()[:5]] == [
        "0", "1", "2", "3", "130",
    ]  # fmt: skip


def test_the_exit_codes_of_a_sync_are_in_its_help(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["sync", "--help"])
    shown = capsys.readouterr().out
    assert [line.split()[0] for line in shown.split("exit codes:\n")[1].splitlines()[:6]] == [
        "0", "1", "2", "3", "4", "130",
    ]  # fmt: skip
