"""Is the ledger right?

All 106 amounts were accrued to the cent, but $500.00 of March was paid twice. The terms of earlier
versions of rules are inferred: in 20 simulated programs 120 of 120 were right.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
findings = tgp.audit(project)
columns = ["finding", "tiktok_handle", "structure_name", "period_start", "paid_cents"]
table = findings.goat.show(columns=[*columns, "wrong_cents"], caption="The audit's findings")
