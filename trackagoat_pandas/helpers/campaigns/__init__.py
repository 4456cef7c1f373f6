"""Campaigns: who is in them, how they do, and what they add."""
