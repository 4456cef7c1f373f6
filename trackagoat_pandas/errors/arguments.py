"""What a person asked for wrongly: settings, arguments, frames, projects. Nothing was sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from trackagoat_pandas.errors.base import TrackaGoatError, brief, listing


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
    """An argument has a value that is not allowed; nothing was sent."""

    _shown = ("argument", "given", "allowed")

    def __init__(self, argument: str, given: object, allowed: str) -> None:
        self.argument, self.given, self.allowed = argument, given, allowed
        super().__init__(f"{argument}={brief(given)} is not allowed: {allowed}.")


class ChoiceError(ArgumentError):
    """An argument is not one of a closed set of words."""

    _shown = ("argument", "given", "choices")

    def __init__(self, argument: str, given: object, choices: Sequence[str]) -> None:
        self.choices = tuple(choices)
        super().__init__(argument, given, f"choose one of {', '.join(map(repr, choices))}")


class ArgumentTypeError(TrackaGoatError, TypeError):
    """An argument has a type that is not accepted; nothing was sent."""

    _shown = ("argument", "allowed")

    def __init__(self, argument: str, given: object, allowed: str) -> None:
        self.argument, self.given, self.allowed = argument, given, allowed
        super().__init__(f"{argument} can't be of type {type(given).__name__}: it takes {allowed}.")


class ConfirmationError(TrackaGoatError, ValueError):
    """Several things would be deleted, and nobody has said that this is meant."""

    _shown = ("action", "count")

    def __init__(self, action: str, what: str, count: int) -> None:
        self.action, self.count = action, count
        super().__init__(
            f"{action} would delete {count:,} {what}; nothing was sent. Pass confirm=True if that "
            "is meant, or dry_run=True to see the requests."
        )


class MissingColumnError(TrackaGoatError, KeyError):
    """A frame lacks columns that a function needs."""

    _shown = ("missing", "available", "loader")

    def __init__(
        self, missing: Iterable[str], available: Iterable[object], *, loader: str | None = None
    ) -> None:
        self.missing = sorted(missing)
        self.available = sorted(str(name) for name in available)
        self.loader = loader
        source = f" {loader} gives {'it' if len(self.missing) == 1 else 'them'}." if loader else ""
        has = ", ".join(self.available) or "no columns"
        super().__init__(f"the frame lacks {', '.join(self.missing)}; it has {has}.{source}")


class UnknownProjectError(TrackaGoatError, LookupError):
    """No project has this id or exact name."""

    _shown = ("given", "candidates")

    def __init__(self, given: str, candidates: Sequence[str]) -> None:
        self.given, self.candidates = given, tuple(candidates)
        known = listing(candidates) or "none at all"
        super().__init__(f"no project is called {given!r}; the key sees {known}.")


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
