"""The short road: small queries answered within the front, byte for byte as an executor would.

What is not surely small, or not surely the same, goes the long road. A query that takes longer than
any small one should switches its shape off for a while.
"""

import logging
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from time import monotonic, thread_time, time
from typing import NamedTuple

import pyoxigraph as ox

from clusterkg import evaluation, world
from clusterkg.server import head, solution
from clusterkg.server.bounded import MOST, Bounded, bounded
from clusterkg.server.cache import Cache
from clusterkg.server.log import Entry
from clusterkg.server.told import Told
from clusterkg.server.watch import Watch
from clusterkg.store import Store
from clusterkg.web import condition, negotiation
from clusterkg.web.negotiation import Format
from clusterkg.web.problem import Problem
from clusterkg.world import Settings

_BEFORE = b"/sparql?query="
_CACHE = 64_000_000  # bytes, of all fronts
_LONGEST = 65536  # bytes of an answer: from there on executors send it in pieces
_WORK, _WAIT = 0.05, 0.5  # seconds of the processor, and in all: what no small query takes
_OFF = 60.0  # seconds for which its shape is then off
_log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """What is the same whenever it is given: a head up to the request's id, the rest, the text."""

    head: bytes
    rest: bytes
    body: int  # bytes of it
    text: str

    @property
    def size(self) -> int:
        """Give about the bytes that it takes."""
        return len(self.head) + len(self.rest) + len(self.text)


class Opened(NamedTuple):
    """One version: its checksum, its store, and what was answered from it."""

    version: str
    checksum: str
    store: Store
    cache: Cache[Answer]


class Shortcut:
    """Answer by the version of the moment; an `application.Shortcut`."""

    def __init__(self, settings: Settings, watch: Watch, told: Told,
                 always: Callable[[], head.Headers]):
        """Take what the front works with; `always` gives the headers of every answer."""
        self._settings, self._watch, self._told = settings, watch, told
        self._beginning = head.Beginning(always)
        self._opened: Opened | None = None
        self._failed, self._again = "", 0.0  # the version that cannot be opened, until it is tried
        self._opening: Future[Opened] | None = None
        self._thread = ThreadPoolExecutor(1)
        self._off: dict[str, float] = {}
        self._current()

    def answer(self, target: bytes, accept: bytes, client: str) -> bytes | None:
        """Give the whole HTTP response to a GET, which is then counted and written down."""
        began, opened = monotonic(), self._current()
        if opened is None:
            return None
        key = target + b" " + accept
        found = opened.cache.find(key)
        if found is None:
            found = self._found(opened, target, accept)
            if found is None:
                return None
            opened.cache.keep(key, found)
        known = secrets.token_hex(8)
        self._told.of(Entry(time(), known, "GET", "/sparql", 200, found.body, monotonic() - began,
                            client, found.text))
        return b"".join((self._beginning.written(), found.head, known.encode(), found.rest))

    # Which version

    def _current(self) -> Opened | None:
        """Give the version that answers now; None until it is open."""
        self._watch.look(now=self._settings.is_writable)
        version, opened = self._watch.version, self._opened
        if opened is not None and opened.version == version:
            return opened
        self._renew(version)
        return None

    def _renew(self, version: str) -> None:
        """Take a version that has been opened; else begin to open the one that is wanted."""
        if self._opening is None:
            if version != self._failed or monotonic() > self._again:
                self._opened, self._failed = None, version
                self._opening = self._thread.submit(self._open, version)
        elif self._opening.done():
            try:
                self._opened = self._opening.result()
            except Exception as error:  # executors say what is wrong, if it is
                self._again = monotonic() + _OFF
                _log.warning("small queries go the long road for %.0f s: %s", _OFF, error)
            self._opening = None

    def _open(self, version: str) -> Opened:
        """Open a version beside what goes on meanwhile."""
        built = Path(version)
        return Opened(version, world.checksum(built), Store.open(built / "store"),
                      Cache(_CACHE // self._settings.processes))

    # What it answers

    def _found(self, opened: Opened, target: bytes, accept: bytes) -> Answer | None:
        text = asked(target)
        query = bounded(text) if text is not None else None
        if text is None or query is None or not self._is_on(query.shape) \
                or evaluation.is_volatile(text):
            return None
        chosen = _chosen(accept, query.shape.startswith("ASK"))
        body = self._timed(query, opened.store.raw, chosen) if chosen else None
        if chosen is None or body is None or len(body) >= min(_LONGEST, self._settings.bytes + 1):
            return None
        tag = condition.tag(opened.checksum, "/sparql", (("query", text),), chosen.media_type)
        before, after = head.of(chosen.media_type)
        rest = after + b"%d\r\n\r\n" % len(body) + body
        return Answer(before.replace(head.TAG, tag.encode()), rest, len(body), text)

    def _timed(self, query: Bounded, store: ox.Store, chosen: Format) -> bytes | None:
        """Answer; switch the shape off where this was not as quick as it has to be."""
        began, worked = monotonic(), thread_time()
        most = min(MOST, self._settings.rows or MOST)
        try:
            return solution.found(query, store, chosen, most, f"{self._settings.base}/sparql")
        except (SyntaxError, ValueError, OSError, RuntimeError):
            return None  # an executor says what is wrong
        finally:
            seconds = monotonic() - began
            worked = thread_time() - worked if seconds > _WORK else 0.0
            if worked > _WORK or seconds > _WAIT:  # another process may have had the processor
                self._off[query.shape] = monotonic() + _OFF
                _log.warning("a small query (%s) took %.0f ms, %.0f of them of the processor: such "
                             "go the long road for %.0f s", query.shape, seconds * 1000,
                             worked * 1000, _OFF)

    def _is_on(self, shape: str) -> bool:
        return not self._off or self._off.get(shape, 0.0) <= monotonic()


def asked(target: bytes) -> str | None:
    """Read the text of the query; None where it is not all that the address says, or not UTF-8."""
    value = target[len(_BEFORE):]
    if b"&" in value or b"#" in value or b"\\" in value or not value.isascii():
        return None
    try:
        plain = value.replace(b"+", b" ").replace(b"%", b"\\x").decode("unicode_escape")
        return plain.encode("latin-1").decode()
    except UnicodeError:
        return None


@lru_cache(256)
def _chosen(accept: bytes, asks: bool) -> Format | None:
    try:
        return negotiation.choose(accept.decode("latin-1"),
                                  negotiation.BOOLEANS if asks else negotiation.RESULTS)
    except Problem:
        return None
