"""The plot of the chances that goals are reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.base.types import Bools, Floats, Ints
from trackagoat_pandas.base.wording import joined
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.helpers.columns import instants_of, values_of
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.goals.backtest import calibrate_goal_odds
from trackagoat_pandas.helpers.goals.misses import deadlines
from trackagoat_pandas.inputs.checks import check_int, require_columns
from trackagoat_pandas.plots.layout import text_pt, title_room_pt
from trackagoat_pandas.plots.marks import (
    FULL,
    NAME_COLUMNS,
    draw_over,
    label_marks,
    name_rows,
    note_rows,
    of_goals,
)
from trackagoat_pandas.plots.style import (
    TINY_PT,
    add_note,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
    row_axes,
)
from trackagoat_pandas.plots.theme import ALARM, DARK, GOOD, QUIET, WARN, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CLASSES: Final = (("unlikely", ALARM), ("open", WARN), ("likely", GOOD))
"""The words and colours of the three thirds of chances."""
_SPANS: Final = ("below 33%", "at 33 to 67%", "above 67%")
_FEWEST: Final = 10
"""With fewer past forecasts, it isn't known what they are worth."""
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
_CHANCES: Final = "Chance that the target is reached in time: unlikely below 33%, likely from 67%"
_INTERVALS: Final = (
    "How often goals with such chances were reached in the past (95% interval), since the record "
    "doesn't support exact chances"
)
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
    odds : DataFrame
        The frame of :func:`trackagoat_pandas.goal_odds`. Goals whose period is over are left out.
    backtest : DataFrame, optional
        The frame of :func:`backtest_goal_odds`, to say in the subtitle how often goals with such
        chances were reached in the past, and to draw no exact chances where that doesn't support
        them.
    n : int, default 24
        The most goals to show, if they have room. The others are counted in a note.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the goals need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for each goal whose chance is known, in percent, with the missing amount
        and the last day of its period, or the time left where the frame doesn't know that day.
        Colours distinguish chances below 1/3, between and above 2/3.

        With `backtest`, the chances shown are compared with past outcomes, by fifths of the
        chances (:func:`calibrate_goal_odds`). If the mean chance of one lies outside its 95 %
        Wilson interval, goals have one of three words in place of a chance: *unlikely*, *open* or
        *likely*, by how often past goals were reached whose chances were in the same third, and
        the bar is the interval of that share. With fewer than 10 of them it is *open*.

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing, or ``n`` is less than 1.

    See Also
    --------
    goal_odds : Estimate the chance of each goal.
    backtest_goal_odds : See how past odds came true.
    plots.goal_board : Draw the progress of goals.

    Examples
    --------
    >>> import pandas as pd
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
    past = None if backtest is None else _record(backtest)
    is_exact = backtest is None or _holds(chance, backtest)
    _draw(ax, known.head(rows), None if is_exact else past)
    notes, rest, without = list[str](), chance[rows:], odds[odds["chance"].isna()]
    if rest.size:
        least = f"{rest.min():.0%}"
        least = least if least == "100%" else f"{least} or higher"
        at = f", at {least}" if is_exact else ""
        notes.append(f"{rest.size:,} more not shown{at}")
    if len(without):
        number = f"{len(without):,} {'goal' if len(without) == 1 else 'goals'} without odds"
        notes.append(": ".join(filter(None, [number, _reasons(without)])))
    add_note(ax, "; ".join(notes))
    title = _finding(chance) if past is None or is_exact else _finding_in_words(chance, past)
    subtitle = [_CHANCES if is_exact else _INTERVALS, "" if past is None else _record_text(past)]
    finish_axes(ax, title, subtitle="; ".join(filter(None, subtitle)), grid="x")
    return ax


def _record(backtest: pd.DataFrame) -> pd.DataFrame:
    """Return how often past forecasts of each third of the chances came true, in percent."""
    bins = calibrate_goal_odds(backtest, bins=len(_CLASSES))
    number = bins["forecasts"].to_numpy("int64")
    rate, low, high = (
        values_of(bins[name]) * FULL for name in ("hit_rate", "hit_rate_low", "hit_rate_high")
    )
    hits = np.nan_to_num(number * rate / FULL).round().astype(np.int64)
    return pd.DataFrame({"forecasts": number, "hits": hits, "rate": rate, "low": low, "high": high})


