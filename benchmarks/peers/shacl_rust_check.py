"""shacl-rust: `shacl_rust_check.py DATA.nt SHAPES RESULTS.tsv`, SHAPES a folder; loads, checks."""

import json
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import rdflib
import shacl_rust

shapes = rdflib.Graph()
for path in sorted(Path(sys.argv[2]).glob("*.ttl")):
    shapes.parse(path)
with tempfile.TemporaryDirectory() as aside:
    merged = str(Path(aside) / "shapes.ttl")
    shapes.serialize(merged, format="turtle")
    start = perf_counter()
    report = shacl_rust.validate_file(sys.argv[1], merged, experimental_index=True)
    done = perf_counter()


def name(iri: object) -> str:
    """Give the local name of an IRI, however it is written."""
    return str(iri).strip("<>").replace(":", "#").rpartition("#")[2]


lines = sorted("\t".join((str(result.get("focus_node", result.get("focusNode"))).strip("<>"),
                          name(result.get("source_constraint_component",
                                          result.get("sourceConstraintComponent"))),
                          name(result.get("severity", result.get("resultSeverity")))))
               for result in report["results"])
Path(sys.argv[3]).write_text("\n".join(lines) + "\n", encoding="utf-8")
print(json.dumps({"check": done - start, "results": len(lines)}))
