"""Organizations: their projects, members, invitations and API keys."""
