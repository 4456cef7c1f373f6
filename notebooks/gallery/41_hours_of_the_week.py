"""At which hours do posts come, and what views do they have?

Most posts come in the late afternoon; where views seem best, there are only 5 to 8 posts an hour. A
description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
videos = tgp.load_videos(project)
ax = tgp.plots.posting_heatmap(tgp.posting_heatmap(videos))
