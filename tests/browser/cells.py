"""The cells of the notebooks in which the browser meets the package's widgets."""

CELLS = {
    "program": """\
import trackagoat_pandas as tgp

PROGRAM = "Q1 Brand Program"
client = tgp.connect(sandbox=True, rate_limit=None, progress=False)
creators, videos = tgp.load_creators(PROGRAM), tgp.load_videos(PROGRAM)
campaigns, comments = tgp.load_campaigns(PROGRAM), tgp.load_comments(PROGRAM)
goals = tgp.load_goal_compliance(PROGRAM)
accruals, payments = tgp.load_payout_accruals(PROGRAM), tgp.load_payout_payments(PROGRAM)
structures = tgp.load_payout_structures(PROGRAM)
assignments = tgp.load_payout_assignments(structures)
servers = []


def explorer_with(trouble, requests):
    # It has loaded once; the next requests meet the trouble.
    plan = {}
    server = tgp.sandbox(rate_limit=None, faults=tgp.sandbox.Faults(plan=plan, slow_s=300))
    servers.append(server)
    shaky = tgp.connect(server.key, base_url=server.base_url, rate_limit=None, progress=False)
    made = tgp.widgets.Explorer(project=PROGRAM, dates="2026-05", client=shaky)
    made.creators.wait(60)
    made.dates.wait(60)
    made.load.click()
    made.wait(60)
    plan.update({server.requests + step: trouble for step in range(1, requests + 1)})
    return made
""",
    "explorer": "tgp.widgets.Explorer(client=client)",
    "loaded": """\
tgp.widgets.Explorer(
    tgp.load_analytics(
        "creator", creators, ["views", "posts"], dates="2026-05", compare="prior_period"
    )
)
""",
    "failing": "explorer_with('html', 28)",  # both metrics at once, then of each of 13 creators
    "slow": "explorer_with('slow', 1)",
    "goals": "tgp.widgets.GoalBoard(goals, videos=videos)",
    "home": """\
counts = ["views", "posts", "likes", "comments", "shares", "saves"]
half_a_year = {"dates": "last 181 days", "clip": True, "client": client}
tgp.widgets.Home(
    analytics=tgp.combine_loads(
        tgp.load_analytics("project", PROGRAM, counts, **half_a_year),
        tgp.load_analytics("creator", creators, counts, **half_a_year),
    ),
    creators=creators, videos=videos, goals=goals, accruals=accruals, payments=payments,
    structures=structures, assignments=assignments, comments=comments,
)
""",
    "payouts": """\
tgp.widgets.PayoutBoard(
    accruals, payments, creators=creators, structures=structures, assignments=assignments
)
""",
    "sentiment": """\
tgp.widgets.SentimentRadar(comments, campaigns=campaigns, creators=creators, videos=videos)
""",
    "posting": "tgp.widgets.PostingBoard(videos, creators=creators, client=client)",
    "health": """\
half_a_year = {"dates": "last 150 days", "clip": True, "client": client}
tgp.widgets.HealthBoard(
    videos=videos, creators=creators, goals=goals, accruals=accruals, payments=payments,
    comments=comments, analytics=tgp.load_analytics("creator", creators, "views", **half_a_year),
)
""",
    "alerts": """\
import warnings

with warnings.catch_warnings(action="ignore"):  # goals of other metrics than views aren't judged
    alerts = tgp.watch(PROGRAM, client=client, state="watch.json")
tgp.widgets.AlertsBoard(alerts, state="watch.json", timezone="America/New_York")
""",
    "videos": "tgp.widgets.VideoBoard(videos, creators=creators, client=client)",
    "campaigns": "tgp.widgets.CampaignBoard(campaigns, videos, creators=creators, client=client)",
    "pickers": """\
picks = tgp.widgets
display(
    picks.ProjectPicker(tgp.load_projects(client=client)),
    picks.CreatorPicker(creators, campaigns=campaigns),
    picks.CampaignPicker(campaigns),
    picks.VideoPicker(videos),
    picks.MetricPicker(),
    picks.DateRangePicker("last 7 days", today="2026-06-18"),
)
""",
    "hostile": """\
evil = "<img src=x onerror=alert(1)>"
display(
    picks.CreatorPicker(creators.assign(tiktok_handle=evil, display_name=evil)),
    tgp.widgets.GoalBoard(goals.assign(tiktok_handle=evil)),
    tgp.widgets.PayoutBoard(accruals, payments, creators=creators.assign(tiktok_handle=evil)),
    tgp.widgets.SentimentRadar(
        comments.head(12).assign(text="bad " + evil, tiktok_handle=evil, video_id="1")
    ),
)
""",
    "again": """\
import ipywidgets
import pandas as pd

runs = globals().get("runs", 0) + 1
tgp.widgets.SentimentRadar(pd.DataFrame({"text": ["love it", "so bad"]}))
""",
    "empty": "tgp.widgets.GoalBoard(goals.head(0))",
    "stock": """\
import ipywidgets
ipywidgets.Dropdown(options=['all', 'missed'], description='Status')
""",
    "count": """\
import ipywidgets

print("run", globals().get("runs"), "of", len(ipywidgets.widgets.widget._instances), "widgets")
""",
}

GOALS = """\
import trackagoat_pandas as tgp

with tgp.connect(sandbox=True, rate_limit=None, progress=False):
    board = tgp.widgets.GoalBoard(
        tgp.load_goal_compliance("Q1 Brand Program"), videos=tgp.load_videos("Q1 Brand Program")
    )
board
"""
