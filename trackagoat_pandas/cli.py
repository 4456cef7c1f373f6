"""The command line: ``trackagoat-pandas`` and a command, such as ``pull`` or ``watch``."""

from __future__ import annotations

import argparse
import importlib
import inspect
import io
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NoReturn

from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.cli_ask import add_ask
from trackagoat_pandas.cli_mcp import add_mcp
from trackagoat_pandas.cli_report import add_report, names_in, path_to_write
from trackagoat_pandas.cli_watch import add_watch, print_warnings
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    MissingArgumentError,
    MissingDependencyError,
    SettingsError,
    StoreBusyError,
    TrackaGoatError,
)

if TYPE_CHECKING:
    import pandas as pd

    from trackagoat_pandas.sandbox import Sandbox

_FAILED, _MISUSED, _INCOMPLETE, _BUSY = 1, 2, 3, 4
_INTERRUPTED = 130
"""Exit code of a command that was ended with Ctrl-C: 128 + SIGINT, as in shells."""
_EXIT_CODES: Final = """exit codes:
  0    the file is written, and has everything that was requested (of plan: the plan is printed)
  1    the load failed, or the file can't be written; an existing file is as it was
  2    an option or a setting is wrong; nothing was sent
  3    the file is written, but the frame is incomplete; the line says why
  130  ended with Ctrl-C; an existing file is as it was

Results go to stdout, one line for a file; errors and warnings go to stderr. The key comes from
TRACKAGOAT_API_KEY, a .env file or the keyring. A file is replaced in one step once it is whole.
"""
_SYNC_CODES: Final = """exit codes:
  0    the store is up to date
  1    the sync failed; loaded rows are kept, and the same command resumes
  2    an option or a setting is wrong; nothing was sent
  3    the server refused some of the tables, and the others are up to date; the line says which
  4    another process syncs this store, or writes to it for long; try again later
  130  ended with Ctrl-C; loaded rows are kept, and the same command resumes

The line with the result goes to stdout; errors and warnings go to stderr. The key comes from
TRACKAGOAT_API_KEY, a .env file or the keyring. Two syncs of one store never run at once.
"""
_PORTS = range(65_536)
_ADDRESS: Final = re.compile(r"(https?:/*)\S+", re.IGNORECASE)
_FILES: Final = (".parquet", ".csv", ".xlsx")
_LOADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "projects": "resources.load_projects",
        "creators": "resources.load_creators",
        "videos": "resources.load_videos",
        "campaigns": "resources.load_campaigns",
        "annotations": "resources.load_annotations",
        "goal-compliance": "resources.load_goal_compliance",
        "analytics": "analytics.load_program_analytics",
        "comments": "comments.load_comments",
        "payout-methods": "payouts.load_payout_methods",
        "payout-structures": "payouts.load_payout_structures",
        "payout-accruals": "payouts.load_payout_accruals",
        "payout-payments": "payouts.load_payout_payments",
        "report": "reports.load_report",
        "data-model": "paths.load_data_model",
    }
)
"""The loader of each resource that can be pulled, by its module."""
_CHOSEN: Final = ("project", "creator", "dates", "metrics", "entity", "report")
"""The options that say what is loaded."""
_OPTIONS: Final[Mapping[str, str]] = MappingProxyType({"source": "project", "name": "report"})
"""The option for an argument that is called differently."""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors don't repeat web addresses: that of a webhook is a secret."""

    def error(self, message: str) -> NoReturn:
        super().error(_ADDRESS.sub(r"\1…", message))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        print(f"trackagoat-pandas: interrupted{options.kept}", file=sys.stderr)
        return _INTERRUPTED
    except (ArgumentError, ArgumentTypeError, SettingsError) as error:
        print(f"trackagoat-pandas: {error}", file=sys.stderr)
        return _MISUSED
    except (TrackaGoatError, OSError) as error:
        raise SystemExit(f"trackagoat-pandas: {error}") from error


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="trackagoat-pandas", description="TrackaGoat creator programs as pandas DataFrames."
    )
    parser.set_defaults(kept="")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser(
        "demo", help="load every resource of an embedded sandbox and plot its views"
    )
    demo.add_argument(
        "--output",
        type=Path,
        default=Path("views_over_time.png"),
        help="file for the plot (%(default)s)",
    )
    demo.set_defaults(run=_demo)
    _add_sandbox(commands)
    check = commands.add_parser(
        "check",
        help="compare the live API with what this package expects; exit code 1 if data would be"
        " missing from frames",
    )
    check.add_argument("--strict", action="store_true", help="exit code 1 for additions too")
    check.set_defaults(run=_check)
    file = partial(path_to_write, endings=_FILES)
    pull = _add_load(commands, "pull", "load a resource and write it to a file; safe in cron")
    pull.add_argument(
        "--out", type=file, required=True, help=f"the file; it ends in {', '.join(_FILES)}"
    )
    pull.set_defaults(run=_pull)
    _add_sync(commands)
    plan = _add_load(commands, "plan", "print what a pull would cost; nothing is sent")
    plan.add_argument("--out", type=file, help="not written: plan takes what pull takes")
    plan.set_defaults(run=_plan)
    add_ask(commands)
    add_report(commands)
    add_watch(commands)
    add_mcp(commands)
    quota = commands.add_parser(
        "quota", help="show how much of the limits is used, by which process of this machine"
    )
    quota.set_defaults(run=_quota)
    return parser


