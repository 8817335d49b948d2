"""Names with those that they may mean, from all that the graph says of both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clusterkg import source as source_
from clusterkg.answer import Source
from clusterkg.errors import RefusedError
from clusterkg.label import Indexed
from clusterkg.lookup import Index
from clusterkg.matching import bulk, fact, judge
from clusterkg.matching import place as place_
from clusterkg.matching.asking import Asked
from clusterkg.matching.fact import Entry
from clusterkg.matching.judge import Verdict
from clusterkg.matching.name import Name, Reader
from clusterkg.matching.place import Places

_MANY = 2_000  # that are looked up in the tables, and not one by one


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

    @classmethod
    def at(cls, version: Path) -> "Ground":
        """Open a version and read its places."""
        return cls.of(source_.open_version(version))

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
    known = (bulk.entries(iris, ground.index.path.parent) if len(iris) >= _MANY
             else fact.entries(iris, ground.source))
    return [_ranked(_Scale(one, ground).weighed(iri, some.get(iri, judge.NOTHING), known[iri])
                    for iri in dict.fromkeys([*some, *coded.get(one.code, ())]) if iri in known)
            for one, some in zip(asked, found, strict=True)]


def is_certain(candidates: Sequence[Candidate]) -> bool:
    """Tell whether the first may be taken without looking."""
    return are_certain([one.verdict.score for one in candidates])


def are_certain(scores: Sequence[float]) -> bool:
    """Tell it of scores, the best first: no other is certain by itself, or comes near."""
    most = min(judge.CERTAIN, scores[0] - judge.APART) if scores else 0.0
    return bool(scores) and scores[0] >= judge.CERTAIN and all(
        score < most for score in scores[1:])


class _Scale:
    """What is held against everything that one name may mean."""

    def __init__(self, asked: Asked, ground: Ground):
        self._asked, self._ground = asked, ground
        self._area = ground.places.around(asked.places or ground.places.meant(asked.name.places))

    def weighed(self, iri: str, verdict: Verdict, entry: Entry) -> Candidate:
        """Let other names, codes and places have their say."""
        label, is_main, name = self._label(entry)
        if not is_main and judge.SAME_NAME in verdict.reasons:
            verdict = Verdict(0.92, (judge.OTHER_NAME,))
        otherwise = not verdict.is_likely and judge.is_otherwise(self._asked.name, name)
        verdict = judge.codes(verdict, self._asked.code, entry.codes, otherwise=otherwise)
        places = self._ground.places
        agree = places.met(entry.places or places.meant(name.places), self._area)
        return Candidate(iri, label, judge.places(verdict, agree=agree), entry)

    def _label(self, entry: Entry) -> tuple[str, bool, Name]:
        """Choose the name that is most like what was asked; say whether it is a main one."""
        texts = [(label.value, main, self._ground.reader.read(label.value))
                 for labels, main in ((entry.names, True), (entry.others, False))
                 for label in labels]
        if len(texts) < _TWO:
            return texts[0] if texts else ("", True, self._ground.reader.read(""))
        return max(texts, key=lambda one: (judge.names(self._asked.name, one[2]).score, one[1],
                                           one[0]))


_TWO = 2


def _ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted((one for one in candidates if one.verdict.score),
                  key=lambda one: (-one.verdict.score, one.iri))
