"""Recognizing English texts by function words and alphabet.

English function words count for English; function words of other languages and words in other
alphabets count against it. A text with too few of them has an unknown language.
"""

from __future__ import annotations

import re

ENGLISH_WORDS = frozenset(
    """
    the and is are i'm im my you your you're youre it it's its this that that's thats these those
    what what's whats when where who how why they them their we're i've ive just too much with
    from for have has had would could should because about been be can't cant don't dont didn't
    didnt isn't isnt wasn't doesn't doesnt not but if out up get got here there every some so of to
    """.split()  # noqa: SIM905 - a list of quoted words could not be read
)
OTHER_WORDS = frozenset(
    """
    que los las una por para pero como esta está muy eso dónde donde cuando qué porque mucho
    encanta amo lo quiero gracias linda lindo bonita hermosa mejor siempre
    bom boa gostei adorei obrigada parte pfvr amei perfeito
    não nao você voce uma isso muito ela são pra também tambem onde
    les est une je pas vous c'est trop avec dans mais cette très j'ai quoi où
    der das ist und nicht ich ein eine auch sehr mit wie für wir aber wo gibt's
    che sono è di il questo molto anche della perché
    yang ini aku itu banget gak nggak kamu juga dong
    bir bu çok ve için değil ne şey ya
    het een niet ik van maar ook zijn
    ang ng ako naman
    không của và là được
    nie jest się bardzo
    """.split()  # noqa: SIM905 - a list of quoted words could not be read
)

ALPHABET_WEIGHT = 2
"""One word in another alphabet is enough to decide."""
ENOUGH = 2
"""The difference between the two sides from which the language counts as known."""

OTHER_LETTERS = "[\u0340-\u0fff\u3000-\ud7ff]"
"""The blocks of letters in Greek, Cyrillic, Armenian, Hebrew, Arabic, the alphabets of India, Thai,
Japanese, Chinese and Korean. Emoji and Latin letters are in others. The few symbols in these are in
the lexicon, whose words aren't judged by their letters."""


def leaning_of_word(word: str) -> int:
    """Rate a lower-case word: 1 for English, -1 for another language, 0 for neither."""
    return (word in ENGLISH_WORDS) - (word in OTHER_WORDS)


def leaning_of_letter(word: str) -> int:
    """Rate a word, in its original case, by its first letter: negative for another alphabet."""
    return -ALPHABET_WEIGHT if re.match(OTHER_LETTERS, word) else 0
