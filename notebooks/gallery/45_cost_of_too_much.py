"""What does a second post on the same day cost?

Second posts differ from the first by no more than chance, −40 to +31 %, and of third ones there are
too few. In 400 simulated programs without an effect, 3 to 4 % of such tables show a cost.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
videos = tgp.load_videos(project)
recent = videos.nlargest(400, "posted_at")
daily = tgp.load_analytics("video", recent, "views", dates="last 181 days", clip=True)
ax = tgp.plots.posting_cost(tgp.posting_cost(videos, daily))
