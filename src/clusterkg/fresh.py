"""A version made from nothing but its sources."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from clusterkg import closure, content, joining, labels, store, tables
from clusterkg.clash import Clash
from clusterkg.joining import Joined
from clusterkg.ledger import ONTOLOGY, graph
from clusterkg.tables import Connection


class Fresh:
    """Read, close and store all.

    `quads` counts what each file gave, `joined` is what became one.
    """

    is_whole = True

    def __init__(self, aside: Path, ontology: Sequence[Path], data: Mapping[str, Path]):
        """Open new tables in the folder that is built."""
        self.ontology, self.data = ontology, data
        self.connection = tables.connect(aside / content.TABLES)
        self.quads: dict[str, int] = {}
        self.joined: Sequence[Joined] = ()

    def read(self) -> None:
        """Read every file; raise UnreadableError for one that cannot be."""
        names = [*(path.stem for path in self.ontology), *self.data]
        graphs = [*[ONTOLOGY] * len(self.ontology), *self.data]
        found = tables.load_all(self.connection, [*self.ontology, *self.data.values()],
                                [NamedNode(graph(name)) for name in graphs])
        self.quads = dict(zip(names, found, strict=True))
        self.joined = joining.join(self.connection, joining.pairs(self.data.values()),
                                   fixed=graph(ONTOLOGY))

    def infer(self) -> tuple[Clash, ...]:
        """Close; raise RefusedError for a construct that no rule covers."""
        return closure.infer(self.connection).clashes

    def store(self, folder: Path, questions: Iterable[Quad] | None) -> None:
        """Write the store and, beside it, the index of labels into the folder that is built."""
        write(self.connection, folder, questions or ())


def write(connection: Connection, folder: Path, questions: Iterable[Quad]) -> None:
    """Write a store of all that tables hold and, beside it, the index of labels."""
    content.describe(connection, questions)
    store.fill(folder / content.STORE, connection, content.named(connection), content.DEFAULT,
               meanwhile=lambda: labels.write(folder, connection.cursor()))
