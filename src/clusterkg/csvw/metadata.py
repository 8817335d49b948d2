"""Mappings: CSVW metadata that a person writes, read and checked against the ontology.

W3C's words (Metadata Vocabulary for Tabular Data) mean what they mean there, in the minimal mode of
its conversion: titles, notes, directions, transformations and what other vocabularies say of a
table are remarks. A file may describe a group of tables, whose tables inherit from it as columns
do; see `group`.

Otherwise than there
    a column without `propertyUrl` states nothing, and the import says so;
    columns are found by title or name wherever they stand, by place where there is no header;
    `{x}` in a template of a column with `separator` is each of its values in turn;
    a template of which a part is empty makes no IRI, and its row is refused for the other part;
    a template that begins with no IRI needs the url of its table in full;
    cells are trimmed, and lines without any text passed over; `name` may be in any script;
    a foreign key leads to a row that enters, of its table or of another in the group: one that
    leads to a row in quarantine would dangle, and joins it there; it may lead to several rows,
    whether a key has but one row says `primaryKey`; a key with an empty part leads nowhere.
Refused, with the line: ordered lists, exponents and zones in formats, comments
and untrimmed cells, datatypes of one's own, of JSON, XML and binary data, schemas and dialects in
files of their own.

What the project adds lies under its own keys; those of a group hold for tables without their own.

Dialect (see `dialect`): ckg:sheet of a workbook, ckg:member of an archive.
Table:
    ckg:source   title, publisher, issued, licence, language, url: texts
    ckg:skip     [{"column", "equals": [texts], "why"}]: rows that are passed over; or with
                 "equalsColumn": a column whose cell is the same
    ckg:mint     {"namespace", "code", "else": [columns], "own": {"column", "scope"}, "name"} or
                 several: makes the IRI that templates call {+_iri}, or {+name}; see `minting`
    ckg:derived  true: the table was made from the graph: its rows are no evidence
Column:
    ckg:rules    cleaning rules in their order: "width", or {"rule": "code", "length": 6}
    ckg:resolve  {"class", "by", "within": [columns]}: the cell names a thing in the graph
    ckg:mint     a prefix: templates of this column have {+_own}, the IRI made of its text
    ckg:from     of a virtual column: the column whose cells it reads
    ckg:when     {"column", "equals": [texts]}: in which rows the column states something
"""

from collections.abc import Callable
from pathlib import Path

from clusterkg.csvw import addition, description, dialect, foreign, group, imprint, located
from clusterkg.csvw.located import Node
from clusterkg.csvw.mapping import Column, Mapping
from clusterkg.csvw.reference import Names, settled
from clusterkg.csvw.terms import Terms
from clusterkg.csvw.terms import known as packaged
from clusterkg.csvw.vocabulary import allow
from clusterkg.errors import UsageError, quoted

CONTEXT = "http://www.w3.org/ns/csvw"
_GROUP = {"@context", "@id", "@type", "tables", "dialect", "notes", "tableDirection",
          "transformations", "tableSchema", "url", "suppressOutput"}
_MOST = 2_000  # columns, virtual ones among them
_SCHEMA = {"@id", "@type", "columns", "primaryKey", "foreignKeys", "rowTitles"}


def read(path: Path, file: str | None = None, *, terms: Terms | None = None) -> Mapping:
    """Read a mapping; raise UnreadableError with `path:line` for what does not hold together.

    `file` is what the table's file is called: of a group of tables it says which is wanted.
    """
    outer = _group(path)
    table = group.chosen(outer, file)
    allow(table, _GROUP | description.INHERITED | addition.TABLE)
    schema, terms = _schema(table, outer), terms or packaged()
    columns = _columns(schema, (schema, table, outer), terms)
    find = Names(columns).find

    def of(other: Node) -> tuple[Column, ...]:
        found = _schema(other, outer)
        return columns if other is table else _columns(found, (found, other, outer), terms)

    made = Mapping(
        path, columns, url=_text(table, "url"), primary_key=_names(schema, "primaryKey", find),
        foreign_keys=tuple(foreign.keys(table, outer, of)), tied=foreign.tied(table, outer),
        wanted=foreign.wanted(table, outer, of),
        skips=tuple(addition.skips(_of("ckg:skip", table, outer), find)),
        mints=tuple(addition.mints(_of("ckg:mint", table, outer), find)),
        source=imprint.read(_of("ckg:source", table, outer)),
        is_derived=addition.is_derived(_of("ckg:derived", table, outer)),
        dialect=dialect.read(_of("dialect", table, outer).child("dialect")))
    return settled(made)


def _schema(table: Node, outer: Node) -> Node:
    schema = table.child("tableSchema") or outer.child("tableSchema") or table.wrong(
        "a mapping needs tableSchema with its columns; --suggest drafts one")
    if isinstance(schema.value, str):
        schema.wrong("a schema in a file of its own is not read; write it here")
    allow(schema, _SCHEMA | description.INHERITED)
    return schema


def tables(path: Path) -> list[str]:
    """List what the files of a group of tables are called, in the order of the group."""
    return group.urls(_group(path))


def _group(path: Path) -> Node:
    outer = located.read(path)
    allow(outer, _GROUP | description.INHERITED | addition.TABLE)
    context = outer.child("@context")
    if context is None or CONTEXT not in [item.value for item in context.items()]:
        (context or outer).wrong(f'a mapping begins with "@context": "{CONTEXT}"')
    for item in context.items():
        if item.value != CONTEXT:
            allow(item, {"@base", "@language"})
    return outer


def _of(key: str, table: Node, outer: Node) -> Node:
    """Give the table if it has a key of its own, else the group around it."""
    return table if table.child(key) else outer


def _columns(schema: Node, outer: tuple[Node, ...], terms: Terms) -> tuple[Column, ...]:
    listed = schema.child("columns") or schema.wrong("tableSchema needs columns: [{...}, ...]")
    found: dict[str, Column] = {}
    if isinstance(listed.value, list) and len(listed.value) > _MOST:
        listed.wrong(f"more than {_MOST:,} columns; no table that is read has as many")
    for node in listed.items():
        allow(node, description.OWN | description.INHERITED | addition.COLUMN)
        try:
            column = description.column(node, outer, terms, group.base(*outer[1:]))
        except UsageError as error:
            node.wrong(str(error))
        if column.name in found:
            node.wrong(f"two columns are called {quoted(column.name)}; rename one")
        found[column.name] = column
    states = any(column.predicate for column in found.values())
    if not states and outer[1].child("ckg:skip") is None:
        listed.wrong("no column has a propertyUrl, so that nothing would be stated")
    return tuple(found.values())


def _names(node: Node, key: str, find: Callable[[Node], str]) -> tuple[str, ...]:
    child = node.child(key)
    return tuple(find(item) for item in child.items()) if child else ()


def _text(node: Node, key: str) -> str | None:
    child = node.child(key)
    return child.text() if child else None
