"""Options for the questions that need some, for tests that ask all questions."""

from __future__ import annotations

from typing import Any

OPTIONS: dict[str, dict[str, Any]] = {
    "budget": {"budget_cents": 30_000_00},
    "captions": {"required": [["#fyp", "#foryou"]]},
}
