"""Scores of comments against the ``afinn`` package on the same texts.

Ours gives score, comparative, label, tokens and the language's flag; ``afinn`` the score alone.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from tests.benchmarks.result import Result
from trackagoat_pandas.helpers.sentiment.scoring import score_comments
from trackagoat_pandas.sandbox import words

ROWS, FLOOR = (1_000, 100_000), 20.0
TEXT = pd.StringDtype(na_value=np.nan)
SAMPLE = 2_000
"""The texts that ``afinn`` scores; its time grows with their number."""
TURNS = 5


def measure() -> list[Result]:
    return [_compare(rows) for rows in ROWS]


def comments(rows: int) -> pd.DataFrame:
    """Comments as the sandbox makes them: no two of a few thousand are alike."""
    dice = random.Random(7)
    pools = (
        words.POSITIVE, words.NEUTRAL, words.NEGATIVE, words.UNDER_FIRE, words.OTHER_TONGUES,
        words.EMOJI_ONLY,
    )  # fmt: skip
    things = [thing for things in words.NICHES.values() for thing in things]
    texts = [
        dice.choice(dice.choice(pools)).format(thing=dice.choice(things)) + dice.choice(words.TAILS)
        for _ in range(min(rows, 20_000))
    ]
    repeated = np.tile(np.array(texts, dtype=object), -(-rows // len(texts)))[:rows]
    return pd.DataFrame({"text": pd.array(repeated, TEXT)})


def _compare(rows: int) -> Result:
    from afinn import Afinn

    frame, scorer = comments(rows), Afinn()
    sample = frame["text"].head(SAMPLE)
    score_comments(frame.head(10))
    ours, theirs = [], []
    for _ in range(TURNS):
        theirs.append(_cpu_s(lambda: sample.map(scorer.score)))
        ours += [_cpu_s(lambda: score_comments(frame)) for _ in range(3)]
    fast, slow = statistics.median(ours), statistics.median(theirs) * rows / len(sample)
    detail = f"{rows / fast:,.0f} comments a second against {rows / slow:,.0f}"
    return Result(f"{rows:,} comments, scored", "afinn, Series.map", slow / fast, FLOOR, detail)


def _cpu_s(run: Callable[[], object]) -> float:
    """Time one run by this process's clock, since a few milliseconds are soon interrupted."""
    began = time.process_time()
    run()
    return time.process_time() - began
