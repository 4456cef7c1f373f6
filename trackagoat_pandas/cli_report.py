"""The commands ``trackagoat-pandas report`` and ``verify``: a page for a boss, and its proof."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Final

from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.cli_watch import print_warnings, table_text

_FAILED: Final = 1
_REPORT_CODES: Final = """exit codes:
  0    the report is written
  1    something failed; an existing file is as it was
  2    an option or a setting is wrong; nothing was sent
  130  ended with Ctrl-C; an existing file is as it was

The line with the result goes to stdout; errors and warnings go to stderr. Without --store the
program is loaded by at most 30 requests, with the key from TRACKAGOAT_API_KEY, a .env file or the
keyring.
"""
_VERIFY_CODES: Final = """exit codes:
  0    no number was edited; those that have been restated since are listed
  1    a number was edited or is missing, or the report or the store can't be read
  2    an option is wrong
"""
_WRONG: Final = ("edited", "missing")


def add_report(commands: Any) -> None:
    """Add the commands to those of a parser."""
    report: argparse.ArgumentParser = commands.add_parser(
        "report",
        help="write a program's week as one page for a boss",
        description="Write one page that loads nothing from elsewhere: what changed, who misses a"
        " goal, who is owed what, and more.",
        epilog=_REPORT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    report.add_argument("project", metavar="PROJECT", help="a project's id or exact name")
    report.add_argument(
        "--out",
        type=partial(path_to_write, endings=(".html",)),
        required=True,
        metavar="FILE",
        help="the file; it ends in .html",
    )
    report.add_argument("--store", type=Path, metavar="PATH", help="the folder of a synced store")
    report.add_argument(
        "--mail", action="store_true", help="write a page for mail clients, and .eml beside it"
    )
    report.add_argument("--title", help="the heading; by default it names the project")
    report.add_argument("--logo", type=Path, metavar="FILE", help="a picture beside the heading")
    report.add_argument(
        "--campaign", metavar="NAME",
        help="a campaign's id or exact name: the page shows that campaign alone",
    )  # fmt: skip
    report.add_argument(
        "--sections", type=names_in, metavar="NAMES",
        help="separated by commas, such as goals,payouts; all by default; with --campaign only"
        " breakouts, comments and campaigns",
    )  # fmt: skip
    report.set_defaults(run=_report)
    verify: argparse.ArgumentParser = commands.add_parser(
        "verify",
        help="compute a report's numbers again, and find those that were edited",
        description="Compute every number of a report again from a store, as of the report's"
        " moment.",
        epilog=_VERIFY_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verify.add_argument("report", type=Path, metavar="REPORT", help="the .html file")
    verify.add_argument(
        "--store", type=Path, metavar="PATH", required=True, help="the folder of the store"
    )
    verify.set_defaults(run=_verify)


def names_in(text: str) -> list[str]:
    """Read names that are separated by commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def path_to_write(text: str, endings: Sequence[str]) -> Path:
    """Read the path of a file to write, before a request is spent on it."""
    path = Path(text).expanduser()
    if path.suffix.lower() not in endings:
        raise argparse.ArgumentTypeError(f"{text!r} doesn't end in {', '.join(endings)}")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {str(path.parent)!r}")
    return path


def _report(options: argparse.Namespace) -> int:
    from trackagoat_pandas.connecting import connect
    from trackagoat_pandas.reporting.weekly import report
    from trackagoat_pandas.store.store import open_store

    with ExitStack() as opened:
        warned = opened.enter_context(kept_warnings())
        opened.callback(print_warnings, warned)
        store = opened.enter_context(open_store(options.store)) if options.store else None
        client = None if store else opened.enter_context(connect(progress=False))
        report(
            options.project, options.out, client=client, store=store, campaign=options.campaign,
            sections=options.sections, title=options.title, logo=options.logo, mail=options.mail,
        )  # fmt: skip
        sent = client.requests_sent if client else 0
    print(f"report: {options.out}" + (f", {number(sent, 'request')}" if client else ""))
    return 0


def _verify(options: argparse.Namespace) -> int:
    from trackagoat_pandas.reporting.verification import verify_report
    from trackagoat_pandas.store.store import open_store

    with open_store(options.store) as store:
        found = verify_report(options.report, store)
    status = found["status"].astype("str")
    differing = found[(status != "equal").to_numpy(bool)]
    if len(differing):
        print(table_text(differing))
    counts = [f"{count:,} {word}" for word, count in status.value_counts().items()]
    print(f"verify: {', '.join(counts) or 'no numbers'}, {options.report}")
    return _FAILED if status.isin(_WRONG).any() else 0
