"""Generators of the site's pages: each reads what the repository declares, and gives pages."""
