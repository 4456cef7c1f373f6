"""The section on goals."""

from __future__ import annotations

from trackagoat_pandas.asking.goals import GOALS
from trackagoat_pandas.reporting.drafts import Draft, section


@section("Goals", needs=GOALS.needs, uses=GOALS.uses)
def goals(draft: Draft) -> None:
    """Write who will miss a goal."""
    draft.answer(GOALS)
