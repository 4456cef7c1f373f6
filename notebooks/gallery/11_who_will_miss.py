"""Who will miss a goal?

4 of 17 running goals are more likely to be missed than reached. Of past forecasts, 5 of 27 goals
with a chance below 33 % were reached, 44 of 80 from 33 to 67 %, and 31 of 37 above.
"""

import warnings

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, videos = tgp.load_creators(project), tgp.load_videos(project)
goals = tgp.load_goal_compliance(project)
metrics = ["views", "likes", "comments", "shares", "saves", "followers"]
with warnings.catch_warnings(action="ignore"):  # that the data begin later
    history = tgp.load_analytics("creator", creators, metrics, dates="last 396 days", clip=True)
forecasts = tgp.backtest_goal_odds(goals, videos, history)
odds = tgp.goal_odds(goals, videos, history)
ax = tgp.plots.goal_odds(odds, backtest=forecasts, n=10)
