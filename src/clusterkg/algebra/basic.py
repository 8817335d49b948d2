"""Basic graph patterns: joins over the fact table, with property paths started from them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rdflib.paths import Path
from rdflib.term import BNode, Identifier, URIRef, Variable

from clusterkg.algebra import path
from clusterkg.algebra.path import Ends
from clusterkg.algebra.relation import Query, Relation, equal, label, merged, select
from clusterkg.algebra.value import Column, NotCovered, name

Triple = tuple[Identifier, "Identifier | Path", Identifier]


@dataclass
class _Joined:
    """Sources and conditions of one SELECT, and where each variable is found in it."""

    sources: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)

    def add(self, sql: str, alias: str) -> None:
        self.sources.append(f"{sql} AS {alias}")

    def meet(self, variable: str, sql: str, column: Column) -> None:
        """Note that a variable is found in `sql`, and has to agree with where it was before."""
        before = self.columns.get(variable)
        if before is None:
            self.found[variable] = sql
        else:
            self.conditions.append(equal(before, self.found[variable], column, sql))
            if not before.certain:
                self.found[variable] = f"coalesce({self.found[variable]}, {sql})"
        self.columns[variable] = merged(column, before)

    def take(self, relation: Relation, alias: str) -> None:
        """Join with a relation on all variables in common."""
        self.add(f"({relation.sql})", alias)
        for v, column in relation.columns.items():
            self.meet(v, f"{alias}.{name(v)}", column)

    def relation(self) -> Relation:
        return Relation(select(self.found, ", ".join(self.sources) or "(SELECT 1) AS nothing",
                               self.conditions), self.columns)


def pattern(query: Query, triples: Sequence[Triple], seed: Relation | None) -> Relation:
    """Write the SELECT of a BGP's solutions, joined with the seed if there is one."""
    joined = _Joined()
    if seed is not None:
        joined.take(seed, query.fresh("s"))
    _focus(query, triples, joined)
    for triple in triples:
        if not path.closes(triple[1]):
            _add(query, joined, triple, _source(query, triple, Ends()))
    for triple in sorted((t for t in triples if path.closes(t[1])), key=_constant_ends):
        joined = _start(query, joined, triple)
    return joined.relation()


def _focus(query: Query, triples: Sequence[Triple], joined: _Joined) -> None:
    """Restrict pre-bound variables to the focus nodes, unless the seed has done so."""
    mentioned = {str(part) for triple in triples for part in triple if isinstance(part, Variable)}
    wanted = mentioned & set(query.prebound)
    if not wanted <= set(joined.columns):
        joined.take(query.focused(wanted | set(joined.columns)), query.fresh("f"))


def _source(query: Query, triple: Triple, ends: Ends) -> str:
    predicate = triple[1]
    if isinstance(predicate, Path):
        return f"({path.pairs(query, predicate, ends)})"
    return query.fact


def _add(query: Query, joined: _Joined, triple: Triple, source: str) -> None:
    alias = query.fresh("t")
    joined.add(source, alias)
    for column, part in zip("spo", triple, strict=True):
        if isinstance(part, Path):
            continue
        if isinstance(part, Variable | BNode):
            resource = column == "p" or (column == "s" and isinstance(triple[1], Identifier))
            joined.meet(label(part), f"{alias}.{column}", Column(resource=resource))
        else:
            joined.conditions.append(f"{alias}.{column} = {query.ids[part]}")


def _start(query: Query, joined: _Joined, triple: Triple) -> _Joined:
    """Join with a path that repeats, begun only where the rest of the pattern leads."""
    ends = [_end(query, joined, part) for part in (triple[0], triple[2])]
    if any(end == "" for end in ends):
        before = joined.relation()
        joined = _Joined()
        joined.take(Relation(f"SELECT * FROM {query.shared(before.sql)}", before.columns),
                    query.fresh("b"))
        ends = [_end(query, joined, part) or None for part in (triple[0], triple[2])]
    _add(query, joined, triple, _source(query, triple, Ends(*(
        f"SELECT DISTINCT {end}" if end else None for end in ends))))
    return joined


def _end(query: Query, joined: _Joined, part: Identifier) -> str | None:
    """Write where an end of a path is known from; "" if that has to be named first."""
    if isinstance(part, URIRef) and query.ids[part] == 0:
        raise NotCovered(f"a path from {part}, which is nowhere in the data")
    if not isinstance(part, Variable | BNode):
        return f"{query.ids[part]}"
    known = label(part)
    if known not in joined.columns or not joined.columns[known].certain:
        return None
    if len(joined.sources) == 1 and not joined.conditions:
        return f"{joined.found[known]} FROM {joined.sources[0]}"
    return ""


def _constant_ends(triple: Triple) -> int:
    return sum(isinstance(part, Variable | BNode) for part in (triple[0], triple[2]))
