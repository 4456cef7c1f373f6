"""Plots: a frame and optional axes in, axes out; the numbers come from the frame or a helper."""

from trackagoat_pandas.plots.trend import trend

__all__ = ["trend"]
