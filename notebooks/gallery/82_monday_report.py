"""What do I say on Monday?

Five sentences stand on top of the page, each with numbers that can be derived again. A description,
not an inference.
"""

from tempfile import TemporaryDirectory
from textwrap import fill

import matplotlib.pyplot as plt

import trackagoat_pandas as tgp

box = tgp.sandbox(rate_limit=None)
client = tgp.connect(sandbox=box, rate_limit=None, progress=False)
project = "Q1 Brand Program"
with TemporaryDirectory() as folder, tgp.open_store(folder) as store:
    store.sync(project, dates="last 60 days", metrics="views", max_age=None)
    report = tgp.report(project, f"{folder}/monday.html", store=store)
_, *said = str(report).splitlines()
page = plt.figure(figsize=(9, 3.6))
ax = page.add_axes((0.03, 0.03, 0.94, 0.86))
ax.set_axis_off()
ax.set_title(
    f"{project}: what happened in the week, on top of the report", loc="left", weight="bold"
)
words = "\n\n".join(fill(sentence, 116) for sentence in said)
ax.text(0, 0.97, words, va="top", parse_math=False)
ax = page.axes[0]
