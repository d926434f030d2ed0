"""`python -m amends.cli` is the `amends` command."""

import sys

from amends.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
