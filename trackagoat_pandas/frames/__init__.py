"""From pages and records to typed frames."""
