"""No text is a formula in a file for spreadsheets, and every text can be restored."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from decimal import Decimal
from string import ascii_letters, digits

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.heavy import HEAVY
from tests.support.reading_back import formulas_in, opened, texts_of
from trackagoat_pandas.showing.export.csv_files import csv_bytes, guard_text, guard_texts
from trackagoat_pandas.showing.export.sheets import Book
from trackagoat_pandas.tables import TABLES

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


def unguard_text(text):
    """Restore a guarded text: remove one apostrophe from every guarded part."""
    first, *rest = re.split(r"([;\t\r\n])", text)
    for place in range(1, len(rest), 2):
        part, after = rest[place], "".join(rest[place + 1 : place + 2])
        bare = part.replace('"', "").lstrip("'") + after.strip(";\n")
        if part.startswith("'") and is_formula(bare):
            rest[place] = part[1:]
    text = "".join([first, *rest])
    return text[1:] if text.startswith("'") and is_formula(text.lstrip("'")) else text


@settings(max_examples=500 if HEAVY else 200, deadline=None)
@given(TEXTS)
def test_a_guarded_text_is_no_formula_and_gives_back_the_text(text):
    guarded = guard_text(text)
    assert not is_formula(guarded)
    assert unguard_text(guarded) == text
    parts = re.split(r"[;\t\r\n]", text.replace('"', ""))
    has_formula = any(is_formula(part.lstrip("'")) for part in [text, *parts])
    assert guarded == text or has_formula or {"\t", "\r"} & {*text}


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


BEGINNINGS = ("nice", "", 'a"b', '"', "x;y", ";", "mia\t")
ENDS = (";", "\t", "\n", "\r", ",", "; ", ";'", ";\t", ';"', '\t"', ';""', "\n\n", ";\x0b", ',"')


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d"])
def test_no_delimiter_makes_a_formula_of_a_text(delimiter, sign):
    texts = [f"{start}{end}{sign}cmd|x;z" for start in BEGINNINGS for end in ENDS]
    frames = [pd.DataFrame({"text": texts}), pd.DataFrame({"author": "mia", "text": texts})]
    frames += [pd.DataFrame({text: ["a"]}) for text in texts]
    for frame in frames:
        content = io.StringIO(csv_bytes(frame).decode("utf-8-sig"), newline="")
        rows = csv.reader(content, delimiter=delimiter)
        assert not [cell for row in rows for cell in row if is_formula(cell)]


@settings(max_examples=300 if HEAVY else 100, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4), st.sampled_from(",;\t"))
def test_no_delimiter_makes_a_formula_of_random_texts(texts, delimiter):
    frame = pd.DataFrame({"text": [text.replace("\x00", "") for text in texts]})
    content = io.StringIO(csv_bytes(frame).decode("utf-8-sig"), newline="")
    rows = csv.reader(content, delimiter=delimiter)
    assert not [cell for row in rows for cell in row if is_formula(cell)]


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


def column_of(kind, rows):
    """Return strategies of columns of one kind, by what holds them."""
    values, dtypes = kind
    return st.tuples(
        st.lists(st.none() | values, min_size=rows, max_size=rows), st.sampled_from(dtypes)
    ).map(lambda given: pd.Series(given[0], dtype=object).astype(given[1]))


MOMENTS = st.datetimes(pd.Timestamp("1970-01-01"), pd.Timestamp("2100-01-01"))
SECONDS = MOMENTS.map(lambda moment: moment.replace(microsecond=0))
MILLISECONDS = SECONDS.map(lambda moment: moment.replace(microsecond=250_000))
TIMES = ["datetime64[us, UTC]", "datetime64[us]", "datetime64[ns, UTC]"]
KINDS = [
    (TEXTS, [object, pd.StringDtype(na_value=np.nan), pd.StringDtype("python"), "category"]),
    (st.integers(-(2**63), 2**63 - 1), ["Int64", pd.ArrowDtype(pa.int64())]),
    (st.floats(width=64) | st.sampled_from([-0.0, 0.0, 1e16, 1e-7]), ["Float64", "float64"]),
    (st.booleans(), ["boolean", pd.ArrowDtype(pa.bool_()), object]),
    (MOMENTS | SECONDS, TIMES),
    (MILLISECONDS | SECONDS, TIMES),
    (SECONDS, TIMES),
    (SECONDS.map(lambda moment: pd.Timestamp(moment).normalize()), ["datetime64[us]"]),
    (st.integers(0, 9) | TEXTS | st.decimals(allow_nan=False), [object]),
]


@settings(max_examples=300 if HEAVY else 60, deadline=None)
@given(st.data(), st.integers(0, 5))
def test_a_file_is_what_pandas_writes(data, rows):
    columns = [data.draw(column_of(kind, rows)) for kind in KINDS if data.draw(st.booleans())]
    frame = pd.DataFrame(dict(enumerate(columns)), index=range(rows))
    joined = pd.concat([frame, frame])  # of several pages
    expected = guard_texts(joined).to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC)
    assert csv_bytes(joined) == expected.encode("utf-8-sig", "replace")


CELLS = st.one_of(
    TEXTS,
    st.sampled_from(["<r>", "</r>", "<r>=1</r>", "_x0041_", "_x0041_x0042_", "_x0041", "x005F_"]),
    st.lists(
        st.sampled_from(["_x0041_", "x0042_", "<r>", "</r>", "=", "\r", "\x01", "\ufffe"])
    ).map("".join),
    st.text(st.characters(codec=None, categories=None), max_size=4),
)
"""Texts, also such as a workbook reads as escapes, XML can't hold, or no file can."""
TABLE_TEXTS = {
    table.name: names for table in TABLES.values() if (names := table.of_kind("id", "text", "json"))
}
"""The columns of texts of every table that has any."""


