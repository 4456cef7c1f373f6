"""Scores of comments against the ``afinn`` package on the same texts, and a million of them.

Ours gives score, comparative, label, tokens and the language's flag; ``afinn`` the score alone.
The million are scored in a process of its own, which also tells its peak memory: beside the result
itself, it must not grow with the number of comments.
"""

from __future__ import annotations

import json
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks.result import Result
from trackagoat_pandas.helpers.sentiment.scoring import score_comments
from trackagoat_pandas.helpers.sentiment.searching import search_comments
from trackagoat_pandas.helpers.sentiment.summaries import summarize_sentiment
from trackagoat_pandas.helpers.sentiment.trends import sentiment_trend
from trackagoat_pandas.sandbox import words

FLOORS = {1_000: 50.0, 100_000: 100.0}
AGAINST = "afinn, Series.map"
PANDAS_FLOOR = 0.7
"""As fast, but for the noise of a shared machine."""
ZONE = "America/New_York"
TEXT = pd.StringDtype(na_value=np.nan)
SAMPLE = 5_000
"""The texts that ``afinn`` scores; its time grows with their number."""
TURNS = 5
MILLION, MILLION_S = 1_000_000, 2.0
WORKING_MB = 64.0
"""What the work may take beside the frame that it gives."""


def measure() -> list[Result]:
    compared = [_compare(rows, floor) for rows, floor in FLOORS.items()]
    return [*compared, *_million(), *_against_pandas()]


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


def _compare(rows: int, floor: float) -> Result:
    from afinn import Afinn

    frame, scorer = comments(rows), Afinn()
    sample = frame["text"].head(SAMPLE)
    score_comments(frame.head(10))
    ours, theirs = [], []
    for _ in range(TURNS):
        theirs.append(_seconds(lambda: sample.map(scorer.score)))
        ours += [_seconds(lambda: score_comments(frame)) for _ in range(3)]
    fast, slow = statistics.median(ours), statistics.median(theirs) * rows / len(sample)
    detail = f"{rows / fast:,.0f} comments a second against {rows / slow:,.0f}"
    return Result(f"{rows:,} comments, scored", AGAINST, slow / fast, floor, detail)


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _million() -> list[Result]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.sentiment"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
        text=True,
    )
    seconds, megabytes, result_megabytes = json.loads(done.stdout)
    working = max(megabytes - result_megabytes, 1.0)
    what = f"{MILLION:,} comments, scored"
    return [
        Result(what, f"{MILLION_S:g} s", MILLION_S / seconds, 1.0, f"{seconds:.2f} s"),
        Result(
            f"{what}: working memory", f"{WORKING_MB:g} MB", WORKING_MB / working, 1.0,
            f"{working:,.0f} MB beside the result's {result_megabytes:,.0f} MB",
        ),
    ]  # fmt: skip


def _against_pandas() -> list[Result]:
    """What is done with scores, against the pandas that one would write for it."""
    dice = np.random.default_rng(7)
    seconds = pd.to_timedelta(dice.integers(0, 180 * 86_400, MILLION), unit="s")
    scored = score_comments(comments(MILLION)).assign(
        video_id=pd.array(dice.integers(0, 20_000, MILLION).astype(str), TEXT),
        posted_at=pd.Timestamp("2026-01-01", tz="UTC") + seconds,
    )
    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "summarized by video": (
            lambda: summarize_sentiment(scored, "video_id"),
            lambda: _plain_summary(scored, scored["video_id"]),
        ),
        "summarized by day": (
            lambda: sentiment_trend(scored, timezone=ZONE),
            lambda: _plain_summary(scored, _plain_days(scored)),
        ),
        "searched for two words": (
            lambda: search_comments(scored, ["refund", "love"]),
            lambda: scored[scored["text"].str.contains(r"\b(?:refund|love)\b", case=False)],
        ),
    }
    return [_pair(f"{MILLION:,} comments, {name}", *pair) for name, pair in pairs.items()]


def _pair(name: str, ours: Callable[[], object], theirs: Callable[[], object]) -> Result:
    turns = [(_seconds(ours), _seconds(theirs)) for _ in range(TURNS)]
    fast, slow = (statistics.median(taken) for taken in zip(*turns, strict=True))
    detail = f"{fast * 1e3:,.0f} ms against {slow * 1e3:,.0f} ms"
    return Result(name, "plain pandas", slow / fast, PANDAS_FLOOR, detail)


def _plain_days(scored: pd.DataFrame) -> pd.Series:
    return scored["posted_at"].dt.tz_convert(ZONE).dt.tz_localize(None).dt.normalize()


def _plain_summary(scored: pd.DataFrame, by: pd.Series) -> pd.DataFrame:
    flagged = scored.assign(
        is_positive=scored["label"] == "positive", is_negative=scored["label"] == "negative"
    )
    summary = flagged.groupby(by, dropna=False).agg(
        comments=("is_positive", "size"),
        analysed=("score", "count"),
        positive=("is_positive", "sum"),
        negative=("is_negative", "sum"),
        mean_comparative=("comparative", "mean"),
    )
    for name in ("positive", "negative"):
        summary[f"{name}_pct"] = summary[name] / summary["analysed"] * 100
    return summary.reset_index()


def _peak_megabytes() -> float:
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1_000


def _child() -> None:
    frame = comments(MILLION)
    score_comments(frame.head(100))
    before = _peak_megabytes()
    scored: list[pd.DataFrame] = []
    seconds = _seconds(lambda: scored.append(score_comments(frame)))
    after = _peak_megabytes()
    added = scored[0].drop(columns="text").memory_usage(deep=True).sum() / 1e6
    print(json.dumps([seconds, after - before, float(added)]))


if __name__ == "__main__":
    _child()
