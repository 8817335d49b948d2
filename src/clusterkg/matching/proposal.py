"""Names with those that they may mean, from all that the graph says of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pyoxigraph import Literal

from clusterkg.answer import Source
from clusterkg.errors import RefusedError
from clusterkg.label import Indexed
from clusterkg.lookup import Index
from clusterkg.matching import fact, judge
from clusterkg.matching import place as place_
from clusterkg.matching.asking import Asked
from clusterkg.matching.fact import Entry
from clusterkg.matching.judge import Verdict
from clusterkg.matching.name import Reader
from clusterkg.matching.place import Places


@dataclass(frozen=True, slots=True)
class Candidate:
    """One that may be meant; `label` is the name of it that is most like what was asked."""

    iri: str
    label: str
    verdict: Verdict
    entry: Entry


@dataclass(frozen=True)
class Ground:
    """What names are held against: a source with its index of labels, its places, and a reader."""

    source: Source
    index: Index
    places: Places
    reader: Reader

    @classmethod
    def of(cls, source: Source) -> "Ground":
        """Read the places of a source; raise RefusedError for one without an index."""
        labels = index(source)
        places = place_.read(source)
        return cls(source, labels, places, Reader(places.named, places.weak))

    def asked(self, text: str, code: str = "", place: str = "") -> Asked:
        """Take apart what is asked; raise nothing: an unknown place says nothing."""
        return Asked(text, self.reader.read(text), fact.folded(code), self.places.of(place))


def index(source: Source) -> Index:
    """Give the labels of a source; raise RefusedError where it has no index of them."""
    if not isinstance(source, Indexed) or source.labels is None:
        raise RefusedError("an endpoint has no index of labels to match names with; name a "
                           "snapshot with --snapshot")
    return source.labels


def weigh(asked: Sequence[Asked], found: Sequence[Mapping[str, Verdict]],
          ground: Ground) -> list[list[Candidate]]:
    """Add those that bear a code, and let codes and places have their say; the best first."""
    coded = fact.by_code({one.code for one in asked if one.code}, ground.source)
    iris = {iri for some in found for iri in some} | {iri for some in coded.values()
                                                      for iri in some}
    known = fact.entries(iris, ground.source)
    return [_ranked([_weighed(one, iri, some.get(iri, judge.NOTHING), known[iri], ground)
                     for iri in dict.fromkeys([*some, *coded.get(one.code, ())])
                     if iri in known])
            for one, some in zip(asked, found, strict=True)]


def is_certain(candidates: Sequence[Candidate]) -> bool:
    """Tell whether the first may be taken without looking: no other is certain by itself."""
    return bool(candidates) and candidates[0].verdict.score >= judge.CERTAIN and all(
        one.verdict.score < judge.CERTAIN for one in candidates[1:])


def _weighed(asked: Asked, iri: str, verdict: Verdict, entry: Entry, ground: Ground) -> Candidate:
    label, is_main = _label(asked, entry, ground.reader)
    if not is_main and judge.SAME_NAME in verdict.reasons:
        verdict = Verdict(0.92, (judge.OTHER_NAME,))
    verdict = judge.codes(verdict, asked.code, entry.codes)
    known = ground.reader.read(label)
    agree = ground.places.agree(asked.places or ground.places.meant(asked.name.places),
                                entry.places or ground.places.meant(known.places))
    return Candidate(iri, label, judge.places(verdict, agree=agree), entry)


def _label(asked: Asked, entry: Entry, reader: Reader) -> tuple[str, bool]:
    """Choose the name that is most like what was asked; say whether it is a main one."""
    texts = [(label, main) for labels, main in ((entry.names, True), (entry.others, False))
             for label in labels]
    if not texts:
        return "", True
    likeness = partial(_likeness, asked, reader)
    label, is_main = max(texts, key=lambda pair: (likeness(pair[0]), pair[1], pair[0].value))
    return label.value, is_main


def _likeness(asked: Asked, reader: Reader, label: Literal) -> float:
    return judge.names(asked.name, reader.read(label.value)).score


def _ranked(candidates: Sequence[Candidate]) -> list[Candidate]:
    return sorted((one for one in candidates if one.verdict.score),
                  key=lambda one: (-one.verdict.score, one.iri))
