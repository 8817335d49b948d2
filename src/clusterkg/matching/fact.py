"""What the graph says of those that may be meant: their names, codes and places."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from clusterkg.answer import Answer, Source, Term
from clusterkg.matching.vocabulary import terms
from clusterkg.namespaces import expand
from clusterkg.retrieval import ask

_MAIN = tuple(map(expand, ("rdfs:label", "skos:prefLabel")))
_ALSO = expand("skos:altLabel")
_TYPE = expand("rdf:type")
_BATCH = 500
_BY_CODE = "SELECT ?s ?code WHERE { VALUES ?code { %s } VALUES ?p { %s } ?s ?p ?code }"


@dataclass(slots=True)
class Entry:
    """One thing as it is known; labels are literals, all else IRIs or texts."""

    names: list[Literal] = field(default_factory=list)
    others: list[Literal] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)


def entries(iris: Collection[str], source: Source) -> Mapping[str, Entry]:
    """Ask for what is known of some things."""
    wanted = ", ".join(f"<{iri}>" for iri in links())
    found: dict[str, Entry] = defaultdict(Entry)
    for subject, link, value in ask(source, "values", iris, wanted=wanted):
        keep(found[subject.value], link.value, value)  # type: ignore[union-attr, arg-type]  # by the query
    return found


def links() -> list[str]:
    """List the properties that say what matching has to know."""
    return [*_MAIN, _ALSO, _TYPE, *terms("code"), *terms("place")]


def keep(one: Entry, link: str, value: Term) -> None:
    """Take a value of one of these properties in; what is no name or code is a thing."""
    if isinstance(value, Literal):
        _keep_text(one, link, value)
    elif isinstance(value, NamedNode):
        if link in terms("place"):
            one.places.add(value.value)
        elif link == _TYPE:
            one.types.add(value.value)


def by_code(codes: Iterable[str], source: Source) -> Mapping[str, list[str]]:
    """Find what bears codes: IRIs by code, folded to capitals."""
    some, links = sorted(set(codes)), " ".join(f"<{iri}>" for iri in terms("code"))
    found: dict[str, list[str]] = defaultdict(list)
    for start in range(0, len(some), _BATCH):
        values = " ".join(str(Literal(code)) for code in some[start:start + _BATCH])
        reply = source.query(_BY_CODE % (values, links))
        for subject, code in reply.rows if isinstance(reply, Answer) else ():
            if isinstance(subject, NamedNode) and isinstance(code, Literal):
                found[folded(code.value)].append(subject.value)
    return found


def folded(code: str) -> str:
    """Fold a code: capitals, no spaces."""
    return "".join(code.split()).upper()


def _keep_text(one: Entry, link: str, value: Literal) -> None:
    if link in _MAIN:
        one.names.append(value)
    elif link == _ALSO:
        one.others.append(value)
    elif link in terms("code"):
        one.codes.add(folded(value.value))
