"""What becomes of a load of which a part failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from trackagoat_pandas.errors.base import TrackaGoatError, listing

if TYPE_CHECKING:
    import pandas as pd


class PartialLoadError(TrackaGoatError, RuntimeError):
    """Some entities of a fan-out failed: ``failures`` by entity, ``frame`` of those that succeeded.

    The first failure is the ``__cause__``.
    """

    def __init__(
        self, what: str, failures: Mapping[str, Exception], loaded: int, frame: pd.DataFrame
    ) -> None:
        self.failures, self.loaded, self.frame = dict(failures), loaded, frame
        first = next(iter(self.failures))
        super().__init__(
            f"{len(self.failures)} of {len(self.failures) + loaded} {what} failed: "
            f"{listing(self.failures, 5)}. The first said: {self.failures[first]} "
            "The rows of the others are in this error's .frame."
        )
