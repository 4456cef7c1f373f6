"""What do the comments on the video under fire complain about?

The complaints are about a broken product, a scam and a disappointment; only one “best” speaks for
it. A description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
comments = tgp.load_comments(project)
alerts = tgp.find_negative_alerts(comments)
worst = comments[comments["video_id"].isin(alerts["video_id"])]
ax = tgp.plots.comment_words(worst, mode="tiktok", n=12)
