"""What would happen if I added the creators of a spreadsheet?

Two would be added, one is there already, and one is no handle. A description, not an inference.
"""

import pandas as pd

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
sheet = pd.DataFrame({"Handle": ["@north.pier", "no spaces!", "lumi_bakes", "mossy_reef"]})
plan = tgp.actions.add_creators(project, sheet, column="Handle", dry_run=True)
table = plan.goat.show(columns=["item", "status", "error"], caption="Nothing was sent")
