"""What a mapping says, once it is read: W3C's words, IRIs in full."""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path

from clusterkg.csvw.template import Template
from clusterkg.tabular import Dialect


@dataclass(frozen=True)
class Step:
    """A cleaning rule with its parameters."""

    rule: str
    parameters: Map[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Datatype:
    """A datatype of XML Schema (its IRI), and what is asked of a value beyond it.

    `limits` are CSVW's words, such as `minimum` or `maxLength`.
    """

    base: str
    format: str | None = None
    group: str = ""
    decimal: str = "."
    limits: Map[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Resolution:
    """How a cell becomes the IRI of a thing in the graph.

    `kind` is the IRI of a class, `within` names columns that settle what has several meanings.
    """

    kind: str
    by: str
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mint:
    """How the IRI of a row's thing is made: see `minting`.

    `own` is a column with the file's own number, and the scope in which that number is unique.
    """

    name: str
    namespace: str
    code: str | None = None
    otherwise: tuple[str, ...] = ()
    own: tuple[str, str] | None = None


@dataclass(frozen=True)
class Column:
    """One column; `source` is the column whose cells a virtual one reads too.

    `namespace` is the prefix of IRIs made of its texts; `when` names a column and its texts in rows
    where this column states something.
    """

    name: str
    titles: tuple[str, ...] = ()
    virtual: bool = False
    suppressed: bool = False
    required: bool = False
    predicate: str | None = None
    about: Template | None = None
    value: Template | None = None
    datatype: Datatype | None = None
    language: str | None = None
    null: tuple[str, ...] = ("",)
    default: str | None = None
    separator: str | None = None
    steps: tuple[Step, ...] = ()
    resolution: Resolution | None = None
    namespace: str | None = None
    source: str | None = None
    when: tuple[str, tuple[str, ...]] | None = None
    line: int = 1


@dataclass(frozen=True)
class Skip:
    """Rows that are passed over: with one of these texts in a column, or that of an other, and why.
    """

    column: str
    texts: tuple[str, ...]
    why: str
    other: str | None = None


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose values have to be those of other columns of a row that enters.

    `table` is what the file of another table of the group is called; None: the same table.
    """

    columns: tuple[str, ...]
    referenced: tuple[str, ...]
    table: str | None = None


@dataclass(frozen=True)
class Mapping:
    """A table's description; one that `is_derived` was made from the graph itself.

    `tied` are the files of tables that keys lead to, or from which keys lead here; `wanted` are
    the columns that these lead to.
    """

    path: Path
    columns: tuple[Column, ...]
    url: str | None = None
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    tied: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    skips: tuple[Skip, ...] = ()
    mints: tuple[Mint, ...] = ()
    source: Map[str, str] = field(default_factory=dict)
    dialect: Dialect = field(default_factory=Dialect)
    is_derived: bool = False

    def column(self, name: str) -> Column:
        """Give the column of a name that is there."""
        return next(column for column in self.columns if column.name == name)
