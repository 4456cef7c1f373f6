"""The command ``trackagoat-pandas ask``: answer a question, with an exit code by its level."""

from __future__ import annotations

import argparse
import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.cli_watch import print_warnings

_LEVEL_CODES: Final = {"good": 0, "watch": 10, "bad": 11, "unknown": 12}
_CODES: Final = """exit codes:
  0    the level is good, or the questions are listed
  1    loading failed
  2    an option or a setting is wrong; nothing was sent
  10   the level is watch
  11   the level is bad
  12   the level is unknown, since something is missing
  130  ended with Ctrl-C

The answer goes to stdout; errors and warnings go to stderr. Without --store the project is loaded
by at most 30 requests, with the key from TRACKAGOAT_API_KEY, a .env file or the keyring.
"""


def add_ask(commands: Any) -> None:
    """Add the command to those of a parser."""
    ask: argparse.ArgumentParser = commands.add_parser(
        "ask",
        help="answer a question about a project; without arguments, list the questions",
        description="Answer a question about a project, such as who will miss a goal.",
        epilog=_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    ask.add_argument("name", nargs="?", metavar="QUESTION", help="such as goals; all are listed"
                     " without it")  # fmt: skip
    ask.add_argument("project", nargs="?", metavar="PROJECT", help="a project's id or exact name")
    ask.add_argument("--dates", help="such as 2026-05, where a question takes days")
    ask.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", dest="options",
                     help="what the question has to know, such as required=#ad; for several terms"
                     " repeat it")  # fmt: skip
    ask.add_argument("--store", type=Path, metavar="PATH", help="the folder of a synced store")
    ask.add_argument("--sandbox", action="store_true", help="answer from an embedded demo program")
    ask.add_argument("--json", action="store_true", help="print one JSON object")
    ask.set_defaults(run=_ask)


def _ask(options: argparse.Namespace) -> int:
    from trackagoat_pandas.asking.catalogue import QUESTIONS, ask, questions
    from trackagoat_pandas.asking.options import parse_options
    from trackagoat_pandas.connecting import connect
    from trackagoat_pandas.store.store import open_store

    if options.name is None:
        listed = questions()
        for name, text, taken in listed[["name", "question", "options"]].itertuples(index=False):
            print(f"{name:<14}{text}{f' --option {taken}' if taken else ''}")
        return 0
    declared = QUESTIONS[options.name].options if options.name in QUESTIONS else ()
    values = parse_options(declared, options.options)
    with ExitStack() as opened:
        warned = opened.enter_context(kept_warnings())
        where: dict[str, Any] = {}
        if options.store is not None:
            where["store"] = opened.enter_context(open_store(options.store))
        else:
            where["client"] = opened.enter_context(connect(sandbox=options.sandbox, progress=False))
        answer = ask(options.name, options.project, dates=options.dates, options=values, **where)
    print_warnings(warned)
    if options.json:
        said = {
            "question": answer.question.name, "level": answer.level, "finding": answer.finding,
            "totals": answer.totals, "lines": answer.lines, "record": answer.record,
            "notes": answer.notes, "advice": answer.advice, "code": answer.code,
        }  # fmt: skip
        print(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        print(answer.show())
    return _LEVEL_CODES[answer.level]
