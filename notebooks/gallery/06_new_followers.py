"""Who gained most followers in three months?

@themidnightthrift_ has two thirds of all new followers of 90 days, 231,600. A description, not an
inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators = tgp.load_creators(project)
days = ("2026-03-20", "2026-06-17")
followers = tgp.load_analytics("creator", creators, "followers", dates=days)
sums = followers.groupby("label")["value"].sum().astype("Int64").rename("new_followers")
gained = sums.rename_axis("tiktok_handle").reset_index()
ax = tgp.plots.leaderboard(gained, by="new_followers", n=8)
