"""Which rules of a closure run together, in what order, and which of their SELECTs."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from clusterkg.rule import BIG, Rule
from clusterkg.vocabulary import AXIOM_PREDICATES


@dataclass
class Turn:
    """Rules that run together: the step up to which they have seen all, and changed relations.

    None in the place of the step: nothing yet.
    """

    rules: Sequence[Rule]
    seen: int | None
    changed: Set[str] = frozenset()

    @property
    def doubling(self) -> bool:
        """Tell a turn whose rules put triples of one kind end to end."""
        return all(rule.doubling for rule in self.rules)

    def selects(self, empty: Set[str], there: Set[str], new: Set[str]) -> Iterator[str]:
        """Give what to run: all over again where a relation changed, else on what is new.

        `there` and `new` name what some triple, or new triple, has the predicates of.
        """
        for branch in (branch for rule in self.rules for branch in rule.spared):
            if branch.tables & empty or not set(branch.asked) <= there:
                continue
            if self.seen is None or branch.tables & self.changed:
                yield branch.select
            else:
                yield from (select for asked, (_, select) in zip(
                    branch.asked, branch.on_delta(), strict=True) if asked in new)


def is_schema(rule: Rule) -> bool:
    """Tell rules that lead from axioms to axioms alone."""
    return not rule.tables & BIG and rule.predicates <= AXIOM_PREDICATES


def place(rule: Rule) -> tuple[int, bool, bool]:
    """Give the place of a rule in the order of turns: the less it needs, the earlier."""
    fixed = "" not in rule.predicates
    if rule.tables & BIG == {"same_as"}:  # what is the same is known before what follows from it
        return -1, not rule.one_pass, rule.doubling
    if "type" not in rule.tables:
        return int(fixed), not rule.one_pass, rule.doubling
    last = 2 if fixed and "triple" not in rule.tables else 3
    return last, not rule.one_pass, rule.doubling
