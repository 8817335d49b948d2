"""How many executors there should be for what runs, and who makes room where others wait.

Two answer at a time. A job over a third of a second is soon slow: one more executor stands in for
its own, up to four in all. What is on its way to its client, at its client's pace, takes a seat of
its own, and so does a write. So neither long questions, nor readers who do not read, nor writers
stop what is answered at once.
"""

from collections.abc import Collection, Iterable

from clusterkg.server.job import Job

USUAL = 2  # executors at rest
_MOST, _SEATS = 4, 8  # executors with slow jobs; and beside them for answers on their way
_STUCK = 2.0  # seconds in which a client takes nothing: its seat goes to others first


def wanted(jobs: Collection[Job], *, writes: bool) -> int:
    """Give how many executors there should be; `writes`: somebody waits to write."""
    lasting = sum(job.is_lasting and not (job.is_sending or job.limit.spared) for job in jobs)
    writing = writes or any(job.limit.spared for job in jobs)
    return min(_MOST, USUAL + lasting) + min(_SEATS, len(_sending(jobs))) + writing


def barred(jobs: Iterable[Job]) -> Collection[str]:
    """Name the kinds that may not take the last executor: many take their time to read such."""
    read = [job.limit.kind for job in jobs if job.is_read_slowly]
    return frozenset(read) if len(read) * 2 >= _SEATS else ()


def given_up(jobs: Collection[Job]) -> list[Job]:
    """Choose what is ended where somebody waits: readers without a seat, else one slow job."""
    sending = _sending(jobs)
    over = len(sending) - _SEATS
    if over > 0:
        slowly = [job for job in sending if job.is_read_slowly or job.is_slow]
        return sorted(slowly, key=_hold)[:over]
    working = [job for job in jobs if not (job.is_sending or job.limit.spared)]
    if len(working) < _MOST or not all(job.is_slow for job in working):
        return []
    chosen = max(working, key=lambda job: (not job.has_begun, job.started))
    return [] if any(job.ended for job in working) else [chosen]


def _sending(jobs: Iterable[Job]) -> list[Job]:
    return [job for job in jobs if job.is_sending and not (job.ended or job.limit.spared)]


def _hold(job: Job) -> tuple[bool, float]:
    """Rank readers: first those that are stuck, longest first; then the last that came."""
    is_stuck = job.stalled > _STUCK
    return not is_stuck, -job.stalled if is_stuck else -job.started
