"""The commands watch, report and verify: what they print, and by which code they end."""

from __future__ import annotations

import datetime as dt
import json
import sys
import warnings
from types import SimpleNamespace

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.children import child, said
from tests.support.receivers import PASSWORD, mail_server, webhook
from tests.support.watching import alert_of, run_of
from trackagoat_pandas.cli import main
from trackagoat_pandas.demo import PROJECT
from trackagoat_pandas.reporting.narrowing import CAMPAIGN_SECTIONS
from trackagoat_pandas.watching import memory as memories
from trackagoat_pandas.watching.memory import MemoryFile, read_memory, write_memory

ONE, TWO = alert_of("one"), alert_of("two", state="resolved")
TO = "boss@example.com"


@pytest.fixture
def store(tmp_path):
    """A store's folder."""
    path = tmp_path / "program"
    tgp.open_store(path).close()
    return path


@pytest.fixture
def found(monkeypatch):
    """Sets what a run of the watch finds; the rules have tests of their own."""
    asked = SimpleNamespace(run=run_of(), options=None)

    def observe(project, rules, **options):
        asked.options = {"rules": rules, "project": project, **options}
        run = asked.run
        return SimpleNamespace(alerts=run.alerts, memory=run.memory, project="Spring", zone="UTC")

    module = SimpleNamespace(observe=observe)
    monkeypatch.setitem(sys.modules, "trackagoat_pandas.watching.runs", module)
    return asked


@pytest.fixture
def smtp(monkeypatch):
    with mail_server() as server:
        settings = {"HOST": "127.0.0.1", "PORT": str(server.port), "FROM": "watch@example.com",
                    "USER": "ann", "PASSWORD": PASSWORD}  # fmt: skip
        for name, value in settings.items():
            monkeypatch.setenv(f"TRACKAGOAT_SMTP_{name}", value)
        yield server


# A run.


def test_a_run_that_finds_nothing_new_ends_with_0(found, store, capsys):
    found.run = run_of(ONE, new=False)
    assert main(["watch", "Spring", "--store", str(store)]) == 0
    assert capsys.readouterr().out == "watch: 1 firing. 1 new alert, 0 over.\n"
    assert found.options["project"] == "Spring"
    assert found.options["store"].path == store
    assert found.options["client"] is None
    assert found.options["rules"] is None


def test_what_cant_be_judged_is_said_in_the_last_line(found, store, capsys):
    found.run.alerts.attrs["trackagoat"] = {"note": "breakout can't be judged:\x1b no videos."}
    assert main(["watch", "--store", str(store)]) == 0
    assert capsys.readouterr().out == "watch: 0 firing. breakout can't be judged: no videos.\n"


