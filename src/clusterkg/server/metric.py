"""Numbers for Prometheus: each front counts in a row of its own, and any of them tells the sums.

The rows lie in a file that all fronts map, so that no request waits for another process.
"""

import mmap
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_STATUSES = (200, 201, 204, 303, 304, 400, 401, 403, 404, 405, 406, 408, 410, 413, 414, 415, 422,
             429, 431, 499, 500, 503, 0)  # 0: any other
_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_STATUS = {status: place for place, status in enumerate(_STATUSES)}
_TIMES = len(_STATUSES)  # where the histogram begins; one more than the bounds: above all of them
_SECONDS = _TIMES + len(_BOUNDS) + 1  # microseconds in all
_BYTES, _RUNNING, _SLOW, _WAITING, _EXECUTORS = range(_SECONDS + 1, _SECONDS + 6)
_WIDTH = _EXECUTORS + 1
_WORD = 8  # bytes
_GAUGES = ((_RUNNING, "clusterkg_jobs_running", "Requests that executors answer now."),
           (_SLOW, "clusterkg_jobs_slow", "Those of them that take more than a second."),
           (_WAITING, "clusterkg_jobs_waiting", "Requests that wait for an executor."),
           (_EXECUTORS, "clusterkg_executors", "Processes that answer."))


def laid_out(path: Path, fronts: int) -> None:
    """Make the file that so many fronts count in."""
    path.write_bytes(bytes(fronts * _WIDTH * _WORD))


class Metric:
    """Count in one row, tell the sums of all."""

    def __init__(self, path: Path | None = None, row: int = 0):
        """Count in a row of a file, or for this process alone."""
        if path is None:
            self._all = memoryview(bytearray(_WIDTH * _WORD)).cast("Q")
        else:
            with path.open("r+b") as file:
                self._all = memoryview(mmap.mmap(file.fileno(), 0)).cast("Q")
        self._own = self._all[row * _WIDTH:(row + 1) * _WIDTH]

    def count(self, status: int, size: int, seconds: float) -> None:
        """Count a request that was answered."""
        own = self._own
        own[_STATUS.get(status, _TIMES - 1)] += 1
        own[_TIMES + bisect_left(_BOUNDS, seconds)] += 1
        own[_SECONDS] += int(seconds * 1e6)
        own[_BYTES] += size

    def load(self, *numbers: int) -> None:
        """Say what goes on now: jobs that run, that are slow, that wait; executors."""
        for place, number in zip(range(_RUNNING, _WIDTH), numbers, strict=True):
            self._own[place] = number

    def text(self, version: str) -> bytes:
        """Write all numbers, as Prometheus reads them."""
        return ("\n".join(self._lines(version)) + "\n").encode()

    def _sum(self, place: int) -> int:
        return sum(self._all[place::_WIDTH])

    def _lines(self, version: str) -> Iterator[str]:
        yield from _headed("clusterkg_requests_total", "counter", "Requests answered, by status.")
        for status, place in _STATUS.items():
            if found := self._sum(place):
                yield f'clusterkg_requests_total{{status="{status or "other"}"}} {found}'
        yield from self._histogram()
        yield from _headed("clusterkg_response_bytes_total", "counter", "Bytes of answers.")
        yield f"clusterkg_response_bytes_total {self._sum(_BYTES)}"
        for place, name, said in _GAUGES:
            yield from _headed(name, "gauge", said)
            yield f"{name} {self._sum(place)}"
        yield from _headed("clusterkg_version", "gauge", "The version that answers.")
        yield f"clusterkg_version {version or 0}"

    def _histogram(self) -> Iterator[str]:
        name = "clusterkg_request_seconds"
        yield from _headed(name, "histogram", "Seconds from a request's head to its answer's end.")
        total = 0
        for place, bound in enumerate(_BOUNDS):
            total += self._sum(_TIMES + place)
            yield f'{name}_bucket{{le="{bound:g}"}} {total}'
        total += self._sum(_TIMES + len(_BOUNDS))
        yield f'{name}_bucket{{le="+Inf"}} {total}'
        yield f"{name}_sum {self._sum(_SECONDS) / 1e6:.6f}"
        yield f"{name}_count {total}"


def _headed(name: str, kind: str, said: str) -> Iterator[str]:
    yield f"# HELP {name} {said}"
    yield f"# TYPE {name} {kind}"
