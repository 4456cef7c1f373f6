"""The comparison of the live API with what the tables declare."""
