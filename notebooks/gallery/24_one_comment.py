"""Why has this comment the score that it has?

Two times “awful”, −3 each, make the score of −6; divided by five words it is −1.2. A description,
not an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
comments = tgp.load_comments(project).goat.score_comments()
one = comments.nsmallest(1, "score")["text"].iloc[0]
table = tgp.explain_comment(one).goat.show(caption=one)
