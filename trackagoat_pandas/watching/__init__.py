"""A watch over a program: rules, the states of alerts, and what they would have fired."""
