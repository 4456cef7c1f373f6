"""Words that people use and the pages don't: a search for one of them finds the page."""

from __future__ import annotations

WORDS = {
    "install": ("install", "installation", "pip install", "setup", "getting started", "extras"),
    "gallery/43_who_went_silent": ("churn", "inactive creators", "stopped posting"),
    "gallery/85_what_has_changed": (
        "left the program",
        "churned",
        "who joined",
        "removed creators",
    ),
    "gallery/94_another_tools_export": ("own csv", "import csv", "read csv", "migrate"),
    "cookbook/excel": ("google sheets", "spreadsheet", "xlsx", "google sheet"),
    "cookbook/cron": ("schedule", "every morning", "automate"),
    "reference/actions/add_creators": ("add creators csv", "bulk add", "import creators"),
    "reference/errors": ("429", "401", "402", "403", "too many requests", "rate limit exceeded"),
    "reference/files/creator_statement": ("invoice", "pay slip", "remittance"),
    "reference/files/payout_file": ("mass payment", "paypal", "venmo"),
    "reference/files/to_csv": ("export csv", "download csv"),
    "reference/frames/as_table": ("own data", "any csv", "foreign frame"),
    "reference/program/similar_creators": ("lookalike", "lookalikes", "look alike"),
    "reference/stores/Store": (
        *("refresh", "incremental", "incremental sync", "as of", "a week ago", "time travel"),
        *("snapshot", "yesterday"),
    ),
    "reference/videos/view_quality": ("shadowban", "shadow ban", "fake views", "bought views"),
}
"""The words of each page that needs some."""


def with_words(path: str, source: str) -> str:
    """Put the words of a page into its source, below the heading, where none is shown."""
    words = WORDS.get(path, ())
    if not words:
        return source
    head, _, rest = source.partition("\n")
    entries = "".join(f"   ! single: {word}\n" for word in words)
    return f"{head}\n\n```{{eval-rst}}\n.. index::\n{entries}```\n{rest}"
