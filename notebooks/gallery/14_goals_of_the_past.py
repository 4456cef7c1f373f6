"""How often were the goals met so far?

@mossy_reef missed 15 of 26 weekly goals, more than anyone else, and in all 179 of 283 were met. A
description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
goals, videos = tgp.load_goal_compliance(project), tgp.load_videos(project)
posts = goals[goals["metric"] == "posts"]
past = tgp.goal_history(posts, videos)
met = (past["status"] == "completed").groupby(past["tiktok_handle"])
counts = met.agg(["size", "sum"]).rename(columns={"size": "periods", "sum": "met"})
counts["missed"] = counts["periods"] - counts["met"]
counts = counts.sort_values("missed", ascending=False).reset_index()
table = counts.goat.show(6, caption="Goals of posts, week by week")
