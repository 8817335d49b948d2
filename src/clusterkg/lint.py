"""Check an ontology by the rules of a folder, one SPARQL SELECT in an `.rq` file each.

A rule's header says what it finds and how bad that is:

    #+ summary: A term has no label in English or Chinese.
    #+ severity: error                      or: warning
    #+ description: |                       optional

It selects `?term` (the focus node) and `?value` (what is wrong with it; optional) from the triples
of the ontology. Files that use the ontology (shapes, data, queries) are there as triples
`<file> dcterms:references <term>`, one for each IRI that they name. Questions among them are also
searched for the shapes that are slow (`slowness`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import cast

import pyoxigraph as ox
import yaml

from clusterkg import location, ntriples, slowness, syntax
from clusterkg.errors import UnreadableError
from clusterkg.files import RDF_SUFFIXES, knowledge, read_text
from clusterkg.namespaces import compress, prefixes
from clusterkg.report import SHACL, Report, Result, Severity
from clusterkg.tokens import Token, significant

Locate = Callable[[str], location.Place | None]

RULES = "https://w3id.org/clusterkg/lint#"
_REFERENCES = ox.NamedNode("http://purl.org/dc/terms/references")
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_TRANSITIVE = ox.NamedNode("http://www.w3.org/2002/07/owl#TransitiveProperty")
_QUERIES = {ox.NamedNode(SHACL + name) for name in ("select", "ask", "construct")}
_SEVERITIES = {"error": Severity.VIOLATION, "warning": Severity.WARNING}


@dataclass(frozen=True)
class Rule:
    """Hold one rule; `text` is the whole file."""

    path: Path
    summary: str
    severity: Severity
    text: str

    @property
    def name(self) -> str:
        """Name the rule after its file."""
        return self.path.stem


def rules(folder: Path) -> list[Rule]:
    """Read the rules of a folder, sorted by name; raise UnreadableError if there are none."""
    found = sorted(folder.glob("*.rq"))
    if not found:
        raise UnreadableError("no rule here; put an .rq file there", path=folder)
    return [_rule(path) for path in found]


def packaged_users() -> list[Path]:
    """List the packaged files that use the packaged ontology: shapes, rules, data and queries."""
    ontology = knowledge("ontology")
    folders = ontology / "shapes", ontology / "lint", knowledge("data"), knowledge("queries")
    return [path for folder in folders for path in used_by(folder)]


def used_by(path: Path) -> list[Path]:
    """List the RDF files and queries of a folder, or give the file itself."""
    if not path.is_dir():
        return [path]
    return sorted(p for p in path.iterdir() if p.suffix in (*RDF_SUFFIXES, ".rq"))


def check(ontology: Sequence[Path], users: Iterable[Path] = (),
          folder: Path | None = None) -> Report:
    """Apply every rule of `folder` (default: the packaged ones) to the ontology's files."""
    store = ox.Store()
    for path in ontology:
        # One parse a file keeps the blank nodes of two files apart.
        store.extend(ox.Quad(*triple) for triple in ntriples.triples(path))
    asking = []
    for user in users:
        store.extend(_references(user))
        asking += [user] if user.suffix == ".rq" and _is_question(user) else []
    place = location.index(ontology)
    every = rules(folder or knowledge("ontology") / "lint")
    found = Report(result for rule in every for result in _results(rule, store, place))
    return found + Report(result for user in asking for result in _slow(user, store))


def lines(report: Report) -> Iterator[str]:
    """Say each result in one line: place, severity, rule, term, value, and what the rule means."""
    for result in report.results:
        place = f"{result.file}:{result.line}: " if result.file else ""
        level = "error" if result.disallows else "warning"
        terms = " ".join(_short(term) for term in (result.focus_node, result.value) if term)
        yield f"{place}{level}: {_name(result)}: {terms}: {result.message()}"


def records(report: Report) -> list[dict[str, str | int | None]]:
    """Give each result as a map that JSON can hold; terms are written as in N-Triples."""
    return [{"rule": _name(result), "severity": "error" if result.disallows else "warning",
             "term": result.focus_node, "value": result.value, "message": result.message(),
             "file": result.file, "line": result.line} for result in report.results]


