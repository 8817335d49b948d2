"""A constraint component of SHACL: one file `constraints/<name>.sql`.

The file begins with comments: the component and its section in the recommendation, then one line
for each thing that its SELECT needs from the shape:

    -- <where it goes>: <kind> sh:<property>

It goes to a named parameter (`$least`), to the relation `instance(this)` or to the relation
`failing(shape, value)`; the kinds are those of `clusterkg.shacl.constraint`. A shape has the
constraint where it has the first of these properties.

A line `-- Of property shapes alone.` says where it may not be. The SELECT reads `focus(this)`,
`value(this, value)`, `fact(s, p, o)` and `term`, and gives a row (this, value) or (this, value,
path) for each result. With a line `-- judged: <judge>` it gives ids of terms that may fail, with
`-- judged pairs: <judge>` rows (this, value, other) that may; `clusterkg.shacl.judge` then decides.
"""

import re
from dataclasses import dataclass
from functools import cache

from clusterkg import discovery
from clusterkg.files import read_text

_NAME = re.compile(r"-- sh:(\w+)")
_NEED = re.compile(r"^-- (\$?\w+): (\w+) sh:(\w+)$", re.MULTILINE)
_PROPERTY = "-- Of property shapes alone."
_JUDGED = re.compile(r"^-- judged( pairs)?: (\w+)$", re.MULTILINE)


@dataclass(frozen=True)
class Need:
    """What a constraint takes from its shape: the values of `property`, read as `kind`."""

    slot: str
    kind: str
    property: str


@dataclass(frozen=True)
class Component:
    """A constraint component; `judge` is empty where SQL alone decides."""

    name: str
    needs: tuple[Need, ...]
    sql: str
    judge: str = ""
    pairs: bool = False
    of_property: bool = False


@cache
def every() -> tuple[Component, ...]:
    """Read all components."""
    return tuple(parse(read_text(path)) for path in discovery.data_files("constraints", ".sql"))


def parse(text: str) -> Component:
    """Read the text of one file."""
    name, judged = _NAME.match(text), _JUDGED.search(text)
    if name is None:
        raise ValueError("the first line does not name a component")
    needs = tuple(Need(*found) for found in _NEED.findall(text))
    sql = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return Component(name[1], needs, sql, judged[2] if judged else "",
                     bool(judged and judged[1]), _PROPERTY in text)
