"""What a campaign's lift rests on: weeks before and in it, and effects where there was none."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import DateLike
from trackagoat_pandas.helpers.campaigns.lift import LiftStudy, earlier, percents, read_study
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.columns import categories
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.inputs.checks import check_between, frame_facts

PLACEBOS: Final = ("the campaign", "random creators", "an earlier date")


@derived("videos")
def lift_weeks(
    videos: pd.DataFrame,
    *,
    members: object,
    since: DateLike,
    until: DateLike | None = None,
    campaigns: pd.DataFrame | None = None,
    exclude: object = (),
    age_days: int = 7,
    level: float = 0.9,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Compare a campaign's creators with the others week by week, before it and in it.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`, with all posts of all creators of the program, the
        longer ago the better. Posts that don't count in the product's statistics are left out.
    members : str, list of str or DataFrame
        The creators who got the campaign: ids, a Series of ids, or a frame of creators. With
        `campaigns` also the id or name of one campaign, or of several, with the creators of all
        campaigns in them.
    since : str or date
        The campaign's first day.
    until : str or date, optional
        Its last day; by default the last day whose posts are old enough.
    campaigns : DataFrame, optional
        The frame of :func:`load_campaigns`. Then creators of other campaigns that were made, or
        were due, in the time that is compared aren't compared with; nor are posts that the
        campaign lists itself, of creators who aren't members.
    exclude : list of str, optional
        Ids of further creators not to compare with.
    age_days : int, default 7
        How old posts must be, in days, for their views to count. Views are those of now,
        compared within weeks of posting, and so at the same age.
    level : float, default 0.9
        The share of random groups of as many creators whose gap is inside the usual one, from 0.5
        to 0.99.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded,
        by the server's clock. Later posts are left out.
    timezone : str, optional
        IANA name of the time zone of the days; by default the organization's, from the frame.

    Returns
    -------
    pandas.DataFrame
        One row for each week, in order: ``week`` (datetime64[us]: its first day),
        ``members_change`` and ``others_change`` (Float64, percent: views against those of the weeks
        before the campaign), ``gap`` (Float64, percent: the first against the second),
        ``usual_low`` and ``usual_high`` (Float64, percent: gaps of random groups) and
        ``is_campaign`` (boolean). Views are NA in weeks whose posts aren't old enough. Without
        creators who posted before and in it there are no rows.

        Where :func:`campaign_lift` refuses the effect, ``attrs["trackagoat"]["note"]`` says why.

    Raises
    ------
    MissingColumnError, UnknownCampaignError, AmbiguousCampaignError
        A column is missing from a frame, or no campaign of the frame has a name, or several have.
    ArgumentError, ArgumentTypeError
        No time zone is known, or an argument has a value that isn't allowed.

    Warns
    -----
    ContractWarning
        It isn't known of some posts whether they count; they are left out.

    See Also
    --------
    plots.lift : Draw the weeks.
    campaign_lift : Estimate what a campaign added.
    lift_placebos : Compare with campaigns that never were.

    Notes
    -----
    Views are posts a week times the usual (geometric mean) views of a post. All posts of a week
    count alike, so the mean of the gaps isn't exactly the effect of :func:`campaign_lift`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> some = videos["creator_id"].dropna().unique()[:5]
    >>> weeks = tgp.lift_weeks(videos, members=some, since="2026-05-05")
    >>> print(weeks.set_index("week")["gap"].round(1).tail(3).to_string())
    week
    2026-05-26    -38.5
    2026-06-02    217.3
    2026-06-09     <NA>
    """
    level = check_between("level", level, 0.5, 0.99, ends=True)
    given = read_study(
        videos, members, since, until, campaigns, exclude, age_days, now=now, timezone=timezone
    )
    study, lift = given.study, given.study.lift()
    known = range(study.end) if lift.has_groups and study.weeks.before else range(0)
    own = np.full((2, len(known)), np.nan)
    usual = np.full((2, len(known)), np.nan)
    if len(known):
        members_change, others_change = study.weekly(lift.is_member[None])
        own = np.vstack([members_change, others_change])
        drawn = np.subtract(*study.weekly(lift.groups))
        # In a week some groups have no post.
        is_known = ~np.isnan(drawn).all(axis=0)
        ends = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
        usual[:, is_known] = np.nanquantile(drawn[:, is_known], ends, axis=0)
    days = np.array([given.day_of(week) for week in known], "datetime64[us]")
    table = pd.DataFrame(
        {
            "week": pd.to_datetime(days).as_unit("us"),
            "members_change": percents(own[0]),
            "others_change": percents(own[1]),
            "gap": percents(own[0] - own[1]),
            "usual_low": percents(usual[0]),
            "usual_high": percents(usual[1]),
            "is_campaign": pd.array([w >= study.weeks.before for w in known], dtype="boolean"),
        }
    )
    table.attrs["trackagoat"] = {**frame_facts(table), "level": level, **_refusal_note(given)}
    return table


