"""Chart notes: written, edited, deleted."""
