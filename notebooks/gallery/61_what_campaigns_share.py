"""How many posts do campaigns share?

Spring Drop shares 280 posts with its Launch Week and 164 with Everyday Goat, so their views can't
be added up. A description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
campaigns, videos = tgp.load_campaigns(project), tgp.load_videos(project)
ax = tgp.plots.overlap(tgp.member_overlap(campaigns, videos))
