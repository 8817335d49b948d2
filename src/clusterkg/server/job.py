"""One request in one executor, with what ends it before its time."""

import asyncio
import json
from dataclasses import dataclass, field, replace
from time import monotonic

from clusterkg.server import frame
from clusterkg.server.child import Child
from clusterkg.server.frame import Kind
from clusterkg.web.message import Headers, Request
from clusterkg.web.problem import Problem

_LASTING, _SLOW = 0.3, 1.0  # seconds
_SENDING = 0.2  # seconds in which most are sent, and read, whole
_GRACE = 0.5  # seconds that a job may go on when nobody waits for it any more
_LONGEST = 60  # times its limit: what an answer may take to be read


@dataclass(frozen=True)
class Limit:
    """What a request may take: seconds of work, and bytes of memory (0: any).

    `spared`: a write, which is not ended for others' sake. `kind` of what is asked, and `client`,
    say with whom it has to share.
    """

    seconds: float
    memory: int = 0
    spared: bool = False
    kind: str = ""
    client: str = ""


@dataclass(frozen=True)
class Head:
    """The first part of an answer; its headers say its length where that is known."""

    status: int
    headers: Headers


@dataclass(eq=False)
class Job:
    """Count the time that an executor takes, but not what the client takes to read."""

    child: Child
    limit: Limit
    started: float = field(default_factory=monotonic)
    waited: float = 0.0  # seconds for the client
    paused: float | None = None  # since when it waits for the client
    has_begun: bool = False  # to send
    is_over: bool = False  # its executor has said all, or is gone
    ended: Problem | None = None  # why it was killed
    most: int = 0  # bytes that it was seen to take
    reader: asyncio.Task[object] | None = None  # what hands its answer on

    @property
    def stalled(self) -> float:
        """Give the seconds in which the client has taken nothing."""
        return 0.0 if self.paused is None else monotonic() - self.paused

    def seconds(self) -> float:
        """Give the seconds of work so far."""
        return monotonic() - self.started - self.waited - self.stalled

    @property
    def is_slow(self) -> bool:
        """Tell whether it has had more time than most ever need, and lets others go first."""
        return self.child.is_gentle

    @property
    def is_lasting(self) -> bool:
        """Tell whether it may become slow: by then another executor should stand in."""
        return self.seconds() > _LASTING or self.is_slow

    @property
    def is_sending(self) -> bool:
        """Tell whether its answer is on its way, and not at once there."""
        return self.has_begun and monotonic() - self.started > _SENDING

    @property
    def is_read_slowly(self) -> bool:
        """Tell whether its client takes longer to read than it takes to answer."""
        return self.is_sending and self.waited + self.stalled > max(_SENDING, self.seconds())

    @property
    def is_lost(self) -> bool:
        """Tell whether its executor ended by itself before it can have done anything."""
        return not (self.has_begun or self.ended or self.limit.spared) and \
            self.seconds() < _LASTING

    def pause(self) -> None:
        """Stop counting: the client reads."""
        self.paused = monotonic()

    def go_on(self) -> None:
        """Count again."""
        if self.paused is not None:
            self.waited += monotonic() - self.paused
            self.paused = None

    def abandon(self) -> None:
        """Let it end by itself within a moment: a killed executor has to be started anew.

        A write goes on: nobody can tell how far it is.
        """
        self.go_on()
        if not self.limit.spared:
            seconds = min(self.limit.seconds, self.seconds() + _GRACE)
            self.limit = replace(self.limit, seconds=seconds)

    def end(self, why: Problem) -> None:
        """Kill it, and wake what hands its answer on to a client that does not read."""
        if self.ended is None:
            self.ended = why
            self.child.kill()
            if self.paused is not None and self.reader:
                self.reader.cancel()

    def look(self) -> None:
        """End it where it is over its limits; let others go first where it has become slow."""
        seconds = self.seconds()
        self.most = max(self.most, self.child.memory())
        if seconds > self.limit.seconds or self._is_read_too_slowly():
            self.end(timed_out(self.limit.seconds))
        elif self.limit.memory and self.most > self.limit.memory:
            self.end(too_much(self.limit.memory))
        elif seconds > _SLOW and not self.child.is_gentle:
            self.child.be_gentle()

    def crashed(self) -> Problem:
        """Say why its executor is gone."""
        if self.limit.spared:
            return _unsure(self.ended)
        if self.ended is None and self.limit.memory and self.most > self.limit.memory * 0.8:
            return too_much(self.limit.memory)
        return self.ended or Problem(500, "internal", "the process that answered has ended; ask "
                                                      "again, or ask for less")

    def _is_read_too_slowly(self) -> bool:
        return monotonic() - self.started > _LONGEST * self.limit.seconds


def described(request: Request, version: str) -> bytes:
    """Write a request as frames for an executor."""
    said = {"version": version, "method": request.method, "target": request.target,
            "headers": dict(request.headers), "base": request.base, "writer": request.writer,
            "id": request.id}
    return b"".join([frame.packed(Kind.JOB, json.dumps(said).encode()),
                     *frame.chunks(request.body), frame.packed(Kind.END)])


def head(payload: bytes) -> Head:
    """Read the payload of a HEAD frame."""
    said = json.loads(payload)
    return Head(said["status"], tuple((name, value) for name, value in said["headers"]))


def timed_out(seconds: float) -> Problem:
    """Say that the time was up."""
    return Problem(503, "timeout", f"stopped after {seconds:g} s; ask for less: fewer patterns, "
                   "narrower ones, a LIMIT", headers=(("Retry-After", "30"),))


def too_much(memory: int) -> Problem:
    """Say that the memory was used up."""
    return Problem(422, "too-large", f"stopped: it took more than {memory // 2**20} MB of memory; "
                   "ask for less: no ORDER BY or GROUP BY over everything, a LIMIT")


def written_to() -> Problem:
    """Say that others have been writing all the time."""
    return Problem(503, "busy", "others are writing; write again in a moment",
                   headers=(("Retry-After", "5"),))


def crowded() -> Problem:
    """Say that all places are taken."""
    return Problem(429, "busy", "too much is asked at once; ask again in a moment",
                   headers=(("Retry-After", "1"),))


def _unsure(why: Problem | None) -> Problem:
    """Say that a write was cut off."""
    doubt = "the change may have been made or not: look before you send it again"
    if why is None:
        return Problem(500, "internal", f"the process that wrote has ended; {doubt}")
    return Problem(why.status, why.name, f"{why.detail}; {doubt}", headers=why.headers)
