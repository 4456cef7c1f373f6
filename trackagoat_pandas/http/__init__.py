"""The one road to the API: connections, pacing, retrying, envelopes and paging."""
