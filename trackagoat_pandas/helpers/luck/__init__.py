"""Skill or luck: how much of how posts do is their creator's lasting level."""
