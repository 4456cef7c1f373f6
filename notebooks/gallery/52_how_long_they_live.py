"""How long do posts live?

A typical post has half of its views after 2 days and 95 % after 19; of all views together, which
hits decide, half are in after a day. A description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
videos = tgp.load_videos(project)
daily = tgp.load_analytics("video", videos, "views", dates="last 181 days", clip=True)
ax = tgp.plots.life_curves(tgp.life_curves(videos, daily))
