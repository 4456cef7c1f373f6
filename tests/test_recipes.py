"""The recipes of 09_running for loads that run by themselves, run as they stand there."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.acting import PROJECT, client_of
from tests.support.reading_back import notebook_text, parquet
from tests.support.waiting import PATIENCE_S

CRON = """\
15 6 * * * cd ~/program && .venv/bin/trackagoat-pandas pull videos --project "Q1 Brand Program" --out videos-$(date +\\%F).parquet --max-requests 100 >> pull.log 2>&1
"""  # noqa: E501 - cron knows no line breaks
CRON_OF_A_STORE = """\
40 * * * * cd ~/program && .venv/bin/trackagoat-pandas sync store --project "Q1 Brand Program" --metrics "" >> sync.log 2>&1
15 6 * * * cd ~/program && .venv/bin/trackagoat-pandas sync store --project "Q1 Brand Program" --metrics views,likes --dates "last 90 days" >> sync.log 2>&1
"""  # noqa: E501 - cron knows no line breaks
SERVICE = """\
# ~/.config/systemd/user/trackagoat.service
[Unit]
Description=Pull the views of a TrackaGoat program

[Service]
Type=oneshot
WorkingDirectory=%h/program
EnvironmentFile=%h/.config/trackagoat.env
ExecStart=%h/program/.venv/bin/trackagoat-pandas pull analytics \\
    --project "Q1 Brand Program" --metrics views,likes --dates "last 14 days" --out views.parquet
"""
TIMER = """\
# ~/.config/systemd/user/trackagoat.timer
[Unit]
Description=Pull the views of a TrackaGoat program every morning

[Timer]
OnCalendar=*-*-* 06:15
RandomizedDelaySec=5min
Persistent=true

[Install]
WantedBy=timers.target
"""
PARAMETERS = """\
project = "Q1 Brand Program"
dates = "last 30 days"
max_requests = 100
"""
REPORT = """\
import trackagoat_pandas as tgp

tgp.connect(progress=False)
creators = tgp.load_creators(project, max_requests=max_requests)
views = tgp.load_analytics("creator", creators, "views", dates=dates, max_requests=max_requests)
views.groupby("label")["value"].sum().sort_values(ascending=False)
"""
PAPERMILL = """\
papermill weekly.ipynb weekly-summer.ipynb -p project "Summer Launch" -p dates "last 7 days"
"""


@pytest.fixture(scope="module")
def program():
    """A small sandbox, served on loopback."""
    with tgp.sandbox(creators=3, days=30, rate_limit=None) as sandbox:
        assert sandbox.base_url
        yield sandbox


@pytest.fixture
def home(tmp_path, program):
    """A home directory with a program's folder in it, whose ``.venv`` is the one of the tests."""
    (tmp_path / "program" / ".venv").mkdir(parents=True)
    (tmp_path / "program" / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    (tmp_path / ".config").mkdir()
    settings = [f"TRACKAGOAT_BASE_URL={program.base_url}", f"TRACKAGOAT_API_KEY={program.key}"]
    (tmp_path / ".config" / "trackagoat.env").write_text("\n".join(settings) + "\n")
    (tmp_path / "program" / ".env").write_text("\n".join(settings) + "\n")
    (tmp_path / "program" / ".env").chmod(0o600)
    return tmp_path


def run(command, home, **options):
    """Run a command as cron and systemd do: with little in the environment, and no terminal."""
    environment = {
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "PYTHONPATH": str(Path(tgp.__file__).parents[1]),
        **options.pop("env", {}),
    }
    return subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        **options,
    )


def test_the_line_for_cron_pulls_the_videos(home, program):
    schedule, command = CRON.split(" cd ", 1)
    assert schedule.split() == ["15", "6", "*", "*", "*"]
    # cron reads % as a line break, unless there is a backslash before it.
    command = f"cd {command}".replace("\\%", "%")
    done = run(["/bin/sh", "-c", command], home, cwd=home)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (written,) = (home / "program").glob("videos-????-??-??.parquet")
    with client_of(program) as client:
        videos = tgp.load_videos(PROJECT, client=client)
    pd.testing.assert_frame_equal(parquet(written, videos), videos)
    log = (home / "program" / "pull.log").read_text()
    assert log.startswith(f"videos: {len(videos)} rows, ")
    assert len(log.splitlines()) == 1


