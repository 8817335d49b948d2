"""A version made from nothing but its sources."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from clusterkg import closure, content, labels, store, tables
from clusterkg.clash import Clash
from clusterkg.ledger import ONTOLOGY, graph


class Fresh:
    """Read, close and store all; `quads` counts what each file gave."""

    def __init__(self, aside: Path, ontology: Sequence[Path], data: Mapping[str, Path]):
        """Open new tables in the folder that is built."""
        self.ontology, self.data = ontology, data
        self.connection = tables.connect(aside / content.TABLES)
        self.quads: dict[str, int] = {}

    def read(self) -> None:
        """Read every file; raise UnreadableError for one that cannot be."""
        for path in self.ontology:
            self._load(path, path.stem, ONTOLOGY)
        for name, path in self.data.items():
            self._load(path, name, name)

    def infer(self) -> tuple[Clash, ...]:
        """Close; raise RefusedError for a construct that no rule covers."""
        return closure.infer(self.connection).clashes

    def store(self, folder: Path, questions: Iterable[Quad] | None) -> None:
        """Write the store and, beside it, the index of labels into the folder that is built."""
        content.describe(self.connection, questions or ())
        with ThreadPoolExecutor(1) as pool:
            indexed = pool.submit(labels.write, folder, self.connection.cursor())
            store.fill(folder / content.STORE, self.connection, content.named(self.connection),
                       content.DEFAULT)
            indexed.result()

    def _load(self, path: Path, name: str, of: str) -> None:
        self.quads[name] = tables.load(self.connection, path, NamedNode(graph(of)))
