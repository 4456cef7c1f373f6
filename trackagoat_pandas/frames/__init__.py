"""From pages and records to typed frames.

Knows JSON, Arrow and pandas. Must not know HTTP: it is given bytes or records, and gives frames.
"""
