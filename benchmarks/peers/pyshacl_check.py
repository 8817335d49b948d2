"""pySHACL: `pyshacl_check.py DATA.nt SHAPES RESULTS.tsv`, SHAPES a folder."""

import json
import sys
from pathlib import Path
from time import perf_counter

import pyshacl
import rdflib
from rdflib.namespace import RDF, SH

start = perf_counter()
data, shapes = rdflib.Graph(), rdflib.Graph()
data.parse(sys.argv[1], format="nt")
for path in sorted(Path(sys.argv[2]).glob("*.ttl")):
    shapes.parse(path)
loaded = perf_counter()
conforms, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True, advanced=False,
                                       do_owl_imports=False)
done = perf_counter()
lines = []
for result in report.subjects(RDF.type, SH.ValidationResult):
    parts = [report.value(result, name) for name in
             (SH.focusNode, SH.sourceConstraintComponent, SH.resultSeverity)]
    focus, component, severity = map(str, parts)
    lines.append("\t".join((focus, component.rpartition("#")[2], severity.rpartition("#")[2])))
Path(sys.argv[3]).write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
print(json.dumps({"load": loaded - start, "check": done - loaded, "results": len(lines)}))
