"""Goals: how they stand, how they stood, whom to nudge, and what the odds are.

Rules: contract section 5. Every module is pure: frames in, new frames out.
"""
