"""Ask the queries of the folder `entities` about some IRIs, a batch at a time."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pyoxigraph import NamedNode

from clusterkg.answer import Answer, Row, Source
from clusterkg.errors import RefusedError
from clusterkg.files import read_text

_FOLDER = Path(__file__).parent / "entities"
_PLACE = re.compile(r"\$([a-z]+)\b")
_BATCH = 500
_LIMIT = 20_000  # solutions of one batch, where no other limit is asked for


def ask(source: Source, name: str, about: Collection[str], *, limit: int = _LIMIT,
        **parts: str) -> Iterator[Row]:
    """Give the solutions of `<name>.rq` for each IRI in `about`, at most `limit` for a batch.

    `parts` are SPARQL, put in the places of these names; nothing that a client says may be one.
    Raises what the source raises, and ValueError for what is no IRI.
    """
    text = read_text(_FOLDER / f"{name}.rq")
    iris = sorted(about)
    for start in range(0, len(iris), _BATCH):
        values = " ".join(str(NamedNode(iri)) for iri in iris[start:start + _BATCH])
        reply = source.query(_put(text, {"values": values, "limit": str(limit), **parts}))
        if not isinstance(reply, Answer):
            raise RefusedError("the endpoint does not answer a SELECT with solutions")
        yield from reply.rows


def _put(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: values[found[1]], text)
