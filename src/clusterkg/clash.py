"""Where the closure contradicts itself: the premises, by the rule that they break."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from clusterkg.namespaces import compress
from clusterkg.rule import Branch, Rule
from clusterkg.tables import Connection, term

LIMIT = 1000  # clashes of one branch of a rule; the first ones are enough to mend it
_SHOWN = 200  # characters of a term

_FOUND = """
SELECT DISTINCT c.* FROM ({select}) AS c
WHERE NOT EXISTS (SELECT 1 FROM cell AS m WHERE m.id = c.p1)
"""


@dataclass(frozen=True)
class Clash:
    """Triples that can't all be true, by the rule that says so."""

    rule: str
    message: str
    triples: tuple[ox.Triple, ...]


def find(connection: Connection, rules: Iterable[Rule],
         empty: Set[str]) -> tuple[Clash, ...]:
    """Run the rules that conclude nothing; at most `LIMIT` clashes of each of their branches."""
    found = [clash for rule in rules if not rule.concludes for branch in rule.branches
             if not branch.tables & empty for clash in _clashes(connection, rule, branch)]
    return tuple(sorted(set(found), key=lambda clash: (clash.rule, clash.message)))


def _clashes(connection: Connection, rule: Rule, branch: Branch) -> list[Clash]:
    # DuckDB 2.0.0 hangs now and then on a LIMIT above a DISTINCT.
    rows = connection.execute(_FOUND.format(select=branch.select)).fetchmany(LIMIT)
    terms = _terms(connection, {value for row in rows for value in row}) if rows else {}
    return [_clash(rule, [terms[value] for value in row]) for row in rows]


def _clash(rule: Rule, flat: list[ox.NamedNode | ox.BlankNode | ox.Literal]) -> Clash:
    rows = [flat[i:i + 3] for i in range(0, len(flat), 3)]
    said = "; ".join(" ".join(map(_text, row)) for row in rows)
    # An anonymous inverse property may be a predicate here, but not in a triple.
    triples = tuple(ox.Triple(*row) for row in rows  # type: ignore[arg-type]  # kinds by place
                    if isinstance(row[1], ox.NamedNode))
    return Clash(rule.name, f"{rule.meaning} But: {said} ({rule.name})", triples)


def _text(node: object) -> str:
    text = compress(node.value) if isinstance(node, ox.NamedNode) else str(node)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _terms(connection: Connection, ids: Iterable[int]) -> dict[int, Any]:
    rows = connection.execute("SELECT * FROM term WHERE id IN (SELECT unnest(?::INTEGER[]))",
                              [list(ids)]).fetchall()
    return {row[0]: term(*row[1:]) for row in rows}
