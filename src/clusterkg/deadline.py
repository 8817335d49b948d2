"""End the process in time: the embedded engine neither stops a query nor listens to Ctrl-C.

It does let other threads run, so a watching thread ends the process when the time is up.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from clusterkg.errors import RefusedError, quoted
from clusterkg.files import discard_unfinished

# What an orderly end on Ctrl-C may take before the process is ended from the watching thread.
_GRACE = 1.0
# Held by whoever ends the process: the watching thread and the alarm may come at one time.
_ENDING = threading.Lock()


def add_argument(parser: argparse.ArgumentParser) -> None:
    """Declare --timeout, in seconds; the command line ends a command that takes longer."""
    parser.add_argument("--timeout", type=seconds, metavar="S",
                        help="give up after S seconds (exit code 4)")


def seconds(text: str) -> float:
    """Read a time limit; raise ArgumentTypeError for what is none."""
    try:
        found = float(text)
    except ValueError:
        found = 0
    if not 0 < found < 1e6:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is not a number of seconds above 0")
    return found


@contextmanager
def ending(seconds: float | None) -> Iterator[None]:
    """End the process with exit code 4 when the block takes longer, and with 130 on Ctrl-C."""
    message = f"clusterkg: stopped after {seconds:g} s; ask for less, or raise --timeout" \
        if seconds else ""
    code = RefusedError.exit_code
    with _interruptible(), expiring(seconds, message, code), _alarmed(seconds, message, code):
        yield


@contextmanager
def expiring(seconds: float | None, message: str, exit_code: int) -> Iterator[None]:
    """Print `message` and end the process with `exit_code` when the block takes longer."""
    if seconds is None:
        yield
        return
    timer = threading.Timer(seconds, _end, (message, exit_code))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _alarmed(seconds: float | None, message: str, exit_code: int) -> Iterator[None]:
    """Do the same where Python itself is busy, as in a regular expression: it hears signals."""
    if seconds is None or not hasattr(signal, "SIGALRM") or not _in_main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, lambda *_: _end(message, exit_code))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _end(message: str, exit_code: int) -> None:
    if not _ENDING.acquire(blocking=False):
        threading.Event().wait(_GRACE)
        os._exit(exit_code)
    # An alarm amid a write of its own thread is a RuntimeError.
    with suppress(OSError, ValueError, RuntimeError):
        sys.stdout.flush()
    with suppress(OSError):
        discard_unfinished()
    with suppress(OSError, ValueError):
        print(message, file=sys.stderr, flush=True)
    os._exit(exit_code)


@contextmanager
def _interruptible() -> Iterator[None]:
    if not _in_main_thread():
        yield
        return
    # The C-level handler writes the signal's number here at once, even while the main thread is
    # inside the engine and Python's own handler has to wait.
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(reader,), daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(writer)


def _watch(reader: int) -> None:
    while received := os.read(reader, 1):
        if received[0] == signal.SIGINT:
            threading.Event().wait(_GRACE)
            discard_unfinished()
            os._exit(128 + signal.SIGINT)
    os.close(reader)
