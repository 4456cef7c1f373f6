"""Everything between a loader and the API: connections, pacing, retries, envelopes, paging."""
