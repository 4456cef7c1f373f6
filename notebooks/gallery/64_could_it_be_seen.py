"""How large must a campaign's effect be to be seen?

50 creators and 8 weeks would show +37 %, 6 creators and a week only +296 %. Of 200 simulated
campaigns with just the effect that is said here, 84 % were seen.
"""

import trackagoat_pandas as tgp
from trackagoat_pandas.sandbox import Nature

nature = Nature(campaign_effect=1.6)
box = tgp.sandbox(creators=200, videos=11_000, days=240, nature=nature, rate_limit=None)
client = tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False)
project = "Q1 Brand Program"
creators, videos = tgp.load_creators(project), tgp.load_videos(project)
ax = tgp.plots.visible_effects(tgp.visible_effects(creators, videos))
