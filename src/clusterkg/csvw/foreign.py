"""Foreign keys of a table group: which columns lead to which, of the same table or of another.

A key leads to another table by its url (`resource`) or by the `@id` of its schema
(`schemaReference`); one that names neither leads to its own table. Tables that keys tie to one
another are imported together, as rows enter only if those do that they lead to.
"""

from collections.abc import Callable, Iterator

from clusterkg.csvw import group
from clusterkg.csvw.located import Node
from clusterkg.csvw.mapping import Column, ForeignKey
from clusterkg.csvw.reference import Names
from clusterkg.csvw.vocabulary import only
from clusterkg.errors import quoted

Columns = Callable[[Node], tuple[Column, ...]]


def keys(table: Node, outer: Node, columns: Columns) -> Iterator[ForeignKey]:
    """Read the foreign keys of a table; `columns` reads those of any table of the group."""
    own = Names(columns(table))
    for node in _listed(table, outer):
        reference = _reference(node)
        other = _led_to(reference, table, outer)
        names = own if other is table else Names(columns(other))
        made = ForeignKey(
            _named(node, own), _named(reference, names),
            None if other is table else group.called(other))
        if not made.columns or len(made.columns) != len(made.referenced):
            node.wrong("a foreign key names as many columns on both sides in columnReference")
        for mine, theirs in zip(made.columns, made.referenced, strict=True):
            if own.is_thing(mine) is not names.is_thing(theirs):
                node.wrong(f"{quoted(mine)} and {quoted(theirs)} are never the same: one of them "
                           "names a thing by ckg:resolve, the other is a text")
        yield made


def tied(table: Node, outer: Node) -> frozenset[str]:
    """Name the files of other tables that keys lead to, or from which keys lead here."""
    found = set[str]()
    for one in group.tables(outer) if outer.child("tables") else ():
        for node in _listed(one, outer):
            other = _led_to(_reference(node), one, outer)
            if other is not one and _is_same(table, (one, other)):
                found |= {group.called(each) or "" for each in (one, other)}
    return frozenset(found - {group.called(table)})


def _is_same(table: Node, those: tuple[Node, Node]) -> bool:
    return any(group.called(one) == group.called(table) for one in those)


def _listed(table: Node, outer: Node) -> Iterator[Node]:
    schema = table.child("tableSchema") or outer.child("tableSchema")
    listed = schema.child("foreignKeys") if schema else None
    for node in listed.items() if listed else ():
        only(node, {"columnReference", "reference"})
        yield node


def _reference(node: Node) -> Node:
    reference = node.child("reference") or node.wrong("a foreign key needs reference")
    only(reference, {"resource", "schemaReference", "columnReference"})
    return reference


def _led_to(reference: Node, table: Node, outer: Node) -> Node:
    resource, schema = reference.child("resource"), reference.child("schemaReference")
    if resource and schema:
        reference.wrong("a foreign key has resource or schemaReference, not both")
    named, place = (resource, _url) if resource else (schema, _schema)
    if named is None:
        return table
    wanted = group.complete(outer, named.text())
    for one in (table, *group.tables(outer)):
        found = place(one)
        if found and group.complete(outer, found.text()) == wanted:
            return _read(one, reference)
    what = "url" if resource else "schema with the @id"
    return reference.wrong(f"no table here has the {what} {quoted(named.text())}; a foreign key "
                           "leads to a table of the same group")


def _read(table: Node, reference: Node) -> Node:
    """Refuse a table of which no row is read."""
    if group.suppressed(table):
        reference.wrong("the table that this leads to has suppressOutput, and is not read")
    return table


def _url(table: Node) -> Node | None:
    return table.child("url")


def _schema(table: Node) -> Node | None:
    schema = table.child("tableSchema")
    return schema.child("@id") if schema else None


def _named(node: Node, names: Names) -> tuple[str, ...]:
    child = node.child("columnReference")
    return tuple(names.key(item) for item in child.items()) if child else ()
