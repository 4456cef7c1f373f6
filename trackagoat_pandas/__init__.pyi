# Written by `python -m tests.stub`.

from trackagoat_pandas import actions as actions
from trackagoat_pandas import errors as errors
from trackagoat_pandas import plots as plots
from trackagoat_pandas import widgets as widgets
from trackagoat_pandas.accessor import goat as goat
from trackagoat_pandas.connecting import connect as connect
from trackagoat_pandas.contract.check import check_contract as check_contract
from trackagoat_pandas.errors import TrackaGoatError as TrackaGoatError
from trackagoat_pandas.errors import TrackaGoatWarning as TrackaGoatWarning
from trackagoat_pandas.frames.dictionary import describe as describe
from trackagoat_pandas.helpers.analytics import summarize_analytics as summarize_analytics
from trackagoat_pandas.helpers.campaigns.comparison import compare_campaigns as compare_campaigns
from trackagoat_pandas.helpers.campaigns.lift import campaign_lift as campaign_lift
from trackagoat_pandas.helpers.campaigns.lift_evidence import lift_placebos as lift_placebos
from trackagoat_pandas.helpers.campaigns.lift_evidence import lift_weeks as lift_weeks
from trackagoat_pandas.helpers.campaigns.members import campaign_members as campaign_members
from trackagoat_pandas.helpers.campaigns.members import (
    comments_of_campaigns as comments_of_campaigns,
)
from trackagoat_pandas.helpers.campaigns.overlap import member_overlap as member_overlap
from trackagoat_pandas.helpers.campaigns.plan import plan_campaign as plan_campaign
from trackagoat_pandas.helpers.campaigns.plan import read_campaign as read_campaign
from trackagoat_pandas.helpers.campaigns.plan import visible_effects as visible_effects
from trackagoat_pandas.helpers.campaigns.posts import campaign_videos as campaign_videos
from trackagoat_pandas.helpers.campaigns.summaries import summarize_campaigns as summarize_campaigns
from trackagoat_pandas.helpers.campaigns.tree import campaign_tree as campaign_tree
from trackagoat_pandas.helpers.captions import check_posts as check_posts
from trackagoat_pandas.helpers.changes import explain_change as explain_change
from trackagoat_pandas.helpers.completion import add_missing_days as add_missing_days
from trackagoat_pandas.helpers.creators import engagement as engagement
from trackagoat_pandas.helpers.creators import summarize_creators as summarize_creators
from trackagoat_pandas.helpers.diffs import diff as diff
from trackagoat_pandas.helpers.goals.backtest import backtest_goal_odds as backtest_goal_odds
from trackagoat_pandas.helpers.goals.backtest import calibrate_goal_odds as calibrate_goal_odds
from trackagoat_pandas.helpers.goals.backtest import goal_odds_skill as goal_odds_skill
from trackagoat_pandas.helpers.goals.compliance import summarize_compliance as summarize_compliance
from trackagoat_pandas.helpers.goals.evaluation import evaluate_goals as evaluate_goals
from trackagoat_pandas.helpers.goals.evaluation import goal_history as goal_history
from trackagoat_pandas.helpers.goals.misses import will_miss as will_miss
from trackagoat_pandas.helpers.goals.nudges import who_to_nudge as who_to_nudge
from trackagoat_pandas.helpers.goals.odds import goal_odds as goal_odds
from trackagoat_pandas.helpers.goals.standing import mark_not_started as mark_not_started
from trackagoat_pandas.helpers.goals.standing import rank_goals as rank_goals
from trackagoat_pandas.helpers.granularity import align_days as align_days
from trackagoat_pandas.helpers.granularity import resample as resample
from trackagoat_pandas.helpers.growth import growth as growth
from trackagoat_pandas.helpers.health.program import program_health as program_health
from trackagoat_pandas.helpers.health.scores import rank_programs as rank_programs
from trackagoat_pandas.helpers.leaderboard import leaderboard as leaderboard
from trackagoat_pandas.helpers.loads import combine_loads as combine_loads
from trackagoat_pandas.helpers.luck.pay import payout_luck as payout_luck
from trackagoat_pandas.helpers.luck.ranks import rank_creators as rank_creators
from trackagoat_pandas.helpers.luck.reliability import reliability as reliability
from trackagoat_pandas.helpers.payouts.accrual import accrue as accrue
from trackagoat_pandas.helpers.payouts.audit import audit_payouts as audit_payouts
from trackagoat_pandas.helpers.payouts.budgets import plan_budget as plan_budget
from trackagoat_pandas.helpers.payouts.costs import cost_per_engagement as cost_per_engagement
from trackagoat_pandas.helpers.payouts.costs import effective_cpm as effective_cpm
from trackagoat_pandas.helpers.payouts.entries import accrual_days as accrual_days
from trackagoat_pandas.helpers.payouts.entries import payments_for as payments_for
from trackagoat_pandas.helpers.payouts.entries import payout_entries as payout_entries
from trackagoat_pandas.helpers.payouts.forecast import backtest_payouts as backtest_payouts
from trackagoat_pandas.helpers.payouts.forecast import forecast_payouts as forecast_payouts
from trackagoat_pandas.helpers.payouts.money import to_money as to_money
from trackagoat_pandas.helpers.payouts.scenarios import what_if as what_if
from trackagoat_pandas.helpers.payouts.summaries import outstanding_balances as outstanding_balances
from trackagoat_pandas.helpers.payouts.summaries import paid_by_year as paid_by_year
from trackagoat_pandas.helpers.payouts.summaries import payout_timeline as payout_timeline
from trackagoat_pandas.helpers.payouts.summaries import summarize_payouts as summarize_payouts
from trackagoat_pandas.helpers.payouts.versions import infer_rule_versions as infer_rule_versions
from trackagoat_pandas.helpers.pools.pooling import creator_pools as creator_pools
from trackagoat_pandas.helpers.pools.similar import similar_creators as similar_creators
from trackagoat_pandas.helpers.posting import content_calendar as content_calendar
from trackagoat_pandas.helpers.posting import find_overposting as find_overposting
from trackagoat_pandas.helpers.posting import inbox as inbox
from trackagoat_pandas.helpers.posting import posting_consistency as posting_consistency
from trackagoat_pandas.helpers.posting import posting_heatmap as posting_heatmap
from trackagoat_pandas.helpers.posting_cost import posting_cost as posting_cost
from trackagoat_pandas.helpers.posting_times import suggest_posting_times as suggest_posting_times
from trackagoat_pandas.helpers.sentiment.explaining import (
    count_sentiment_words as count_sentiment_words,
)
from trackagoat_pandas.helpers.sentiment.explaining import explain_comment as explain_comment
from trackagoat_pandas.helpers.sentiment.scoring import (
    compare_sentiment_modes as compare_sentiment_modes,
)
from trackagoat_pandas.helpers.sentiment.scoring import score_comments as score_comments
from trackagoat_pandas.helpers.sentiment.scoring import score_texts as score_texts
from trackagoat_pandas.helpers.sentiment.searching import search_comments as search_comments
from trackagoat_pandas.helpers.sentiment.summaries import (
    find_negative_alerts as find_negative_alerts,
)
from trackagoat_pandas.helpers.sentiment.summaries import (
    rank_creators_by_sentiment as rank_creators_by_sentiment,
)
from trackagoat_pandas.helpers.sentiment.summaries import sentiment_trend as sentiment_trend
from trackagoat_pandas.helpers.sentiment.summaries import show_alert_evidence as show_alert_evidence
from trackagoat_pandas.helpers.sentiment.summaries import summarize_sentiment as summarize_sentiment
from trackagoat_pandas.helpers.videos.curves import life_curves as life_curves
from trackagoat_pandas.helpers.videos.curves import settle_curve as settle_curve
from trackagoat_pandas.helpers.videos.distribution import view_distribution as view_distribution
from trackagoat_pandas.helpers.videos.expected import (
    backtest_expected_views as backtest_expected_views,
)
from trackagoat_pandas.helpers.videos.expected import expected_views as expected_views
from trackagoat_pandas.helpers.videos.following import follow_post as follow_post
from trackagoat_pandas.helpers.videos.outliers import find_outliers as find_outliers
from trackagoat_pandas.helpers.videos.quality import view_quality as view_quality
from trackagoat_pandas.helpers.wide import to_wide as to_wide
from trackagoat_pandas.http.client import Client as Client
from trackagoat_pandas.inputs.dates import DateRange as DateRange
from trackagoat_pandas.load.analytics import load_analytics as load_analytics
from trackagoat_pandas.load.auditing import audit as audit
from trackagoat_pandas.load.comments import load_comments as load_comments
from trackagoat_pandas.load.foreign import as_table as as_table
from trackagoat_pandas.load.foreign import unreadable_cells as unreadable_cells
from trackagoat_pandas.load.paths import load_data_model as load_data_model
from trackagoat_pandas.load.paths import load_path as load_path
from trackagoat_pandas.load.payouts import load_payout_accruals as load_payout_accruals
from trackagoat_pandas.load.payouts import load_payout_assignments as load_payout_assignments
from trackagoat_pandas.load.payouts import load_payout_methods as load_payout_methods
from trackagoat_pandas.load.payouts import load_payout_payments as load_payout_payments
from trackagoat_pandas.load.payouts import load_payout_structures as load_payout_structures
from trackagoat_pandas.load.planning import estimate_load as estimate_load
from trackagoat_pandas.load.reports import load_report as load_report
from trackagoat_pandas.load.resources import load_annotations as load_annotations
from trackagoat_pandas.load.resources import load_campaigns as load_campaigns
from trackagoat_pandas.load.resources import load_creators as load_creators
from trackagoat_pandas.load.resources import load_goal_compliance as load_goal_compliance
from trackagoat_pandas.load.resources import load_projects as load_projects
from trackagoat_pandas.load.resources import load_videos as load_videos
from trackagoat_pandas.names.with_names import with_names as with_names
from trackagoat_pandas.reporting.verification import verify_report as verify_report
from trackagoat_pandas.reporting.weekly import report as report
from trackagoat_pandas.sandbox import sandbox as sandbox
from trackagoat_pandas.showing.export.calendar_file import calendar_file as calendar_file
from trackagoat_pandas.showing.export.csv_files import to_csv as to_csv
from trackagoat_pandas.showing.export.payout_file import payout_file as payout_file
from trackagoat_pandas.showing.export.payout_workbook import payout_workbook as payout_workbook
from trackagoat_pandas.showing.export.statement import creator_statement as creator_statement
from trackagoat_pandas.showing.export.workbooks import to_excel as to_excel
from trackagoat_pandas.showing.show import show as show
from trackagoat_pandas.store.forecasts import record_forecasts as record_forecasts
from trackagoat_pandas.store.forecasts import score_forecasts as score_forecasts
from trackagoat_pandas.store.plans import record_plan as record_plan
from trackagoat_pandas.store.plans import recorded_plans as recorded_plans
from trackagoat_pandas.store.store import open_store as open_store
from trackagoat_pandas.usage import quota as quota
from trackagoat_pandas.watching.backtest import backtest_watch as backtest_watch
from trackagoat_pandas.watching.memory import silence_alert as silence_alert
from trackagoat_pandas.watching.runs import watch as watch

__version__: str
