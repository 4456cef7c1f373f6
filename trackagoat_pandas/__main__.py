"""Run the command as ``python -m trackagoat_pandas``."""

import sys

from trackagoat_cli import main

if __name__ == "__main__":
    sys.exit(main())
