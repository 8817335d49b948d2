"""Time every named question on a built snapshot, in memory and on disk, beside Virtuoso.

    python benchmarks/questions.py --snapshot DIR [--virtuoso http://127.0.0.1:8890/sparql]
        [--graph http://bench/] [--rounds 5] [--names NAME ...] [--texts DIR]

Each question is asked with one value for its first parameter, one that gives it much to answer:
`choice.py` says which.
Times are medians of warm rounds in milliseconds, the answer read into rows, Virtuoso's over
loopback with JSON results. Virtuoso holds the default graph of the snapshot in the graph that
--graph names. What takes long is asked less often. Prints one JSON object a line; --texts writes
each question as it was asked.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from choice import answer, sample
from pyoxigraph import BlankNode, Literal, NamedNode

from clusterkg import memory, query
from clusterkg.answer import Source, Term
from clusterkg.source import questions as built_questions
from clusterkg.source import version_of
from clusterkg.store import Store

_PATIENCE = 15  # seconds for all rounds of one question; no round begins after it
_LONGEST = 60  # seconds for one answer of Virtuoso
_NUMBERS = ("integer", "decimal", "double", "float", "int", "nonNegativeInteger")
T = TypeVar("T")


class Virtuoso:
    """Ask a Virtuoso server over one kept connection."""

    def __init__(self, url: str, graph: str):
        """Keep the address; nothing is sent yet."""
        self.parts, self.graph = urlsplit(url), graph
        self.connection = HTTPConnection(self.parts.netloc, timeout=_LONGEST)

    def rows(self, text: str) -> list[list[str]]:
        """Give the rows of a SELECT as text."""
        body = urlencode({"query": text, "default-graph-uri": self.graph, "timeout": "0",
                          "format": "application/sparql-results+json"})
        self.connection.request("POST", self.parts.path, body, {
            "Content-Type": "application/x-www-form-urlencoded"})
        reply = self.connection.getresponse()
        held = reply.read()
        if reply.status != 200:
            raise RuntimeError(held.decode(errors="replace").partition("\n")[0][:200])
        found = json.loads(held)
        return [[_virtuoso_term(row.get(name)) for name in found["head"]["vars"]]
                for row in found["results"]["bindings"]]


def _virtuoso_term(cell: dict[str, str] | None) -> str:
    return "" if cell is None else _comparable(cell["value"], cell.get("datatype", ""))


def _term(term: Term | None) -> str:
    if isinstance(term, Literal):
        return _comparable(term.value, term.datatype.value)
    return term.value if isinstance(term, NamedNode | BlankNode) else ""


def _comparable(value: str, datatype: str) -> str:
    """Write equal numbers alike, and sort what GROUP_CONCAT joined: SPARQL leaves that open."""
    if datatype.rpartition("#")[2] in _NUMBERS:
        try:
            return format(Decimal(value).normalize(), "f")
        except InvalidOperation:
            return value
    return ", ".join(sorted(value.split(", ")))


def main() -> None:
    """Read the arguments, ask, and print a line for each question."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--snapshot", type=Path, required=True)
    parser.add_argument("--virtuoso", metavar="URL")
    parser.add_argument("--graph", default="http://bench/")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--names", nargs="*", default=[])
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--texts", type=Path)
    arguments = parser.parse_args()
    built = version_of(arguments.snapshot)
    disk = Store.open(built / "store")
    begun = perf_counter()
    held: Source = memory.read(built) or disk
    print(f"memory filled in {perf_counter() - begun:.1f} s", file=sys.stderr)
    other = Virtuoso(arguments.virtuoso, arguments.graph) if arguments.virtuoso else None
    files = query.folder(arguments.queries or built_questions(built))
    for asked in query.every(files):
        if not arguments.names or asked.name in arguments.names:
            values = sample(asked, held)
            text = query.bind(asked, values, held)
            if arguments.texts:
                (arguments.texts / f"{asked.name}.rq").write_text(text, encoding="utf-8")
            line = {"question": asked.name, "values": {k: str(v) for k, v in values.items()}}
            found = measured(text, held, disk, other, arguments.rounds)
            print(json.dumps(line | found), flush=True)


def measured(text: str, held: Source, disk: Source, other: Virtuoso | None,
             rounds: int) -> dict[str, object]:
    """Time one question everywhere; `equal` says whether all gave the same rows."""
    ours, rows = timed(lambda: answer(held, text).rows, rounds)
    on_disk, _ = timed(lambda: answer(disk, text).rows, min(rounds, 3))
    line: dict[str, object] = {"rows": len(rows), "memory": ours, "disk": on_disk}
    if other is None:
        return line
    other.connection.close()  # the server lets go of one that was idle
    try:
        theirs, found = timed(lambda: other.rows(text), rounds)
    except (RuntimeError, OSError, HTTPException) as error:
        return line | {"virtuoso": None, "error": str(error)}
    same = Counter(map(tuple, found)) == Counter(tuple(map(_term, row)) for row in rows)
    return line | {"virtuoso": theirs, "ratio": round(ours / theirs, 2), "equal": same,
                   "their_rows": len(found)}


def timed(act: Callable[[], Sequence[T]], rounds: int) -> tuple[float, Sequence[T]]:
    """Give the median of the rounds after the first, in milliseconds, and what came."""
    stop = perf_counter() + _PATIENCE
    found, taken = act(), []
    while not taken or (len(taken) < rounds and perf_counter() < stop):
        begun = perf_counter()
        act()
        taken.append((perf_counter() - begun) * 1000)
    return round(median(taken), 2), found


if __name__ == "__main__":
    main()
