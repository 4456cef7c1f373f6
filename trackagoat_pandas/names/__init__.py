"""Ids and names of projects, creators, campaigns and videos."""
