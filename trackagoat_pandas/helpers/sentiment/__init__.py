"""What comments say: scores, summaries, trends, rankings, alerts and search.

Mode ``"api"`` gives the product's numbers, mode ``"plus"`` sees more, mode ``"tiktok"`` reads emoji
and slang as TikTok means them. Sources and licences of the word lists are in ``data/NOTICE``.
"""
