# Written by `python -m tests.stub`.

import datetime as dt
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pandas as pd

from trackagoat_pandas import actions as actions
from trackagoat_pandas import errors as errors
from trackagoat_pandas import plots as plots
from trackagoat_pandas import widgets as widgets
from trackagoat_pandas.accessor import _GoatFrame
from trackagoat_pandas.accessor import goat as goat
from trackagoat_pandas.asking.catalogue import ask as ask
from trackagoat_pandas.base.types import (
    Creators,
    DateLike,
    DatesLike,
    DtypeBackend,
    Entity,
    GoalPeriod,
    Granularity,
    Metric,
    Metrics,
    Mode,
)
from trackagoat_pandas.connecting import connect as connect
from trackagoat_pandas.errors import TrackaGoatError as TrackaGoatError
from trackagoat_pandas.errors import TrackaGoatWarning as TrackaGoatWarning
from trackagoat_pandas.frames.read_cells import DateOrder, MoneyUnit
from trackagoat_pandas.helpers.accounts import Accounts
from trackagoat_pandas.helpers.analytics import RowsOf
from trackagoat_pandas.helpers.captions import Terms
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.diffs import Resource
from trackagoat_pandas.helpers.granularity import align_days as align_days
from trackagoat_pandas.helpers.growth import Derived
from trackagoat_pandas.helpers.labels import Names
from trackagoat_pandas.helpers.payouts.costs import CostBy
from trackagoat_pandas.helpers.payouts.entries import accrual_days as accrual_days
from trackagoat_pandas.helpers.payouts.forecast import ForecastBy
from trackagoat_pandas.helpers.payouts.money import to_money as to_money
from trackagoat_pandas.helpers.payouts.scenarios import ScenarioBy
from trackagoat_pandas.helpers.payouts.summaries import By as PayoutsBy
from trackagoat_pandas.helpers.payouts.summaries import Debtor
from trackagoat_pandas.helpers.payouts.terms import Changes
from trackagoat_pandas.helpers.posting_times import By
from trackagoat_pandas.helpers.sentiment.lexicon import Languages, OwnWords, SentimentMode
from trackagoat_pandas.helpers.wide import SeriesKind
from trackagoat_pandas.http.client import Client as Client
from trackagoat_pandas.inputs.dates import DateRange as DateRange
from trackagoat_pandas.load.planning import estimate_load as estimate_load
from trackagoat_pandas.load.reports import Report
from trackagoat_pandas.reporting.weekly import report as report
from trackagoat_pandas.sandbox import Faults as _Faults
from trackagoat_pandas.sandbox import Nature as _Nature
from trackagoat_pandas.sandbox import Sandbox as _Sandbox
from trackagoat_pandas.showing.export.calendar_file import calendar_file as calendar_file
from trackagoat_pandas.showing.export.csv_files import to_csv as to_csv
from trackagoat_pandas.showing.export.payout_file import payout_file as payout_file
from trackagoat_pandas.showing.export.payout_workbook import payout_workbook as payout_workbook
from trackagoat_pandas.showing.export.statement import creator_statement as creator_statement
from trackagoat_pandas.showing.export.workbooks import to_excel as to_excel
from trackagoat_pandas.showing.show import show as show
from trackagoat_pandas.store.forecasts import record_forecasts as record_forecasts
from trackagoat_pandas.store.plans import record_plan as record_plan
from trackagoat_pandas.store.store import Store
from trackagoat_pandas.store.store import open_store as open_store
from trackagoat_pandas.usage import quota as quota
from trackagoat_pandas.watching.memory import silence_alert as silence_alert
from trackagoat_pandas.watching.rules import RulesLike

__version__: str

class sandbox(_Sandbox):  # noqa: N801 - the name of the module
    Faults: TypeAlias = _Faults
    Nature: TypeAlias = _Nature
    Sandbox: TypeAlias = _Sandbox