def _add_sandbox(commands: Any) -> None:
    sandbox = commands.add_parser("sandbox", help="serve an embedded TrackaGoat on loopback")
    sandbox.add_argument("--port", type=_port, default=8765, help="0 for any free (%(default)s)")
    sandbox.add_argument("--seed", type=int, default=7, help="of the demo program (%(default)s)")
    sandbox.add_argument("--days", type=int, default=180, help="days of history (%(default)s)")
    sandbox.add_argument("--creators", type=int, default=24, help="creators (%(default)s)")
    sandbox.add_argument("--latency", type=float, default=0.0, help="added seconds (%(default)s)")
    sandbox.add_argument("--no-rate-limit", action="store_true", help="don't limit requests")
    sandbox.add_argument("--path", type=Path, help="keep the demo program in this SQLite file")
    sandbox.add_argument(
        "--speed",
        type=float,
        metavar="SECONDS",
        help="seconds of its time in a second; 3600: an hour (default: its time stands still)",
    )
    sandbox.set_defaults(run=_sandbox)


def _add_load(commands: Any, name: str, what: str) -> argparse.ArgumentParser:
    """Add a command that takes the arguments of a load."""
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=what,
        description=f"{what[0].upper()}{what[1:]}.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "resource", choices=_LOADERS, metavar="RESOURCE", help=f"one of {', '.join(_LOADERS)}"
    )
    command.add_argument("--project", help="a project's id or exact name")
    command.add_argument(
        "--creator", action="append", help="a handle or id; may be given several times"
    )
    command.add_argument(
        "--dates", help="such as 2026-06, 'last 30 days' or 2026-01-01..2026-06-15"
    )
    command.add_argument(
        "--metrics", type=names_in, help="of analytics, separated by commas, such as views,likes"
    )
    command.add_argument(
        "--entity",
        choices=("creator", "video", "campaign", "project"),
        help="what analytics are of; creator by default",
    )
    command.add_argument("--report", help="the name of the report, such as outliers")
    command.add_argument(
        "--max-requests", type=int, help="send no more requests than this, retries included"
    )
    command.add_argument(
        "--store", type=Path, help="the folder of a store, to keep what is loaded and to go on with"
    )
    return command


