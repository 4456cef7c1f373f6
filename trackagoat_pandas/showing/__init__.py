"""Frames for people: formats, captions, tables and files."""
