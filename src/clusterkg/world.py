"""What a process that answers requests holds open: the graph and its settings."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import Any

import pyoxigraph as ox

import clusterkg
from clusterkg import query, source
from clusterkg.graph import Graph
from clusterkg.integrity import MANIFEST
from clusterkg.memory import Embedded
from clusterkg.query import Query
from clusterkg.upstream import Upstream
from clusterkg.web.problem import Problem

_KEPT = 300.0  # seconds that labels and names of graphs are kept of an endpoint


@dataclass(frozen=True)
class Settings:
    """What a server was started with; as JSON it goes to the processes that answer."""

    snapshot: str = "snapshot"
    endpoint: str = ""
    base: str = "http://127.0.0.1:7878"
    timeout: float = 30.0  # seconds
    rows: int = 0  # of an answer; 0: no limit
    bytes: int = 2_000_000_000  # of an answer
    queue: int = 64  # requests that wait
    body: int = 10_000_000  # bytes of a request
    memory: int = 1_000_000_000  # bytes of one query
    processes: int = 1
    services: tuple[str, ...] = ()  # hosts that SERVICE may ask
    is_writable: bool = False
    metrics: bool = False
    default_graphs: tuple[str, ...] = ()  # of an endpoint, where it has several

    def text(self) -> str:
        """Write them as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "Settings":
        """Read them again."""
        said: dict[str, Any] = json.loads(text)
        lists = {name: tuple(value) for name, value in said.items() if isinstance(value, list)}
        return cls(**(said | lists))


class World:
    """One version of a graph, open, as every resource gets it.

    `version` is its number, `checksum` names what answers; both are "" for an endpoint, whose
    answers therefore have no tag. `built` is the version's folder, None for an endpoint.
    """

    def __init__(self, graph: Graph, settings: Settings, built: Path | None = None):
        """Keep what is open; `opened` opens it."""
        self.graph, self.settings, self.built = graph, settings, built
        self.version = built.name if built else ""
        self.checksum = checksum(built) if built else ""
        self._opened = monotonic()

    @classmethod
    def opened(cls, settings: Settings, version: Path | None = None) -> "World":
        """Open the endpoint, the given version, or the one that answers now.

        Raises UnreadableError for a version that cannot be opened.
        """
        if settings.endpoint:
            endpoint = Upstream(settings.endpoint, seconds=settings.timeout, most=settings.bytes,
                                default_graphs=settings.default_graphs)
            return cls(Graph(endpoint, query.folder()), settings)
        built = version or source.version_of(Path(settings.snapshot))
        opened = source.open_version(built)
        return cls(Graph(opened, query.folder(source.questions(built))), settings, built)

    @property
    def endpoint(self) -> Upstream | None:
        """Give the endpoint that answers; None where a snapshot does."""
        asked = self.graph.source
        return asked if isinstance(asked, Upstream) else None

    @cached_property
    def questions(self) -> tuple[Query, ...]:
        """List the questions; they were checked when they were built, so they are outlined."""
        return tuple(query.outline(path, text) for path, text in self.graph.questions.items())

    def most(self, rows: int) -> int:
        """Give how many rows an answer has at most, where it would have so many."""
        return min(self.settings.rows or rows, rows)

    @property
    def is_stale(self) -> bool:
        """Tell whether to open it anew: an endpoint's graph changes, and does not say when."""
        return self.endpoint is not None and monotonic() - self._opened > _KEPT

    def store(self) -> ox.Store:
        """Give the store on disk; raise Problem 404 over an endpoint."""
        if not isinstance(self.graph.source, Embedded):
            raise Problem(404, "not-embedded", "this server asks another endpoint, which does not "
                                               "offer this; ask it at /sparql")
        return self.graph.source.raw

    def manifest(self) -> Mapping[str, object]:
        """Give what the version says of itself; nothing for an endpoint."""
        if self.built is None:
            return {}
        said: dict[str, object] = json.loads((self.built / MANIFEST).read_text(encoding="utf-8"))
        return said


def checksum(built: Path) -> str:
    """Give that of a version and of the program: another one may say the same otherwise."""
    try:
        said = (built / MANIFEST).read_bytes()
        return hashlib.sha256(said + clusterkg.__version__.encode()).hexdigest()
    except OSError:
        return ""
