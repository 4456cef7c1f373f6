"""Every plot, drawn to pixels, beside the plain pandas and matplotlib way to the same picture.

The plain way sums with pandas and draws the same bars, lines, names, numbers, hatches and legend;
it looks for no gaps, partial days, equal names or missing glyphs, measures no text, and its titles
say less. Most of the time is matplotlib's own, on both sides.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from tests.benchmarks.comparing import NEVER_SLOWER, SIZES, Pair, told
from tests.benchmarks.frames_helpers import analytics, videos
from tests.benchmarks.payouts import ZONE, ledger
from tests.benchmarks.result import Result
from tests.benchmarks.sentiment import scored_comments
from trackagoat_pandas import plots
from trackagoat_pandas.helpers.sentiment.lexicon import lexicon

WIDTH_IN = 9
AGAINST = "pandas and matplotlib"
CREATORS = (1_000, 10_000, 100_000)
"""A program has hundreds of creators. A million circles take matplotlib 12 s, on either side."""
_ENOUGH_S, _FEWEST_TURNS, _MOST_TURNS = 1.2, 3, 9
_LAST, _PERIOD = pd.Timestamp("2026-06-15T04:00Z"), pd.Timedelta(days=7)
_STATUSES = ["missed", "at_risk", "behind_pace", "on_track", "completed"]
_COLORS = ["#555555", "#D55E00", "#E69F00", "#009E73", "#0072B2"]
_HATCHES = ["\\\\\\", "xx", "..", "//", ""]


def measure() -> list[Result]:
    """Measure each plot at each size against the plain way."""
    results: list[Result] = []
    for make in PAIRS:
        pairs = [make(rows) for rows in (CREATORS if make is _scatter else SIZES)]
        results += told(pairs, [_least(pair) for pair in pairs], NEVER_SLOWER)
    return results


def _least(pair: Pair) -> tuple[float, float]:
    """The best processor times of both ways, which others on the machine disturb least."""
    ours, theirs = [], []
    while len(ours) < _FEWEST_TURNS or (sum(ours + theirs) < _ENOUGH_S and len(ours) < _MOST_TURNS):
        ours.append(_processor_s(pair.helper))
        theirs.append(_processor_s(pair.plain))
    return min(ours), min(theirs)


def _processor_s(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def pair(
    name: str, rows: int, ours: Callable[[Axes], object], plain: Callable[[Axes], object],
    height_in: float = 4.0,
) -> Pair:  # fmt: skip
    """Two ways to draw on axes of one size."""
    return Pair(
        f"plots.{name}", rows, AGAINST, lambda: drawn(ours, height_in),
        lambda: drawn(plain, height_in),
    )  # fmt: skip


def drawn(draw: Callable[[Axes], object], height_in: float) -> None:
    """Draw on new axes, and render them."""
    figure = Figure(figsize=(WIDTH_IN, height_in), layout="constrained")
    draw(figure.subplots())
    FigureCanvasAgg(figure).draw()


def dress(ax: Axes, title: str, grid: str) -> None:
    """Do by hand what every plot has: a title at the left, help lines and a legend beside it."""
    ax.set_title(title, loc="left", parse_math=False)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis=grid)
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1))


def write_rows(ax: Axes, names: list[str], ends: Any, notes: list[str]) -> None:
    """Name rows at the left, and write a note behind the end of each."""
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    for place, (end, note) in enumerate(zip(ends, notes, strict=True)):
        ax.annotate(note, (end, place), xytext=(4, 0), textcoords="offset points", va="center")


def _trend(rows: int) -> Pair:
    series = analytics(rows, ("views",))

    def plain(ax: Axes) -> None:
        chosen = series[(series["metric"] == "views") & (series["series_kind"] == "main")]
        totals = chosen.groupby("date")["value"].sum().astype("float64")
        ax.plot(totals.index, totals, label="views")
        ax.set_ylabel("views a day")
        dress(ax, f"Views: {totals.sum():,.0f}", "y")

    return pair("trend", rows, lambda ax: plots.trend(series, ax=ax), plain)


def _split(rows: int) -> Pair:
    series = analytics(rows, ("views",))

    def plain(ax: Axes) -> None:
        wide = series.pivot_table(index="date", columns="label", values="value", observed=True)
        most = wide.sum().nlargest(5).index
        others = wide.drop(columns=most).sum(axis=1)
        for name, marker in zip(most, "os^Dv", strict=False):
            ax.plot(wide.index, wide[name].astype(float), marker=marker, markevery=8, label=name)
        if others.max() <= 4 * wide[most].max().max():
            ax.plot(wide.index, others.astype(float), linestyle="--", label="others")
        ax.set_ylabel("views a day")
        dress(ax, f"Views: {wide.sum().sum():,.0f}", "y")

    return pair("trend by label", rows, lambda ax: plots.trend(series, by="label", ax=ax), plain)


def _leaderboard(rows: int) -> Pair:
    frame = videos(rows)[0]

    def plain(ax: Axes) -> None:
        top = frame.sort_values("view_count", ascending=False).head(10)
        counts, share = top["view_count"].astype(float), top["view_count"].sum()
        ax.barh(range(len(top)), counts, color=["C0", *["gray"] * 9])
        write_rows(ax, top["id"].str[:28].tolist(), counts, [f"{c:,.0f}" for c in counts])
        ax.set_xticks([])
        dress(ax, f"Views: {share / frame['view_count'].sum():.0%} of all", "x")

    return pair("leaderboard", rows, lambda ax: plots.leaderboard(frame, name="id", ax=ax), plain)


def _people(rows: int) -> pd.DataFrame:
    dice = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "tiktok_handle": [f"creator.{place}" for place in range(rows)],
            "post_count": pd.array(dice.poisson(14, rows) + 1, "Int64"),
            "avg_views_per_post": pd.array(dice.lognormal(8, 1.3, rows), "Float64"),
            "engagement_rate_by_views": pd.array(dice.gamma(4, 1.7, rows), "Float64"),
        }
    )


def _scatter(rows: int) -> Pair:
    people = _people(rows)

    def plain(ax: Axes) -> None:
        posts, views, rates = (people[name].to_numpy("float64") for name in people.columns[1:])
        sizes = np.maximum(rates / rates.max() * 360, 25)
        look = {"facecolor": "#0072B266", "edgecolor": "#0072B2", "linewidth": 0.8}
        ax.scatter(posts, views, s=sizes, label="creators", **look)
        ax.set_yscale("log")
        ax.axhline(np.median(views), linestyle=":", label="the medians")
        ax.axvline(np.median(posts), linestyle=":")
        for place in np.argsort(-posts * views)[:8]:
            name = people["tiktok_handle"].iloc[place]
            ax.annotate(name, (posts[place], views[place]), fontsize=8)
        ax.set(xlabel="posts", ylabel="views a post")
        dress(ax, f"{people['tiktok_handle'].iloc[views.argmax()]} gets most from a post", "y")

    return pair("creator_scatter", rows, lambda ax: plots.creator_scatter(people, ax=ax), plain)


def _goals(rows: int) -> pd.DataFrame:
    """Goals of the week until now's end, half of it gone."""
    dice = np.random.default_rng(7)
    left = pd.array(np.full(rows, 84.0), "Float64")
    return pd.DataFrame(
        {
            "tiktok_handle": [f"creator.{place}" for place in range(rows)],
            "metric": pd.Categorical(dice.choice(["posts", "views"], rows)),
            "period": pd.Categorical(["weekly"] * rows),
            "status": pd.Categorical(dice.choice(_STATUSES[1:], rows), _STATUSES),
            "target": pd.array(np.full(rows, 40.0), "Float64"),
            "actual": pd.array(dice.integers(0, 60, rows).astype(float), "Float64"),
            "period_start": _LAST - _PERIOD,
            "period_end": _LAST,
            "hours_until_period_end": left,
            "hours_since_period_end": pd.array([None] * rows, "Float64"),
            "not_yet_started": pd.array(np.zeros(rows, bool), "boolean"),
            "missing": pd.array(dice.integers(1, 9, rows).astype(float), "Float64"),
            "days_left": pd.array(np.full(rows, 3.5), "Float64"),
            "chance": pd.array(dice.random(rows), "Float64"),
        }
    )


