"""Why did the views jump at the end of May?

Views rose from 968,100 to 12.7M, and one post of @themidnightthrift_ brought 11.7M of that. A
description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, videos = tgp.load_creators(project), tgp.load_videos(project)
days = {"dates": ("2026-05-22", "2026-05-31"), "compare": "prior_period"}
views = tgp.load_analytics("creator", creators, "views", **days)
posts = tgp.load_analytics("video", videos.nlargest(50, "view_count"), "views", **days)
change = tgp.explain_change(tgp.combine_loads(views, posts), videos, n=1)
ax = tgp.plots.waterfall(change, n=6)
