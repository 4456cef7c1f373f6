"""What becomes of a load, a write or an upload of which a part failed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Final

from trackagoat_pandas._html import facts_table
from trackagoat_pandas.errors.base import SHOWN, TrackaGoatError

if TYPE_CHECKING:
    import pandas as pd

_NAMED: Final = 2
_LONGEST_NAME, _LONGEST_CAUSE = 36, 130
"""Characters; with them the sentence fits on five lines of a terminal, however much failed."""


class PartialLoadError(TrackaGoatError, RuntimeError):
    """A part of a load failed; ``partial`` is the frame of what succeeded.

    The first failure is the ``__cause__``.

    Attributes
    ----------
    failures : dict
        The error of each series that failed, by ``(entity_id, metric)``; of each list that failed,
        by the id that it belongs to.
    loaded : int
        How many series or lists succeeded.
    partial : pandas.DataFrame
        Their rows, typed as in a whole frame; its provenance says ``complete: False``.
    """

    partial: pd.DataFrame

    def __init__(
        self,
        what: str,
        failures: Mapping[Hashable, Exception],
        loaded: int,
        frame: pd.DataFrame,
        *,
        requests: tuple[int, int] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.failures, self.loaded, self.partial = dict(failures), loaded, frame
        self._names = dict(names or {})
        failed = len(self.failures)
        total = failed + loaded
        sent = ""
        if requests and requests != (failed, total):
            sent = f"({requests[0]:,} of {requests[1]:,} requests) "
        named = [self._named(key, _LONGEST_NAME) for key in islice(self.failures, _NAMED)]
        more = f" and {failed - len(named):,} more" if failed > len(named) else ""
        first = _cut(" ".join(str(next(iter(self.failures.values()))).split()), _LONGEST_CAUSE)
        super().__init__(
            f"{failed:,} of {total:,} {what} {sent}failed: {', '.join(named)}{more}. "
            f"The first error: {first} The rows that came are in .partial."
        )

    @property
    def frame(self) -> pd.DataFrame:
        """The same as ``partial``."""
        return self.partial

    def _named(self, key: Hashable, longest: int = 200) -> str:
        """A key in words: a name, or the id where no name is known; and the metric."""
        id_, *rest = key if isinstance(key, tuple) else (key,)
        name = " ".join(self._names.get(str(id_), str(id_)).split())
        return " ".join([_cut(name, longest), *(f"({word})" for word in rest)])

    def _repr_html_(self) -> str:
        failed = len(self.failures)
        title = "What failed" if failed <= SHOWN else f"What failed: the first {SHOWN} of {failed}"
        first = islice(self.failures.items(), SHOWN)
        facts = {self._named(key): str(error) for key, error in first}
        return super()._repr_html_() + facts_table(title, facts)

    def _facts(self) -> dict[str, str]:
        return {
            "failed": f"{len(self.failures):,}",
            "succeeded": f"{self.loaded:,}",
            "rows that came": f"{len(self.partial):,}, in .partial",
        }


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


class PartialWriteError(TrackaGoatError, RuntimeError):
    """Writing stopped midway: ``frame`` says of each item whether it was done or not sent.

    Why it stopped is the ``__cause__``.
    """

    def __init__(self, what: str, reason: str, frame: pd.DataFrame) -> None:
        self.what, self.reason, self.frame = what, reason, frame
        counts = frame["status"].value_counts(sort=False)  # in the order of the words
        counted = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        super().__init__(
            f"writing {what} stopped midway: {counted}. {reason} "
            "What became of each item is in this error's .frame."
        )

    def _facts(self) -> dict[str, str]:
        return {"what": self.what, "items": f"{len(self.frame)}, in .frame"}


class InterruptedWriteError(PartialWriteError, KeyboardInterrupt):
    """Ctrl-C came while something was written; ``frame`` says what had been done."""

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
