"""By how much do the last days of a report still change?

91 daily views were changed two to four days later, together by +1.8 %. A description, not an
inference.
"""

from datetime import timedelta
from tempfile import TemporaryDirectory

import trackagoat_pandas as tgp

box = tgp.sandbox(rate_limit=None)
client = tgp.connect(sandbox=box, rate_limit=None, progress=False)
project = "Q1 Brand Program"
creators = tgp.load_creators(project)
with TemporaryDirectory() as folder, tgp.open_store(folder) as store:
    keeper = tgp.connect(sandbox=box, rate_limit=None, progress=False, store=store)
    for _ in range(9):
        tgp.load_analytics("creator", creators, "views", dates="last 14 days")
        box.advance(timedelta(days=1))
    restated = store.restatements("analytics", by_age=True)
    keeper.close()
ax = tgp.plots.restatements(restated)
