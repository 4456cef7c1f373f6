"""Are there more views than in the month before?

The 30 days to 17 June have 14.9M views, 378 % more than the 30 days before, most of them in the
peak of 27 and 28 May. A description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators = tgp.load_creators(project)
views = tgp.load_analytics(
    "creator", creators, "views", dates=("2026-05-19", "2026-06-17"), compare="prior_period"
)
ax = tgp.plots.trend(views)