def test_a_quiet_run_that_finds_nothing_new_prints_nothing(found, store, capsys):
    assert main(["watch", "--store", str(store), "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_new_alerts_are_printed_remembered_and_end_with_5(found, store, capsys):
    found.run = run_of(ONE, TWO)
    assert main(["watch", "--store", str(store), "--quiet"]) == 5
    assert capsys.readouterr().out.splitlines() == [
        "Spring: 1 new alert, 1 over",
        "  NEW   @one over-posted. Since 18 Jun 2026. [one]",
        "  over  @two over-posted. It began on 18 Jun 2026. [two]",
        "watch: 1 firing. 1 new alert, 0 over.",
    ]
    assert read_memory(store / "watch.json") == found.run.memory


def test_what_is_over_is_announced_and_ends_with_0(found, store):
    found.run = run_of(TWO)
    with webhook() as got:
        assert main(["watch", "--store", str(store), "--webhook", got.address]) == 0
    assert len(got.bodies) == 1


def test_alerts_after_the_most_are_counted(found, store, capsys):
    found.run = run_of(*[alert_of(f"k{place}") for place in range(15)])
    assert main(["watch", "--store", str(store), "--max", "3"]) == 5
    assert "and 12 more" in capsys.readouterr().out.splitlines()


def test_the_memory_is_in_the_file_that_is_named(found, store, tmp_path):
    found.run = run_of(ONE)
    state = tmp_path / "state.json"
    assert main(["watch", "--store", str(store), "--state", str(state)]) == 5
    assert read_memory(state) == found.run.memory
    assert not (store / "watch.json").exists()
    found.run = run_of(ONE, new=False)
    assert main(["watch", "--store", str(store), "--state", str(state)]) == 0
    assert found.options["memory"] == run_of(ONE).memory


def test_without_a_store_the_program_is_loaded(found, box, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TRACKAGOAT_API_KEY", box.key)
    monkeypatch.setenv("TRACKAGOAT_BASE_URL", box.base_url)
    assert main(["watch", "--state", str(tmp_path / "state.json")]) == 0
    assert found.options["client"].base_url == box.base_url
    assert capsys.readouterr().out == "watch: 0 firing, 0 requests. 1 new alert, 0 over.\n"


# Out: webhook and mail.


def test_new_alerts_are_posted_to_the_address_of_the_environment_and_mailed(
    found, store, smtp, monkeypatch
):
    found.run = run_of(ONE)
    with webhook() as got:
        monkeypatch.setenv("TRACKAGOAT_WEBHOOK", got.address)
        assert main(["watch", "--store", str(store), "--mail", TO, "--mail", "b@example.com"]) == 5
        found.run = run_of(ONE, new=False)
        assert main(["watch", "--store", str(store), "--mail", TO, "--mail", "b@example.com"]) == 0
    assert len(got.bodies) == 1
    assert json.loads(got.bodies[0])["blocks"][1]["block_id"].startswith("one|firing|")
    assert smtp.to == [TO, "b@example.com"]


def test_what_cant_be_sent_ends_with_1_and_is_sent_by_the_next_run(found, store, capsys):
    found.run = run_of(ONE)
    with webhook(404, 200) as got:
        with pytest.raises(SystemExit, match="HTTP 404") as ended:
            main(["watch", "--store", str(store), "--webhook", got.address])
        assert "SECRET" not in str(ended.value)
        found.run = run_of(ONE, new=False)
        assert main(["watch", "--store", str(store), "--webhook", got.address]) == 0
    assert len(got.bodies) == 2
    assert "SECRET" not in "".join(capsys.readouterr())


def test_no_address_and_no_password_is_in_any_output(found, store, smtp, capsys, tmp_path):
    found.run = run_of(ONE)
    with webhook(403) as got, pytest.raises(SystemExit) as ended:
        main(["watch", "--store", str(store), "--webhook", got.address, "--mail", TO])
    printed = "".join(capsys.readouterr()) + str(ended.value)
    kept = "".join(path.read_text("latin-1") for path in store.glob("*") if path.is_file())
    sent = b"".join([*got.bodies, *smtp.mails]).decode()
    for text in (printed, kept, sent):
        assert "SECRET" not in text
    assert "127.0.0.1" in printed


# Misuse.


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--webhook", "http://example.com/xSECRETx"], "plain http is only for this machine"),
        (["--webhook", "xSECRETx"], "its address can't be used"),
        (["--mail", TO], "TRACKAGOAT_SMTP_HOST"),
        (["--silence", "one"], "--until"),
        (["--until", "2026-06-20"], "--silence"),
        (["--state", "no/where/state.json"], "folder"),
        (["--silence", "one", "--until", "2026-06-20"], "no alert of this key"),
    ],
)
def test_what_is_wrong_ends_with_2(arguments, problem, found, store, capsys, monkeypatch):
    monkeypatch.delenv("TRACKAGOAT_SMTP_HOST", raising=False)
    found.run = run_of(ONE)
    assert main(["watch", "--store", str(store), *arguments]) == 2
    printed = capsys.readouterr()
    assert problem in printed.err
    assert "SECRET" not in printed.err
    assert printed.out == ""
    assert not (store / "watch.json").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--mail", "ann"], ["--max", "0"], ["--max", "x"], ["--backtest", "soon"],
        ["--webhok", "https://hooks.example.com/xSECRETx"],
        ["Spring", "https://hooks.example.com/xSECRETx"],
    ],
)  # fmt: skip
def test_arguments_that_mean_nothing_are_refused_without_an_address(arguments, store, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["watch", "--store", str(store), *arguments])
    assert ended.value.code == 2
    assert "SECRET" not in capsys.readouterr().err


def test_a_run_needs_a_place_for_its_memory(found, capsys):
    assert main(["watch", "Spring"]) == 2
    assert "state" in capsys.readouterr().err


