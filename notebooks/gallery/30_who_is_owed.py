"""What do we owe, and to whom?

$5.8k of the $27.2k earned is owed, most of it, $1,500, to @its_frosty_reads22. A description, not
an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, videos = tgp.load_creators(project), tgp.load_videos(project)
accruals, payments = tgp.load_payout_accruals(project), tgp.load_payout_payments(project)
ax = tgp.plots.payout_summary(accruals, payments, n=8, names=[creators, videos])
