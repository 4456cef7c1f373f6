"""Campaigns: their members, results and effects."""
