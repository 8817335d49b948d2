"""Solutions as a SELECT: what is known of its columns, and how two of them are joined."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from rdflib.term import BNode, Identifier, Literal, URIRef

from clusterkg.algebra.value import (
    BOOLEAN,
    LANG_STRING,
    STRING,
    Column,
    Form,
    NotCovered,
    Value,
    computed,
    name,
    quoted,
    stored,
    truth,
    whole,
)
from clusterkg.tables import Connection

UNIT = '1 AS "."'  # a SELECT needs a column even where a solution binds nothing


@dataclass(frozen=True)
class Relation:
    """A SELECT whose columns are variables; each row is one solution."""

    sql: str
    columns: Mapping[str, Column]


@dataclass
class Query:
    """What one compilation gathers: ids of constants, parameters, CTEs, fresh names."""

    fact: str
    focus: str
    prebound: tuple[str, ...]
    ids: dict[Identifier, int]
    parameters: dict[str, str] = field(default_factory=dict)
    ctes: list[str] = field(default_factory=list)
    _number: int = 0

    def fresh(self, kind: str) -> str:
        """Give a name that is used nowhere else."""
        self._number += 1
        return f"{kind}{self._number}"

    def parameter(self, text: str) -> str:
        """Pass a text beside the SQL, and give what stands for it there."""
        for known, value in self.parameters.items():
            if value == text:
                return f"${known}"
        key = f"c{len(self.parameters) + 1}"
        self.parameters[key] = text
        return f"${key}"

    def shared(self, sql: str) -> str:
        """Name a SELECT that is used more than once; it is run once."""
        alias = self.fresh("part")
        self.ctes.append(f"{alias} AS MATERIALIZED ({sql})")
        return alias

    def recursive(self, sql: str) -> str:
        """Name a recursive SELECT, in whose text `{self}` stands for the name."""
        alias = self.fresh("reach")
        self.ctes.append(f"{alias} AS ({sql.replace('{self}', alias)})")
        return alias

    def focused(self, variables: Iterable[str]) -> Relation:
        """Give the focus relation, cut down to some of its columns."""
        wanted = [v for v in self.prebound if v in set(variables)]
        distinct = "" if len(wanted) == len(self.prebound) else "DISTINCT "
        return Relation(f"SELECT {distinct}{', '.join(map(name, wanted))} FROM {self.focus} AS f",
                        {v: Column() for v in wanted})

    def with_prebound(self, relation: Relation, variables: Collection[str]) -> Relation:
        """Add pre-bound variables that the relation does not hold yet."""
        here = set(self.prebound) & set(relation.columns)
        wanted = set(self.prebound) & set(variables)
        return relation if wanted <= here else join(relation, self.focused(wanted | here))


def constants(connection: Connection, terms: Collection[Identifier]) -> dict[Identifier, int]:
    """Look up ids; 0 for what is in no table and so matches nothing."""
    found = dict.fromkeys(terms, 0)
    rows = {row(term): term for term in terms}
    if not rows:
        return found
    values = [list(part) for part in zip(*rows, strict=True)]
    for *parts, identifier in connection.execute("""
            SELECT value, kind, datatype, language, id FROM term SEMI JOIN (
                SELECT unnest($1::VARCHAR[]) AS value, unnest($2::VARCHAR[]) AS kind,
                       unnest($3::VARCHAR[]) AS datatype, unnest($4::VARCHAR[]) AS language)
            USING (value, kind, datatype, language)""", values).fetchall():
        found[rows[tuple(parts)]] = identifier
    return found


def row(term: Identifier) -> tuple[str, str, str, str]:
    """Write a constant as a row of `term` without its id."""
    if isinstance(term, Literal):
        if term.datatype == URIRef(STRING):
            raise NotCovered("rdflib holds a string and one typed xsd:string to be two terms")
        if term.language and term.language != term.language.lower():
            raise NotCovered("a language tag in capitals, which the tables do not keep")
        if term.language:
            return str(term), "literal", LANG_STRING, term.language
        return str(term), "literal", str(term.datatype or STRING), ""
    if isinstance(term, URIRef):
        return str(term), "iri", "", ""
    raise NotCovered(f"{type(term).__name__} as a constant")


def select(columns: Mapping[str, str], sources: str, where: Iterable[str] = ()) -> str:
    """Write a SELECT of named expressions."""
    chosen = ", ".join(f"{sql} AS {name(v)}" for v, sql in columns.items()) or UNIT
    conditions = " AND ".join(dict.fromkeys(where))
    return f"SELECT {chosen} FROM {sources}" + (f" WHERE {conditions}" if conditions else "")


def join(left: Relation, right: Relation) -> Relation:
    """Join on all variables that both have; unbound goes with anything."""
    left, right = alike(left, right)
    shared = [v for v in left.columns if v in right.columns]
    conditions = [equal(left.columns[v], f"l.{name(v)}", right.columns[v], f"r.{name(v)}")
                  for v in shared]
    columns = {v: f"l.{name(v)}" for v in left.columns} | {
        v: f"r.{name(v)}" for v in right.columns if v not in left.columns} | {
        v: f"coalesce(l.{name(v)}, r.{name(v)})" for v in shared if not left.columns[v].certain}
    sql = select(columns, f"({left.sql}) AS l, ({right.sql}) AS r", conditions)
    return Relation(sql, {v: merged(left.columns.get(v), right.columns.get(v)) for v in columns})


def equal(left: Column, left_sql: str, right: Column, right_sql: str) -> str:
    """Write the condition under which two solutions agree on a variable."""
    loose = [f"{sql} IS NULL" for column, sql in ((left, left_sql), (right, right_sql))
             if not column.certain]
    conditions = " OR ".join([*loose, f"{left_sql} = {right_sql}"])
    return f"({conditions})" if loose else conditions


def merged(left: Column | None, right: Column | None) -> Column:
    """Describe a variable after a join."""
    if left is None or right is None:
        return left or right or Column()
    return replace(left, certain=left.certain or right.certain,
                   resource=left.resource or right.resource)


def alike(left: Relation, right: Relation) -> tuple[Relation, Relation]:
    """Bring the variables that both have into the same form."""
    mixed = {v for v, column in left.columns.items() if v in right.columns
             and (column.form, column.datatype) != (right.columns[v].form,
                                                    right.columns[v].datatype)}
    return spelled_out(left, mixed), spelled_out(right, mixed)


def spelled_out(relation: Relation, variables: Collection[str]) -> Relation:
    """Turn variables into structs, whatever form they have."""
    if not variables:
        return relation
    sources, columns, described = f"({relation.sql}) AS r", {}, dict(relation.columns)
    for number, (v, column) in enumerate(relation.columns.items()):
        columns[v] = f"r.{name(v)}"
        if v in variables:
            alias = f"t{number}"
            if column.form is Form.STORED:
                sources += f" LEFT JOIN term AS {alias} ON {alias}.id = r.{name(v)}"
            columns[v] = read(f"r.{name(v)}", column, alias).struct
            described[v] = replace(column, form=Form.COMPUTED)
    return Relation(select(columns, sources), described)


def read(sql: str, column: Column, alias: str) -> Value:
    """Make a value from a column; `alias` names the row of `term` for a stored one."""
    if column.form is Form.STORED:
        return stored(alias, sql, column)
    if column.form is Form.WHOLE:
        return replace(whole(sql, column.datatype), failing=False)
    if column.form is Form.TRUTH:
        return replace(truth(sql), datatype=quoted(BOOLEAN), failing=False)
    if column.form is Form.PLAIN:
        return Value(sql, failing=False)
    return computed(sql, failing=False)


def label(term: Identifier) -> str:
    """Name a variable; a blank node of a pattern is a variable that nobody can write."""
    return f"_:{term}" if isinstance(term, BNode) else str(term)
