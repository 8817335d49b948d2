"""Triples as tables, one a class: what becomes a column, a list in a cell or a table of its own."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad

from clusterkg.layout import TYPE

IRI = "@id"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SEPARATORS = ("|", ";", " ¦ ", "\x1f")


@dataclass(frozen=True)
class Column:
    """Hold one property's values of one kind: IRIs, literals of a datatype or of a language.

    `separator` is None where no row has two values.
    """

    name: str
    predicate: str
    kind: str
    language: str
    separator: str | None = None


@dataclass(frozen=True)
class Table:
    """Hold the rows of one class: the subject's IRI, then a cell a column, "" where it is empty.

    `types` are what every subject is an instance of, said once instead of in each row.
    """

    name: str
    types: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


@dataclass
class _Values:
    """Collect the values of one column by subject."""

    by_subject: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def separator(self, kind: str) -> str | None:
        """Find what stands in no value; None where there is none, or where values are IRIs."""
        if kind == IRI:
            return None  # a URI template makes one IRI of a whole list
        values = [value for found in self.by_subject.values() for value in found]
        return next((s for s in _SEPARATORS if not any(s in value for value in values)), None)

    @property
    def single(self) -> bool:
        return all(len(found) == 1 for found in self.by_subject.values())


_Key = tuple[str, str, str]  # predicate, kind, language


def tables(name: str, quads: Iterable[Quad]) -> Iterator[Table]:
    """Lay out the triples of one class's subjects: its table, then those of its lists of links."""
    columns: dict[_Key, _Values] = defaultdict(_Values)
    types: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        subject = _text(quad.subject)
        is_type = quad.predicate == TYPE and isinstance(quad.object, NamedNode)
        types[subject] |= {_text(quad.object)} if is_type else set()
        columns[_key(quad)].by_subject[subject].append(_text(quad.object))
    shared = _drop_shared(columns, set.intersection(*types.values()))
    named = _named(columns)
    inside = {column: columns[key] for key, column in named.items()
              if columns[key].single or column.separator}
    yield Table(name, sorted(shared), list(inside), _rows(types, inside))
    for key, column in named.items():
        if column not in inside:
            rows = [[s, value] for s, found in columns[key].by_subject.items() for value in found]
            yield Table(f"{name}.{column.name}", (), [column], rows)


def _drop_shared(columns: dict[_Key, _Values], shared: set[str]) -> set[str]:
    """Take the types that all subjects have out of the columns."""
    key = (TYPE.value, IRI, "")
    if key in columns:
        left = {subject: [value for value in found if value not in shared]
                for subject, found in columns.pop(key).by_subject.items()}
        rest = {subject: found for subject, found in left.items() if found}
        if rest:
            columns[key] = _Values(rest)
    return shared


def _named(columns: Mapping[_Key, _Values]) -> dict[_Key, Column]:
    """Name columns by their property; by language or datatype too where it has several kinds."""
    taken = {"id"}
    found: dict[_Key, Column] = {}
    for key in sorted(columns):
        predicate, kind, language = key
        separator = None if columns[key].single else columns[key].separator(kind)
        several = sum(other[0] == predicate for other in columns) > 1
        parts = [local_name(predicate)]
        parts += [_word(language or local_name(kind))] if several else []
        name = unused("_".join(parts), taken)
        found[key] = Column(name, predicate, kind, language, separator)
    return found


def _rows(subjects: Iterable[str], columns: Mapping[Column, _Values]) -> list[list[str]]:
    return [[subject, *((column.separator or "").join(values.by_subject.get(subject, ()))
                        for column, values in columns.items())] for subject in sorted(subjects)]


def unused(name: str, taken: set[str]) -> str:
    """Number a name that is taken already, letter case aside, and take it."""
    number, candidate = 1, name
    while candidate.lower() in taken:
        number += 1
        candidate = f"{name}_{number}"
    taken.add(candidate.lower())
    return candidate


def local_name(iri: str) -> str:
    """Give the end of an IRI, or "value" where that is not a plain name."""
    name = re.split("[/#:]", iri)[-1]
    return name if _NAME.fullmatch(name) else "value"


def _word(text: str) -> str:
    return re.sub("[^A-Za-z0-9]", "_", text)


def _key(quad: Quad) -> _Key:
    value = quad.object
    if isinstance(value, Literal):
        return quad.predicate.value, value.datatype.value, value.language or ""
    return quad.predicate.value, IRI, ""


def _text(term: object) -> str:
    assert isinstance(term, NamedNode | Literal)  # cells hold no blank node
    return term.value
