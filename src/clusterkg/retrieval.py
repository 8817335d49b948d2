"""Ask the queries of the folder `entities` about some IRIs, a batch at a time."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from pyoxigraph import NamedNode

from clusterkg.answer import Answer, Row, Source
from clusterkg.errors import RefusedError, quoted
from clusterkg.files import read_text
from clusterkg.web.problem import Problem

_FOLDER = Path(__file__).parent / "entities"
_PLACE = re.compile(r"\$([a-z]+)\b")
_BATCH = 500
MOST = 100_000  # solutions of one batch, where all are wanted


def ask(source: Source, name: str, about: Collection[str], **parts: str) -> Iterator[Row]:
    """Give every solution of `<name>.rq` for each IRI in `about`.

    `parts` are SPARQL, put in the places of these names; nothing that a client says may be one.
    Raises what the source raises, ValueError for what is no IRI, and Problem 422 where there are
    more than `MOST` of one IRI: what is left out would not be missed.
    """
    for batch in _batches(about):
        yield from _all(source, name, batch, parts)


def some(source: Source, name: str, about: Collection[str], limit: int,
         **parts: str) -> Iterator[Row]:
    """Give at most `limit` solutions for a batch of IRIs; otherwise as `ask` does."""
    for batch in _batches(about):
        yield from _rows(source, name, batch, {**parts, "limit": str(limit)})


def _batches(about: Collection[str]) -> Iterator[Sequence[str]]:
    iris = sorted(about)
    for start in range(0, len(iris), _BATCH):
        yield iris[start:start + _BATCH]


def _all(source: Source, name: str, iris: Sequence[str],
         parts: Mapping[str, str]) -> Sequence[Row]:
    """Ask; where that is too much at once, about half of them and about the others."""
    rows = _rows(source, name, iris, {**parts, "limit": str(MOST + 1)})
    if len(rows) <= MOST:
        return rows
    if len(iris) == 1:
        raise Problem(422, "too-large", f"more than {MOST} solutions tell of {quoted(iris[0])}; "
                                        "ask for a part of them at /sparql")
    half = len(iris) // 2
    return [*_all(source, name, iris[:half], parts), *_all(source, name, iris[half:], parts)]


def _rows(source: Source, name: str, iris: Sequence[str],
          parts: Mapping[str, str]) -> Sequence[Row]:
    values = {"values": " ".join(str(NamedNode(iri)) for iri in iris), **parts}
    text = _PLACE.sub(lambda found: values[found[1]], read_text(_FOLDER / f"{name}.rq"))
    reply = source.query(text)
    if not isinstance(reply, Answer):
        raise RefusedError("the endpoint does not answer a SELECT with solutions")
    return reply.rows
