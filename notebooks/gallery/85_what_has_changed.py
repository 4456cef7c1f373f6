"""What has changed since last week?

One creator has a new handle, and all 13 have other numbers of followers; with likes and posts 36
values have changed. A description, not an inference.
"""

from datetime import timedelta
from tempfile import TemporaryDirectory

import trackagoat_pandas as tgp

box = tgp.sandbox(rate_limit=None)
client = tgp.connect(sandbox=box, rate_limit=None, progress=False)
project = "Q1 Brand Program"
with TemporaryDirectory() as folder, tgp.open_store(folder) as store:
    store.sync(project, metrics=[])
    box.advance(timedelta(days=7))
    store.sync(project, metrics=[])
    changes = store.changes("creators", project, since="2026-06-18")
columns = ["tiktok_handle", "change", "field", "before", "after", "difference"]
table = changes.goat.show(6, columns=columns, caption="Changes of a week")
