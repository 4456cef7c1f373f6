"""Campaigns: created, edited, deleted, and their members."""
