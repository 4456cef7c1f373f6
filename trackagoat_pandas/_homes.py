"""The public names of the package: their modules, and the verbs and plots of the accessors.

``python -m tests.stub`` adds the lines of a new ``@derived`` helper and of a new ``@picture``, with
the columns that they ask of their first frame, and then writes the stubs for type checkers and
editors. Those of other functions are added by hand. Modules are imported when a name is first used.
"""

from __future__ import annotations

import importlib

HOMES: dict[str, str] = {
    "Client": "http.client",
    "DateRange": "inputs.dates",
    "TrackaGoatError": "errors",
    "TrackaGoatWarning": "errors",
    "accounts": "helpers.accounts",
    "accrual_days": "helpers.payouts.entries",
    "accrue": "helpers.payouts.accrual",
    "add_missing_days": "helpers.completion",
    "align_days": "helpers.granularity",
    "as_table": "load.foreign",
    "ask": "asking.catalogue",
    "audit": "load.auditing",
    "audit_payouts": "helpers.payouts.audit",
    "backtest_expected_views": "helpers.videos.expected",
    "backtest_goal_odds": "helpers.goals.backtest",
    "backtest_payouts": "helpers.payouts.forecast",
    "backtest_watch": "watching.backtest",
    "calendar_file": "showing.export.calendar_file",
    "calibrate_goal_odds": "helpers.goals.backtest",
    "campaign_lift": "helpers.campaigns.lift",
    "campaign_members": "helpers.campaigns.members",
    "campaign_tree": "helpers.campaigns.tree",
    "campaign_videos": "helpers.campaigns.posts",
    "check_contract": "contract.check",
    "check_data": "helpers.health.data",
    "check_posts": "helpers.captions",
    "combine_loads": "helpers.loads",
    "comments_of_campaigns": "helpers.campaigns.members",
    "compare_campaigns": "helpers.campaigns.comparison",
    "compare_sentiment_modes": "helpers.sentiment.scoring",
    "connect": "connecting",
    "content_calendar": "helpers.posting",
    "cost_per_engagement": "helpers.payouts.costs",
    "count_sentiment_words": "helpers.sentiment.explaining",
    "creator_pools": "helpers.pools.pooling",
    "creator_statement": "showing.export.statement",
    "describe": "frames.dictionary",
    "diff": "helpers.diffs",
    "effective_cpm": "helpers.payouts.costs",
    "engagement": "helpers.creators",
    "estimate_load": "load.planning",
    "evaluate_goals": "helpers.goals.evaluation",
    "expected_views": "helpers.videos.expected",
    "explain_change": "helpers.changes",
    "explain_comment": "helpers.sentiment.explaining",
    "find_negative_alerts": "helpers.sentiment.summaries",
    "find_outliers": "helpers.videos.outliers",
    "find_overposting": "helpers.posting",
    "follow_post": "helpers.videos.following",
    "forecast_coverage": "helpers.forecasts",
    "forecast_payouts": "helpers.payouts.forecast",
    "goal_history": "helpers.goals.evaluation",
    "goal_odds": "helpers.goals.odds",
    "goal_odds_skill": "helpers.goals.backtest",
    "goat": "accessor",
    "growth": "helpers.growth",
    "inbox": "helpers.posting",
    "infer_rule_versions": "helpers.payouts.versions",
    "leaderboard": "helpers.leaderboard",
    "life_curves": "helpers.videos.curves",
    "lift_placebos": "helpers.campaigns.lift_evidence",
    "lift_weeks": "helpers.campaigns.lift_evidence",
    "load_analytics": "load.analytics",
    "load_annotations": "load.resources",
    "load_campaigns": "load.resources",
    "load_comments": "load.comments",
    "load_creators": "load.resources",
    "load_data_model": "load.paths",
    "load_goal_compliance": "load.resources",
    "load_path": "load.paths",
    "load_payout_accruals": "load.payouts",
    "load_payout_assignments": "load.payouts",
    "load_payout_methods": "load.payouts",
    "load_payout_payments": "load.payouts",
    "load_payout_structures": "load.payouts",
    "load_projects": "load.resources",
    "load_report": "load.reports",
    "load_videos": "load.resources",
    "mark_not_started": "helpers.goals.standing",
    "member_overlap": "helpers.campaigns.overlap",
    "open_store": "store.store",
    "outstanding_balances": "helpers.payouts.summaries",
    "paid_by_year": "helpers.payouts.summaries",
    "payments_for": "helpers.payouts.entries",
    "payout_entries": "helpers.payouts.entries",
    "payout_file": "showing.export.payout_file",
    "payout_luck": "helpers.luck.pay",
    "payout_timeline": "helpers.payouts.summaries",
    "payout_workbook": "showing.export.payout_workbook",
    "plan_budget": "helpers.payouts.budgets",
    "plan_campaign": "helpers.campaigns.plan",
    "posting_consistency": "helpers.posting",
    "posting_cost": "helpers.posting_cost",
    "posting_heatmap": "helpers.posting",
    "posting_silences": "helpers.posting_silences",
    "program_health": "asking.health",
    "questions": "asking.catalogue",
    "quota": "usage",
    "rank_creators": "helpers.luck.ranks",
    "rank_creators_by_sentiment": "helpers.sentiment.summaries",
    "rank_goals": "helpers.goals.standing",
    "rank_programs": "helpers.health.scores",
    "read_campaign": "helpers.campaigns.plan",
    "record_forecasts": "store.forecasts",
    "record_plan": "store.plans",
    "recorded_plans": "store.plans",
    "reliability": "helpers.luck.reliability",
    "report": "reporting.weekly",
    "resample": "helpers.granularity",
    "score_comments": "helpers.sentiment.scoring",
    "score_forecasts": "store.forecasts",
    "score_texts": "helpers.sentiment.scoring",
    "search_comments": "helpers.sentiment.searching",
    "sentiment_trend": "helpers.sentiment.summaries",
    "settle_curve": "helpers.videos.curves",
    "show": "showing.show",
    "show_alert_evidence": "helpers.sentiment.summaries",
    "silence_alert": "watching.memory",
    "similar_creators": "helpers.pools.similar",
    "suggest_posting_times": "helpers.posting_times",
    "summarize_analytics": "helpers.analytics",
    "summarize_campaigns": "helpers.campaigns.summaries",
    "summarize_compliance": "helpers.goals.compliance",
    "summarize_creators": "helpers.creators",
    "summarize_payouts": "helpers.payouts.summaries",
    "summarize_sentiment": "helpers.sentiment.summaries",
    "to_csv": "showing.export.csv_files",
    "to_excel": "showing.export.workbooks",
    "to_money": "helpers.payouts.money",
    "to_wide": "helpers.wide",
    "unreadable_cells": "load.foreign",
    "verify_report": "reporting.verification",
    "view_distribution": "helpers.videos.distribution",
    "view_quality": "helpers.videos.quality",
    "visible_effects": "helpers.campaigns.plan",
    "watch": "watching.runs",
    "what_if": "helpers.payouts.scenarios",
    "who_to_nudge": "helpers.goals.nudges",
    "will_miss": "helpers.goals.misses",
    "with_names": "names.with_names",
}
"""The module of each public name, relative to the package."""
MODULES = ("actions", "errors", "plots", "sandbox", "widgets")
"""The public modules, which are imported when they are first used."""

