"""The sections of a report in their order, each by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.inputs.checks import check_choice
from trackagoat_pandas.reporting.document import Section
from trackagoat_pandas.reporting.sections.breakouts import breakouts
from trackagoat_pandas.reporting.sections.campaigns import campaigns
from trackagoat_pandas.reporting.sections.comments import comments
from trackagoat_pandas.reporting.sections.data import data
from trackagoat_pandas.reporting.sections.goals import goals
from trackagoat_pandas.reporting.sections.health import health
from trackagoat_pandas.reporting.sections.payouts import payouts
from trackagoat_pandas.reporting.sections.posting import posting
from trackagoat_pandas.reporting.sections.views import views

SECTIONS: Final[Mapping[str, Callable[..., Section]]] = MappingProxyType({
    one.__name__: one
    for one in (
        views, goals, payouts, breakouts, comments, posting, campaigns, health, data,
    )
})  # fmt: skip
"""What writes each section of a program's frames, and of the store that they are from."""
_RENAMED: Final = {"changes": "views"}
"""The sections that were called otherwise, by their old names."""


def check_section(name: object, sections: Sequence[str]) -> str:
    """Return the name of a section if it is one of some.

    Raises
    ------
    ArgumentError
        It isn't. The message suggests the new name of a section that was renamed.
    """
    if isinstance(name, str) and _RENAMED.get(name) in sections:
        raise ArgumentError("sections", name, f"the section is now called {_RENAMED[name]!r}")
    return check_choice("sections", name, sections)
