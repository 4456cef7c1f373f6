"""How a program does: a row a part, of which the worst decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas.base.wording import joined
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.columns import STRING, categories
from trackagoat_pandas.helpers.facts import derived, moment_of, zone_of
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.health.cadence import judge_cadence
from trackagoat_pandas.helpers.health.data import judge_caveats, judge_freshness
from trackagoat_pandas.helpers.health.forecasts import judge_forecasts
from trackagoat_pandas.helpers.health.losses import unless_lost
from trackagoat_pandas.helpers.health.payouts import judge_payouts
from trackagoat_pandas.helpers.health.posting import judge_overposting
from trackagoat_pandas.helpers.health.scores import with_score
from trackagoat_pandas.helpers.health.sentiment import judge_sentiment
from trackagoat_pandas.helpers.health.statuses import STATUSES, Verdict, day_of, is_plural, worst_of
from trackagoat_pandas.helpers.health.supply import FRAMES, ONE_LOAD, Supply
from trackagoat_pandas.helpers.health.targets import judge_goals
from trackagoat_pandas.helpers.health.views import NOW_DAYS, judge_views
from trackagoat_pandas.helpers.labels import finish
from trackagoat_pandas.helpers.payouts.money import check_currency
from trackagoat_pandas.inputs.checks import check_bool, check_choice, check_frame, check_names


class Aspect(NamedTuple):
    """A part of a program's health: what judges it, its frames, and the line that shows more."""

    judge: Callable[[Supply], Verdict]
    frames: tuple[str, ...]
    code: str


PARTS: Final[Mapping[str, Aspect]] = {
    "data freshness": Aspect(judge_freshness, (), "tgp.describe(videos)"),
    "data caveats": Aspect(judge_caveats, (), "tgp.show(videos)"),
    "cadence": Aspect(
        judge_cadence,
        ("videos", "creators"),
        "tgp.posting_consistency(videos, creators=creators{zone})",
    ),
    "views": Aspect(
        judge_views,
        ("analytics", "videos", "creators"),
        'tgp.explain_change(analytics, videos, dates="{days}", creators=creators{zone})',
    ),
    "over-posting": Aspect(judge_overposting, ("videos",), "tgp.find_overposting(videos{zone})"),
    "goals": Aspect(
        judge_goals,
        ("goals", "videos", "analytics"),
        "tgp.will_miss(goals, videos, analytics{zone})",
    ),
    "sentiment": Aspect(judge_sentiment, ("comments",), "tgp.find_negative_alerts(comments)"),
    "payouts": Aspect(
        judge_payouts, ("accruals", "payments"), "tgp.outstanding_balances(accruals, payments)"
    ),
    "forecasts": Aspect(judge_forecasts, ("forecasts",), "forecasts"),
}
"""The parts of a program, in the order of their rows."""