_SERIES = "date value metric entity_id"
_EARNED = "amount_cents structure_id creator_id period_start"
_RULES = "kind amount_cents cpm_cents threshold_views"
_GOALS = "creator_id goal_id metric period target_value start_date end_date"
_STANDING = (
    "creator_id tiktok_handle goal_id metric period status target actual period_start period_end "
    "hours_until_period_end hours_since_period_end not_yet_started"
)
VERBS: dict[str, str] = {
    "accounts": "id project_id tiktok_handle",
    "accrual_days": "period_end created_at",
    "accrue": _RULES,
    "add_missing_days": "date",
    "align_days": "date series_kind",
    "as_table": "",
    "backtest_expected_views": "creator_id id is_tracking_disabled posted_at tracking_status "
    "view_count",
    "backtest_goal_odds": _GOALS,
    "backtest_payouts": _RULES,
    "calendar_file": "creator_id id posted_at tracking_status view_count title",
    "calibrate_goal_odds": "chance is_hit",
    "campaign_lift": "creator_id id posted_at tracking_status view_count",
    "campaign_members": "id items",
    "campaign_tree": "id items",
    "campaign_videos": "id items",
    "check_posts": "id creator_id title posted_at",
    "comments_of_campaigns": "text video_id | text creator_id",
    "compare_campaigns": "id items",
    "compare_sentiment_modes": "text",
    "content_calendar": "creator_id posted_at tracking_status view_count title",
    "cost_per_engagement": _EARNED,
    "count_sentiment_words": "text",
    "creator_pools": "id tiktok_handle",
    "diff": "id",
    "effective_cpm": _EARNED,
    "engagement": "view_count like_count comment_count share_count save_count",
    "evaluate_goals": _GOALS,
    "expected_views": "creator_id id is_tracking_disabled posted_at tracking_status view_count",
    "explain_change": f"entity {_SERIES} series_kind",
    "find_negative_alerts": "text video_id",
    "find_outliers": "creator_id id posted_at tracking_status view_count",
    "find_overposting": "id creator_id posted_at tracking_status view_count",
    "follow_post": "id creator_id posted_at view_count",
    "forecast_coverage": "about_id creator_id forecast_kind is_inside made_at settles_at",
    "forecast_payouts": _RULES,
    "goal_history": _GOALS,
    "goal_odds": _GOALS,
    "goal_odds_skill": "chance is_hit",
    "growth": f"{_SERIES} series_kind",
    "inbox": "creator_id id posted_at tracking_status",
    "leaderboard": "view_count",
    "life_curves": "creator_id id is_tracking_disabled posted_at tracking_status view_count",
    "lift_placebos": "creator_id id posted_at tracking_status view_count",
    "lift_weeks": "creator_id id posted_at tracking_status view_count",
    "mark_not_started": "status not_yet_started | status reason",
    "member_overlap": "id items",
    "outstanding_balances": _EARNED,
    "paid_by_year": "accrual_ids amount_cents creator_id id method_id method_name paid_at status",
    "payout_entries": _EARNED,
    "payout_file": "creator_id owed_cents",
    "payout_luck": "basis",
    "payout_timeline": _EARNED,
    "plan_budget": _EARNED,
    "plan_campaign": "id",
    "posting_consistency": "id creator_id posted_at tracking_status",
    "posting_cost": "creator_id id posted_at tracking_status view_count",
    "posting_heatmap": "id posted_at tracking_status view_count",
    "posting_silences": "id creator_id posted_at tracking_status",
    "rank_creators": "creator_id id posted_at tracking_status view_count",
    "rank_creators_by_sentiment": "text creator_id",
    "rank_goals": "status actual target",
    "read_campaign": "creator_id gets_campaign pair since weeks",
    "reliability": "creator_id id posted_at tracking_status view_count",
    "resample": f"{_SERIES} series_kind",
    "score_comments": "text",
    "search_comments": "text",
    "sentiment_trend": "text posted_at",
    "settle_curve": "creator_id id is_tracking_disabled posted_at tracking_status view_count",
    "show": "",
    "show_alert_evidence": "text video_id",
    "similar_creators": "id tiktok_handle",
    "suggest_posting_times": "creator_id id posted_at tracking_status view_count",
    "summarize_analytics": f"{_SERIES} series_kind label is_partial",
    "summarize_campaigns": "id items",
    "summarize_compliance": "project_id creator_id status percentage",
    "summarize_payouts": _EARNED,
    "summarize_sentiment": "text",
    "to_csv": "",
    "to_excel": "",
    "to_wide": f"{_SERIES} series_kind label",
    "unreadable_cells": "",
    "view_distribution": "tracking_status view_count",
    "view_quality": "creator_id id like_count posted_at tracking_status view_count",
    "visible_effects": "id",
    "what_if": _RULES,
    "who_to_nudge": _STANDING,
    "will_miss": f"{_STANDING} target_value start_date end_date",
    "with_names": "",
}
"""The public functions that are methods of ``frame.goat``, with the columns that a frame needs for
completion to offer them; after ``|`` other columns that do as well."""
VERBS_OF: dict[str, str] = {
    "analytics": (
        "add_missing_days align_days explain_change growth resample summarize_analytics to_wide"
    ),
    "campaigns": (
        "campaign_members campaign_tree campaign_videos compare_campaigns member_overlap "
        "summarize_campaigns"
    ),
    "comments": (
        "comments_of_campaigns compare_sentiment_modes count_sentiment_words "
        "find_negative_alerts rank_creators_by_sentiment score_comments search_comments "
        "sentiment_trend show_alert_evidence summarize_sentiment"
    ),
    "creators": "creator_pools plan_campaign similar_creators visible_effects",
    "goal_compliance": (
        "backtest_goal_odds evaluate_goals goal_history goal_odds mark_not_started rank_goals "
        "summarize_compliance who_to_nudge will_miss"
    ),
    "payout_accruals": (
        "accrual_days cost_per_engagement effective_cpm outstanding_balances payout_entries "
        "payout_luck payout_timeline plan_budget summarize_payouts"
    ),
    "payout_payments": "paid_by_year",
    "payout_structures": "accrue backtest_payouts forecast_payouts what_if",
    "videos": (
        "backtest_expected_views calendar_file campaign_lift check_posts content_calendar "
        "expected_views find_outliers find_overposting follow_post inbox life_curves "
        "lift_placebos lift_weeks posting_consistency posting_cost posting_heatmap "
        "posting_silences rank_creators reliability settle_curve suggest_posting_times "
        "view_distribution view_quality"
    ),
}
"""The methods for frames of one loaded table; a frame of another table isn't offered them."""
PLOTS: dict[str, str] = {
    "budget": "project_name currency budget_cents left_today_cents daily_burn_cents days_left "
    "days_left_low days_left_high runs_out project_id",
    "calendar": "day posts",
    "campaign_tree": "campaign_id campaign_name depth place",
    "campaigns": "id items",
    "comment_words": "text",
    "compare_campaigns": "creators effect high label low posts reason side views",
    "creator_scatter": "tiktok_handle engagement_rate_by_views post_count avg_views_per_post"
    " | tiktok_handle engagement_rate_by_views posts views",
    "expected_views": "expected_views high horizon_days id low views",
    "follow_post": "age_hours id views_so_far",
    "goal_board": _STANDING,
    "goal_odds": "tiktok_handle metric period chance missing days_left",
    "health": "evidence part since status",
    "leaderboard": "view_count",
    "life_curves": "age_hours horizon_days posts typical_share views_share younger_posts",
    "lift": "gap is_campaign usual_high usual_low week",
    "lift_placebos": "effect placebo since",
    "outliers": "baseline_views compared_views id is_outlier multiple z",
    "overlap": "campaign_a campaign_b shared_creators shared_videos",
    "payout_summary": _EARNED,
    "payout_timeline": _EARNED,
    "pools": "creator_id engagement_rate_by_views pool pool_description posts_per_week reason "
    "median_views usual_hour views_factor weekend_pct",
    "posting_cost": "effect high low position posts reason",
    "posting_heatmap": "dow hour median_views posts",
    "posting_times": "answer effect high kind label low posts",
    "ranks": "alike_to_place creator_id level posts rank rank_high rank_low reason",
    "restatements": "metric age_days points first_value value change",
    "sentiment_creators": "text creator_id",
    "sentiment_trend": "text posted_at",
    "similar": "creator_id distance reason stability",
    "trend": f"{_SERIES} series_kind is_partial",
    "view_distribution": "view_count tracking_status",
    "view_quality": "grade id score",
    "visible_effects": "group_size smallest_visible weeks",
    "waterfall": "tiktok_handle video_title before after change level creator_id",
}
"""The plots, each in the module of its name, with the same of ``frame.goat.plot``."""

_LOADED = ("_", "_payout_")
"""What stands between ``load`` and the things that a loader loads."""


def place_of(name: str) -> str:
    """Say where a public name is that was sought elsewhere; "" if it is no public name.

    What is loaded is found by its loader: ``videos`` by ``load_videos``.

    Examples
    --------
    >>> place_of("load_videos")
    'It is a function of the package: tgp.load_videos(...)'
    >>> place_of("goal_board")
    'It is a plot: tgp.plots.goal_board(...)'
    """
    if name.startswith("_"):
        return ""
    if name in HOMES:
        return f"It is a function of the package: tgp.{name}(...)"
    if loader := next(
        (f"load{kind}{name}" for kind in _LOADED if f"load{kind}{name}" in HOMES), ""
    ):
        return f"A function of the package loads them: tgp.{loader}(...)"
    if name in PLOTS:
        return f"It is a plot: tgp.plots.{name}(...)"
    # Only widgets begin with a capital. Each module is imported only for this message.
    module, kind = ("widgets", "a widget") if name[0].isupper() else ("actions", "an action")
    names = importlib.import_module(f"trackagoat_pandas.{module}").__all__
    return f"It is {kind}: tgp.{module}.{name}(...)" if name in names else ""
