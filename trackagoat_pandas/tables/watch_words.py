"""The words of the watch and of written reports: rules, states of alerts and of numbers."""

from __future__ import annotations

from typing import Final

WATCH_RULES: Final = (
    "goals", "under_fire", "breakouts", "views", "views_taken_back",
    "overposting", "ledger", "budget", "data", "captions", "forecasts",
)  # fmt: skip
ALERT_STATES: Final = ("pending", "firing", "resolved")
ALERT_ENTITIES: Final = ("program", "creator", "video", "goal", "payment", "accrual")
REPORT_STATUSES: Final = ("edited", "missing", "restated", "equal")
"""How a number of a written report stands, the worst first."""