def held(text):
    """What a workbook keeps of a text; written apart from the code under test."""
    lost = [letter for letter in text if "\ud800" <= letter <= "\udfff"]
    if re.search("_x[0-9a-fA-F]{4}|^<r>", text):
        lost += [
            letter
            for letter in text
            if (letter < " " and letter not in "\t\n") or letter in "\ufffe\uffff"
        ]
    for letter in lost:
        text = text.replace(letter, "?")
    return text


@settings(max_examples=100 if HEAVY else 40, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=6), CELLS, CELLS)
def test_no_text_of_a_workbook_is_a_formula_and_every_text_comes_back(texts, header, name):
    # Half of a surrogate pair can't be in pandas' own index of texts.
    frame = pd.DataFrame({0: pd.Series(texts, dtype=object)}).set_axis(
        pd.Index([header], dtype=object), axis=1
    )
    book = Book()
    book.add(name, frame)
    book.blank(name).write(0, 0, held(texts[0]))
    content = book.to_bytes()
    assert formulas_in(content) == 0
    found = texts_of(content)
    assert [found[f"A{row}"] for row in range(2, len(texts) + 2)] == [held(text) for text in texts]
    assert texts_of(content, 2)["A1"] == held(texts[0])
    for sheet in opened(content):
        assert {cell.data_type for row in sheet for cell in row} == {"s"}


@pytest.mark.parametrize("table", TABLE_TEXTS)
@settings(max_examples=10 if HEAVY else 2, deadline=None)
@given(texts=st.lists(CELLS, min_size=3, max_size=3))
def test_every_text_column_of_every_table_comes_back_from_every_export(table, texts):
    names = TABLE_TEXTS[table]
    frame = pd.DataFrame({name: pd.Series(texts, dtype=object) for name in names})
    book = Book()
    sheet = book.add(table, frame)
    content = book.to_bytes()
    found = texts_of(content)
    assert formulas_in(content) == 0
    for name in names:
        cells = [found[f"{sheet.letter(name)}{row}"] for row in (2, 3, 4)]
        assert cells == [held(text) for text in texts], name
    rows = [*csv.reader(io.StringIO(csv_bytes(frame).decode("utf-8-sig"), newline=""))]
    assert not [cell for row in rows for cell in row if is_formula(cell)]


@settings(max_examples=200 if HEAVY else 20, deadline=None)
@given(st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=20))
def test_every_amount_up_to_ten_to_the_13_cents_is_exact_in_a_workbook(cents):
    book = Book()
    book.add("a", pd.DataFrame({"owed_cents": pd.array(cents, "Int64")}))
    amounts = [cell.value for cell in opened(book.to_bytes())["a"]["A"]][1:]
    assert [round(float(amount) * 100) for amount in amounts] == cents
    assert [Decimal(repr(amount)) * 100 for amount in amounts] == cents


@settings(max_examples=200 if HEAVY else 20, deadline=None)
@given(st.lists(st.decimals(-999, 999, places=4), min_size=1, max_size=20))
def test_every_percent_is_exact_to_its_digits_in_a_workbook(percents):
    book = Book()
    book.add("a", pd.DataFrame({"positive_pct": [float(each) for each in percents]}))
    shares = [cell.value for cell in opened(book.to_bytes())["a"]["A"]][1:]
    assert [Decimal(repr(share)) * 100 for share in shares] == percents
