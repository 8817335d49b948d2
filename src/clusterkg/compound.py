"""Names that follow the names of what holds the thing: 重庆市巴南区 is the 巴南区 of 重庆市.

What holds a thing, and what that is called, each query in `wholes` says for one kind of thing.
"""

from collections.abc import Iterator, Sequence
from functools import cache

from pyoxigraph import Literal, NamedNode

from clusterkg import binding, discovery, fit
from clusterkg.answer import Answer, Source
from clusterkg.files import read_text
from clusterkg.fit import Known

_LONGEST = 80  # characters of such a name
_MOST = 20  # things of one name whose wholes are asked for


def equal(key: str, known: Known, source: Source) -> list[str]:
    """Find what has the end of a folded name, where the rest names what holds it, and holds that.

    The longest end that fits wins.
    """
    for at in _cuts(key):
        before = key[:at].strip()
        found = [iri for iri in known.equal(key[at:])[:_MOST]
                 if _made_of(before, _wholes(iri, source))]
        if found:
            return found
    return []


def _cuts(key: str) -> Iterator[int]:
    """Give where a name may begin: after a space, and anywhere in what is written without."""
    for at in range(1, len(key) if len(key) <= _LONGEST else 0):
        if key[at - 1] == " " or fit.UNSPACED.match(key[at]):
            yield at


def _made_of(text: str, names: Sequence[str]) -> bool:
    return not text or any(_made_of(text[len(name):].lstrip(), names)
                           for name in names if name and text.startswith(name))


def _wholes(iri: str, source: Source) -> list[str]:
    """Name, folded, what holds a thing."""
    replies = (source.query(binding.place(text, {"?_part_iri": str(NamedNode(iri))}))
               for text in _queries())
    return [fit.normalise(name.value) for reply in replies if isinstance(reply, Answer)
            for name, in reply.rows if isinstance(name, Literal)]


@cache
def _queries() -> tuple[str, ...]:
    return tuple(map(read_text, discovery.data_files("wholes", ".rq")))
