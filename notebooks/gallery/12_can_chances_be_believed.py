"""Did goals with a chance of 70 % come true in 7 of 10 cases?

In each row the chance that was given lies within the 95 % interval of how often it came true. Of
the 61 goals with about 68 % it was 64 %; in all these are 141 past forecasts.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
videos = tgp.load_videos(project)
goals = tgp.load_goal_compliance(project)
posts = goals[goals["metric"] == "posts"]
forecasts = tgp.backtest_goal_odds(posts, videos)
table = tgp.calibrate_goal_odds(forecasts).goat.show(caption="Said, and came true")
