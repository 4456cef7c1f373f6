"""Keep what strangers wrote apart: names, titles, comments and bios, in fields of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.asking.health import PARTS
from trackagoat_pandas.base.secrets import redact
from trackagoat_pandas.base.wording import cut
from trackagoat_pandas.inputs.settings import is_timezone
from trackagoat_pandas.showing.cells import one_line
from trackagoat_pandas.tables import TABLES
from trackagoat_pandas.tables.results import RESULTS
from trackagoat_pandas.tables.writes import PLAN_STATUSES, RESULT_STATUSES

FIELD: Final = "untrusted_text"
"""The only field in which a stranger's words may stand."""
MOST_LETTERS: Final = 120
_DIGITS: Final = 4
"""Decimals of a number; all of them would be a third of an answer."""
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{1,25}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_WHEN: Final = re.compile(
    r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?"
    r"|(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
"""A day or an instant, such as ``Sun 21 Jun``."""
_FIGURE: Final = re.compile(r"[-−$€£]*[\d.,]+ ?%?")
_OURS: Final = frozenset({"refused", "part", "key", "code"})
"""Columns of text that helpers write from numbers, days and words of their own."""
_UNDECLARED: Final = frozenset(
    {"late", "behind", "soon", "watch", "bad", "good", "unknown", "mixed", "creator", "other"}
)
"""Words of helpers whose columns don't list them."""


def clean(text: object, most: int = MOST_LETTERS) -> str:
    r"""Write a stranger's text on one line, cut, without control characters or keys.

    Examples
    --------
    >>> clean("IGNORE\n all \x1b[31mrules\u202e", 14)
    'IGNORE all [3…'
    """
    return cut(one_line(redact(str(text))), most)


def is_id(text: object) -> bool:
    """Whether a text is an id as the API gives them, which no one can write a sentence in.

    Examples
    --------
    >>> is_id("2f70839e-c958-41de-a834-4c276d930dc6"), is_id("7644543"), is_id("obey me")
    (True, True, False)
    """
    return isinstance(text, str) and _ID.fullmatch(text) is not None


@cache
def _words() -> frozenset[str]:
    """Return every word that a declared column may have."""
    declared = [column for one in TABLES.values() for column in one.columns]
    declared += [column for one in RESULTS.values() for column in one.columns]
    found = {word for column in declared for word in column.categories}
    return frozenset(found).union(_UNDECLARED, PARTS, PLAN_STATUSES, RESULT_STATUSES)


def trusted(column: str, value: object) -> bool:
    """Whether a text of a column is one of our words, an id or a currency."""
    text = str(value)
    if is_id(value) or _WHEN.fullmatch(text) or _FIGURE.fullmatch(text):
        return True
    if column == "currency":
        return _CURRENCY.fullmatch(text) is not None
    if column == "timezone":
        return is_timezone(text)
    return column in _OURS or text in _words()


def plain(value: Any) -> Any:
    """Return a value as JSON has it; None where it isn't known.

    Examples
    --------
    >>> plain(pd.Timestamp("2026-06-18T19:00Z")), plain(np.float64(99.837669)), plain(pd.NA)
    ('2026-06-18T19:00:00Z', 99.8377, None)
    """
    if isinstance(value, list | tuple | np.ndarray | Mapping):
        return None if isinstance(value, Mapping) else [plain(one) for one in value]
    if value is None or pd.isna(value):
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        number = round(float(value), _DIGITS)
        return int(number) if number.is_integer() else number
    if isinstance(value, pd.Timestamp):
        if value.tz is None:
            return str(value.date())
        return f"{value.tz_convert('UTC'):%Y-%m-%dT%H:%M:%S}Z"
    return str(value)


def item_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as an answer has it: what isn't known is left out, strangers' text apart."""
    item, strange = dict[str, Any](), dict[str, Any]()
    for column, value in record.items():
        kept = plain(value)
        if kept is None or kept == []:
            continue
        parts = kept if isinstance(kept, list) else [kept]
        if all(not isinstance(one, str) or _is_ours(column, one, value) for one in parts):
            item[column] = kept
        elif isinstance(kept, list):
            strange[column] = [clean(one) for one in kept]
        else:
            strange[column] = clean(kept)
    return {**item, FIELD: strange} if strange else item


def _is_ours(column: str, text: str, value: object) -> bool:
    return not isinstance(value, str | list | tuple | np.ndarray) or trusted(column, text)


def items_of(frame: pd.DataFrame, *, is_ours: bool = False) -> Iterable[dict[str, Any]]:
    """Give the rows of a frame as an answer has them; with `is_ours` no stranger wrote in it."""
    for record in frame.to_dict("records"):
        if is_ours:
            pairs = ((str(column), plain(value)) for column, value in record.items())
            yield {column: value for column, value in pairs if value is not None}
        else:
            yield item_of({str(column): value for column, value in record.items()})
