"""Questions about a program, each answered once for every surface."""
