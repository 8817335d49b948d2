"""owlrl: `owlrl_close.py IN.nt OUT.nt`."""

import json
import sys
from time import perf_counter

import owlrl
import rdflib

start = perf_counter()
graph = rdflib.Graph()
graph.parse(sys.argv[1], format="nt")
loaded = perf_counter()
owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False,
                       datatype_axioms=False).expand(graph)
done = perf_counter()
graph.serialize(sys.argv[2], format="nt", encoding="utf-8")
print(json.dumps({"load": loaded - start, "reason": done - loaded, "triples": len(graph)}))
