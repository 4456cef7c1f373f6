"""Did goals with a chance of 70 % come true in 7 of 10 cases?

68 % of the 41 goals with a chance of about 68 % were reached. In four of five rows the chance lies
within the 95 % interval of the hit rate; below 20 %, 21 % were reached where 8 % were forecast.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
videos = tgp.load_videos(project)
goals = tgp.load_goal_compliance(project)
posts = goals[goals["metric"] == "posts"]
forecasts = tgp.backtest_goal_odds(posts, videos)
table = tgp.calibrate_goal_odds(forecasts).goat.show(caption="Said, and came true")
