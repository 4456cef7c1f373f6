"""How has each month been, creator by creator?

@themidnightthrift_ has the most views in each month, from 0.9M to 12.3M, and the second place
changes twice. A description, not an inference.
"""

import pandas as pd

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators = tgp.load_creators(project)
views = tgp.load_analytics("creator", creators, "views", dates=("2026-01-01", "2026-05-31"))
months = tgp.resample(views, "month").goat.to_wide().astype("Int64")
biggest = months[months.sum().nlargest(4).index]
biggest.index = pd.DatetimeIndex(biggest.index).strftime("%B")
table = biggest.rename_axis("month").reset_index().goat.show(caption="Views by month")
