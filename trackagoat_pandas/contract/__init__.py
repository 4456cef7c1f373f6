"""The comparison of the live API with the declared tables."""
