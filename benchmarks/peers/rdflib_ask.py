"""rdflib: `rdflib_ask.py DATA.nt QUESTION.rq ...`; times the load and each question once."""

import json
import sys
from pathlib import Path
from time import perf_counter

import rdflib

start = perf_counter()
graph = rdflib.Graph()
graph.parse(sys.argv[1], format="nt")
found = {"load": perf_counter() - start, "triples": len(graph)}
for path in map(Path, sys.argv[2:]):
    start = perf_counter()
    rows = len(list(graph.query(path.read_text(encoding="utf-8"))))
    found[path.stem] = {"seconds": perf_counter() - start, "rows": rows}
print(json.dumps(found))
