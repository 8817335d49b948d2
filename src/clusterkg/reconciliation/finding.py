"""The candidates of queries: by name, by identifier, or by what their properties say."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from pyoxigraph import Literal, NamedNode

from clusterkg import fit
from clusterkg.answer import Answer, Source
from clusterkg.matching import proposal
from clusterkg.matching.asking import Asked
from clusterkg.matching.glance import Glance
from clusterkg.matching.judge import Verdict
from clusterkg.matching.name import Reader
from clusterkg.matching.place import Places
from clusterkg.matching.proposal import Candidate, Ground
from clusterkg.matching.vocabulary import terms
from clusterkg.namespaces import expand
from clusterkg.reconciliation.asked import Condition, Query, iri
from clusterkg.retrieval import ask

_SOME = 200  # that have a property of a value
_AGREES, _DIFFERS = 0.05, 0.1  # for a property that is as asked, and against one that is not
_BY_VALUE = ("SELECT DISTINCT ?s WHERE {{ VALUES ?o {{ {values} }} ?s <{link}> ?o "
             "FILTER(isIRI(?s)) }} LIMIT {limit}")
_LANGUAGES = ("zh", "en", "id")
_NUMBER = r"[+-]?[0-9]{1,40}"
_TYPED = {"xsd:integer": re.compile(_NUMBER), "xsd:decimal": re.compile(rf"{_NUMBER}(\.[0-9]+)?"),
          "xsd:gYear": re.compile("[0-9]{4}"), "xsd:date": re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}"),
          "xsd:boolean": re.compile("true|false")}
_PLAIN = frozenset({"http://www.w3.org/2002/07/owl#NamedIndividual"})


@dataclass(frozen=True, slots=True)
class Hit:
    """A candidate, whether it may be taken unseen, and how each condition came out."""

    candidate: Candidate
    score: float
    is_match: bool
    agreed: tuple[bool, ...]


# What is kept holds no source: else none would ever be let go of.
_read: WeakKeyDictionary[Source, tuple[Places, Reader]] = WeakKeyDictionary()


def ground(source: Source) -> Ground:
    """Give what names are held against; places are read once for each source that is open."""
    if source in _read:
        return Ground(source, proposal.index(source), *_read[source])
    found = Ground.of(source)
    _read[source] = found.places, found.reader
    return found


def answers(queries: Sequence[Query], source: Source) -> list[list[Hit]]:
    """Give the candidates of each query, the best first."""
    held = ground(source)
    asked = [_asked(query, held) for query in queries]
    found = [_found(query, one, held) for query, one in zip(queries, asked, strict=True)]
    weighed = proposal.weigh(asked, found, held)
    conditions = [_other(query) for query in queries]
    known = _Values(weighed, conditions, held)
    return [_chosen(query, some, known, listed)
            for query, some, listed in zip(queries, weighed, conditions, strict=True)]


def _asked(query: Query, held: Ground) -> Asked:
    codes = _said(query, "code")
    places = [place for value in _said(query, "place") for place in _places(value, held)]
    one = held.asked(query.name, codes[0] if codes else "")
    return Asked(one.text, one.name, one.code, frozenset(places))


def _places(value: str, held: Ground) -> Iterable[str]:
    """Take a place by its IRI, its code or its name."""
    if value in held.places.larger:
        return (value,)
    return held.places.of(value)


def _said(query: Query, role: str) -> list[str]:
    """Give the values of conditions on properties that play a role."""
    links = terms(role)
    return [value for one in query.conditions for value in one.values
            if one.property in links and one.quantifier == "any"]


def _other(query: Query) -> tuple[Condition, ...]:
    """Give the conditions that matching by name does not know of, and those that are required."""
    known = {*terms("code"), *terms("place")}
    return tuple(one for one in query.conditions
                 if one.property not in known or one.is_required or one.quantifier != "any")


def _found(query: Query, asked: Asked, held: Ground) -> Mapping[str, Verdict]:
    named = query.id or query.name
    whole = iri(named)
    if "://" in whole and is_known(whole, held.source):
        return {whole: Verdict(1.0, ("same identifier",))}
    if query.id:
        return {}
    if query.name:
        among = query.types if query.strict != "should" else ()
        return Glance(held.index, held.reader, held.places, among).at(asked)
    return {one: Verdict(0.7, ("same values",)) for one in _by_value(query, held.source)}


def is_known(named: str, source: Source) -> bool:
    """Tell whether the graph has a name for an IRI; False for what is none."""
    try:
        return any(ask(source, "names", [named]))
    except ValueError:
        return False


def _by_value(query: Query, source: Source) -> Iterator[str]:
    for one in query.conditions:
        if one.quantifier == "any" and one.values and _is_iri(one.property):
            values = " ".join(term for value in one.values for term in _terms(value))
            reply = source.query(_BY_VALUE.format(values=values, link=one.property, limit=_SOME))
            for subject, in reply.rows if isinstance(reply, Answer) else ():
                yield subject.value  # type: ignore[union-attr]  # an IRI, by the query
            return


def _terms(value: str) -> Iterator[str]:
    if _is_iri(value):
        yield f"<{value}>"
    yield str(Literal(value))
    yield from (str(Literal(value, datatype=NamedNode(expand(kind))))
                for kind, form in _TYPED.items() if form.fullmatch(value))
    yield from (str(Literal(value, language=language)) for language in _LANGUAGES)


def _is_iri(text: str) -> bool:
    try:
        return "://" in text and bool(NamedNode(text))
    except ValueError:
        return False


class _Values:
    """What candidates have as values of the properties that conditions name."""

    def __init__(self, weighed: Sequence[Sequence[Candidate]],
                 conditions: Sequence[Sequence[Condition]], ground_: Ground):
        self._ground, source = ground_, ground_.source
        self._held: dict[tuple[str, str], set[str]] = {}
        links = {one.property for some in conditions for one in some if _is_iri(one.property)}
        iris = {one.iri for some, listed in zip(weighed, conditions, strict=True) if listed
                for one in some}
        wanted = ", ".join(f"<{link}>" for link in sorted(links))
        rows = list(ask(source, "values", iris, wanted=wanted)) if links else []
        things = {row[2].value for row in rows if isinstance(row[2], NamedNode)}
        names: dict[str, set[str]] = {}
        for thing, label in ask(source, "names", things):
            names.setdefault(thing.value, set()).add(fit.normalise(label.value))  # type: ignore[union-attr]  # by the query
        for subject, link, value in rows:
            text = value.value  # type: ignore[union-attr]  # no blank node is asked for
            kept = self._held.setdefault((subject.value, link.value), set())  # type: ignore[union-attr]  # same
            kept |= {text, fit.normalise(text), *names.get(text, ())}
        # What a value means is found out once, however many candidates there are.
        self._forms = {value: {value, fit.normalise(value)} for some in conditions
                       for one in some for value in one.values}
        self._areas = {value: ground_.places.around(_places(value, ground_)) for some in conditions
                       for one in some if one.property in terms("place") for value in one.values}

    def agrees(self, one: Candidate, condition: Condition) -> bool:
        """Tell whether a candidate has what a condition asks for, or is in such a place."""
        held = self._held.get((one.iri, condition.property), set())
        met = [not held.isdisjoint(self._forms[value])
               or (condition.property in terms("place")
                   and self._ground.places.meets(one.entry.places, self._areas[value]))
               for value in condition.values]
        return {"any": any, "all": all, "none": _none}[condition.quantifier](met)


def _none(met: Iterable[bool]) -> bool:
    return not any(met)


def _chosen(query: Query, weighed: Sequence[Candidate], known: _Values,
            conditions: Sequence[Condition]) -> list[Hit]:
    hits = [hit for one in weighed if (hit := _hit(query, one, known, conditions))]
    hits.sort(key=lambda hit: (-hit.score, hit.candidate.iri))
    sure = proposal.is_certain([hit.candidate for hit in hits[:2]])
    return [Hit(hit.candidate, hit.score, sure and number == 0 and all(hit.agreed), hit.agreed)
            for number, hit in enumerate(hits[:query.limit])]


def _hit(query: Query, one: Candidate, known: _Values,
         conditions: Sequence[Condition]) -> Hit | None:
    agreed = tuple(known.agrees(one, each) for each in conditions)
    if any(each.is_required and not met for each, met in zip(conditions, agreed, strict=True)):
        return None
    is_typed = _is_typed(query, one)
    if not is_typed and query.strict != "should":
        return None
    score = one.verdict.score + sum(_AGREES if met else -_DIFFERS for met in agreed)
    score -= 0 if is_typed else _DIFFERS
    return Hit(one, max(0.0, min(score, 1.0)), False, agreed)


def _is_typed(query: Query, one: Candidate) -> bool:
    if not query.types:
        return True
    of = all if query.strict == "all" else any
    return of(kind in one.entry.types for kind in query.types)


def kinds(one: Candidate) -> list[str]:
    """List the classes of a candidate but for what says nothing."""
    return sorted(one.entry.types - _PLAIN)


