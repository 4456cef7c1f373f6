"""The write routes, by noun."""
