"""Are the campaigns on pace?

One of three targets is behind: Launch Week has 3.3M of 8M views, and needs 110,800 a day. A
description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
ax = tgp.ask("campaigns", "Q1 Brand Program").plot()
