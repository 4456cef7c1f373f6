"""What would be sent if I approved the first posts of the inbox?

Three posts would be approved, and nothing was sent. A description, not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
videos = tgp.load_videos(project)
first = tgp.inbox(videos).head(3)
plan = tgp.actions.review_inbox(project, approve=first, dry_run=True)
checked = first[["tiktok_handle", "title", "view_count"]].assign(would=plan["status"].array)
table = checked.goat.show(caption="Nothing was sent")
