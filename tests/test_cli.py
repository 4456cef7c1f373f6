from __future__ import annotations

import re
import signal
import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime
from typing import get_args

import pytest
from matplotlib import image

from tests.children import child, said
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
