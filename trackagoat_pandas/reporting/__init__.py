"""A report of a program for a week: one page for a browser, another one for mail."""
