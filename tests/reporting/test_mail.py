"""The mail of a report: its parts, its headers, its size, and what it says without its pictures."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from tests.support import report_samples as samples
from tests.support.markup import Seen
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.reporting.document import Listing, Section
from trackagoat_pandas.reporting.mail import MOST_COLUMNS, MOST_HTML_BYTES, mail_of
from trackagoat_pandas.reporting.texts import plain_sentence
from trackagoat_pandas.showing.cells import one_line

pytestmark = pytest.mark.slow

ADA = "Ada Byron <ada@example.com>"


def parsed(mail):
    return message_from_bytes(mail.eml, policy=default)


def page_in(mail):
    return parsed(mail).get_body(("html",)).get_content()


def text_in(mail):
    return parsed(mail).get_body(("plain",)).get_content()


def parts_in(mail):
    return [part.get_content_type() for part in parsed(mail).walk()]


class Tables(HTMLParser):
    """The rows of the tables of data of a mail, without those that lay it out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._open: list[bool] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self._open.append("role" not in dict(attrs))
            self.tables += [[]] * self._open[-1]
            self.tables = [*self.tables[:-1], []] if self._open[-1] else self.tables
        if self._open and self._open[-1]:
            if tag == "tr":
                self.tables[-1].append([])
            if tag in ("td", "th"):
                self.tables[-1][-1].append("")

    def handle_endtag(self, tag):
        if tag == "table":
            self._open.pop()

    def handle_data(self, data):
        if self._open and self._open[-1] and self.tables[-1]:
            self.tables[-1][-1][-1] += data


@pytest.fixture(scope="module")
def document():
    return samples.sample()


@pytest.fixture(scope="module")
def mail(document):
    return mail_of(document, sender=ADA, to=["bob@example.com"], logo=samples.logo())


def test_a_mail_has_a_text_and_a_page_with_its_images(mail):
    assert parts_in(mail) == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
        "image/png",
    ]  # fmt: skip
    message = parsed(mail)
    assert message["Subject"] == "The week in one page · Q1 Brand Program · 15 to 21 Jun 2026"
    assert (message["From"], message["To"]) == (ADA, "bob@example.com")
    assert message["Date"] == "Mon, 22 Jun 2026 06:00:00 +0000"
    assert message["X-Unsent"] is None
    assert re.fullmatch(r"<[0-9a-f]{32}@[\w.-]+>", message["Message-ID"])
    assert mail.eml.isascii()
    assert max(map(len, mail.eml.split(b"\r\n"))) <= 998
    assert b"\n" not in mail.eml.replace(b"\r\n", b"")


def test_every_image_of_the_page_is_a_part_of_the_mail_with_text_and_width(mail, document):
    images = {
        part["Content-ID"]: part.get_content() for part in parsed(mail).walk() if part["Content-ID"]
    }
    shown = re.findall(r"<img src='cid:([^']+)' width='(\d+)' alt='([^']*)'", page_in(mail))
    assert {f"<{cid}>" for cid, _, _ in shown} == images.keys()
    assert [alt for _, _, alt in shown] == ["Logo", document.picture.text]
    assert all(int(width) <= 320 for _, width, _ in shown)
    for content in images.values():
        Image.open(io.BytesIO(content)).verify()


def test_the_same_document_gives_the_same_bytes(mail):
    again = mail_of(samples.sample(), sender=ADA, to=["bob@example.com"], logo=samples.logo())
    assert again == mail


def test_another_text_has_another_identity(mail, document):
    other = mail_of(replace(document, days="22 to 28 Jun 2026"), sender=ADA)
    assert parsed(other)["Message-ID"] != parsed(mail)["Message-ID"]


def test_without_a_sender_it_is_a_draft(document):
    message = parsed(mail_of(replace(document, picture=None)))
    assert message["X-Unsent"] == "1"
    assert message["From"] is None
    assert message["To"] is None
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


def test_the_page_and_the_text_say_the_same(mail, document):
    page, text = Seen(page_in(mail)).text, " ".join(text_in(mail).split())
    said = [plain_sentence(sentence) for sentence in document.first]
    said += ["Views of 2 days are partial.", "As of 22 Jun 2026 08:00, from a store."]
    said += ["Goals at risk", "Who is owed", "and 16 more", "Q1 Brand Program", "15 to 21 Jun 2026"]
    for each in said:
        assert each in page
        assert each in text
    for rows in Tables(page_in(mail)).tables:
        for row in rows:
            assert " ".join(" ".join(row).split()) in text
    assert document.picture.text in text


