"""Single videos: counts by age, expected views, and outliers."""
