"""The rules of the watch: when each fires and clears, and how they are read from a TOML file."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

from trackagoat_pandas.asking.breakouts import BREAKOUTS
from trackagoat_pandas.asking.budget import BUDGET
from trackagoat_pandas.asking.captions import CAPTIONS
from trackagoat_pandas.asking.data import DATA
from trackagoat_pandas.asking.forecasts import FORECASTS
from trackagoat_pandas.asking.goals import GOALS
from trackagoat_pandas.asking.kernel import Question
from trackagoat_pandas.asking.ledger import LEDGER
from trackagoat_pandas.asking.overposting import OVERPOSTING
from trackagoat_pandas.asking.under_fire import UNDER_FIRE
from trackagoat_pandas.base.spelling import did_you_mean
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.sentiment.summaries import ALERT_MINIMUM

RulesLike: TypeAlias = "Mapping[str, Any] | Sequence[Any] | str | os.PathLike[str] | None"
"""How rules are given: None for the defaults, a dict by name, a list, or the path of a file."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the watch.

    Attributes
    ----------
    name
        Its name, one of ``DEFAULTS``.
    fire, clear
        It fires at `fire` or more, and ends below `clear`, which is at most `fire`.
    pending
        On how many local days in a row it must hold before it fires.
    options
        Its other options, by name.
    """

    name: str
    fire: float
    clear: float
    pending: int = 1
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def is_off(self) -> bool:
        """Whether it has nothing to compare with: no budget, or no required term."""
        return None in self.options.values()


def _rule_of(question: Question, options: Mapping[str, Any]) -> Rule:
    """Return the rule of a question, with the thresholds that it declares."""
    at = question.thresholds
    if at.fires is None or at.clears is None:
        raise ValueError(f"the question {question.name} declares no alerts")
    asked = {option.name: option.default for option in question.options}
    return Rule(question.name, at.fires, at.clears, at.pending, {**asked, **options})


_SETTLE: Final = {"settle_days": 4}
DEFAULTS: Final[Mapping[str, Rule]] = {
    rule.name: rule
    for rule in (
        # Of periods of at least that many days: a daily goal is over before anybody can help, and
        # would be another alert each day.
        _rule_of(GOALS, {"min_days": 7}),
        _rule_of(UNDER_FIRE, {"min_comments": ALERT_MINIMUM}),
        # Of posts that are at most that many days old.
        _rule_of(BREAKOUTS, {"days": BREAKOUTS.window_days}),
        # 1 for a fall that the program's health calls bad, 0.5 for one to watch. Each day's new
        # counts move what is just beyond luck to and fro, so that one day alone says little.
        Rule("views", 1.0, 0.5, 2, {**_SETTLE}),
        # The share of a video's views that went away within the last days.
        Rule("views_taken_back", 0.1, 0.1, 1, {"days": 7, "min_views": 1_000}),
        _rule_of(OVERPOSTING, {}),
        _rule_of(LEDGER, {}),
        _rule_of(BUDGET, {}),
        _rule_of(DATA, {}),
        _rule_of(CAPTIONS, {"days": CAPTIONS.window_days}),
        _rule_of(FORECASTS, {}),
    )
}
"""The rules by name, with sober thresholds."""
_ASKED: Final = {option.name: option for one in (BUDGET, CAPTIONS) for option in one.options}
"""The options of rules that their questions declare."""
RENAMED: Final[Mapping[str, str]] = {
    "goal_at_risk": "goals", "negative_comments": "under_fire", "breakout": "breakouts",
    "views_collapse": "views", "payout_finding": "ledger", "budget_pace": "budget",
    "stale_data": "data", "missing_tag": "captions", "forecast_misses": "forecasts",
}  # fmt: skip
"""Today's names of rules by those that they had before they were named after questions."""
_SETTINGS: Final = ("fire", "clear", "pending")
_MOST_PENDING: Final = 60
_LARGEST: Final = 10**15
"""More than anything counts."""
_MOST_DAYS: Final = 36_500
_LEAST: Final = {"settle_days": 0, "min_views": 0, "min_comments": ALERT_MINIMUM}
"""The lowest values of options that aren't 1. Posts with fewer comments are never judged."""


