"""Rules that watch a program, and their alerts."""
