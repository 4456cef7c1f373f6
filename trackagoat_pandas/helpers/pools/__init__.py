"""Creators who are alike: the nearest ones to a creator, and groups among all."""
