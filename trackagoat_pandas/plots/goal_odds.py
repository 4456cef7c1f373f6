"""The plot of the chances that goals are reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Floats
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.helpers.columns import instants_of, values_of
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.goals.backtest import calibrate_goal_odds, goal_odds_skill
from trackagoat_pandas.helpers.goals.misses import deadlines
from trackagoat_pandas.inputs.checks import check_int, require_columns
from trackagoat_pandas.plots.layout import text_pt, title_room_pt
from trackagoat_pandas.plots.marks import (
    FULL,
    NAME_COLUMNS,
    label_marks,
    name_rows,
    note_rows,
    of_goals,
)
from trackagoat_pandas.plots.style import (
    TINY_PT,
    add_note,
    count_text,
    empty_axes,
    finish_axes,
    new_axes,
    percent_text,
    picture,
    row_axes,
)
from trackagoat_pandas.plots.theme import ALARM, DARK, GOOD, GRID, QUIET, WARN, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BANDS: Final = (
    (0.0, 1 / 3, ALARM),
    (1 / 3, 2 / 3, WARN),
    (2 / 3, np.inf, GOOD),
)
"""From, up to and colour."""
_WITHOUT: Final = {
    "period_over": ("has a period that is over", "have periods that are over"),
    "unknown_period": ("has an unknown period", "have unknown periods"),
    "unknown_metric": ("has an unknown metric", "have unknown metrics"),
    "unknown_target": ("has no target", "have no target"),
    "unknown_actual": ("needs data on {}", "need data on {}"),
    "not_started": ("has not started", "have not started"),
    "too_little_history": ("has too short a history", "have too short a history"),
    "too_irregular": ("is too irregular", "are too irregular"),
    "too_few_forecasts": ("has too few past forecasts", "have too few past forecasts"),
    "no_skill": ("has past forecasts without skill", "have past forecasts without skill"),
}
"""Why one goal or several have no odds, by the reasons of ``goal_odds``."""
_SUBTITLE: Final = "Chance that the target is reached in time; colours change at 33% and 67%"
_LIKE_IT: Final = "shaded: how often past forecasts like these came true (95% interval)"
_GAP_PT: Final = 4.0


@picture
def goal_odds(
    odds: pd.DataFrame,
    *,
    backtest: pd.DataFrame | None = None,
    n: int = 24,
    theme: Theme = "light",  # noqa: ARG001
    ax: Axes | None = None,
) -> Axes:
    """Plot the chance that each goal is reached, the smallest first.

    Parameters
    ----------
    odds
        The frame of :func:`trackagoat_pandas.goal_odds`. Goals whose period is over are left out.
    backtest
        The frame of :func:`backtest_goal_odds`, to shade behind the bars of each fifth of the
        chances how often such goals were reached in the past (a 95 % Wilson interval), and to say
        in the notes how good the odds were, and which ones came true more or less often than they
        said.
    n
        The most goals to show, if they have room. The others are counted in a note.
    theme
        ``"dark"`` for the colours of dark pages.
    ax
        The axes to draw on; by default new ones, as high as the goals need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for each goal whose chance is known, in percent, with the missing amount
        and the last day of its period, or the time left where the frame doesn't know that day.
        Colours distinguish chances below 1/3, between and above 2/3.

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing, or ``n`` is less than 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from trackagoat_pandas.plots.goal_odds import goal_odds
    >>> import trackagoat_pandas as tgp
    >>> odds = pd.DataFrame({"tiktok_handle": ["mia", "ben"], "metric": "posts",
    ...                      "period": "weekly", "chance": [0.8, 0.2], "missing": [1.0, 4.0],
    ...                      "days_left": [3.0, 3.0]})
    >>> tgp.plots.goal_odds(odds).get_title(loc="left")
    '1 of 2 goals is more likely to be missed than reached'
    """
    check_int("n", n, minimum=1)
    needed = [*NAME_COLUMNS, "chance", "missing", "days_left"]
    require_columns(odds, needed, loader="goal_odds")
    # In a period that is over, nothing is left to chance.
    odds = odds[~(values_of(odds["days_left"]) <= 0.0)]
    known = odds[odds["chance"].notna()].sort_values("chance", kind="stable")
    if odds.empty:
        return empty_axes(new_axes(ax), "No goals to show")
    if known.empty:
        which = "this goal" if len(odds) == 1 else f"these {len(odds):,} goals"
        why = _reasons(odds)
        return empty_axes(new_axes(ax), ": ".join(filter(None, [f"No odds for {which}", why])))
    ax, rows = row_axes(min(len(known), n), ax)
    chance = known["chance"].to_numpy("float64")
    past = None if backtest is None else _past(backtest)
    _draw(ax, known.head(rows), past)
    notes, rest, without = list[str](), chance[rows:], odds[odds["chance"].isna()]
    if rest.size:
        notes.append(f"{rest.size:,} more not shown, at {rest.min():.0%} or higher")
    if len(without):
        number = f"{len(without):,} {'goal' if len(without) == 1 else 'goals'} without odds"
        notes.append(": ".join(filter(None, [number, _reasons(without)])))
    if backtest is not None and past is not None:
        notes += [*_said_and_true(chance[:rows], past), _skill(backtest)]
    add_note(ax, "; ".join(notes))
    has_past = past is not None and bool((past["forecasts"] > 0).any())
    subtitle = f"{_SUBTITLE}; {_LIKE_IT}" if has_past else _SUBTITLE
    finish_axes(ax, _finding(chance), subtitle=subtitle, grid="x")
    return ax


def _past(backtest: pd.DataFrame) -> pd.DataFrame:
    """Return how often past forecasts came true, by bin of their chance, all in percent."""
    bins = calibrate_goal_odds(backtest)
    number = bins["forecasts"].to_numpy("int64")
    rates = {
        name: values_of(bins[column]) * FULL
        for name, column in {
            "start": "chance_from", "stop": "chance_to", "said": "mean_chance",
            "hit": "hit_rate", "low": "hit_rate_low", "high": "hit_rate_high",
        }.items()
    }  # fmt: skip
    return pd.DataFrame({"forecasts": number, **rates})


def _place(chance: Floats, past: pd.DataFrame) -> Floats:
    """Return the bin of each chance; NaN for a chance of 1, which is that of a reached goal."""
    place = np.minimum(np.floor(chance * len(past)), len(past) - 1)
    is_known = past["forecasts"].to_numpy()[place.astype(np.int64)] > 0
    return np.where((chance < 1.0) & is_known, place, np.nan)


def _draw(ax: Axes, odds: pd.DataFrame, past: pd.DataFrame | None) -> None:
    """Draw the bars, the intervals of past forecasts, and the texts of each row."""
    chance, places = odds["chance"].to_numpy("float64"), np.arange(len(odds))
    missing, days = (values_of(odds[name]) for name in ("missing", "days_left"))
    needs = [_need_text(*each) for each in zip(missing, days, _last_days(odds), strict=True)]
    names = name_rows(ax, odds)
    note_rows(ax, needs)
    ids = odds["creator_id"].tolist() if "creator_id" in odds else [""] * len(odds)
    said = [
        f"{name}: {share:.0%}{', ' if need else ''}{need}"
        for name, share, need in zip(names, chance, needs, strict=True)
    ]
    if past is not None:
        bins = _place(chance, past)
        _draw_past(ax, chance, bins, past)
        said = [
            text if np.isnan(place) else f"{text}; {_came_true(past.iloc[int(place)])}"
            for text, place in zip(said, bins, strict=True)
        ]
    for low, high, color in _BANDS:
        if (rows := places[(chance >= low) & (chance < high)]).size:
            bars = ax.barh(rows, chance[rows] * FULL, height=0.7, color=color)
            label_marks(bars, [said[row] for row in rows], [ids[row] for row in rows])
    ax.axvline(FULL / 2, color=DARK, linewidth=1, linestyle=":", zorder=0)


def _draw_past(ax: Axes, chance: Floats, bins: Floats, past: pd.DataFrame) -> None:
    """Shade behind the rows of each bin how often past forecasts came true, and write it beside."""
    a_percent = title_room_pt(ax) / ax.get_xlim()[1]
    for place in np.unique(bins[~np.isnan(bins)]):
        rows, like_it = np.flatnonzero(bins == place), past.iloc[int(place)]
        ax.barh(
            rows.mean(), like_it["high"] - like_it["low"], rows.size, like_it["low"],
            facecolor=GRID, edgecolor=QUIET, linewidth=0.8, zorder=0,
        )  # fmt: skip
        text = f"{percent_text(round(like_it['hit']))} of {int(like_it['forecasts']):,} came true"
        end = max(like_it["high"], chance[rows[0]] * FULL)
        if text_pt(text, TINY_PT) + 3 * _GAP_PT <= (FULL - end) * a_percent:
            ax.annotate(
                text, (end, rows[0]), xytext=(_GAP_PT, 0), textcoords="offset points",
                va="center", fontsize=TINY_PT, color=QUIET,
            )  # fmt: skip


def _came_true(like_it: pd.Series) -> str:
    number = int(like_it["forecasts"])
    forecasts = f"{number:,} past {'forecast' if number == 1 else 'forecasts'} like it"
    return f"came true in {like_it['low']:.0f} to {like_it['high']:.0f}% of {forecasts}"


def _last_days(odds: pd.DataFrame) -> list[str | None]:
    """Write the last day of each goal's period, as ``Sun 21 Jun``; None where it isn't known."""
    zone = zone_of(None, [odds])
    if zone is None or "period_end" not in odds.columns:
        return [None] * len(odds)
    ends = instants_of(odds["period_end"])
    return deadlines(days_shown(ends - np.timedelta64(1, "us"), zone))


def _need_text(missing: float, days: float, last: str | None) -> str:
    if missing <= 0:
        return "reached"
    if np.isnan(missing) or np.isnan(days):
        return ""
    if last and days >= 1:
        return f"{count_text(np.ceil(missing))} more by {last}"
    left = f"{count_text(days)} {'day' if days == 1.0 else 'days'}"
    return f"{count_text(np.ceil(missing))} more in {left if days >= 1 else f'{days * 24:.0f} h'}"


def _finding(chance: Floats) -> str:
    """Say how many goals are more likely to be missed than reached."""
    total, unlikely = len(chance), int((chance < 0.5).sum())
    if not unlikely:
        return f"{of_goals(total, total)} at least as likely to be reached as missed"
    return f"{of_goals(unlikely, total)} more likely to be missed than reached"


def reasons_of(odds: pd.DataFrame) -> pd.Series:
    """Return why each goal has no odds: ``unknown_actual`` where its metric has no data at all."""
    reasons = odds["reason"].astype(object).fillna("unknown_actual")
    if "history_days" not in odds.columns:
        return reasons
    # Without analytics, `actual` is that of the goals frame, and the history has no day at all.
    has_none = reasons.eq("too_little_history") & odds["history_days"].eq(0)
    return reasons.mask(has_none.fillna(value=False).astype(bool), "unknown_actual")


def listed(names: Sequence[str]) -> str:
    """Write names as in a sentence: "views", "likes and views", "likes, saves and views"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _reasons(odds: pd.DataFrame) -> str:
    """Count the reasons why goals have no odds; "" if the frame names none."""
    if "reason" not in odds.columns:
        return ""
    reasons, parts = reasons_of(odds), []
    for reason, count in reasons.value_counts().items():
        metrics = sorted(odds.loc[reasons == reason, "metric"].astype(str).unique())
        words = _WITHOUT.get(str(reason), (str(reason).replace("_", " "),) * 2)[count > 1]
        parts.append(f"{count:,} {words}".replace("{}", listed(metrics)))
    return ", ".join(parts)


