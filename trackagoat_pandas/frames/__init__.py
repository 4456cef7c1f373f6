"""Turn pages and records into typed frames."""
