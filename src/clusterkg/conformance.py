"""What follows held against what should: one pair of files, or a folder of cases.

Such a folder has `cases.tsv` with columns `case` and `kind` (positive: the conclusion follows;
negative: it does not), `cases/<case>/premise.*` with `conclusion.*` or `non-conclusion.*`, and
`imports/<name>.*` for the ontologies that a premise imports under an IRI that ends in the name.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal

from clusterkg import discovery, entailment, ntriples
from clusterkg.answer import Answer
from clusterkg.errors import RefusedError, UnreadableError, UsageError
from clusterkg.files import RDF_SUFFIXES, rdf_files, read_text
from clusterkg.view import view
from clusterkg.vocabulary import OWL

_FOLLOWS, _DOES_NOT, _REFUSED = "entailed", "not entailed", "refused"
_EXPECTED = {"positive": ("conclusion", _FOLLOWS), "negative": ("non-conclusion", _DOES_NOT)}
_IMPORTS = OWL + "imports"


@dataclass(frozen=True)
class Case:
    """Say what should follow, what does, and why."""

    name: str
    expected: str
    found: str
    reason: str

    @property
    def verdict(self) -> str:
        """Compare; a construct that no rule covers proves nothing either way."""
        if self.found == self.expected:
            return "ok"
        return self.found if self.found == _REFUSED else "missed" if self.found == _DOES_NOT \
            else "wrong"


def check(premise: Sequence[Path], conclusion: Path) -> list[Case]:
    """Check what should follow from `premise`; without one, the folder of cases `conclusion`.

    Raises UnreadableError, UsageError, and RefusedError for a premise that no rule covers.
    """
    if premise:
        found = entailment.check(rdf_files(premise), conclusion)
        return [_case(conclusion.name, _FOLLOWS, found)]
    if not conclusion.is_dir():
        raise UsageError("name the premise too: infer PREMISE --check CONCLUSION, or a folder of "
                         "cases: infer --check FOLDER")
    return list(_suite(conclusion))


def text(cases: Iterable[Case]) -> bytes:
    """Write a Markdown table with a row a case, and how many there are of each verdict."""
    rows = [(case.name, case.expected, case.found, case.verdict, case.reason) for case in cases]
    answer = Answer(("case", "expected", "found", "verdict", "reason"),
                    tuple(tuple(map(Literal, row)) for row in rows))
    table: bytes = discovery.load("renderers", "md").render(view(answer, {}, {}))
    verdicts = [row[3] for row in rows]
    counts = ", ".join(f"{verdicts.count(one)} {one}" for one in sorted(set(verdicts)))
    return table + f"\n{len(rows)} case{'' if len(rows) == 1 else 's'}: {counts}\n".encode()


def _case(name: str, expected: str, found: entailment.Finding) -> Case:
    return Case(name, expected, _FOLLOWS if found.entailed else _DOES_NOT, found.reason)


def _suite(folder: Path) -> Iterator[Case]:
    listed = folder / "cases.tsv"
    rows = list(csv.DictReader(read_text(listed).splitlines(), delimiter="\t"))
    for line, row in enumerate(rows, 2):
        if row.get("kind") not in _EXPECTED or not row.get("case"):
            raise UnreadableError("columns `case` and `kind`, positive or negative, are needed",
                                  path=listed, line=line)
        name, (stem, expected) = row["case"], _EXPECTED[row["kind"]]
        inside = folder / "cases" / name
        premise = _file(inside, "premise")
        try:
            found = entailment.check([premise, *_imported(premise, folder / "imports")],
                                     _file(inside, stem))
            yield _case(name, expected, found)
        except RefusedError as error:
            yield Case(name, expected, _REFUSED, str(error))
    if not rows:
        raise UnreadableError("no case in it; add one a line", path=listed)


def _file(folder: Path, stem: str) -> Path:
    found = [path for path in sorted(folder.glob(f"{stem}.*")) if path.suffix in RDF_SUFFIXES]
    if not found:
        raise UnreadableError(f"no {stem} here, such as {stem}.ttl; add it", path=folder)
    return found[0]


def _imported(premise: Path, folder: Path) -> list[Path]:
    named = {triple.object.value.rstrip("/#").rsplit("/", 1)[-1]  # type: ignore[union-attr]  # an import is an IRI
             for triple in ntriples.triples(premise) if triple.predicate.value == _IMPORTS}
    known = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in known if path.stem in named and path.suffix in RDF_SUFFIXES]
