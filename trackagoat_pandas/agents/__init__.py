"""A door for agents: the package's questions, loads and writes as tools of an MCP server."""
