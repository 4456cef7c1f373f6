"""Goals: judged on any day, summarized, nudged, and forecast."""
