"""A rule of the OWL 2 RL/RDF rule set: one file `rules/<name>.sql`.

The file is a comment that says the rule in words (up to the first empty line of it), and SELECTs
joined by UNION ALL. Each gives the
conclusion as s, p, o and its premises as s1, p1, o1, s2, ...; without a conclusion the rule finds
clashes. What it may read: `triple(s, p, o)`, its parts `type`, `same_as`, `different_from`, the
one-row table `vocabulary`, and the small tables that `relation` fills. Only inner joins of
`<table> AS <alias>`, so that any SQL engine can run it, and so that replacing one big table at a
time by what is new (`delta`) gives semi-naive evaluation without a second text.

Below an empty comment line the file may say how it is run:
    Tacit: ...                true of every graph, so that its conclusions are not written into the
                              closure: they are found when somebody asks whether they follow
    Implied by A and B.       those rules give all that it gives, so that it serves to explain
    One pass is enough: ...   its own conclusions give it nothing new
    By doubling: ...          it puts two triples of one kind end to end and concludes a third: what
                              is there at first is gone through in steps that double their length
    Enough: X for Y, ...      the smaller relation X gives, with other rules, what Y gives
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import takewhile

from clusterkg import discovery
from clusterkg.files import read_text
from clusterkg.vocabulary import PREDICATE_OF, VIEWS

BIG = frozenset({"triple", *VIEWS})
_TABLE = re.compile(r"\b(FROM|JOIN)\s+(\w+)\s+AS\s+(\w+)")
_EQUATED = re.compile(r"\b(\w+)\.(\w+) = (\w+)\.(\w+)")
_CONCLUDED = re.compile(r"\b(\w+)\.(\w+) AS p,")
_CONCLUSION = re.compile(r"\bAS s,")
_TACIT = re.compile(r"^-- Tacit: ", re.MULTILINE)
_PREMISE = re.compile(r"\bAS s(\d+)\b")
_PREMISES = re.compile(r",\s+\w+\.s AS s1,.*?(?=\nFROM )", re.DOTALL)
_IMPLIED = re.compile(r"^-- Implied by ", re.MULTILINE)
_ONE_PASS = re.compile(r"^-- One pass is enough: ", re.MULTILINE)
_DOUBLING = re.compile(r"^-- By doubling: ", re.MULTILINE)
_ENOUGH = re.compile(r"^-- Enough: (\w+) for (\w+)", re.MULTILINE)


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

    def put_together(self, first: str, second: str) -> str:
        """Give the SELECT with other tables in the places of the two big ones."""
        text = self.select
        places = [match.span(2) for match in _TABLE.finditer(text) if match[2] in BIG]
        for (start, end), name in zip(reversed(places), (second, first), strict=True):
            text = text[:start] + name + text[end:]
        return text

    def on_delta(self) -> Iterator[tuple[str, str]]:
        """Give each big table it reads, and the SELECT with `delta` in that one's place."""
        for match in _TABLE.finditer(self.select):
            if match[2] in BIG:
                start, end = match.span(2)
                name = "delta" if match[2] == "triple" else f"delta_{match[2]}"
                yield match[2], self.select[:start] + name + self.select[end:]

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """Name, for each big table it reads, what gives the predicates asked for.

        It is a `relation.column`, or the view itself; "" where any predicate will do.
        """
        of = {match[3]: match[2] for match in _TABLE.finditer(self.select)}
        given = {one: f"{of[other]}.{column}" for one, other, column in self._equated
                 if of.get(other, "triple") not in BIG}
        return tuple(given.get(alias, "") if table == "triple" else table
                     for alias, table in of.items() if table in BIG)

    @property
    def _equated(self) -> Iterator[tuple[str, str, str]]:
        for one, column, other, of_other in _EQUATED.findall(self.select):
            if column == "p":
                yield one, other, of_other
            if of_other == "p":
                yield other, one, column


@dataclass(frozen=True)
class Rule:
    """A rule with its name in the W3C's tables and its meaning in words.

    `spared` are the branches with the smaller relations that are enough, and without the premises
    of what they conclude.
    """

    name: str
    meaning: str
    branches: tuple[Branch, ...]
    spared: tuple[Branch, ...] = ()
    tacit: bool = False
    implied: bool = False
    one_pass: bool = False
    doubling: bool = False

    @property
    def concludes(self) -> bool:
        """Tell a rule that concludes from one that finds clashes."""
        return self.branches[0].concludes

    @cached_property
    def tables(self) -> frozenset[str]:
        """Name every table that it reads."""
        return frozenset[str]().union(*(branch.tables for branch in self.branches))

    @cached_property
    def predicates(self) -> frozenset[str]:
        """Name the columns of `vocabulary` that its conclusions' predicates are; "" for any."""
        return frozenset(branch.predicate for branch in self.branches)


def parse(name: str, text: str) -> Rule:
    """Read a rule from the text of its file."""
    lines = text.splitlines()
    said = takewhile(lambda line: line.startswith("-- "), lines)
    meaning = " ".join(line.removeprefix("--").strip() for line in said)
    body = "\n".join(line for line in lines if not line.startswith("--"))
    spared = _PREMISES.sub("", body)
    for smaller, table in _ENOUGH.findall(text):
        spared = re.sub(rf"\b(FROM|JOIN) {table} AS\b", rf"\1 {smaller} AS", spared)
    return Rule(name, meaning, _branches(body), _branches(spared), bool(_TACIT.search(text)),
                bool(_IMPLIED.search(text)), bool(_ONE_PASS.search(text)),
                bool(_DOUBLING.search(text)))


def _branches(body: str) -> tuple[Branch, ...]:
    return tuple(Branch(part.strip()) for part in re.split(r"\bUNION ALL\b", body))


def rules() -> tuple[Rule, ...]:
    """Read the rules that a closure is made with, by name."""
    return tuple(rule for rule in _every() if not rule.tacit)


def tacit() -> tuple[Rule, ...]:
    """Read the rules whose conclusions are found when asked for, by name."""
    return tuple(rule for rule in _every() if rule.tacit)


@cache
def _every() -> tuple[Rule, ...]:
    return tuple(parse(path.stem, read_text(path))
                 for path in discovery.data_files("rules", ".sql"))

