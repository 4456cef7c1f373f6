"""Which posts that wait for review have no #ad?

25 of the 30 posts that wait have neither #ad nor #ugc. A description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
videos = tgp.load_videos(project)
waiting = videos[videos["id"].isin(tgp.inbox(videos)["id"])]
missing = tgp.check_posts(waiting, required=[["#ad", "#ugc"]])
newest = missing.sort_values(["tiktok_handle", "posted_at"], ascending=False)
table = newest.goat.show(5, caption="Neither #ad nor #ugc")
