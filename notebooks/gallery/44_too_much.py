"""Does somebody post too much on one day?

@mossy_reef did three times, and on each of these days 5 posts were hardly seen. A description, not
an inference.
"""

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, videos = tgp.load_creators(project), tgp.load_videos(project)
table = tgp.find_overposting(videos).goat.show()