def read_rules(given: object = None) -> tuple[Rule, ...]:
    """Read the rules that a watch follows.

    Parameters
    ----------
    given
        None for all rules with their defaults. A dict by the rules' names, whose values are dicts
        of settings (``fire``, ``clear``, ``pending``, ``enabled`` and the rule's options), or False
        to leave a rule out; rules that it doesn't name keep their defaults. A list of names, or of
        dicts with a ``name``, for these rules alone. Or the path of a TOML file with a table for
        each rule, which is read as a dict.

    Returns
    -------
    tuple of Rule
        In the order of ``DEFAULTS``.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        A rule or setting has an unknown name or a value that isn't allowed, or the file can't be
        read.

    Examples
    --------
    >>> rules = {rule.name: rule for rule in read_rules({"breakouts": {"fire": 5.0}})}
    >>> rules["breakouts"].fire, len(rules)
    (5.0, 11)
    >>> [rule.name for rule in read_rules(["data"])]
    ['data']
    """
    if given is None:
        return tuple(DEFAULTS.values())
    if isinstance(given, str | os.PathLike):
        given = _of_file(Path(given))
    if not isinstance(given, Mapping | Sequence):
        allowed = "None, a dict, a list or the path of a TOML file"
        raise ArgumentTypeError("rules", given, allowed)
    chosen: dict[str, Rule | None] = {**DEFAULTS} if isinstance(given, Mapping) else {}
    named = given if isinstance(given, Mapping) else dict(map(_name_and_settings, given))
    chosen |= {name: _read(name, settings) for name, settings in named.items()}
    return tuple(rule for name in DEFAULTS if (rule := chosen.get(name)) is not None)


def _of_file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:  # a path with a NUL is a ValueError
        problem = f"the file {path.name!r} can't be read ({type(error).__name__})"
        raise ArgumentError("rules", path.name, problem=problem) from None
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        problem = f"the file {path.name!r} isn't TOML: {error}"
        raise ArgumentError("rules", path.name, problem=problem) from None


def _name_and_settings(given: object) -> tuple[str, Any]:
    """Return the name and the settings of a rule in a list."""
    if isinstance(given, Rule):
        settings = {one: getattr(given, one) for one in _SETTINGS}
        return given.name, {**settings, **given.options}
    if isinstance(given, str):
        return given, {}
    if isinstance(given, Mapping) and isinstance(given.get("name"), str):
        return given["name"], {name: value for name, value in given.items() if name != "name"}
    raise ArgumentTypeError("rules", given, "in a list: names of rules, or dicts with a 'name'")


def _read(name: str, settings: object) -> Rule | None:
    """Return a rule with its settings; None if it is left out."""
    if name in RENAMED:
        problem = f"the rule {name!r} is now called {RENAMED[name]!r}"
        raise ArgumentError("rules", name, problem=problem)
    if name not in DEFAULTS:
        near = did_you_mean(name, DEFAULTS) or f" The rules are {', '.join(DEFAULTS)}."
        raise ArgumentError("rules", name, problem=f"there is no rule {name!r}.{near}")
    if isinstance(settings, bool):
        return DEFAULTS[name] if settings else None
    if not isinstance(settings, Mapping):
        problem = f"{name}: write its settings as a table, such as {{'fire': 1.0}}, or False"
        raise ArgumentError("rules", settings, problem=problem)
    rule, known = DEFAULTS[name], (*_SETTINGS, "enabled", *DEFAULTS[name].options)
    for setting in settings:
        if setting not in known:
            near = did_you_mean(setting, known) or f" Its settings are {', '.join(known)}."
            problem = f"{name} has no setting {setting!r}.{near}"
            raise ArgumentError("rules", setting, problem=problem)
    is_enabled = settings.get("enabled", True)
    if not isinstance(is_enabled, bool):
        raise _wrong(name, "enabled", is_enabled, "true or false")
    fire = _level(name, "fire", settings.get("fire", rule.fire))
    # With a lower threshold to fire than the usual one to clear, both are the same.
    clear = _level(name, "clear", settings.get("clear", min(rule.clear, fire)))
    if clear > fire:
        raise _wrong(name, "clear", clear, f"a number of at most fire ({fire:g})")
    pending = settings.get("pending", rule.pending)
    if (
        isinstance(pending, bool)
        or not isinstance(pending, int)
        or not 1 <= pending <= _MOST_PENDING
    ):
        raise _wrong(name, "pending", pending, f"whole days, from 1 to {_MOST_PENDING}")
    options = {
        option: _option(name, option, settings.get(option, usual))
        for option, usual in rule.options.items()
    }
    read = replace(rule, fire=fire, clear=clear, pending=pending, options=options)
    return read if is_enabled else None


def _level(name: str, setting: str, given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise _wrong(name, setting, given, "a number")
    if not 0 < given <= _LARGEST:
        raise _wrong(name, setting, given, f"a number above 0, of at most {_LARGEST:,}")
    return float(given)


def _option(name: str, option: str, given: Any) -> Any:
    """Return an option's value, checked as its question does, or as a whole number."""
    if (asked := _ASKED.get(option)) is not None:
        is_off = given is None and asked.default is None
        if not (is_off or asked.kind.is_allowed(given)):
            raise _wrong(name, option, given, asked.kind.allowed)
        return given
    least = _LEAST.get(option, 1)
    most = _MOST_DAYS if option.endswith("days") else _LARGEST
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        allowed = f"a whole number of at least {least} and at most {most:,}"
        raise _wrong(name, option, given, allowed)
    return given


def _wrong(name: str, setting: str, given: object, allowed: str) -> ArgumentError:
    return ArgumentError(f"rules[{name!r}][{setting!r}]", given, f"write {allowed}")
