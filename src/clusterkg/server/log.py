"""What happened, as JSON lines on standard error: each request, each slow query, each failure.

Neither headers nor addresses with their parameters are written, so that no token ever is. A thread
writes; where nobody reads what it writes, lines are counted and dropped, and requests go on.
"""

import json
import logging
import re
import sys
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from time import time
from typing import NamedTuple, TextIO
from urllib.parse import urlencode

from clusterkg.web import target
from clusterkg.web.message import Request
from clusterkg.web.problem import Problem

_SECONDS = 0.2  # between two writes
_MOST = 20_000  # lines that wait
_SLOW = 1.0  # seconds
_TEXT, _PATH = 2000, 500  # characters
_PROLOGUE = re.compile(
    r"(?:\s+|#[^\n]*(?:\n|$)|PREFIX\s+[^\s<]*\s*<[^>]*>|BASE\s*<[^>]*>)*+([A-Z]{3,9})\b",
    re.IGNORECASE)
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "INSERT", "DELETE", "WITH", "LOAD",
                    "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"})
_SECRET = re.compile("token|auth|password|secret", re.IGNORECASE)
_QUESTION = re.compile(r"/queries/([^/.]+)")


class Entry(NamedTuple):
    """What is known of a request when its answer is sent; `text` is what was asked in SPARQL."""

    time: float
    id: str
    method: str
    path: str
    status: int
    bytes: int
    seconds: float
    client: str
    text: str = ""


class Journal:
    """Take entries without waiting; `close` writes the last of them."""

    def __init__(self, stream: TextIO):
        """Write to a stream from a thread of its own."""
        self._stream = stream
        self._lines: deque[Entry | Mapping[str, object]] = deque()
        self._lost = 0
        self._ends = threading.Event()
        self._writing = threading.Lock()
        threading.Thread(target=self._run, name="log", daemon=True).start()

    def add(self, entry: Entry | Mapping[str, object]) -> None:
        """Take an entry, or the members of another line."""
        if len(self._lines) < _MOST:
            self._lines.append(entry)
        else:
            self._lost += 1

    def close(self) -> None:
        """Write what is left."""
        self._ends.set()
        self._write()

    def _run(self) -> None:
        while not self._ends.wait(_SECONDS):
            self._write()

    def _write(self) -> None:
        with self._writing:
            taken = [self._lines.popleft() for _ in range(len(self._lines))]
            if self._lost:
                taken.append({"time": stamp(time()), "lost": self._lost})
                self._lost = 0
            lines = [json.dumps(line) + "\n" for entry in taken for line in _lines(entry)]
            try:
                self._stream.write("".join(lines))
                self._stream.flush()
            except (OSError, ValueError):
                self._ends.set()  # nobody reads any more


class Lines(logging.Formatter):
    """Write what the program logs as JSON lines, with tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one line."""
        return json.dumps(self.members(record))

    def members(self, record: logging.LogRecord) -> Mapping[str, object]:
        """Give the members of a line."""
        said: dict[str, object] = {"time": stamp(record.created), "level": record.levelname.lower(),
                                   "message": record.getMessage()[:_TEXT]}
        if record.exc_info and record.exc_info[1]:
            said["error"] = self.formatException(record.exc_info)[-_TEXT:]
        return said


class Handler(logging.Handler):
    """Give what the program logs to a journal."""

    def __init__(self, journal: Journal):
        """Take warnings and what is worse."""
        super().__init__(logging.WARNING)
        self._journal = journal

    def emit(self, record: logging.LogRecord) -> None:
        """Take a record."""
        self._journal.add(Lines().members(record))


def begun() -> Journal:
    """Begin to write to standard error, what the program logs, too."""
    journal = Journal(sys.stderr)
    logging.getLogger().handlers[:] = [Handler(journal)]
    return journal


def text_of(request: Request) -> str:
    """Give what a request asks in SPARQL, or of which question; "" for other requests."""
    return _asked(request)[:2 * _TEXT]


def _asked(request: Request) -> str:
    if request.path.startswith("/queries/"):
        return f"{request.path}?{urlencode([each for each in request.query if _is_open(*each)])}"
    if not request.path.startswith("/sparql"):
        return ""
    pairs = request.query
    if request.body and "form" in request.media_type():
        try:
            pairs += target.pairs(request.body[:10 * _TEXT].decode(errors="replace"))
        except Problem:
            return ""
    elif request.body:
        return request.body[:4 * _TEXT].decode(errors="replace")
    return next((value for name, value in pairs if name in ("query", "update")), "")


def _is_open(name: str, _: str) -> bool:
    """Tell whether a parameter may be written down; secrets do stand in addresses, by mistake."""
    return not _SECRET.search(name)


def stamp(moment: float) -> str:
    """Write a moment as ISO 8601 in UTC."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")


def _lines(entry: Entry | Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    if not isinstance(entry, Entry):
        yield entry
        return
    name = _QUESTION.match(entry.path)
    seconds = round(entry.seconds, 6)
    yield {"time": stamp(entry.time), "id": entry.id, "method": entry.method,
           "path": entry.path[:_PATH], "query_name": name[1] if name else "",
           "form": "" if name else _form(entry.text), "status": entry.status, "bytes": entry.bytes,
           "seconds": seconds, "client": entry.client}
    if entry.text and entry.seconds > _SLOW:
        yield {"time": stamp(entry.time), "id": entry.id, "slow": seconds,
               "query": entry.text[:_TEXT]}


def _form(text: str) -> str:
    """Name the form of a query or an update: the first word after its prologue."""
    found = _PROLOGUE.match(text[:10 * _TEXT])
    word = found[1].upper() if found else ""
    return word if word in _FORMS else ""
