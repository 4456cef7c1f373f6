"""A door for agents: questions, loads and writes as tools of an MCP server."""
