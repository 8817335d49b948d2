"""Who waits for an executor, and who is next: whoever asks much stops none of the others."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from time import monotonic

from clusterkg.server.job import Job, Limit, crowded, written_to
from clusterkg.web.problem import Problem


@dataclass(frozen=True, eq=False)
class Waiting:
    """A request that waits, until when."""

    limit: Limit
    place: asyncio.Future[Job]
    ends: float


class Line:
    """Let so many wait, for so many seconds."""

    def __init__(self, most: int, seconds: float):
        """Begin with nobody."""
        self._most, self._seconds = most, seconds
        self._waiting: list[Waiting] = []  # the first that came stands first

    def __len__(self) -> int:
        """Count those who wait."""
        return len(self._waiting)

    @property
    def writes(self) -> bool:
        """Tell whether somebody waits to write."""
        return any(each.limit.spared for each in self._waiting)

    @property
    def reads(self) -> bool:
        """Tell whether somebody waits to read."""
        return any(not each.limit.spared for each in self._waiting)

    def join(self, limit: Limit) -> Waiting:
        """Give a place, to be awaited; raise Problem 429 where nobody may wait any more."""
        if len(self._waiting) >= self._most:
            self._displace(limit)
        last = Waiting(limit, asyncio.get_running_loop().create_future(),
                       monotonic() + self._seconds)
        self._waiting.append(last)
        return last

    def leave(self, gone: Waiting) -> None:
        """Forget somebody who waits no more."""
        self._waiting = [each for each in self._waiting if each is not gone]

    def next(self, running: Collection[Limit], barred: Collection[str]) -> Waiting | None:
        """Take whoever has the fewest running of its kind, then of its client, then came first.

        Of writers one runs at a time. Of a kind that is barred nobody is taken.
        """
        kinds = Counter(limit.kind for limit in running)
        clients = Counter(limit.client for limit in running)
        is_written = any(limit.spared for limit in running)
        chosen = min((each for each in self._waiting if each.limit.kind not in barred
                      and not (is_written and each.limit.spared)),
                     key=lambda each: (kinds[each.limit.kind], clients[each.limit.client]),
                     default=None)
        if chosen:
            self.leave(chosen)
        return chosen

    def turn_away(self, now: float, why: Problem | None = None) -> None:
        """Tell those who have waited until their time was up."""
        self._refuse([each for each in self._waiting if each.ends < now], why)

    def _displace(self, limit: Limit) -> None:
        """Make room at the cost of whoever has most waiting; raise Problem where that is this."""
        lanes = Counter(_lane(each.limit) for each in self._waiting)
        longest, most = max(lanes.items(), key=lambda lane: lane[1], default=(None, 0))
        if most <= lanes[_lane(limit)] + 1:
            raise crowded()
        self._refuse([each for each in self._waiting if _lane(each.limit) == longest][-1:])

    def _refuse(self, some: Iterable[Waiting], why: Problem | None = None) -> None:
        for each in some:
            self.leave(each)
            if not each.place.done():
                each.place.set_exception(
                    why or (written_to() if each.limit.spared else crowded()))


def _lane(limit: Limit) -> tuple[str, str]:
    return limit.kind, limit.client