def test_a_backtest_needs_a_store(capsys, tmp_path):
    assert main(["watch", "--backtest", "90d", "--state", str(tmp_path / "s.json")]) == 2
    assert "--store" in capsys.readouterr().err


def test_another_run_of_the_same_store_ends_with_4(found, store, capsys, monkeypatch):
    monkeypatch.setattr(memories, "_PATIENCE_S", 0.2)
    code = (
        "import sys; from trackagoat_pandas.watching.memory import MemoryFile\n"
        "with MemoryFile(sys.argv[1]).held(): print('held', flush=True); input()"
    )
    with child("-c", code, str(store / "watch.json")) as process:
        assert process.stdout.readline() == "held\n"
        assert main(["watch", "--store", str(store)]) == 4
        process.stdin.write("\n")
        said(process)
    assert "watch a program" in capsys.readouterr().err


def test_help_says_the_exit_codes_and_where_the_address_is_safe(capsys):
    with pytest.raises(SystemExit):
        main(["watch", "--help"])
    text = capsys.readouterr().out
    for word in ("exit codes:", "TRACKAGOAT_WEBHOOK", "list of processes", "TRACKAGOAT_SMTP_HOST"):
        assert word in text


# Silences.


def test_an_alert_is_silenced_and_nothing_is_judged(found, store, capsys):
    write_memory(store / "watch.json", run_of(ONE).memory)
    arguments = ["watch", "--store", str(store), "--silence", "one", "--until", "2026-06-20"]
    assert main(arguments) == 0
    assert capsys.readouterr().out == "watch: one is silent until 2026-06-20 23:59 UTC\n"
    assert "one" in MemoryFile(store / "watch.json").read().memory.silenced
    assert found.options is None


# The report, and its proof.


@pytest.fixture
def reporting(monkeypatch):
    """Stands for the report, which has tests of its own."""
    asked = SimpleNamespace(given=None, found=pd.DataFrame({"key": ["a"], "status": ["equal"]}))

    def report(project, path, **options):
        asked.given = {"project": project, **options}
        path.write_text("<p>Monday</p>")

    modules = {
        "weekly": SimpleNamespace(report=report),
        "verification": SimpleNamespace(verify_report=lambda path, store: asked.found),
    }
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, f"trackagoat_pandas.reporting.{name}", module)
    return asked


def test_a_report_of_a_store_is_written(reporting, store, tmp_path, capsys):
    out = tmp_path / "report.html"
    arguments = ["--store", str(store), "--sections", "goals, payouts", "--title", "Monday"]
    assert main(["report", "Spring", "--out", str(out), *arguments]) == 0
    assert capsys.readouterr().out == f"report: {out}\n"
    assert out.exists()
    assert reporting.given["project"] == "Spring"
    assert reporting.given["sections"] == ["goals", "payouts"]
    assert reporting.given["title"] == "Monday"
    assert reporting.given["mail"] is False
    assert reporting.given["client"] is None


def test_a_live_report_counts_its_requests(reporting, box, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TRACKAGOAT_API_KEY", box.key)
    monkeypatch.setenv("TRACKAGOAT_BASE_URL", box.base_url)
    assert main(["report", "Spring", "--out", str(tmp_path / "r.html"), "--mail"]) == 0
    assert capsys.readouterr().out.endswith("r.html, 0 requests\n")
    assert reporting.given["mail"] is True


def test_report_of_one_campaign_is_written(reporting, store, tmp_path):
    arguments = ["--out", str(tmp_path / "r.html"), "--store", str(store)]
    assert main(["report", "Spring", *arguments]) == 0
    assert reporting.given["campaign"] is None
    assert main(["report", "Spring", *arguments, "--campaign", "Spring Drop"]) == 0
    assert reporting.given["campaign"] == "Spring Drop"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--campaign", " "], "empty"), (["--campaign", "x", "--sections", "goals"], "breakouts")],
)
def test_invalid_campaign_report_sends_nothing(arguments, message, tmp_path, monkeypatch, capsys):
    def request(*_, **__):
        pytest.fail("a request was sent")

    monkeypatch.setenv("TRACKAGOAT_API_KEY", f"tga_{'a' * 64}")
    monkeypatch.setattr(tgp.Client, "request", request)
    monkeypatch.setattr(tgp.Client, "pages", request)
    assert main(["report", "Spring", "--out", str(tmp_path / "r.html"), *arguments]) == 2
    assert message in capsys.readouterr().err