def _add_sync(commands: Any) -> None:
    sync: argparse.ArgumentParser = commands.add_parser(
        "sync",
        help="bring a store up to date; safe in cron",
        description="Bring a store up to date: every list, and the analytics that may have"
        " changed. The folder is made if there is none.",
        epilog=_SYNC_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sync.add_argument("path", type=Path, metavar="PATH", help="the folder of the store")
    sync.add_argument("--project", help="a project's id or exact name; all projects by default")
    sync.add_argument("--dates", default="last 90 days", help="the days of analytics (%(default)s)")
    sync.add_argument(
        "--metrics",
        type=names_in,
        default=["views", "likes"],
        help="of analytics, separated by commas; '' for none (views,likes)",
    )
    sync.add_argument(
        "--entities",
        type=names_in,
        default=["creator"],
        help="whose analytics: creator, video, campaign, project, separated by commas (creator)",
    )
    sync.add_argument(
        "--lookback-days",
        type=int,
        default=4,
        help="days after which a day's analytics are settled (%(default)s)",
    )
    sync.add_argument(
        "--spot-checks",
        type=int,
        help="settled series of each kind of entity to ask for again (as many as there is room for"
        " in the requests that are sent in any case)",
    )
    sync.add_argument(
        "--max-age",
        type=lambda text: None if text == "none" else text,
        default="5min",
        help="don't request again what was loaded this recently; none to request everything"
        " (%(default)s)",
    )
    sync.set_defaults(
        run=_sync, kept="; what was loaded is kept, and the same command goes on there"
    )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) not in _PORTS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to {_PORTS[-1]}")
    return int(text)


def _demo(options: argparse.Namespace) -> int:
    from trackagoat_pandas.demo import run_demo

    run_demo(options.output)
    return 0


def _check(options: argparse.Namespace) -> int:
    from trackagoat_pandas.connecting import connect
    from trackagoat_pandas.contract.check import HARMLESS, check_contract, report

    with connect(progress=False) as client:
        differences = check_contract(client)
    print(report(differences))
    is_harmful = ~differences["severity"].isin(HARMLESS)
    return int(len(differences) > 0 if options.strict else is_harmful.any())


def _pull(options: argparse.Namespace) -> int:
    from trackagoat_pandas.base.wording import number
    from trackagoat_pandas.connecting import connect
    from trackagoat_pandas.helpers.facts import why_incomplete

    if options.out.suffix.lower() == ".xlsx" and find_spec("xlsxwriter") is None:
        # Said here, too, before a request is spent on a file that can't be written.
        raise MissingDependencyError("XlsxWriter", "an Excel workbook", "excel")
    loader, given = _load_of(options)
    with kept_warnings() as warned, connect(store=options.store) as client:
        try:
            frame = loader(**given, client=client, max_requests=options.max_requests)
            _write(frame, options.out)
        finally:
            # After an error as well, which a warning may explain.
            print_warnings(warned)
        sent = client.requests_sent
    facts = frame.attrs["trackagoat"]
    flaw = "" if facts["complete"] else f", INCOMPLETE: {why_incomplete(facts)}"
    parts = number(len(frame), "row"), number(sent, "request"), str(options.out)
    print(f"{options.resource}: {', '.join(parts)}{flaw}")
    return _INCOMPLETE if flaw else 0


def _sync(options: argparse.Namespace) -> int:
    from trackagoat_pandas.base.wording import number

    try:
        found, sent = _update_store(options)
    except StoreBusyError as error:
        print(f"trackagoat-pandas: {error}", file=sys.stderr)
        return _BUSY
    counts = [f"{found[name].sum():,} {name}" for name in ("new", "changed", "gone")]
    refused = found.dropna(subset=["error"])
    pairs = zip(refused["table"], refused["error"], strict=True)
    flaw = "; ".join(f"{table}: {error}" for table, error in pairs)
    print(f"sync: {', '.join(counts)}, {number(sent, 'request')}, {options.path}", end="")
    print(f", INCOMPLETE: {flaw}" if flaw else "")
    return _INCOMPLETE if flaw else 0


