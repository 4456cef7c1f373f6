"""How many requests does it take to load the views of everything?

Creators and campaigns cost a few requests, all 639 videos from 33 to 640, which is up to ten
minutes. A description, not an inference.
"""

import pandas as pd

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, campaigns = tgp.load_creators(project), tgp.load_campaigns(project)
videos = tgp.load_videos(project)
plans = [
    tgp.estimate_load(tgp.load_analytics, "creator", creators, "views"),
    tgp.estimate_load(tgp.load_analytics, "campaign", campaigns, "views"),
    tgp.estimate_load(tgp.load_analytics, "video", videos, "views"),
]
series = [len(creators), len(campaigns), len(videos)]
cost = pd.DataFrame({"kind": ["creator", "campaign", "video"], "series": series})
cost["requests_at_least"] = [plan.least for plan in plans]
cost["requests_at_most"] = [plan.most for plan in plans]
table = cost.goat.show(caption="The cost of a load of views")
