"""The command line: finds the command, runs it, and turns every end into one line and an exit code.

0 ok, 1 a negative finding, 2 wrong usage, 3 unreadable input, 4 timeout or refused, 5 internal.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence

from clusterkg import __version__, discovery
from clusterkg.errors import ClusterkgError

_EPILOG = "exit codes: 0 ok, 1 negative finding, 2 usage, 3 unreadable input, 4 refused, 5 internal"


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; never let a traceback reach the user."""
    try:
        return _dispatch(list(arguments))
    except ClusterkgError as error:
        print(f"clusterkg: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Exception as error:  # the last line of defence: a bug is named, not dumped
        if os.environ.get("CLUSTERKG_TRACEBACK"):
            raise
        print(f"clusterkg: internal error: {type(error).__name__}: {' '.join(str(error).split())}; "
              "set CLUSTERKG_TRACEBACK=1 to see where, and report it", file=sys.stderr)
        return ClusterkgError.exit_code


def _dispatch(arguments: list[str]) -> int:
    if not arguments or arguments[0].startswith("-"):
        overview = _overview()
        overview.parse_args(arguments)
        overview.print_help()
        return 0 if arguments else 2
    command = discovery.load("commands", arguments[0])
    parser = argparse.ArgumentParser(
        prog=f"clusterkg {arguments[0]}", description=command.__doc__, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    command.register(parser)
    code: int = command.run(parser.parse_intermixed_args(arguments[1:]))
    sys.stdout.flush()
    return code


def _overview() -> argparse.ArgumentParser:
    lines = [f"  {name:<16} {discovery.summary('commands', name)}"
             for name in discovery.names("commands")]
    parser = argparse.ArgumentParser(
        prog="clusterkg", usage="clusterkg COMMAND [ARGUMENT...]",
        description="Build, check, ask and explain an evidence-based knowledge graph.",
        epilog="commands:\n" + "\n".join(lines) + f"\n\n{_EPILOG}",
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--version", action="version", version=f"clusterkg {__version__}")
    return parser
