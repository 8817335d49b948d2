"""Terms that SQL leaves in doubt, judged one by one, each once."""

import warnings
from collections.abc import Iterator

from clusterkg.shacl import judge
from clusterkg.shacl.constraint import Constraint
from clusterkg.shacl.ground import Ground, Parameters
from clusterkg.shacl.path import NotCovered

_CHUNK = 10_000
_TERM = "{0}.value, {0}.kind, {0}.datatype, {0}.language"
_TERMS = f"""
SELECT t.id, {_TERM.format('t')} FROM term AS t WHERE t.id IN (SELECT id FROM {{doubtful}})
"""
_PAIRS = f"""
SELECT d.value, d.other, {_TERM.format('a')}, {_TERM.format('b')}
FROM (SELECT DISTINCT value, other FROM {{doubtful}}) AS d
JOIN term AS a ON a.id = d.value JOIN term AS b ON b.id = d.other
"""
_JUDGED = """
SELECT v.this, v.value FROM {value} AS v WHERE v.value IN (SELECT id FROM {wrong})
"""
_JUDGED_PAIRS = """
SELECT d.this, d.value FROM {doubtful} AS d
JOIN {wrong} AS w ON w.id = d.value AND w.other = d.other
"""


def select(ground: Ground, constraint: Constraint, value: str, doubtful: str,
           parameters: Parameters) -> str:
    """Judge what the SELECT `doubtful` gives; give a SELECT of the value nodes that fail."""
    table = ground.table("wrong", doubtful, parameters)
    with warnings.catch_warnings(action="ignore"):  # rdflib tells of each ill-formed literal
        if constraint.component.pairs:
            wrong = _wrong_pairs(ground, constraint, table)
            return _JUDGED_PAIRS.format(doubtful=table, wrong=wrong)
        return _JUDGED.format(value=value, wrong=_wrong(ground, constraint, table))


def _wrong(ground: Ground, constraint: Constraint, doubtful: str) -> str:
    passes = judge.judge(constraint.component.judge, constraint)
    return ground.rows(("id",), [
        (row[0],) for row in _rows(ground, _TERMS.format(doubtful=doubtful))
        if not passes(judge.node(*row[1:]))])


def _wrong_pairs(ground: Ground, constraint: Constraint, doubtful: str) -> str:
    passes = judge.PAIRS[constraint.component.judge]
    wrong: list[tuple[object, ...]] = []
    for row in _rows(ground, _PAIRS.format(doubtful=doubtful)):
        one, other = judge.node(*row[2:6]), judge.node(*row[6:])
        try:
            if not passes(one, other):
                wrong.append(row[:2])
        except Exception as error:  # what rdflib raises where there is no order
            raise NotCovered("values that cannot be compared") from error
    return ground.rows(("id", "other"), wrong)


def _rows(ground: Ground, query: str) -> Iterator[tuple[str, ...]]:
    found = ground.connection.execute(query)
    while rows := found.fetchmany(_CHUNK):
        yield from rows
