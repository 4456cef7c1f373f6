"""What did a campaign add?

The campaign's creators got 38 to 121 % more views than without it, in a simulated program in which
it brought 60 %. Without an effect one is seen in 5 to 6 % of 400 simulated programs, and the 90 %
interval holds the truth in 88 to 91 %.
"""

import trackagoat_pandas as tgp
from trackagoat_pandas.sandbox import Nature

nature = Nature(campaign_effect=1.6)
box = tgp.sandbox(creators=200, videos=11_000, days=240, nature=nature, rate_limit=None)
client = tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False)
project = "Q1 Brand Program"
campaigns, videos = tgp.load_campaigns(project), tgp.load_videos(project)
since, until, given = "2026-02-18", "2026-03-17", "Everyday Goat"
weeks = tgp.lift_weeks(videos, members=given, campaigns=campaigns, since=since, until=until)
ax = tgp.plots.lift(weeks)
