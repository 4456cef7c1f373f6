"""How long will the budget last?

At the pace of April and May, $45,000 lasts 71 more days, until 28 August (57 to 91). In 24
simulated worlds such 80 % intervals held 78 % of 360 budgets for 30 more days, half of which were
off by 4 days or more, and 75 % of 144 budgets for 90.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
accruals, payments = tgp.load_payout_accruals(project), tgp.load_payout_payments(project)
projects = tgp.load_projects()
plan = tgp.plan_budget(accruals, payments, budget_cents=4_500_000, projects=projects)
ax = tgp.plots.budget(plan)
