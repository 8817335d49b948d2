"""The embedded store: Oxigraph on disk, written once, then read only."""

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from clusterkg.answer import Answer, Reply
from clusterkg.errors import RefusedError, UnreadableError, UsageError


class Store:
    """Answer SPARQL from a store on disk; an `answer.Source`."""

    def __init__(self, store: ox.Store):
        """Wrap an opened Oxigraph store."""
        self._store = store

    @classmethod
    def open(cls, folder: Path) -> "Store":
        """Open the store in `folder` for reading; raise UnreadableError when it can't be read."""
        try:
            return cls(ox.Store.read_only(str(folder)))
        except (OSError, RuntimeError) as error:
            raise _damaged(error, folder) from error

    def query(self, text: str) -> Reply:
        """Run one query; raise UsageError for a syntax error, RefusedError for a failed run."""
        try:
            result = self._store.query(text)
            if isinstance(result, ox.QueryBoolean):
                return bool(result)
            return list(result) if isinstance(result, ox.QueryTriples) else _answer(result)
        except SyntaxError as error:
            raise UsageError(f"query syntax: {error}; mend the query and ask again") from error
        except (OSError, ValueError, RuntimeError) as error:
            if "Corruption" in str(error):
                raise _damaged(error) from error
            raise RefusedError(f"the query failed: {error}") from error


def _damaged(error: Exception, folder: Path | None = None) -> UnreadableError:
    return UnreadableError(f"the snapshot is damaged ({error}); run `clusterkg build` again",
                           path=folder)


def write(folder: Path, quads: Iterable[ox.Quad]) -> None:
    """Fill a new store in `folder`, which must be empty or absent."""
    store = ox.Store(str(folder))
    store.bulk_extend(quads)
    store.optimize()
    store.flush()


def _answer(solutions: ox.QuerySolutions) -> Answer:
    columns = tuple(variable.value for variable in solutions.variables)
    width = range(len(columns))
    return Answer(columns, tuple(tuple(solution[i] for i in width) for solution in solutions))
