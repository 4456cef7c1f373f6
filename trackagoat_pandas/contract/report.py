"""Differences as lines of text, for a terminal or the mail that cron sends."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd


def report(differences: pd.DataFrame) -> str:
    """Write a paragraph for each difference, and how many there are of which severity."""
    if differences.empty:
        return "The API is as expected."
    counts = differences["severity"].value_counts(sort=False)
    counted = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    rows = [_paragraph(row) for row in differences.to_dict("records")]
    return "\n".join([*rows, f"{len(rows)} in all: {counted}."])


def _paragraph(row: Mapping[Hashable, Any]) -> str:
    field = row["table"] if pd.isna(row["field"]) else f"{row['table']}.{row['field']}"
    facts = {"expected": row["expected"], "found": row["found"]}
    said = "; ".join(f"{name} {fact}" for name, fact in facts.items() if not pd.isna(fact))
    return f"{row['severity']}: {field} ({row['where']})\n  {said}\n  {row['meaning']}"