def _holds(chance: Floats, backtest: pd.DataFrame) -> bool:
    """Say whether past chances like those given agree with their outcomes."""
    bins = calibrate_goal_odds(backtest)
    said, low, high = (
        values_of(bins[name]) for name in ("mean_chance", "hit_rate_low", "hit_rate_high")
    )
    # A chance of 1 is that of a goal that was reached already.
    used = _third_of(chance[chance < 1.0], len(bins))
    is_wrong = (said < low) | (said > high)
    return not bool(is_wrong[used].any())


def _third_of(chance: Floats, parts: int = len(_CLASSES)) -> Ints:
    return np.minimum((chance * parts).astype(np.int64), parts - 1)


def _words_of(chance: Floats, past: pd.DataFrame) -> Ints:
    """Return the class of each chance by the outcomes of like ones, as a place in _CLASSES."""
    is_known = past["forecasts"].to_numpy() >= _FEWEST
    by_rate = _third_of(np.nan_to_num(past["rate"].to_numpy() / FULL))
    words = np.where(is_known, by_rate, 1)[_third_of(chance)]
    return np.where(chance < 1.0, words, len(_CLASSES) - 1)


def _draw(ax: Axes, odds: pd.DataFrame, past: pd.DataFrame | None) -> None:
    """Draw the bars, of chances or with a record of past outcomes, and the texts of each row."""
    chance = odds["chance"].to_numpy("float64")
    missing, days = (values_of(odds[name]) for name in ("missing", "days_left"))
    needs = [_need_text(*each) for each in zip(missing, days, _last_days(odds), strict=True)]
    names = name_rows(ax, odds)
    note_rows(ax, needs)
    ids = odds["creator_id"].tolist() if "creator_id" in odds else [""] * len(odds)
    starts, ends = np.zeros(len(odds)), chance * FULL
    said, classes = [f"{share:.0%}" for share in chance], _third_of(chance)
    if past is not None:
        classes, like_it = _words_of(chance, past), past.iloc[_third_of(chance)]
        is_open = chance < 1.0
        starts = np.where(is_open, like_it["low"], 0.0)
        ends = np.where(is_open, like_it["high"], FULL)
        said = [
            f"{_CLASSES[place][0]}; {hits:,} of {number:,} like it were reached" if left else "100%"
            for place, hits, number, left in zip(
                classes, like_it["hits"], like_it["forecasts"], is_open, strict=True
            )
        ]
        rates = np.where(is_open, like_it["rate"], np.nan)
        _write_words(ax, classes, ends, is_open)
    for place, (_, color) in enumerate(_CLASSES):
        rows = np.flatnonzero(classes == place)
        bars = ax.barh(rows, (ends - starts)[rows], left=starts[rows], height=0.7, color=color)
        texts = [
            ", ".join(filter(None, [f"{names[row]}: {said[row]}", needs[row]])) for row in rows
        ]
        label_marks(bars, texts, [ids[row] for row in rows])
    if past is not None:
        places = np.arange(len(odds))
        draw_over(ax.vlines, rates, places - 0.35, places + 0.35, 1.6)
    ax.axvline(FULL / 2, color=DARK, linewidth=1, linestyle=":", zorder=0)


def _write_words(ax: Axes, classes: Ints, ends: Floats, is_open: Bools) -> None:
    """Write the meaning of each bar beside it, where there is room."""
    a_percent = title_room_pt(ax) / ax.get_xlim()[1]
    for row in np.flatnonzero(is_open & ~np.isnan(ends)):
        text = _CLASSES[classes[row]][0]
        if text_pt(text, TINY_PT) + 2 * _GAP_PT <= (FULL - ends[row]) * a_percent:
            ax.annotate(
                text, (ends[row], row), xytext=(_GAP_PT, 0), textcoords="offset points",
                va="center", fontsize=TINY_PT, color=QUIET,
            )  # fmt: skip


def _record_text(past: pd.DataFrame) -> str:
    """Say how many goals with which chances were reached in the past."""
    parts = [
        f"{hits:,} of {number:,} {span}"
        for span, hits, number in zip(_SPANS, past["hits"], past["forecasts"], strict=True)
        if number
    ]
    if not parts:
        return "no past forecasts to compare with"
    return f"reached in the past: {listed(parts)}"


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


def _finding_in_words(chance: Floats, past: pd.DataFrame) -> str:
    """Say how many goals are unlikely and likely to be reached, by past outcomes."""
    words = _words_of(chance, past)
    total, counts = len(chance), np.bincount(words, minlength=len(_CLASSES))
    if not counts[0]:
        number = int(counts[-1])
        return f"{of_goals(number, total)} likely to be reached" if number else "All goals are open"
    return f"{of_goals(int(counts[0]), total)} unlikely to be reached"


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
    return joined(names)


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
