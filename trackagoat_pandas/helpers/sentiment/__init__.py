"""Sentiment of comments: scores, summaries, trends, rankings, alerts and search.

Mode ``"api"`` gives the product's numbers, ``"plus"`` also handles what those miss, and
``"tiktok"`` reads emoji and slang as people on TikTok mean them. The sources and licences of the
word lists are in ``data/NOTICE``.
"""
