"""Scores of comments against the ``afinn`` package on the same texts, and a million of them.

Ours gives score, comparative, label, tokens and the language's flag; ``afinn`` the score alone.
The million are scored in a process of its own, which also tells its peak memory: beside the result
itself, it must not grow with the number of comments.
"""

from __future__ import annotations

import functools
import json
import random
import re
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks.comparing import SIZES, Pair, compare, seconds_of
from tests.benchmarks.result import Result
from trackagoat_pandas.helpers.sentiment.explaining import count_sentiment_words
from trackagoat_pandas.helpers.sentiment.scoring import (
    compare_sentiment_modes,
    score_comments,
    score_texts,
)
from trackagoat_pandas.helpers.sentiment.searching import search_comments
from trackagoat_pandas.helpers.sentiment.summaries import (
    find_negative_alerts,
    rank_creators_by_sentiment,
    sentiment_trend,
    show_alert_evidence,
    summarize_sentiment,
)
from trackagoat_pandas.sandbox import words

FLOORS = {1_000: 50.0, 100_000: 100.0}
AGAINST = "afinn, Series.map"
ZONE = "America/New_York"
TEXT = pd.StringDtype(na_value=np.nan)
SAMPLE = 2_000
"""The texts that ``afinn`` scores; its time grows with their number."""
TURNS = 5
MILLION, MILLION_S = 1_000_000, 2.0
WORKING_MB = 64.0
"""What the work may take beside the frame that it gives."""


def measure() -> list[Result]:
    compared = [_compare(rows, floor) for rows, floor in FLOORS.items()]
    pairs = [result for make in PAIRS for result in compare([make(rows) for rows in SIZES])]
    return [*compared, *_million(), *pairs]


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
        theirs.append(seconds_of(lambda: sample.map(scorer.score)))
        ours += [seconds_of(lambda: score_comments(frame)) for _ in range(3)]
    fast, slow = statistics.median(ours), statistics.median(theirs) * rows / len(sample)
    detail = f"{rows / fast:,.0f} comments a second against {rows / slow:,.0f}"
    return Result(f"{rows:,} comments, scored", AGAINST, slow / fast, floor, detail)


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


