"""The embedded store: Oxigraph on disk, written once, then read only."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from clusterkg import allowance, tables
from clusterkg.answer import Answer, Reply
from clusterkg.errors import RefusedError, UnreadableError, UsageError
from clusterkg.hold import Hold
from clusterkg.tables import Connection

_BLANK = "(SELECT id FROM term WHERE kind = 'blank')"
UNNAMED = f"(FROM {{relation}} AS r WHERE r.s IN {_BLANK} OR r.o IN {_BLANK} OR r.g IN {_BLANK})"
NAMED = f"""(FROM {{relation}} AS r WHERE r.s NOT IN {_BLANK} AND r.o NOT IN {_BLANK}
              AND r.g NOT IN {_BLANK})"""


class Store:
    """Answer SPARQL from a store on disk; an `answer.Source`."""

    def __init__(self, store: ox.Store, held: Hold | None = None):
        """Wrap an opened Oxigraph store, and what holds its folder."""
        self._store, self._held = store, held

    @classmethod
    def open(cls, folder: Path) -> "Store":
        """Open the store in `folder` for reading; it is held, so that no build removes it.

        Raises UnreadableError when it can't be read, RefusedError for too little memory.
        """
        allowance.to_open()
        held = Hold(folder)
        try:
            return cls(ox.Store.read_only(str(folder)), held)
        except (OSError, RuntimeError) as error:
            raise _damaged(error, folder) from error

    @property
    def raw(self) -> ox.Store:
        """Give Oxigraph's own store, to stream from."""
        return self._store

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


def fill(folder: Path, connection: Connection, *relations: str,
         meanwhile: Callable[[], None] = lambda: None) -> None:
    """Fill a new store in `folder`, empty or absent, with the rows of relations (g, s, p, o).

    They go through files beside `folder`. `meanwhile` is called when all is loaded, while it is
    merged, for which the engine takes one thread.
    """
    store = ox.Store(str(folder))
    with tempfile.TemporaryDirectory(dir=folder.parent) as aside:
        for number, relation in enumerate(relations):
            # By subject: where few files hold one, a tenth less work is to be merged.
            named = f"(FROM {NAMED.format(relation=relation)} AS r ORDER BY r.s)"
            parts = tables.write_parts(connection, named, Path(aside) / str(number))
            tables.release(connection)
            # While the later ones are loaded, what the first left is merged.
            _load_all(store, parts, threads=1 if number else 2)
    # A file's blank nodes get new names, which are others for each copy of a triple.
    for relation in relations:
        store.bulk_extend(tables.quads(connection, UNNAMED.format(relation=relation)))
    with ThreadPoolExecutor(1) as pool:
        besides = pool.submit(meanwhile)
        store.optimize()
        store.flush()
        besides.result()


def _load_all(store: ox.Store, parts: Iterable[Path], threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        for each in [pool.submit(_load, store, part) for part in parts]:
            each.result()


def _load(store: ox.Store, part: Path) -> None:
    store.bulk_load(path=str(part), format=ox.RdfFormat.N_QUADS, lenient=True)
    part.unlink()


@dataclass(frozen=True)
class Change:
    """Say in relations (g, s, p, o) what a store loses and gains, and all that it holds then."""

    removed: str
    added: str
    whole: str


def revise(old: Path, new: Path, connection: Connection, change: Change) -> None:
    """Make the store `new`, which must be absent, from the store `old`, which stays as it is.

    What never changes is linked, not copied. Literals that differ only in spelling are one in the
    store: what `whole` still holds of them is added again after the removal.
    """
    store = copied(old, new)
    for quad in tables.quads(connection, change.removed):
        store.remove(quad)
    store.extend(tables.quads(connection, f"""(
        SELECT w.* FROM {change.whole} AS w SEMI JOIN {change.removed} AS r USING (g, s, p)
        WHERE w.o < 0 UNION SELECT g, s, p, o FROM {change.added})"""))
    store.flush()


def copied(old: Path, new: Path) -> ox.Store:
    """Open for writing a copy of the store `old` in `new`, which must be absent."""
    new.mkdir()
    for file in old.iterdir():
        _link_or_copy(file, new / file.name)
    return ox.Store(str(new))


def _link_or_copy(file: Path, copy: Path) -> None:
    try:
        if file.suffix == ".sst":
            os.link(file, copy)
            return
    except OSError:
        pass
    if file.name != "LOCK":
        shutil.copyfile(file, copy)


def _answer(solutions: ox.QuerySolutions) -> Answer:
    columns = tuple(variable.value for variable in solutions.variables)
    width = range(len(columns))
    return Answer(columns, tuple(tuple(solution[i] for i in width) for solution in solutions))