def test_findings_of_questions_are_lines_once(document):
    twice, other = document.first[1], ["2 creators posted too much."]
    section = Section("posting", "Posting", findings=[twice, other])
    mail = mail_of(replace(document, sections=[*document.sections, section]))
    said = [plain_sentence(sentence) for sentence in [*document.first, other]]
    page, text = Seen(page_in(mail)).text, " ".join(text_in(mail).split())
    assert [(page.count(each), text.count(each)) for each in said] == [(1, 1)] * len(said)


def test_it_has_two_tables_of_five_columns_at_most(mail, document):
    html = page_in(mail)
    assert html.count("\N{BULLET}") == len(document.first) + 1
    tables = Tables(html).tables
    assert [rows[0][0] for rows in tables] == ["Creator", "Creator"]
    assert all(len(row) <= MOST_COLUMNS == 5 for rows in tables for row in rows)
    assert [len(rows) for rows in tables] == [6, 7]
    owed = document.sections[2].listings[0].rows
    assert tables[1][1][:2] == [owed[0][0], owed[0][1].text]


def test_the_table_of_payouts_is_that_of_who_is_owed(document):
    payouts = document.sections[2]
    assert payouts.name == "payouts"
    last = replace(payouts, listings=payouts.listings[::-1])
    (rows,) = Tables(page_in(mail_of(replace(document, sections=[last])))).tables
    assert rows[0] == [*payouts.listings[0].headings]


def test_no_number_is_cut_and_columns_that_have_no_room_are_left_out(document):
    big = samples.number("goals.row.0", "$123,456,789.00", 12_345_678_900)
    table = Listing("Goals", list("ABCDE"), [["mia", big, big, big, big]], [False, *[True] * 4])
    mail = mail_of(replace(document, sections=[Section("goals", "Goals", listings=[table])]))
    assert Tables(page_in(mail)).tables == [[["A", "B", "C"], ["mia", big.text, big.text]]]


def test_long_words_can_be_broken_but_numbers_and_usual_words_are_whole(document):
    first = [["@its_quiet_garden22 has ", samples.number("a", "1,234,567,890", 1), " ", "x" * 60]]
    html = page_in(mail_of(replace(document, first=first, sections=())))
    assert "@its_quiet_garden22 has 1,234,567,890 " in html
    assert "<wbr>".join(["x" * 24, "x" * 24, "x" * 12]) in html


def test_bars_are_cells_as_long_as_their_numbers(mail):
    widths = [*map(int, re.findall(r"<td width='(\d+)' height='4' bgcolor", page_in(mail)))]
    assert widths[0] == max(widths)
    assert widths[1] == round(widths[0] / 4)  # the second number is a quarter of the first


def test_bars_are_of_the_column_by_which_the_rows_are_sorted(document):
    def bars(*rows):
        cells = [["mia", *(samples.number("goals", str(n), n) for n in row)] for row in rows]
        table = Listing("Goals", "ABC", cells, [False, True, True])
        html = page_in(
            mail_of(replace(document, sections=[Section("goals", "", listings=[table])]))
        )
        return re.findall(r"<font size='2'>(\d+)</font><table", html)

    assert bars((1, 9), (4, 8), (2, 5)) == ["9", "8", "5"]
    assert bars((1, 5), (4, 8), (2, 3)) == []
    assert bars((9, 1), (8, -4), (5, 3)) == ["9", "8", "5"]
    assert bars((None, None), (1, None)) == []


def test_it_has_nothing_that_mail_clients_do_not_show(mail):
    html = page_in(mail)
    assert not {"svg", "details", "style", "script", "link"} & {*Seen(html).tags}
    sources = [value for name, value in Seen(html).attributes if name in ("src", "href")]
    assert sources
    assert all(source.startswith("cid:") for source in sources)
    assert "url(" not in html


def test_the_file_to_look_at_is_the_page_with_its_images_in_it(mail):
    images = re.compile(r"src='[^']*'")
    assert images.sub("", mail.html) == images.sub("", page_in(mail).replace("\r\n", "\n"))
    sources = [value for name, value in Seen(mail.html).attributes if name == "src"]
    assert sources
    assert all(source.startswith("data:image/png;base64,") for source in sources)


