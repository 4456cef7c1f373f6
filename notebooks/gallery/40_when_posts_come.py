"""On which days do posts come?

2 of 78 days, to the last whole one, have no post, and the busiest two have 13 each. A description,
not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
videos = tgp.load_videos(project)
days = tgp.content_calendar(videos, dates=("2026-04-01", "2026-06-17"))
ax = tgp.plots.calendar(days)
