from __future__ import annotations

import unicodedata
from importlib.resources import files

import pandas as pd
import pytest

from trackagoat_pandas.helpers.sentiment.language import ENGLISH_WORDS, OTHER_WORDS
from trackagoat_pandas.helpers.sentiment.lexicon import MODES, STRIPPED, WHITE, lexicon_of
from trackagoat_pandas.helpers.sentiment.scoring import score_texts

ALL_CHARACTERS = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]


def test_the_lists_are_whole():
    api, plus = lexicon_of("api"), lexicon_of("plus")
    # 3,382 entries of AFINN-165 of which 30 are phrases, and 767 emoji of which the circled
    # capitals can't be reached: a text is lower-cased before it is looked up.
    assert len(api.words) == 3382 - 30 + 767 - len("ⒶⓁⒺⓂⓄⓈⒻⓌⓅ")
    assert len(plus.phrases) == 30
    assert api.words == plus.words
    assert api.phrases == {}
    assert (api.words["love"], api.words["😡"], plus.phrases["no", "fun"]) == (3, -1, -3)


def test_values_are_whole_numbers_from_minus_five_to_five():
    plus = lexicon_of("plus")
    assert {*plus.words.values(), *plus.phrases.values()} == set(range(-5, 6))


def test_the_notice_names_sources_and_licences():
    notice = (files("trackagoat_pandas.helpers.sentiment") / "data" / "NOTICE").read_text("utf-8")
    for fact in (
        "sentiment 5.0.2", "MIT", "AFINN-165", "Open Database License",
        "Emoji Sentiment Ranking 1.0", "Attribution-ShareAlike 4.0",
    ):  # fmt: skip
        assert fact in notice


@pytest.mark.parametrize("mode", MODES)
def test_every_word_is_found_in_capitals_of_any_alphabet(mode):
    values = lexicon_of(mode).words
    capitals = {word.upper(): value for word, value in values.items() if value}
    written = {word: value for word, value in capitals.items() if values.get(word.lower()) == value}
    assert len(written) > 4_000
    scores = score_texts(pd.Series([*written, "\u212aIND"]), mode=mode, languages="all")
    assert scores["score"].tolist() == [*written.values(), values["kind"]]


def test_no_word_contains_what_cuts_words():
    assert not {*"".join(lexicon_of("plus").words)} & {*STRIPPED, *WHITE}


def test_the_white_space_is_that_of_javascript():
    python = {letter for letter in ALL_CHARACTERS if letter.isspace()}
    assert python - set(WHITE) == {"\x1c", "\x1d", "\x1e", "\x1f", "\x85"}
    assert set(WHITE) - python == {"\ufeff"}


def test_no_word_is_of_two_languages():
    assert not ENGLISH_WORDS & OTHER_WORDS
    assert all(unicodedata.is_normalized("NFC", word) for word in OTHER_WORDS)