def _rule(path: Path) -> Rule:
    text = read_text(path)
    header = "\n".join(line[2:] for line in text.splitlines() if line.startswith("#+"))
    try:
        said = yaml.safe_load(header)
        rule = Rule(path, said["summary"], _SEVERITIES[said["severity"]], text)
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise UnreadableError("the header lacks 'summary', or 'severity: error' or 'warning'",
                              path=path, line=1) from error
    _check_query(text, path)
    return rule


def _check_query(text: str, path: Path) -> None:
    """Refuse what is no SELECT with `?term` over the triples that are checked."""
    form, tokens = syntax.check(text, path), significant(text)
    start = next(token.line for token in tokens if token.is_word(form))
    if form != "SELECT":
        raise UnreadableError(f"a rule is a SELECT, not {form}", path=path, line=start)
    for token in tokens:
        if token.is_word("FROM"):
            raise UnreadableError("FROM has no meaning here: a rule sees the ontology; leave it "
                                  "out", path=path, line=token.line)
    if "term" not in syntax.columns(text):
        raise UnreadableError("a rule selects ?term, and ?value where there is one; add it",
                              path=path, line=start)


def _results(rule: Rule, store: ox.Store, place: Locate) -> Iterator[Result]:
    for solution in cast(ox.QuerySolutions, store.query(rule.text)):
        term, value = (_column(solution, name) for name in ("term", "value"))
        if term is None:
            raise UnreadableError("the rule found something without ?term; bind it in every "
                                  "solution", path=rule.path)
        found = place(term)
        yield Result(rule.severity, term, {"en": rule.summary}, value=value,
                     shape=f"<{RULES}{rule.name}>", file=found.file if found else None,
                     line=found.line if found else None)


def _column(solution: ox.QuerySolution, name: str) -> str | None:
    try:
        value = solution[name]
    except KeyError:
        return None
    return None if value is None else str(value)


def _is_question(path: Path) -> bool:
    return "#+ x-clusterkg:" in read_text(path)


def _slow(path: Path, store: ox.Store) -> Iterator[Result]:
    """Say which lines of a question the embedded engine answers slowly."""
    closed = {compress(quad.subject.value) for quad in store.quads_for_pattern(
        None, _TYPE, _TRANSITIVE) if isinstance(quad.subject, ox.NamedNode)}
    for finding in slowness.find(read_text(path), closed):
        yield Result(Severity.WARNING, f"<{path.resolve().as_uri()}>", {"en": finding.advice},
                     shape=f"<{RULES}{finding.shape}>", file=str(path), line=finding.line)


def _references(path: Path) -> Iterator[ox.Quad]:
    user = ox.NamedNode(path.resolve().as_uri())
    named = _named_in_query(read_text(path)) if path.suffix == ".rq" else _named_in_rdf(path)
    return (ox.Quad(user, _REFERENCES, ox.NamedNode(iri)) for iri in set(named))


def _named_in_rdf(path: Path) -> Iterator[str]:
    for triple in ntriples.triples(path):
        yield from (term.value for term in triple if isinstance(term, ox.NamedNode))
        if triple.predicate in _QUERIES and isinstance(triple.object, ox.Literal):
            yield from _named_in_query(triple.object.value)


def _named_in_query(text: str) -> Iterator[str]:
    tokens = significant(text)
    known = {**prefixes(), **_declared(tokens)}
    for token in tokens:
        if token.kind == "iri":
            yield token.text[1:-1]
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            if prefix in known and local:
                yield known[prefix] + local


def _declared(tokens: Sequence[Token]) -> dict[str, str]:
    return {name.text[:-1]: iri.text[1:-1] for name, iri in pairwise(tokens)
            if name.kind == "name" and name.text.endswith(":") and iri.kind == "iri"}


def _short(term: str) -> str:
    return compress(term[1:-1]) if term.startswith("<") else term


def _name(result: Result) -> str:
    return (result.shape or "").removeprefix(f"<{RULES}").removesuffix(">")