def _rows_of(goals: pd.DataFrame) -> list[str]:
    return [
        f"{row.tiktok_handle} · {row.period} {row.metric}" for row in goals.itertuples(index=False)
    ]


def _board(rows: int) -> Pair:
    goals = _goals(rows)

    def plain(ax: Axes) -> None:
        now = goals["period_end"] - pd.to_timedelta(goals["hours_until_period_end"], unit="h")
        length = goals["period_end"] - goals["period_start"]
        due = (now - goals["period_start"]) / length * 100
        percent = goals["actual"] / goals["target"] * 100
        ranked = goals.assign(percent=percent, due=due, rank=goals["status"].cat.codes)
        top = ranked.sort_values(["rank", "percent"], kind="stable").head(24).reset_index(drop=True)
        lengths = top["percent"].astype(float).clip(upper=120)
        looks = zip(_STATUSES, _COLORS, _HATCHES, strict=True)
        for word, color, hatch in looks:
            chosen = top.index[top["status"] == word]
            if len(chosen):
                look = {"color": color, "hatch": hatch, "edgecolor": "white", "height": 0.7}
                ax.barh(chosen, lengths[chosen], label=word, **look)
                ax.barh(chosen, 2.5, left=-5, **look)
        ax.vlines(top["due"].astype(float), top.index - 0.45, top.index + 0.45, color="black")
        ax.axvline(100, linestyle=":", label="the target")
        notes = [f"{row.actual:g} of {row.target:g}" for row in top.itertuples()]
        write_rows(ax, _rows_of(top), np.maximum(lengths, top["due"].astype(float)), notes)
        ax.set_xlabel(goals["status"].value_counts().to_string().replace("\n", ", "), loc="left")
        dress(ax, f"{(goals['status'] == 'at_risk').sum()} of {rows} goals are at risk", "x")

    return pair("goal_board", rows, lambda ax: plots.goal_board(goals, ax=ax), plain, 7.5)


