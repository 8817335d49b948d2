"""Compare two closures: `compare.py OURS.nt THEIRS.nt`; prints what each has alone.

What owlrl adds and nobody wants in a store is left out on both sides: see `noise.txt`.
"""

import json
import re
import sys
from pathlib import Path

import rdflib

_NOISE = [re.compile(line) for line in (Path(__file__).parents[1] / "noise.txt").read_text(
    encoding="utf-8").splitlines() if not line.startswith("#")]
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
    line = " ".join(f"<{term}>" if isinstance(term, rdflib.URIRef) else term.n3()
                    for term in triple)
    return any(noise.search(line) for noise in _NOISE)


if __name__ == "__main__":
    main()
