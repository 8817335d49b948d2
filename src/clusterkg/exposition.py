"""An explanation for a reader: as indented text with labels and CURIEs, or as JSON."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from clusterkg.explanation import Evidence, Proof, Statement, Term
from clusterkg.namespaces import compress
from clusterkg.vocabulary import OWL, RDF

_FIRST, _REST, _NIL, _TYPE = (RDF + name for name in ("first", "rest", "nil", "type"))
_DEPTH = 6  # of expressions within expressions
_INDENT = "    "

Labels = Mapping[str, str]
Expression = Callable[[BlankNode], list[tuple[Term, Term]]]


def text(proof: Proof, labels: Labels, expression: Expression) -> str:
    """Write the tree: each triple, under it the rule with its premises, or who asserts it."""
    return "\n".join(_Lines(labels, expression).of(proof, 0)) + "\n"


def named(term: Term, labels: Labels, expression: Expression) -> str:
    """Name a term as the text does: a blank node by what is said of it."""
    return _Lines(labels, expression).named(term)


def as_json(proof: Proof) -> str:
    """Write the tree as JSON, terms as in N-Triples; a triple met before is only named."""
    return json.dumps(_record(proof, set()), ensure_ascii=False, indent=2) + "\n"


def terms(proof: Proof) -> list[Term]:
    """List every term that the text names, to look labels up for."""
    found: list[Term] = []
    for one in proof.walk():
        found += [*one.triple, *one.graphs]
        for evidence in one.evidence:
            found += [term for term in (evidence.voucher, evidence.document, evidence.run)
                      if term is not None]
    return found


class _Lines:
    def __init__(self, labels: Labels, expression: Expression):
        self.labels, self.expression = labels, expression
        self.seen: set[Statement] = set()

    def of(self, proof: Proof, depth: int) -> Iterator[str]:
        indent = _INDENT * depth
        said = indent + " ".join(self.named(term) for term in proof.triple)
        if proof.triple in self.seen and proof.rule:
            yield f"{said} (see above)"
            return
        self.seen.add(proof.triple)
        yield said
        if proof.rule:
            yield f"{indent}  by {proof.rule}: {proof.meaning}"
            for premise in proof.premises:
                yield from self.of(premise, depth + 1)
        else:
            yield from (f"{indent}  {line}" for line in self.asserted(proof))

    def asserted(self, proof: Proof) -> Iterator[str]:
        graphs = ", ".join(self.named(graph) for graph in proof.graphs)
        note = "" if proof.accepted else ", in a record that is not accepted"
        yield f"asserted in {graphs}{note}"
        for evidence in proof.evidence:
            yield self.vouched(evidence)
            if evidence.read:
                yield f"  {', '.join(f'{name} {text}' for name, text in evidence.read)}"

    def vouched(self, evidence: Evidence) -> str:
        line = f"by {self.named(evidence.voucher)}"
        if evidence.document is not None:
            line += f": {self.named(evidence.document)}"
        places = (("paragraph", evidence.paragraph), ("characters", evidence.characters),
                  ("row", evidence.row))
        return line + "".join(f", {name} {value}" for name, value in places if value)

    def named(self, term: Term, depth: int = 0) -> str:
        if isinstance(term, BlankNode):
            return self.written(term, depth)
        if isinstance(term, Literal):
            return str(term)
        if term.value == _TYPE:
            return "a"
        label, curie = self.labels.get(term.value), compress(term.value)
        return f"{label} ({curie})" if label and not term.value.startswith(OWL) else curie

    def written(self, node: BlankNode, depth: int) -> str:
        """Write a blank node by what is said of it, as Turtle does."""
        facts = self.expression(node)
        if not facts or depth > _DEPTH:
            return f"_:{node.value}"
        if any(predicate.value == _FIRST for predicate, _ in facts):
            return f"( {' '.join(self.members(node, depth))} )"
        said = (f"{self.named(p)} {self.named(o, depth + 1)}" for p, o in facts
                if p.value != _TYPE)
        return f"[ {' ; '.join(said)} ]"

    def members(self, cell: Term, depth: int) -> Iterator[str]:
        while isinstance(cell, BlankNode):
            facts = {predicate.value: value for predicate, value in self.expression(cell)}
            yield self.named(facts[_FIRST], depth + 1)
            cell = facts.get(_REST, NamedNode(_NIL))


def _record(proof: Proof, seen: set[Statement]) -> dict[str, Any]:
    found: dict[str, Any] = dict(zip(("subject", "predicate", "object"),
                                     map(str, proof.triple), strict=True))
    if proof.triple in seen and proof.rule:
        return found | {"above": True}
    seen.add(proof.triple)
    if proof.rule:
        return found | {"rule": proof.rule, "meaning": proof.meaning,
                        "premises": [_record(premise, seen) for premise in proof.premises]}
    return found | {"graphs": [str(graph) for graph in proof.graphs], "accepted": proof.accepted,
                    "evidence": [_vouched(evidence) for evidence in proof.evidence]}


def _vouched(evidence: Evidence) -> dict[str, str]:
    every = {"voucher": evidence.voucher, "passage": evidence.passage,
             "document": evidence.document, "paragraph": evidence.paragraph,
             "characters": evidence.characters, "row": evidence.row, "run": evidence.run,
             **dict(evidence.read)}
    return {name: str(value) for name, value in every.items() if value}
