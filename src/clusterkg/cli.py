"""The command line: finds the command, runs it, and turns every end into one line and an exit code.

0 ok, 1 a negative finding, 2 wrong usage, 3 unreadable input, 4 timeout or refused, 5 internal.
"""

import argparse
import os
import re
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from clusterkg import __version__, allowance, deadline, discovery
from clusterkg.errors import ClusterkgError, RefusedError, UsageError, shortened

_EPILOG = ("exit codes: 0 ok, 1 negative finding, 2 usage, 3 unreadable input, "
           "4 timeout or refused, 5 internal")


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; never let a traceback reach the user."""
    try:
        return _dispatch(list(arguments))
    except ClusterkgError as error:
        return _said(str(error), error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt as error:
        return 128 + (error.args[0] if error.args else signal.SIGINT)
    except Exception as error:  # the last line of defence: a bug is named, not dumped
        if os.environ.get("CLUSTERKG_TRACEBACK"):
            raise
        return _unexpected(error)


def _unexpected(error: Exception) -> int:
    if allowance.is_short(error):
        return _short(error)
    return _said(f"internal error: {type(error).__name__}: {error}"[:500] + "; set "
                 "CLUSTERKG_TRACEBACK=1 to see where, and report it", ClusterkgError.exit_code)


def _short(error: Exception) -> int:
    """Say it without loading anything more: what is loaded may be what there was no memory for."""
    said = f"not enough memory: {type(error).__name__}; close other programs, or ask for less"
    try:
        allowance.to_open()
    except RefusedError as refused:
        said = str(refused)
    print(f"clusterkg: {said}", file=sys.stderr)
    return RefusedError.exit_code


def _said(message: str, code: int) -> int:
    from clusterkg.caption import printable  # the engine's terms load with it

    if sys.stderr is not None:
        print(f"clusterkg: {printable(' '.join(message.split()))}", file=sys.stderr)
    return code


def _dispatch(arguments: list[str]) -> int:
    if sys.stdout is None or sys.stderr is None:
        raise RefusedError("standard output or standard error is closed; leave both open")
    if not arguments or arguments[0].startswith("-"):
        overview = _overview()
        overview.parse_args(arguments)
        overview.print_help()
        return 0 if arguments else 2
    command = discovery.load("commands", arguments[0])
    parser = _Parser(
        prog=f"clusterkg {arguments[0]}", description=command.__doc__, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    command.register(parser)
    # What stands behind `--` is no option, which is forgotten where arguments may be mixed.
    parse = parser.parse_args if "--" in arguments else parser.parse_intermixed_args
    given = parse(arguments[1:])
    with deadline.ending(getattr(given, "timeout", None)):
        code: int = command.run(given)
        sys.stdout.flush()
    return code


class _Parser(argparse.ArgumentParser):
    """Say in one line what is wrong with the arguments."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError in place of printing the usage."""
        message = re.sub(r"\S{200,}", lambda run: shortened(run[0]), message)
        raise UsageError(f"{message}; see `{self.prog} --help`")


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
