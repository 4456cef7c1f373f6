"""What do I say on Monday?

Five sentences stand on top of the page, each with numbers that can be derived again. A description,
not an inference.
"""

from tempfile import TemporaryDirectory
from textwrap import wrap

import pandas as pd

import trackagoat_pandas as tgp

box = tgp.sandbox(rate_limit=None)
client = tgp.connect(sandbox=box, rate_limit=None, progress=False)
project = "Q1 Brand Program"
with TemporaryDirectory() as folder, tgp.open_store(folder) as store:
    store.sync(project, dates="last 60 days", metrics="views", max_age=None)
    report = tgp.report(project, f"{folder}/monday.html", store=store)
said = str(report).splitlines()[1:]
lines = [line for one in said for line in wrap("• " + one, 58)]
table = pd.DataFrame({"The program's week": lines}).goat.show(None, caption="On top of the page")
