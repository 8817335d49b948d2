"""What the graph has against decisions, and what whoever decides ought to know."""

from collections.abc import Iterator, Mapping, Sequence

from clusterkg.answer import Source
from clusterkg.errors import RefusedError
from clusterkg.matching import fact
from clusterkg.matching.fact import Entry
from clusterkg.matching.vocabulary import terms
from clusterkg.namespaces import compress, expand
from clusterkg.sssom import Decision, Sheet

_PLAIN = frozenset(map(expand, ("owl:NamedIndividual", "owl:Thing")))
_TERMS = frozenset(map(expand, (
    "owl:Class", "rdfs:Class", "rdf:Property", "owl:ObjectProperty", "owl:DatatypeProperty",
    "owl:AnnotationProperty")))
_SHOWN = 3


def check(sheet: Sheet, added: Sequence[Decision], source: Source) -> list[str]:
    """Raise RefusedError for two that cannot be one; give a remark for each kind of stray.

    A class or a property can be nothing else. Two cannot be one that have codes but none in common,
    or classes but none in common, nor one of which only one is of the classes among which names are
    matched.
    """
    known = fact.entries({iri for one in added for iri in (one.subject, one.object)}, source)
    for one in added:
        _refuse_terms(sheet, one, known)
        if one.is_same and one.subject in known and one.object in known:
            _refuse(sheet, one, known[one.subject], known[one.object])
    return list(_strays(added, known))


def _refuse_terms(sheet: Sheet, one: Decision, known: Mapping[str, Entry]) -> None:
    for iri in (one.subject, one.object):
        if one.is_same and iri in known and known[iri].types & _TERMS:
            raise RefusedError(f"{compress(iri)} is a term of the ontology, and no thing that is "
                               "another; name two things, or take this row out",
                               path=sheet.path, line=one.line)


def _refuse(sheet: Sheet, one: Decision, subject: Entry, object_: Entry) -> None:
    for what, here, there in (("codes", subject.codes, object_.codes),
                              ("classes", _kinds(subject), _kinds(object_))):
        if here and there and not here & there:
            raise RefusedError(
                f"{compress(one.subject)} is {compress(one.object)} by this decision, but they "
                f"have different {what}: {_listed(here)}, and {_listed(there)}; write Not into "
                "predicate_modifier, or mend the source that is wrong",
                path=sheet.path, line=one.line)


def _kinds(one: Entry) -> set[str]:
    """Give the classes that are matched, else those that say something."""
    return one.types & set(terms("among")) or one.types - _PLAIN - set(terms("among"))


def _listed(some: set[str]) -> str:
    return ", ".join(compress(one) if "://" in one else one for one in sorted(some)[:_SHOWN])


def _strays(added: Sequence[Decision], known: Mapping[str, Entry]) -> Iterator[str]:
    for some, what in (
            ([one for one in added if one.subject not in known],
             "are about what no data name: they join no rows, unless an import names it so (see "
             "--mapping)"),
            ([one for one in added if one.object not in known], "lead to what no data name")):
        if some:
            yield (f"{len(some):,} of {len(added):,} decisions {what}; the first: "
                   f"{compress(some[0].subject)}, {compress(some[0].object)}")
