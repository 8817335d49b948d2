"""Run a command on its own and say how long it took and how much memory it had at most.

The memory is that of all its processes; what they share counts once.
"""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

_LOOKS = 50  # turns of waiting between two looks at the memory of several processes


@dataclass(frozen=True)
class Measured:
    """What a command took: wall seconds, peak resident megabytes, and what it said of itself.

    `said` is the JSON object in the last line of its output; empty where there is none.
    """

    seconds: float
    peak: float
    said: dict[str, Any] = field(default_factory=dict)
    output: str = ""


class FailedError(Exception):
    """A command that ended with an error, or did not end in time."""


def run(command: Sequence[str | Path], timeout: float, ok: Sequence[int] = (0,)) -> Measured:
    """Run a command to its end; raise FailedError where it fails, naming its last words."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=err,
                                   env=_environment(), start_new_session=True)
        code, peak = _wait(process, timeout)
        seconds = perf_counter() - start
        output, errors = _text(out), _text(err)
    if code not in ok:
        said = (errors.strip() or output.strip() or "no word").splitlines()[-1]
        raise FailedError(f"exit code {code}: {said[:300]}")
    return Measured(seconds, peak, _json(output), output)


def _environment() -> dict[str, str]:
    """Let peers and tasks import what lies beside them, and nothing see a terminal's width."""
    found = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(found), "COLUMNS": "100"}


def _wait(process: subprocess.Popen[bytes], timeout: float) -> tuple[int, float]:
    """Wait for a process; give its exit code and the megabytes it had at most."""
    stop, held, turn = perf_counter() + timeout, 0.0, 0
    while perf_counter() < stop:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, max(held, usage.ru_maxrss / 1000)
        turn += 1
        held = max(held, _held(process.pid)) if turn % _LOOKS == 0 else held
        sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)  # of the session that was begun for it
    process.wait()
    raise FailedError(f"did not end within {timeout:g} s")


def _held(session: int) -> float:
    """Give the megabytes that the processes of a session hold, if there are several."""
    ours = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if file.read_text().rpartition(")")[2].split()[3] == str(session):
                ours.append(file.parent)
    return sum(map(_own, ours)) if len(ours) > 1 else 0.0


def _own(process: Path) -> float:
    with suppress(OSError):
        for line in (process / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1000
    return 0.0


def _text(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode(errors="replace"))


def _json(output: str) -> dict[str, Any]:
    lines = output.strip().splitlines()
    if not lines or not lines[-1].startswith("{"):
        return {}
    found = json.loads(lines[-1])
    return found if isinstance(found, dict) else {}
