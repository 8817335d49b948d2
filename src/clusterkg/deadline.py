"""End the process in time: the embedded engine neither stops a query nor listens to Ctrl-C.

It does let other threads run, so a watching thread ends the process when the time is up.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from clusterkg.errors import RefusedError
from clusterkg.files import discard_unfinished

# What an orderly end on Ctrl-C may take before the process is ended from the watching thread.
_GRACE = 1.0


@contextmanager
def ending(seconds: float | None) -> Iterator[None]:
    """End the process with exit code 4 when the block takes longer, and with 130 on Ctrl-C."""
    message = f"clusterkg: stopped after {seconds:g} s; ask for less, or raise --timeout" \
        if seconds else ""
    with _interruptible(), expiring(seconds, message, RefusedError.exit_code):
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


def _end(message: str, exit_code: int) -> None:
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    with suppress(OSError):
        discard_unfinished()
    with suppress(OSError, ValueError):
        print(message, file=sys.stderr, flush=True)
    os._exit(exit_code)


@contextmanager
def _interruptible() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
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
