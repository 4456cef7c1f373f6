"""Sheets: where columns stand, formulas that are meant, links, names and limits."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from tests.support.office import recalculated
from tests.support.reading_back import formulas_in, opened, texts_of
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingColumnError
from trackagoat_pandas.showing.export import sheets
from trackagoat_pandas.showing.export.sheets import Book, letters, quoted, sheet_name

OWED = pd.DataFrame(
    {
        "tiktok_handle": ["mia", "=1+1"], "earned_cents": [900, 250], "paid_cents": [400, 0],
        "owed_cents": [500, 250], "currency": ["EUR", "CHF"],
    }
)  # fmt: skip


def test_a_sheet_says_where_its_columns_stand():
    book = Book()
    sheet = book.add("Mia's: due", OWED)
    assert (sheet.name, sheet.table, sheet.rows) == ("Mia's due", "Table1", 2)
    assert sheet.range("owed_cents") == "'Mia''s due'!$D$2:$D$3"
    assert sheet.cell("tiktok_handle", 1) == "'Mia''s due'!$A$3"
    assert sheet.letter("currency") == "E"
    assert sheet.currencies == ["CHF", "EUR"]
    empty = book.add("empty", OWED.head(0))
    assert empty.range("owed_cents") == "'empty'!$D$2:$D$2"
    content = book.to_bytes()
    assert opened(content)["Mia's due"]["D2"].value == 5
    assert opened(content)["empty"].tables["Table2"].ref == "A1:E2"


def test_a_column_may_be_calculated_by_the_sheet():
    book = Book()
    sheet = book.add("due", OWED, formulas={"owed_cents": "={earned_cents}-{paid_cents}"})
    total = book.blank("total", [20, 12])
    total.write(0, 0, "=SUM(A1)", bold=True)
    total.write(0, 1, 0.125, content="percent")
    total.write(0, 2, None)
    total.write_formula(1, 1, f"=SUM({sheet.range('owed_cents')})", 7.5, currency="EUR")
    content = book.to_bytes()
    found = opened(content)
    assert [cell.value for cell in found["due"]["D"]] == ["Owed", "=B2-C2", "=B3-C3"]
    assert found["due"]["D2"].number_format == '"€"#,##0.00;-"€"#,##0.00'
    assert found["due"]["D3"].number_format == '#,##0.00 "CHF"'
    assert found["total"]["B2"].value == "=SUM('due'!$D$2:$D$3)"
    assert (found["total"]["A1"].value, found["total"]["A1"].data_type) == ("=SUM(A1)", "s")
    assert found["total"]["B1"].number_format == "0.0 %"
    assert formulas_in(content) == 3


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@mia"])
def test_a_text_like_a_formula_stays_a_text_when_its_cell_is_edited(text):
    book = Book()
    book.add("a", pd.DataFrame({"title": [text, "mia", ""], "view_count": [-1, 2, 3]}))
    book.blank("b").write(0, 0, text)
    found = opened(book.to_bytes())
    assert [cell.quotePrefix for cell in found["a"]["A"]] == [False, True, False, False]
    assert [cell.quotePrefix for cell in found["a"]["B"]] == [False] * 4
    assert found["b"]["A1"].quotePrefix


def test_the_results_of_formulas_are_those_of_the_frame(tmp_path):
    import openpyxl

    book = Book()
    book.add("due", OWED, formulas={"owed_cents": "={earned_cents}-{paid_cents}"})
    (tmp_path / "a.xlsx").write_bytes(book.to_bytes())
    shown = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)["due"]
    assert [cell.value for cell in shown["D"]] == ["Owed", 5, 2.5]


def test_a_formula_of_a_column_that_is_missing_is_refused():
    with pytest.raises(MissingColumnError, match="paid"):
        Book().add("due", OWED, formulas={"owed_cents": "={paid}"})
    with pytest.raises(MissingColumnError, match="left"):
        Book().add("due", OWED, formulas={"left": "={paid_cents}"})


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "file:///etc/passwd", "mailto:a@b", "internal:due!A1", "external:a",
        "https://a b", "https://", "ftp://a", "https://a.example/_x0041_x0042_", "",
        "https://a.example/" + "x" * 2_062,
    ],
)  # fmt: skip
def test_what_is_no_link_of_the_web_is_a_text(url):
    book = Book()
    book.add("a", pd.DataFrame({"url": [url]}))
    content = book.to_bytes()
    assert opened(content)["a"]["A2"].hyperlink is None
    assert texts_of(content)["A2"] == url


@pytest.mark.parametrize(
    "url",
    [
        "https://www.tiktok.com/@mia/video/1",
        "HTTP://a.example/?q=%20#part",
        "https://ä.example/[x]",
    ],
)
def test_a_link_of_the_web_is_one_and_keeps_its_text(url):
    book = Book()
    book.add("a", pd.DataFrame({"thumbnail_url": [url, None]}))
    content = book.to_bytes()
    sheet = opened(content)["a"]
    link = sheet["A2"].hyperlink
    assert link.target.lower().startswith(("http:", "https:"))
    assert texts_of(content)["A2"] == url
    assert sheet["A3"].value is None


@pytest.mark.parametrize(("letter", "units"), [("a", 1), ("\N{GOAT}", 2)])
def test_a_link_is_as_long_as_excel_allows(letter, units):
    begin = "https://a.example/?"
    room, rest = divmod(sheets.LONGEST_LINK - len(begin), units)
    longest = begin + "b" * rest + letter * room
    book = Book()
    book.add("a", pd.DataFrame({"url": [longest, f"{longest}b"]}))
    content = book.to_bytes()
    found = opened(content)["a"]
    assert [found[cell].hyperlink is not None for cell in ("A2", "A3")] == [True, False]
    assert [texts_of(content)[cell] for cell in ("A2", "A3")] == [longest, f"{longest}b"]


def test_links_beyond_the_limit_are_texts_and_said(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_LINKS", 2)
    urls = [f"https://a.example/{n}" for n in range(4)]
    book = Book()
    sheet = book.add("a", pd.DataFrame({"url": urls}))
    found = opened(book.to_bytes())["a"]
    assert [cell.value for cell in found["A"]] == ["Link", *urls]
    assert [cell.hyperlink is not None for cell in found["A"]] == [False, True, True, False, False]
    assert sheet.notes == ["url: 2 links are texts, since a sheet holds 2 links."]


def test_more_rows_or_columns_than_a_sheet_holds_are_refused():
    rows = pd.DataFrame({"a": np.zeros(1_048_576, np.int8)})
    with pytest.raises(ArgumentError, match=r"'a' has 1,048,577 rows.*holds 1,048,576.*to_csv"):
        Book().add("a", rows)
    with pytest.raises(ArgumentError, match=r"'a' has 16,385 columns.*a sheet holds 16,384"):
        Book().add("a", pd.DataFrame(np.zeros((1, 16_385), np.int8)))


@pytest.mark.parametrize(
    ("given", "taken", "wanted"),
    [
        ("Owed", [], "Owed"),
        ("owed", ["Owed"], "owed (2)"),
        ("owed", ["Owed", "Owed (2)"], "owed (3)"),
        ("a" * 40, [], "a" * 31),
        ("a" * 40, ["a" * 31], "a" * 27 + " (2)"),
        ("😭" * 20, [], "😭" * 15),
        ("Creators by sentiment of their comments", [], "Creators by sentiment of their"),
        ("Where accruals differ from what is due", [], "Where accruals differ from what"),
        (
            "Where accruals differ from what is due", ["Where accruals differ from what"],
            "Where accruals differ from (2)",
        ),
        ("negative_comments_behind_alerts_of_may", [], "negative_comments_behind_alerts"),
        ("videos_of_the_program_in_springtime", [], "videos_of_the_program_in"),
        ("[a]:b*c?d/e\\f", [], "a b c d e f"),
        ("'a'", [], "a"),
        ("History", [], "History (2)"),
        ("\ud83d\x00", [], "Sheet"),
        ("", ["Sheet"], "Sheet (2)"),
        ("=1+1", [], "=1+1"),
    ],
)  # fmt: skip
def test_a_sheets_name_is_one_that_excel_allows(given, taken, wanted):
    assert sheet_name(given, taken) == wanted


def test_letters_and_quotes_are_those_of_formulas():
    assert [letters(place) for place in (0, 25, 26, 51, 701, 702, 16_383)] == [
        "A", "Z", "AA", "AZ", "ZZ", "AAA", "XFD",
    ]  # fmt: skip
    assert quoted("Mia's") == "'Mia''s'"


def test_columns_of_one_name_are_both_written():
    book = Book()
    frame = pd.DataFrame([["x", 100, 200]], columns=["currency", "owed_cents", "owed_cents"])
    sheet = book.add("a", frame.assign(currency="USD"))
    found = opened(book.to_bytes())["a"]
    assert [cell.value for cell in found[2]] == ["USD", 1, 2]
    assert [cell.value for cell in found[1]] == ["Currency", "Owed", "Owed (owed_cents)"]
    assert sheet.columns == ("currency", "owed_cents", "owed_cents")


def test_nothing_of_what_a_book_holds_makes_xlsxwriter_complain():
    odd = pd.DataFrame({"text": ["<r>=1</r>", "_x0041_x0042_", "", "a\nb"], "=1": [1, 2, 3, None]})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book = Book()
        book.add("<r>", odd)
        book.add("none", pd.DataFrame())
        content = book.to_bytes()
    assert texts_of(content)["A2"] == "<r>=1</r>"
    assert texts_of(content)["A3"] == "_x0041_x0042_"
    assert opened(content).sheetnames == ["<r>", "none"]


@pytest.mark.parametrize("options", [{"timezone": "Mars"}, {"currency": "JPY"}, {"currency": None}])
def test_options_are_checked_before_anything_is_made(options):
    with pytest.raises(ArgumentError, match=next(iter(options))):
        Book(**options)
    with pytest.raises(ArgumentTypeError, match="timezone"):
        Book(timezone=5)


def test_libreoffice_reads_every_text_as_it_was(tmp_path):
    odd = [
        "=1+1", "@mia", "-5", "<r>=1</r>", "_x0041_", "_x0041", "x005F_", " a ", "a\nb", "a\tb",
        "1234", "7400000000000000001", "2026-05-01", "TRUE", "https://a.example", "😭", "\x0b",
        "a\rb", "'=1", "1e5",
    ]  # fmt: skip
    book = Book()
    book.add("=1+1", pd.DataFrame({"=text": odd}))
    (tmp_path / "odd.xlsx").write_bytes(book.to_bytes())
    (file,) = recalculated([tmp_path / "odd.xlsx"], tmp_path)
    content = file.read_bytes()
    assert formulas_in(content) == 0
    assert opened(content).sheetnames == ["=1+1"]
    found = texts_of(content)
    assert [found[f"A{row}"] for row in range(1, len(odd) + 2)] == ["=text", *odd]
