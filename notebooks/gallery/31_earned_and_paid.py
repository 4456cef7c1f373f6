"""When was it earned, and when was it paid?

What was owed grew to $11.7k by the end of May, and fell to $5.8k in June, when $6.1k was paid. A
description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
accruals, payments = tgp.load_payout_accruals(project), tgp.load_payout_payments(project)
ax = tgp.plots.payout_timeline(accruals, payments)