@derived(*FRAMES)
def program_health(
    *,
    videos: pd.DataFrame | None = None,
    creators: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    comments: pd.DataFrame | None = None,
    accruals: pd.DataFrame | None = None,
    payments: pd.DataFrame | None = None,
    forecasts: pd.DataFrame | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    parts: str | Sequence[str] | None = None,
    score: bool = False,
) -> pd.DataFrame:
    """Judge how a program does, part by part, with the evidence and what to do.

    The worst part decides, in the order bad, unknown, watch, good: a program is good only if all
    parts are, and losing data never makes it better. So a part whose frames aren't given, aren't
    whole, are older than three days or are of different projects is unknown. So is a part that
    could be worse, if missing values were known. There is no average, in which good comments would
    make up for a late payout.

    Two losses can't be noticed: rows that were dropped from a frame whose attributes still say that
    it is whole, and values that are often missing rightly, such as the end of a goal or the creator
    of a post that was added by its URL.

    Parameters
    ----------
    videos, creators : DataFrame, optional
        The frames of :func:`load_videos` and :func:`load_creators` of one project, whole, as all
        frames of lists.
    analytics : DataFrame, optional
        The frame of :func:`load_analytics` for ``"creator"``, by day, with ``"views"`` and the
        metrics of goals, of 130 days or more.
    goals : DataFrame, optional
        The frame of :func:`load_goal_compliance`.
    comments : DataFrame, optional
        The frame of :func:`load_comments`, of 28 days or more.
    accruals, payments : DataFrame, optional
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`.
    forecasts : DataFrame, optional
        The result of :func:`score_forecasts`.
    now : str or datetime, optional
        The instant for which the program is judged, such as ``"2026-06-15T12:00:00Z"``; by default
        this very moment, by the server's clock. Later rows are left out. A part whose lists are
        older than that is judged as of the oldest one, and its evidence names the day.
    timezone : str, optional
        IANA name of the time zone of the days; by default the organization's, from a frame, or UTC.
    currency : str, default 'USD'
        The currency of amounts whose frame has no column ``currency``.
    parts : str or list of str, optional
        The parts that are judged, one or several; by default all. A program without payouts leaves
        them out so, since a part without its frames is unknown.
    score : bool, default False
        Whether to add a number, which says less than the parts.

    Returns
    -------
    pandas.DataFrame
        One row for each part: ``part`` (category), ``status`` (ordered category: bad, unknown,
        watch, good), ``since`` (datetime64[us]: the first local day of a bad or watched status; NaT
        where it isn't known, and for others), ``evidence`` and ``advice`` (str: the numbers, and
        what to do; NA where there is nothing to do), and ``code`` (str: the line that shows more,
        for frames under the names above). With `score`, also ``score`` (Float64: the points of the
        whole, of 100) and ``share`` (Int64: those that come from the part; they add up to the
        score).

        ``attrs["trackagoat"]["status"]`` is that of the whole, as in the title of ``show()``.

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    ArgumentError, ArgumentTypeError
        An argument has a value that isn't allowed.

    Warns
    -----
    IncompleteFrameWarning, MismatchedFramesWarning
        A frame is incomplete, or frames are of different projects.

    See Also
    --------
    plots.health : Draw the status of each part.
    rank_programs : Rank programs by their health.
    widgets.HealthBoard : Click through the parts of a program.
    report : Write the week on one page.

    Notes
    -----
    Statuses begin at one number and end at another, so that they don't flap; both are found from
    the days in the frames, so that each call gives the same.

    - *data freshness*: the oldest frame is watched from 24 hours on, since TrackaGoat computes its
      numbers once a day, and bad from 72.
    - *data caveats*: rows are missing or frames are of different projects (bad), or values could
      not be read (watch).
    - *cadence*: an active creator is silent for longer than ever in the half year before, and for
      so long that creators who post as often at random would bring one such silence in ten months
      (one a month is watched).
    - *views*: those of a typical creator (the mean of logs of medians) fell by 30 % against eight
      weeks before, with a chance of 1 in 2,000 that this is luck (20 % and 1 in 100 are watched);
      it ends at 15 % (10 %). Or a creator's last four or six posts have less than 40 % of the
      views of earlier ones, for their age, and further below than normal logs would bring once in
      50 months; it ends at 70 %.
    - *over-posting*: the product's rule; one day within a week is watched, two of one creator are
      bad.
    - *goals*: one needs three times the rate of its target from now on (it ends at one and a half),
      or was missed within a week. Goals are watched where a quarter of those that run needs one and
      a half times that rate.
    - *sentiment*: the product's alert of 40 % negative of 10 comments or more on a video is
      watched, and bad where the 95 % interval is above 40 %; it ends at 30 %.
    - *payouts*: money is unpaid for two weeks longer than 95 % of the accruals of the last half
      year were (one week is watched); without ten of those, for 60 days (30), the terms of
      Directive 2011/7/EU.
    - *forecasts*: of the last 100 surely fewer than 0.7 held (0.8 is watched); it ends at 0.75.

    Cadence, slumps and goals are bad from one in 25 creators or goals on, else they are watched.

    On 40 simulated programs each of 24 creators, a bad part that names the creator came before the
    sixth week of a silence in 39 and before the eighth of a slump to an eighth of the views in 38;
    in all 40 one came before six weeks in which all posts had a third of their views, before a goal
    was missed that a silent creator had, and before money was six weeks late. In programs without
    such an event a part became bad for nothing 0.3 times a month.

    All parts have the same weight in the score. A good part counts 1, one to watch 0.5, others 0.
    ``attrs["trackagoat"]["note"]`` says whether the part that costs most is the same in 0.9 of
    1,000 random weightings.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     project = "Q1 Brand Program"
    ...     videos, creators = tgp.load_videos(project), tgp.load_creators(project)
    >>> health = tgp.program_health(videos=videos, creators=creators)
    >>> print(health[["part", "status"]].head(4).to_string(index=False))
              part  status
    data freshness unknown
      data caveats unknown
           cadence    good
             views unknown
    >>> health.attrs["trackagoat"]["status"]
    'bad'
    """
    check_bool("score", score)
    check_currency(currency)
    chosen = {name: PARTS[name] for name in _names_of(parts)}
    each = (videos, creators, analytics, goals, comments, accruals, payments, forecasts)
    given = dict(zip(FRAMES, each, strict=True))
    frames = {name: frame for name, frame in given.items() if frame is not None}
    for name, frame in frames.items():
        check_frame(name, frame)
    # A record of forecasts is no load: without one, the data are no less fresh or whole.
    needed = {name for part in chosen.values() for name in part.frames} - {"forecasts"}
    supply = Supply(
        frames=frames,
        wanted=[name for name in FRAMES if name in needed],
        moment=moment_of(now, [*frames.values()]),
        zone=zone_of(timezone, [*frames.values()]) or "UTC",
        currency=currency,
    )
    found = {name: _judge(name, supply) for name in chosen}
    table = _table(found, supply)
    table.attrs["trackagoat"] = _facts(found)
    return finish(with_score(table) if score else table)


