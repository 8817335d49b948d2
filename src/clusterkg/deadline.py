"""End the process in time: the embedded engine neither stops a query nor listens to Ctrl-C.

It does let other threads run, so a watching thread ends the process when the time is up, or when
it was told to end and does not. Whoever ends it tidies up before (`files.tidied`).
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from clusterkg import spill
from clusterkg.errors import RefusedError, quoted
from clusterkg.files import tidy_up

# Seconds until the watching thread ends a process that was told to: one that has not heard of it,
# since an engine is at work, and one that is ending.
_GRACE, _PATIENCE = 1.0, 5.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
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
    """End the process with exit code 4 when the block takes longer, and in order when told to.

    Ctrl-C and a signal to end raise `Interrupted`, the second one ends the process at once.
    """
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


class Interrupted(KeyboardInterrupt):
    """Somebody ends the process by a signal, whose number this is raised with."""


def _end(message: str, exit_code: int) -> None:
    if not _ENDING.acquire(blocking=False):
        threading.Event().wait(_PATIENCE)
        os._exit(exit_code)
    # An alarm amid a write of its own thread is a RuntimeError.
    with suppress(OSError, ValueError, RuntimeError):
        sys.stdout.flush()
    tidy_up(_PATIENCE)
    spill.leave()
    if message:
        with suppress(OSError, ValueError):
            print(message, file=sys.stderr, flush=True)
    os._exit(exit_code)


class _Interruption:
    """What was heard of signals within a block."""

    def __init__(self) -> None:
        self.heard = threading.Event()
        self.number = 0

    def hear(self, number: int, _: object) -> None:
        """Raise the first; what comes later must not break into tidying up."""
        if not self.heard.is_set():
            self.heard.set()
            self.number = number
            raise Interrupted(number)

    def watch(self, reader: int) -> None:
        """Have the process end in time after the first signal, at once after the second."""
        told = False
        while received := os.read(reader, 1):
            if received[0] in _SIGNALS:
                code = 128 + received[0]
                if told:
                    _end("", code)
                told = True
                threading.Thread(target=self._wait, args=(code,), daemon=True).start()
        os.close(reader)

    def _wait(self, code: int) -> None:
        if self.heard.wait(_GRACE):
            threading.Event().wait(_PATIENCE)
        _end("", code)


@contextmanager
def _interruptible() -> Iterator[None]:
    if not _in_main_thread():
        yield
        return
    # The C-level handler writes the signal's number here at once, even while the main thread is
    # inside the engine and Python's own handler has to wait.
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    interruption = _Interruption()
    threading.Thread(target=interruption.watch, args=(reader,), daemon=True).start()
    before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    # What is ignored, as by a shell for what runs in the background, stays so.
    handlers = {number: signal.signal(number, interruption.hear) for number in _SIGNALS
                if signal.getsignal(number) is not signal.SIG_IGN}
    try:
        yield
    except Exception as error:
        if interruption.number:  # engines say it in their own ways
            raise Interrupted(interruption.number) from error
        raise
    finally:
        if not interruption.number:  # else the process ends, and nothing may break into that
            for number, handler in handlers.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(before)
            os.close(writer)
