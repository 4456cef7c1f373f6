"""The results of helpers: their names, their columns, and the meaning of a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import cast

from trackagoat_pandas.tables import TABLES
from trackagoat_pandas.tables.model import Column, Kind, ResultTable
from trackagoat_pandas.tables.vocabulary import COLUMNS, VARIANTS


def _agreed() -> dict[str, Column]:
    """Return the columns of tables that have one meaning, by name."""
    found: dict[str, Column] = {}
    differing = set()
    for column in (column for table in TABLES.values() for column in table.columns):
        if found.setdefault(column.name, column).doc != column.doc:
            differing.add(column.name)
    return {name: column for name, column in found.items() if name not in differing}


_OF_TABLES = _agreed()
"""A column that means something else in each table, such as ``id``, has to be declared."""


def _result(
    name: str, row: str, *, columns: str = "", title: str = "", rows_of: str = ""
) -> ResultTable:
    """Declare the result of a helper.

    Its columns are named as in `tables.vocabulary` or a table, in reading order. ``missing:int`` is
    the column ``missing`` as this helper has it, of another kind. A ``?`` follows a column that is
    there only with some arguments, such as the one that rows are grouped by.
    """
    given = columns.split()
    return ResultTable(
        name,
        row,
        tuple(_column(each.removesuffix("?")) for each in given),
        title,
        rows_of,
        frozenset(each.partition(":")[0].rstrip("?") for each in given if each[-1] == "?"),
    )


def _column(spelled: str) -> Column:
    name, _, kind = spelled.partition(":")
    if spelled in VARIANTS:
        return VARIANTS[spelled]
    column = COLUMNS.get(name) or _OF_TABLES.get(name)
    if column is None:
        raise KeyError(f"declare the column {name!r} in tables/vocabulary.py")
    return replace(column, kind=cast("Kind", kind)) if kind else column


_RESULTS = (
    # Any frame
    _result("leaderboard", "one row of the frame", rows_of="frame", columns="rank share"),
    _result("engagement", "one post or creator", rows_of="videos", columns=(
        "engagement_rate_by_views? engagement_rate_by_followers?"
    )),
    _result("combine_loads", "one row of any of the frames", rows_of="frames"),
    _result("diff", "one cell, or one row, that differs", title="What differs", columns=(
        "tiktok_handle name resource change:category field before:any after:any creator_id? id"
    )),
    # Analytics
    _result("add_missing_days", "one series in one bucket of time", rows_of="analytics"),
    _result("growth", "one metric of one entity in one bucket of time", rows_of="analytics"),
    _result("resample", "one series in one week or month", rows_of="analytics"),
    _result("summarize_analytics", "one entity, or one in one bucket of time, with a column for "
        "each metric"),
    _result("to_wide", "one date, with a column for each entity"),
    _result("explain_change", "one creator, one post of theirs, or the rest",
        title="What moved {metric}", columns=(
        "tiktok_handle video_title before after change share_pct after_pct level:category "
        "is_partial creator_id video_id"
    )),
    # Creators and campaigns
    _result("summarize_creators", "one creator", title="Creators in numbers", columns=(
        "tiktok_handle posts views avg_views_per_post engagement_rate_by_views goals "
        "goals_on_pace goals_not_started goal_status creator_id"
    )),
    _result("campaign_members", "one member of one campaign",
        title="Members of campaigns", columns=(
        "campaign_name name item_type level is_direct is_counted campaign_id item_id"
    )),
    _result("comments_of_campaigns", "one comment", rows_of="comments"),
    # Goals
    _result("mark_not_started", "one goal in its period", rows_of="goals"),
    _result("rank_goals", "one goal in its period", rows_of="goals", columns="reached_pct"),
    _result("evaluate_goals", "one goal in its period", rows_of="goals", columns=(
        "pace reason:category"
    )),
    _result("goal_history", "one goal in one closed period", title="Goals by period", columns=(
        "tiktok_handle metric period period_start period_end target actual percentage pace status "
        "reason:category creator_id goal_id project_id"
    )),
    _result("goal_odds", "one goal in its period", title="Chances to reach goals", columns=(
        "tiktok_handle metric period target actual missing days_left chance history_days "
        "required_days past_forecasts past_hit_rate status period_end reason:category creator_id "
        "goal_id project_id"
    )),
    _result("will_miss", "one goal that isn't reached", title="Who will miss a goal", columns=(
        "tiktok_handle metric period miss_pct chance missing:int needed_per_day needed deadline "
        "urgency target actual days_left status reason period_end creator_id goal_id project_id"
    )),
    _result("who_to_nudge", "one goal that is behind", title="Who to nudge", columns=(
        "tiktok_handle metric period urgency target done due missing:int hours_left "
        "needed_per_day needed_pace speed_up status creator_id goal_id"
    )),
    _result("backtest_goal_odds", "one goal in one closed period", columns=(
        "tiktok_handle metric period period_start period_end target missing chance history_days "
        "required_days past_forecasts past_hit_rate made_at reason:category is_hit creator_id "
        "goal_id project_id"
    )),
    _result("calibrate_goal_odds", "one bin of chances", columns=(
        "chance_from chance_to forecasts mean_chance hit_rate hit_rate_low hit_rate_high"
    )),
    _result("goal_odds_skill", "all forecasts, or those of one metric or period", columns=(
        "metric? period? forecasts mean_chance hit_rate brier base_brier skill"
    )),
    _result("summarize_compliance", "one project, creator, metric or period",
        title="Goals by status", columns=(
        "tiktok_handle project_name metric? period? creators goals on_track behind_pace at_risk "
        "completed missed not_started unknown on_pace_percentage mean_percentage creator_id? "
        "project_id?"
    )),
    # Sentiment
    _result("score_comments", "one comment", rows_of="comments", columns=(
        "tiktok_handle? video_title? label:category score comparative tokens tiktok_label "
        "is_english sentiment_mode"
    )),
    _result("search_comments", "one comment", rows_of="comments", columns=(
        "label:category? score? comparative? tokens? tiktok_label? is_english? sentiment_mode?"
    )),
    _result("score_texts", "one text", columns=(
        "label:category score comparative tokens tiktok_label is_english sentiment_mode"
    )),
    _result("compare_sentiment_modes", "one comment that two modes score differently", columns=(
        "text? api_score? api_comparative? api_label? api_tokens? plus_score? plus_comparative? "
        "plus_label? plus_tokens? tiktok_score? tiktok_comparative? tiktok_label? tiktok_tokens? "
        "label_differs id?"
    )),
    _result("count_sentiment_words", "one word, with or without a negator", columns=(
        "word value:int uses part is_negated"
    )),
    _result("explain_comment", "one word or phrase", columns=(
        "word tokens value:int is_negated part comparative_part"
    )),
    _result("summarize_sentiment", "all comments, or one group of them",
        title="Sentiment of comments", rows_of="comments", columns=(
        "comments analysed positive negative positive_pct negative_pct mean_comparative "
        "tiktok_changes"
    )),
    _result("sentiment_trend", "one day, week or month", columns=(
        "date comments analysed positive negative positive_pct negative_pct mean_comparative "
        "tiktok_changes"
    )),
    _result("rank_creators_by_sentiment", "one creator", title="Creators by sentiment", columns=(
        "rank tiktok_handle comments analysed positive negative positive_pct negative_pct "
        "mean_comparative tiktok_changes low_pct high_pct creator_id"
    )),
    _result("find_negative_alerts", "one video with many negative comments",
        title="Videos with many negative comments", columns=(
        "tiktok_handle video_title comments analysed positive negative positive_pct negative_pct "
        "mean_comparative tiktok_changes low_pct high_pct video_id creator_id?"
    )),
    _result("show_alert_evidence", "one negative comment under a video with an alert",
        title="Negative comments behind alerts", rows_of="comments", columns=(
        "tiktok_handle video_title label:category score comparative tokens tiktok_label "
        "is_english sentiment_mode"
    )),
    # Payouts
    _result("accrue", "one assignment in one closed period", title="Payouts due", columns=(
        "tiktok_handle structure_name project_name rule_kind period_start:day period_end:day "
        "currency rule_source days_assigned days_in_period quantity uncapped_cents amount_cents "
        "structure_version version_in_force due_at reason:category assignment_id project_id "
        "creator_id structure_id video_ids"
    )),
    _result("audit_payouts", "one difference",
        title="Where accruals differ from what is due", columns=(
        "stage finding tiktok_handle structure_name project_name period_start:day period_end:day "
        "currency due_cents accrued_cents paid_cents wrong_cents difference_cents reason advice "
        "project_id creator_id structure_id accrual_id related_id payment_id video_ids"
    )),
    _result("forecast_payouts", "one assignment in its current period, or one group of them",
        title="Forecast of payouts", columns=(
        "tiktok_handle structure_name project_name rule_kind? period_start:day? period_end:day? "
        "currency periods? days_left:int? so_far_cents expected_cents low_cents high_cents "
        "undecided? structure_version? reason:category assignment_id? project_id? creator_id? "
        "structure_id?"
    )),
    _result("backtest_payouts", "one assignment or group in one closed period, forecast on one day",
        title="Forecasts of payouts, and what was earned", columns=(
        "tiktok_handle structure_name project_name rule_kind? period_start:day? period_end:day? "
        "currency periods? expected_cents low_cents high_cents amount_cents as_of is_within "
        "assignment_id? project_id? creator_id? structure_id?"
    )),
    _result("what_if", "one creator, or one creator by one rule",
        title="Payouts under other rules", columns=(
        "tiktok_handle structure_name currency now_cents then_cents change_cents then_low_cents "
        "then_high_cents open_periods undecided creator_id? structure_id?"
    )),
    _result("infer_rule_versions", "one version of a rule whose terms could be inferred",
        title="Earlier versions of rules, by what accrued", columns=(
        "amount_cents cpm_cents threshold_views accruals agreeing effective_date source version "
        "id"
    )),
    _result("plan_budget", "one project and currency", title="Budget", columns=(
        "project_name currency budget_cents committed_cents settled_cents paid_cents owed_cents "
        "accumulating_cents undecided left_cents left_today_cents daily_burn_cents days_left:int "
        "days_left_low days_left_high runs_out burn_from burn_to project_id"
    )),
    _result("payout_entries", "one accrual, adjustment or payment",
        title="Accruals and payments", columns=(
        "tiktok_handle structure_name method_name entry day currency amount_cents status:text "
        "creator_id structure_id id"
    )),
    _result("payments_for", "one payment that is for a chosen accrual", columns=(
        "method_name currency amount_cents status:text paid_at creator_id method_id project_id "
        "accrual_ids id"
    )),
    _result("summarize_payouts", "one group and currency", title="Payouts", columns=(
        "tiktok_handle structure_name project_name method_name? month? currency accruals payments "
        "earned_cents paid_cents owed_cents voided_cents status? creator_id? project_id? "
        "structure_id? method_id?"
    )),
    _result("outstanding_balances", "one creator, or one method of payment, and currency",
        title="Owed", columns=(
        "tiktok_handle method_name currency creators? earned_cents paid_cents owed_cents "
        "unpaid_accruals oldest_unpaid days_outstanding creator_id? method_id"
    )),
    _result("paid_by_year", "one year, currency and creator", title="Paid by year", columns=(
        "tiktok_handle year currency payments paid_cents threshold_cents over_threshold "
        "creator_id"
    )),
    _result("payout_timeline", "one currency and day, week or month",
        title="Payouts over time", columns=(
        "date currency earned_cents paid_cents owed_cents"
    )),
    _result("effective_cpm", "one group and currency", title="Effective CPM", columns=(
        "tiktok_handle structure_name project_name month? currency earned_cents views "
        "effective_cpm_cents creator_id? project_id? structure_id?"
    )),
    _result("cost_per_engagement", "one group and currency", title="Cost per engagement", columns=(
        "tiktok_handle structure_name project_name month? currency earned_cents engagements "
        "cost_per_engagement_cents creator_id? project_id? structure_id?"
    )),
)  # fmt: skip

RESULTS: Mapping[str, ResultTable] = MappingProxyType({result.name: result for result in _RESULTS})
"""The result of every helper that returns a frame, by the helper's name."""
