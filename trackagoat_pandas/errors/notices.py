"""Warnings: nothing failed, but a person should know."""

from __future__ import annotations


class TrackaGoatWarning(UserWarning):
    """Base of the package's warnings."""


class ContractWarning(TrackaGoatWarning):
    """The API answered in a shape that differs from the declared tables."""


class ClippedDatesWarning(TrackaGoatWarning):
    """The dates were cut to what the plan keeps."""


class NoDataWarning(TrackaGoatWarning):
    """There is no data to load or to judge by; the message says why."""


class BaseUrlWarning(TrackaGoatWarning):
    """The base URL was corrected."""
