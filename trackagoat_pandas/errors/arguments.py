"""What a person asked for wrongly: settings, arguments, frames, projects. Nothing was sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import ClassVar, Final

from trackagoat_pandas.errors.base import TrackaGoatError, brief, listing

_CLOSE: Final = 0.75
"""How alike two names must be, from 0 to 1: 'engagment' is, 'start_date' and 'end_date' aren't."""
_AS_CLOSE: Final = 0.05
"""Names within this distance of the nearest are suggested with it."""
_PART: Final = 0.9
"""What the likeness to one word of a name counts, such as 'views' to 'view_count'."""
_SHORTEST_PART: Final = 4
_LONGEST: Final = 200
"""Longer texts are no mistyped names, and comparing them takes long."""
_SEPARATORS: Final = re.compile(r"[\W_]+")


def nearest(given: object, known: Iterable[object]) -> list[str]:
    """Find the one or two known names that a mistyped one may mean, the nearest first.

    Case and separators make no difference, and one word of a longer name will do.

    Examples
    --------
    >>> nearest("posting_heatmap", ["outliers", "posting-heatmap"])
    ['posting-heatmap']
    >>> nearest("views", ["title", "view_count"])
    ['view_count']
    """
    if not isinstance(given, str) or len(given) > _LONGEST or not _folded(given):
        return []
    closeness = {str(name): _closeness(given, str(name)) for name in known}
    best = max(closeness.values(), default=0.0)
    near = [name for name, close in closeness.items() if close >= max(_CLOSE, best - _AS_CLOSE)]
    return sorted(near, key=lambda name: -closeness[name])[:2]


def did_you_mean(given: object, known: Iterable[object]) -> str:
    """Write the question that ends a message, with a space before it; empty if nothing is near."""
    near = nearest(given, known)
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""


def _folded(text: str) -> str:
    return _SEPARATORS.sub("", text.casefold())


def _closeness(one: str, other: str) -> float:
    parts = [
        _PART * _likeness(_folded(whole), word)
        for whole, parted in ((one, other), (other, one))
        for word in _words(parted)
    ]
    return max([_likeness(_folded(one), _folded(other)), *parts])


def _words(name: str) -> list[str]:
    return [word for word in _SEPARATORS.split(name.casefold()) if len(word) >= _SHORTEST_PART]


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


class SettingsError(TrackaGoatError, ValueError):
    """The client can't be set up as asked."""

    _shown: ClassVar[tuple[str, ...]] = ("setting",)

    def __init__(self, setting: str, problem: str) -> None:
        self.setting, self.problem = setting, problem
        super().__init__(f"{setting}: {problem}")


class MissingKeyError(SettingsError):
    """No API key was found anywhere."""

    def __init__(self) -> None:
        super().__init__(
            "api_key",
            "no key was found. Pass connect(api_key=...), set TRACKAGOAT_API_KEY, put it into a "
            ".env file or into keyring (service 'trackagoat'), or try connect(sandbox=True), "
            "which needs none.",
        )


class MalformedKeyError(SettingsError):
    """The API key can't be one of TrackaGoat's. The message never shows it."""

    _shown = ("setting", "source")

    def __init__(self, source: str, flaw: str) -> None:
        self.source, self.flaw = source, flaw
        super().__init__(
            "api_key",
            f"the key from {source} {flaw}. A key is 'tga_' and 64 lowercase hexadecimal digits; "
            "copy it again from the API keys page. Nothing was sent.",
        )


class ArgumentError(TrackaGoatError, ValueError):
    """An argument has a value that is not allowed; nothing was sent.

    ``allowed`` says what is. Where the value by itself says too little, such as a row's number or
    a column's dtype, ``problem`` is a sentence about the argument instead.
    """

    _shown: ClassVar[tuple[str, ...]] = ("argument", "given", "allowed")

    def __init__(
        self, argument: str, given: object, allowed: str = "", *, problem: str = ""
    ) -> None:
        self.argument, self.given, self.allowed, self.problem = argument, given, allowed, problem
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        if self.problem:
            return _ended(f"{self.argument}: {self.problem}")
        return _ended(f"{self.argument}={_shortened(self.given)} is not allowed: {self.allowed}")


class MissingArgumentError(ArgumentError):
    """An argument that is needed here, or several, was not given; nothing was sent."""

    _shown = ("argument",)

    def __init__(self, argument: str | Sequence[str], reason: str) -> None:
        self.arguments = (argument,) if isinstance(argument, str) else tuple(argument)
        super().__init__(", ".join(self.arguments), None, problem=reason)

    def _sentence(self) -> str:
        *most, last = [f"`{name}`" for name in self.arguments]
        named = f"{', '.join(most)} and {last} are" if most else f"{last} is"
        return _ended(f"{named} required: {self.problem}")


