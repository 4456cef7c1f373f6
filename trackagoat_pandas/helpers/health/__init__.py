"""How a program does: its parts, each with its status, the evidence and what to do."""
