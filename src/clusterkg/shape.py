"""Shape files: read them, refuse what would leave the machine, and name what is in them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import rdflib
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, SH
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from clusterkg import location, ntriples
from clusterkg.errors import RefusedError, UnreadableError
from clusterkg.report import quoted

_SHOWN = 60  # characters of a pattern
_OUTSIDE = {"ServiceGraphPattern": "SERVICE", "DatasetClause": "FROM"}
_NOT_RUN: dict[Node, str] = {
    **dict.fromkeys((SH.js, SH.jsFunctionName, SH.jsLibrary, SH.jsLibraryURL),
                    "JavaScript constraints are not run; express it in SPARQL"),
    SH.rule: "sh:rule is not run, so shapes cannot count on what it adds; put that into the data, "
             "or state it in OWL"}
_ADVANCED = (SH.target, SH.expression, SH.returnType)
_REPEATS: dict[Node, str] = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}
_PREFIX, _NAMESPACE = re.compile(r"[\w.-]*"), re.compile(r"[^\x00-\x20<>\"{}|^`\\]*")
_VARIABLE = re.compile(r"\\\{\\[?$]\w+\\\}")


@dataclass(frozen=True)
class Shapes:
    """A shapes graph, and the file in which each node of it is described."""

    graph: Graph
    file_of: dict[Node, Path] = field(default_factory=dict)

    @property
    def files(self) -> tuple[Path, ...]:
        """List the files it was read from."""
        return tuple(dict.fromkeys(self.file_of.values()))

    @property
    def place(self) -> Path | None:
        """Name the one file, or the folder of several."""
        return self.files[0] if len(self.files) == 1 else \
            self.files[0].parent if self.files else None

    @property
    def declared(self) -> int:
        """Count the shapes that have an IRI."""
        return len({shape for kind in (SH.NodeShape, SH.PropertyShape)
                    for shape in self.graph.subjects(RDF.type, kind) if isinstance(shape, URIRef)})

    @cached_property
    def advanced(self) -> bool:
        """Say whether the shapes need SHACL Advanced Features (targets, functions, expressions)."""
        return any((None, term, None) in self.graph for term in _ADVANCED)

    def named(self, node: Node) -> Node:
        """Climb from a blank node to the nearest node above that has an IRI."""
        seen, level = {node}, [node]
        while level and not any(isinstance(n, URIRef) for n in level):
            level = [above for n in level for above, link in self.graph.subject_predicates(n)
                     if above not in seen and link != RDF.type]
            seen.update(level)
        return min((n for n in level if isinstance(n, URIRef)), default=node)

    def malformed(self, term: str, reason: str, what: str = "is no SHACL") -> UnreadableError:
        """Say where the node `term` (N-Triples) is, and why it is no SHACL, or what else it is."""
        node = BNode(term[2:]) if term.startswith("_:") else URIRef(term[1:-1])
        path, named = self.file_of.get(node), text(self.named(node))
        place = location.index([path])(named) if path else None
        return UnreadableError(f"{named} {what}: {reason}", path=path,
                               line=place.line if place else None)


def read(paths: Sequence[Path], *, known: bool = False) -> Shapes:
    """Read shape files; raise UnreadableError for broken ones, RefusedError for unsafe ones.

    The queries in those that are `known` have been looked at before.
    """
    graph, file_of = Graph(), {}
    for number, path in enumerate(paths):
        data = ntriples.read([path], blank_prefix=f"s{number}x")
        with as_written():
            part = Graph().parse(data=data, format="nt", bnode_context=SameLabels())
        file_of.update(dict.fromkeys(part.subjects(unique=True), path))
        graph += part
    if not any(str(link).startswith(str(SH)) for link in graph.predicates()):
        raise UnreadableError("no SHACL shape here; name a file that holds some",
                              path=paths[0] if paths else None)
    shapes = Shapes(graph, file_of)
    _refuse_what_is_not_run(shapes)
    _check_prefixes(shapes)
    _gather_prefixes(graph)
    _type_targeted(graph)
    for form, node, query in () if known else _queries(graph):
        _check_query(shapes, node, form, query)
    for node, pattern in graph.subject_objects(SH.pattern):
        _check_pattern(shapes, node, str(pattern))
    return shapes


@contextmanager
def as_written() -> Iterator[None]:
    """Let rdflib keep the text of literals, `01` and `1` apart."""
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before


class SameLabels(dict[str, str]):
    """Keep the labels of blank nodes, which rdflib would replace, so that reports name them."""

    def get(self, key: str, default: object = None) -> str:
        """Give the label itself."""
        return key


def text(node: Node) -> str:
    """Write one term as in N-Triples."""
    if not isinstance(node, Literal):
        return f"_:{node}" if isinstance(node, BNode) else f"<{node}>"
    written = quoted(str(node))
    if node.language:
        return f"{written}@{node.language}"
    return f"{written}^^<{node.datatype}>" if node.datatype else written


def path_text(graph: Graph, node: Node) -> str:
    """Write a SHACL property path in SPARQL's notation (SHACL 2.3.1), IRIs in full."""
    if isinstance(node, URIRef):
        return text(node)
    if (node, RDF.first, None) in graph:
        return "/".join(_step(graph, item) for item in Collection(graph, node))
    for link, inner in graph.predicate_objects(node):
        if link == SH.inversePath:
            return f"^{_step(graph, inner)}"
        if link == SH.alternativePath:
            return "|".join(_step(graph, item) for item in Collection(graph, inner))
        if link in _REPEATS:
            return _step(graph, inner) + _REPEATS[link]
    return text(node)


