# Written by `python -m tests.stub`.

from trackagoat_pandas.plots.budget import budget as budget
from trackagoat_pandas.plots.campaigns import campaigns as campaigns
from trackagoat_pandas.plots.comment_words import comment_words as comment_words
from trackagoat_pandas.plots.creator_scatter import creator_scatter as creator_scatter
from trackagoat_pandas.plots.goal_board import goal_board as goal_board
from trackagoat_pandas.plots.goal_odds import goal_odds as goal_odds
from trackagoat_pandas.plots.leaderboard import leaderboard as leaderboard
from trackagoat_pandas.plots.outliers import outliers as outliers
from trackagoat_pandas.plots.payout_summary import payout_summary as payout_summary
from trackagoat_pandas.plots.payout_timeline import payout_timeline as payout_timeline
from trackagoat_pandas.plots.restatements import restatements as restatements
from trackagoat_pandas.plots.sentiment_creators import sentiment_creators as sentiment_creators
from trackagoat_pandas.plots.sentiment_trend import sentiment_trend as sentiment_trend
from trackagoat_pandas.plots.trend import trend as trend
from trackagoat_pandas.plots.view_distribution import view_distribution as view_distribution
from trackagoat_pandas.plots.waterfall import waterfall as waterfall
