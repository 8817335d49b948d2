"""The executors of one front: who gets one, who waits, who is told to come back, who is killed.

Two answer at a time. A job over a second is slow: it lets others go first, one more executor stands
in for its own, up to four in all, and its executor is not used again. What is only being read by
its client takes no place, as long as there are at most four such.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Coroutine
from contextlib import suppress
from time import monotonic

from clusterkg.server import job as jobs
from clusterkg.server.child import Child, Ready
from clusterkg.server.fork import Nursery
from clusterkg.server.frame import Kind
from clusterkg.server.job import Head, Job, Limit
from clusterkg.web.message import Request
from clusterkg.web.problem import Problem

_USUAL, _MOST, _READ = 2, 4, 4  # executors: at rest, with slow jobs, and beside them for readers
_TICK = 0.1  # seconds between two looks at what runs
_START_SECONDS = 60
_AGAIN = 1.0  # seconds after which an executor that did not start is tried again
_log = logging.getLogger(__name__)


class Pool:
    """Run requests in executors; `start` it within the loop that uses it."""

    def __init__(self, settings: str, version: str, *, queue: int, seconds: float):
        """Let `queue` requests wait, so many seconds; `settings` are a World's, as JSON."""
        self._settings, self._version = settings, version
        self._queue, self._seconds = queue, seconds
        self._nursery = Nursery()
        self._idle: list[Child] = []
        self._jobs: set[Job] = set()
        self._waiting: deque[tuple[asyncio.Future[Child], float]] = deque()
        self._children: set[Child] = set()
        self._starting = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closed = False
        self.ready: Ready | None = None  # what the last executor said that opened a version

    def start(self) -> None:
        """Start the executors; they are ready a moment later."""
        self._spawn(self._watch())
        self._fill()

    async def run(self, request: Request, limit: Limit) -> AsyncGenerator[Head | bytes]:
        """Give the head of the answer, then its body; whoever stops reading ends the job.

        Only the target of the request counts, not its path and query. Raises Problem: 429 where
        nobody may wait any more, 503 when the time is up, 422 when the memory is. What is raised
        after the head means that the body is not whole. A read whose executor ended at once is
        asked once more: most likely it had been ended at rest.
        """
        is_repeated = False
        while True:
            job = await self._begun(request, limit)
            try:
                async for piece in self._pieces(job):
                    job.pause()
                    yield piece
                    job.go_on()
                return
            except Problem:
                if is_repeated or not job.is_lost:
                    raise
                is_repeated = True
            finally:
                if job.is_over:
                    self._done(job)
                else:
                    job.abandon()
                    self._spawn(self._drain(job))
            await asyncio.sleep(_TICK)  # whatever ended that executor may end others

    def switch(self, version: str) -> None:
        """Answer from another version from now on; what runs ends on its own."""
        if version != self._version:
            self._version = version
            self._spawn(self._renew())

    def kill(self) -> None:
        """End every executor at once, whatever it does; start no other."""
        self._is_closed = True
        for child in self._children:
            child.kill()
        self._nursery.close()

    async def close(self) -> None:
        """End every executor and wait for their ends."""
        self.kill()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(child.gone() for child in self._children))

    @property
    def load(self) -> tuple[int, int, int, int]:
        """Count jobs that run, those of them that are slow, requests that wait, executors."""
        return (len(self._jobs), sum(job.is_slow for job in self._jobs), len(self._waiting),
                len(self._children))

    # How a request gets an executor

    async def _begun(self, request: Request, limit: Limit) -> Job:
        job = Job(await self._free_child(), limit)
        self._jobs.add(job)
        job.child.version = self._version
        job.child.send(jobs.described(request, self._version))
        return job

    async def _free_child(self) -> Child:
        while self._idle and not self._waiting:
            if (child := self._idle.pop()).is_usable:
                return child
            self._remove(child)
            self._fill()
        if len(self._waiting) >= self._queue:
            raise jobs.crowded()
        place: asyncio.Future[Child] = asyncio.get_running_loop().create_future()
        self._waiting.append((place, monotonic() + self._seconds))
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and not place.exception():
                self._offer(place.result())
            raise

    def _offer(self, child: Child) -> None:
        """Give an executor to whoever waits longest, else let it rest."""
        while self._waiting:
            place, _ = self._waiting.popleft()
            if not place.done():
                place.set_result(child)
                return
        self._idle.insert(0, child)
        if child.version != self._version:
            self._spawn(self._renew())

    # How a job is read, and what becomes of its executor

    async def _pieces(self, job: Job) -> AsyncGenerator[Head | bytes]:
        try:
            while True:
                kind, payload = await job.child.receive()
                if kind is Kind.HEAD:
                    job.has_begun = True
                    yield jobs.head(payload)
                elif kind is Kind.CHUNK:
                    yield payload
                else:
                    job.is_over = True
                    if kind is not Kind.END:
                        raise Problem(500, "internal", "the answer broke off; ask again")
                    return
        except (EOFError, ValueError):  # it is gone, or says what is no frame
            job.is_over = True
            job.child.kill()
            raise job.crashed() from None

    async def _drain(self, job: Job) -> None:
        try:
            with suppress(Problem):
                async for _ in self._pieces(job):
                    pass
        finally:
            self._done(job)

    def _done(self, job: Job) -> None:
        self._jobs.discard(job)
        child = job.child
        if child.is_usable:
            self._offer(child)
        else:
            self._remove(child)
            self._fill()

    def _remove(self, child: Child) -> None:
        child.kill()
        self._children.discard(child)
        self._spawn(child.gone())

    # How executors come and go

    def _fill(self) -> None:
        """Start as many as there should be."""
        lasting = sum(job.is_lasting and not job.has_begun for job in self._jobs)
        read = sum(job.is_lasting and job.has_begun for job in self._jobs)
        wanted = min(_MOST, _USUAL + lasting) + min(_READ, read)
        while not self._is_closed and len(self._children) + self._starting < wanted:
            self._starting += 1
            self._spawn(self._start())

    async def _start(self) -> None:
        try:
            child = Child(await self._nursery.executor())
        except OSError as error:  # no process, no pipe to be had
            await self._go_without(str(error))
            return
        finally:
            self._starting -= 1
        self._children.add(child)
        await self._opened(child, self._settings)

    async def _opened(self, child: Child, settings: str | None = None) -> None:
        """Have an executor open the version that answers; then it is free."""
        try:
            self.ready = await asyncio.wait_for(child.open(self._version, settings), _START_SECONDS)
            self._offer(child)
        except Exception as error:  # whatever it says: another is started
            self._remove(child)
            await self._go_without(str(error))

    async def _go_without(self, why: str) -> None:
        """Tell everybody who waits, where nobody is left to answer; try again in a moment."""
        _log.error("an executor does not start: %s", why or "it takes too long")
        if not any(child.is_ready for child in self._children):
            self.ready = None
            self._turn_away(float("inf"), _unready())
        await asyncio.sleep(_AGAIN)
        self._fill()

    async def _renew(self) -> None:
        """Have those that rest open the version that answers, one after the other."""
        while stale := [child for child in self._idle if child.version != self._version]:
            self._idle.remove(stale[0])
            await self._opened(stale[0])

    # What is looked at while jobs run

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            try:
                self._look()
            except Exception:  # without this no limit would hold any more
                _log.exception("what runs could not be looked at")

    def _look(self) -> None:
        for job in tuple(self._jobs):
            job.look()
        if self._jobs:
            self._make_room()
            self._fill()
        self._tidy()
        self._turn_away(monotonic(), jobs.crowded())

    def _tidy(self) -> None:
        """Replace those that died at rest; let those go that were only needed for a while."""
        for child in [child for child in self._idle if not child.is_usable]:
            self._idle.remove(child)
            self._remove(child)
            self._fill()
        if not self._jobs and len(self._idle) > _USUAL:
            self._remove(self._idle.pop(0))

    def _make_room(self) -> None:
        """Where somebody waits and all are slow, end the one that began last."""
        slow = [job for job in self._jobs if job.is_slow]
        is_full = len(slow) == len(self._jobs) >= _MOST and all(c.is_ready for c in self._children)
        if self._waiting and is_full and not any(job.ended for job in slow):
            chosen = jobs.dispensable(slow)
            if chosen:
                chosen.end(jobs.crowded())

    def _turn_away(self, now: float, why: Problem) -> None:
        """Tell those who have waited until their time was up."""
        while self._waiting and self._waiting[0][1] < now:
            place, _ = self._waiting.popleft()
            if not place.done():
                place.set_exception(why)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _unready() -> Problem:
    return Problem(503, "unreadable", "the graph cannot be read now; ask again later",
                   headers=(("Retry-After", "5"),))