def _odds(rows: int) -> Pair:
    goals = _goals(rows)

    def plain(ax: Axes) -> None:
        known = goals[goals["chance"].notna()].sort_values("chance", kind="stable")
        top = known.head(24).reset_index(drop=True)
        chance = top["chance"].astype(float)
        for label, low, high, color, hatch in (
            ("unlikely", 0, 1 / 3, "#D55E00", "xx"), ("open", 1 / 3, 2 / 3, "#E69F00", ".."),
            ("likely", 2 / 3, 2, "#009E73", "//"),
        ):  # fmt: skip
            chosen = top.index[chance.between(low, high, inclusive="left")]
            if len(chosen):
                ax.barh(
                    chosen, chance[chosen] * 100, height=0.7, color=color, hatch=hatch,
                    edgecolor="white", label=label,
                )  # fmt: skip
        ax.axvline(50, linestyle=":", label="even odds")
        notes = [f"{row.missing:g} in {row.days_left:g} days" for row in top.itertuples()]
        write_rows(ax, _rows_of(top), chance * 100, notes)
        ax.set_xlim(0, 138)
        ax.set_xlabel(f"and {len(known) - len(top)} more", loc="left")
        dress(ax, f"{(known['chance'] < 0.5).sum()} of {len(known)} goals will be missed", "x")

    return pair("goal_odds", rows, lambda ax: plots.goal_odds(goals, ax=ax), plain, 7.5)


