"""Who has gone silent?

@its_frosty_reads22 was silent for 55 days and @honest.gloss for 26, both with one or two posts a
week. A description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, videos = tgp.load_creators(project), tgp.load_videos(project)
regular = tgp.posting_consistency(videos, creators=creators)
worst = regular.sort_values("longest_silence_days", ascending=False)
table = worst.goat.show(6)