class ChoiceError(ArgumentError):
    """An argument is not one of a closed set of words; the message suggests the nearest."""

    _shown = ("argument", "given", "choices")

    def __init__(self, argument: str, given: object, choices: Sequence[str]) -> None:
        self.choices = tuple(choices)
        super().__init__(argument, given, f"choose one of {', '.join(map(repr, choices))}")

    def _sentence(self) -> str:
        return super()._sentence() + did_you_mean(self.given, self.choices)


class ArgumentTypeError(TrackaGoatError, TypeError):
    """An argument has a type that is not accepted; nothing was sent."""

    _shown = ("argument", "allowed")

    def __init__(self, argument: str, given: object, allowed: str) -> None:
        self.argument, self.given, self.allowed = argument, given, allowed
        kind = "None" if given is None else f"of type {type(given).__name__}"
        super().__init__(f"{argument} can't be {kind}: it takes {allowed}.")


class ConfirmationError(TrackaGoatError, ValueError):
    """Several things would be deleted, and ``confirm`` is not True."""

    _shown = ("action", "count")

    def __init__(self, action: str, what: str, count: int) -> None:
        self.action, self.count = action, count
        super().__init__(
            f"{action} would delete {count:,} {what}; nothing was sent. Pass confirm=True if that "
            "is meant, or dry_run=True to see the requests."
        )


class MissingColumnError(TrackaGoatError, KeyError):
    """Columns that a function needs are missing in a frame; the message suggests the nearest."""

    _shown = ("missing", "available", "loader")

    def __init__(
        self, missing: Iterable[str], available: Iterable[object], *, loader: str | None = None
    ) -> None:
        self.missing = sorted(missing)
        self.available = sorted(str(name) for name in available)
        self.loader = loader
        is_one = len(self.missing) == 1
        source = f" `{loader}` returns {'one' if is_one else 'them'}." if loader else ""
        has = f"it has: {', '.join(self.available)}" if self.available else "it has no columns"
        super().__init__(
            f"The frame has no column{'' if is_one else 's'} {', '.join(map(repr, self.missing))} "
            f"({has}).{self._suggestion()}{source}"
        )

    def _suggestion(self) -> str:
        """Name the columns that are meant, if there is one for each."""
        if len(self.missing) == 1:
            return did_you_mean(self.missing[0], self.available)
        near = {name: nearest(name, self.available)[:1] for name in self.missing}
        if not all(near.values()):
            return ""
        pairs = [f"{found!r} for {name!r}" for name, (found,) in near.items()]
        return f" Did you mean {', '.join(pairs)}?"


class UnknownProjectError(TrackaGoatError, LookupError):
    """No project has this id or exact name; the message suggests the nearest name."""

    _shown = ("given", "candidates")

    def __init__(self, given: str, candidates: Sequence[str]) -> None:
        self.given, self.candidates = given, tuple(candidates)
        known = listing(candidates) or "no projects"
        super().__init__(
            f"no project is called {brief(given)}; the key sees {known}."
            f"{did_you_mean(given, candidates)}"
        )


class UnknownNameError(TrackaGoatError, AttributeError):
    """The package, or an accessor, has no such name; the message suggests the nearest."""

    _shown = ("given",)

    def __init__(self, owner: str, given: str, known: Iterable[str]) -> None:
        self.owner, self.given = owner, given
        super().__init__(f"{owner} has no attribute {given!r}.{did_you_mean(given, known)}")


class AmbiguousProjectError(TrackaGoatError, LookupError):
    """Several projects have this name."""

    _shown = ("given", "candidates")

    def __init__(self, given: str, candidates: Sequence[str]) -> None:
        self.given, self.candidates = given, tuple(candidates)
        super().__init__(
            f"{len(candidates)} projects are called {given!r}: {listing(candidates)}. "
            "Pass the id of the one you mean."
        )


class MissingDependencyError(TrackaGoatError, ImportError):
    """An optional package is not installed."""

    _shown = ("package", "purpose")

    def __init__(self, package: str, purpose: str, extra: str) -> None:
        self.package, self.purpose, self.extra = package, purpose, extra
        super().__init__(f"{purpose} needs {package}: pip install 'trackagoat-pandas[{extra}]'.")


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def _shortened(value: object) -> str:
    """A value as it is typed, cut short; a frame or an array by its type alone."""
    return f"<{type(value).__name__}>" if hasattr(value, "shape") else brief(value)
