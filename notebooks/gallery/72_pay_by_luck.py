"""How much of May's pay was luck?

Hits added $109.77 to what creators' levels would have earned, and posts that did worse took $79.98.
In simulated programs what the level would have earned is off by 11 to 30 %, where the pay itself is
off by 18 to 63 %.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, videos = tgp.load_creators(project), tgp.load_videos(project)
accruals = tgp.load_payout_accruals(project)
luck = tgp.payout_luck(accruals, videos, dates="2026-05", names=creators)
columns = ["tiktok_handle", "posts", "earned_cents", "level_cents", "hits_cents"]
table = luck[luck["posts"] > 0].goat.show(columns=columns, caption="May's pay by views and posts")
