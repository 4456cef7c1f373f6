"""How does the program do, and what comes first?

Views, over-posting, goals and sentiment are bad, each with its evidence and since when. In 40
simulated programs with nothing wrong a part became bad for nothing 0.3 times a month, and of slumps
and silences 38 or 39 of 40 were found.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, videos = tgp.load_creators(project), tgp.load_videos(project)
goals = tgp.load_goal_compliance(project)
accruals, payments = tgp.load_payout_accruals(project), tgp.load_payout_payments(project)
comments = tgp.load_comments(project, dates="last 28 days")
analytics = tgp.load_analytics("creator", creators, "views", dates="last 150 days", clip=True)
health = tgp.program_health(
    videos=videos,
    creators=creators,
    analytics=analytics,
    goals=goals,
    comments=comments,
    accruals=accruals,
    payments=payments,
    parts=["cadence", "views", "over-posting", "goals", "sentiment", "payouts", "data"],
)
ax = tgp.plots.health(health)
