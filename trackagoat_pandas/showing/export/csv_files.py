"""Frames as CSV for spreadsheets: no text is a formula, and every value is exact."""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from numbers import Number
from os import PathLike
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.columns import arrow, values_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.progress import calculating
from trackagoat_pandas.showing.export.saving import check_folder, check_path, named_frames, save_all

_TEXT = pa.large_string()
_ROWS_AT_ONCE = 100_000
"""Memory that is used again and again is faster than new one."""
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff]+')
"""What some system doesn't allow in a file's name."""
_SIGNS = frozenset("=+-@")
_STARTS = frozenset("\t\r")
# Excel splits at ; where the comma is the decimal sign, and programs that guess split at tabs. For
# them the quotes around a text mean nothing, so a part of a text can be a cell.
_SEPARATORS = re.compile(r"([;\t\r\n])")
_HANDLES = frozenset({"tiktok_handle", "creator", "author", "Creator", "Author"})
"""Columns of TikTok handles, and their headings."""
# The @ of a handle is removed, since with it even a handle is a formula: @mia1 is cell MIA1.
_HANDLE = re.compile(r"@([A-Za-z0-9_.]+)")
_HARMLESS: Final = r"^[!-&(-*,./0-9:<>?A-Z[-~][^;\t\r\n]*$"
"""Most texts: they begin with an ASCII character that is neither a sign nor an apostrophe, and
have no separator."""


