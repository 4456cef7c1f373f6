"""The texts on the pages of a PDF file, as Chromium writes it."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_KIDS = re.compile(rb"/Kids \[([^\]]*)\]")
_DRAWN = re.compile(rb"/F(\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj|/X(\d+) Do|(ET)")
_ONE = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>(?! <)")
_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>")


def texts_of(pdf: bytes) -> list[str]:
    """Return the text of each page; what is drawn by itself stands on a line of its own."""
    return _Reader(pdf).pages


class _Reader:
    def __init__(self, pdf: bytes) -> None:
        self._objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
        self._letters: dict[int, dict[str, str]] = {}
        (root,) = (
            number
            for number, body in self._objects.items()
            if b"/Type /Pages" in body and b"/Parent" not in body
        )
        self.pages = [self._text(self._contents(page)) for page in self._leaves(root)]

    def _leaves(self, number: int) -> list[int]:
        kids = _KIDS.search(self._objects[number])
        if kids is None:
            return [number]
        below = re.findall(rb"(\d+) 0 R", kids[1])
        return [leaf for kid in below for leaf in self._leaves(int(kid))]

    def _contents(self, page: int) -> bytes:
        return self._stream(int(re.search(rb"/Contents (\d+) 0 R", self._objects[page])[1]))

    def _stream(self, number: int) -> bytes:
        body = self._objects[number]
        found = _STREAM.search(body)
        content = found[1] if found else b""
        return zlib.decompress(content) if b"/FlateDecode" in body[: found.start()] else content

    def _text(self, drawn: bytes) -> str:
        text, letters = "", dict[str, str]()
        for font, codes, nested, end in _DRAWN.findall(drawn):
            if font:
                letters = self._letters_of(int(font))
            elif codes:
                code = codes.decode().upper()
                text += "".join(
                    letters.get(code[at : at + 4], "?") for at in range(0, len(code), 4)
                )
            elif nested and b"/Subtype /Form" in self._objects[int(nested)]:
                text += self._text(self._stream(int(nested)))
            elif end:
                text += "\n"
        return text

    def _letters_of(self, font: int) -> dict[str, str]:
        """Return the letters of a font by their codes."""
        if font not in self._letters:
            table = re.search(rb"/ToUnicode (\d+) 0 R", self._objects[font])
            self._letters[font] = _read_table(self._stream(int(table[1]))) if table else {}
        return self._letters[font]


def _read_table(table: bytes) -> dict[str, str]:
    found = dict[str, str]()
    for block in re.findall(rb"beginbfchar\n(.*?)endbfchar", table, re.DOTALL):
        found |= {code.decode().upper(): _letter(text) for code, text in _ONE.findall(block)}
    for block in re.findall(rb"beginbfrange\n(.*?)endbfrange", table, re.DOTALL):
        for first, last, text in _RANGE.findall(block):
            for step, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
                found[f"{code:04X}"] = chr(int(text, 16) + step)
    return found


def _letter(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")
