"""What `clusterkg serve` starts: one front in this process, or several below it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from types import FrameType

from clusterkg import output, source
from clusterkg.server import front, listener, metric
from clusterkg.server.child import Ready
from clusterkg.server.front import Orders
from clusterkg.server.option import Options, address

_TICK = 0.1
_AGAIN = 1.0  # seconds: a front that ends sooner is started again no sooner
_GRACE = 5.0  # seconds that fronts may take to end, beyond what they give to requests
# What is freed is soon wanted again: glibc then keeps more of it at hand. Measured: 12 to 18 % of a
# front's time with small queries. Other systems do not read it.
_ALLOCATOR = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=1000"}
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_ANYWHERE = ("0.0.0.0", "::", "")


def run(options: Options) -> None:
    """Serve until a signal comes.

    Raises UnreadableError where nothing is built, RefusedError where the port is taken.
    """
    # The command line ends a process soon after Ctrl-C; a server ends on its own.
    signal.set_wakeup_fd(-1)
    if not options.settings.endpoint:
        source.version_of(Path(options.settings.snapshot))
    alone = options.settings.processes == 1
    with (listener.alone if alone else listener.reserved)(options.host, options.port) as taken, \
            tempfile.TemporaryDirectory(
                prefix="clusterkg-", ignore_cleanup_errors=True) as aside:
        orders = _orders(options, taken.getsockname()[1], Path(aside))
        if not options.settings.base and options.host in _ANYWHERE:
            output.say("links will lead to this address; say with --base-url how others reach it: "
                       + orders.settings.base)
        if alone:
            front.serve(orders, taken, lambda ready: _say(orders, ready))
        else:
            Supervisor(orders).run()


class Supervisor:
    """Start fronts, start again what dies, pass signals on; do nothing else."""

    def __init__(self, orders: Orders):
        """Take what every front is told."""
        self._orders = orders
        self._fronts: dict[int, tuple[subprocess.Popen[bytes], float]] = {}
        self._signals = 0
        self._told = threading.Event()

    def run(self) -> None:
        """Keep the fronts running until a signal comes, then see all of them end."""
        before = {number: signal.signal(number, self._stop) for number in _SIGNALS}
        try:
            while not self._signals:
                self._keep()
                sleep(_TICK)
            self._end()
        finally:
            for front_process, _ in self._fronts.values():
                front_process.kill()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _keep(self) -> None:
        for number in range(self._orders.settings.processes):
            process, since = self._fronts.get(number, (None, 0.0))
            dead = process is None or process.poll() is not None
            if dead and monotonic() - since > _AGAIN:
                self._fronts[number] = self._started(number), monotonic()

    def _started(self, row: int) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "clusterkg.server.front"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, start_new_session=os.name == "posix",
            env={**_ALLOCATOR, **os.environ})
        assert process.stdin
        process.stdin.write(replace(self._orders, row=row).text().encode() + b"\n")
        process.stdin.flush()
        threading.Thread(target=self._listen, args=(process,), daemon=True).start()
        return process

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Say once that the server is ready."""
        assert process.stdout
        line = process.stdout.readline()
        if line and not self._told.is_set():
            self._told.set()
            _say(self._orders, Ready(**json.loads(line)))

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1

    def _end(self) -> None:
        """Pass on as many signals as come, until all have ended or the time is up."""
        ends, passed = monotonic() + self._orders.settings.timeout + _GRACE, 0
        while monotonic() < ends and (alive := self._alive()):
            if passed < self._signals:
                passed += 1
                for process in alive:
                    process.terminate()
            sleep(_TICK)

    def _alive(self) -> list[subprocess.Popen[bytes]]:
        return [process for process, _ in self._fronts.values() if process.poll() is None]


def _orders(options: Options, port: int, aside: Path) -> Orders:
    """Fill in what is known once the port is taken."""
    settings = options.settings
    settings = replace(settings, base=settings.base or address(options.host, port))
    metrics = aside / "metrics"
    metric.laid_out(metrics, settings.processes)
    return Orders(settings, options.host, port, str(options.token_file or ""), str(metrics))


def _say(orders: Orders, ready: Ready) -> None:
    settings = orders.settings
    what = settings.endpoint or f"{settings.snapshot} (version {ready.version}, " \
                                f"{ready.questions} questions)"
    output.say(f"serving {what} at {address(orders.host, orders.port)}/")
