"""What comments say: scores, summaries, trends, rankings, alerts and search.

Frame in, frame out. Mode ``"api"`` gives the product's numbers, mode ``"plus"`` sees more; the
sources and licences of the word lists are in ``data/NOTICE``.
"""
