"""The executors of one front: who gets one, who waits, who is told to come back, who is killed.

A job over a second is slow: it lets others go first, and its executor is not used again. `room`
says how many executors there are, `line` who is next.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine
from contextlib import suppress
from time import monotonic

from clusterkg.server import job as jobs
from clusterkg.server import room
from clusterkg.server.child import Child, Ready
from clusterkg.server.fork import Nursery
from clusterkg.server.frame import Kind
from clusterkg.server.job import Head, Job, Limit
from clusterkg.server.line import Line
from clusterkg.web.message import Request
from clusterkg.web.problem import Problem

_TICK = 0.1  # seconds between two looks at what runs
_START_SECONDS = 60
_AGAIN = 1.0  # seconds after which an executor that did not start is tried again
_ENDS = 4  # executors one after the other that end while they start: who waits goes on waiting
_log = logging.getLogger(__name__)


class Pool:
    """Run requests in executors; `start` it within the loop that uses it."""

    def __init__(self, settings: str, version: str, *, queue: int, seconds: float):
        """Let `queue` requests wait, so many seconds; `settings` are a World's, as JSON."""
        self._settings, self._version = settings, version
        self._line = Line(queue, seconds)
        self._nursery = Nursery()
        self._idle: list[Child] = []
        self._jobs: set[Job] = set()
        self._children: set[Child] = set()
        self._starting = 0
        self._ended = 0  # executors, since one was ready, that ended while they started
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
            except GeneratorExit:
                if job.ended:  # while its client did not read
                    raise job.ended from None
                raise
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
        return (len(self._jobs), sum(job.is_slow for job in self._jobs), len(self._line),
                len(self._children))

    # How a request gets an executor

    async def _begun(self, request: Request, limit: Limit) -> Job:
        job = await self._placed(limit)
        job.reader = asyncio.current_task()
        job.child.version = self._version
        job.child.send(jobs.described(request, self._version))
        return job

    async def _placed(self, limit: Limit) -> Job:
        waiting = self._line.join(limit)
        self._share_out()
        self._fill()
        try:
            return await waiting.place
        except asyncio.CancelledError:
            self._line.leave(waiting)
            place = waiting.place
            if place.done() and not place.cancelled() and not place.exception():
                self._done(place.result())
            raise

    def _offer(self, child: Child) -> None:
        """Let an executor rest, unless somebody waits for it."""
        self._idle.insert(0, child)
        self._share_out()
        if child in self._idle and child.version != self._version:
            self._spawn(self._renew())

    def _share_out(self) -> None:
        """Give executors to those who wait, as long as there are any."""
        self._tidy()
        while self._idle and len(self._line):
            barred = room.barred(self._jobs) if len(self._idle) == 1 else ()
            following = self._line.next([job.limit for job in self._jobs], barred)
            if following is None:
                return
            if not following.place.done():
                job = Job(self._idle.pop(), following.limit)
                self._jobs.add(job)
                following.place.set_result(job)

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
        while not self._is_closed and len(self._children) + self._starting < self._wanted():
            self._starting += 1
            self._spawn(self._start())

    def _wanted(self) -> int:
        return room.wanted(self._jobs, writes=self._line.writes)

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
            self._ended = 0
            self._offer(child)
        except EOFError:
            self._remove(child)
            self._ended += 1
            await self._go_without("it ended", is_last=self._ended > _ENDS)
        except Exception as error:  # whatever it says: another is started
            self._remove(child)
            await self._go_without(str(error))

    async def _go_without(self, why: str, *, is_last: bool = True) -> None:
        """Tell everybody who waits, where nobody is left to answer; try again in a moment."""
        _log.error("an executor does not start: %s", why or "it takes too long")
        if is_last and not any(child.is_ready for child in self._children):
            self.ready = None
            self._line.turn_away(float("inf"), _unready())
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
        self._share_out()
        if len(self._idle) > room.USUAL and len(self._children) > self._wanted():
            self._remove(self._idle.pop(0))
        self._line.turn_away(monotonic())

    def _tidy(self) -> None:
        """Replace those that died at rest."""
        for child in [child for child in self._idle if not child.is_usable]:
            self._idle.remove(child)
            self._remove(child)
            self._fill()

    def _make_room(self) -> None:
        """Where somebody waits, and no executor is about to be free, end what has to make room."""
        if self._line.reads and not self._starting and all(c.is_ready for c in self._children):
            for job in room.given_up(self._jobs):
                job.end(jobs.crowded())

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _unready() -> Problem:
    return Problem(503, "unreadable", "the graph cannot be read now; ask again later",
                   headers=(("Retry-After", "5"),))
