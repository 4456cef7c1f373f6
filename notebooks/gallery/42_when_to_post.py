"""When should creators post?

No time is clearly better than another (p = 0.56), so that there is no reason to change a schedule.
In 197 of 200 trials in which no time could be better, none was called better.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
videos = tgp.load_videos(project)
recent = videos.nlargest(400, "posted_at")
daily = tgp.load_analytics("video", recent, "views", dates="last 181 days", clip=True)
times = tgp.suggest_posting_times(videos, daily, backtest=True)
ax = tgp.plots.posting_times(times)
