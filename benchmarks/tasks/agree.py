"""Ask rdflib what our store answers: `agree.py SNAPSHOT TRIPLES.nt NAME ...`.

Prints which questions both answer alike: where engines differ, a third decides.
"""

import json
import sys
from collections import Counter
from pathlib import Path

import rdflib
from rdflib.query import ResultRow

from clusterkg import query
from clusterkg.answer import Answer
from clusterkg.source import questions as built_questions
from clusterkg.source import version_of
from clusterkg.store import Store
from questions import _comparable as comparable
from questions import _term as spelled
from questions import sample


def main() -> None:
    """Ask both and compare."""
    built, graph = version_of(Path(sys.argv[1])), rdflib.Graph()
    graph.parse(sys.argv[2], format="nt")
    store, files = Store.open(built / "store"), query.folder(built_questions(built))
    found = {}
    for name in sys.argv[3:]:
        asked = query.named(name, files)
        text = query.bind(asked, sample(asked, store), store)
        reply = store.query(text)
        rows = reply.rows if isinstance(reply, Answer) else []
        theirs = Counter(tuple(map(_rdflib_term, row)) for row in graph.query(text)
                         if isinstance(row, ResultRow))
        found[name] = Counter(tuple(map(spelled, row)) for row in rows) == theirs
    print(json.dumps(found))


def _rdflib_term(term: object) -> str:
    if isinstance(term, rdflib.Literal):
        return comparable(str(term), str(term.datatype or ""))
    return "" if term is None else str(term)


if __name__ == "__main__":
    main()
