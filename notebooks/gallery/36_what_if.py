"""What would a raise of the retainer by 12 % have cost in May?

Six creators would have earned $75.00 more each, $450.00 in all. A description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, structures = tgp.load_creators(project), tgp.load_payout_structures(project)
retainers = structures[structures["kind"] == "recurring"]
assignments = tgp.load_payout_assignments(retainers)
change = {"Base retainer": {"amount_cents": "+12%"}}
raised = tgp.what_if(retainers, assignments, change, dates="2026-05", creators=creators)
columns = ["tiktok_handle", "now_cents", "then_cents", "change_cents"]
table = raised.goat.show(columns=columns, caption="May, with a raise")