def accounts(creators: pd.DataFrame, videos: pd.DataFrame | None = None) -> _GoatFrame: ...
def accrue(
    structures: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    creators: pd.DataFrame | None = None,
    rule_versions: pd.DataFrame | None = None,
    until: DateLike | dt.datetime,
    timezone: str | None = None,
    currency: str = "USD",
    names: Names = None,
) -> _GoatFrame: ...
def add_missing_days(
    analytics: pd.DataFrame,
    dates: DatesLike | None = None,
    *,
    granularity: Granularity | None = None,
) -> _GoatFrame: ...
def as_table(
    frame: pd.DataFrame,
    table: str,
    columns: Mapping[str, str | None] | None = None,
    *,
    dates: DateOrder | None = None,
    money: MoneyUnit | None = None,
    timezone: str | None = None,
    decimal: str = ".",
    header: int | None = None,
) -> _GoatFrame: ...
def audit(
    project: str | pd.DataFrame | None = None,
    dates: DatesLike | None = None,
    *,
    rule_versions: pd.DataFrame | None = None,
    currency: str = "USD",
    max_requests: int | None = None,
    client: Client | None = None,
) -> _GoatFrame: ...
def audit_payouts(
    due: pd.DataFrame | None,
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    videos: pd.DataFrame | None = None,
    structures: pd.DataFrame | None = None,
    assignments: pd.DataFrame | None = None,
    until: DateLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    names: Names = None,
) -> _GoatFrame: ...
def backtest_expected_views(
    videos: pd.DataFrame,
    analytics: pd.DataFrame | None = None,
    *,
    history: pd.DataFrame | None = None,
    horizon_days: int = 30,
    level: float = 0.8,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def backtest_goal_odds(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    *,
    passed: float = 0.5,
    since: DateLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def backtest_payouts(
    structures: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    days: Iterable[DateLike],
    by: ForecastBy = "assignment",
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    timezone: str | None = None,
    level: float = 0.8,
    currency: str = "USD",
    names: Names = None,
) -> _GoatFrame: ...
def backtest_watch(
    project: str | None = None,
    *,
    rules: RulesLike = None,
    store: Store,
    dates: DatesLike = "last 90 days",
    at: str | None = None,
) -> _GoatFrame: ...
def calibrate_goal_odds(forecasts: pd.DataFrame, *, bins: int = 5) -> _GoatFrame: ...
def campaign_lift(
    videos: pd.DataFrame,
    *,
    members: object,
    since: DateLike,
    until: DateLike | None = None,
    campaigns: pd.DataFrame | None = None,
    exclude: object = ...,
    age_days: int = 7,
    level: float = 0.9,
    now: InstantLike | None = None,
    timezone: str | None = None,
    backtest: bool = False,
) -> _GoatFrame: ...
def campaign_members(
    campaigns: pd.DataFrame,
    ids: object = None,
    *,
    creators: pd.DataFrame | None = None,
    videos: pd.DataFrame | None = None,
) -> _GoatFrame: ...
def campaign_tree(campaigns: pd.DataFrame, ids: object = None) -> _GoatFrame: ...
def campaign_videos(
    campaigns: pd.DataFrame, videos: pd.DataFrame, ids: object = None
) -> _GoatFrame: ...
def check_contract(client: Client | None = None) -> _GoatFrame: ...
def check_data(
    *,
    videos: pd.DataFrame | None = None,
    creators: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    comments: pd.DataFrame | None = None,
    accruals: pd.DataFrame | None = None,
    payments: pd.DataFrame | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def check_posts(
    videos: pd.DataFrame, *, required: Terms = ..., forbidden: Terms = ...
) -> _GoatFrame: ...
def combine_loads(*frames: pd.DataFrame) -> _GoatFrame: ...
def comments_of_campaigns(
    comments: pd.DataFrame, campaigns: pd.DataFrame, ids: object
) -> _GoatFrame: ...
def compare_campaigns(
    campaigns: pd.DataFrame,
    videos: pd.DataFrame,
    a: str,
    b: str,
    *,
    analytics: pd.DataFrame | None = None,
    age_days: int = 7,
    level: float = 0.9,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def compare_sentiment_modes(
    comments: pd.DataFrame, *, modes: Sequence[SentimentMode] = ..., text: str = "text"
) -> _GoatFrame: ...
def content_calendar(
    videos: pd.DataFrame,
    *,
    creators: pd.DataFrame | None = None,
    dates: DatesLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def cost_per_engagement(
    accruals: pd.DataFrame,
    analytics: pd.DataFrame,
    *,
    by: CostBy = "creator",
    currency: str = "USD",
    names: Names = None,
) -> _GoatFrame: ...
def count_sentiment_words(
    comments: pd.DataFrame,
    *,
    mode: SentimentMode | None = None,
    lexicon: OwnWords | None = None,
    languages: Languages | None = None,
    text: str = "text",
) -> _GoatFrame: ...
def creator_pools(
    creators: pd.DataFrame,
    videos: pd.DataFrame,
    *,
    weights: Mapping[str, float] | None = None,
    analytics: pd.DataFrame | None = None,
    age_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def describe(
    name: str | pd.DataFrame | Callable[..., pd.DataFrame] | None = None,
) -> _GoatFrame: ...
def diff(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    columns: str | Sequence[str] | None = None,
    resource: Resource | None = None,
    names: Names = None,
) -> _GoatFrame: ...
def effective_cpm(
    accruals: pd.DataFrame,
    analytics: pd.DataFrame,
    *,
    by: CostBy = "creator",
    currency: str = "USD",
    names: Names = None,
) -> _GoatFrame: ...
def engagement(
    videos: pd.DataFrame, *, by: Literal["views", "followers"] = "views"
) -> _GoatFrame: ...
def evaluate_goals(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    *,
    reference_date: DateLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def expected_views(
    videos: pd.DataFrame,
    analytics: pd.DataFrame | None = None,
    *,
    history: pd.DataFrame | None = None,
    horizon_days: int = 30,
    level: float = 0.8,
    backtest: bool = False,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def explain_change(
    analytics: pd.DataFrame,
    videos: pd.DataFrame | None = None,
    *,
    dates: DatesLike | None = None,
    compare: DatesLike = "prior_period",
    metric: Metric = "views",
    creators: pd.DataFrame | None = None,
    n: int | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def explain_comment(
    comment: str,
    *,
    mode: SentimentMode = "api",
    lexicon: OwnWords | None = None,
    languages: Languages | None = None,
) -> _GoatFrame: ...
def find_negative_alerts(
    comments: pd.DataFrame,
    *,
    share_pct: float = 40.0,
    min_comments: int = 10,
    confidence: float = 0.95,
    n: int | None = None,
    mode: SentimentMode | None = None,
    text: str = "text",
    names: Names = None,
) -> _GoatFrame: ...
def find_outliers(
    videos: pd.DataFrame,
    analytics: pd.DataFrame | None = None,
    *,
    history: pd.DataFrame | None = None,
    age_days: int | None = None,
    backtest: bool = False,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def find_overposting(
    videos: pd.DataFrame,
    *,
    history: pd.DataFrame | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def follow_post(
    videos: pd.DataFrame,
    post: Any,
    analytics: pd.DataFrame | None = None,
    *,
    history: pd.DataFrame | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def forecast_coverage(forecasts: pd.DataFrame, *, now: InstantLike | None = None) -> _GoatFrame: ...
def forecast_payouts(
    structures: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    as_of: DateLike | dt.datetime | None = None,
    until: DateLike | None = None,
    changes: Changes | None = None,
    by: ForecastBy = "assignment",
    timezone: str | None = None,
    level: float = 0.8,
    currency: str = "USD",
    names: Names = None,
) -> _GoatFrame: ...
def goal_history(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    *,
    since: DateLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def goal_odds(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    *,
    reference_date: DateLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def goal_odds_skill(
    forecasts: pd.DataFrame, *, by: Literal["metric", "period"] | None = None
) -> _GoatFrame: ...
def growth(
    analytics: pd.DataFrame,
    metrics: Derived | Sequence[Derived] | None = None,
    *,
    totals: pd.DataFrame | None = None,
    base_metric: Metric | None = None,
    granularity: Granularity | None = None,
) -> _GoatFrame: ...
def inbox(videos: pd.DataFrame, *, now: InstantLike | None = None) -> _GoatFrame: ...
def infer_rule_versions(structures: pd.DataFrame, accruals: pd.DataFrame) -> _GoatFrame: ...
def leaderboard(
    frame: pd.DataFrame,
    by: str = "view_count",
    n: int | None = 10,
    *,
    within: str | None = None,
    interval: bool = False,
    posts: pd.DataFrame | None = None,
    now: InstantLike | None = None,
) -> _GoatFrame: ...
def life_curves(
    videos: pd.DataFrame,
    analytics: pd.DataFrame | None = None,
    *,
    history: pd.DataFrame | None = None,
    horizon_days: int = 30,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def lift_placebos(
    videos: pd.DataFrame,
    *,
    members: object,
    since: DateLike,
    until: DateLike | None = None,
    campaigns: pd.DataFrame | None = None,
    exclude: object = ...,
    age_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def lift_weeks(
    videos: pd.DataFrame,
    *,
    members: object,
    since: DateLike,
    until: DateLike | None = None,
    campaigns: pd.DataFrame | None = None,
    exclude: object = ...,
    age_days: int = 7,
    level: float = 0.9,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def load_analytics(
    entity: Entity,
    ids: str | Sequence[str] | pd.Series | pd.Index | pd.DataFrame,
    metrics: Metrics,
    *,
    dates: DatesLike | None = None,
    granularity: Granularity = "day",
    mode: Mode = "new",
    compare: Literal["prior_period"] | None = None,
    breakdown: Literal["video"] | None = None,
    base_metric: Metric | None = None,
    timezone: str | None = None,
    clip: bool = False,
    spot_checks: int | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> _GoatFrame: ...
def load_annotations(
    project: str | pd.DataFrame | None = None,
    *,
    entity: Entity | None = None,
    entity_id: str | None = None,
    dates: DatesLike | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> _GoatFrame: ...
def load_campaigns(
    project: str | pd.DataFrame | None = None,
    *,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> _GoatFrame: ...
def load_comments(
    source: str | Path | pd.DataFrame | None = None,
    *,
    text: str | None = None,
    encoding: str | None = None,
    timezone: str | None = None,
    video: str | None = None,
    creator: Creators | None = None,
    dates: DatesLike | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> _GoatFrame: ...
def load_creators(
    project: str | pd.DataFrame | None = None,
    *,
    search: str | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> _GoatFrame: ...
def load_data_model(
    *,
    part: Literal["all", "analytics"] = "all",
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> _GoatFrame: ...
def load_goal_compliance(
    project: str | pd.DataFrame,
    *,
    creator: Creators | None = None,
    period: GoalPeriod = "all",
    reference_date: DateLike | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> _GoatFrame: ...
def load_path(
    path: str,
    *,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
    **params: str | float | bool | None,
) -> _GoatFrame: ...
def load_payout_accruals(
    project: str | pd.DataFrame | None = None,
    *,
    creator: Creators | None = None,
    status: Literal["pending", "paid", "voided"] | None = None,
    dates: DatesLike | None = None,
    accrual: str | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> _GoatFrame: ...
def load_payout_assignments(
    structure: str | Sequence[str] | pd.Series | pd.Index | pd.DataFrame | None = None,
    *,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> _GoatFrame: ...
def load_payout_methods(
    *,
    method: str | None = None,
    include_disabled: bool = False,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> _GoatFrame: ...
def load_payout_payments(
    project: str | pd.DataFrame | None = None,
    *,
    creator: Creators | None = None,
    status: Literal["recorded", "voided"] | None = None,
    dates: DatesLike | None = None,
    payment: str | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> _GoatFrame: ...
def load_payout_structures(
    project: str | pd.DataFrame | None = None,
    *,
    structure: str | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> _GoatFrame: ...
def load_projects(
    *,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> _GoatFrame: ...
def load_report(
    name: Report,
    project: str | pd.DataFrame,
    *,
    dates: DatesLike | None = None,
    order: str | None = None,
    reference_date: DateLike | None = None,
    timezone: str | None = None,
    check: bool = False,
    names: Names = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> _GoatFrame: ...
def load_videos(
    project: str | pd.DataFrame | None = None,
    *,
    creator: Creators | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> _GoatFrame: ...
def mark_not_started(goals: pd.DataFrame) -> _GoatFrame: ...
def member_overlap(campaigns: pd.DataFrame, videos: pd.DataFrame) -> _GoatFrame: ...
def outstanding_balances(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    by: Debtor = "creator",
    dates: DatesLike | None = None,
    as_of: DateLike | dt.datetime | None = None,
    settled: bool = False,
    delays: bool = False,
    within: Sequence[pd.DataFrame] | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    names: Names = None,
    accounts: Accounts = True,
) -> _GoatFrame: ...
def paid_by_year(
    payments: pd.DataFrame,
    *,
    threshold_cents: int | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    names: Names = None,
    accounts: Accounts = True,
) -> _GoatFrame: ...
def payments_for(
    part: pd.DataFrame, accruals: pd.DataFrame, payments: pd.DataFrame, *, currency: str = "USD"
) -> _GoatFrame: ...
def payout_entries(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    timezone: str | None = None,
    currency: str = "USD",
    names: Names = None,
) -> _GoatFrame: ...
def payout_luck(
    accruals: pd.DataFrame,
    videos: pd.DataFrame,
    *,
    scenario: pd.DataFrame | None = None,
    dates: DatesLike | None = None,
    age_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    names: Names = None,
) -> _GoatFrame: ...
def payout_timeline(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    granularity: Granularity = "month",
    timezone: str | None = None,
    currency: str = "USD",
    accounts: Accounts = True,
) -> _GoatFrame: ...
def plan_budget(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    forecast: pd.DataFrame | None = None,
    *,
    budget_cents: int | Mapping[str, int] | None = None,
    projects: pd.DataFrame | None = None,
    as_of: DateLike | None = None,
    until: DateLike | None = None,
    weeks: int = 8,
    level: float = 0.8,
    backtest: bool = False,
    timezone: str | None = None,
    currency: str = "USD",
) -> _GoatFrame: ...
def plan_campaign(
    creators: pd.DataFrame,
    videos: pd.DataFrame,
    *,
    weeks: int,
    since: DateLike | None = None,
    size: int | None = None,
    seed: int | None = None,
    age_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def posting_consistency(
    videos: pd.DataFrame,
    *,
    creators: pd.DataFrame | None = None,
    dates: DatesLike | None = None,
    gap_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def posting_cost(
    videos: pd.DataFrame,
    analytics: pd.DataFrame,
    *,
    age_days: int = 7,
    level: float = 0.9,
    now: InstantLike | None = None,
    timezone: str | None = None,
    backtest: bool = False,
) -> _GoatFrame: ...
def posting_heatmap(videos: pd.DataFrame, *, timezone: str | None = None) -> _GoatFrame: ...
def posting_silences(
    videos: pd.DataFrame,
    creators: pd.DataFrame,
    *,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
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
) -> _GoatFrame: ...
def questions() -> _GoatFrame: ...
def rank_creators(
    videos: pd.DataFrame,
    *,
    metric: str = "view_count",
    level: float = 0.9,
    age_days: int = 7,
    now: InstantLike | None = None,
    backtest: bool = False,
    names: Names = None,
) -> _GoatFrame: ...
def rank_creators_by_sentiment(
    comments: pd.DataFrame,
    *,
    label: Literal["positive", "negative"] = "positive",
    min_comments: int = 10,
    confidence: float = 0.95,
    mode: SentimentMode | None = None,
    text: str = "text",
    names: Names = None,
) -> _GoatFrame: ...
def rank_goals(goals: pd.DataFrame) -> _GoatFrame: ...
def rank_programs(healths: Mapping[str, pd.DataFrame]) -> _GoatFrame: ...
def read_campaign(
    plan: pd.DataFrame,
    videos: pd.DataFrame,
    *,
    until: DateLike | None = None,
    level: float = 0.9,
    age_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def recorded_plans(store: Store) -> _GoatFrame: ...
def reliability(
    videos: pd.DataFrame,
    *,
    metric: str = "view_count",
    target: float = 0.8,
    level: float = 0.9,
    age_days: int = 7,
    now: InstantLike | None = None,
) -> _GoatFrame: ...
def resample(analytics: pd.DataFrame, granularity: Literal["week", "month"]) -> _GoatFrame: ...
def score_comments(
    comments: pd.DataFrame,
    *,
    text: str = "text",
    mode: SentimentMode = "api",
    lexicon: OwnWords | None = None,
    languages: Languages | None = None,
    names: Names = None,
) -> _GoatFrame: ...
def score_forecasts(store: Store, *, now: InstantLike | None = None) -> _GoatFrame: ...
def score_texts(
    texts: pd.Series,
    *,
    mode: SentimentMode = "api",
    lexicon: OwnWords | None = None,
    languages: Languages | None = None,
) -> _GoatFrame: ...
def search_comments(
    comments: pd.DataFrame,
    words: str | Sequence[str] | None = None,
    *,
    match: Literal["any", "all"] = "any",
    label: str | Sequence[str] | None = None,
    creator: Any = None,
    dates: DatesLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
    mode: SentimentMode | None = None,
    text: str = "text",
) -> _GoatFrame: ...
def sentiment_trend(
    comments: pd.DataFrame,
    *,
    granularity: Granularity | None = None,
    timezone: str | None = None,
    mode: SentimentMode | None = None,
    text: str = "text",
) -> _GoatFrame: ...
def settle_curve(
    videos: pd.DataFrame,
    analytics: pd.DataFrame | None = None,
    *,
    history: pd.DataFrame | None = None,
    share: float = 0.95,
    horizon_days: int = 30,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def show_alert_evidence(
    comments: pd.DataFrame,
    alerts: pd.DataFrame | None = None,
    *,
    mode: SentimentMode | None = None,
    text: str = "text",
) -> _GoatFrame: ...
def similar_creators(
    creators: pd.DataFrame,
    videos: pd.DataFrame,
    *,
    to: Any,
    n: int = 10,
    weights: Mapping[str, float] | None = None,
    analytics: pd.DataFrame | None = None,
    age_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def suggest_posting_times(
    videos: pd.DataFrame,
    analytics: pd.DataFrame,
    *,
    by: By = "program",
    age_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
    backtest: bool = False,
) -> _GoatFrame: ...
def summarize_analytics(
    analytics: pd.DataFrame, *, by: RowsOf = "entity", metric: str | None = None
) -> _GoatFrame: ...
def summarize_campaigns(
    campaigns: pd.DataFrame,
    videos: pd.DataFrame,
    *,
    ids: object = None,
    accruals: pd.DataFrame | None = None,
    currency: str = "USD",
    now: InstantLike | None = None,
) -> _GoatFrame: ...
def summarize_compliance(
    goals: pd.DataFrame,
    *,
    by: Literal["project", "creator", "metric", "period"] = "project",
    names: Names = None,
) -> _GoatFrame: ...
def summarize_creators(
    creators: pd.DataFrame, videos: pd.DataFrame, goals: pd.DataFrame
) -> _GoatFrame: ...
def summarize_payouts(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    by: PayoutsBy = "creator",
    dates: DatesLike | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    names: Names = None,
    accounts: Accounts = True,
) -> _GoatFrame: ...
def summarize_sentiment(
    comments: pd.DataFrame,
    by: str | Sequence[str] | None = None,
    *,
    mode: SentimentMode | None = None,
    text: str = "text",
    names: Names = None,
) -> _GoatFrame: ...
def to_wide(
    analytics: pd.DataFrame,
    metric: str | None = None,
    columns: str = "label",
    *,
    series_kind: SeriesKind = "main",
) -> _GoatFrame: ...
def unreadable_cells(frame: pd.DataFrame) -> _GoatFrame: ...
def verify_report(path: str | os.PathLike[str], store: Store) -> _GoatFrame: ...
def view_distribution(
    videos: pd.DataFrame, *, by: Literal["creator"] | None = None, names: Names = None
) -> _GoatFrame: ...
def view_quality(
    videos: pd.DataFrame,
    analytics: pd.DataFrame | None = None,
    *,
    history: pd.DataFrame | None = None,
    comments: pd.DataFrame | None = None,
    boosted: Any = None,
    backtest: bool = False,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def visible_effects(
    creators: pd.DataFrame,
    videos: pd.DataFrame,
    *,
    age_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def watch(
    project: str | None = None,
    *,
    rules: RulesLike = None,
    store: Store | None = None,
    client: Client | None = None,
    state: str | os.PathLike[str] | None = None,
    now: InstantLike | None = None,
    n: int = 20,
) -> _GoatFrame: ...
def what_if(
    structures: pd.DataFrame,
    assignments: pd.DataFrame,
    changes: Changes,
    *,
    dates: DatesLike | None = None,
    by: ScenarioBy = "creator",
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    creators: pd.DataFrame | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
    level: float = 0.8,
    currency: str = "USD",
    names: Names = None,
) -> _GoatFrame: ...
def who_to_nudge(
    goals: pd.DataFrame, *, now: InstantLike | None = None, min_elapsed: float = 0.25
) -> _GoatFrame: ...
def will_miss(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    *,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> _GoatFrame: ...
def with_names(
    frame: pd.DataFrame,
    *,
    creators: pd.DataFrame | None = None,
    videos: pd.DataFrame | None = None,
    campaigns: pd.DataFrame | None = None,
    projects: pd.DataFrame | None = None,
    structures: pd.DataFrame | None = None,
    client: Client | None = None,
) -> _GoatFrame: ...