def _update_store(options: argparse.Namespace) -> tuple[pd.DataFrame, int]:
    """Sync the store; return the new rows of each table, and the number of requests."""
    from trackagoat_pandas.connecting import connect
    from trackagoat_pandas.store.store import open_store

    # In this order no folder is made where there is no key.
    with kept_warnings() as warned, connect() as client, open_store(options.path) as store:
        try:
            found = store.sync(
                options.project,
                dates=options.dates,
                metrics=options.metrics,
                entities=options.entities,
                lookback_days=options.lookback_days,
                spot_checks=options.spot_checks,
                max_age=options.max_age,
                client=client,
            )
        finally:
            print_warnings(warned)
        return found, client.requests_sent


def _plan(options: argparse.Namespace) -> int:
    from trackagoat_pandas.connecting import connect
    from trackagoat_pandas.load.planning import estimate_load

    loader, given = _load_of(options)
    with connect(progress=False, store=options.store) as client:
        planned = estimate_load(loader, **given, client=client, max_requests=options.max_requests)
    print(planned)
    most = options.max_requests
    return _FAILED if most is not None and planned.least > most else 0


def _load_of(options: argparse.Namespace) -> tuple[Callable[..., pd.DataFrame], dict[str, Any]]:
    """Return the loader of a resource and its arguments; reject options that it doesn't take."""
    home, name = _LOADERS[options.resource].rsplit(".", 1)
    loader = getattr(importlib.import_module(f"trackagoat_pandas.load.{home}"), name)
    taken = inspect.signature(loader).parameters
    option_of = {argument: _OPTIONS.get(argument, argument) for argument in taken}
    given = {option: getattr(options, option) for option in _CHOSEN}
    given = {option: value for option, value in given.items() if value is not None}
    for option, value in given.items():
        if option not in option_of.values():
            problem = f"it doesn't apply to {options.resource}"
            raise ArgumentError(f"--{option}", value, problem=problem)
    for argument, option in option_of.items():
        # Comments come from a project here, so that this argument is required as well.
        is_required = taken[argument].default is inspect.Parameter.empty or argument == "source"
        if is_required and option not in given:
            raise MissingArgumentError(f"--{option}", f"{options.resource} can't do without")
    arguments = {
        argument: given[option] for argument, option in option_of.items() if option in given
    }
    return loader, arguments


def _write(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame to a file, whole or not at all.

    A Parquet file keeps dtypes and provenance, but pandas 2.3 reads its texts as objects.
    """
    from trackagoat_pandas.showing.export.csv_files import to_csv
    from trackagoat_pandas.showing.export.saving import save
    from trackagoat_pandas.showing.export.workbooks import to_excel

    suffix = path.suffix.lower()
    if suffix == ".parquet":
        content = io.BytesIO()
        frame.to_parquet(content, index=False, compression="zstd")
        save(path, content.getvalue())
    elif suffix == ".csv":
        to_csv(frame, path)
    else:
        to_excel(frame, path)


def _quota(_options: argparse.Namespace) -> int:
    from trackagoat_pandas.connecting import connect
    from trackagoat_pandas.usage import quota

    with connect(progress=False) as client:
        print(quota(client))
    return 0


def _sandbox(options: argparse.Namespace) -> int:
    with _sandbox_of(options) as box:
        try:
            box.serve(port=options.port)
        except OSError as error:
            raise OSError(error.errno, error.strerror, f"port {options.port}") from error
        print(f"TRACKAGOAT_BASE_URL={box.base_url}")
        print(f"TRACKAGOAT_API_KEY={box.key}")
        print("Serving a demo program. Press Ctrl-C to stop.", flush=True)
        with suppress(KeyboardInterrupt):
            box.wait()
    return 0


def _sandbox_of(options: argparse.Namespace) -> Sandbox:
    import sqlite3

    from trackagoat_pandas.sandbox import Sandbox

    try:
        return Sandbox(
            seed=options.seed,
            days=options.days,
            creators=options.creators,
            latency_s=options.latency,
            speed=options.speed,
            rate_limit=None if options.no_rate_limit else (60, 60.0),
            path=options.path,
        )
    except (ValueError, sqlite3.Error) as error:
        raise SystemExit(f"trackagoat-pandas: {error}") from error
