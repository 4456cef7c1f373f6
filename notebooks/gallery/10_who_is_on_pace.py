"""Which goals are on pace today?

Of 11 monthly goals 5 are on pace or reached, 2 are behind, 3 at risk, and 1, of May, is missed. A
description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
goals = tgp.load_goal_compliance(project)
ax = tgp.plots.goal_board(goals[goals["period"] == "monthly"], by="goal")
