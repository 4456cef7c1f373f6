"""No text is a formula in a file for spreadsheets, and every text can be restored."""

from __future__ import annotations

import csv
import io
import unicodedata
from string import ascii_letters, digits

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.heavy import HEAVY
from trackagoat_pandas.export.csv_files import csv_bytes
from trackagoat_pandas.helpers.spreadsheets import guard_text, guard_texts, unguard_text

PIECES = st.one_of(
    st.sampled_from(
        list("=+-@'\t\r\n ,;\"\ufeff\u200b\xa0\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\x7f")
    ),
    st.sampled_from(['=HYPERLINK("http://x")', "-5", "+1", "@mia", "mia", "'=1", "é", "😭"]),
    st.text(max_size=3),
)
TEXTS = st.lists(PIECES, max_size=5).map("".join)
DTYPES = st.sampled_from(
    [object, pd.StringDtype("python"), pd.ArrowDtype(pa.large_string()), "category"]
)


def is_formula(cell):
    """Return whether a spreadsheet could run a cell; written apart from the code under test."""
    bare = [letter for letter in cell if letter.isprintable() and not letter.isspace()]
    first = unicodedata.normalize("NFKC", bare[0]) if bare else ""
    return first.startswith(("=", "+", "-", "@")) or cell.startswith(("\t", "\r"))


@settings(max_examples=500 if HEAVY else 200, deadline=None)
@given(TEXTS)
def test_a_guarded_text_is_no_formula_and_gives_back_the_text(text):
    guarded = guard_text(text)
    assert not is_formula(guarded)
    assert unguard_text(guarded) == text
    assert guarded == text or guarded == f"'{text}"
    assert guarded == text or is_formula(text.lstrip("'"))


@settings(max_examples=100 if HEAVY else 40, deadline=None)
@given(st.lists(st.none() | TEXTS, max_size=6), TEXTS, DTYPES)
def test_no_cell_of_a_file_is_a_formula_and_every_text_comes_back(texts, header, dtype):
    texts = [None if text is None else text.replace("\x00", "") for text in texts]
    header = header.replace("\x00", "") or "name"
    frame = pd.DataFrame({header: pd.Series(texts, dtype=object).astype(dtype)})
    frame["change"] = -np.arange(len(texts)) - 0.5
    # Read as a spreadsheet does: a carriage return outside of quotes ends a row, too.
    content = io.StringIO(csv_bytes(frame).decode("utf-8-sig"), newline="")
    names, *rows = csv.reader(content)
    assert len(rows) == len(texts)
    assert not any(map(is_formula, names))
    assert not any(is_formula(text) for text, _ in rows)
    assert [unguard_text(name) for name in names] == [header, "change"]
    assert [unguard_text(text) for text, _ in rows] == [text or "" for text in texts]
    assert [float(number) for _, number in rows] == frame["change"].tolist()


HANDLES = st.from_regex(r"@[A-Za-z0-9_.]{1,24}", fullmatch=True)


@settings(max_examples=100 if HEAVY else 40, deadline=None)
@given(
    st.lists(TEXTS | HANDLES, max_size=6),
    st.sampled_from(["tiktok_handle", "creator", "author"]),
    DTYPES,
)
def test_a_handle_is_written_without_its_at_sign_and_any_other_text_as_elsewhere(
    texts, header, dtype
):
    frame = pd.DataFrame({header: pd.Series(texts, dtype=object).astype(dtype)})
    for text, written in zip(texts, guard_texts(frame)[header], strict=True):
        rest = text[1:]
        is_handle = (
            text.startswith("@") and rest and set(rest) <= set(ascii_letters + digits + "_.")
        )
        assert not is_formula(written)
        assert written == (rest if is_handle else guard_text(text))


@settings(max_examples=100 if HEAVY else 40, deadline=None)
@given(st.lists(st.integers(-9, 9) | st.floats(allow_nan=False) | st.booleans(), max_size=5))
def test_numbers_stay_numbers(values):
    frame = pd.DataFrame({"mixed": pd.Series(values, dtype=object)})
    assert guard_texts(frame)["mixed"].tolist() == values
