"""How often an inference was right on the user's own past, as a sentence and in the provenance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas.inputs.checks import frame_facts


class Record(NamedTuple):
    """How many calls a method would have made in the user's own past, and how many were right.

    Attributes
    ----------
    calls
        The number of calls that can be judged by now.
    held
        How many of them were right.
    reason
        Why it isn't known how often the method is right, such as "fewer than 20 settled posts";
        empty where it is known.
    said
        The sentence, with places for both numbers: what was tried isn't always a call of the past.
    """

    calls: int
    held: int
    reason: str = ""
    said: str = ""

    @property
    def rate(self) -> float:
        """The share of the calls that were right, 0 to 1; NaN where it isn't known."""
        return np.nan if self.reason or not self.calls else self.held / self.calls

    def __str__(self) -> str:
        """Return the sentence for people, without a full stop.

        Examples
        --------
        >>> print(Record(40, 31))
        Of 40 such calls in your past, 31 held
        >>> print(Record(200, 195, said="In {held} of {calls} shuffles nothing was found"))
        In 195 of 200 shuffles nothing was found
        >>> print(Record(3, 3, "fewer than 10 settled posts"))
        How often it is right is NA: fewer than 10 settled posts
        """
        if self.reason or not self.calls:
            return f"How often it is right is NA: {self.reason or 'no such call in your past'}"
        if self.said:
            return self.said.format(calls=f"{self.calls:,}", held=f"{self.held:,}")
        calls = "1 such call" if self.calls == 1 else f"{self.calls:,} such calls"
        return f"Of {calls} in your past, {self.held:,} held"


def with_record(table: pd.DataFrame, record: Record, *, note: str = "") -> pd.DataFrame:
    """Put how often a result is right into its provenance, and into the caption of ``show()``.

    Parameters
    ----------
    table
        The result of a helper, before ``finish``. It is changed in place, and returned.
    record
        How often such results were right.
    note
        A sentence about the result, which the caption has before that of the record.

    Notes
    -----
    ``attrs["trackagoat"]`` gets ``note``, the sentences, and ``record``, a dict of ``calls``,
    ``held``, ``rate`` (None where it isn't known) and ``reason``.
    """
    rate = None if np.isnan(record.rate) else record.rate
    facts = {"calls": record.calls, "held": record.held, "rate": rate, "reason": record.reason}
    said = f"{note.rstrip('.')}. {record}" if note else str(record)
    table.attrs["trackagoat"] = {**frame_facts(table), "note": said, "record": facts}
    return table
