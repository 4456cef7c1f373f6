"""What becomes of a load, a write or an upload of which a part failed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from trackagoat_pandas._html import facts_table
from trackagoat_pandas.errors.base import SHOWN, TrackaGoatError, listing

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

    def _repr_html_(self) -> str:
        failed = len(self.failures)
        title = "What failed" if failed <= SHOWN else f"What failed: the first {SHOWN} of {failed}"
        first = dict(islice(self.failures.items(), SHOWN))
        return super()._repr_html_() + facts_table(title, first)

    def _facts(self) -> dict[str, str]:
        return {
            "failed": str(len(self.failures)),
            "succeeded": str(self.loaded),
            "rows that came": f"{len(self.frame)}, in .frame",
        }


class PartialWriteError(TrackaGoatError, RuntimeError):
    """Writing had to stop midway: ``frame`` tells of each item whether it was done or not sent.

    Why it stopped is the ``__cause__``.
    """

    def __init__(self, what: str, reason: str, frame: pd.DataFrame) -> None:
        self.what, self.reason, self.frame = what, reason, frame
        counts = frame["status"].value_counts(sort=False)  # in the order of the words
        told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        super().__init__(
            f"writing {what} stopped midway: {told}. {reason} "
            "What became of each item is in this error's .frame."
        )

    def _facts(self) -> dict[str, str]:
        return {"what": self.what, "items": f"{len(self.frame)}, in .frame"}


class InterruptedWriteError(PartialWriteError, KeyboardInterrupt):
    """Ctrl-C came while something was written; ``frame`` tells what had been done."""

    def __init__(self, what: str, frame: pd.DataFrame) -> None:
        super().__init__(what, "It was interrupted.", frame)


class UploadError(TrackaGoatError, ConnectionError):
    """A file didn't arrive at the address that the API had signed for it."""

    _shown = ("what", "problem")

    def __init__(self, what: str, problem: str) -> None:
        self.what, self.problem = what, problem
        super().__init__(
            f"{what} was not stored: {problem}. Nothing refers to it, so try again; "
            "each attempt gets an address of its own."
        )
