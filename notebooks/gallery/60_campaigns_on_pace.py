"""Are the campaigns on pace?

One of three targets is behind: Launch Week has 3.3M of 8M views, and needs 110,800 a day. A
description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
campaigns, videos = tgp.load_campaigns(project), tgp.load_videos(project)
summary = tgp.summarize_campaigns(campaigns, videos)
ax = tgp.plots.campaign_tree(tgp.campaign_tree(campaigns), summary)
