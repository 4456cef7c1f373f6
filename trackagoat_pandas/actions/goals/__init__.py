"""Goals: set, edited, taken out of force."""
