"""How messages write values, lists of names and sentences."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Final

SHOWN: Final = 10
"""How many names a message or a table lists before it only counts the rest."""

_JOINER: Final = "\u200d"
"""Joins emoji to one; it isn't printable by itself."""
MINUS: Final = "\N{MINUS SIGN}"
_SIGN: Final = re.compile(r"(?<![\w.])-(?=[\d.$€£¥])")
_CALL_AT_END: Final = re.compile(r"(: |; |, )(?:pass|load|give)?\s*[\w=]*tgp\..*", re.DOTALL)


def with_minus(text: str) -> str:
    """Write the signs of numbers as people read them; files and messages keep "-".

    Examples
    --------
    >>> with_minus("-$5.00 since 2026-05-31")
    '−$5.00 since 2026-05-31'
    """
    return _SIGN.sub(MINUS, text) if "-" in text else text


def ids_of_handles(columns: Iterable[object]) -> str:
    """Say where the ids of handles are, for a frame without ids that has handles; else nothing."""
    if "tiktok_handle" not in columns:
        return ""
    return "`load_creators` has the ids of handles: merge its frame on 'tiktok_handle'"


def listing(names: Iterable[object], limit: int = SHOWN) -> str:
    """List the first few names, and count the rest."""
    # A line break in a name would look like a line of its own in a log.
    texts = [str(name) for name in names]
    shown = [text if text.isprintable() else one_line(text) for text in texts]
    rest = len(shown) - limit
    return ", ".join(shown[:limit]) + (f" and {rest} more" if rest > 0 else "")


def one_line(text: str) -> str:
    r"""Return a text on one line, without what a terminal would obey.

    Examples
    --------
    >>> one_line("two\n lines \x1b[31m")
    'two lines [31m'
    """
    if not text.isprintable():  # Mark by mark a title takes 8 µs; most are printable, in 0.4 µs.
        text = "".join(
            mark if mark.isprintable() or mark == _JOINER or mark.isspace() else " "
            for mark in text
        )
    return " ".join(text.split())


def joined(names: Sequence[str]) -> str:
    """Join names as a sentence does.

    Examples
    --------
    >>> joined(["goals", "payouts", "views"]), joined(["goals"]), joined([])
    ('goals, payouts and views', 'goals', '')
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def number(count: int, noun: str) -> str:
    """Write a number of things, such as "1 request" and "2 requests"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def brief(value: object, limit: int = 80) -> str:
    """Write a value as its repr, cut to a length."""
    return cut(repr(value), limit)


def cut(text: str, limit: int) -> str:
    """Cut a text to a length, and show by an ellipsis that it was.

    Examples
    --------
    >>> cut("a long caption", 7)
    'a long…'
    """
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def as_text(value: object) -> str:
    """Write a field for a person to read; "" if it is empty."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, dt.date):
        return str(value)
    return listing(value) if isinstance(value, list | tuple) else brief(value)


def ended(sentence: str) -> str:
    """End a sentence with a full stop, unless it has an end."""
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def without_code(text: str) -> str:
    """Leave out the Python with which a note or a warning ends: people who don't code read it.

    Examples
    --------
    >>> without_code('Made from 150 days: tgp.load_analytics("creator", creators)')
    'Made from 150 days'
    """
    return _CALL_AT_END.sub("", text)


def first_of(flaws: Sequence[tuple[str, str]], limit: int = 5) -> str:
    """List the first few flaws with their places, and count the rest."""
    said = [f"{place}: {flaw.rstrip('.')}" for place, flaw in flaws[:limit]]
    rest = len(flaws) - limit
    return "; ".join([*said, f"and {rest} more"] if rest > 0 else said)
