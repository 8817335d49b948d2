"""`python -m clusterkg`."""

import sys

from clusterkg.cli import run


def main() -> int:
    """Run the command line and give its exit code."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
