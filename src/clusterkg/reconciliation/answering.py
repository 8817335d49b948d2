"""Candidates, suggestions and values as the JSON of either version."""

import re
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from clusterkg import caption
from clusterkg.answer import Source, Term
from clusterkg.namespaces import compress, expand
from clusterkg.reconciliation import finding
from clusterkg.reconciliation.finding import Hit

Json = dict[str, object]
_XSD = expand("xsd:")
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_INT, _EXACT = 2**31, 2**53  # what an int and a float of a client have room for
_WHOLE = re.compile(r"[+-]?[0-9]{1,300}")
_MOMENT = re.compile(r"-?(?:[1-9][0-9]*)?[0-9]{4}-(?:1[0-2]|0[1-9])-(?:3[01]|0[1-9]|[12][0-9])")
_TIME = re.compile(r"T(?:2[0-3]|[01][0-9]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
                   r"(?:Z|[+-](?:2[0-3]|[01][0-9]):[0-5][0-9])?")


class Words:
    """The labels of all that an answer names, asked for at once."""

    def __init__(self, iris: Iterable[str], source: Source, language: str):
        """Ask for them in a reader's language."""
        self._known = caption.labels(source, map(NamedNode, set(iris)), language)

    def of(self, iri: str) -> str:
        """Give the label of a thing, or its CURIE."""
        return self._known.get(iri) or compress(iri).strip("<>")

    def named(self, iri: str) -> Json:
        """Give its id and name."""
        return {"id": iri, "name": self.of(iri)}

    def kind(self, iri: str) -> Json:
        """Give the id and name of a class."""
        return {"id": kind(iri), "name": self.of(iri)}


def kind(iri: str) -> str:
    """Identify a class by its CURIE: OpenRefine sets it into addresses, where a # would end it."""
    return compress(iri).strip("<>")


def candidates(some: Sequence[Sequence[Hit]], source: Source, language: str, *,
               is_old: bool) -> list[list[Json]]:
    """Write the candidates of each query."""
    hits = [hit for each in some for hit in each]
    words = Words([iri for hit in hits for iri in (
        hit.candidate.iri, *hit.candidate.entry.types, *hit.candidate.entry.places)],
        source, language)
    return [[_candidate(hit, words, is_old=is_old) for hit in each] for each in some]


def _candidate(hit: Hit, words: Words, *, is_old: bool) -> Json:
    one = hit.candidate
    told = [*one.verdict.reasons, *(words.of(place) for place in sorted(one.entry.places)),
            *sorted(one.entry.codes)]
    return {"id": one.iri, "name": one.label or words.of(one.iri), "description": "; ".join(told),
            "score": round(100 * hit.score, 1), "match": hit.is_match,
            "type": [words.kind(kind) for kind in finding.kinds(one)],
            "features": [_feature("name", one.verdict.score, is_old=is_old),
                         *(_feature(f"condition-{number}", met, is_old=is_old)
                           for number, met in enumerate(hit.agreed, 1))]}


def _feature(name: str, value: float | bool, *, is_old: bool) -> Json:
    return {"id": name, "value": value} if is_old else {
        "id": name, "name": name.replace("-", " "), "value": value}


def values(terms: Iterable[Term], words: Words) -> list[Json]:
    """Write values of a property."""
    return [_value(term, words) for term in terms]


def _value(term: Term, words: Words) -> Json:
    if isinstance(term, NamedNode):
        return words.named(term.value)
    if not isinstance(term, Literal):
        return {"str": str(term)}
    of, text = term.datatype.value.removeprefix(_XSD), term.value
    if of == "integer" and _WHOLE.fullmatch(text):
        return _integer(int(text), text)
    if of in ("decimal", "double", "float") and (number := _number(text)) is not None:
        return {"float": number}
    if of in ("date", "dateTime") and (moment := _moment(text)):
        return {"date": moment}
    return {"bool": _TRUTH[text]} if of == "boolean" and text in _TRUTH else {"str": text}


def _integer(number: int, text: str) -> Json:
    """Write it so that no client changes it: OpenRefine reads an int as one of 32 bits."""
    if abs(number) < _INT:
        return {"int": number}
    return {"float": float(number)} if abs(number) <= _EXACT else {"str": text}


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if found - found == 0 else None  # JSON has no infinity


def _moment(text: str) -> str:
    day = _MOMENT.match(text)
    if day is None:
        return ""
    rest = text[day.end():]
    return text if _TIME.fullmatch(rest) else f"{day[0]}T00:00:00Z" if not rest else ""


def listed(iris: Sequence[str], words: Words, kinds: Mapping[str, Sequence[str]], *,
           are_kinds: bool) -> list[Json]:
    """Write suggestions, with what they are."""
    return [{**(words.kind(iri) if are_kinds else words.named(iri)), "description": kind(iri),
             "notable": [kind(of) for of in kinds.get(iri, ())]} for iri in iris]
