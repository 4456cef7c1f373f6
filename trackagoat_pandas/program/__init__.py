"""A project's frames for all analyses at once, loaded or from a store."""
