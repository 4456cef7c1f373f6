"""The results of helpers: their names, their columns, and the meaning of a row."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from trackagoat_pandas.tables.model import (
    Column,
    ResultTable,
    cents,
    id_,
    maybe,
    percent,
    price,
)
from trackagoat_pandas.tables.post_results import POST_RESULTS
from trackagoat_pandas.tables.program_results import PROGRAM_RESULTS
from trackagoat_pandas.tables.vocabulary import AS_LOADED, SHARED, VARIANTS, result
from trackagoat_pandas.tables.watch_results import WATCH_RESULTS

_RESULTS = (
    *POST_RESULTS,
    *PROGRAM_RESULTS,
    *WATCH_RESULTS,
    # Any frame
    result("leaderboard", "one row of the frame", rows_of="frame", columns=(
        "rank share rank_low? rank_high? rank_reason?",
    )),
    result("engagement", "one post or creator", rows_of="videos", columns=(
        "engagement_rate_by_views? engagement_rate_by_followers?"
    )),
    result("combine_loads", "one row of any of the frames", rows_of="frames"),
    result("diff", "one cell, or one row, that differs", title="What differs", columns=(
        "tiktok_handle name",
        Column("resource", "text", "The table of the row."),
        "change:category",
        maybe("field", "text", "The column that differs; NA for a whole row."),
        "before:any after:any creator_id? id",
    )),
    # Analytics
    result("add_missing_days", "one series in one bucket of time", rows_of="analytics"),
    result("growth", "one metric of one entity in one bucket of time", rows_of="analytics"),
    result("resample", "one series in one week or month", rows_of="analytics"),
    result("summarize_analytics", "one entity, or one in one bucket of time, with a column for "
        "each metric"),
    result("to_wide", "one date, with a column for each entity"),
    result("explain_change", "one creator, one post of theirs, or the rest",
        title="What moved {metric}", columns=(
        "tiktok_handle video_title before after change",
        percent(
            "share_pct", doc="The change, as a share of the total's.", heading="share of change",
        ),
        percent("after_pct", doc="After, as a share of its total.", heading="share of total"),
        "level:category",
        maybe("is_partial", "bool", "True if a day was not over when loaded."),
        "creator_id video_id",
    )),
    # Creators and campaigns
    result("summarize_creators", "one creator", title="Creators in numbers", columns=(
        "tiktok_handle",
        "posts views",
        maybe("avg_views_per_post", "float", "Mean of the known view counts.", unit="views"),
        "engagement_rate_by_views goals",
        maybe("goals_on_pace", "int", "Goals that are completed or on track.", unit="goals"),
        Column("goals_not_started", "int", "Goals that have not started.", unit="goals"),
        maybe("goal_status", "category", "The worst status of the goals.", role="standing"),
        "creator_id",
    )),
    result("accounts", "one TikTok account", title="Accounts", columns=(
        "tiktok_handle",
        maybe("other_handles", "text", "Its other handles, as JSON."),
        Column("projects", "int", "Projects in which it is tracked.", unit="projects"),
        maybe(
            "shared_posts", "int", "Posts that several of its creators have.", unit="posts",
        ),
        maybe(
            "linked_by", "category", "What links its creators; NA for a single one.",
            categories=("handle and posts", "posts", "handle"), role="standing",
        ),
        "reason",
        "creator_id",
        id_("creator_ids", doc="Its creators, as JSON."),
        id_("project_ids", doc="Their projects, as JSON."),
        id_("possible_ids", doc="Creators who may be the same account, as JSON.", nullable=True),
    )),
    result("campaign_members", "one member of one campaign",
        title="Members of campaigns", columns=(
        "campaign_name name",
        Column("item_type", "category", "What the member is."),
        "level",
        Column("is_direct", "bool", "True if the campaign lists it itself."),
        maybe("is_counted", "bool", "True if the video counts in statistics."),
        "campaign_id",
        id_("item_id", doc="The id of the member: a campaign, creator or video."),
    )),
    result("comments_of_campaigns", "one comment", rows_of="comments"),
    # Goals
    result("mark_not_started", "one goal in its period", rows_of="goals"),
    result("rank_goals", "one goal in its period", rows_of="goals", columns=(
        percent(
            "reached_pct", doc="Actual in percent of target; may exceed 100.", heading="reached",
        ),
    )),
    result("evaluate_goals", "one goal in its period", rows_of="goals", columns=(
        "pace reason:category"
    )),
    result("goal_history", "one goal in one closed period", title="Goals by period", columns=(
        "tiktok_handle metric period period_start period_end target actual percentage pace status "
        "reason:category creator_id goal_id project_id"
    )),
    result("goal_odds", "one goal in its period", title="Chances to reach goals", columns=(
        "tiktok_handle metric period target actual missing days_left chance history_days "
        "required_days past_forecasts past_hit_rate status period_end reason:category creator_id "
        "goal_id project_id"
    )),
    result("will_miss", "one goal that isn't reached", title="Who will miss a goal", columns=(
        "tiktok_handle metric period",
        percent("miss_pct", doc="The chance that the goal is missed.", heading="chance to miss"),
        "chance",
        maybe("risk", "float", "Chance to miss, or what is missing for the time left.",
            role="measure"),
        "missing:int needed_per_day",
        Column("needed", "text", "What is still needed, in words."),
        maybe("deadline", "text", "The last day, local.", content="text"),
        "urgency target actual days_left status reason period_end creator_id goal_id project_id",
    )),
    result("who_to_nudge", "one goal that is behind", title="Who to nudge", columns=(
        "tiktok_handle metric period urgency target",
        Column("done", "float", "What is reached."),
        Column("due", "float", "What should be reached by now."),
        "missing:int",
        Column("hours_left", "float", "Time until the end of the period.", unit="hours"),
        "needed_per_day",
        Column("needed_pace", "float", "Needed share of the target over the share of time left."),
        maybe("speed_up", "float", "The needed rate over the rate so far; NA if nothing was done."),
        "status creator_id goal_id",
    )),
    result("backtest_goal_odds", "one goal in one closed period", columns=(
        "tiktok_handle metric period period_start period_end target missing chance history_days",
        "required_days past_forecasts past_hit_rate",
        "made_at",
        "reason:category",
        maybe("is_hit", "bool", "True if the target was reached."),
        "creator_id goal_id project_id",
    )),
    result("calibrate_goal_odds", "one bin of chances", columns=(
        Column("chance_from", "float", "Lowest chance of the bin."),
        Column("chance_to", "float", "Highest chance of the bin, not included."),
        "forecasts mean_chance hit_rate",
        maybe("hit_rate_low", "float", "Lower end of the hit rate's interval."),
        maybe("hit_rate_high", "float", "Upper end of the hit rate's interval."),
    )),
    result("goal_odds_skill", "all forecasts, or those of one metric or period", columns=(
        "metric? period? forecasts mean_chance hit_rate",
        maybe("brier", "float", "Brier score of the chances; 0 is best."),
        maybe("base_brier", "float", "Brier score of always forecasting the hit rate."),
        maybe("skill", "float", "1 - brier / base_brier; 0 where the odds are no better."),
    )),
    result("summarize_compliance", "one project, creator, metric or period",
        title="Goals by status", columns=(
        "tiktok_handle project_name metric? period? creators goals",
        Column("on_track", "int", "Goals on track.", unit="goals"),
        Column("behind_pace", "int", "Goals behind pace.", unit="goals"),
        Column("at_risk", "int", "Goals at risk.", unit="goals"),
        Column("completed", "int", "Goals that were reached.", unit="goals"),
        Column("missed", "int", "Goals that were missed.", unit="goals"),
        Column("not_started", "int", "Goals that have not started.", unit="goals"),
        Column("unknown", "int", "Goals whose status isn't known.", unit="goals"),
        percent("on_pace_percentage", doc="Goals on pace of those begun.", heading="on pace %"),
        percent("mean_percentage", doc="Mean percentage of the goals that have started."),
        "creator_id? project_id?",
    )),
    # Sentiment
    result("score_comments", "one comment", rows_of="comments", columns=(
        "tiktok_handle? video_title? label:category score comparative tokens tiktok_label "
        "is_english sentiment_mode"
    )),
    result("search_comments", "one comment", rows_of="comments", columns=(
        "label:category? score? comparative? tokens? tiktok_label? is_english? sentiment_mode?"
    )),
    result("score_texts", "one text", columns=(
        "label:category score comparative tokens tiktok_label is_english sentiment_mode"
    )),
    result("compare_sentiment_modes", "one comment that two modes score differently", columns=(
        "text? api_score? api_comparative? api_label? api_tokens? plus_score? plus_comparative?",
        "plus_label? plus_tokens? tiktok_score? tiktok_comparative? tiktok_label? tiktok_tokens?",
        Column("label_differs", "bool", "True if the labels differ, too.", role="measure"),
        "id?",
    )),
    result("count_sentiment_words", "one word, with or without a negator", columns=(
        "word value:int",
        Column("uses", "int", "How often it occurs.", unit="uses"),
        "part is_negated",
    )),
    result("explain_comment", "one word or phrase", columns=(
        "word tokens value:int is_negated part",
        maybe("comparative_part", "float", "What it adds to the comparative."),
    )),
    result("summarize_sentiment", "all comments, or one group of them",
        title="Sentiment of comments", rows_of="comments", columns=(
        "comments analysed positive negative positive_pct negative_pct mean_comparative "
        "tiktok_changes"
    )),
    result("sentiment_trend", "one day, week or month", columns=(
        "date comments analysed positive negative positive_pct negative_pct mean_comparative "
        "tiktok_changes"
    )),
    result("rank_creators_by_sentiment", "one creator", title="Creators by sentiment", columns=(
        "rank tiktok_handle comments analysed positive negative positive_pct negative_pct "
        "mean_comparative tiktok_changes low_pct high_pct creator_id"
    )),
    result("find_negative_alerts", "one video with many negative comments",
        title="Videos with many negative comments", columns=(
        "tiktok_handle video_title comments analysed positive negative positive_pct negative_pct "
        "mean_comparative tiktok_changes low_pct high_pct video_id creator_id?"
    )),
    result("show_alert_evidence", "one negative comment under a video with an alert",
        title="Negative comments behind alerts", rows_of="comments", columns=(
        "tiktok_handle video_title label:category score comparative tokens tiktok_label "
        "is_english sentiment_mode"
    )),
    # Payouts
    result("accrue", "one assignment in one closed period", title="Payouts due", columns=(
        "tiktok_handle structure_name project_name rule_kind period_start:day period_end:day",
        "currency",
        Column("rule_source", "category", "How the version of the rule is known."),
        maybe("days_assigned", "int", "Days of the period with the assignment.", unit="days"),
        maybe("days_in_period", "int", "Days of the period.", unit="days"),
        maybe("quantity", "int", "Days assigned, goals met, views or videos."),
        cents("uncapped_cents", doc="The amount before the cap.", nullable=True),
        "amount_cents structure_version",
        maybe("version_in_force", "bool", "True if the rule's version was in force then."),
        maybe("due_at", "instant", "From when it is owed."),
        "reason:category assignment_id project_id creator_id structure_id video_ids",
    )),
    result("audit_payouts", "one difference",
        title="Findings about payouts", columns=(
        Column("stage", "category", "Whether it is wrong in accruals or in payments."),
        Column("finding", "category", "What is wrong."),
        "tiktok_handle structure_name project_name period_start:day period_end:day currency",
        cents("due_cents", doc="What was due.", nullable=True),
        cents("accrued_cents", doc="What was accrued.", nullable=True),
        "paid_cents",
        cents("wrong_cents", doc="How much is wrong.", nullable=True),
        cents("difference_cents", doc="What must be added; negative if too much.", nullable=True),
        "reason advice",
        "project_id creator_id structure_id",
        id_("accrual_id", doc="The accrual that it is about; NA if there is none.", nullable=True),
        id_("related_id", doc="The accrual that a duplicate repeats.", nullable=True),
        id_("payment_id", doc="The payment that it is about; NA if there is none.", nullable=True),
        "video_ids",
    )),
    result("forecast_payouts", "one assignment in its current period, or one group of them",
        title="Forecast of payouts", columns=(
        "tiktok_handle structure_name project_name rule_kind? period_start:day? period_end:day?",
        "currency periods? days_left:int?",
        cents("so_far_cents", doc="What the present counts would earn.", nullable=True),
        "expected_cents low_cents high_cents undecided? structure_version? reason:category",
        "assignment_id? project_id? creator_id? structure_id?",
    )),
    result("backtest_payouts", "one assignment or group in one closed period, forecast on one day",
        title="Forecasts of payouts, and what was earned", columns=(
        "tiktok_handle structure_name project_name rule_kind? period_start:day? period_end:day?",
        "currency periods? expected_cents low_cents high_cents amount_cents",
        Column("as_of", "day", "The day of the forecast.", role="measure"),
        maybe("is_within", "bool", "True if the interval holds the amount."),
        "assignment_id? project_id? creator_id? structure_id?",
    )),
    result("what_if", "one creator, or one creator by one rule",
        title="Payouts under other rules", columns=(
        "tiktok_handle structure_name currency",
        cents("now_cents", doc="Known amounts by the present rules; medians of open periods."),
        "then_cents change_cents",
        cents("then_low_cents", doc="Lower end of the interval of then.", nullable=True),
        cents("then_high_cents", doc="Upper end of the interval of then.", nullable=True),
        Column("open_periods", "int", "Periods that are forecast.", unit="periods"),
        "undecided creator_id? structure_id?",
    )),
    result("infer_rule_versions", "one version of a rule whose terms could be inferred",
        title="Earlier versions of rules, by what accrued", columns=(
        "amount_cents cpm_cents threshold_views accruals",
        Column("agreeing", "int", "Accruals whose amount the terms give exactly.", unit="accruals"),
        maybe("effective_date", "day", "First day of the version.", role="measure"),
        Column("source", "text", "How the version became known."),
        "version id",
    )),
    result("plan_budget", "one project and currency", title="Budget", columns=(
        "project_name currency",
        cents("budget_cents", doc="The budget of the whole time, in cents.", nullable=True),
        cents("committed_cents", doc="Settled and accumulating together.", nullable=True),
        cents("settled_cents", doc="What was earned by accruals."),
        "paid_cents owed_cents",
        cents("accumulating_cents", doc="What open periods are expected to owe.", nullable=True),
        "undecided",
        cents("left_cents", doc="The budget less what is committed.", nullable=True),
        cents(
            "left_today_cents", doc="The budget less what was burned until today.", nullable=True,
        ),
        cents(
            "daily_burn_cents", doc="What was earned a day.", nullable=True, heading="burn a day",
        ),
        "days_left:int",
        maybe("days_left_low", "int", "The fewest days, by the interval.", unit="days"),
        maybe("days_left_high", "int", "The most days, by the interval.", unit="days"),
        maybe("runs_out", "day", "The last day that the budget lasts.", role="measure"),
        maybe("burn_from", "day", "First day of the burn.", role="measure"),
        maybe("burn_to", "day", "Last day of the burn.", role="measure"),
        "reason project_id",
    )),
    result("payout_entries", "one accrual, adjustment or payment",
        title="Accruals and payments", columns=(
        "tiktok_handle structure_name method_name",
        Column("entry", "text", "An accrual, adjustment or payment."),
        "day currency amount_cents status:text creator_id structure_id id",
    )),
    result("payments_for", "one payment that is for a chosen accrual", columns=(
        "method_name currency amount_cents status:text paid_at creator_id method_id project_id",
        id_("accrual_ids", doc="The accruals that a payment is for, as JSON."),
        "id",
    )),
    result("summarize_payouts", "one group and currency", title="Payouts", columns=(
        "tiktok_handle structure_name project_name method_name? month? currency accruals payments",
        "earned_cents paid_cents owed_cents",
        cents("voided_cents", doc="Accruals that were voided."),
        "status? creator_id? project_id? structure_id? method_id?",
    )),
    result("outstanding_balances", "one creator, or one method of payment, and currency",
        title="Owed", columns=(
        "tiktok_handle method_name currency creators? earned_cents paid_cents owed_cents",
        "overpaid_cents?",
        "owed_over_all_days_cents? payable_cents?",
        Column("unpaid_accruals", "int", "Accruals that no payment lists.", unit="accruals"),
        maybe("oldest_unpaid", "day", "End of the oldest unpaid period.", role="measure"),
        maybe("days_outstanding", "int", "Days since the oldest unpaid period.", unit="days"),
        "usual_days? creator_id? method_id",
    )),
    result("paid_by_year", "one year, currency and creator", title="Paid by year", columns=(
        "tiktok_handle",
        maybe(
            "year", "int", "The calendar year; NA for payments without a time.", content="ordinal",
        ),
        "currency payments paid_cents",
        price("threshold_cents", "int", "The threshold of a year.", unit="cents a year"),
        maybe("over_threshold", "bool", "True if at least the threshold was paid.", role="measure"),
        "creator_id",
    )),
    result("payout_timeline", "one currency and day, week or month",
        title="Payouts over time", columns=(
        "date currency earned_cents paid_cents owed_cents overpaid_cents"
    )),
    result("effective_cpm", "one group and currency", title="Effective CPM", columns=(
        "tiktok_handle structure_name project_name month? currency earned_cents views",
        "effective_cpm_cents reason creator_id? project_id? structure_id?",
    )),
    result("cost_per_engagement", "one group and currency", title="Cost per engagement", columns=(
        "tiktok_handle structure_name project_name month? currency earned_cents",
        maybe("engagements", "int", "Likes, comments, shares and saves.", unit="engagements"),
        price(
            "cost_per_engagement_cents", "float", "The price of one.", unit="cents per engagement",
        ),
        "reason creator_id? project_id? structure_id?",
    )),
)  # fmt: skip

RESULTS: Mapping[str, ResultTable] = MappingProxyType({result.name: result for result in _RESULTS})
"""The result of every helper that returns a frame, by the helper's name."""
COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        column.name: column
        for columns in (*(result.columns for result in _RESULTS), SHARED.values())
        for column in columns
        if column.name not in AS_LOADED and f"{column.name}:{column.kind}" not in VARIANTS
    }
)
"""The columns that helpers compute, by name."""
