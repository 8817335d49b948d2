"""What an expression is in SQL: one value, NULL where SPARQL has an error or nothing bound."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from rdflib.namespace import XSD as XSD_TERMS

from clusterkg.sql import literal

XSD = str(XSD_TERMS)
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
STRING, LANG_STRING, BOOLEAN = XSD + "string", RDF + "langString", XSD + "boolean"
INTEGER, DECIMAL, ANY_URI = XSD + "integer", XSD + "decimal", XSD + "anyURI"


HERE = "/* row */ ''"  # where an expression is made to depend on the whole solution


class NotCovered(Exception):  # noqa: N818  # no failure: another engine takes over
    """The query, or the data that it met, is beyond this compiler; another engine has to answer."""


class Form(StrEnum):
    """How a column of a relation holds its values."""

    STORED = "stored"  # id of a term
    WHOLE = "whole"  # BIGINT: the value of a number
    PLAIN = "plain"  # VARCHAR: a string without language
    TRUTH = "truth"  # BOOLEAN
    COMPUTED = "computed"  # STRUCT(value, kind, datatype, language)


@dataclass(frozen=True)
class Column:
    """One variable of a relation."""

    form: Form = Form.STORED
    certain: bool = True  # never NULL
    resource: bool = False  # never a literal
    datatype: str = INTEGER  # of a WHOLE

    def loose(self) -> "Column":
        """Give the same column where it may be unbound."""
        return replace(self, certain=False)


def quoted(text: str) -> str:
    """Write one of this program's own words as SQL; values of queries are parameters."""
    return literal(text)


def name(variable: str) -> str:
    """Write a variable as the name of a column."""
    return '"' + variable.replace('"', '""') + '"'


def listed(iris: Iterable[str]) -> str:
    """Write IRIs as the right side of SQL's IN."""
    return "(" + ", ".join(quoted(iri) for iri in iris) + ")"


def typed(datatype: str, iris: Iterable[str]) -> str:
    """Ask whether a datatype (SQL) is one of some of XML Schema's, in few characters."""
    names = listed(iri.removeprefix(XSD) for iri in iris)
    return f"(starts_with({datatype}, '{XSD}') AND substr({datatype}, {len(XSD) + 1}) IN {names})"


def refusal(reason: str) -> str:
    """Write SQL that ends the query; `run` makes NotCovered of it."""
    return f"error({quoted('not covered: ' + reason)} || {HERE})"


@dataclass(frozen=True)
class Value:
    """SQL expressions for the parts of one RDF term.

    `whole` (BIGINT) and `truth` (BOOLEAN) are there when it is always such a value; `id` where it
    is stored; `exact` (DECIMAL) and `scale` for a computed number that has a fraction.
    """

    text: str
    kind: str = "'literal'"
    datatype: str = quoted(STRING)
    language: str = "''"
    id: str | None = None
    whole: str | None = None
    truth: str | None = None
    exact: tuple[str, str] | None = None
    resource: bool = False
    constant: str | None = None  # the text itself where the query says it
    failing: bool = True  # an expression, whose error isIRI and its like take for a value

    @property
    def plain(self) -> bool:
        """Say whether it is always a string without language."""
        return (self.kind, self.datatype, self.language) == ("'literal'", quoted(STRING), "''")

    @property
    def struct(self) -> str:
        """Write it as a row of `term` without id."""
        return (f"CASE WHEN {self.text} IS NOT NULL THEN {{'value': {self.text}, "
                f"'kind': {self.kind}, 'datatype': {self.datatype}, 'language': {self.language}}} "
                "END")


def whole(sql: str, datatype: str = INTEGER) -> Value:
    """Make a number without fraction of BIGINT."""
    return Value(f"({sql})::VARCHAR", datatype=quoted(datatype), whole=sql)


def truth(sql: str) -> Value:
    """Make a boolean."""
    return Value(f"({sql})::VARCHAR", datatype=quoted(BOOLEAN), truth=sql)


def stored(row: str, sql: str, column: Column) -> Value:
    """Make a term of the table from its row there (an alias) and its id."""
    return Value(f"{row}.value", f"{row}.kind", f"{row}.datatype", f"{row}.language", id=sql,
                 resource=column.resource, failing=False)


def computed(sql: str, *, failing: bool = True) -> Value:
    """Make a value from a STRUCT that was made before."""
    return Value(f"({sql}).value", f"({sql}).kind", f"({sql}).datatype", f"({sql}).language",
                 failing=failing)


def payload(value: Value) -> tuple[Column, str]:
    """Choose the form of a column that keeps a value, and give the SQL that fills it."""
    if value.id is not None:
        return Column(Form.STORED, False, value.resource), value.id
    if value.whole is not None:
        return Column(Form.WHOLE, False, datatype=value.datatype[1:-1]), value.whole
    if value.truth is not None:
        return Column(Form.TRUTH, False), value.truth
    if value.plain:
        return Column(Form.PLAIN, False), value.text
    return Column(Form.COMPUTED, False), value.struct
