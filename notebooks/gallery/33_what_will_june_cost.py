"""What will June cost?

About $5,761: $225 for weeks that have closed, and $5,536 for periods that end by 30 June, with 80 %
between $5,136 and $6,523. Made on the days of March to May for which there is enough history,
such forecasts held on 34 of 43.
"""

from functools import partial

import pandas as pd

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, videos = tgp.load_creators(project), tgp.load_videos(project)
goals, structures = tgp.load_goal_compliance(project), tgp.load_payout_structures(project)
assignments = tgp.load_payout_assignments(structures)
days = ("2025-12-20", "2026-06-18")
of_creators = tgp.load_analytics("creator", creators, "views", dates=days)
by_video = structures[structures["kind"] == "view_threshold"]
reach = assignments[assignments["structure_id"].isin(by_video["id"])]
theirs = videos[videos["creator_id"].isin(reach["creator_id"])]
of_videos = tgp.load_analytics("video", theirs, "views", dates=days, clip=True)
views = tgp.combine_loads(of_creators, of_videos)
forecast = partial(tgp.forecast_payouts, structures, assignments, videos=videos, goals=goals)
june = partial(forecast, analytics=views, as_of="2026-06-18", until="2026-06-30")
by_rule, total = june(by="structure", names=structures), june(by="total")
ahead = pd.concat([by_rule, total.assign(structure_name="All rules")])
columns = ["structure_name", "so_far_cents", "low_cents", "expected_cents", "high_cents"]
table = ahead.goat.show(columns=columns, caption="What is still to come in June, by rule")
