"""Explaining from a snapshot or an endpoint: what the words mean, where the tables come from."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from clusterkg import (
    caption,
    closure,
    explanation,
    exposition,
    label,
    output,
    source,
    tables,
)
from clusterkg.answer import Answer, Source
from clusterkg.errors import UnreadableError, UsageError
from clusterkg.explanation import Term
from clusterkg.namespaces import expand, sparql_prologue
from clusterkg.tables import Connection
from clusterkg.vocabulary import RDF

TABLES = "closure.duckdb"
_ASSERTED = """
SELECT ?g ?s ?p ?o WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != <{}>) }}
"""


def explained(arguments: argparse.Namespace) -> str | None:
    """Explain `subject predicate object` of the arguments in their format; None where it is not so.

    Raises UsageError for a name that means nothing there or too much.
    """
    with source.opened(arguments) as origin, _tables(arguments, origin) as connection:
        triple = _meant(arguments, origin, connection)
        proof = explanation.explain(connection, *triple)
        if proof is None:
            return None
        if arguments.format == "json":
            return exposition.as_json(proof)
        labels = caption.labels(origin, exposition.terms(proof), caption.language())
        return exposition.text(proof, labels,
                               lambda node: explanation.expression(connection, node))


@contextmanager
def _tables(arguments: argparse.Namespace,
            origin: Source) -> Iterator[Connection]:
    connection = _fetched(origin) if arguments.endpoint else _kept(arguments)
    try:
        yield connection
    except tables.Error as error:
        raise UnreadableError(f"the tables are damaged ({error}); `clusterkg verify-snapshot` says "
                              "where, `clusterkg build --full` makes all of it anew") from error
    finally:
        connection.close()


def _kept(arguments: argparse.Namespace) -> Connection:
    path = source.version_of(arguments.snapshot) / TABLES
    try:
        return tables.reopen(path)
    except tables.Error as error:
        raise UnreadableError(f"no readable tables ({error}); run `clusterkg build --full`",
                              path=path) from error


def _fetched(origin: Source) -> Connection:
    reply = origin.query(_ASSERTED.format(expand("graph:inferred")))
    rows = reply.rows if isinstance(reply, Answer) else ()
    connection = tables.connect()
    tables.insert(connection, (Quad(s, p, o, g) for g, s, p, o in rows))  # type: ignore[arg-type]  # SPARQL binds each to its kind
    closure.infer(connection)
    return connection


def _meant(arguments: argparse.Namespace, origin: Source,
           connection: Connection) -> tuple[Term, Term, Term]:
    subject = _resource(arguments.subject, origin)
    predicate = _resource(arguments.predicate, origin)
    literal = _literal(arguments.object)
    if literal is not None:
        return subject, predicate, _same(literal, connection, subject, predicate)
    try:
        return subject, predicate, _resource(arguments.object, origin)
    except UsageError:
        for known in explanation.objects(connection, subject, predicate):
            if known.value == arguments.object:
                return subject, predicate, known
        raise


def _resource(text: str, origin: Source) -> NamedNode | BlankNode:
    if text == "a":
        return NamedNode(RDF + "type")
    if text.startswith("_:"):
        return BlankNode(text[2:])
    return label.resolve(text, origin, say=output.say)


def _literal(text: str) -> Literal | None:
    """Read a literal as SPARQL writes it: quoted, a number, true or false; else None."""
    if not text or not (text[0] in "\"'+-." or text[0].isdigit() or text in {"true", "false"}):
        return None
    prefixes = sparql_prologue()
    try:
        (quad,) = parse(f"{prefixes}<urn:s> <urn:p> {text} .", format=RdfFormat.TURTLE)
    except (SyntaxError, ValueError):
        return None
    return quad.object if isinstance(quad.object, Literal) else None


def _same(literal: Literal, connection: Connection, subject: Term,
          predicate: Term) -> Term:
    """Prefer the literal itself; else one of the subject's that is written the same."""
    known = explanation.objects(connection, subject, predicate)
    alike = [one for one in known if one.value == literal.value]
    return literal if literal in known or not alike else alike[0]
