"""Compare two closures: `compare.py OURS.nt THEIRS.nt`; prints what each has alone.

What owlrl adds and nobody wants in a store is left out on both sides: see `noise`.
"""

import json
import sys
from pathlib import Path

import rdflib
from rdflib.namespace import OWL, RDF, RDFS, XSD

_REFLEXIVE = {OWL.sameAs, OWL.equivalentClass, OWL.equivalentProperty, RDFS.subClassOf,
              RDFS.subPropertyOf}
Triple = tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]


def main() -> None:
    """Read, filter, compare."""
    ours, theirs = (_read(path) for path in sys.argv[1:3])
    for triple in [*sorted(ours - theirs)[:3], *sorted(theirs - ours)[:3]]:
        print(" ".join(term.n3() for term in triple), file=sys.stderr)
    print(json.dumps({"ours": len(ours), "theirs": len(theirs), "ours_alone": len(ours - theirs),
                      "theirs_alone": len(theirs - ours)}))


def _read(path: str) -> set[Triple]:
    graph = rdflib.Graph()
    # Some engines conclude that a literal is something; such a line is no RDF and is noise.
    graph.parse(data="".join(line for line in Path(path).read_text(encoding="utf-8")
                             .splitlines(keepends=True) if line.startswith("<")), format="nt")
    return {triple for triple in graph if not noise(triple)}


def noise(triple: Triple) -> bool:
    """Tell reflexive axioms, `a owl:Thing`, axiomatic triples and owlrl's error nodes."""
    s, p, o = triple
    return (str(p).startswith("blank:") or (s == o and p in _REFLEXIVE)
            or (p, o) == (RDF.type, OWL.Thing) or _axiomatic(s, p, o)
            or "http://www.daml.org/2002/03/agents" in f"{p}{o}")


def _axiomatic(s: rdflib.term.Node, p: rdflib.term.Node, o: rdflib.term.Node) -> bool:
    standard = any(str(s).startswith(str(space)) for space in (OWL, RDF, RDFS, XSD))
    if p == RDF.type and o in {RDFS.Datatype, OWL.AnnotationProperty, OWL.Class}:
        return standard
    if p == OWL.disjointWith and str(s).startswith(str(XSD)):
        return standard
    return s in {OWL.Thing, OWL.Nothing} and o in {OWL.Thing, OWL.Nothing}


if __name__ == "__main__":
    main()
