"""Goals: how they stand, how they stood, whom to nudge, and what the odds are."""
