"""The public names, in groups as people ask for them."""

from __future__ import annotations

import importlib
import inspect
import re
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import trackagoat_pandas as tgp
from trackagoat_pandas import errors
from trackagoat_pandas._homes import HOMES, VERBS

PACKAGE = "trackagoat_pandas"


@dataclass(frozen=True, slots=True)
class Group:
    """Some public names, with the question that they answer.

    Parameters
    ----------
    slug
        The name of its folder.
    title
        Its heading.
    about
        What it is for, in a sentence.
    home
        A pattern of the names, each written as in ``HOMES``: its module, a full stop, the name.
    """

    slug: str
    title: str
    about: str
    home: str = ""


GROUPS = (
    Group(
        "connecting",
        "Connecting, limits and costs",
        "How to get a client, what a load will cost, and how much of the limits is used.",
        r"connecting|http|usage|load\.planning|contract|inputs",
    ),
    Group(
        "questions",
        "Questions",
        "One answer to each question about a program, the same on every surface.",
        r"asking",
    ),
    Group("loaders", "Loaders", "Each loads one kind of thing as a frame.", r"load\..*\.load_"),
    Group(
        "views",
        "Views over time",
        "What moved a total, growth, and time series by week, by month or side by side.",
        r"helpers\.(analytics|changes|growth|granularity|completion|wide)\.",
    ),
    Group(
        "goals",
        "Goals",
        "Who is on pace, who will miss a goal, and whom to write to.",
        r"helpers\.goals",
    ),
    Group(
        "payouts",
        "Payouts",
        "Who is owed what, whether the ledger is right, and what a month will cost.",
        r"helpers\.payouts|.*\.audit$",
    ),
    Group(
        "comments",
        "Comments and sentiment",
        "What people say, of whom, and which videos are under fire.",
        r"helpers\.sentiment",
    ),
    Group(
        "posting",
        "Posting",
        "When posts come, how regularly, whether too many, and what waits for review.",
        r"helpers\.(posting|captions)",
    ),
    Group(
        "videos",
        "Videos",
        "Which stand out, how they grow, what they will reach, and whether the views look right.",
        r"helpers\.videos",
    ),
    Group(
        "campaigns",
        "Campaigns",
        "What is in them, which did better, what one added, and how to plan one that can be read.",
        r"helpers\.campaigns",
    ),
    Group(
        "program",
        "Program and creators",
        "How a program does, who is alike, and what is skill or luck.",
        r"helpers\.(health|luck|pools|creators)",
    ),
    Group(
        "frames",
        "Any frame",
        "Show a frame, rank its rows, compare two loads, put names to ids.",
        r"helpers|names|accessor|showing\.show\.|load\.foreign|frames",
    ),
    Group("pictures", "Pictures", "Each plots a frame, and its title says what it found."),
    Group("widgets", "Widgets", "Pickers and boards: the same by mouse and keyboard."),
    Group(
        "files",
        "Files for people",
        "Workbooks, statements, payout files, calendars and CSV.",
        r"showing\.export",
    ),
    Group(
        "reports",
        "Reports and alerts",
        "The page for Monday, and word of what begins in between.",
        r"reporting|watching",
    ),
    Group("actions", "Actions", "Everything that writes; each can be tried first."),
    Group(
        "stores",
        "Stores",
        "What was loaded, kept in a folder: what the API forgets, forecasts and plans.",
        r"store",
    ),
    Group(
        "sandbox", "Sandbox", "An embedded TrackaGoat with a demo program, for trials and tests."
    ),
    Group(
        "errors",
        "Errors and warnings",
        "Every error and warning, and what to do about it.",
        "errors",
    ),
)

