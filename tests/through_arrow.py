"""Call every helper a second and a third time, with Arrow's and Polars' tables, and compare.

``pytest -p tests.through_arrow tests/laws`` runs tests as they are. Behind each call of a
helper with frames, the same call is made with PyArrow tables, and with Polars frames: the result,
or the error, must be that of pandas. At the end the run says how many calls of how many helpers
were compared, and what no table can hold. It fails after a difference; with
``--helpers-through-arrow`` also if one of `HELPERS` gave fewer than `FEWEST` answers that aren't
empty, by Arrow or by Polars.

Not compared are calls with a frame that a table doesn't hold as it is, each counted by its reason:

- a column of objects of several kinds, such as numbers beside texts, numbers of more than 64 bits,
  or texts that aren't Unicode: Arrow or Polars refuses it (`UNHOLDABLE`);
- texts beside bytes in one column, which Arrow makes bytes; lists and structs in cells, which
  `as_pandas` makes JSON; a frame without columns, which has no rows in a stream; a column whose
  name isn't a text (`check_holdable`).

Compared, but as a table gives it back, is a dtype that tables don't have: objects, float64, words
in an order of their own (`check_same`). Polars keeps no index and no attributes, and Arrow no name
of a Series, so pandas gets the frame without them (`bare`, `nameless`).
"""

from __future__ import annotations

import functools
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from trackagoat_pandas._homes import HOMES as PUBLIC
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.inputs import arrow as _arrow

HOMES = ("trackagoat_pandas.helpers.", "trackagoat_pandas.frames.")
UNHOLDABLE = (pa.ArrowException, pl.exceptions.PolarsError, TypeError, ValueError, OverflowError)
"""What the other libraries raise of frames that they can't hold."""

ELSEWHERE = {
    "accrual_days", "align_days",  # no frame comes back, so demo_results has no call of them
    "explain_comment",  # takes a text
    "diff", "payout_entries",  # refused of Polars' frames, which don't carry what they need
}  # fmt: skip
"""Helpers that `tests/laws/test_arrow_laws.py` compares, but not the run with this plugin."""
HELPERS = [
    "names.with_names",
    *(
        f"{home.removeprefix('helpers.')}.{name}"
        for name, home in PUBLIC.items()
        if home.startswith("helpers.") and name not in ELSEWHERE
    ),
]
"""The helpers that are to be compared: a new one, too.

Those that return frames have a call in `calls_of` of tests/support/demo_results.py, as
`tests/laws/test_reading_order.py` demands, and two laws of the run make these calls three times.
"""
FEWEST = 3
"""How many answers of each are enough."""

compared: Counter[str] = Counter()
"""How many calls of a helper were compared, by Arrow and by Polars."""
refused: Counter[str] = Counter()
"""How many of these raised the same error."""
empty: Counter[str] = Counter()
"""How many of these gave an answer without a row."""
skipped: Counter[str] = Counter()
"""How many calls were not compared, by the helper and the reason."""
COUNTS = (compared, refused, empty, skipped)
differences: list[str] = []

_is_inner: ContextVar[bool] = ContextVar("_is_inner", default=False)
_takes_arrow = _arrow.takes_arrow


def check_holdable(frame):
    """Raise an error over what Arrow's streams hold in another way, as `as_pandas` says."""
    if not len(frame.columns):
        raise ValueError("a table without columns has no rows")
    if not all(isinstance(name, str) and "\0" not in name for name in frame.columns):
        raise ValueError("a column's name is a text without null characters")
    if any(pa.types.is_nested(kind) for kind in pa.Schema.from_pandas(frame).types):
        raise ValueError("lists and structs in cells become JSON text")
    for place in np.flatnonzero([dtype.kind == "O" for dtype in frame.dtypes]):
        if {str, bytes} <= set(map(type, frame.iloc[:, place])):
            raise ValueError("texts beside bytes become bytes")


