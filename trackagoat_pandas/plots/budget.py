"""The plot of how long budgets last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.inputs.checks import check_int, require_columns
from trackagoat_pandas.plots.marks import label_marks, make_room
from trackagoat_pandas.plots.style import (
    add_note,
    count_ticks,
    empty_axes,
    finish_axes,
    money_text,
    new_axes,
    picture,
    row_axes,
    write_behind,
    write_rows,
)
from trackagoat_pandas.plots.text import distinct
from trackagoat_pandas.plots.theme import ALARM, BLACK, INK, PAGE, QUIET, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DAYS: Final = ("days_left", "days_left_low", "days_left_high")
_NEEDED: Final = (
    "project_name", "project_id", "currency", "budget_cents", "left_today_cents",
    "daily_burn_cents", *_DAYS, "runs_out",
)  # fmt: skip


@picture
def budget(
    plan: pd.DataFrame,
    *,
    n: int = 15,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot how many days each budget lasts, with the interval.

    Parameters
    ----------
    plan : DataFrame
        The frame of :func:`plan_budget`. Rows without a budget are counted in a note.
    n : int, default 15
        The most budgets to show, those that are used up first.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the budgets need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for each budget of the days that it lasts at its burn, the shortest on top,
        a line for the interval, and beside them the day on which it is used up and the amount left.
        Where ``plan_budget`` gives no number of days, there is no bar, but the reason. An interval
        without an upper end has an arrow; where there is none, a note says why.

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing, or ``n`` is less than 1.

    See Also
    --------
    plan_budget : See how long a budget lasts.
    plots.payout_timeline : Draw earnings and payments over time.
    forecast_payouts : Forecast what this period will cost.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    ...     projects = tgp.load_projects()
    >>> plan = tgp.plan_budget(accruals, payments, projects=projects, timezone="America/New_York",
    ...                        budget_cents={"Q1 Brand Program": 40_000_00})
    >>> tgp.plots.budget(plan).get_title(loc="left")
    'The budget of Q1 Brand Program lasts 46 more days (36 to 59)'
    """
    check_int("n", n, minimum=1)
    require_columns(plan, _NEEDED, loader="plan_budget")
    has_budget = plan["budget_cents"].notna()
    known = plan[has_budget].sort_values("days_left", na_position="last", kind="stable")
    if known.empty:
        return empty_axes(new_axes(ax), "No budget to show")
    ax, rows = row_axes(min(len(known), n), ax)
    names = _names(known)
    _draw(ax, known.head(rows), names[:rows])
    notes = []
    if more := len(known) - rows:
        notes.append(f"{more:,} more not shown, which {'lasts' if more == 1 else 'last'} longer")
    if without := int((~has_budget).sum()):
        notes.append(f"{without:,} {'project' if without == 1 else 'projects'} without a budget")
    notes += _without_interval(known.head(rows))
    add_note(ax, "; ".join(notes))
    subtitle = f"Days until it is used up, if as much is earned a day as {_window(known)}"
    finish_axes(ax, _finding(known, names), subtitle=subtitle, grid="x")
    return ax


def _names(plans: pd.DataFrame) -> list[str]:
    names = plans["project_name"].astype(object)
    names = names.where(names.notna(), plans["project_id"].astype(object))
    return distinct(names.where(names.notna(), "no project"))


def _window(plans: pd.DataFrame) -> str:
    """Name the days of which the burn is the mean."""
    if not {"burn_from", "burn_to"} <= set(plans.columns) or plans["burn_to"].isna().all():
        return "lately"
    first, last = plans["burn_from"].iloc[0], plans["burn_to"].iloc[0]
    line = (
        ""
        if plans["days_left_low"].isna().all()
        else "; line: the interval if months vary as before"
    )
    return f"from {day_text(first)} to {day_text(last)}{line}"


def _without_interval(plans: pd.DataFrame) -> list[str]:
    """Say why some of the budgets have days but no interval."""
    has_none = plans["days_left"].notna() & plans["days_left_low"].isna()
    if "reason" not in plans.columns or not has_none.any():
        return []
    return [f"no interval: {', '.join(plans.loc[has_none, 'reason'].dropna().unique())}"]


def _draw(ax: Axes, plans: pd.DataFrame, names: list[str]) -> None:
    days, low, high = (values_of(plans[name]) for name in _DAYS)
    write_rows(ax, names)
    places, texts = np.arange(len(plans)), _texts(plans)
    ends = np.fmax(np.nan_to_num(days), np.nan_to_num(high))
    make_room(ax, np.append(ends, np.nan_to_num(low)), texts)
    bars = ax.barh(places, np.nan_to_num(days), height=0.45, color=INK)
    label_marks(bars, (": ".join(pair) for pair in zip(names, texts, strict=True)))
    # An interval without an upper end goes on beyond the bar.
    is_open = ~np.isnan(low) & np.isnan(high)
    stop = np.where(is_open, np.nan_to_num(days) + 0.03 * ax.get_xlim()[1], high)
    ax.hlines(places, low, stop, color=PAGE, linewidth=4)
    ax.hlines(places, low, stop, color=BLACK, linewidth=1.6)
    ax.scatter(stop[is_open], places[is_open], marker=">", s=22, color=BLACK)
    ends = np.where(is_open, stop, ends)
    is_gone = values_of(plans["left_today_cents"]) <= 0
    for rows, color in ((~is_gone, QUIET), (is_gone, ALARM)):
        said = [texts[row] for row in places[rows]]
        write_behind(ax, places[rows], ends[rows], said, color=color)
    count_ticks(ax.xaxis, whole=True)


def _texts(plans: pd.DataFrame) -> list[str]:
    """Say of each budget when it is used up and how much is left, or why that isn't known."""
    said = []
    for row in plans.to_dict("records"):
        left, burn, days = row["left_today_cents"], row["daily_burn_cents"], row["days_left"]
        if pd.isna(left) or pd.isna(burn):
            said.append("the amount left isn't known")
        elif left <= 0:
            said.append(f"used up, {money_text(-left, row['currency'])} over")
        elif burn <= 0:
            said.append(f"nothing earned a day, {money_text(left, row['currency'])} left")
        elif pd.isna(days):
            said.append("more than a century")
        else:
            when = f"{day_text(row['runs_out'])}, " if not pd.isna(row["runs_out"]) else ""
            money = [money_text(cents, row["currency"]) for cents in (left, burn)]
            said.append(f"{when}{money[0]} left at {money[1]} a day")
    return said


def _finding(plans: pd.DataFrame, names: list[str]) -> str:
    """Say which budget is used up first, and in how many days."""
    gone = int((plans["left_today_cents"] <= 0).sum())
    if gone:
        which = f"The budget of {names[0]} is" if gone == 1 else f"{gone:,} budgets are"
        return f"{which} used up"
    days, low, high = (plans[name].iloc[0] for name in _DAYS)
    if pd.isna(days):
        return "No day is known on which a budget is used up"
    span = ""
    if not pd.isna(low):
        span = f" ({low:,} or more)" if pd.isna(high) else f" ({low:,} to {high:,})"
    which = f"The budget of {names[0]} lasts {days:,} more {'day' if days == 1 else 'days'}{span}"
    return which if len(plans) == 1 else f"{which}, the shortest of {len(plans):,}"