@takes_arrow
def to_csv(frames: pd.DataFrame | Mapping[str, pd.DataFrame], path: str | PathLike[str]) -> Path:
    r"""Write a frame as CSV, or several into a folder, without formulas.

    Values are written exactly and under the frame's own names, to be read by programs, too:
    instants with their offset from UTC, amounts as whole cents, percents as in the frame. For
    people, :func:`to_excel` writes times of the organization's zone, and money with its sign; Excel
    also rounds ids of 19 digits when it opens CSV, which it doesn't in a workbook.

    Parameters
    ----------
    frames : DataFrame or dict
        A frame, or a dict of frames by their names.
    path : str or path
        The file, which ends in ``.csv``; for a dict, an existing folder, in which each frame
        becomes ``<name>.csv``. An existing file is replaced.

    Returns
    -------
    pathlib.Path
        The file, or the folder.

    Raises
    ------
    ArgumentTypeError
        An argument is of another type.
    ArgumentError
        There are no frames, two names would be one file, or the path doesn't end in ``.csv``.
    UnwritableFileError
        The folder is missing, or the file may not be written. An existing file is unchanged.

    Warns
    -----
    IncompleteFrameWarning
        A frame is incomplete, or has other rows than were loaded or computed.

    See Also
    --------
    to_excel : Write a workbook.
    show : Show a frame as people read it.
    as_table : Turn another tool's export into such a frame.

    Notes
    -----
    The encoding is UTF-8 with a byte order mark, by which Excel recognizes it. A text that begins
    like a formula (``=``, ``+``, ``-``, ``@``, a tab or a carriage return, also after blanks and
    apostrophes) has an apostrophe before it, and so has a part of a text that begins like one after
    a semicolon, a tab or a line break, where some programs begin a new cell. Handles are written
    without their @. An index with
    a name becomes the first column. 150,000 videos take about a second; two million days of
    analytics, a file of 270 MB, some 3 seconds, with a progress bar.

    Examples
    --------
    >>> import pandas as pd
    >>> from tempfile import TemporaryDirectory
    >>> import trackagoat_pandas as tgp
    >>> videos = pd.DataFrame({"title": ["=1+1", "-5 kilos"], "view_count": [1200, 7]})
    >>> with TemporaryDirectory() as folder:
    ...     file = tgp.to_csv(videos, f"{folder}/videos.csv")
    ...     file.read_text("utf-8-sig").splitlines()
    ['"title","view_count"', '"\'=1+1",1200', '"\'-5 kilos",7']
    """
    named = named_frames("to_csv", frames)
    if isinstance(frames, pd.DataFrame):
        target = check_path(path, ".csv")
        places = dict.fromkeys(named, target)
    else:
        target = check_folder(path)
        stems = {name: _FORBIDDEN.sub("-", name).strip(". ") or "frame" for name in named}
        places = {name: target / f"{stem}.csv" for name, stem in stems.items()}
        if len({str(place).lower() for place in places.values()}) < len(named):
            raise ArgumentError("frames", [*named], "two of these names would be one file")
    save_all({places[name]: csv_bytes(frame) for name, frame in named.items()})
    return target


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Write a frame as CSV for spreadsheets: UTF-8 with a byte order mark, without formulas."""
    # Python before 3.13 doesn't quote a text with a lone carriage return, after which a
    # spreadsheet would begin a new row: hence quotes around every text.
    table = guard_texts(frame)
    columns = [table.iloc[:, place] for place in range(table.shape[1])]
    writers = [_writer_of(column) for column in columns]
    known = [writer for writer in writers if writer is not None]
    # The columns are joined in Arrow only if all of them can be, and there is one.
    if not 0 < len(known) == len(columns):
        return _by_pandas(table)
    pages = [_by_pandas(table.head(0))]
    with calculating("rows of CSV", len(table)) as step:
        for start in range(0, len(table), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            cells = [write(each.iloc[rows]) for write, each in zip(known, columns, strict=True)]
            pages.append(_lines(cells))
            step(min(_ROWS_AT_ONCE, len(table) - start))
    return b"".join(pages)


def _by_pandas(table: pd.DataFrame) -> bytes:
    # Excel recognizes UTF-8 only by its byte order mark. Half an emoji has no bytes in UTF-8.
    return table.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC).encode("utf-8-sig", "replace")


def _lines(cells: Sequence[pa.Array]) -> bytes:
    rows = pc.binary_join_element_wise(*cells, _text(","))
    listed = pa.LargeListArray.from_arrays(pa.array([0, len(rows)], pa.int64()), rows)
    lines: bytes = pc.binary_join(listed, _text(os.linesep))[0].as_buffer().to_pybytes()
    return lines + os.linesep.encode()


def _writer_of(column: pd.Series) -> Callable[[pd.Series], pa.Array] | None:
    """Return a function that writes a column as DataFrame.to_csv does; None if there is none.

    DataFrame.to_csv writes cell by cell: 3.5 s for 150,000 videos, 8 for two years of 300 creators.
    """
    dtype, kind = column.dtype, str(column.dtype)
    if pd.api.types.is_bool_dtype(dtype):
        return lambda part: _plain(pc.if_else(arrow(part), "True", "False"))
    if pd.api.types.is_integer_dtype(dtype):
        return lambda part: _plain(arrow(part))
    if pd.api.types.is_float_dtype(dtype):
        return _floats
    if kind in ("datetime64[us]", "datetime64[us, UTC]"):
        zone = "+00:00" if kind.endswith("UTC]") else ""
        precision = _precision_of(column, is_day=not zone)
        return None if precision is None else lambda part: _times(part, precision, zone)
    if pd.api.types.infer_dtype(column, skipna=True) in ("string", "empty"):
        with suppress(ArgumentError):  # half of an emoji
            _texts(column)
            return lambda part: _quote(_texts(part))
    return None


def _floats(column: pd.Series) -> pa.Array:
    """Write numbers as Python does, each once; -0.0 is another than 0.0."""
    values = values_of(column)
    codes, different = pd.factorize(values.view(np.int64))
    texts = pa.array(map(repr, different.view(np.float64).tolist()), _TEXT)
    return _plain(texts.take(pa.array(codes, mask=np.isnan(values))))


def _precision_of(column: pd.Series, *, is_day: bool) -> pa.DataType | None:
    """Return the precision of a column's times, since all are written alike.

    None for fractions of seconds, which not every pandas writes in the same way.
    """
    known = column.dropna().to_numpy("datetime64[us]").astype(np.int64)
    if is_day and not (known % 86_400_000_000).any():
        return pa.date32()
    return None if (known % 1_000_000).any() else pa.timestamp("s")


def _times(column: pd.Series, precision: pa.DataType, zone: str) -> pa.Array:
    times = pa.array(column.to_numpy("datetime64[us]")).cast(precision).cast(_TEXT)
    return _quote(pc.binary_join_element_wise(times, _text(zone), _text("")))


def _texts(column: pd.Series) -> pa.Array:
    return arrow(column).cast(_TEXT)


def _plain(cells: pa.Array) -> pa.Array:
    """Write numbers and flags without quotes, and nothing with them."""
    return cells.cast(_TEXT).fill_null('""')


def _quote(texts: pa.Array) -> pa.Array:
    """Put quotes around texts, and around nothing."""
    inside = pc.replace_substring(texts.fill_null(""), '"', '""')
    return pc.binary_join_element_wise(_text('"'), inside, _text('"'), _text(""))


def _text(text: str) -> pa.Scalar:
    return pa.scalar(text, _TEXT)


def guard_text(text: str) -> str:
    r"""Put an apostrophe before a text that a spreadsheet would run as a formula.

    A spreadsheet runs a cell that begins with ``=``, ``+``, ``-`` or ``@``. Display names and
    comments are written by strangers, so ``=HYPERLINK(...)`` would put their link into the report.

    A program that separates cells by ``;`` or tab splits a text there, so a part that begins like a
    formula after ``;``, a tab or a line break gets an apostrophe, too. A part that already begins
    with apostrophes and a formula gets one more: without its first apostrophe it is the original
    part. Source: the characters that OWASP lists under "CSV injection".

    Examples
    --------
    >>> [guard_text(text) for text in ("mia", "=1+1", " @mia", "-5", "'=1", "\uff1d1")]
    ['mia', "'=1+1", "' @mia", "'-5", "''=1", "'\uff1d1"]
    >>> guard_text("nice;=1+1")
    "nice;'=1+1"
    """
    first, *rest = _SEPARATORS.split(text)
    guarded = ["'" if _begins_formula(text) else "", first]
    for place in range(0, len(rest), 2):
        part, after = rest[place + 1], "".join(rest[place + 2 : place + 3])
        # A reader drops quotes here, and a cell may not begin with a tab or a carriage return.
        begins = _begins_formula(part.replace('"', "") + (after if after in _STARTS else ""))
        guarded += [rest[place], "'" if begins else "", part]
    return "".join(guarded)


def _begins_formula(text: str) -> bool:
    """Return whether a text, after any apostrophes, begins like a formula."""
    bare = text.lstrip("'")
    if bare[:1] in _STARTS:
        return True
    # Some programs drop blanks and invisible characters, and read full-width signs as plain ones.
    seen = (letter for letter in bare if unicodedata.category(letter)[0] not in "ZC")
    return unicodedata.normalize("NFKC", next(seen, ""))[:1] in _SIGNS


def guard_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Guard every text of a frame before it is saved for a spreadsheet.

    Parameters
    ----------
    frame
        Any frame.

    Returns
    -------
    pandas.DataFrame
        A copy. Column names and all values but numbers, booleans and times are guarded by
        :func:`guard_text`. In the columns ``tiktok_handle``, ``creator`` and ``author`` handles are
        written without their @, like the API's, and need no guard. Numbers stay numbers: -5 in a
        column of numbers is unchanged, while "-5" in a column of texts is guarded.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"name": ["=1+1", "mia"], "change": [-5, 2]})
    >>> guard_texts(frame).to_csv(index=False).splitlines()
    ['name,change', "'=1+1,-5", 'mia,2']
    >>> guard_texts(pd.DataFrame({"creator": ["@mia.1", "@SUM(1)"]}))["creator"].tolist()
    ['mia.1', "'@SUM(1)"]
    """
    columns = [_guard(frame.iloc[:, place]) for place in range(frame.shape[1])]
    guarded = pd.concat(columns, axis="columns") if columns else frame.copy()
    return guarded.set_axis(frame.columns.map(_guarded_name), axis="columns")