@functools.lru_cache(maxsize=len(SIZES))
def scored_comments(rows: int) -> pd.DataFrame:
    """Scored comments of half a year, about fifty a video and a thousand a creator."""
    dice = np.random.default_rng(7)
    seconds = pd.to_timedelta(dice.integers(0, 180 * 86_400, rows), unit="s")
    videos = dice.integers(0, rows // 50, rows)
    return score_comments(comments(rows)).assign(
        video_id=pd.array(videos.astype(str), TEXT),
        creator_id=pd.array((videos // 20).astype(str), TEXT),
        posted_at=pd.Timestamp("2026-01-01", tz="UTC") + seconds,
    )


def _texts(rows: int) -> Pair:
    from afinn import Afinn

    scorer, texts = Afinn(), comments(rows)["text"]
    sample = texts.head(SAMPLE)
    return Pair(
        "score_texts", rows, AGAINST, lambda: score_texts(texts), lambda: sample.map(scorer.score),
        share=len(sample) / rows,
    )  # fmt: skip


def _modes(rows: int) -> Pair:
    """Both ways score twice: the plain one without emoji and with."""
    from afinn import Afinn

    scorers, frame = (Afinn(), Afinn(emoticons=True)), comments(rows)
    sample = frame.head(SAMPLE)

    def plain() -> pd.DataFrame:
        without, with_ = (sample["text"].map(scorer.score) for scorer in scorers)
        return sample.assign(without=without, with_=with_)[without != with_]

    return Pair(
        "compare_sentiment_modes", rows, "afinn twice, compare",
        lambda: compare_sentiment_modes(frame), plain, share=len(sample) / rows,
    )  # fmt: skip


def _counts(rows: int) -> Pair:
    """The plain way knows no negation and no emoji."""
    frame, worths = comments(rows), _lexicon()

    def plain() -> pd.DataFrame:
        uses = frame["text"].str.lower().str.findall(r"[\w']+").explode().value_counts()
        known = pd.DataFrame({"uses": uses, "value": uses.index.map(worths)}).dropna()
        return known.assign(part=known["uses"] * known["value"]).sort_values("part")

    def ours() -> pd.DataFrame:
        return count_sentiment_words(frame)

    assert len(ours()) > 0
    return Pair("count_sentiment_words", rows, "findall, explode, value_counts", ours, plain)


def _lexicon() -> dict[str, int]:
    from afinn import Afinn

    return dict(Afinn()._dict)


def _videos(rows: int) -> Pair:
    scored = scored_comments(rows)

    def plain() -> pd.DataFrame:
        return _plain_summary(scored, scored["video_id"])

    def ours() -> pd.DataFrame:
        return summarize_sentiment(scored, "video_id")

    if rows == SIZES[0]:
        assert ours()["positive"].tolist() == plain()["positive"].tolist()
    return Pair("summarize_sentiment", rows, "groupby, agg", ours, plain)


def _days(rows: int) -> Pair:
    scored = scored_comments(rows)

    def plain() -> pd.DataFrame:
        daily = _plain_summary(scored, _plain_days(scored)).set_index("posted_at").asfreq("D")
        return daily.fillna({"comments": 0, "analysed": 0, "positive": 0, "negative": 0})

    def ours() -> pd.DataFrame:
        return sentiment_trend(scored, freq="D", timezone=ZONE)

    if rows == SIZES[0]:
        assert ours()["positive"].tolist() == plain()["positive"].tolist()
    return Pair("sentiment_trend", rows, "tz_convert, groupby, agg", ours, plain)


def _ranking(rows: int) -> Pair:
    scored = scored_comments(rows)

    def plain() -> pd.DataFrame:
        summary = _plain_summary(scored, scored["creator_id"])
        hits, number, z = summary["positive"], summary["analysed"], 1.959964
        half = z * (hits * (number - hits) / number + z**2 / 4) ** 0.5
        centre, scale = hits + z**2 / 2, number + z**2
        summary = summary.assign(low=(centre - half) / scale, high=(centre + half) / scale)
        return summary[number >= 10].sort_values(["low", "analysed"], ascending=False)

    def ours() -> pd.DataFrame:
        return rank_creators_by_sentiment(scored)

    if rows == SIZES[0]:
        assert np.allclose(ours()["low_pct"], plain()["low"] * 100)
    return Pair("rank_creators_by_sentiment", rows, "groupby, agg, Wilson's formula", ours, plain)


def _plain_alerts(scored: pd.DataFrame) -> pd.DataFrame:
    summary = _plain_summary(scored, scored["video_id"])
    alerts = summary[(summary["negative_pct"] >= 40) & (summary["analysed"] >= 10)]
    order = ["negative_pct", "negative", "video_id"]
    return alerts.sort_values(order, ascending=[False, False, True])


def _alerts(rows: int) -> Pair:
    scored = scored_comments(rows).drop(columns="creator_id")

    def plain() -> pd.DataFrame:
        return _plain_alerts(scored)

    def ours() -> pd.DataFrame:
        return find_negative_alerts(scored)

    if rows == SIZES[0]:
        assert ours()["video_id"].tolist() == plain()["video_id"].tolist()
    return Pair("find_negative_alerts", rows, "groupby, agg, filter, sort_values", ours, plain)


def _evidence(rows: int) -> Pair:
    scored = scored_comments(rows)
    alerts = find_negative_alerts(scored, share_pct=30)
    assert len(alerts) > 0

    def plain() -> pd.DataFrame:
        chosen = (scored["label"] == "negative") & scored["video_id"].isin(alerts["video_id"])
        places = alerts.reset_index().set_index("video_id")["index"]
        found = scored[chosen]
        found = found.assign(place=found["video_id"].map(places))
        return found.sort_values(["place", "comparative"], kind="stable").drop(columns="place")

    def ours() -> pd.DataFrame:
        return show_alert_evidence(scored, alerts)

    if rows == SIZES[0]:
        assert ours().index.tolist() == plain().index.tolist()
    return Pair("show_alert_evidence", rows, "isin, map, sort_values", ours, plain)


def _search(rows: int) -> Pair:
    scored = scored_comments(rows)

    def plain() -> pd.DataFrame:
        return scored[scored["text"].str.contains(r"\b(?:refund|love)\b", case=False)]

    def ours() -> pd.DataFrame:
        return search_comments(scored, ["refund", "love"])

    if rows == SIZES[0]:
        assert ours().index.tolist() == plain().index.tolist()
    return Pair("search_comments", rows, "str.contains", ours, plain)


PAIRS = (
    _texts,
    _modes,
    _counts,
    _videos,
    _days,
    _ranking,
    _alerts,
    _evidence,
    _search,
)


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
    seconds = seconds_of(lambda: scored.append(score_comments(frame)))
    after = _peak_megabytes()
    added = scored[0].drop(columns="text").memory_usage(deep=True).sum() / 1e6
    print(json.dumps([seconds, after - before, float(added)]))


if __name__ == "__main__":
    _child()
