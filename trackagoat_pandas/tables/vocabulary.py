"""The columns that several helpers compute, each declared once, and the names of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final, cast

from trackagoat_pandas.tables import TABLES
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS
from trackagoat_pandas.tables.model import (
    Column,
    Kind,
    ResultTable,
    cents,
    id_,
    maybe,
    percent,
    price,
)
from trackagoat_pandas.tables.watch_words import ALERT_ENTITIES, WATCH_RULES

NAME_ORDER: Final = (
    "rank", "stage", "finding", "item", "tiktok_handle", "creator", "display_name", "video_title",
    "title", "campaign_name", "tree_path", "campaign_a_name", "campaign_b_name", "structure_name",
    "name", "author", "text", "label", "project_name", "method_name", "entry", "metric",
    "rule_kind", "period", "date", "observed_at", "day", "week", "month", "year", "bucket",
    "period_start", "period_end", "kind", "currency",
)  # fmt: skip
"""What a person calls a row, in the order shown: who, what, when, and in which currency."""

_OF_MODE: Final[Sequence[tuple[str, Kind, str]]] = (
    ("score", "int", "The score"),
    ("comparative", "float", "The comparative"),
    ("label", "category", "The label"),
    ("tokens", "int", "The number of tokens"),
)

_COLUMNS = (
    # Names
    maybe("rank_low", "int", "Best rank of the interval, by lasting level."),
    maybe("rank_high", "int", "Worst rank of the interval."),
    maybe("rank", "int", "1 for the largest number, or the nearest; equal ones share it."),
    maybe("tiktok_handle", "text", "The creator's handle, without the @.", heading="creator"),
    maybe("video_title", "text", "The video's caption.", heading="video"),
    maybe("campaign_name", "text", "The campaign's name.", heading="campaign"),
    maybe("campaign_a_name", "text", "The name of one campaign."),
    maybe("campaign_b_name", "text", "The name of the other campaign."),
    maybe("structure_name", "text", "The payout rule's name.", heading="rule"),
    maybe("title", "text", "The post's caption."),
    maybe("name", "text", "What it is called: a handle, title or name."),
    maybe("project_name", "text", "The project's name.", heading="project"),
    maybe("method_name", "text", "The name of the method of payment.", heading="method"),
    Column("metric", "category", "What the goal counts.", categories=GOAL_METRICS),
    Column("period", "category", "How long a period lasts.", categories=GOAL_PERIODS),
    maybe("period_start", "instant", "First instant of the period."),
    maybe("period_end", "instant", "End of the period."),
    Column("rule_kind", "category", "What the rule pays for."),
    Column("date", "day", "First day of the bucket."),
    maybe("day", "day", "The day, in the organization's time zone."),
    maybe("month", "day", "First day of the month."),
    Column("currency", "text", "The currency of the amounts."),
    Column("rule", "category", "The rule.", categories=WATCH_RULES, role="name"),
    Column("entity", "category", "What it is about.", categories=ALERT_ENTITIES),
    Column("sentence", "text", "What was found, with names and numbers.", role="long"),
    id_("entity_id", doc="The id of what it is about."),
    maybe("code", "text", "The line of Python that shows more, or computes it.", role="long"),
    Column("key", "text", "Its identity, which no value changes.", role="id"),
    # Numbers of things
    Column("accruals", "int", "Accruals that aren't voided.", unit="accruals"),
    Column("payments", "int", "Payments that aren't voided.", unit="payments"),
    maybe("posts", "int", "Posts that count.", unit="posts"),
    maybe("views", "int", "Views; NA if they aren't known.", unit="views"),
    maybe("view_count", "int", "Views now.", unit="views", heading="views"),
    maybe("before", "int", "The sum over the first period."),
    maybe("after", "int", "The sum over the second period."),
    maybe("change", "int", "After less before."),
    Column("younger_posts", "int", "Posts that haven't reached that age.", unit="posts"),
    Column("horizon_days", "int", "The age at which views are meant.", unit="days"),
    Column("creators", "int", "Creators.", unit="creators"),
    Column("goals", "int", "Goals.", unit="goals"),
    Column("comments", "int", "All comments.", unit="comments"),
    Column("analysed", "int", "Comments with a score.", unit="comments"),
    Column("positive", "int", "Comments with a positive score.", unit="comments"),
    Column("negative", "int", "Comments with a negative score.", unit="comments"),
    maybe(
        "tiktok_changes",
        "int",
        "Comments with another label when read as TikTok slang.",
        unit="comments",
        heading="changed by slang",
    ),
    maybe("tokens", "int", "Words and emoji of the text.", unit="tokens"),
    maybe("score", "int", "The sum of the words' values."),
    maybe("part", "int", "What it adds to the score.", unit="points"),
    maybe("forecasts", "int", "Forecasts with a known outcome.", unit="forecasts"),
    Column("past_forecasts", "int", "Past forecasts that corrected it.", unit="forecasts"),
    Column("history_days", "int", "Known days without a gap.", unit="days"),
    Column("required_days", "int", "Known days that a chance needs.", unit="days"),
    maybe("usual_days", "float", "Days in which most accruals are paid.", unit="days"),
    maybe("days_left", "float", "Days until the end of the period.", unit="days"),
    Column("weeks", "int", "How long it lasts.", unit="weeks"),
    maybe("typical_views", "float", "Views of a usual post.", unit="views"),
    Column("periods", "int", "Periods in the sums.", unit="periods"),
    Column("undecided", "int", "Amounts that aren't known.", unit="amounts"),
    maybe("needed_per_day", "int", "What each day that is left needs, rounded up."),
    # Numbers with a fraction
    percent("engagement_rate_by_views", doc="Engagements per view; NA at 0 views."),
    percent("engagement_rate_by_followers", doc="Engagements per follower; NA without any."),
    percent("positive_pct", doc="Positive among analysed comments."),
    percent("negative_pct", doc="Negative among analysed comments."),
    percent("low_pct", doc="Lower end of the interval of the share."),
    percent("high_pct", doc="Upper end of the interval of the share."),
    percent("share", doc="Share of the whole; NA where that says nothing."),
    percent("effect", doc="How many more views than without it; NA if that isn't known."),
    percent("low", doc="Lower end of the interval of the effect."),
    percent("high", doc="Upper end of the interval of the effect."),
    maybe("p", "float", "How often chance alone shows as much.", heading="p"),
    percent("posts_effect", doc="How many more posts."),
    percent("views_per_post_effect", doc="How many more views a post."),
    percent("smallest_visible", doc="The effect that is seen in 4 of 5 such campaigns."),
    maybe("chance", "float", "The chance that the goal is reached, 0 to 1.", content="share"),
    maybe("mean_chance", "float", "Mean chance, 0 to 1."),
    maybe("hit_rate", "float", "Share of targets that were reached, 0 to 1."),
    maybe("past_hit_rate", "float", "Share of past targets that were reached, 0 to 1."),
    maybe("gained_views", "int", "Views that came in between.", unit="views"),
    maybe("age_hours", "float", "Hours since posting.", unit="hours", heading="hours old"),
    maybe("median_views", "float", "Median of the known view counts.", unit="views"),
    maybe("posts_per_week", "float", "Posts over the weeks looked at.", unit="posts a week"),
    maybe("hashtags", "float", "What hashtags add to the distance.", content="number"),
    maybe("views_share", "float", "Share of all views at the horizon.", content="share"),
    maybe("missing", "float", "Target less what is reached."),
    maybe("pace", "float", "Actual of target over the share of the period that has passed."),
    maybe("comparative", "float", "The score divided by the number of tokens."),
    maybe("mean_views", "float", "Mean of the known view counts.", unit="views"),
    maybe("mean_comparative", "float", "Mean comparative of the analysed comments."),
    *(
        maybe(f"{mode}_{name}", kind, f"{doc} in mode {mode}.")
        for mode in ("api", "plus", "tiktok")
        for name, kind, doc in _OF_MODE
    ),
    # Money
    cents("earned_cents", doc="What was earned."),
    cents("paid_cents", doc="What was paid.", nullable=True),
    cents("owed_cents", doc="Earned less paid; negative if too much was paid."),
    cents("overpaid_cents", doc="What creators were paid beyond what they earned."),
    cents("owed_over_all_days_cents", doc="Earned less paid, over all days."),
    cents("payable_cents", doc="What to pay: what is owed, at most what is over all days."),
    cents(
        "then_cents",
        doc="Known amounts by the changed rules; medians of open periods.",
        nullable=True,
    ),
    cents("change_cents", doc="Then less now; NA if an amount isn't known.", nullable=True),
    cents("amount_cents", doc="The amount; NA if it can't be known.", nullable=True),
    cents("expected_cents", doc="The forecast, a median: it can't be added up.", nullable=True),
    cents("low_cents", doc="Lower end of its interval; can't be added up.", nullable=True),
    cents("high_cents", doc="Upper end of its interval; can't be added up.", nullable=True),
    # Campaigns share creators, so their costs aren't added up.
    price("cost_cents", "int", "What the creators earned for it.", unit="cents a campaign"),
    price("effective_cpm_cents", "float", "The price of views.", unit="cents per 1,000 views"),
    # Words
    Column(
        "level", "int", "1 for what a campaign lists, 2 for what that brings.", content="ordinal"
    ),
    Column("word", "text", "The word, emoji or phrase."),
    Column("sentiment_mode", "category", "The mode of the score.", role="standing"),
    maybe("urgency", "category", "Whether it is late, or too early to say."),
    maybe("rank_reason", "text", "Why the interval of the rank is NA.", role="standing"),
    maybe(
        "reason",
        "text",
        "Why the row is as it is: what is wrong, or why a value is NA.",
        role="standing",
    ),
    maybe("refused", "text", "Why no effect is said; NA where one is.", role="standing"),
    maybe("status", "category", "How good or bad it is; NA if that isn't known.", role="standing"),
    maybe("advice", "text", "What can be done about it.", role="standing"),
    maybe("evidence", "text", "What was found, with the numbers.", role="long"),
    maybe(
        "pair", "int", "The pair; NA without a partner, or if it isn't drawn.", content="ordinal"
    ),
    Column("seed", "int", "The number that decides the draw.", content="ordinal"),
    maybe("since", "day", "The first day: of a campaign, or of a status."),
    maybe("last_day", "day", "The day of the last post.", heading="last post", role="measure"),
    # Flags
    Column("gets_campaign", "bool", "Whether chance gave it to the creator.", role="measure"),
    maybe("is_english", "bool", "True if the text is in English."),
    Column("is_negated", "bool", "True after a negating word."),
    # Ids
    Column("made_at", "instant", "When the forecast was made."),
    maybe("posted_at", "instant", "When it was posted."),
    id_("id", doc="The id of the row that it is about."),
    maybe("url", "text", "The post's address.", content="link", role="long"),
    id_("video_id", doc="The video's id.", nullable=True),
    id_("assignment_id", doc="The assignment's id."),
    id_("structure_id", doc="The payout rule.", nullable=True),
    id_("creator_id", doc="The creator's id.", nullable=True),
    id_("project_id", doc="The project's id.", nullable=True),
    id_("method_id", doc="The method of payment.", nullable=True),
    id_("video_ids", doc="Videos, as JSON.", nullable=True),
)

SHARED: Mapping[str, Column] = MappingProxyType({column.name: column for column in _COLUMNS})
"""The columns of several results by name."""
VARIANTS: Mapping[str, Column] = MappingProxyType(
    {
        f"{column.name}:{column.kind}": column
        for column in (
            maybe("label", "category", "Whether the score is below 0, 0 or above."),
            Column("label", "text", "The hours, or the weekday.", heading="time"),
            maybe("value", "int", "What one use adds to a score; NA if it isn't scored."),
            maybe("score", "float", "How unlike others its views are, 0 to 1.", content="share"),
            Column("part", "category", "The part of the program.", heading="part of the program"),
            Column("share", "int", "The points that the part adds to the score.", unit="points"),
            maybe("basis", "category", "What it rests on, such as counts.", role="standing"),
            maybe("low", "int", "Lower end of the interval.", unit="views"),
            maybe("high", "int", "Upper end of the interval.", unit="views"),
            Column(
                "kind",
                "category",
                "Whether it is a block of hours or a weekday.",
                categories=("hours", "weekday"),
            ),
            maybe("days_left", "int", "Days until the end, today included.", unit="days"),
            maybe("level", "float", "What a typical post of the creator gets.", unit="views"),
            Column("level", "category", "A creator, a post of theirs, or the rest."),
            Column("change", "category", "What became of the row."),
            maybe("before", "any", "The value before; None for a whole row."),
            maybe("after", "any", "The value after; None for a whole row."),
            Column("period", "text", "Such as 2026-W25; empty for what is of no period."),
            Column("since", "instant", "When it was first seen to hold."),
            maybe("period_start", "day", "First day of the period."),
            maybe("period_end", "day", "Last day of the period."),
        )
    }
)
"""Columns that mean something else in one helper's result, by their name and kind."""
AS_LOADED = (
    "actual", "campaign_a", "campaign_b", "campaign_id", "cpm_cents", "goal_id", "paid_at",
    "percentage", "shared_creators", "shared_videos", "structure_version", "target", "target_at",
    "target_views", "text", "threshold_views", "version",
)  # fmt: skip
"""The columns that results have as they were loaded: with the meaning that all tables give them."""


