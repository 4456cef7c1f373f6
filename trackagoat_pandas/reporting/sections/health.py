"""The section on the health of the program."""

from __future__ import annotations

from trackagoat_pandas.asking.health import HEALTH
from trackagoat_pandas.reporting.drafts import Draft, section


@section("Program health")
def health(draft: Draft) -> None:
    """Write how the program does, part by part."""
    draft.answer(HEALTH)
