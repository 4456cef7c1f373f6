"""What will the young posts reach?

Most is to come for a post of @its_frosty_reads22: from 57,972 views to about 135,900. Of 196 such
forecasts in the program's past 161 were inside their interval, 82 % where 80 % were due.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
videos = tgp.load_videos(project)
daily = tgp.load_analytics("video", videos, "views", dates="last 181 days", clip=True)
ax = tgp.plots.expected_views(tgp.expected_views(videos, daily, backtest=True), n=8)
