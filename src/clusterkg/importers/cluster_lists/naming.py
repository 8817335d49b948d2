"""What things and properties are called in each language, by the files that come along."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from clusterkg.files import knowledge
from clusterkg.turtle import iri

Names = Mapping[str, str]
_FILES = (("data", "cn-divisions"), ("data", "entities"), ("data", "places"),
          ("ontology", "clusterkg"), ("ontology", "vocabularies"))
_IS_IN = {"en": "{0} is in {2}", "zh": "{0}位于{2}"}
_HAS = {"en": "{0}: {1} {2}", "zh": "{0}：{1}{2}"}


def names(term: NamedNode | Literal) -> Names:
    """Give the labels of a thing by language; a literal is called by its value in all."""
    if isinstance(term, Literal):
        return dict.fromkeys(_HAS, term.value)
    return _labels().get(term, {})


def statement(subject: Names, predicate: str, value: NamedNode | Literal) -> list[tuple[str, str]]:
    """Word a statement in each language in which both ends have a name, else in Chinese."""
    words = _IS_IN if predicate in {"ckg:locatedIn", "ckg:within"} else _HAS
    ends = names(value)
    spoken = [language for language in _HAS if language in subject and language in ends]
    return [(language, words[language].format(_called(subject, language),
                                              _called(names(iri(predicate)), language),
                                              _called(ends, language)))
            for language in spoken or ["zh"]]


def texts(predicate: str, said: Iterable[tuple[str, str]]) -> list[tuple[str, NamedNode | Literal]]:
    """Make one literal a language."""
    return [(predicate, Literal(text, language=language)) for language, text in said]


def _called(found: Names, language: str) -> str:
    return found.get(language) or next(iter(found.values()))


@cache
def _labels() -> Mapping[NamedNode, Names]:
    found: defaultdict[NamedNode, dict[str, str]] = defaultdict(dict)
    packaged = [knowledge(folder) / f"{stem}.ttl" for folder, stem in _FILES]
    for path in [*packaged, Path(__file__).with_name("curated.ttl")]:
        for quad in parse(path=str(path), format=RdfFormat.TURTLE):
            if quad.predicate == iri("rdfs:label") and isinstance(quad.object, Literal) \
                    and isinstance(quad.subject, NamedNode):
                found[quad.subject][quad.object.language or ""] = quad.object.value
    return found
