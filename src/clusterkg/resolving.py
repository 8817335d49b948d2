"""Texts become things of a version's graph: what they name, or why that cannot be told.

One file in `resolutions` is one way: `<by>.sql` fills `resolved`. In it `<ckg:within>` stands for
the id of a term in `graph.term`, and it finds

    graph.term, graph.triple, ...   the version's own tables
    asked(id, text)                 what is asked for, each text trimmed
    inside(id, number, text)        texts that say where the thing has to lie
    fit(thing, iri)                 the things of the class or concept scheme
    word(word, kind)                the rows of ontology/tables/<by>-words.tsv, if there is one
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clusterkg import discovery
from clusterkg.errors import ClusterkgError, UsageError, quoted
from clusterkg.files import knowledge, read_text
from clusterkg.namespaces import expand
from clusterkg.overlay import attached
from clusterkg.sql import literal
from clusterkg.tables import Connection

__all__ = ["How", "Known", "attached", "identified", "looked_at", "resolve", "ways"]
_WAYS = "resolutions"
_MADE = re.compile(r"CREATE OR REPLACE TEMP (TABLE|VIEW) (\w+)")
_TERM = re.compile(r"<([a-z][\w-]*:\w+)>")

_FIT = """
CREATE OR REPLACE TEMP TABLE fit AS
SELECT DISTINCT s AS thing, value AS iri
FROM graph.triple JOIN graph.term ON term.id = s AND kind = 'iri'
WHERE p IN (<rdf:type>, <skos:inScheme>)
  AND o = (SELECT id FROM graph.term WHERE kind = 'iri' AND value = $kind)
  AND s NOT IN (SELECT s FROM graph.triple WHERE p = <owl:deprecated>)
"""
_RESOLVED = """
CREATE OR REPLACE TEMP TABLE resolved(id BIGINT, iri VARCHAR, wrong VARCHAR, advice VARCHAR)
"""
_WORDS = """
CREATE OR REPLACE TEMP TABLE word AS
FROM read_csv({path}, delim = '\t', header = true, all_varchar = true, quote = '')
"""
_LEFT = """
SELECT count(*) FROM (SELECT id FROM {wanted} EXCEPT ALL
                      SELECT id FROM resolved WHERE (iri IS NULL) <> (wrong IS NULL))
"""


@dataclass(frozen=True)
class How:
    """Say what is looked for: things of `kind`, a class or concept scheme, and by what.

    `within` is the number of columns of the relation that say where the thing has to lie.
    """

    kind: str
    by: str
    within: int = 0


@dataclass(frozen=True)
class Known:
    """Where things are looked up: in a version, and in `facts` of tables that enter with this one.

    The facts are files of Parquet (see `overlay`) with at least what is `looked_at`.
    """

    version: Path
    facts: Sequence[Path] = ()


def ways() -> list[str]:
    """List by what things are found."""
    return [path.stem for path in discovery.data_files(_WAYS, ".sql")]


def looked_at() -> list[str]:
    """List the IRIs that the ways read of a graph, properties among them."""
    texts = (_FIT, *(read_text(path) for path in discovery.data_files(_WAYS, ".sql")))
    return sorted({expand(curie) for text in texts for curie in _TERM.findall(text)})


def resolve(connection: Connection, known: Path | Known, wanted: str, how: How) -> None:
    """Make the temporary table `resolved(id, iri, wrong, advice)` from a relation.

    `wanted` is the name of a table or view with the columns id, text, within1, within2, ...; each
    id gets one row, with an IRI or with what is wrong and what would be right. Raises UsageError
    for a way that is not there.
    """
    if how.by not in ways():
        raise UsageError(f"nothing is resolved by {quoted(how.by)}; give one of "
                         f"{', '.join(ways())}")
    way = _way(how.by)
    if how.within and "inside" not in way:
        raise UsageError(f"what is resolved by {how.by} is not settled by other columns; take "
                         "`within` away")
    made: list[tuple[str, str]] = []
    known = known if isinstance(known, Known) else Known(known)
    with attached(connection, known.version, known.facts):
        connection.execute(_RESOLVED)
        try:
            for statement in _statements(wanted, how, way):
                made += _MADE.findall(statement)
                text = identified(connection, statement)
                connection.execute(text, {"kind": how.kind} if "$kind" in text else None)
        finally:
            for kind, name in reversed(made):  # else it would hide what others call so
                connection.execute(f"DROP {kind} IF EXISTS temp.{name}")
    (left,) = connection.execute(_LEFT.format(wanted=wanted)).fetchone() or (0,)
    if left:
        raise ClusterkgError(f"{left} texts were lost while they were resolved by {how.by}")


def _statements(wanted: str, how: How, way: str) -> Iterator[str]:
    lies = " UNION ALL ".join(
        f"SELECT id, {number} AS number, trim(within{number}) AS text FROM {wanted}"
        for number in range(1, how.within + 1))
    nowhere = "SELECT NULL::BIGINT AS id, 0 AS number, '' AS text WHERE false"
    yield f"CREATE OR REPLACE TEMP VIEW asked AS SELECT id, trim(text) AS text FROM {wanted}"
    yield f"CREATE OR REPLACE TEMP VIEW inside AS {lies or nowhere}"
    yield _FIT
    words = knowledge("ontology") / "tables" / f"{how.by}-words.tsv"
    if words.is_file():
        yield _WORDS.format(path=literal(words))
    yield from (part for part in way.split(";\n") if part.strip())


def _way(by: str) -> str:
    (path,) = (path for path in discovery.data_files(_WAYS, ".sql") if path.stem == by)
    return read_text(path)


def identified(connection: Connection, statement: str) -> str:
    """Write for `<ckg:within>` and such the ids of these terms in `graph.term`.

    It is 0, which no term has, where the graph does not speak of one.
    """
    curies = dict.fromkeys(_TERM.findall(statement))
    ids = dict(connection.execute(
        "SELECT value, id FROM graph.term WHERE kind = 'iri' AND value IN (SELECT unnest(?))",
        [[expand(curie) for curie in curies]]).fetchall()) if curies else {}
    return _TERM.sub(lambda found: str(ids.get(expand(found[1]), 0)), statement)