@derived("videos")
def lift_placebos(
    videos: pd.DataFrame,
    *,
    members: object,
    since: DateLike,
    until: DateLike | None = None,
    campaigns: pd.DataFrame | None = None,
    exclude: object = (),
    age_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """List the effects of campaigns that never were: of random creators, and at earlier dates.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`, with all posts of all creators of the program, the
        longer ago the better. Posts that don't count in the product's statistics are left out.
    members : str, list of str or DataFrame
        The creators who got the campaign: ids, a Series of ids, or a frame of creators. With
        `campaigns` also the id or name of one campaign, or of several, with the creators of all
        campaigns in them.
    since : str or date
        The campaign's first day.
    until : str or date, optional
        Its last day; by default the last day whose posts are old enough.
    campaigns : DataFrame, optional
        The frame of :func:`load_campaigns`. Then creators of other campaigns that were made, or
        were due, in the time that is compared aren't compared with; nor are posts that the
        campaign lists itself, of creators who aren't members.
    exclude : list of str, optional
        Ids of further creators not to compare with.
    age_days : int, default 7
        How old posts must be, in days, for their views to count. Views are those of now,
        compared within weeks of posting, and so at the same age.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded,
        by the server's clock. Later posts are left out.
    timezone : str, optional
        IANA name of the time zone of the days; by default the organization's, from the frame.

    Returns
    -------
    pandas.DataFrame
        One row for the campaign itself, then one for each random group of as many creators (1,999:
        those from which p is computed), then one for each earlier week in which it might have
        begun, the latest first: ``placebo`` (category: the campaign, random creators, an earlier
        date), ``effect`` (Float64, percent) and ``since`` (datetime64[us]). The campaign's effect
        is NA where :func:`campaign_lift` refuses it; ``attrs["trackagoat"]["note"]`` says why.

    Raises
    ------
    MissingColumnError, UnknownCampaignError, AmbiguousCampaignError
        A column is missing from a frame, or no campaign of the frame has a name, or several have.
    ArgumentError, ArgumentTypeError
        No time zone is known, or an argument has a value that isn't allowed.

    Warns
    -----
    ContractWarning
        It isn't known of some posts whether they count; they are left out.

    See Also
    --------
    campaign_lift : Estimate what a campaign added.
    plots.lift_placebos : Draw the effect among the placebos.
    lift_weeks : Compare week by week.

    Notes
    -----
    Earlier dates are those with at least 8 weeks before them, and before which the campaign would
    have been over by its real beginning. They overlap, so that they don't count as independent.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> some = videos["creator_id"].dropna().unique()[:5]
    >>> placebos = tgp.lift_placebos(videos, members=some, since="2026-05-05")
    >>> print(placebos["placebo"].value_counts(sort=False).to_string())
    placebo
    the campaign          1
    random creators    1999
    an earlier date       6
    """
    given = read_study(
        videos, members, since, until, campaigns, exclude, age_days, now=now, timezone=timezone
    )
    study, lift = given.study, given.study.lift()
    refused = _refusal_note(given)
    kinds, days, effects = [0], [given.since], [np.nan if refused else lift.test().effect]
    if lift.has_groups:
        drawn = lift.test().drawn
        kinds += [1] * len(drawn)
        days += [given.since] * len(drawn)
        effects += drawn.tolist()
        for week, one in earlier(study):
            kinds.append(2)
            days.append(given.day_of(week))
            effects.append(one.effect)
    table = pd.DataFrame(
        {
            "placebo": categories(np.array(PLACEBOS, object)[kinds], PLACEBOS),
            "effect": percents(np.array(effects)),
            "since": pd.to_datetime(np.array(days, "datetime64[us]")).as_unit("us"),
        }
    )
    table.attrs["trackagoat"] = {**frame_facts(table), **refused}
    return table


def _refusal_note(given: LiftStudy) -> dict[str, str]:
    """Return a note that says why the campaign's effect isn't said; nothing where it is."""
    why = given.problem or given.study.refusal(given.study.lift())
    return {"note": f"The campaign's own effect can't be known: {why}"} if why else {}
