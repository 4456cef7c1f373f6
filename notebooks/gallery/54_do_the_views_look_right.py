"""Do the views look right?

Six of 542 posts have views that came with far less engagement than usual, which is evidence and no
verdict. The score is the share of a post's views that came so, times the share of the engagement
that is missing; the grade says how sure that is: strong only where the days are known on which such
views came, and from counts alone weak, however high the score. In simulated programs 0.1 % of
ordinary posts are graded so, and 1 % of advertised ones.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
videos = tgp.load_videos(project)
metrics = ["views", "likes", "shares", "saves"]
recent = videos.nlargest(200, "posted_at")
daily = tgp.load_analytics("video", recent, metrics, dates="last 181 days", clip=True)
ax = tgp.plots.view_quality(tgp.view_quality(videos, daily, backtest=True))
