"""How does a new post grow, hour by hour?

The post had most of its 10,100 views within a day; the API keeps none of these counts, a store
does. A description, not an inference.
"""

from datetime import timedelta
from tempfile import TemporaryDirectory

import trackagoat_pandas as tgp

box = tgp.sandbox(rate_limit=None)
client = tgp.connect(sandbox=box, rate_limit=None, progress=False)
project = "Q1 Brand Program"
with TemporaryDirectory() as folder, tgp.open_store(folder) as store:
    begin, videos = box.now, tgp.load_videos(project)
    keeper = tgp.connect(sandbox=box, rate_limit=None, progress=False, store=store)
    for _ in range(25):
        box.advance(timedelta(hours=2))
        videos = tgp.load_videos(project)
    history = store.history("videos", columns=["view_count"])
    keeper.close()
new = videos[(videos["posted_at"] > begin) & videos["title"].notna()]
most = new.nlargest(1, "view_count")["id"].iloc[0]
ax = tgp.plots.follow_post(tgp.follow_post(videos, most, history=history))
