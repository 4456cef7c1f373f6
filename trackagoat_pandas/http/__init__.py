"""The one road to the API: pacing, retrying, envelopes and paging.

Knows HTTP and the API's envelope. Must not know pandas, resources or frames.
"""