def _dollars(rows: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """So many accruals with their payments, of the one currency that a plot can show."""
    accruals, payments = ledger(rows * 5 // 4)  # a fifth is in euros
    return accruals[accruals["currency"] == "USD"], payments[payments["currency"] == "USD"]


def _standing(rows: pd.DataFrame) -> pd.DataFrame:
    """What counts of accruals or payments: each once, and none that is voided."""
    return rows[rows["status"] != "voided"].drop_duplicates("id", keep="last")


def _summary(rows: int) -> Pair:
    accruals, payments = _dollars(rows)

    def plain(ax: Axes) -> None:
        earned = _standing(accruals).groupby("creator_id")["amount_cents"]
        paid = _standing(payments).groupby("creator_id")["amount_cents"]
        sums = pd.DataFrame({"earned": earned.sum(), "paid": paid.sum()}).fillna(0) / 100
        sums["owed"] = sums["earned"] - sums["paid"]
        ranked = sums.sort_values(["owed", "earned"], ascending=False)
        top = ranked.head(15).astype(float)
        places = np.arange(len(top))
        ax.barh(places, top["paid"], label="paid")
        ax.barh(
            places, top["owed"], left=top["paid"], facecolor="white", edgecolor="orange",
            hatch="///", label="owed",
        )  # fmt: skip
        rest = ranked.iloc[15:].sum()
        names = [name[:8] for name in top.index]
        write_rows(ax, names, top["earned"], [f"${owed:,.2f} owed" for owed in top["owed"]])
        ax.text(0, 15, f"${rest['paid']:,.0f} paid, ${rest['owed']:,.0f} owed", parse_math=False)
        ax.xaxis.set_major_formatter("${x:,.0f}")
        dress(ax, f"${sums['owed'].sum():,.0f} of ${sums['earned'].sum():,.0f} is owed", "x")

    return pair(
        "payout_summary", rows, lambda ax: plots.payout_summary(accruals, payments, ax=ax), plain, 5
    )


def _timeline(rows: int) -> Pair:
    accruals, payments = _dollars(rows)

    def plain(ax: Axes) -> None:
        standing = _standing(accruals)
        recorded = _standing(payments)
        paid_at = recorded["paid_at"].dt.tz_convert(ZONE).dt.tz_localize(None)
        earned = standing["amount_cents"].groupby(standing["period_end"].dt.to_period("M")).sum()
        paid = recorded["amount_cents"].groupby(paid_at.dt.to_period("M")).sum()
        months = pd.DataFrame({"earned": earned, "paid": paid}).fillna(0).astype(float) / 100
        starts = months.index.to_timestamp()
        half, width = pd.Timedelta(days=5), pd.Timedelta(days=10)
        ax.bar(starts - half, months["earned"], width, label="earned")
        ax.bar(
            starts + half, months["paid"], width, facecolor="white", edgecolor="orange",
            hatch="///", label="paid",
        )  # fmt: skip
        owed = (months["earned"] - months["paid"]).cumsum()
        ax.plot(starts, owed, marker="o", label="owed at the end")
        ax.axhline(0, color="black")
        ax.yaxis.set_major_formatter("${x:,.0f}")
        dress(ax, f"Owed at the end: ${owed.iloc[-1]:,.0f}", "y")

    return pair(
        "payout_timeline", rows,
        lambda ax: plots.payout_timeline(accruals, payments, timezone=ZONE, ax=ax), plain,
    )  # fmt: skip


def _days(rows: int) -> Pair:
    comments = scored_comments(rows)

    def plain(ax: Axes) -> None:
        known = comments[comments["label"].notna()]
        shares = pd.crosstab(known["posted_at"].dt.floor("D"), known["label"], normalize="index")
        up, down = shares["positive"] * 100, shares["negative"] * 100
        ax.bar(shares.index, up, 0.9, label="positive")
        ax.bar(shares.index, -down, 0.9, hatch="//", edgecolor="white", label="negative")
        ax.plot(shares.index, up - down, color="black", label="the difference")
        ax.axhline(0, color="black")
        ax.set_ylabel("of comments, percent")
        share = (known["label"] == "positive").mean()
        dress(ax, f"{share:.0%} of {len(known):,} comments are positive", "y")

    return pair(
        "sentiment_trend", rows, lambda ax: plots.sentiment_trend(comments, freq="D", ax=ax), plain
    )


def _creators(rows: int) -> Pair:
    comments = scored_comments(rows)

    def plain(ax: Axes) -> None:
        known = comments[comments["label"].notna()]
        good = (known["label"] == "positive").groupby(known["creator_id"]).agg(["sum", "count"])
        good = good[good["count"] >= 10].astype(float)
        share, z2, count = good["sum"] / good["count"], 1.96**2, good["count"]
        middle = (share + z2 / (2 * count)) / (1 + z2 / count)
        half = 1.96 * np.sqrt(share * (1 - share) / count + z2 / (4 * count**2)) / (1 + z2 / count)
        board = pd.DataFrame({"share": share, "low": middle - half, "high": middle + half}) * 100
        ranked = board.assign(count=count).sort_values("low", ascending=False)
        top = pd.concat([ranked.head(12), ranked.tail(12)]) if len(ranked) > 24 else ranked
        ends = [top["share"] - top["low"], top["high"] - top["share"]]
        ax.errorbar(top["share"], range(len(top)), xerr=np.clip(ends, 0, None), fmt="o", capsize=2)
        names = [
            f"{name} ({size:,.0f})" for name, size in zip(top.index, top["count"], strict=True)
        ]
        ax.set_yticks(range(len(top)), names)
        ax.invert_yaxis()
        mean = good["sum"].sum() / good["count"].sum() * 100
        ax.axvline(mean, linestyle="--", color="black")
        ax.text(mean, -0.5, f"all: {mean:.0f}%", bbox={"facecolor": "white", "edgecolor": "none"})
        ax.set_xlim(-2, 102)
        ax.set_xlabel("positive comments, percent")
        dress(ax, f"{top.index[0]} has the kindest comments", "x")

    return pair(
        "sentiment_creators", rows, lambda ax: plots.sentiment_creators(comments, ax=ax), plain, 7.5
    )


def _words(rows: int) -> Pair:
    """The plain way knows no negation and no emoji."""
    comments, worths = scored_comments(rows), lexicon("api").words

    def plain(ax: Axes) -> None:
        uses = comments["text"].str.lower().str.findall(r"[\w']+").explode().value_counts()
        words = pd.DataFrame({"uses": uses, "value": uses.index.map(worths)}).dropna()
        words["part"] = words["uses"] * words["value"]
        top = words.loc[words["part"].abs().nlargest(20).index].sort_values("part")[::-1]
        is_good = (top["part"] > 0).to_numpy()
        ax.barh(
            range(len(top)), top["part"], color=np.where(is_good, "C0", "C1"),
            hatch=list(np.where(is_good, "", "//")), edgecolor="white",
        )  # fmt: skip
        write_rows(ax, top.index.tolist(), top["part"], [f"{uses:,}x" for uses in top["uses"]])
        ax.axvline(0, color="black")
        ax.set_xlabel("added to the scores")
        dress(ax, f"{top.index[0]} lifts the comments most", "x")

    return pair("comment_words", rows, lambda ax: plots.comment_words(comments, ax=ax), plain, 6.5)


PAIRS = (
    _trend, _split, _leaderboard, _scatter, _board, _odds, _summary, _timeline, _days, _creators,
    _words,
)  # fmt: skip
