"""The sections of a report in their order, each by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from trackagoat_pandas.reporting.document import Section
from trackagoat_pandas.reporting.sections.breakouts import breakouts
from trackagoat_pandas.reporting.sections.campaigns import campaigns
from trackagoat_pandas.reporting.sections.changes import changes
from trackagoat_pandas.reporting.sections.comments import comments
from trackagoat_pandas.reporting.sections.data import data
from trackagoat_pandas.reporting.sections.goals import goals
from trackagoat_pandas.reporting.sections.health import health
from trackagoat_pandas.reporting.sections.payouts import payouts
from trackagoat_pandas.reporting.sections.posting import posting

SECTIONS: Final[Mapping[str, Callable[..., Section]]] = MappingProxyType({
    one.__name__: one
    for one in (
        changes, goals, payouts, breakouts, comments, posting, campaigns, health, data,
    )
})  # fmt: skip
"""What writes each section of a program's frames, and of the store that they are from."""
