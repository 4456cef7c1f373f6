"""Whom should we write to today?

12 goals are late and can still be met, those of @mossy_reef and @salty_studio_ with less than one
and a half times the pace so far. A description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
goals = tgp.load_goal_compliance(project)
nudges = goals.goat.who_to_nudge()
late = nudges[nudges["urgency"] == "late"]
columns = ["tiktok_handle", "metric", "period", "missing", "needed_per_day", "speed_up"]
table = late.goat.show(6, columns=columns, caption="Late, and can still be met")
