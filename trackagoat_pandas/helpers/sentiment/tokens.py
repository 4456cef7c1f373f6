"""Many texts cut into words at once, as the reference cuts one.

Works on the bytes of an Arrow array: everything that cuts is one byte long, so a translation of
bytes and a comparison with the space do it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trackagoat_pandas.helpers.sentiment.characters import STRIPPED, UNFOLDING, WIDE_WHITE

_SPACE, _TAB = 32, 9
_NOTHING, _GAP = (pa.scalar(text, pa.large_string()) for text in ("", " "))


def _plain_bytes() -> bytes:
    """Capitals to small letters, what is stripped to spaces, other white space to tabs."""
    table = bytearray(bytes(range(256)).lower())
    table[ord("\v")] = table[ord("\f")] = table[ord("\r")] = _TAB
    for character in STRIPPED:
        table[ord(character)] = _SPACE
    return bytes(table)


_PLAIN = _plain_bytes()
_WIDE_LEADS = sorted({letter.encode()[:2] for letter in WIDE_WHITE[1:-1]})
"""How wide white space begins in UTF-8: where none of these is, none of that is."""
_ASCII = bytes(range(128))


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of many texts, one after the other.

    Text number n has the words ``bounds[n]`` to ``bounds[n + 1]``, and none if it is blank.
    ``is_first`` has one flag more than there are words: whether a text begins there.
    """

    words: pa.Array
    leads: NDArray[np.uint8]
    bounds: NDArray[np.int64]
    is_first: NDArray[np.bool_]

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many words each text has; a blank one has one, which is empty."""
        return np.maximum(np.diff(self.bounds), 1)


def tokenize_all(texts: pa.Array, *, unfolds: bool) -> Tokens:
    """Cut texts into words; a null is cut as an empty text.

    Parameters
    ----------
    texts
        An Arrow array of large strings.
    unfolds
        Whether the texts are rewritten first, as :func:`unfold_all` does.
    """
    data, offsets = _spaced(unfold_all(texts) if unfolds else texts)
    if b"\t" in data:
        data = _without_runs(data)
    # Every text begins with a space, so the edges are a beginning, an end, a beginning, an end ...
    is_space = np.frombuffer(data, np.uint8) == _SPACE
    edges = np.flatnonzero(is_space[1:] != is_space[:-1])
    starts, ends = edges[0::2], edges[1::2]
    letters = data.translate(None, b" ")
    places = np.concatenate([[0], np.cumsum(ends - starts)])
    words = pa.Array.from_buffers(
        pa.large_binary(), len(starts), [None, pa.py_buffer(places), pa.py_buffer(letters)]
    )
    bounds = np.searchsorted(starts, offsets)
    is_first = np.zeros(len(starts) + 1, np.bool_)
    is_first[bounds] = True
    return Tokens(words, np.frombuffer(letters, np.uint8)[places[:-1]], bounds, is_first)


def unfold_all(texts: pa.Array) -> pa.Array:
    """Rewrite texts as :func:`unfold` rewrites one."""
    if pc.all(pc.string_is_ascii(texts)).as_py():
        return texts
    for pattern, new in UNFOLDING:
        texts = pc.replace_substring_regex(texts, pattern, new)
    return texts


def _spaced(texts: pa.Array) -> tuple[bytes, NDArray[np.int64]]:
    """The plain bytes of the texts and their places, with a space before each and at the end."""
    data, places = _joined(texts)
    # The bytes of a wide letter stay neighbours without the others, and little is left to search.
    wide = data.translate(None, _ASCII)
    if any(lead in wide for lead in _WIDE_LEADS):
        # No word of the lexicon has white space in it, so any kind may stand for any other.
        data, places = _joined(pc.replace_substring_regex(texts, WIDE_WHITE, "\t"))
    return data.translate(_PLAIN), places


def _joined(texts: pa.Array) -> tuple[bytes, NDArray[np.int64]]:
    spaced = pc.binary_join_element_wise(_NOTHING, texts.fill_null(""), _GAP)
    _, offsets, data = spaced.buffers()
    places = np.frombuffer(offsets, np.int64)[spaced.offset : spaced.offset + len(texts) + 1]
    return b"".join((data or b"", b" ")), places


def _without_runs(data: bytes) -> bytes:
    """Turn the tabs that are part of a run of white space into spaces."""
    letters = np.frombuffer(data, np.uint8)
    is_white = (letters == _SPACE) | (letters == _TAB)
    is_beside = np.zeros(len(letters), np.bool_)
    is_beside[1:] = is_white[:-1]
    is_beside[:-1] |= is_white[1:]
    return np.where(is_white & is_beside, np.uint8(_SPACE), letters).tobytes()
