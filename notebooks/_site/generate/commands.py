"""The command line: each command with its options, from the parser itself."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from generate.pages import Page, table
from trackagoat_pandas import cli

PATH = "reference/commands"


def commands_page() -> Page:
    """Write the page of the command line."""
    parser = cli._parser()  # noqa: SLF001 - the page says what the command itself accepts
    about = "Every command of `trackagoat-pandas`, with its options and exit codes."
    head = (
        f"# The command line\n\n{about} The key comes from `TRACKAGOAT_API_KEY`, a `.env` file or "
        "the keyring. It is never an option, because other users of a machine see options. `mcp` "
        "reads a `.env` file only with `--dotenv`.\n\n"
    )
    text = head + "\n".join(part for action in commands_of(parser) for part in described(action))
    return Page(PATH, "The command line", about, text, text)


def commands_of(parser: argparse.ArgumentParser) -> list[tuple[str, str, argparse.ArgumentParser]]:
    """Return the commands of a parser: name, what it does, and its own parser."""
    found = []
    for action in parser._actions:  # noqa: SLF001 - argparse has no public list
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            helps = {one.dest: one.help or "" for one in action._choices_actions}  # noqa: SLF001
            found += [(name, helps.get(name, ""), one) for name, one in action.choices.items()]
    return found


def described(command: tuple[str, str, argparse.ArgumentParser]) -> Iterator[str]:
    """Write one command."""
    name, what, parser = command
    yield f"## trackagoat-pandas {name}\n\n{what[:1].upper()}{what[1:]}.\n"
    yield f"```sh\n{parser.format_usage().removeprefix('usage: ').rstrip()}\n```\n"
    rows = [
        (
            f"`{', '.join(action.option_strings) or action.metavar or action.dest}`",
            help_of(parser, action),
        )
        for action in parser._actions  # noqa: SLF001
        if not isinstance(action, argparse._HelpAction)  # noqa: SLF001
    ]
    if rows:
        yield table(("option", "what it says"), rows)
    if parser.epilog:
        yield f"```text\n{parser.epilog.rstrip()}\n```\n"


def help_of(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    """Return the help of an option, with its default."""
    text = parser._get_formatter()._expand_help(action) if action.help else ""  # noqa: SLF001
    return f"{text} (required)" if action.required and action.option_strings else text
