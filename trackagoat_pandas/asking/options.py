"""Options of questions: what a user has to say before a question can be answered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from trackagoat_pandas.base.spelling import did_you_mean
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingArgumentError
from trackagoat_pandas.helpers.payouts.money import MOST_CENTS

_HALF_EMOJI: Final = re.compile("[\ud800-\udfff]")
MOST_DAYS: Final = 36_500


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of values: what is allowed, in words and as a check, and how text is read."""

    allowed: str
    is_allowed: Callable[[Any], bool]
    parse: Callable[[str], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value that a question takes from the user.

    Attributes
    ----------
    name, kind
        Its name, and what its values are.
    about
        What it means.
    default
        Its value if none is passed; None if it is required.
    """

    name: str
    kind: Kind
    about: str
    default: Any = None

    def __str__(self) -> str:
        return self.name if self.default is None else f"{self.name}={self.default}"


def read_options(
    question: str, options: Sequence[Option], values: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the value of each option of a question.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingArgumentError
        An option is unknown or missing, or has a value that isn't allowed.
    """
    if not isinstance(values, Mapping | None):
        raise ArgumentTypeError("options", values, "a dict of values by the name of an option")
    values = {} if values is None else values
    known = {option.name: option for option in options}
    listed = f"Its options are {', '.join(map(str, options))}" if options else "It takes none"
    for name in values:
        if name not in known:
            problem = f"{question!r} has no option {name!r}. {listed}.{did_you_mean(name, known)}"
            raise ArgumentError("options", name, problem=problem)
    for option in options:
        if option.default is None and values.get(option.name) is None:
            reason = f"{question!r} needs {option.name!r}, {option.about}. {listed}"
            raise MissingArgumentError("options", reason)
    read = {name: values.get(name, option.default) for name, option in known.items()}
    for name, value in read.items():
        if not known[name].kind.is_allowed(value):
            allowed = f"write {known[name].kind.allowed}"
            raise ArgumentError(f"options[{name!r}]", value, allowed)
    return read


def parse_options(options: Sequence[Option], texts: Sequence[str]) -> dict[str, Any]:
    """Read options as a command line has them: ``name=value``, with a list where one is repeated.

    Examples
    --------
    >>> required = Option(name="required", kind=TERMS, about="tags")
    >>> parse_options([required], ["required=#ad", "required=@brand"])
    {'required': ['#ad', '@brand']}
    """
    kinds, values = {option.name: option.kind for option in options}, dict[str, Any]()
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise ArgumentError("--option", text, "write it as NAME=VALUE")
        read = kinds[name].parse(value) if name in kinds else value
        values[name] = [*_listed(values[name]), *_listed(read)] if name in values else read
    return values


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _are_terms(value: Any) -> bool:
    terms = [value] if isinstance(value, str) else value
    if not isinstance(terms, list | tuple) or not terms:
        return False
    choices = [[term] if isinstance(term, str) else term for term in terms]
    return all(
        isinstance(choice, list | tuple)
        and bool(choice)
        and all(isinstance(t, str) and t.strip() and not _HALF_EMOJI.search(t) for t in choice)
        for choice in choices
    )


def _is_from_one(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _parse_terms(text: str) -> Any:
    with suppress(ValueError, RecursionError):
        return json.loads(text) if text.startswith("[") else text
    return text


def _parse_whole(text: str) -> Any:
    with suppress(ValueError):
        return int(text)
    return text


TERMS: Final = Kind('terms, such as ["#ad"] or [["#ad", "#werbung"]]', _are_terms, _parse_terms)
NAME: Final = Kind("a name or an id", lambda value: isinstance(value, str), str)
CENTS: Final = Kind(
    f"a whole number of cents of at least 1 and at most {MOST_CENTS:,}",
    lambda value: _is_from_one(value, MOST_CENTS),
    _parse_whole,
)
DAYS: Final = Kind(
    f"a whole number of days of at least 1 and at most {MOST_DAYS:,}",
    lambda value: _is_from_one(value, MOST_DAYS),
    _parse_whole,
)