def arrow_of(given):
    if isinstance(given, pd.DataFrame):
        return pa.Table.from_pandas(given)
    return pa.chunked_array([pa.Array.from_pandas(given)])


def polars_of(given):
    if isinstance(given, pd.DataFrame):
        frame = pl.from_arrow(pa.Table.from_pandas(given, preserve_index=False))
        return frame.cast({name: enum_of(given[name]) for name in given if enum_of(given[name])})
    column = pl.Series(given.name, pa.Array.from_pandas(given))
    return column.cast(enum_of(given)) if enum_of(given) else column


def enum_of(column):
    """Return Polars' Enum for a category with words that its Categorical would lose or reorder."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return None
    words = list(column.cat.categories)
    if words == list(column.dropna().unique()) or not all(isinstance(word, str) for word in words):
        return None
    return pl.Enum(words)


def bare(given):
    """Return what Polars keeps of a frame: neither its index nor its attributes."""
    plain = given.reset_index(drop=True)
    plain.attrs = {}
    if isinstance(plain, pd.DataFrame):
        plain.columns = list(plain.columns)
    return plain


def nameless(given):
    """Return what Arrow keeps of a Series; of a frame it keeps all."""
    return given if isinstance(given, pd.DataFrame) else bare(given).rename(None)


def each(convert, given):
    """Convert every frame and every Series, also those in a list, a tuple or a dict."""
    if isinstance(given, pd.DataFrame | pd.Series):
        return convert(given)
    if isinstance(given, list | tuple):
        return type(given)(each(convert, one) for one in given)
    if isinstance(given, dict):
        return {name: each(convert, one) for name, one in given.items()}
    return given


def frames_in(given):
    found = []
    each(found.append, given)
    return found


def outcome(function, args, options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return function(*args, **options)
        except TrackaGoatError as error:
            return error


def as_read(frame, convert):
    return _arrow.as_pandas("frame", convert(frame))


def odd_dtypes(given, convert):
    """Return dtypes of given frames that a table gives back as others: object, float64."""
    frames = [frame for frame in frames_in(given) if isinstance(frame, pd.DataFrame)]
    columns = [one for one in frames_in(given) if isinstance(one, pd.Series)]
    frames += [one.to_frame("values") for one in columns]
    return {
        dtype
        for frame in frames
        for dtype, read in zip(frame.dtypes, as_read(frame, convert).dtypes, strict=True)
        if dtype != read
    }


def as_given_back(column, convert):
    """Return a column as a table gives it back, or as it is if no table holds it.

    Ids of one load that are numbers and of another that are texts are such a column.
    """
    try:
        return as_read(column.to_frame("values"), convert)["values"].set_axis(column.index)
    except UNHOLDABLE:
        return column


def as_texts(frame):
    """Rows don't say which other words a column may hold."""
    return frame.astype(dict.fromkeys(frame.select_dtypes("category"), _arrow.STRING))


def check_same(found, expected, odd, convert):
    """Check that results are equal, apart from dtypes that the given frames had, and Arrow hasn't.

    Such a column has the dtype in which a table gives it back.
    """
    assert type(found) is type(expected), f"{found!r}\nof pandas: {expected!r}"
    if isinstance(expected, pd.Series):
        found, expected = (one.to_frame("values") for one in (found, expected))
    if isinstance(expected, pd.DataFrame):
        assert list(found.columns) == list(expected.columns)
        assert found.attrs == expected.attrs
        taken = expected.columns[[dtype in odd for dtype in expected.dtypes]]
        null = [name for name in taken if expected[name].isna().all()]
        assert found[null].isna().all(axis=None)
        read = {name: as_given_back(expected[name], convert) for name in taken.difference(null)}
        pd.testing.assert_frame_equal(
            as_texts(found.drop(columns=null)),
            as_texts(expected.drop(columns=null).assign(**read)),
            check_index_type=False,
        )
    elif isinstance(expected, tuple | list):
        for its, other in zip(found, expected, strict=True):
            check_same(its, other, odd, convert)
    elif not odd or not isinstance(expected, TrackaGoatError):
        assert str(found) == str(expected)  # errors name the dtypes they were given


