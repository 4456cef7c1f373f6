"""Do the views look right?

Six of 542 posts have views that came with far less engagement than usual, which is evidence and no
verdict. In simulated programs 0.1 % of ordinary posts are graded so, and 1 % of advertised ones.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
videos = tgp.load_videos(project)
metrics = ["views", "likes", "shares", "saves"]
recent = videos.nlargest(200, "posted_at")
daily = tgp.load_analytics("video", recent, metrics, dates="last 181 days", clip=True)
ax = tgp.plots.view_quality(tgp.view_quality(videos, daily, backtest=True))