def noisy_logo() -> bytes:
    file = io.BytesIO()
    noise = np.random.default_rng(5000).integers(0, 255, (80, 320, 3), dtype=np.uint8)
    Image.fromarray(noise).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    "text", [samples.EVIL, "山羊" * 300, "\U0001f410" * 300, "&" * 900, "x" * 5_000]
)
def test_a_mail_is_short_whatever_the_names_are(text):
    mail = mail_of(samples.hostile(text), sender=ADA, to=ADA, logo=noisy_logo())
    assert len(page_in(mail).encode("utf-8")) <= MOST_HTML_BYTES == 20_000
    assert len(mail.eml) <= 90_000


@pytest.mark.parametrize(
    "text",
    [
        samples.EVIL,
        "x\r\nBcc: eve@example.com",
        "x\nSubject: y\n\nbody",
        "x\x00\x0b\x0c\x1b[31m\x85",
        "\u2028\u2029\u202e\u2066\ufeff",
        "=?utf-8?q?=0D=0ABcc=3A_eve=40example=2Ecom?=",
        "-- \r\n.\r\n",
        "山羊" * 40,
    ],
)
def test_texts_of_the_api_bring_no_markup_header_or_control_character(text):
    mail = mail_of(samples.hostile(text), sender=ADA, to=ADA)
    message = parsed(mail)
    # As long, and with as many words.
    words = re.sub(r"\S", "g", one_line(text))
    twin = mail_of(samples.hostile(words), sender=ADA, to=ADA)
    usual = parsed(twin)
    assert message.keys() == usual.keys()
    assert not message.defects
    assert [part.get_content_type() for part in message.walk()] == [
        part.get_content_type() for part in usual.walk()
    ]
    subject = message["Subject"]
    assert subject.startswith("The week in one page ·")
    assert subject.isprintable()
    html, plain = page_in(mail), text_in(mail)
    assert not {"goat", "script"} & {*Seen(html).tags}
    tags = [tag for tag in Seen(html).tags if tag != "wbr"]
    assert tags == [tag for tag in Seen(page_in(twin)).tags if tag != "wbr"]
    for part in (plain, Seen(html).text):
        assert not [mark for mark in part if not mark.isprintable() and mark not in "\r\n"]


@pytest.mark.parametrize(
    "given",
    [
        "ada",
        "ada@",
        "@example.com",
        "ada@example.com\r\nBcc: eve@example.com",
        "Ada\u202e <ada@example.com>",
        "ada@example.com, eve@example.com",
        "Ada <ada@example.com",
        "ada@example.com>",
        "<ada@example.com> <eve@example.com>",
        "ada@exämple.com",
        "=?utf-8?q?a=0D=0Ab?= <ada@example.com>",
        "",
    ],
)
def test_what_is_not_one_address_is_refused(given):
    with pytest.raises(ArgumentError, match="sender"):
        mail_of(samples.small(), sender=given)
    with pytest.raises(ArgumentError, match="to="):
        mail_of(samples.small(), sender=ADA, to=[ADA, given])


@pytest.mark.parametrize(
    ("given", "name", "place"),
    [
        ("ada@example.com", "", "ada@example.com"),
        ("<ada@example.com>", "", "ada@example.com"),
        ('"Byron, Ada" <ada@mail.example.com>', "Byron, Ada", "ada@mail.example.com"),
        ("Áda Böhm <a.b+c@localhost>", "Áda Böhm", "a.b+c@localhost"),
    ],
)
def test_addresses_are_read_with_their_names(given, name, place):
    message = parsed(mail_of(replace(samples.small(), picture=None), sender=given, to=given))
    for header in ("From", "To"):
        (address,) = message[header].addresses
        assert (address.display_name, address.addr_spec) == (name, place)


def test_an_address_is_a_text():
    with pytest.raises(ArgumentTypeError, match="sender"):
        mail_of(samples.small(), sender=5)


def test_a_logo_that_cannot_be_read_is_an_error():
    with pytest.raises(ArgumentError, match="can't be read"):
        mail_of(samples.small(), logo=samples.logo()[:60])


def test_a_report_without_goals_and_payouts_has_no_table(document):
    mail = mail_of(replace(document, sections=(), picture=None))
    assert Tables(page_in(mail)).tables == []
    assert page_in(mail).count("\N{BULLET}") == len(document.first)
