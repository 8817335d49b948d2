"""Things, classes and properties by the beginning of their names, as somebody types it."""

from collections.abc import Sequence

from pyoxigraph import NamedNode

from clusterkg import fit
from clusterkg.answer import Answer, Source
from clusterkg.matching.vocabulary import terms
from clusterkg.namespaces import expand
from clusterkg.reconciliation import finding
from clusterkg.reconciliation.answering import Json, Words, listed
from clusterkg.reconciliation.asked import iri
from clusterkg.retrieval import ask

MOST = 50
_LONGEST = 200  # characters of what is typed
_AMONG = {"entity": ("",), "type": ("owl:Class",),
          "property": ("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")}
KINDS = tuple(_AMONG)
_PLAIN = frozenset(map(expand, ("owl:NamedIndividual", "owl:Thing", "owl:Class")))
_USED = """SELECT DISTINCT ?p WHERE { { SELECT ?s WHERE { %s } LIMIT 500 } ?s ?p ?o }"""


def found(kind: str, prefix: str, source: Source, language: str,
          part: slice = slice(0, MOST)) -> list[Json]:
    """Suggest some of a kind; to nothing typed, some examples."""
    groups = [expand(name) if name else "" for name in _AMONG[kind]]
    if kind == "entity" and not prefix.strip():
        groups = list(terms("among"))
    known = finding.ground(source).index.among(groups)
    key = fit.normalise(prefix[:_LONGEST])
    iris = (_identified(kind, prefix.strip(), source)
            or list(fit.fitting(key, known) if key else known.some()))[part]
    kinds: dict[str, list[str]] = {}
    for one, of in ask(source, "kinds", iris):
        if isinstance(one, NamedNode) and isinstance(of, NamedNode) and of.value not in _PLAIN:
            kinds.setdefault(one.value, []).append(of.value)
    words = Words(iris, source, language)
    return listed(iris, words, kinds, are_kinds=kind == "type")


def _identified(kind: str, prefix: str, source: Source) -> list[str]:
    """Give what is identified by all of what is typed, if anything of the kind is."""
    whole, groups = iri(prefix), {expand(name) for name in _AMONG[kind] if name}
    if "://" not in whole or not finding.is_known(whole, source):
        return []
    kinds = {of.value for _, of in ask(source, "kinds", [whole]) if isinstance(of, NamedNode)}
    return [whole] if not groups or groups & kinds else []


def properties(of: str, source: Source, language: str, most: int) -> list[Json]:
    """Propose the properties that some things of a class have."""
    pattern = f"?s a {NamedNode(of)}" if of else "?s a ?kind"
    reply = source.query(_USED % pattern)
    rows = reply.rows if isinstance(reply, Answer) else ()
    links = sorted(one.value for one, in rows if isinstance(one, NamedNode))
    words = Words(links, source, language)
    return sorted((words.named(link) for link in links), key=lambda one: str(one["name"]))[:most]


def default_types(source: Source, language: str) -> Sequence[Json]:
    """Name the classes that are matched where none is asked for."""
    words = Words(terms("among"), source, language)
    return [words.kind(iri) for iri in terms("among")]
