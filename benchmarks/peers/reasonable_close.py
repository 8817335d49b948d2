"""reasonable: `reasonable_close.py IN.ttl [OUT.nt]`."""

import json
import sys
from time import perf_counter

import rdflib
import reasonable

start = perf_counter()
reasoner = reasonable.PyReasoner()
reasoner.load_file(sys.argv[1])
loaded = perf_counter()
found = reasoner.reason()
done = perf_counter()
print(json.dumps({"load": loaded - start, "reason": done - loaded, "triples": len(found)}))
if len(sys.argv) > 2:
    graph = rdflib.Graph()
    for triple in found:
        graph.add(triple)
    graph.serialize(sys.argv[2], format="nt", encoding="utf-8")
