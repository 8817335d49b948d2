"""Closed worlds for the tests of the questions, and an answer as a golden file holds it.

Run by hand, it prints what a golden file should hold; nothing here writes one:

    .venv/bin/python tests/golden.py NAME [param=value ...] > tests/answers/NAME.tsv

Read the rows before you keep them: they are the expectation. A golden's first line is the command,
so that a second file about the same question (`NAME.2.tsv`) can give other values.
"""

import sys
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from clusterkg import closure, contradiction, query, tables
from clusterkg.answer import Answer, Term
from clusterkg.files import knowledge, rdf_files
from clusterkg.namespaces import compress, expand
from clusterkg.store import Store

EXAMPLE = Path(__file__).parent / "example.ttl"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_BARE = {_XSD + "integer", _XSD + "decimal"}
_PUBLISHED = """(
    SELECT g, s, p, o FROM quad
    UNION ALL SELECT DISTINCT 0, s, p, o FROM quad
    UNION ALL SELECT 0, s, p, o FROM inferred)"""


@cache
def example() -> ox.Store:
    """Close the small frozen world."""
    return _closed([EXAMPLE])


@cache
def real() -> ox.Store:
    """Close what the project knows."""
    return _closed(rdf_files([knowledge("data")]))


def _closed(data: list[Path]) -> ox.Store:
    connection = tables.connect()
    for path in rdf_files([knowledge("ontology")]):
        tables.load(connection, path, ox.NamedNode(expand("graph:ontology")))
    for path in data:
        tables.load(connection, path, ox.NamedNode(expand("graph:") + path.stem))
    closed = closure.infer(connection)
    assert not closed.clashes
    contradiction.find(connection)
    store = ox.Store()
    store.bulk_extend(tables.quads(connection, _PUBLISHED))
    connection.close()
    return store


def ask(store: ox.Store, name: str, **values: str) -> Answer:
    """Ask a packaged question by its name."""
    return query.run(query.read(knowledge("queries") / f"{name}.rq"), values, Store(store))


def rows(answer: Answer, *columns: str) -> list[tuple[str, ...]]:
    """Give the rows, or some of their columns, as goldens write them."""
    places = [answer.columns.index(column) for column in columns or answer.columns]
    return [tuple(written(row[place]) for place in places) for row in answer.rows]


def written(term: Term | None) -> str:
    """Write a term: CURIEs, bare numbers, strings in quotes, nothing where unbound."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return compress(term.value)
    if isinstance(term, ox.Literal) and term.datatype.value in _BARE:
        return term.value
    return str(term).replace(f"<{_XSD}", "xsd:").removesuffix(">") if isinstance(
        term, ox.Literal) and "^^" in str(term) else str(term)


def tsv(command: str, answer: Answer) -> str:
    """Lay a golden file out: the command, the variables, the rows."""
    lines = [f"# {command}", "\t".join(answer.columns)]
    return "\n".join([*lines, *("\t".join(row) for row in rows(answer))]) + "\n"


def command_of(text: str) -> tuple[str, dict[str, str]]:
    """Read the question and the values from a golden's first line."""
    name, *values = text.partition("\n")[0].removeprefix("# ").split()
    return name, dict(value.split("=", 1) for value in values)


if __name__ == "__main__":
    asked, given = command_of(" ".join(sys.argv[1:]))
    sys.stdout.write(tsv(" ".join(sys.argv[1:]), ask(example(), asked, **given)))
