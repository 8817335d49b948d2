"""A rule of the OWL 2 RL/RDF rule set: one file `rules/<name>.sql`.

The file is a comment that says the rule in words (up to the first empty line of it), and SELECTs
joined by UNION ALL. Each gives the
conclusion as s, p, o and its premises as s1, p1, o1, s2, ...; without a conclusion the rule finds
clashes. What it may read: `triple(s, p, o)`, its parts `type`, `same_as`, `different_from`, the
one-row table `vocabulary`, and the small tables that `relation` fills. Only inner joins of
`<table> AS <alias>`, so that any SQL engine can run it, and so that replacing one big table at a
time by what is new (`delta`) gives semi-naive evaluation without a second text.

A rule with a line `-- Tacit: <why>` is true of every graph, so that its conclusions are not written
into the closure: they are found when somebody asks whether such a triple follows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from clusterkg import discovery
from clusterkg.files import read_text
from clusterkg.vocabulary import PREDICATE_OF, VIEWS

BIG = frozenset({"triple", *VIEWS})
_TABLE = re.compile(r"\b(FROM|JOIN)\s+(\w+)\s+AS\s+(\w+)")
_CONCLUDED = re.compile(r"\b(\w+)\.(\w+) AS p,")
_CONCLUSION = re.compile(r"\bAS s,")
_TACIT = "-- Tacit: "
_PREMISE = re.compile(r"\bAS s(\d+)\b")


@dataclass(frozen=True)
class Branch:
    """One SELECT of a rule."""

    select: str

    @cached_property
    def tables(self) -> frozenset[str]:
        """Name every table that it reads."""
        return frozenset(match[2] for match in _TABLE.finditer(self.select))

    @cached_property
    def premises(self) -> int:
        """Count its premises."""
        return max((int(n) for n in _PREMISE.findall(self.select)), default=0)

    @cached_property
    def concludes(self) -> bool:
        """Tell a rule that concludes from one that finds clashes."""
        return bool(_CONCLUSION.search(self.select))

    @cached_property
    def predicate(self) -> str:
        """Name the column of `vocabulary` that its conclusion's predicate is; empty if any."""
        found = _CONCLUDED.search(self.select)
        if not found:
            return ""
        table = next(match[2] for match in _TABLE.finditer(self.select) if match[3] == found[1])
        if table == "vocabulary":
            return found[2]
        return PREDICATE_OF.get(table, "") if found[2] == "p" else ""

    def on_delta(self) -> Iterator[tuple[str, str]]:
        """Give each big table it reads, and the SELECT with `delta` in that one's place."""
        for match in _TABLE.finditer(self.select):
            if match[2] in BIG:
                start, end = match.span(2)
                name = "delta" if match[2] == "triple" else f"delta_{match[2]}"
                yield match[2], self.select[:start] + name + self.select[end:]


@dataclass(frozen=True)
class Rule:
    """A rule with its name in the W3C's tables and its meaning in words."""

    name: str
    meaning: str
    branches: tuple[Branch, ...]
    tacit: bool = False

    @property
    def concludes(self) -> bool:
        """Tell a rule that concludes from one that finds clashes."""
        return self.branches[0].concludes


def parse(name: str, text: str) -> Rule:
    """Read a rule from the text of its file."""
    lines = text.splitlines()
    said = takewhile(lambda line: line.startswith("-- "), lines)
    meaning = " ".join(line.removeprefix("--").strip() for line in said)
    body = "\n".join(line for line in lines if not line.startswith("--"))
    branches = tuple(Branch(part.strip()) for part in re.split(r"\bUNION ALL\b", body))
    return Rule(name, meaning, branches, any(line.startswith(_TACIT) for line in lines))


def rules() -> tuple[Rule, ...]:
    """Read the rules that a closure is made with, by name."""
    return tuple(rule for rule in _every() if not rule.tacit)


def tacit() -> tuple[Rule, ...]:
    """Read the rules whose conclusions are found when asked for, by name."""
    return tuple(rule for rule in _every() if rule.tacit)


def _every() -> tuple[Rule, ...]:
    return tuple(parse(path.stem, read_text(path))
                 for path in discovery.data_files("rules", ".sql"))

