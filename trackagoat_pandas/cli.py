"""The command line: ``trackagoat-pandas demo | sandbox | check | quota``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from trackagoat_pandas.errors import TrackaGoatError

if TYPE_CHECKING:
    from trackagoat_pandas.sandbox import Sandbox

_INTERRUPTED = 130
"""Exit code of a command that was ended with Ctrl-C: 128 + SIGINT, as in shells."""
_PORTS = range(65_536)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        return _INTERRUPTED
    except (TrackaGoatError, OSError) as error:
        raise SystemExit(f"trackagoat-pandas: {error}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="trackagoat-pandas", description="TrackaGoat creator programs as pandas DataFrames."
    )
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
    sandbox = commands.add_parser("sandbox", help="serve an embedded TrackaGoat on loopback")
    sandbox.add_argument("--port", type=_port, default=8765, help="0 for any free (%(default)s)")
    sandbox.add_argument("--seed", type=int, default=7, help="of the demo program (%(default)s)")
    sandbox.add_argument("--days", type=int, default=180, help="days of history (%(default)s)")
    sandbox.add_argument("--creators", type=int, default=24, help="creators (%(default)s)")
    sandbox.add_argument("--latency", type=float, default=0.0, help="added seconds (%(default)s)")
    sandbox.add_argument(
        "--speed",
        type=float,
        metavar="SECONDS",
        help="seconds of its time in a second; 3600: an hour (default: its time stands still)",
    )
    sandbox.add_argument("--no-rate-limit", action="store_true", help="don't limit requests")
    sandbox.add_argument("--path", type=Path, help="keep the demo program in this SQLite file")
    sandbox.set_defaults(run=_sandbox)
    check = commands.add_parser(
        "check",
        help="compare the live API with what this package expects; exit code 1 if data would be"
        " missing from frames",
    )
    check.add_argument("--strict", action="store_true", help="exit code 1 for additions too")
    check.set_defaults(run=_check)
    quota = commands.add_parser(
        "quota", help="show how much of the limits is used, by which process of this machine"
    )
    quota.set_defaults(run=_quota)
    return parser


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
