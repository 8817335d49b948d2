"""Proposals as a file that a person decides in: `decision` reads it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from uuid import NAMESPACE_URL, UUID, uuid5

from pyoxigraph import NamedNode

from clusterkg import __version__, sssom
from clusterkg.answer import Answer
from clusterkg.matching import crew, fact, judge, proposal, subject
from clusterkg.matching.proposal import Candidate, Ground
from clusterkg.matching.table import Line, Listed
from clusterkg.namespaces import compress, prefixes
from clusterkg.sssom import Sheet

COLUMNS = ("subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id",
           "object_label", "mapping_justification", "confidence", "author_label", "mapping_date",
           "comment", "subject_source_row")
_LIKELY, _RELATED = "skos:closeMatch", "skos:relatedMatch"
_FOUND = "semapv:LexicalMatching"
_CONTRADICTING = frozenset({judge.OTHERWISE, judge.OTHER_CODE})
_NONE = "sssom:NoTermFound"
_REPLACED = "SELECT ?s ?o WHERE { ?s <http://purl.org/dc/terms/isReplacedBy> ?o }"
_DIFFERENT = "SELECT ?s ?o WHERE { ?s <http://www.w3.org/2002/07/owl#differentFrom> ?o }"
_HELP = ("A proposal has skos:closeMatch. Write skos:exactMatch where both are one, and Not into "
         "predicate_modifier beside it where they are two; fill in author_label, or say who "
         "decides with --author; then clusterkg match --apply. An apostrophe before = + - @ keeps "
         "spreadsheets from running a name; it is no part of it")


@dataclass
class Summary:
    """How the names of a table came out."""

    names: int = 0
    certain: int = 0
    likely: int = 0
    masked: int = 0
    none: int = 0
    known: int = 0
    contradicted: int = 0
    rows: list[Mapping[str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        """Say it on one line; the numbers add up to the names."""
        return (f"{self.names:,} names: {self.certain:,} with one that is the same by all signs, "
                f"{self.likely:,} with some that may be, {self.none:,} with none, "
                f"{self.masked:,} masked, {self.contradicted:,} whose code and name contradict "
                f"each other, {self.known:,} in the graph already")


def propose(listed: Listed, ground: Ground, *, most: int = 3) -> Summary:
    """Hold the names of a table against the graph, and write down at most so many for each."""
    found = crew.propose([(line.name, line.code, line.place) for line in listed.lines], ground)
    summary = Summary(names=len(found))
    decided = _Decided(ground)
    for line, some in zip(listed.lines, found, strict=True):
        code = fact.folded(line.code)
        iri = line.iri or subject.of(line.name, code, line.place, ground.places)
        is_masked = ground.reader.read(line.name).is_masked
        decided.add(summary, (line, is_masked), iri, some[:most])
    return summary


class _Decided:
    """What was decided before is not proposed again."""

    def __init__(self, ground: Ground):
        self._replaced = {one for one, _ in _pairs(_REPLACED, ground)}
        self._different = set(_pairs(_DIFFERENT, ground))

    def add(self, summary: Summary, named: tuple[Line, bool], iri: str,
            candidates: Sequence[Candidate]) -> None:
        """Count a name, and write rows for what is to be decided or mended."""
        line, is_masked = named
        own = next((one for one in candidates if one.iri == iri), None)
        left = [one for one in candidates if one is not own
                and not {(iri, one.iri), (one.iri, iri)} & self._different]
        if own and _CONTRADICTING & set(own.verdict.reasons):
            summary.contradicted += 1
            summary.rows += [_contradicted(line, own), *(_row(line, iri, one) for one in left)]
            return
        if iri in self._replaced or own:
            summary.known += 1
            return
        likely = [one for one in left if one.verdict.is_likely]
        summary.certain += proposal.is_certain(left)
        summary.likely += bool(likely) and not proposal.is_certain(left)
        summary.masked += is_masked and not likely
        summary.none += not likely and not is_masked
        summary.rows += [_row(line, iri, one) for one in left] or [_nothing(
            line, iri, "letters of the name are hidden: give its code" if is_masked else "")]


def written(summary: Summary) -> bytes:
    """Write proposals as a file of SSSOM."""
    return sssom.write(_sheet(summary)).encode()


def _sheet(summary: Summary) -> Sheet:
    about = MappingProxyType({
        "mapping_set_id": f"urn:uuid:{_uuid(summary.rows)}",
        "mapping_tool": "clusterkg match", "mapping_tool_version": __version__,
        "license": "https://w3id.org/sssom/license/unspecified", "comment": _HELP,
        "extension_definitions": [{
            "slot_name": "subject_source_row",
            "property": "https://w3id.org/clusterkg/ns#sourceRow"}],
        "curie_map": {prefix: prefixes()[prefix] for prefix in sorted(
            {row[key].partition(":")[0] for row in summary.rows
             for key in ("subject_id", "object_id")} & prefixes().keys())}})
    return Sheet(Path(), about, COLUMNS, list(enumerate(summary.rows, 1)))


def _uuid(rows: Sequence[Mapping[str, str]]) -> UUID:
    """Name the set by what it holds, so that the same list has the same name."""
    return uuid5(NAMESPACE_URL, json.dumps([dict(row) for row in rows]))


def _row(line: Line, iri: str, one: Candidate) -> Mapping[str, str]:
    is_likely = one.verdict.is_likely
    return {**_beginning(line, iri), "predicate_id": _LIKELY if is_likely else _RELATED,
            "object_id": compress(one.iri).strip("<>"), "object_label": one.label,
            "mapping_justification": _FOUND, "confidence": f"{one.verdict.score:.2f}",
            "comment": "; ".join(one.verdict.reasons)}


def _nothing(line: Line, iri: str, why: str) -> Mapping[str, str]:
    return {**_beginning(line, iri), "predicate_id": _RELATED, "object_id": _NONE,
            "mapping_justification": _FOUND, "comment": why}


def _contradicted(line: Line, one: Candidate) -> Mapping[str, str]:
    return _nothing(line, one.iri, f"{'; '.join(one.verdict.reasons)}: in the graph this is "
                    f"{one.label or compress(one.iri)}; mend the code or the name")


def _beginning(line: Line, iri: str) -> Mapping[str, str]:
    return {"subject_id": compress(iri).strip("<>"), "subject_label": line.name,
            "subject_source_row": line.address}


def _pairs(query: str, ground: Ground) -> Iterator[tuple[str, str]]:
    reply = ground.source.query(query)
    for one, other in reply.rows if isinstance(reply, Answer) else ():
        if isinstance(one, NamedNode) and isinstance(other, NamedNode):
            yield one.value, other.value
