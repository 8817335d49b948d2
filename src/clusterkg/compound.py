"""Names that follow the names of what holds the thing: 重庆市巴南区 is the 巴南区 of 重庆市.

What holds a thing, and what that is called, each query in `wholes` says for one kind of thing.
Of several names each is held by what the name before it names: the greater stands first.
"""

from collections.abc import Collection, Iterator
from functools import cache

from pyoxigraph import Literal, NamedNode

from clusterkg import binding, discovery, fit
from clusterkg.answer import Answer, Source
from clusterkg.files import read_text
from clusterkg.fit import Found, Known

_LONGEST = 80  # characters of such a name
_TOGETHER = 200  # things whose wholes one query asks for


def equal(key: str, known: Known, source: Source) -> Found:
    """Find what has the end of a folded name, where the rest names what holds it, and holds that.

    The longest end that fits wins.
    """
    bounds, wholes = _bounds(key), _Wholes(source)
    return fit.first(_held(key[:at], known.equal(key[at:]), bounds, wholes) for at in bounds if at)


def _bounds(key: str) -> list[int]:
    """Give where a name may begin: after a space, and on either side of what is written without."""
    return [at for at in range(len(key) if len(key) <= _LONGEST else 0)
            if at == 0 or key[at - 1] == " " or fit.UNSPACED.search(key[at - 1:at + 1])]


def _held(before: str, parts: Found, bounds: Collection[int], wholes: "_Wholes") -> Found:
    """Give those of the parts that are in what `before` names."""
    held, seen = set(), {(part, part, before.rstrip()) for part in parts}
    while seen:
        wholes.ask({thing for _, thing, _ in seen})
        seen = {(part, whole, rest) for part, thing, text in seen
                for whole, name in wholes[thing] for rest in _without(text, name, bounds)}
        held |= {part for part, _, rest in seen if not rest}
        seen = {read for read in seen if read[2]}
    return Found((part for part in parts if part in held), whole=parts.whole)


def _without(text: str, name: str, bounds: Collection[int]) -> Iterator[str]:
    """Cut a name off at the end of a text where it may begin there."""
    at = len(text) - len(name)
    if name and text.endswith(name) and at in bounds:
        yield text[:at].rstrip()


class _Wholes(dict[str, list[tuple[str, str]]]):
    """Hold, by thing, what holds it, and each of that one's names, folded."""

    def __init__(self, source: Source):
        super().__init__()
        self._source = source

    def ask(self, things: Collection[str]) -> None:
        """Ask for those that are not known yet, many together."""
        new = sorted(set(things) - self.keys())
        self.update((thing, []) for thing in new)
        for at in range(0, len(new), _TOGETHER):
            for text in _queries():
                self._add(self._source.query(_placed(text, new[at:at + _TOGETHER])))

    def _add(self, reply: object) -> None:
        for part, whole, name in reply.rows if isinstance(reply, Answer) else ():
            if (isinstance(part, NamedNode) and isinstance(whole, NamedNode)
                    and isinstance(name, Literal) and part != whole):
                self[part.value].append((whole.value, fit.normalise(name.value)))


def _placed(text: str, iris: Collection[str]) -> str:
    """Put all of the IRIs in the place of the one parameter."""
    terms = {f"?_{number}_iri": str(NamedNode(iri)) for number, iri in enumerate(iris)}
    return binding.place(text.replace("?_part_iri", " ".join(terms)), terms)


@cache
def _queries() -> tuple[str, ...]:
    return tuple(map(read_text, discovery.data_files("wholes", ".rq")))
