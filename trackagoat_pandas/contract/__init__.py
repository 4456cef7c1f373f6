"""The watched contract: the live API against what the tables declare."""
