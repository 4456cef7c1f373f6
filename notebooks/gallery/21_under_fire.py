"""Which videos are under fire, and how sure is that?

24 of 37 comments on one video are negative, and with 49 to 78 % the interval lies above the
product's limit of 40 %. Such an interval of 37 comments holds the true share in 93 to 96 % of
cases, by the binomial distribution.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
videos, comments = tgp.load_videos(project), tgp.load_comments(project)
alerts = tgp.find_negative_alerts(comments, names=videos)
columns = ["video_title", "tiktok_handle", "analysed", "negative_pct", "low_pct", "high_pct"]
table = alerts.goat.show(columns=columns, caption="Videos under fire")