def test_a_failure_is_in_the_log_of_cron_and_keeps_the_file(home):
    place = home / "program" / "videos.parquet"
    place.write_bytes(b"yesterday's")
    command = CRON.split(" * * * ")[1].replace("$(date +\\%F)", "").replace("videos-.", "videos.")
    done = run(["/bin/sh", "-c", command.replace("Q1 Brand", "Q9")], home, cwd=home)
    assert done.returncode == 1
    log = (home / "program" / "pull.log").read_text()
    assert log.startswith("trackagoat-pandas: no project is called 'Q9 Program'")
    assert "Traceback" not in log
    assert place.read_bytes() == b"yesterday's"


def test_the_lines_for_cron_keep_a_store_up_to_date(home, program):
    for line in CRON_OF_A_STORE.splitlines():
        _, command = line.split(" cd ", 1)
        done = run(["/bin/sh", "-c", f"cd {command}"], home, cwd=home)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    hourly, warning, daily = (home / "program" / "sync.log").read_text().splitlines()
    assert re.fullmatch(r"sync: [\d,]+ new, 0 changed, 0 gone, \d+ requests, store", hourly)
    assert re.match(r"trackagoat-pandas: warning: analytics: .* reaches beyond the data", warning)
    assert re.match(r"sync: [\d,]+ new, 0 changed, 0 gone, \d requests, store", daily)
    with tgp.open_store(home / "program" / "store") as store, client_of(program) as client:
        videos = tgp.load_videos(PROJECT, client=client)
        pd.testing.assert_frame_equal(store.load("videos", PROJECT), videos)
        assert set(store.load("analytics")["metric"]) == {"views", "likes"}


def unit(text):
    """A systemd unit: its sections and settings, with lines that end in a backslash joined."""
    read = configparser.ConfigParser(interpolation=None)
    read.optionxform = str
    read.read_string(text.replace("\\\n", " "))
    return read


def test_the_service_for_systemd_pulls_the_views(home):
    service = unit(SERVICE)["Service"]
    assert service["Type"] == "oneshot"
    settings = Path(service["EnvironmentFile"].replace("%h", str(home))).read_text()
    done = run(
        shlex.split(service["ExecStart"].replace("%h", str(home))),
        home,
        cwd=service["WorkingDirectory"].replace("%h", str(home)),
        env=dict(line.split("=", 1) for line in settings.splitlines()),
    )
    assert (done.returncode, done.stderr) == (0, "")
    views = pd.read_parquet(home / "program" / "views.parquet")
    assert set(views["metric"]) == {"views", "likes"}
    assert views["date"].nunique() == 14
    assert done.stdout.startswith(f"analytics: {len(views)} rows, ")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_understands_the_units(home):
    for name, text in {"trackagoat.service": SERVICE, "trackagoat.timer": TIMER}.items():
        (home / name).write_text(text.replace("%h", str(home)))
    calendar = unit(TIMER)["Timer"]["OnCalendar"]
    assert run(["systemd-analyze", "calendar", calendar], home).returncode == 0
    home.chmod(0o700)
    verify = ["systemd-analyze", "--user", "verify", "./trackagoat.timer"]
    done = run(verify, home, cwd=home, env={"XDG_RUNTIME_DIR": str(home)})
    assert (done.returncode, done.stderr) == (0, "")


def test_papermill_runs_a_notebook_with_other_parameters(home, program):
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(REPORT),
        ],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )
    folder = home / "program"
    nbformat.write(notebook, folder / "weekly.ipynb")
    done = run(shlex.split(PAPERMILL), home, cwd=folder)
    assert done.returncode == 0, done.stderr
    ran = nbformat.read(folder / "weekly-summer.ipynb", as_version=4)
    shown = ran.cells[-1].outputs[-1]["data"]["text/plain"]
    with client_of(program) as client:
        handles = tgp.load_creators("Summer Launch", client=client)["tiktok_handle"]
    assert all(handle in shown for handle in handles)
    assert program.key not in (folder / "weekly-summer.ipynb").read_text()


@pytest.mark.parametrize(
    "recipe", [CRON, CRON_OF_A_STORE, SERVICE, TIMER, PARAMETERS, REPORT, PAPERMILL]
)
def test_the_notebook_has_the_recipe(recipe):
    assert f"\n{recipe}```" in notebook_text("09_running")


def test_the_test_with_a_fixture_passes(home):
    test = r"```python\n([^`]*def test_[^`]*)```"
    snippet = re.search(test, notebook_text("09_running"))[1]
    (home / "program" / "test_it.py").write_text(snippet)
    pytest_ = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = run([*pytest_, "-p", "pytest_trackagoat", "test_it.py"], home, cwd=home / "program",
               env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})  # fmt: skip
    assert "1 passed" in done.stdout