def test_report_help_names_the_sections_of_a_campaign(capsys):
    with pytest.raises(SystemExit):
        main(["report", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    *names, last = CAMPAIGN_SECTIONS
    assert f"with --campaign only {', '.join(names)} and {last}" in text


@pytest.mark.parametrize("out", ["report.pdf", "no/where/report.html"])
def test_a_report_that_cant_be_written_is_refused_before_anything_is_asked(out, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["report", "Spring", "--out", out])
    assert ended.value.code == 2
    assert out.partition("/")[0].partition(".")[0] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (["equal", "equal"], 0), (["equal", "restated"], 0), (["edited"], 1), (["missing"], 1),
        ([], 0),
    ],
)  # fmt: skip
def test_a_report_whose_numbers_were_edited_ends_with_1(status, code, reporting, store, capsys):
    keys = [f"goals.{place}\x1b[31m" for place in range(len(status))]
    reporting.found = pd.DataFrame({"key": keys, "status": status})
    assert main(["verify", "report.html", "--store", str(store)]) == code
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    differing = [one for one in status if one != "equal"]
    assert all(one in printed for one in differing)
    assert printed.splitlines()[-1].startswith("verify: ")


def test_a_report_is_written_and_verified_and_an_edited_one_is_found(tmp_path, capsys):
    out = tmp_path / "monday.html"
    with (
        tgp.sandbox(seed=5_004, days=60, creators=4, rate_limit=None) as box,
        tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client,
        tgp.open_store(tmp_path / "store") as synced,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore", tgp.TrackaGoatWarning)
        synced.sync("Q1 Brand Program", dates="last 30 days", metrics="views", client=client)
    store = ["--store", str(tmp_path / "store")]
    assert main(["report", "Q1 Brand Program", "--out", str(out), *store]) == 0
    assert main(["verify", str(out), *store]) == 0
    assert "equal" in capsys.readouterr().out
    written = out.read_text("utf-8")
    out.write_text(written.replace("Q1 Brand Program: weekly", "Q2: weekly"), "utf-8")
    assert main(["verify", str(out), *store]) == 1
    assert "1 edited" in capsys.readouterr().out


# With the rules, on a program that lives on.


def test_the_first_run_is_silent_and_what_begins_later_is_announced_once(tmp_path, capsys):
    path, rules = tmp_path / "program", tmp_path / "rules.toml"
    rules.write_text("[goals]\nfire = 0.8\nclear = 0.6\nmin_days = 1\n")
    with (
        tgp.sandbox(seed=5_003, days=60, creators=5, rate_limit=None) as box,
        tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client,
        tgp.open_store(path) as synced,
        webhook() as got,
    ):
        arguments = ["watch", PROJECT, "--store", str(path), "--webhook", got.address]
        arguments += ["--rules", str(rules)]
        codes = []
        for days in (0, 2):
            box.advance(dt.timedelta(days=days))
            synced.sync(PROJECT, dates="last 14 days", max_age=None, client=client)
            codes += [main(arguments), main([*arguments, "--quiet"])]
        # A run in a notebook in between leaves ended alerts to the run that posts them.
        box.advance(dt.timedelta(days=2))
        synced.sync(PROJECT, dates="last 14 days", max_age=None, client=client)
        with warnings.catch_warnings(action="ignore"):
            assert tgp.watch(PROJECT, rules=rules, store=synced)["is_new"].any()
        codes.append(main(arguments))
    assert codes == [0, 0, 5, 0, 0]
    printed = capsys.readouterr().out
    assert printed.count("NEW") == 2
    assert "  over  " not in printed
    assert "@midnight.goat has 0 of 1 post for the weekly goal" in printed
    began, over = (json.loads(body)["blocks"] for body in got.bodies)
    assert [block["block_id"].split("|")[1:2] for block in began] == [[], ["firing"], ["firing"]]
    assert {block["block_id"].split("|")[1] for block in over[1:]} == {"resolved"}
    assert main([*arguments[:4], "--rules", str(rules), "--backtest", "5d"]) == 0
    past = capsys.readouterr().out
    assert "2 alerts would have been announced" in past
    assert "goals" in past
