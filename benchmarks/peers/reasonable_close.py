"""reasonable: `reasonable_close.py IN.ttl [OUT.nt]`.

`reason` makes an rdflib term of every part of every triple. `hand_over` is what that alone takes:
the same triples, or evenly drawn some of many, as the base of a second reasoner that hands them
over without a rule run, times what they are of all.
"""

import json
import sys
from time import perf_counter

import rdflib
import reasonable

MOST = 500_000  # triples of the second reasoner

start = perf_counter()
reasoner = reasonable.PyReasoner()
reasoner.load_file(sys.argv[1])
loaded = perf_counter()
found = reasoner.reason()
done = perf_counter()
count = len(found)
if len(sys.argv) > 2:
    graph = rdflib.Graph()
    for triple in found:
        graph.add(triple)
    graph.serialize(sys.argv[2], format="nt", encoding="utf-8")
del reasoner
some = found[::-(-count // MOST)]
del found
second = reasonable.PyReasoner()
second.from_graph(some)
del some
begun = perf_counter()
held = second.get_base_triples()
taken = (perf_counter() - begun) * count / len(held)
print(json.dumps({"load": loaded - start, "reason": done - loaded, "hand_over": taken,
                  "triples": count}))