def _guard(column: pd.Series) -> pd.Series:
    is_plain = (
        pd.api.types.is_numeric_dtype(column.dtype)
        or pd.api.types.is_bool_dtype(column.dtype)
        or column.dtype.kind == "M"
    )
    if is_plain:
        return column
    if isinstance(column.dtype, pd.CategoricalDtype):
        words = _guard(pd.Series(column.cat.categories, name=column.name))
        # Numbers stay whole beside a missing one.
        words = words if isinstance(words.dtype, pd.StringDtype) else words.astype(object)
        codes = column.cat.codes.to_numpy()
        return pd.Series(words.array.take(codes, allow_fill=True), column.index)
    is_handle = column.name in _HANDLES
    if isinstance(column.dtype, pd.StringDtype):
        # Of a million texts few need a look at each letter: 0.1 s in place of 6.
        begins = pc.match_substring_regex(pa.array(column, from_pandas=True), _HARMLESS)
        some = np.flatnonzero(~begins.fill_null(fill_value=True).to_numpy(zero_copy_only=False))
        if len(some):
            column = column.copy()
            texts = column.iloc[some].tolist()
            column.iloc[some] = [guard_text(_bare(each) if is_handle else each) for each in texts]
        return column
    values = column.astype(object).to_numpy()
    guarded = [_guarded_value(_bare(value) if is_handle else value) for value in values]
    return pd.Series(guarded, index=column.index, dtype=object)


def _bare(value: Any) -> Any:
    """Remove the @ of a handle; return anything else unchanged."""
    found = _HANDLE.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else value


def _guarded_value(value: Any) -> Any:
    """Guard a text, or another value whose text looks like a formula, such as a timedelta."""
    if value is None or value is pd.NA or value is pd.NaT or isinstance(value, Number):
        return value
    text = str(value)
    return guard_text(text) if isinstance(value, str) or guard_text(text) != text else value


def _guarded_name(name: Any) -> Any:
    return tuple(map(_guarded_value, name)) if isinstance(name, tuple) else _guarded_value(name)
