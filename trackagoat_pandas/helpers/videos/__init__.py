"""Single videos: their counts by age, what is expected of them, and which stand out."""