def _judge(name: str, supply: Supply) -> Verdict:
    """Judge a part as of its oldest list, and name that day if it is of an earlier sync."""
    part = PARTS[name]
    known = supply.as_of_oldest(*part.frames)
    verdict = unless_lost(name, part.judge(known), known)
    if verdict.status == "unknown" or supply.moment - known.moment <= ONE_LOAD:
        return verdict
    day = day_text(known.moment.tz_convert(supply.zone))
    return verdict._replace(evidence=f"As of {day}: {verdict.evidence}")


def _names_of(parts: str | Sequence[str] | None) -> list[str]:
    """Return the parts that are judged, in their order."""
    asked = check_names("parts", parts)
    for name in asked:
        check_choice("parts", name, [*PARTS])
    return [name for name in PARTS if name in asked or not asked]


def _table(found: Mapping[str, Verdict], given: Supply) -> pd.DataFrame:
    """Return a row for each part, with the line that shows more of it."""
    each = [*found.values()]
    is_said = all(zone_of(None, [frame]) == given.zone for frame in given.frames.values())
    first, last = (np.datetime64(given.today - ago, "D") for ago in (NOW_DAYS, 1))
    filled = {"zone": "" if is_said else f', timezone="{given.zone}"', "days": f"{first}..{last}"}
    statuses = np.array([one.status for one in each], object)
    since = np.array([day_of(one.since) for one in each], "datetime64[us]")
    return pd.DataFrame(
        {
            "status": categories(statuses, STATUSES, ordered=True),
            "part": categories(np.array([*found], object), [*PARTS]),
            "since": since,
            "advice": pd.array([one.advice or None for one in each], dtype=STRING),
            "evidence": pd.array([one.evidence for one in each], dtype=STRING),
            "code": pd.array([PARTS[name].code.format(**filled) for name in found], STRING),
        }
    )


def _facts(found: Mapping[str, Verdict]) -> dict[str, str]:
    """Return the status of the whole, and a sentence on which parts decide it."""
    whole = worst_of(one.status for one in found.values())
    if whole == "good":
        return {"status": whole, "note": "All parts are good."}
    names = [name for name, one in found.items() if one.status == whole]
    said = joined(names)
    are = "is" if len(names) == 1 and not is_plural(names[0]) else "are"
    note = f"The worst part decides: {said} {are} {whole}."
    return {"status": whole, "note": note}