def _step(graph: Graph, node: Node) -> str:
    written = path_text(graph, node)
    return written if isinstance(node, URIRef) else f"({written})"


def language_of(message: str, declared: Iterable[Node]) -> str:
    """Find which declared message a text was made from, and give its language tag or ""."""
    for candidate in declared:
        if isinstance(candidate, Literal) and candidate.language:
            pattern = _VARIABLE.sub(".*", re.escape(str(candidate)))
            if re.fullmatch(pattern, message, re.DOTALL):
                return str(candidate.language)
    return ""


def _refuse_what_is_not_run(shapes: Shapes) -> None:
    for term, reason in _NOT_RUN.items():
        for node in shapes.graph.subjects(term):
            raise RefusedError(f"{text(shapes.named(node))}: {reason}",
                               path=shapes.file_of.get(node))


def _check_prefixes(shapes: Shapes) -> None:
    """Refuse a declaration that could smuggle SPARQL in: engines paste them before the query."""
    for link, legal in ((SH.prefix, _PREFIX), (SH.namespace, _NAMESPACE)):
        for node, value in shapes.graph.subject_objects(link):
            if not legal.fullmatch(str(value)):
                raise shapes.malformed(text(node), f"{value!r} is no legal prefix or namespace")


def _gather_prefixes(graph: Graph) -> None:
    """Follow owl:imports inside the graph to declarations (SHACL 5.2.1), which pySHACL does not."""
    for start in set(graph.objects(None, SH.prefixes)):
        for imported in list(graph.transitive_objects(start, OWL.imports)):
            for declaration in list(graph.objects(imported, SH.declare)):
                graph.add((start, SH.declare, declaration))


def _type_targeted(graph: Graph) -> None:
    """Type what has sh:target as a shape; pySHACL passes over it where no other link tells."""
    for node in list(graph.subjects(SH.target, unique=True)):
        graph.add((node, RDF.type,
                   SH.PropertyShape if (node, SH.path, None) in graph else SH.NodeShape))


def _queries(graph: Graph) -> Iterator[tuple[str, Node, str]]:
    for form in ("select", "ask", "construct"):
        for node, query in graph.subject_objects(SH[form]):
            yield form, node, str(query)


def _check_pattern(shapes: Shapes, node: Node, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise shapes.malformed(text(node), f"sh:pattern {pattern[:_SHOWN]!r}: {error}; "
                               "write a regular expression as Python reads it") from error


def _check_query(shapes: Shapes, node: Node, form: str, query: str) -> None:
    """Parse one query as the engine will, and refuse what reads from elsewhere."""
    prologue = "".join(f"PREFIX {prefix}: <{namespace}>\n"
                       for prefix, namespace in _prefixes(shapes.graph))
    try:
        parsed = parseQuery(prologue + re.sub(r"[$?]PATH\b", "<urn:path>", query))
        outside = [_OUTSIDE[part.name] for part in _parts(parsed) if part.name in _OUTSIDE]
        translateQuery(parsed, initNs=dict(shapes.graph.namespaces()))
    except Exception as error:  # rdflib raises bare Exception for an unknown prefix
        raise shapes.malformed(text(node), f"SPARQL syntax: {error}") from error
    if parsed[1].name.lower() != f"{form}query":
        raise shapes.malformed(text(node), f"what stands in sh:{form} is no {form.upper()} query")
    for keyword in outside:
        raise RefusedError(f"{keyword} in a SPARQL constraint is not followed; "
                           "put the data into the files that you validate",
                           path=shapes.file_of.get(node))


def _prefixes(graph: Graph) -> Iterator[tuple[str, str]]:
    yield "rdf", str(RDF)
    yield from ((prefix, str(namespace)) for prefix, namespace in graph.namespaces())
    for node, prefix in graph.subject_objects(SH.prefix):
        for namespace in graph.objects(node, SH.namespace):
            yield str(prefix), str(namespace)


def _parts(parsed: object) -> Iterator[CompValue]:
    if isinstance(parsed, CompValue):
        yield parsed
        parsed = list(parsed.values())
    if isinstance(parsed, Iterable) and not isinstance(parsed, str | bytes | Node):
        for inner in parsed:
            yield from _parts(inner)
