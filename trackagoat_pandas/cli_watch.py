"""The command ``trackagoat-pandas watch``: a run of the watch, a silence, or a backtest."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from trackagoat_pandas.base.secrets import Secret
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.errors import MissingArgumentError, StoreBusyError

if TYPE_CHECKING:
    import pandas as pd

_BUSY, _NEWS = 4, 5
_CODES: Final = """exit codes:
  0    nothing new fires; what is over was announced
  1    the run failed, or something could not be sent: the next run sends it again
  2    an option or a setting is wrong; nothing was sent
  4    another run uses the same store or file; try again later
  5    new alerts fire, and were announced
  130  ended with Ctrl-C; what wasn't sent is sent by the next run

New alerts go to stdout, a line each, and a last line counts them; errors and warnings go to stderr.
The first run on a project is silent. Without --store the program is loaded with the key from
TRACKAGOAT_API_KEY, a .env file or the keyring.

The address of a webhook works like a password, and other users of the machine see the arguments of
a command: put it into TRACKAGOAT_WEBHOOK rather than --webhook. Mail goes through the server of
TRACKAGOAT_SMTP_HOST, TRACKAGOAT_SMTP_PORT (587), TRACKAGOAT_SMTP_USER, TRACKAGOAT_SMTP_PASSWORD and
TRACKAGOAT_SMTP_FROM, over TLS.
"""
_FIRST_LINES: Final = 20


def add_watch(commands: Any) -> None:
    """Add the command to those of a parser."""
    watch: argparse.ArgumentParser = commands.add_parser(
        "watch",
        help="report what has become worse since the last run; safe in cron",
        description="Judge a program by rules, and announce each alert once when it begins and"
        " once when it is over.",
        epilog=_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    watch.add_argument(
        "project", nargs="?", metavar="PROJECT", help="a project's id or exact name; all projects"
        " by default",
    )  # fmt: skip
    watch.add_argument(
        "--store", type=Path, metavar="PATH", help="the folder of a synced store to read, which"
        " also remembers the alerts",
    )  # fmt: skip
    watch.add_argument(
        "--state", type=Path, metavar="FILE", help="a .json file that remembers the alerts;"
        " needed without --store",
    )  # fmt: skip
    watch.add_argument("--rules", type=Path, metavar="FILE", help="a TOML file with rules")
    watch.add_argument(
        "--webhook", type=Secret, metavar="URL", help="post new alerts there, as Slack takes them;"
        " other users may see it in the list of processes: TRACKAGOAT_WEBHOOK is safer",
    )  # fmt: skip
    watch.add_argument(
        "--mail", action="append", type=_mail_address, default=[], metavar="ADDRESS",
        help="mail new alerts there; may be given several times",
    )  # fmt: skip
    watch.add_argument(
        "--max", type=_count, default=_FIRST_LINES, metavar="N",
        help="list this many alerts and count the rest (%(default)s)",
    )  # fmt: skip
    watch.add_argument("--quiet", action="store_true", help="print nothing if nothing is new")
    watch.add_argument(
        "--backtest", type=_days, metavar="DAYS", help="such as 90d: print what each rule would"
        " have announced on the store's past, and send nothing",
    )  # fmt: skip
    watch.add_argument(
        "--silence", metavar="KEY", help="announce nothing of this alert until --until"
    )
    watch.add_argument("--until", metavar="DATE", help="of --silence: a day, or an instant")
    watch.set_defaults(run=_watch, kept="; what wasn't sent is sent by the next run")


def _mail_address(text: str) -> str:
    from trackagoat_pandas.http.mailing import is_mail_address

    if not is_mail_address(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a mail address")
    return text


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least 1")
    return int(text)


def _days(text: str) -> int:
    return _count(text.removesuffix("d"))


def _watch(options: argparse.Namespace) -> int:
    from trackagoat_pandas.store.store import open_store

    with ExitStack() as opened:
        store = opened.enter_context(open_store(options.store)) if options.store else None
        try:
            if options.silence is not None or options.until is not None:
                return _silence(options, store)
            if options.backtest is not None:
                return _backtest(options, store)
            return _run(options, store)
        except StoreBusyError as error:
            print(f"trackagoat-pandas: {error}", file=sys.stderr)
            return _BUSY


def _silence(options: argparse.Namespace, store: Any) -> int:
    from trackagoat_pandas.watching.memory import silence_alert

    if options.silence is None or options.until is None:
        raise MissingArgumentError(["--silence", "--until"], "one means nothing without the other")
    until = silence_alert(options.silence, options.until, store=store, state=options.state)
    print(f"watch: {options.silence} is silent until {until:%Y-%m-%d %H:%M} UTC")
    return 0


def _backtest(options: argparse.Namespace, store: Any) -> int:
    if store is None:
        raise MissingArgumentError("--store", "a backtest reads a store's own past")
    from trackagoat_pandas.watching.backtest import backtest_watch, rule_numbers
    from trackagoat_pandas.watching.sending import past_text

    dates = f"last {options.backtest} days"
    with kept_warnings() as warned:
        try:
            found = backtest_watch(options.project, rules=options.rules, store=store, dates=dates)
        finally:
            print_warnings(warned)
    print(past_text(found, n=options.max))
    print(table_text(rule_numbers(found)))
    return 0


def _run(options: argparse.Namespace, store: Any) -> int:
    from trackagoat_pandas.connecting import connect
    from trackagoat_pandas.http.mailing import mail_settings
    from trackagoat_pandas.http.webhook import check_webhook
    from trackagoat_pandas.showing.cells import one_line
    from trackagoat_pandas.watching.memory import MemoryFile, memory_place
    from trackagoat_pandas.watching.runs import observe
    from trackagoat_pandas.watching.sending import deliver

    given = os.environ.get("TRACKAGOAT_WEBHOOK", "").strip()
    webhook = options.webhook or (Secret(given) if given else None)
    if webhook is not None:
        check_webhook(webhook)
    settings = mail_settings() if options.mail else None
    file = MemoryFile(memory_place(store, options.state))
    with ExitStack() as opened:
        warned = opened.enter_context(kept_warnings())
        opened.callback(print_warnings, warned)
        client = None if store else opened.enter_context(connect(progress=False))
        opened.enter_context(file.held())
        found = observe(
            project=options.project,
            rules=options.rules,
            memory=file.read().memory,
            store=store,
            client=client,
        )
        said = deliver(
            found, file, project=found.project, zone=found.zone, webhook=webhook,
            mail=options.mail, settings=settings, n=options.max,
            say=partial(print, flush=True),  # at once: what is printed counts as announced
        )  # fmt: skip
        sent = client.requests_sent if client else 0
        if options.quiet and not said:
            warned.clear()
    began = sum(one.state == "firing" for one in said)
    if said or not options.quiet:
        firing = int((found.alerts["state"] == "firing").sum())
        counts = [f"{firing:,} firing", *([number(sent, "request")] if client else [])]
        print(f"watch: {', '.join(counts)}. {one_line(found.alerts.attrs['trackagoat']['note'])}")
    return _NEWS if began else 0


def print_warnings(warned: Iterable[str]) -> None:
    """Print each warning once, to stderr."""
    for warning in dict.fromkeys(warned):
        print(f"trackagoat-pandas: warning: {warning}", file=sys.stderr)


def table_text(frame: pd.DataFrame, most: int = 200) -> str:
    r"""Write a frame for a terminal, which obeys none of its texts; rows after `most` are counted.

    Examples
    --------
    >>> import pandas as pd
    >>> table_text(pd.DataFrame({"rule": ["a\x1b[31m"], "alerts": [1]})).splitlines()
    ['  rule  alerts', 'a [31m       1']
    """
    from trackagoat_pandas.showing.cells import one_line

    shown = frame.head(most)
    texts = shown.map(lambda value: one_line(value) if isinstance(value, str) else value)
    rest = len(frame) - len(shown)
    lines = f"No rows of {', '.join(frame.columns)}"
    if len(shown):
        lines = texts.to_string(index=False, na_rep="-")
    return lines + (f"\nand {rest:,} more" if rest else "")
