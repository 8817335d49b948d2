"""What is asked of a graph: a name, with what else is known of what it names."""

from dataclasses import dataclass, field

from clusterkg.matching.name import Name
from clusterkg.matching.unit import joined
from clusterkg.reading import Reading, letters


@dataclass(frozen=True, slots=True)
class Asked:
    """A name as it was written and in parts; `code` is folded, `places` are IRIs."""

    text: str
    name: Name
    code: str = ""
    places: frozenset[str] = field(default_factory=frozenset)


def sound(name: Name, reading: Reading) -> str:
    """Give how the core of a name is read, in small letters; "" where that tells nothing."""
    text = joined(name.core)
    found = letters(reading.usual(text))
    return found if len(found) > _SHORTEST else ""


_SHORTEST = 3
