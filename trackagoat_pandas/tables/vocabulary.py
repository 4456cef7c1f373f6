"""The columns that helpers compute, each declared once, and the names of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Final

from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS
from trackagoat_pandas.tables.model import Column, Kind

NAME_ORDER: Final = (
    "rank", "stage", "finding", "item", "tiktok_handle", "creator", "display_name", "video_title",
    "title", "campaign_name", "campaign_a_name", "campaign_b_name", "structure_name", "name",
    "author", "text", "label", "project_name", "method_name", "entry", "metric", "rule_kind",
    "period", "date", "observed_at", "day", "week", "month", "year", "bucket", "period_start",
    "period_end", "kind", "currency",
)  # fmt: skip
"""What a person calls a row, in the order shown: who, what, when, and in which currency."""

_maybe = partial(Column, nullable=True)
_id = partial(Column, kind="id")
_cents = partial(Column, kind="int", unit="cents")
_price = partial(Column, nullable=True, content="money")
_percent = partial(Column, kind="float", unit="percent", nullable=True)

_OF_MODE: Final[Sequence[tuple[str, Kind, str]]] = (
    ("score", "int", "The score"),
    ("comparative", "float", "The comparative"),
    ("label", "category", "The label"),
    ("tokens", "int", "The number of tokens"),
)

_COLUMNS = (
    # Names
    Column("rank", "int", "1 for the largest number; equal numbers share it."),
    Column("stage", "category", "Whether it is wrong in accruals or in payments."),
    Column("finding", "category", "What is wrong."),
    _maybe("tiktok_handle", "text", "The creator's handle, without the @.", heading="creator"),
    _maybe("video_title", "text", "The video's caption.", heading="video"),
    _maybe("campaign_name", "text", "The campaign's name.", heading="campaign"),
    _maybe("campaign_a_name", "text", "The name of one campaign."),
    _maybe("campaign_b_name", "text", "The name of the other campaign."),
    _maybe("structure_name", "text", "The payout rule's name.", heading="rule"),
    _maybe("name", "text", "What it is called: a handle, title or name."),
    _maybe("project_name", "text", "The project's name.", heading="project"),
    _maybe("method_name", "text", "The name of the method of payment.", heading="method"),
    Column("entry", "text", "An accrual, adjustment or payment."),
    Column("metric", "category", "What the goal counts.", categories=GOAL_METRICS),
    Column("period", "category", "How long a period lasts.", categories=GOAL_PERIODS),
    _maybe("period_start", "instant", "First instant of the period."),
    _maybe("period_end", "instant", "End of the period."),
    Column("rule_kind", "category", "What the rule pays for."),
    Column("date", "day", "First day of the bucket."),
    _maybe("day", "day", "The day, in the organization's time zone."),
    _maybe("month", "day", "First day of the month."),
    _maybe("year", "int", "The calendar year; NA for payments without a time.", content="ordinal"),
    Column("currency", "text", "The currency of the amounts."),
    # Numbers of things
    _maybe("posts", "int", "Posts that count.", unit="posts"),
    Column("accruals", "int", "Accruals that aren't voided.", unit="accruals"),
    Column("payments", "int", "Payments that aren't voided.", unit="payments"),
    _maybe("views", "int", "Views; NA if they aren't known.", unit="views"),
    _maybe("engagements", "int", "Likes, comments, shares and saves.", unit="engagements"),
    _maybe("before", "int", "The sum over the first period."),
    _maybe("after", "int", "The sum over the second period."),
    _maybe("change", "int", "After less before."),
    Column("agreeing", "int", "Accruals whose amount the terms give exactly.", unit="accruals"),
    Column("creators", "int", "Creators.", unit="creators"),
    Column("goals", "int", "Goals.", unit="goals"),
    _maybe("goals_on_pace", "int", "Goals that are completed or on track.", unit="goals"),
    Column("goals_not_started", "int", "Goals that have not started.", unit="goals"),
    Column("on_track", "int", "Goals on track.", unit="goals"),
    Column("behind_pace", "int", "Goals behind pace.", unit="goals"),
    Column("at_risk", "int", "Goals at risk.", unit="goals"),
    Column("completed", "int", "Goals that were reached.", unit="goals"),
    Column("missed", "int", "Goals that were missed.", unit="goals"),
    Column("not_started", "int", "Goals that have not started.", unit="goals"),
    Column("unknown", "int", "Goals whose status isn't known.", unit="goals"),
    Column("comments", "int", "All comments.", unit="comments"),
    Column("analysed", "int", "Comments with a score.", unit="comments"),
    Column("positive", "int", "Comments with a positive score.", unit="comments"),
    Column("negative", "int", "Comments with a negative score.", unit="comments"),
    _maybe(
        "tiktok_changes",
        "int",
        "Comments with another label when read as TikTok slang.",
        unit="comments",
        heading="changed by slang",
    ),
    Column("uses", "int", "How often it occurs.", unit="uses"),
    _maybe("tokens", "int", "Words and emoji of the text.", unit="tokens"),
    _maybe("score", "int", "The sum of the words' values."),
    _maybe("part", "int", "What it adds to the score.", unit="points"),
    _maybe("forecasts", "int", "Forecasts with a known outcome.", unit="forecasts"),
    Column("past_forecasts", "int", "Past forecasts that corrected it.", unit="forecasts"),
    Column("history_days", "int", "Known days without a gap.", unit="days"),
    Column("required_days", "int", "Known days that a chance needs.", unit="days"),
    _maybe("quantity", "int", "Days assigned, goals met, views or videos."),
    _maybe("days_assigned", "int", "Days of the period with the assignment.", unit="days"),
    _maybe("days_in_period", "int", "Days of the period.", unit="days"),
    _maybe("days_left", "float", "Days until the end of the period.", unit="days"),
    _maybe("days_left_low", "int", "The fewest days, by the interval.", unit="days"),
    _maybe("days_left_high", "int", "The most days, by the interval.", unit="days"),
    _maybe("days_outstanding", "int", "Days since the oldest unpaid period.", unit="days"),
    Column("unpaid_accruals", "int", "Accruals that no payment lists.", unit="accruals"),
    Column("periods", "int", "Periods in the sums.", unit="periods"),
    Column("open_periods", "int", "Periods that are forecast.", unit="periods"),
    Column("undecided", "int", "Amounts that aren't known.", unit="amounts"),
    _maybe("needed_per_day", "int", "What each day that is left needs, rounded up."),
    # Numbers with a fraction
    _maybe("avg_views_per_post", "float", "Mean of the known view counts.", unit="views"),
    _percent("engagement_rate_by_views", doc="Engagements per view; NA at 0 views."),
    _percent("engagement_rate_by_followers", doc="Engagements per follower; NA without any."),
    _percent("share", doc="Share of the sum; NA where a sum says nothing."),
    _percent("share_pct", doc="The change, as a share of the total's.", heading="share of change"),
    _percent("after_pct", doc="After, as a share of its total.", heading="share of total"),
    _percent("positive_pct", doc="Positive among analysed comments."),
    _percent("negative_pct", doc="Negative among analysed comments."),
    _percent("low_pct", doc="Lower end of the interval of the share."),
    _percent("high_pct", doc="Upper end of the interval of the share."),
    _percent(
        "on_pace_percentage",
        doc="Goals on pace among those that have started.",
        heading="on pace %",
    ),
    _percent("mean_percentage", doc="Mean percentage of the goals that have started."),
    _percent("miss_pct", doc="The chance that the goal is missed.", heading="chance to miss"),
    _percent("reached_pct", doc="Actual in percent of target; may exceed 100.", heading="reached"),
    _maybe("chance", "float", "The chance that the goal is reached, 0 to 1.", content="share"),
    Column("chance_from", "float", "Lowest chance of the bin."),
    Column("chance_to", "float", "Highest chance of the bin, not included."),
    _maybe("mean_chance", "float", "Mean chance, 0 to 1."),
    _maybe("hit_rate", "float", "Share of targets that were reached, 0 to 1."),
    _maybe("hit_rate_low", "float", "Lower end of the hit rate's interval."),
    _maybe("hit_rate_high", "float", "Upper end of the hit rate's interval."),
    _maybe("past_hit_rate", "float", "Share of past targets that were reached, 0 to 1."),
    _maybe("brier", "float", "Brier score of the chances; 0 is best."),
    _maybe("base_brier", "float", "Brier score of always forecasting the hit rate."),
    _maybe("skill", "float", "1 - brier / base_brier; 0 where the odds are no better."),
    _maybe("missing", "float", "Target less what is reached."),
    Column("done", "float", "What is reached."),
    Column("due", "float", "What should be reached by now."),
    Column("hours_left", "float", "Time until the end of the period.", unit="hours"),
    Column("needed_pace", "float", "Needed share of the target over the share of time left."),
    _maybe("speed_up", "float", "The needed rate over the rate so far; NA if nothing was done."),
    _maybe("pace", "float", "Actual of target over the share of the period that has passed."),
    _maybe("comparative", "float", "The score divided by the number of tokens."),
    _maybe("mean_comparative", "float", "Mean comparative of the analysed comments."),
    _maybe("comparative_part", "float", "What it adds to the comparative."),
    *(
        _maybe(f"{mode}_{name}", kind, f"{doc} in mode {mode}.")
        for mode in ("api", "plus", "tiktok")
        for name, kind, doc in _OF_MODE
    ),
    # Money
    _cents("earned_cents", doc="What was earned."),
    _cents("paid_cents", doc="What was paid.", nullable=True),
    _cents("owed_cents", doc="Earned less paid; negative if too much was paid."),
    _cents("voided_cents", doc="Accruals that were voided."),
    _cents("uncapped_cents", doc="The amount before the cap.", nullable=True),
    _cents("amount_cents", doc="The amount; NA if it can't be known.", nullable=True),
    _cents("due_cents", doc="What was due.", nullable=True),
    _cents("accrued_cents", doc="What was accrued.", nullable=True),
    _cents("wrong_cents", doc="How much is wrong.", nullable=True),
    _cents("difference_cents", doc="What must be added; negative if too much.", nullable=True),
    _cents("budget_cents", doc="The budget.", nullable=True),
    _cents("committed_cents", doc="Settled and accumulating together.", nullable=True),
    _cents("settled_cents", doc="What was earned by accruals."),
    _cents("accumulating_cents", doc="What open periods are expected to owe.", nullable=True),
    _cents("left_cents", doc="The budget less what is committed.", nullable=True),
    _cents("left_today_cents", doc="The budget less what was burned until today.", nullable=True),
    _cents("daily_burn_cents", doc="What was earned a day.", nullable=True, heading="burn a day"),
    _cents("so_far_cents", doc="What the present counts would earn.", nullable=True),
    _cents("expected_cents", doc="The forecast amount.", nullable=True),
    _cents("low_cents", doc="Lower end of the forecast's interval.", nullable=True),
    _cents("high_cents", doc="Upper end of the forecast's interval.", nullable=True),
    _cents("now_cents", doc="Known amounts by the present rules."),
    _cents("then_cents", doc="Known amounts by the changed rules."),
    _cents("change_cents", doc="Then less now; NA if an amount isn't known.", nullable=True),
    _cents("then_low_cents", doc="Lower end of the interval of then.", nullable=True),
    _cents("then_high_cents", doc="Upper end of the interval of then.", nullable=True),
    _price("threshold_cents", "int", "The threshold of a year.", unit="cents a year"),
    _price("effective_cpm_cents", "float", "The price of views.", unit="cents per 1,000 views"),
    _price("cost_per_engagement_cents", "float", "The price of one.", unit="cents per engagement"),
    # Words
    Column(
        "level", "int", "1 for what a campaign lists, 2 for what that brings.", content="ordinal"
    ),
    Column("item_type", "category", "What the member is."),
    Column("resource", "text", "The table of the row."),
    _maybe("field", "text", "The column that differs; NA for a whole row."),
    Column("source", "text", "How the version became known."),
    Column("rule_source", "category", "How the version of the rule is known."),
    Column("word", "text", "The word, emoji or phrase."),
    _maybe("tiktok_label", "category", "The label in mode tiktok."),
    Column("sentiment_mode", "category", "The mode of the score.", role="standing"),
    Column("needed", "text", "What is still needed, in words."),
    _maybe("deadline", "text", "The last day, local.", content="text"),
    _maybe("urgency", "category", "Whether it is late, or too early to say."),
    _maybe("reason", "text", "Why it isn't known; NA where it is.", role="standing"),
    _maybe("status", "category", "The status; NA if it isn't known.", role="standing"),
    Column("advice", "text", "What to do.", role="standing"),
    _maybe("goal_status", "category", "The worst status of the goals.", role="standing"),
    # Days, instants and flags. What answers "how long" stands with the numbers, not with the times.
    Column("as_of", "day", "The day of the forecast.", role="measure"),
    _maybe("oldest_unpaid", "day", "End of the oldest unpaid period.", role="measure"),
    _maybe("runs_out", "day", "The last day that the budget lasts.", role="measure"),
    _maybe("burn_from", "day", "First day of the burn.", role="measure"),
    _maybe("burn_to", "day", "Last day of the burn.", role="measure"),
    _maybe("effective_date", "day", "First day of the version.", role="measure"),
    Column("made_at", "instant", "When the forecast was made."),
    _maybe("due_at", "instant", "From when it is owed."),
    _maybe("is_partial", "bool", "True if a day was not over when loaded."),
    Column("is_direct", "bool", "True if the campaign lists it itself."),
    _maybe("is_counted", "bool", "True if the video counts in statistics."),
    _maybe("is_english", "bool", "True if the text is in English."),
    _maybe("is_hit", "bool", "True if the target was reached."),
    Column("is_negated", "bool", "True after a negating word."),
    _maybe("is_within", "bool", "True if the interval holds the amount."),
    _maybe("version_in_force", "bool", "True if the rule's version was in force then."),
    _maybe("over_threshold", "bool", "True if at least the threshold was paid.", role="measure"),
    Column("label_differs", "bool", "True if the labels differ, too.", role="measure"),
    # Ids
    _id("id", doc="The id of the row that it is about."),
    _id("video_id", doc="The video.", nullable=True),
    _id("assignment_id", doc="The assignment."),
    _id("item_id", doc="The member."),
    _id("accrual_id", doc="The accrual.", nullable=True),
    _id("related_id", doc="The accrual that a duplicate repeats.", nullable=True),
    _id("payment_id", doc="The payment.", nullable=True),
    _id("structure_id", doc="The payout rule.", nullable=True),
    _id("creator_id", doc="The creator.", nullable=True),
    _id("project_id", doc="The project.", nullable=True),
    _id("method_id", doc="The method of payment.", nullable=True),
    _id("accrual_ids", doc="The accruals that a payment is for, as JSON."),
    _id("video_ids", doc="Videos, as JSON.", nullable=True),
)

COLUMNS: Mapping[str, Column] = MappingProxyType({column.name: column for column in _COLUMNS})
"""The columns of results by name."""
VARIANTS: Mapping[str, Column] = MappingProxyType(
    {
        f"{column.name}:{column.kind}": column
        for column in (
            _maybe("label", "category", "Whether the score is below 0, 0 or above."),
            _maybe("value", "int", "What one use adds to a score; NA if it isn't scored."),
            _maybe("days_left", "int", "Days until the end, today included.", unit="days"),
            Column("level", "category", "A creator, a post of theirs, or the rest."),
            Column("change", "category", "What became of the row."),
            _maybe("before", "any", "The value before; None for a whole row."),
            _maybe("after", "any", "The value after; None for a whole row."),
            _maybe("period_start", "day", "First day of the period."),
            _maybe("period_end", "day", "Last day of the period."),
        )
    }
)
"""Columns that mean something else in one helper's result, by their name and kind."""