def takes_arrow_and_compares(function: Callable[..., Any]) -> Callable[..., Any]:
    """Stand in for `takes_arrow`."""
    taking = _takes_arrow(function)
    if not function.__module__.startswith(HOMES):
        return taking
    name = f"{function.__module__.partition('.')[2]}.{function.__name__}"

    @functools.wraps(taking)
    def answer(*args: Any, **options: Any) -> Any:
        if _is_inner.get() or not frames_in([args, options]):
            return taking(*args, **options)
        token = _is_inner.set(True)
        try:
            for convert, left in ((arrow_of, nameless), (polars_of, bare)):
                _compare(name, taking, args, options, convert, left)
            return taking(*args, **options)
        finally:
            _is_inner.reset(token)

    return answer


def _compare(helper, taking, args, options, convert, left):
    name = by(helper, convert)
    try:
        for frame in frames_in([args, options]):
            check_holdable(frame if isinstance(frame, pd.DataFrame) else frame.to_frame("values"))
        tables = each(convert, (args, options))
    except UNHOLDABLE as error:
        reason = re.sub(r"'.*'|\d+", "...", str(error), flags=re.DOTALL)
        skipped[f"{name}: {type(error).__name__}: {reason}"] += 1
        return
    plain = each(left, (args, options))
    compared[name] += 1
    try:
        found, expected = outcome(taking, *tables), outcome(taking, *plain)
        check_same(found, expected, odd_dtypes([args, options], convert), convert)
        refused[name] += isinstance(found, TrackaGoatError)
        empty[name] += isinstance(found, pd.DataFrame | pd.Series) and found.empty
    except Exception as error:  # noqa: BLE001 - all differences are collected
        differences.append(f"{name}: {type(error).__name__}: {error}")


# A module of helpers that is imported already has the other one.
assert not [name for name in sys.modules if name.startswith(HOMES)]
_arrow.takes_arrow = takes_arrow_and_compares


CONVERTERS = (arrow_of, polars_of)


def by(helper, convert):
    return f"{helper} by {convert.__name__.removesuffix('_of')}"


def answered():
    """Return how many calls of each helper gave answers with rows, rather than errors."""
    return {name: calls - refused[name] - empty[name] for name, calls in compared.items()}


def silent():
    """Return the helpers of which too few answers with rows were compared."""
    wanted = [by(f"helpers.{name}", convert) for name in HELPERS for convert in CONVERTERS]
    return [name for name in wanted if answered().get(name, 0) < FEWEST]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--helpers-through-arrow", action="store_true")


def pytest_sessionfinish(session: pytest.Session) -> None:
    found = getattr(session.config, "workeroutput", None)
    if found is not None:
        found["through_arrow"] = ([dict(one) for one in COUNTS], differences)
    elif differences or (session.config.getoption("--helpers-through-arrow") and silent()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add what a process of pytest-xdist found."""
    counts, others = node.workeroutput["through_arrow"]
    for whole, part in zip(COUNTS, counts, strict=True):
        whole.update(part)
    differences.extend(others)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    write = terminalreporter.write_line
    for difference, times in Counter(differences).most_common():
        write(f"{times}x {difference}")
    for reason, times in sorted(skipped.items()):
        write(f"{times} calls can't be made with tables: {reason}")
    write(f"{compared.total()} calls compared, of them {refused.total()} refused alike")
    for name, times in sorted(answered().items()):
        write(f"{times} answers with rows are the same: {name}")
    if terminalreporter.config.getoption("--helpers-through-arrow"):
        for name in silent():
            write(f"fewer than {FEWEST} answers with rows were compared: {name}")
        if silent():
            write(
                "let its call in tests/support/demo_results.py return rows, or add the helper, "
                "with the reason, to `ELSEWHERE` of tests/through_arrow.py"
            )
