"""What does a post usually get?

A typical post gets from 153 views, of @salty.tonic, to 202,800, of @themidnightthrift_, so one
number for all would be wrong for each. A description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, videos = tgp.load_creators(project), tgp.load_videos(project)
ax = tgp.plots.view_distribution(videos, by="creator", names=creators)
