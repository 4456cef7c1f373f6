"""The command ``trackagoat-pandas mcp``: a server of tools for agents, over stdin and stdout."""

from __future__ import annotations

import argparse
import os
import signal
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any, Final

from trackagoat_pandas.errors import MissingDependencyError

_MAX_AGE: Final = "5min"
"""How long a list isn't asked for again, so that questions that need the same share it."""
_MAX_WAIT_S: Final = 60.0
"""How long a request waits for its turn: agents give a call up after about a minute."""
_SIGNALLED: Final = 128
"""What shells add to the number of the signal that ended a command."""
_EPILOG: Final = """
The program that an agent runs in starts it, with the command "trackagoat-pandas" and the arguments
["mcp", "--sandbox"]. Its tools only read; with --allow-writes some write, each after a dry run and
with the token of that. The key comes from TRACKAGOAT_API_KEY or the keyring. A .env file is read
only with --dotenv, because an agent can work in a folder that somebody else filled. The server ends
when stdin does, on Ctrl-C (exit code 130), on SIGTERM, and on SIGHUP unless nohup has it ignored.
"""


def add_mcp(commands: Any) -> None:
    """Add the command to those of a parser."""
    mcp: argparse.ArgumentParser = commands.add_parser(
        "mcp",
        help="serve questions and loads as tools for agents, over stdio",
        description="Serve tools for agents by the Model Context Protocol, over stdin and stdout.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    mcp.add_argument("--sandbox", action="store_true", help="answer from an embedded demo program")
    mcp.add_argument(
        "--allow-writes", action="store_true", help="offer tools that write, after a dry run"
    )
    mcp.add_argument(
        "--store", type=Path, metavar="PATH",
        help="the folder of a store, to keep what is loaded (a temporary one)",
    )  # fmt: skip
    mcp.add_argument(
        "--dotenv", action="store_true",
        help="also read a .env file, from the working folder up to the repository root",
    )  # fmt: skip
    mcp.set_defaults(run=_mcp)


def _mcp(options: argparse.Namespace) -> int:
    if find_spec("mcp") is None:
        raise MissingDependencyError("mcp", "the server for agents", "mcp")
    from trackagoat_pandas.agents.server import serve
    from trackagoat_pandas.connecting import connect

    with TemporaryDirectory(prefix="trackagoat-") as folder:
        _end_on_signals(folder)
        client = connect(
            sandbox=options.sandbox, progress=False, store=options.store or folder,
            max_age=_MAX_AGE, max_wait_s=_MAX_WAIT_S, dotenv=options.dotenv,
        )  # fmt: skip
        serve(client, allow_writes=options.allow_writes)
    return 0


def _end_on_signals(folder: str) -> None:
    """End the process on Ctrl-C and when it is asked to, and leave no data in a temporary folder.

    The thread that waits for stdin can't be woken, so that an exception wouldn't end it.
    """

    def end(number: int, _frame: object) -> None:
        aside = f"{folder}-ended"
        # Calls in other threads go on writing, so that what is still at its place fills up again.
        with suppress(OSError):
            Path(folder).rename(aside)
        for each in (aside, folder):
            rmtree(each, ignore_errors=True)
        if number == signal.SIGINT:
            os.write(2, b"trackagoat-pandas: interrupted\n")
        os._exit(_SIGNALLED + number)

    numbers = [signal.SIGINT, signal.SIGTERM]
    # A closed terminal or ssh session. Windows has no such signal. Where it is ignored already, as
    # under nohup, it stays ignored: whoever started the server wants it to outlive the terminal.
    hangup = signal.SIGHUP if hasattr(signal, "SIGHUP") else None
    if hangup is not None and signal.getsignal(hangup) != signal.SIG_IGN:
        numbers.append(hangup)
    for each in numbers:
        signal.signal(each, end)
