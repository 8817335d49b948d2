"""What a page shows of a thing: its facts in rows, each with notes that say where it comes from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import urlencode

from pyoxigraph import BlankNode, Literal, NamedNode

from clusterkg import caption
from clusterkg.answer import Source, Term
from clusterkg.entity import Entity, Fact
from clusterkg.explanation import Evidence, Statement
from clusterkg.namespaces import compress, expand
from clusterkg.retrieval import some

OPEN = 30  # values of a property that are seen at once; the others are folded away
_MOST = 200  # contradictions, or gaps
_LINK = NamedNode(expand("xsd:anyURI"))
_TOLD = frozenset(map(expand, ("rdf:type", "rdfs:label", "skos:prefLabel", "skos:definition",
                               "dcterms:description")))
_TECHNICAL = frozenset(map(expand, ("owl:NamedIndividual", "owl:Thing")))  # listed last
_TITLE = expand("dcterms:title")
_ABOUT = tuple(map(expand, ("skos:definition", "dcterms:description", "rdfs:comment")))


@dataclass(frozen=True, slots=True)
class Shown:
    """A term as a reader sees it; `language` is that of the text, `iri` where a link leads."""

    text: str
    iri: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a row; `why` is the query of the address that explains an inferred fact."""

    term: Shown
    notes: tuple[int, ...] = ()
    is_inferred: bool = False
    is_disputed: bool = False
    why: str = ""
    nested: tuple[tuple[Shown, Shown], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A property with its values, those that are asserted first."""

    property: Shown
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Who vouches for facts: a record with its place in a document, or a named graph alone.

    Of a row, `run` is the import that read it.
    """

    voucher: Shown
    document: Shown | None = None
    places: tuple[tuple[str, str], ...] = ()  # the name of a word, and a number
    run: Shown | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """What a record, or the document of a register, says that another contradicts."""

    property: Shown | None
    values: tuple[Shown, ...]
    record: Shown
    status: Shown | None
    others: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Where nobody is known; `answer` is the name of the word that says how sure that is."""

    place: Shown | None
    answer: str


@dataclass(frozen=True, slots=True)
class Portrait:
    """A thing for a reader: `rows` begin with it, `inward` point at it; notes count from 1.

    `truncated` says which of "out", "into", "disputes" and "gaps" have more than is given here.
    """

    iri: str
    title: Shown
    names: tuple[Shown, ...]
    types: tuple[Value, ...]
    about: tuple[Shown, ...]
    rows: tuple[Row, ...]
    inward: tuple[Row, ...]
    notes: tuple[Note, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    gaps: tuple[Gap, ...] = ()
    truncated: frozenset[str] = field(default_factory=frozenset)


def of(thing: Entity, source: Source, reader: str) -> Portrait:
    """Lay out what is known of a thing in the reader's language."""
    found, gaps = (tuple(some(source, name, [thing.iri], _MOST + 1))
                   for name in ("conflicts", "gaps"))
    more = {name for name, rows in (("disputes", found), ("gaps", gaps)) if len(rows) > _MOST}
    found, gaps = found[:_MOST], gaps[:_MOST]
    terms = {term for row in (*found, *gaps) for term in row if isinstance(term, NamedNode)}
    lens = _Lens(thing, source, terms, reader)
    disputed = {(row[1], row[2]) for row in found}
    sketch = _Sketch(thing, lens, disputed)
    rows, inward = sketch.rows(thing.out), sketch.rows(thing.into, is_inward=True)
    return Portrait(
        thing.iri, lens.term(NamedNode(thing.iri)), tuple(lens.names(thing.labels)),
        tuple(sorted((value for row in rows if row.property.iri == expand("rdf:type")
                      for value in row.values), key=lambda one: one.term.iri in _TECHNICAL)),
        tuple(lens.chosen(thing)),
        tuple(row for row in rows if row.property.iri not in _TOLD), tuple(inward),
        sketch.notes(), tuple(_disputes(found, lens)),
        tuple(Gap(lens.term(place) if place else None, caption.plain(answer))
              for _, place, answer in gaps), thing.truncated | more)


class _Lens:
    """Terms as the reader sees them."""

    def __init__(self, thing: Entity, source: Source, more: Iterable[Term], reader: str):
        self.reader, self.source = reader, source
        labels: dict[str, Sequence[Literal]] = dict(thing.names)
        if not thing.labels:
            labels[thing.iri] = [fact.object for fact in thing.out if isinstance(
                fact.object, Literal) and fact.predicate.value == _TITLE]
        missing = [term for term in more if caption.plain(term) not in labels]
        self.known = {iri: caption.preferred(some, reader) for iri, some in labels.items() if some}
        self.more = caption.labels(source, missing, reader)

    def term(self, term: Term) -> Shown:
        if isinstance(term, NamedNode):
            label = self.known.get(term.value)
            if label is not None:
                return Shown(label.value, term.value, label.language or "")
            return Shown(self.more.get(term.value) or compress(term.value), term.value)
        if isinstance(term, Literal):
            return Shown(caption.text(term, {}), term.value if term.datatype == _LINK else "",
                         term.language or "")
        return Shown(caption.plain(term))

    def read_titles(self, iris: Sequence[str]) -> None:
        """Ask for the titles of what has no label, as the sources of a graph."""
        titles: dict[str, list[Literal]] = {}
        for thing, _, title in some(self.source, "values", iris, _MOST, wanted=f"<{_TITLE}>"):
            if isinstance(title, Literal) and isinstance(thing, NamedNode):
                titles.setdefault(thing.value, []).append(title)
        self.known = {iri: caption.preferred(found, self.reader)
                      for iri, found in titles.items()} | self.known

    def names(self, labels: Sequence[Literal]) -> Iterator[Shown]:
        """Give the labels that are not the title."""
        title = caption.preferred(labels, self.reader) if labels else None
        for label in labels:
            if label != title:
                yield self.term(label)

    def chosen(self, thing: Entity) -> Iterator[Shown]:
        """Give what the thing is, of each kind of description the reader's own."""
        for kind in _ABOUT:
            said = [fact.object for fact in thing.out
                    if fact.predicate.value == kind and isinstance(fact.object, Literal)]
            if said:
                yield self.term(caption.preferred(said, self.reader))


class _Sketch:
    """Facts as rows, and the notes that they need, numbered in the order of the page."""

    def __init__(self, thing: Entity, lens: _Lens, disputed: set[tuple[Term | None, Term | None]]):
        self.thing, self.lens, self.disputed = thing, lens, disputed
        self.numbers: dict[Evidence | str, int] = {}

    def rows(self, facts: Sequence[Fact], *, is_inward: bool = False) -> list[Row]:
        ordered = sorted(facts, key=lambda fact: (fact.predicate.value, fact.inferred))
        return [Row(self.lens.term(predicate), tuple(self.value(fact, is_inward=is_inward)
                                                     for fact in group))
                for predicate, group in groupby(ordered, key=lambda fact: fact.predicate)]

    def value(self, fact: Fact, *, is_inward: bool) -> Value:
        end = fact.subject if is_inward else fact.object
        return Value(self.lens.term(end), tuple(self.numbered(fact)), fact.inferred,
                     not is_inward and (fact.predicate, fact.object) in self.disputed,
                     _why(fact), tuple(self.nested(end)))

    def numbered(self, fact: Fact) -> Iterator[int]:
        sources: list[Evidence | str] = [self.thing.sources[note] for note in fact.notes]
        for one in sources or fact.graphs:
            yield self.numbers.setdefault(one, len(self.numbers) + 1)

    def nested(self, end: Term) -> Iterator[tuple[Shown, Shown]]:
        """Give what is said of what has no name."""
        if isinstance(end, BlankNode):
            for one in self.thing.nested:
                if one.subject == end:
                    yield self.lens.term(one.predicate), self.lens.term(one.object)

    def notes(self) -> tuple[Note, ...]:
        self.lens.read_titles([one for one in self.numbers if isinstance(one, str)])
        return tuple(self.note(one) for one in self.numbers)

    def note(self, one: Evidence | str) -> Note:
        if isinstance(one, str):
            return Note(self.lens.term(NamedNode(one)))
        every = (("paragraph", one.paragraph), ("characters", one.characters), ("row", one.row))
        return Note(self.lens.term(one.voucher), self.lens.term(one.document)
                    if one.document else None, tuple(pair for pair in every if pair[1]),
                    self.lens.term(one.run) if one.run else None)


def _why(fact: Fact) -> str:
    """Give what an address needs to say which fact; "" for what needs no explanation, or has none.

    Blank nodes have no names that outlive a page.
    """
    if not fact.inferred or any(isinstance(term, BlankNode) for term in fact.statement):
        return ""
    return question(fact.statement)


def question(statement: Statement | tuple[Term, Term, Term]) -> str:
    """Give the query of the address that explains a statement: terms as N-Triples writes them."""
    s, p, o = statement
    return urlencode({"s": caption.plain(s), "p": caption.plain(p), "o": str(o)})


def _disputes(rows: Sequence[tuple[Term | None, ...]], lens: _Lens) -> Iterator[Dispute]:
    """Give a dispute a record and property, with all its values and all that speaks against it."""
    records: dict[tuple[Term, Term | None], list[tuple[Term | None, ...]]] = {}
    for row in rows:
        if row[3] is not None:
            records.setdefault((row[3], row[1]), []).append(row)
    for (record, _), found in records.items():
        _, about, _, _, status, _ = found[0]
        yield Dispute(
            lens.term(about) if about else None,
            tuple(map(lens.term, _once(row[2] for row in found))), lens.term(record),
            lens.term(status) if status else None,
            tuple(map(lens.term, _once(row[5] for row in found))))


def _once(terms: Iterable[Term | None]) -> Mapping[Term, None]:
    return dict.fromkeys(term for term in terms if term is not None)
