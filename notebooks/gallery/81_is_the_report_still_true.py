"""Is Monday's report still true on Wednesday?

9 of its 264 numbers have changed by a little, since the server restated days that were over, and
the other 255 and the page around them are as before. A description, not an inference.
"""

from datetime import timedelta
from tempfile import TemporaryDirectory

import trackagoat_pandas as tgp

box = tgp.sandbox(rate_limit=None)
client = tgp.connect(sandbox=box, rate_limit=None, progress=False)
project = "Q1 Brand Program"
with TemporaryDirectory() as folder, tgp.open_store(folder) as store:
    store.sync(project, dates="last 60 days", metrics="views", max_age=None)
    report = tgp.report(project, f"{folder}/monday.html", store=store)
    box.advance(timedelta(days=2))
    store.sync(project, dates="last 60 days", metrics="views", max_age=None)
    checked = tgp.verify_report(report.paths[0], store)
restated = checked[checked["status"] == "restated"]
table = restated.goat.show(5, columns=["section", "written", "today"], caption="Restated since")
