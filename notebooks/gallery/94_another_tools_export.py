"""Can I use the export of another tool?

Numbers such as “2.3K” are read, and the one that isn't a number is listed, not guessed. A
description, not an inference.
"""

import warnings

import pandas as pd

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
export = pd.DataFrame({"Caption": ["a", "b", "c"], "Views": ["12,345", "2.3K", "lots"]})
names = {"Caption": "title", "Views": "view_count"}
with warnings.catch_warnings():
    warnings.simplefilter("ignore", tgp.errors.ContractWarning)
    own = tgp.as_table(export, "videos", columns=names)
table = tgp.unreadable_cells(own).goat.show(caption="What couldn't be read")
