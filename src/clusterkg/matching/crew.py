"""Many names held against a large graph by several processes at once.

Each opens the version by itself, and takes parts of the labels, then some of the names. What is
found does not depend on how many there are.
"""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path

from clusterkg.matching import proposal, sweep
from clusterkg.matching.asking import Asked
from clusterkg.matching.proposal import Candidate, Ground
from clusterkg.matching.sweep import Found, Kept, Sweep
from clusterkg.matching.vocabulary import terms

_MANY = 200_000  # labels, from which on it is worth while to begin processes
_MOST = 4  # processes
_NAMES = 2_500  # that are weighed at a time
Told = tuple[str, str, str]  # name, code, place


def propose(told: Sequence[Told], ground: Ground) -> list[list[Candidate]]:
    """Give the candidates of each name, the best first."""
    workers = _workers()
    if ground.index.total < _MANY or workers == 1:
        return _alone(told, ground)
    with _crew(told, ground, workers) as pool:
        starts = range(0, ground.index.total, sweep.PART)
        kept = sweep.merged(pool.map(_swept, starts), len(told), ground.index)
        batches = [(start, kept[start:start + _NAMES]) for start in range(0, len(told), _NAMES)]
        return [some for batch in pool.map(_weighed, batches) for some in batch]


def _workers() -> int:
    """Give how many processes may run at once here."""
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(here or 1, _MOST)


def _alone(told: Sequence[Told], ground: Ground) -> list[list[Candidate]]:
    asked = [ground.asked(*one) for one in told]
    (among, *_) = terms("among")
    found = Sweep(asked, ground.places).over(ground.index, ground.reader, among)
    return proposal.weigh(asked, found, ground)


class _Worker:
    """What a process holds: the graph, and all names in parts."""

    def __init__(self, version: Path, told: Sequence[Told]):
        self.ground = Ground.at(version)
        self.asked: Sequence[Asked] = [self.ground.asked(*one) for one in told]
        self.sweep = Sweep(self.asked, self.ground.places)


_begun: list[_Worker] = []  # the one of this process, if it is of a crew


@contextmanager
def _crew(told: Sequence[Told], ground: Ground, workers: int) -> Iterator[ProcessPoolExecutor]:
    # A fork would take over files and threads that are in use.
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin,
                             (ground.index.path.parent, told)) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in active_children():
                child.terminate()  # nobody waits for what they are at
            raise


def _begin(version: Path, told: Sequence[Told]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that began this one
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _begun.append(_Worker(version, told))


def _end_with_parent() -> None:
    """End this process when the one that began it was killed, which tells it nothing."""
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _swept(after: int) -> Found:
    worker = _begun[0]
    (among, *_) = terms("among")
    return worker.sweep.part(worker.ground.index, worker.ground.reader, among, after)


def _weighed(batch: tuple[int, Sequence[Kept]]) -> list[list[Candidate]]:
    worker, (start, kept) = _begun[0], batch
    return proposal.weigh(worker.asked[start:start + len(kept)], kept, worker.ground)
