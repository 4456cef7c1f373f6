"""Is the ranking of creators skill or luck?

The first two and the last two places are sure, and those between can be luck. The places of all 12
creators in the later half of their posts lay in the intervals made of the earlier half; in
simulated programs 90 to 92 % do.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, videos = tgp.load_creators(project), tgp.load_videos(project)
ranks = tgp.rank_creators(videos, names=creators, backtest=True)
ax = tgp.plots.ranks(ranks)