def named_column(spelled: str) -> Column:
    """Return a column that results have by name, such as ``views`` or ``missing:int``.

    Raises
    ------
    KeyError
        It isn't shared, nor one that results have as it was loaded.
    """
    if spelled in VARIANTS:
        return VARIANTS[spelled]
    name, _, kind = spelled.partition(":")
    column = SHARED.get(name) or _table_column(name)
    return replace(column, kind=cast("Kind", kind)) if kind else column


def _table_column(name: str) -> Column:
    """Return a column as the tables declare it.

    Raises
    ------
    KeyError
        Results don't have it as it was loaded, or the tables don't agree on its meaning.
    """
    found = [each for table in TABLES.values() for each in table.columns if each.name == name]
    if name not in AS_LOADED or len({each.doc for each in found}) != 1:
        raise KeyError(
            f"declare the column {name!r} where its result is declared, or in "
            "tables/vocabulary.py if several results have it"
        )
    return found[0]


def result(
    name: str,
    row: str,
    *,
    columns: str | Sequence[str | Column] = "",
    title: str = "",
    rows_of: str = "",
    optional: Sequence[str] = (),
) -> ResultTable:
    """Declare the result of a helper.

    Its columns stand in reading order: those that only it has are declared there, the others are
    named as in `tables.vocabulary`. ``missing:int`` is the column ``missing`` as this helper has
    it, of another kind. A ``?`` follows a column that is there only with some arguments, such as
    the one that rows are grouped by; of columns that only it has, ``optional`` names these.

    A day or flag that answers "how long" has the role of a
    measure, since it is read with the numbers, not with the times.
    """
    parts = [columns] if isinstance(columns, str) else columns
    given = [one for part in parts for one in (part.split() if isinstance(part, str) else [part])]
    named = [one for one in given if isinstance(one, str)]
    return ResultTable(
        name,
        row,
        tuple(
            named_column(one.removesuffix("?")) if isinstance(one, str) else one for one in given
        ),
        title,
        rows_of,
        frozenset(one.partition(":")[0].rstrip("?") for one in named if one[-1] == "?")
        | frozenset(optional),
    )
