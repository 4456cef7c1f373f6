"""The warnings that a frame can come with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trackagoat_pandas._warning import warn
from trackagoat_pandas.errors import ContractWarning


def warn_unknown(table: str, names: Iterable[str]) -> None:
    """Warn of fields that the table doesn't declare."""
    warn(
        f"{table}: the API sent fields that are not declared: {', '.join(names)}. "
        "They are kept as columns after the declared ones.",
        ContractWarning,
    )


def warn_unreadable(table: str, counts: Mapping[str, int], examples: Mapping[str, str]) -> None:
    """Warn of values that could not be read."""
    columns = "; ".join(
        f"{name} ({count} {'value' if count == 1 else 'values'}, the first is {examples[name]})"
        for name, count in counts.items()
    )
    message = f"{table}: values that can't be read are NA in the frame: {columns}."
    warn(message, ContractWarning)


def warn_without_zone(table: str, counts: Mapping[str, int]) -> None:
    """Warn of times that name no time zone."""
    columns = ", ".join(
        f"{name} ({count:,} {'value' if count == 1 else 'values'})"
        for name, count in counts.items()
    )
    message = (
        f"{table}: times without a time zone are read as UTC: {columns}. If they are of another "
        "one, pass it, e.g. timezone='America/New_York'; pass timezone='UTC' if they are of UTC."
    )
    warn(message, ContractWarning)
