"""One order and one set of blank node names: equal datasets become equal bytes.

Lines are sorted by code point, which is the byte order of UTF-8.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from itertools import groupby, islice
from typing import IO

from pyoxigraph import BlankNode, Literal, Quad, RdfFormat, Triple, serialize

from clusterkg import blank
from clusterkg.errors import RefusedError

_CHUNK = 200_000


def dataset(quads: Iterable[Quad]) -> list[Quad]:
    """Sort distinct quads and name their blank nodes; named graphs stay apart."""
    plain, unnamed = _parted(set(quads))
    return sorted(plain + blank.named(unnamed), key=str)


def union(quads: Iterable[Quad]) -> list[Quad]:
    """Sort the distinct triples of all graphs, in the default graph, and name their blank nodes."""
    return dataset(merged(quads))


def merged(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Move every quad to the default graph."""
    return (Quad(*quad.triple) for quad in quads)


def lines(quads: Iterable[Quad]) -> Iterator[bytes]:
    """Give distinct N-Quads lines in byte order; what does not fit in memory lies on disk.

    Only quads with blank nodes are held in memory: naming them needs all of them.
    """
    for line, _ in groupby(in_order(_written(iter(quads)))):
        yield line


def in_order(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Give lines in byte order; what does not fit in memory lies on disk."""
    rest, runs = iter(lines), list[IO[bytes]]()
    with ExitStack() as stack:
        while run := sorted(islice(rest, _CHUNK)):
            runs.append(_spilled(run, stack))
        yield from merge(*runs)


def _written(quads: Iterator[Quad]) -> Iterator[bytes]:
    unnamed: list[Quad] = []
    while chunk := list(islice(quads, _CHUNK)):
        plain, found = _parted(chunk)
        unnamed += found
        yield from _lines(plain)
    yield from _lines(blank.named(set(unnamed)))


def _parted(quads: Iterable[Quad]) -> tuple[list[Quad], list[Quad]]:
    plain: list[Quad] = []
    unnamed: list[Quad] = []
    for quad in quads:
        terms = (quad.subject, quad.object, quad.graph_name)
        _refuse_new_terms(quad.object)
        (unnamed if any(isinstance(term, BlankNode) for term in terms) else plain).append(quad)
    return plain, unnamed


def _refuse_new_terms(term: object) -> None:
    if isinstance(term, Triple) or (isinstance(term, Literal) and term.direction):
        raise RefusedError(f"cannot export the RDF 1.2 term {term}; say it in RDF 1.1")


def _lines(quads: Iterable[Quad]) -> list[bytes]:
    text = serialize(quads, format=RdfFormat.N_QUADS) or b""
    return [line + b"\n" for line in text.split(b"\n") if line]


def _spilled(run: list[bytes], stack: ExitStack) -> IO[bytes]:
    file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  # the stack closes it
    file.writelines(run)
    file.seek(0)
    return file
