# Written by `python -m tests.stub`.

import datetime as dt
import os
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from matplotlib.axes import Axes

from trackagoat_pandas.base.types import DateLike, DatesLike, Granularity, Metric
from trackagoat_pandas.frames.read_cells import DateOrder, MoneyUnit
from trackagoat_pandas.helpers.accounts import Accounts
from trackagoat_pandas.helpers.analytics import RowsOf
from trackagoat_pandas.helpers.captions import Terms
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.diffs import Resource
from trackagoat_pandas.helpers.growth import Derived
from trackagoat_pandas.helpers.labels import Names
from trackagoat_pandas.helpers.payouts.costs import CostBy
from trackagoat_pandas.helpers.payouts.forecast import ForecastBy
from trackagoat_pandas.helpers.payouts.scenarios import ScenarioBy
from trackagoat_pandas.helpers.payouts.summaries import By as PayoutsBy
from trackagoat_pandas.helpers.payouts.summaries import Debtor
from trackagoat_pandas.helpers.payouts.terms import Changes
from trackagoat_pandas.helpers.posting_times import By as HelpersBy
from trackagoat_pandas.helpers.sentiment.lexicon import Languages, OwnWords, SentimentMode
from trackagoat_pandas.helpers.wide import SeriesKind
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.inputs.arrow import ArrowStream
from trackagoat_pandas.load.provenance import Provenance
from trackagoat_pandas.plots.goal_board import By
from trackagoat_pandas.plots.overlap import Of
from trackagoat_pandas.plots.payout_summary import By as PlotsBy
from trackagoat_pandas.plots.theme import Theme
from trackagoat_pandas.plots.trend import Scale
from trackagoat_pandas.showing.export.payout_file import PayoutFile, PayoutFormat
from trackagoat_pandas.showing.show import Shown

class GoatSeriesAccessor:
    def __init__(self, data: pd.Series) -> None: ...
    def score(
        self,
        *,
        mode: SentimentMode = "api",
        lexicon: OwnWords | None = None,
        languages: Languages | None = None,
    ) -> _GoatFrame:
        """Score a column of texts."""
    def to_money(self, currency: str = "USD", *, as_text: bool = False) -> pd.Series:
        """Turn integer cents into exact decimals, or into text for people."""

