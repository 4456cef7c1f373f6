"""At which hours do posts come, and what views do they have?

The busiest hour is 17:00 on Saturdays, with 12 of 551 posts, and where views seem best there are
only 5 to 8. A description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
videos = tgp.load_videos(project)
ax = tgp.plots.posting_heatmap(tgp.posting_heatmap(videos))