OBJECTS = {
    "Plan": ("load.planning", "connecting"),
    "Quota": ("usage", "connecting"),
    "Provenance": ("load.provenance", "frames"),
    "Shown": ("showing.show", "frames"),
    "CreatorStatement": ("showing.export.statement", "files"),
    "PayoutFile": ("showing.export.payout_file", "files"),
    "Report": ("reporting.weekly", "reports"),
    "Store": ("store.store", "stores"),
}
"""What functions return that is no frame: the module of its class, and the group of its page."""


@dataclass(frozen=True, slots=True)
class Name:
    """A public name.

    Parameters
    ----------
    short
        As it is written after ``tgp.``, such as ``plots.trend``.
    target
        What it names.
    group
        The slug of its group.
    module
        The module that autodoc finds it in.
    """

    short: str
    target: Any
    group: str
    module: str

    @property
    def last(self) -> str:
        """The name alone."""
        return self.short.rpartition(".")[2]

    @property
    def full(self) -> str:
        """The name as Sphinx indexes it."""
        return f"{self.module}.{self.last}"

    @property
    def called(self) -> str:
        """The name as people write it."""
        return self.short if self.last in OBJECTS else f"tgp.{self.short}"

    @property
    def page(self) -> str:
        """Where its page is."""
        if self.group == "errors":
            return "reference/errors"
        # Some disks take the files of a class and of a function for one, such as Report and report.
        is_twin = self.last in OBJECTS and self.last.lower() in HOMES
        return f"reference/{self.group}/{'class_' * is_twin}{self.last}"

    @property
    def file(self) -> str:
        """The name of its page, inside of its group's folder."""
        return self.page.rpartition("/")[2]

    @property
    def is_class(self) -> bool:
        """Whether it is a class."""
        return inspect.isclass(self.target)

    @property
    def is_method(self) -> bool:
        """Whether it is a method of ``frame.goat``, too."""
        return self.short in VERBS


def public_names() -> list[Name]:
    """Return all public names, each with its group."""
    names = [
        Name(name, getattr(tgp, name), group_of(f"{home}.{name}"), PACKAGE)
        for name, home in HOMES.items()
    ]
    for module, group in (("plots", "pictures"), ("widgets", "widgets"), ("actions", "actions")):
        owner = getattr(tgp, module)
        names += [
            Name(f"{module}.{name}", getattr(owner, name), group, f"{PACKAGE}.{module}")
            for name in owner.__all__
        ]
    names += [
        Name(f"sandbox.{name}", getattr(tgp.sandbox, name), "sandbox", f"{PACKAGE}.sandbox")
        for name in tgp.sandbox.__all__
        if name != "sandbox"  # another name of Sandbox
    ]
    names += [
        Name(f"errors.{one.__name__}", one, "errors", f"{PACKAGE}.errors") for one in every_error()
    ]
    for name, (home, group) in OBJECTS.items():
        module = f"{PACKAGE}.{home}"
        names.append(Name(name, getattr(importlib.import_module(module), name), group, module))
    return names


def group_of(home: str) -> str:
    """Return the slug of the first group whose pattern fits a module and name."""
    return next(one.slug for one in GROUPS if one.home and re.match(one.home, home))


def every_error() -> list[type[Exception]]:
    """Return the public errors and warnings, each after those that it is derived from."""
    found = [
        value
        for name, value in vars(errors).items()
        if inspect.isclass(value)
        and issubclass(value, errors.TrackaGoatError | errors.TrackaGoatWarning)
        and not name.startswith("_")
    ]
    return sorted(found, key=lambda one: (issubclass(one, Warning), one.__name__))


def own_members(owner: type) -> dict[str, FunctionType]:
    """Return the documented methods and properties that the package gives to a class."""
    found: dict[str, FunctionType] = {}
    for base in owner.__mro__:
        for called, value in vars(base).items() if base.__module__.startswith(PACKAGE) else ():
            function = getattr(value, "fget", None) or getattr(value, "__func__", value)
            is_public = not called.startswith("_") and inspect.isfunction(function)
            if is_public and function.__doc__:
                found.setdefault(called, function)
    return found