def _said_and_true(chance: Floats, past: pd.DataFrame) -> list[str]:
    """Say which of the odds shown came true more or less often than they said.

    Where a fifth of the odds held on the whole, bars at its ends may still lie outside its band.
    """
    place = _place(chance, past)
    bins = np.unique(place[~np.isnan(place)]).astype(np.int64)
    used = past.iloc[bins]
    ways = {
        "more often than they said": used["said"] < used["low"],
        "less often than they said": used["said"] > used["high"],
    }
    said, is_named = [], np.zeros(len(past), np.bool_)
    for way, is_so in ways.items():
        spans = [f"{row.start:.0f} to {row.stop:.0f}%" for row in used[is_so].itertuples()]
        is_named[bins[is_so.to_numpy()]] = True
        if spans:
            said.append(f"in the past, odds of {' and '.join(spans)} came true {way}")
    shown = chance[~np.isnan(place)] * FULL
    of_each = past.iloc[place[~np.isnan(place)].astype(np.int64)]
    is_outside = (shown < of_each["low"]) | (shown > of_each["high"])
    if number := int((is_outside & ~is_named[of_each.index]).sum()):
        bars = (
            "1 bar lies outside its band"
            if number == 1
            else f"{number:,} bars lie outside their bands"
        )
        said.append(f"{bars}, which {'is' if number == 1 else 'are'} of all odds of that fifth")
    return said


def _skill(backtest: pd.DataFrame) -> str:
    """Compare the Brier score of past forecasts with that of their hit rate."""
    score = goal_odds_skill(backtest).iloc[0]
    number, skill = int(score["forecasts"]), score["skill"]
    if not number:
        return "no past forecasts to score"
    forecasts = f"{number:,} past {'forecast' if number == 1 else 'forecasts'}"
    if pd.isna(skill):
        return f"{forecasts}, all with the same outcome"
    better = f"{skill:.0%} better" if round(skill, 2) > 0 else "no better"
    scores = f"Brier score {score['brier']:.2f} to {score['base_brier']:.2f}"
    verb = "was" if number == 1 else "were"
    return f"{forecasts} {verb} {better} than always saying their hit rate ({scores})"
