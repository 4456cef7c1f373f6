"""Why did the views jump at the end of May?

Views rose from 968,100 to 12.7M, and one post of @themidnightthrift_ brought 11.7M of that. A
description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, videos = tgp.load_creators(project), tgp.load_videos(project)
days = ("2026-05-22", "2026-05-31")
views = tgp.load_analytics("creator", creators, "views", dates=days, compare="prior_period")
top = videos.nlargest(50, "view_count")
posts = tgp.load_analytics("video", top, "views", dates=days, compare="prior_period")
change = tgp.explain_change(tgp.combine_loads(views, posts), videos, n=1)
ax = tgp.plots.waterfall(change, n=6)
