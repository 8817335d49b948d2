"""Ask rdflib what our store answers: `agree.py SNAPSHOT TRIPLES.nt TEXTS NAME ...`.

Where engines differ a third decides: each question as it was asked, from the folder TEXTS, and
where that has no answer here, with a value of this snapshot. Prints for each "alike", "alike with
another value", "differs" or, where nothing answers or rdflib fails, "undecided".
"""

import json
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rdflib
from choice import sample
from rdflib.query import ResultRow

from clusterkg import query
from clusterkg.answer import Answer
from clusterkg.query import Query
from clusterkg.source import questions as built_questions
from clusterkg.source import version_of
from clusterkg.store import Store
from questions import _comparable as comparable
from questions import _term as spelled

_LONGEST = 20  # seconds for one answer of rdflib


def main() -> None:
    """Ask both and compare."""
    built, graph, texts = version_of(Path(sys.argv[1])), rdflib.Graph(), Path(sys.argv[3])
    graph.parse(sys.argv[2], format="nt")
    store, files = Store.open(built / "store"), query.folder(built_questions(built))
    print(json.dumps({name: _decided(query.named(name, files), texts / f"{name}.rq", store, graph)
                      for name in sys.argv[4:]}))


def _decided(asked: Query, text: Path, store: Store, graph: rdflib.Graph) -> str:
    try:
        alike = _alike(text.read_text(encoding="utf-8"), store, graph)
        if alike is None:
            alike = _alike(query.bind(asked, sample(asked, store), store), store, graph)
            return {None: "undecided", True: "alike with another value", False: "differs"}[alike]
    except Exception as error:  # rdflib raises what it likes
        print(f"{asked.name}: {type(error).__name__}: {error}", file=sys.stderr)
        return "undecided"
    return "alike" if alike else "differs"


def _alike(text: str, store: Store, graph: rdflib.Graph) -> bool | None:
    """Tell whether both give the same rows; None where both give none."""
    reply = store.query(text)
    ours = Counter(tuple(map(spelled, row)) for row in reply.rows) \
        if isinstance(reply, Answer) else Counter()
    with _bounded():
        theirs = Counter(tuple(map(_rdflib_term, row)) for row in graph.query(text)
                         if isinstance(row, ResultRow))
    return ours == theirs if ours or theirs else None


@contextmanager
def _bounded() -> Iterator[None]:
    signal.signal(signal.SIGALRM, _late)
    signal.alarm(_LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)


def _late(*_: object) -> None:
    raise TimeoutError(f"rdflib did not answer within {_LONGEST} s")


def _rdflib_term(term: object) -> str:
    if isinstance(term, rdflib.Literal):
        return comparable(str(term), str(term.datatype or ""))
    return "" if term is None else str(term)


if __name__ == "__main__":
    main()
