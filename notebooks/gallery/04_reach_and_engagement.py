"""Who has reach, and who has engagement?

A post of @themidnightthrift_ gets 3.1M views, 810 times the median, while the two creators with the
most posts get about 1,000 each. A description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
scatter = tgp.load_report("creator-scatter", project, dates="2026-05")
ax = tgp.plots.creator_scatter(scatter, n=6)
