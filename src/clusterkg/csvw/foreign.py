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
_HOW = {"resource": "url", "schemaReference": "schema with the @id"}


def keys(table: Node, outer: Node, columns: Columns) -> Iterator[ForeignKey]:
    """Read the foreign keys of a table; `columns` reads those of any table of the group."""
    own, there = Names(columns(table)), _Tables(outer)
    for node in _listed(table, outer):
        reference = _reference(node)
        other = there.led_to(reference, table)
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
    found, there, name = set[str](), _Tables(outer), group.called(table)
    for one in group.tables(outer) if outer.child("tables") else ():
        for node in _listed(one, outer):
            other = there.led_to(_reference(node), one)
            ends = {group.called(one) or "", group.called(other) or ""}
            found |= ends if name in ends else set()
    return frozenset(found - {name})


def wanted(table: Node, outer: Node, columns: Columns) -> frozenset[str]:
    """Name the columns of a table that keys of other tables lead to."""
    found, there, names = set[str](), _Tables(outer), Names(columns(table))
    for one in group.tables(outer) if outer.child("tables") else ():
        for node in _listed(one, outer):
            reference = _reference(node)
            other = there.led_to(reference, one)
            if other is not one and group.called(other) == group.called(table):
                found.update(_named(reference, names))
    return frozenset(found)


class _Tables:
    """The tables of a group by what a foreign key calls them."""

    def __init__(self, outer: Node):
        self._outer = outer
        self._found: dict[tuple[str, str], Node] = {}
        for table in group.tables(outer):
            schema = table.child("tableSchema")
            for how, name in (("resource", table.child("url")),
                              ("schemaReference", schema.child("@id") if schema else None)):
                if name:
                    self._found.setdefault((how, group.complete(outer, name.text())), table)

    def led_to(self, reference: Node, table: Node) -> Node:
        """Give the table that a key of a table leads to; raise UnreadableError."""
        given = [(how, node) for how in _HOW if (node := reference.child(how))]
        if len(given) > 1:
            reference.wrong("a foreign key has resource or schemaReference, not both")
        if not given:
            return table
        (how, node), = given
        found = self._found.get((how, group.complete(self._outer, node.text())))
        if found is None:
            reference.wrong(f"no table here has the {_HOW[how]} {quoted(node.text())}; a foreign "
                            "key leads to a table of the same group")
        if group.suppressed(found):
            reference.wrong("the table that this leads to has suppressOutput, and is not read")
        return table if group.called(found) == group.called(table) else found


def _listed(table: Node, outer: Node) -> Iterator[Node]:
    schema = table.child("tableSchema") or outer.child("tableSchema")
    listed = schema.child("foreignKeys") if schema else None
    for node in listed.items() if listed else ():
        only(node, {"columnReference", "reference"})
        yield node


def _reference(node: Node) -> Node:
    reference = node.child("reference") or node.wrong("a foreign key needs reference")
    only(reference, {*_HOW, "columnReference"})
    return reference


def _named(node: Node, names: Names) -> tuple[str, ...]:
    child = node.child("columnReference")
    return tuple(names.key(item) for item in child.items()) if child else ()
