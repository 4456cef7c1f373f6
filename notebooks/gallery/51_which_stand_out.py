"""Which posts stand out, for their creator?

7 of 427 posts are far above what their creator usually gets, one of them 68 times. In simulated
programs 1.3 % of ordinary posts are called outliers, and 99 % of those four spreads above the usual
are found.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
videos = tgp.load_videos(project)
daily = tgp.load_analytics("video", videos, "views", dates="last 181 days", clip=True)
ax = tgp.plots.outliers(tgp.find_outliers(videos, daily, backtest=True))