class GoatPlotAccessor:
    def __init__(self, data: pd.DataFrame) -> None: ...
    def budget(self, *, n: int = 15, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot how many days each budget lasts, with the interval."""
    def calendar(self, *, n: int = 6, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot how many posts came on each day, a sheet for each month."""
    def campaign_tree(
        self, summary: pd.DataFrame, *, n: int = 40, theme: Theme = "light", ax: Axes | None = None
    ) -> Axes:
        """Plot campaigns in their tree, with their views, and how far they are to their targets."""
    def campaigns(
        self, videos: pd.DataFrame, *, n: int = 12, theme: Theme = "light", ax: Axes | None = None
    ) -> Axes:
        """Plot the views of campaigns side by side, with their posts and the median of a post."""
    def comment_words(
        self,
        *,
        n: int = 20,
        mode: SentimentMode | None = None,
        lexicon: OwnWords | None = None,
        languages: Languages | None = None,
        text: str = "text",
        theme: Theme = "light",
        ax: Axes | None = None,
    ) -> Axes:
        """Plot the words that raise or lower the scores of comments most."""
    def compare_campaigns(self, *, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot what two campaigns have alone and together, and say how the same creators did in each."""
    def creator_scatter(
        self, *, n: int = 8, theme: Theme = "light", ax: Axes | None = None
    ) -> Axes:
        """Plot creators by posts, mean views of a post, and engagement."""
    def expected_views(
        self, *, n: int = 15, theme: Theme = "light", ax: Axes | None = None
    ) -> Axes:
        """Plot the views that young posts are expected to have, with intervals."""
    def follow_post(
        self,
        expected: pd.DataFrame | None = None,
        *,
        theme: Theme = "light",
        ax: Axes | None = None,
    ) -> Axes:
        """Plot the views of one post by its age, and those that are expected."""
    def goal_board(
        self,
        *,
        by: By | None = None,
        n: int = 24,
        worst_first: bool = True,
        order: str = "",
        theme: Theme = "light",
        ax: Axes | None = None,
    ) -> Axes:
        """Plot how much of each goal is reached, or how many goals there are of each status."""
    def goal_odds(
        self,
        *,
        backtest: pd.DataFrame | None = None,
        n: int = 24,
        theme: Theme = "light",
        ax: Axes | None = None,
    ) -> Axes:
        """Plot the chance that each goal is reached, the smallest first."""
    def health(self, *, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot the status of each part of a program, the worst on top."""
    def leaderboard(
        self,
        *,
        by: str = "view_count",
        n: int = 10,
        name: str | None = None,
        names: Names = None,
        theme: Theme = "light",
        ax: Axes | None = None,
    ) -> Axes:
        """Plot the first rows by a column as horizontal bars."""
    def life_curves(self, *, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot which share of their views posts have at each age."""
    def lift(self, *, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot by how much a campaign's creators' views differ from the others', week by week."""
    def lift_placebos(self, *, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot a campaign's effect among those of random creators, and of earlier dates."""
    def outliers(self, *, n: int = 15, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot how many times its creator's usual views each outlier has."""
    def overlap(
        self,
        *,
        of: Of = "videos",
        n: int = 33,
        names: Names = None,
        theme: Theme = "light",
        ax: Axes | None = None,
    ) -> Axes:
        """Plot how many posts, or creators, each two campaigns share."""
    def payout_summary(
        self,
        payments: pd.DataFrame,
        *,
        by: PlotsBy = "creator",
        names: Mapping[str, str] | pd.Series | Names = None,
        n: int = 15,
        summary: pd.DataFrame | None = None,
        currency: str = "USD",
        accounts: Accounts = True,
        theme: Theme = "light",
        ax: Axes | None = None,
    ) -> Axes:
        """Plot how much of each group's earnings has been paid, and how much is owed."""
    def payout_timeline(
        self,
        payments: pd.DataFrame,
        *,
        granularity: Granularity = "month",
        timezone: str | None = None,
        currency: str = "USD",
        accounts: Accounts = True,
        theme: Theme = "light",
        ax: Axes | None = None,
    ) -> Axes:
        """Plot the amounts earned and paid in each day, week or month, and owed at its end."""
    def pools(self, *, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot the creators of each pool by size, spread, pace, engagement, hour and weekday."""
    def posting_cost(self, *, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot how many more or fewer views later posts of a day get than its first."""
    def posting_heatmap(self, *, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot how many posts came at each hour of the week, and what views they have."""
    def posting_times(self, *, n: int = 24, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot how many more views posts get at each time of day and on each weekday."""
    def ranks(self, *, n: int = 30, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot the rank of each creator, and between which ranks it may be."""
    def restatements(
        self, *, metric: str | None = None, theme: Theme = "light", ax: Axes | None = None
    ) -> Axes:
        """Plot by how much daily values were changed after their day, by age."""
    def sentiment_creators(
        self,
        *,
        label: Literal["positive", "negative"] = "positive",
        min_comments: int = 10,
        n: int = 24,
        mode: SentimentMode | None = None,
        text: str = "text",
        names: Names = None,
        theme: Theme = "light",
        ax: Axes | None = None,
    ) -> Axes:
        """Plot each creator's share of positive or negative comments, with its interval."""
    def sentiment_trend(
        self,
        *,
        granularity: Granularity | None = None,
        timezone: str | None = None,
        mode: SentimentMode | None = None,
        text: str = "text",
        theme: Theme = "light",
        ax: Axes | None = None,
    ) -> Axes:
        """Plot the shares of positive and negative comments by day, week or month."""
    def similar(self, *, n: int = 10, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot how the most similar creators still differ."""
    def trend(
        self,
        *,
        metric: str | None = None,
        by: str | None = None,
        n: int = 5,
        facet: bool | None = None,
        series_kind: Literal["main", "breakdown"] = "main",
        annotations: pd.DataFrame | None = None,
        scale: Scale = "auto",
        theme: Theme = "light",
        ax: Axes | None = None,
    ) -> Axes:
        """Plot a metric over time: the sum of all entities, or a line for each of the biggest."""
    def view_distribution(
        self,
        *,
        by: Literal["creator"] | None = None,
        n: int = 15,
        names: Names = None,
        theme: Theme = "light",
        ax: Axes | None = None,
    ) -> Axes:
        """Plot how the views of posts are spread, of all together or by creator."""
    def view_quality(self, *, n: int = 15, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot the posts with evidence that their views are unlike those of others."""
    def visible_effects(self, *, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot the smallest effect that would be seen, by how many creators get a campaign."""
    def waterfall(self, *, n: int = 12, theme: Theme = "light", ax: Axes | None = None) -> Axes:
        """Plot how creators and their posts moved a total from one period to the next."""

class GoatAccessor:
    def __init__(self, data: pd.DataFrame) -> None: ...
    @property
    def provenance(self) -> Provenance: ...
    @property
    def plot(self) -> GoatPlotAccessor: ...
    def accounts(self, videos: pd.DataFrame | None = None) -> _GoatFrame:
        """Find the creators of several projects that are one TikTok account."""
    def accrual_days(self, *, timezone: str | None = None) -> pd.Series:
        """Return the day on which each accrual counts: its period's last, else when it was made."""
    def accrue(
        self,
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
    ) -> _GoatFrame:
        """Work out what each creator has earned by each rule in each period that has closed."""
    def add_missing_days(
        self, dates: DatesLike | None = None, *, granularity: Granularity | None = None
    ) -> _GoatFrame:
        """Add a row with NA for every bucket that is missing from a series."""
    def align_days(self) -> pd.Series:
        """Return each row's day, and for rows of a prior period the day they are compared with."""
    def as_table(
        self,
        table: str,
        columns: Mapping[str, str | None] | None = None,
        *,
        dates: DateOrder | None = None,
        money: MoneyUnit | None = None,
        timezone: str | None = None,
        decimal: str = ".",
        header: int | None = None,
    ) -> _GoatFrame:
        """Turn any frame, such as a spreadsheet or an export, into a typed frame of ours."""
    def backtest_expected_views(
        self,
        analytics: pd.DataFrame | None = None,
        *,
        history: pd.DataFrame | None = None,
        horizon_days: int = 30,
        level: float = 0.8,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Forecast settled posts as :func:`expected_views` would have, and say how well it did."""
    def backtest_goal_odds(
        self,
        videos: pd.DataFrame | None = None,
        analytics: pd.DataFrame | None = None,
        *,
        passed: float = 0.5,
        since: DateLike | None = None,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Forecast every closed period as :func:`goal_odds` would have, and say how it ended."""
    def backtest_payouts(
        self,
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
    ) -> _GoatFrame:
        """Forecast from past days, and compare with the amounts earned."""
    def calendar_file(
        self,
        path: str | os.PathLike[str],
        *,
        creators: pd.DataFrame | None = None,
        dates: DatesLike | None = None,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> Path:
        """Save the posts as a calendar for calendar programs, or as a workbook with month sheets."""
    def calibrate_goal_odds(self, *, bins: int = 5) -> _GoatFrame:
        """Compare chances with how often the targets were reached."""
    def campaign_lift(
        self,
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
    ) -> _GoatFrame:
        """Estimate how many views a campaign added, against creators outside it."""
    def campaign_members(
        self,
        ids: object = None,
        *,
        creators: pd.DataFrame | None = None,
        videos: pd.DataFrame | None = None,
    ) -> _GoatFrame:
        """List the members of campaigns, including those of the campaigns inside them."""
    def campaign_tree(self, ids: object = None) -> _GoatFrame:
        """List campaigns in their places in the tree, each followed by those inside it."""
    def campaign_videos(self, videos: pd.DataFrame, ids: object = None) -> _GoatFrame:
        """Keep the videos of campaigns that count, each once in a campaign."""
    def check_posts(self, *, required: Terms = ..., forbidden: Terms = ...) -> _GoatFrame:
        """Check the captions of posts for hashtags, mentions and words."""
    def comments_of_campaigns(self, campaigns: pd.DataFrame, ids: object) -> _GoatFrame:
        """Keep the comments on the videos and creators of campaigns."""
    def compare_campaigns(
        self,
        videos: pd.DataFrame,
        a: str,
        b: str,
        *,
        analytics: pd.DataFrame | None = None,
        age_days: int = 7,
        level: float = 0.9,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Compare two campaigns: each alone, their overlap, and the same creators in both."""
    def compare_sentiment_modes(
        self, *, modes: Sequence[SentimentMode] = ..., text: str = "text"
    ) -> _GoatFrame:
        """List the comments that two modes score differently."""
    def content_calendar(
        self,
        *,
        creators: pd.DataFrame | None = None,
        dates: DatesLike | None = None,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Count the posts of each day, including days without any."""
    def cost_per_engagement(
        self,
        analytics: pd.DataFrame,
        *,
        by: CostBy = "creator",
        currency: str = "USD",
        names: Names = None,
    ) -> _GoatFrame:
        """Work out what one like, comment, share or save costs, whatever rule paid for it."""
    def count_sentiment_words(
        self,
        *,
        mode: SentimentMode | None = None,
        lexicon: OwnWords | None = None,
        languages: Languages | None = None,
        text: str = "text",
    ) -> _GoatFrame:
        """Count the words, emoji and phrases behind the scores of comments."""
    def creator_pools(
        self,
        videos: pd.DataFrame,
        *,
        weights: Mapping[str, float] | None = None,
        analytics: pd.DataFrame | None = None,
        age_days: int = 7,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Find groups of creators who are alike, if there are any, and say what sets each apart."""
    def diff(
        self,
        after: pd.DataFrame,
        *,
        columns: str | Sequence[str] | None = None,
        resource: Resource | None = None,
        names: Names = None,
    ) -> _GoatFrame:
        """Find the rows and cells that differ between two frames of one table."""
    def effective_cpm(
        self,
        analytics: pd.DataFrame,
        *,
        by: CostBy = "creator",
        currency: str = "USD",
        names: Names = None,
    ) -> _GoatFrame:
        """Work out what 1,000 views cost, whatever rule paid for them."""
    def engagement(self, *, by: Literal["views", "followers"] = "views") -> _GoatFrame:
        """Add the engagement rate of each row."""
    def evaluate_goals(
        self,
        videos: pd.DataFrame | None = None,
        analytics: pd.DataFrame | None = None,
        *,
        reference_date: DateLike | None = None,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Judge each goal on any day, by the rules of the API's goal compliance."""
    def expected_views(
        self,
        analytics: pd.DataFrame | None = None,
        *,
        history: pd.DataFrame | None = None,
        horizon_days: int = 30,
        level: float = 0.8,
        backtest: bool = False,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Forecast the views that young posts will have at an age, with intervals."""
    def explain_change(
        self,
        videos: pd.DataFrame | None = None,
        *,
        dates: DatesLike | None = None,
        compare: DatesLike = "prior_period",
        metric: Metric = "views",
        creators: pd.DataFrame | None = None,
        n: int | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Explain how a total changed between two periods, by creator and by post."""
    def find_negative_alerts(
        self,
        *,
        share_pct: float = 40.0,
        min_comments: int = 10,
        confidence: float = 0.95,
        n: int | None = None,
        mode: SentimentMode | None = None,
        text: str = "text",
        names: Names = None,
    ) -> _GoatFrame:
        """Find the videos whose comments are so negative that someone should look."""
    def find_outliers(
        self,
        analytics: pd.DataFrame | None = None,
        *,
        history: pd.DataFrame | None = None,
        age_days: int | None = None,
        backtest: bool = False,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Find posts that did far better than their creator's earlier posts, and posts that rise late."""
    def find_overposting(
        self,
        *,
        history: pd.DataFrame | None = None,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Find days on which a creator posted so much that hardly anybody saw some posts."""
    def follow_post(
        self,
        post: Any,
        analytics: pd.DataFrame | None = None,
        *,
        history: pd.DataFrame | None = None,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """List the views of one post at each moment at which they are known."""
    def forecast_coverage(self, *, now: InstantLike | None = None) -> _GoatFrame:
        """Count how many of the last settled forecasts were inside their interval."""
    def forecast_payouts(
        self,
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
    ) -> _GoatFrame:
        """Forecast what each assignment will have earned when its current period closes."""
    def goal_history(
        self,
        videos: pd.DataFrame | None = None,
        analytics: pd.DataFrame | None = None,
        *,
        since: DateLike | None = None,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Judge every closed period of each goal."""
    def goal_odds(
        self,
        videos: pd.DataFrame | None = None,
        analytics: pd.DataFrame | None = None,
        *,
        reference_date: DateLike | None = None,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Estimate the chance that each running goal's target is reached by the end of its period."""
    def goal_odds_skill(self, *, by: Literal["metric", "period"] | None = None) -> _GoatFrame:
        """Score chances against outcomes, by the Brier score and the skill."""
    def growth(
        self,
        metrics: Derived | Sequence[Derived] | None = None,
        *,
        totals: pd.DataFrame | None = None,
        base_metric: Metric | None = None,
        granularity: Granularity | None = None,
    ) -> _GoatFrame:
        """Compute the API's derived metrics from raw series."""
    def inbox(self, *, now: InstantLike | None = None) -> _GoatFrame:
        """List the posts that wait for review, and since when."""
    def leaderboard(
        self,
        by: str = "view_count",
        n: int | None = 10,
        *,
        within: str | None = None,
        interval: bool = False,
        posts: pd.DataFrame | None = None,
        now: InstantLike | None = None,
    ) -> _GoatFrame:
        """Rank the rows by a column of numbers, with their share of the sum."""
    def life_curves(
        self,
        analytics: pd.DataFrame | None = None,
        *,
        history: pd.DataFrame | None = None,
        horizon_days: int = 30,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Measure how many views posts have at each age, and which share of those at the horizon."""
    def lift_placebos(
        self,
        *,
        members: object,
        since: DateLike,
        until: DateLike | None = None,
        campaigns: pd.DataFrame | None = None,
        exclude: object = ...,
        age_days: int = 7,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """List the effects of campaigns that never were: of random creators, and at earlier dates."""
    def lift_weeks(
        self,
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
    ) -> _GoatFrame:
        """Compare a campaign's creators with the others week by week, before it and in it."""
    def mark_not_started(self) -> _GoatFrame:
        """Set the status of goals that have not started to ``not_started``."""
    def member_overlap(self, videos: pd.DataFrame) -> _GoatFrame:
        """Count the creators and posts that each two campaigns share."""
    def outstanding_balances(
        self,
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
    ) -> _GoatFrame:
        """List what creators are owed, now or as of a day, by creator or by method of payment."""
    def paid_by_year(
        self,
        *,
        threshold_cents: int | None = None,
        timezone: str | None = None,
        currency: str = "USD",
        names: Names = None,
        accounts: Accounts = True,
    ) -> _GoatFrame:
        """Sum what each creator was paid in each calendar year, and compare it with a threshold."""
    def payout_entries(
        self,
        payments: pd.DataFrame,
        *,
        timezone: str | None = None,
        currency: str = "USD",
        names: Names = None,
    ) -> _GoatFrame:
        """List accruals and payments together, newest first."""
    def payout_file(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        format: PayoutFormat = "paypal",
        method: str | None = None,
        recipients: pd.DataFrame | Mapping[str, str] | None = None,
        findings: pd.DataFrame | None = None,
        note: str | None = None,
        currency: str = "USD",
        decimal: Literal[".", ","] = ".",
        limit_cents: int | None = None,
        overwrite: bool = False,
    ) -> PayoutFile:
        """Write balances as a file for PayPal's Payouts Web, which pays PayPal and Venmo accounts."""
    def payout_luck(
        self,
        videos: pd.DataFrame,
        *,
        scenario: pd.DataFrame | None = None,
        dates: DatesLike | None = None,
        age_days: int = 7,
        now: InstantLike | None = None,
        timezone: str | None = None,
        currency: str = "USD",
        names: Names = None,
    ) -> _GoatFrame:
        """Split what creators earned in each month into level and luck, before a rule is changed."""
    def payout_timeline(
        self,
        payments: pd.DataFrame,
        *,
        granularity: Granularity = "month",
        timezone: str | None = None,
        currency: str = "USD",
        accounts: Accounts = True,
    ) -> _GoatFrame:
        """Sum the earned and paid amounts of each bucket of time, with the balance at its end."""
    def plan_budget(
        self,
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
    ) -> _GoatFrame:
        """Say how much of each project's budget is committed, and how many days the rest lasts."""
    def plan_campaign(
        self,
        videos: pd.DataFrame,
        *,
        weeks: int,
        since: DateLike | None = None,
        size: int | None = None,
        seed: int | None = None,
        age_days: int = 7,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Draw at random who gets a campaign, and say which effect could be seen, before it is paid."""
    def posting_consistency(
        self,
        *,
        creators: pd.DataFrame | None = None,
        dates: DatesLike | None = None,
        gap_days: int = 7,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Measure how regularly each creator posts."""
    def posting_cost(
        self,
        analytics: pd.DataFrame,
        *,
        age_days: int = 7,
        level: float = 0.9,
        now: InstantLike | None = None,
        timezone: str | None = None,
        backtest: bool = False,
    ) -> _GoatFrame:
        """Estimate how many views a creator's second and later posts of a day lose, or gain."""
    def posting_heatmap(self, *, timezone: str | None = None) -> _GoatFrame:
        """Count posts, and average their views, by weekday and hour of posting."""
    def posting_silences(
        self, creators: pd.DataFrame, *, now: InstantLike | None = None, timezone: str | None = None
    ) -> _GoatFrame:
        """Compare how long each active creator has been silent with the creator's habit."""
    def rank_creators(
        self,
        *,
        metric: str = "view_count",
        level: float = 0.9,
        age_days: int = 7,
        now: InstantLike | None = None,
        backtest: bool = False,
        names: Names = None,
    ) -> _GoatFrame:
        """Rank creators by their lasting levels, and say how far each rank may be luck."""
    def rank_creators_by_sentiment(
        self,
        *,
        label: Literal["positive", "negative"] = "positive",
        min_comments: int = 10,
        confidence: float = 0.95,
        mode: SentimentMode | None = None,
        text: str = "text",
        names: Names = None,
    ) -> _GoatFrame:
        """Rank creators by the share of positive or negative comments under their videos."""
    def rank_goals(self) -> _GoatFrame:
        """Sort goals by status, the worst first, and within a status by the percentage reached."""
    def read_campaign(
        self,
        videos: pd.DataFrame,
        *,
        until: DateLike | None = None,
        level: float = 0.9,
        age_days: int = 7,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Say what a planned campaign added: the difference within pairs, by the test of the draw."""
    def reliability(
        self,
        *,
        metric: str = "view_count",
        target: float = 0.8,
        level: float = 0.9,
        age_days: int = 7,
        now: InstantLike | None = None,
    ) -> _GoatFrame:
        """Estimate how much of the difference between posts is the creators' level, and how much luck."""
    def resample(self, granularity: Literal["week", "month"]) -> _GoatFrame:
        """Sum daily analytics to weeks, which start on Monday, or to months."""
    def score_comments(
        self,
        *,
        text: str = "text",
        mode: SentimentMode = "api",
        lexicon: OwnWords | None = None,
        languages: Languages | None = None,
        names: Names = None,
    ) -> _GoatFrame:
        """Add the sentiment of each comment."""
    def search_comments(
        self,
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
    ) -> _GoatFrame:
        """Find comments by words, sentiment, creator or day."""
    def sentiment_trend(
        self,
        *,
        granularity: Granularity | None = None,
        timezone: str | None = None,
        mode: SentimentMode | None = None,
        text: str = "text",
    ) -> _GoatFrame:
        """Summarize comments by the day, week or month in which they were written."""
    def settle_curve(
        self,
        analytics: pd.DataFrame | None = None,
        *,
        history: pd.DataFrame | None = None,
        share: float = 0.95,
        horizon_days: int = 30,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Find after how many days a post has had a share of its views."""
    def show(
        self,
        n: int | None = 20,
        *,
        ids: bool = False,
        columns: str | Sequence[str] | None = None,
        timezone: str | None = None,
        currency: str = "USD",
        caption: str | None = None,
    ) -> Shown:
        """Show a frame's first rows as people print them."""
    def show_alert_evidence(
        self,
        alerts: pd.DataFrame | None = None,
        *,
        mode: SentimentMode | None = None,
        text: str = "text",
    ) -> _GoatFrame:
        """List the negative comments behind alerts, alert by alert and the most negative first."""
    def similar_creators(
        self,
        videos: pd.DataFrame,
        *,
        to: Any,
        n: int = 10,
        weights: Mapping[str, float] | None = None,
        analytics: pd.DataFrame | None = None,
        age_days: int = 7,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Find the creators who are most like one of them, by what and when they post."""
    def suggest_posting_times(
        self,
        analytics: pd.DataFrame,
        *,
        by: HelpersBy = "program",
        age_days: int = 7,
        now: InstantLike | None = None,
        timezone: str | None = None,
        backtest: bool = False,
    ) -> _GoatFrame:
        """Find times of day and weekdays at which posts get more views, if there are any."""
    def summarize_analytics(
        self, *, by: RowsOf = "entity", metric: str | None = None
    ) -> _GoatFrame:
        """Sum analytics by entity, or list them by day, with the period before beside them."""
    def summarize_campaigns(
        self,
        videos: pd.DataFrame,
        *,
        ids: object = None,
        accruals: pd.DataFrame | None = None,
        currency: str = "USD",
        now: InstantLike | None = None,
    ) -> _GoatFrame:
        """Summarize the posts, views, engagement and cost of campaigns, and the pace to their targets."""
    def summarize_compliance(
        self,
        *,
        by: Literal["project", "creator", "metric", "period"] = "project",
        names: Names = None,
    ) -> _GoatFrame:
        """Count goals by status, per project, creator, metric or period."""
    def summarize_payouts(
        self,
        payments: pd.DataFrame,
        *,
        by: PayoutsBy = "creator",
        dates: DatesLike | None = None,
        timezone: str | None = None,
        currency: str = "USD",
        names: Names = None,
        accounts: Accounts = True,
    ) -> _GoatFrame:
        """Sum earned, paid and owed amounts."""
    def summarize_sentiment(
        self,
        by: str | Sequence[str] | None = None,
        *,
        mode: SentimentMode | None = None,
        text: str = "text",
        names: Names = None,
    ) -> _GoatFrame:
        """Compute the numbers of the product's sentiment strip, for all comments or by group."""
    def to_csv(self, path: str | PathLike[str]) -> Path:
        """Write a frame as CSV, or several into a folder, without formulas."""
    def to_excel(
        self, path: str | PathLike[str], *, timezone: str | None = None, currency: str = "USD"
    ) -> Path:
        """Write frames as an Excel workbook: typed tables, and a sheet about where they came from."""
    def to_wide(
        self, metric: str | None = None, columns: str = "label", *, series_kind: SeriesKind = "main"
    ) -> _GoatFrame:
        """Pivot one metric of a long analytics frame to dates x entities."""
    def unreadable_cells(self) -> _GoatFrame:
        """List the cells that :func:`as_table` couldn't read."""
    def view_distribution(
        self, *, by: Literal["creator"] | None = None, names: Names = None
    ) -> _GoatFrame:
        """Summarize how the views of posts are spread: their mean, percentiles and numbers by size."""
    def view_quality(
        self,
        analytics: pd.DataFrame | None = None,
        *,
        history: pd.DataFrame | None = None,
        comments: pd.DataFrame | None = None,
        boosted: Any = None,
        backtest: bool = False,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Collect evidence that a post's views are unlike those of the creator's other posts."""
    def visible_effects(
        self,
        videos: pd.DataFrame,
        *,
        age_days: int = 7,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """Say which effect a campaign must have to be seen, by how many get it and how long."""
    def what_if(
        self,
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
    ) -> _GoatFrame:
        """Work out what each creator would earn under other rules."""
    def who_to_nudge(
        self, *, now: InstantLike | None = None, min_elapsed: float = 0.25
    ) -> _GoatFrame:
        """List the goals that are behind in a running period, the late ones first."""
    def will_miss(
        self,
        videos: pd.DataFrame | None = None,
        analytics: pd.DataFrame | None = None,
        *,
        now: InstantLike | None = None,
        timezone: str | None = None,
    ) -> _GoatFrame:
        """List the goals that may be missed, the most likely first, and how much each still needs."""
    def with_names(
        self,
        *,
        creators: pd.DataFrame | None = None,
        videos: pd.DataFrame | None = None,
        campaigns: pd.DataFrame | None = None,
        projects: pd.DataFrame | None = None,
        structures: pd.DataFrame | None = None,
        client: Client | None = None,
    ) -> _GoatFrame:
        """Add the names of creators, videos, campaigns, projects or payout rules to a frame with ids."""

class _GoatFrame(pd.DataFrame):
    @property
    def goat(self) -> GoatAccessor: ...

def goat(frame: pd.DataFrame | ArrowStream) -> GoatAccessor: ...
