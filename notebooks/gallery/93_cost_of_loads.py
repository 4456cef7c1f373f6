"""How many requests does it take to load the views of everything?

Creators and campaigns cost a few requests, all 639 videos from 33 to 640, which is up to ten
minutes. A description, not an inference.
"""

import pandas as pd

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
wanted = {"creator": tgp.load_creators(project), "campaign": tgp.load_campaigns(project)}
wanted |= {"video": tgp.load_videos(project)}
plans = [tgp.estimate_load(tgp.load_analytics, *one, "views") for one in wanted.items()]
cost = pd.DataFrame({"kind": [*wanted], "series": [len(frame) for frame in wanted.values()]})
cost["requests_at_least"] = [plan.least for plan in plans]
cost["requests_at_most"] = [plan.most for plan in plans]
table = cost.goat.show(caption="The cost of a load of views")
