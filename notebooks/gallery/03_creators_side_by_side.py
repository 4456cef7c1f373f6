"""Who brought May's views, and when?

@themidnightthrift_ has 83 % of May's 14.8M views, most of them on 27 and 28 May, and the others
have their peaks on other days. A description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators = tgp.load_creators(project)
views = tgp.load_analytics("creator", creators, "views", dates="2026-05")
ax = tgp.plots.trend(views, by="label")
