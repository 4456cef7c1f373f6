"""What do 1,000 views cost, creator by creator?

1,000 views cost from $0.03 to $181.36: retainers of creators with few views are the dearest. A
description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators = tgp.load_creators(project)
may = tgp.load_payout_accruals(project, dates="2026-05")
views = tgp.load_analytics("creator", creators, "views", dates=("2026-04-26", "2026-06-07"))
cpm = tgp.effective_cpm(may, views, names=creators)
columns = ["tiktok_handle", "earned_cents", "views", "effective_cpm_cents"]
table = cpm.goat.show(None, columns=columns, caption="What 1,000 views cost in May")
