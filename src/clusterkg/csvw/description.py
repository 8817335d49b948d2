"""One column of a mapping, with what it inherits."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from clusterkg.csvw import addition, bound, lexical, space, template
from clusterkg.csvw.located import Node
from clusterkg.csvw.mapping import Column, Datatype
from clusterkg.csvw.template import Template
from clusterkg.csvw.terms import TYPE, Terms
from clusterkg.csvw.vocabulary import allow
from clusterkg.errors import UsageError, quoted
from clusterkg.namespaces import compress, expand

INHERITED = {"aboutUrl", "datatype", "default", "lang", "null", "ordered", "propertyUrl",
             "required", "separator", "textDirection", "valueUrl"}
OWN = {"@id", "@type", "name", "titles", "virtual", "suppressOutput"}
_DATATYPE = {"@id", "@type", "base", "format", *bound.LIMITS}
_FORMAT = {"pattern", "decimalChar", "groupChar"}
_GROUP = ","  # what parts the groups of a pattern, unless it is said
_LONGEST = 10  # characters between values
_UNDETERMINED = "und"  # the standard's word for no language
_ROW = expand("ckg:sourceRow")
_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def column(node: Node, outer: tuple[Node, ...], terms: Terms, base: str | None = None) -> Column:
    """Read a column; `outer` are its schema, table and group, from which it inherits.

    Templates that begin with no IRI rest upon `base`.
    """
    def inherited(key: str) -> Node | None:
        return next(filter(None, (one.child(key) for one in (node, *outer))), None)

    titles = tuple(_titles(node.child("titles")))
    predicate = _predicate(inherited("propertyUrl"), terms)
    value = _template(inherited("valueUrl"), base)
    datatype = _datatype(inherited("datatype"), predicate, terms)
    made = Column(
        _name(node, titles), titles, virtual=_flag(node.child("virtual")),
        suppressed=_flag(node.child("suppressOutput")), required=_flag(inherited("required")),
        predicate=predicate, about=_template(inherited("aboutUrl"), base), value=value,
        datatype=datatype, language=_spoken(node, inherited("lang"), datatype, predicate, terms),
        null=_null(inherited("null")),
        default=_string(inherited("default")), separator=_separator(inherited("separator")),
        steps=addition.steps(node.child("ckg:rules")),
        resolution=addition.resolution(node.child("ckg:resolve"), terms),
        namespace=_namespace(node.child("ckg:mint")), source=_string(node.child("ckg:from")),
        when=addition.when(node.child("ckg:when")),
        line=node.line)
    if made.separator is not None and _flag(inherited("ordered")):
        raise UsageError("ordered lists are not supported; leave out ordered")
    _check(made, terms)
    if made.predicate and not made.suppressed:
        _check_spaces(made, terms, inherited)
    return _defaulted(made)


def _name(node: Node, titles: tuple[str, ...]) -> str:
    name = node.child("name")
    found = name.text() if name else next(iter(titles), "")
    if not found.strip():
        node.wrong("a column needs a name or titles")
    if name and found.startswith("_"):
        name.wrong(f"{quoted(found)} begins with _, as the names of CSVW's own variables do")
    return found


def _defaulted(column: Column) -> Column:
    """Check the value of a virtual column that reads no cell, and write it in the one way."""
    if not column.virtual or column.source or column.value or column.default is None:
        return column
    return replace(column, default=lexical.value(column.datatype, column.default))

def _check(column: Column, terms: Terms) -> None:
    if column.predicate is None:
        return
    shown = compress(column.predicate)
    is_thing = bool(column.value or column.resolution)
    if column.predicate in terms.things and not is_thing:
        raise UsageError(f"{shown} leads to a thing; give valueUrl or ckg:resolve")
    if column.predicate in terms.literals and is_thing:
        raise UsageError(f"{shown} has a text or number as value; leave out valueUrl and "
                         "ckg:resolve")
    if column.predicate == TYPE and column.resolution:
        raise UsageError(f"{shown} leads to a class, which no cell is looked up as; give valueUrl")
    if column.predicate == TYPE and column.value and not column.value.variables:
        terms.known("".join(str(part) for part in column.value.parts), "class")
    if column.about is None:
        raise UsageError(f"nothing says what {shown} is about; give aboutUrl")


def _check_spaces(column: Column, terms: Terms, inherited: Callable[[str], Node | None]) -> None:
    """Refuse IRIs of no thing on the line that makes them; the cells of types are looked at."""
    value = space.REMARK if column.predicate in terms.either else space.VALUE
    for key, made, use in (("aboutUrl", column.about, space.ABOUT),
                           ("valueUrl", column.value, value)):
        node = inherited(key)
        if node and made and not (use is value and column.predicate == TYPE):
            try:
                space.check(made, use)
            except UsageError as error:
                node.wrong(str(error))


def _predicate(node: Node | None, terms: Terms) -> str | None:
    if node is None:
        return None
    if "{" in node.text():
        raise UsageError("propertyUrl is one property, not a template")
    found = terms.known(node.text(), "property")
    if found == _ROW:
        node.wrong("ckg:sourceRow is stated of each row by the import; leave it out")
    return found


def _template(node: Node | None, base: str | None) -> Template | None:
    if node is None:
        return None
    try:
        return template.parse(template.rooted(node.text(), base))
    except UsageError as error:
        node.wrong(str(error))


def _datatype(node: Node | None, predicate: str | None, terms: Terms) -> Datatype:
    wanted = terms.ranges.get(predicate or "", "")
    if node is None:
        return Datatype(wanted if wanted.startswith(lexical.XSD) else lexical.STRING)
    made = Datatype(lexical.known(node.text())) if isinstance(node.value, str) else _detailed(node)
    lexical.check(made)
    if wanted.startswith(lexical.XSD) and made.base != wanted:
        raise UsageError(f"{compress(predicate or '')} has values of type {compress(wanted)}, not "
                         f"{compress(made.base)}; leave out datatype, or change its base")
    return made


def _detailed(node: Node) -> Datatype:
    allow(node, _DATATYPE, "in a datatype")
    if node.child("@id"):
        raise UsageError("a datatype of one's own (@id) is not supported; leave out @id")
    base = node.child("base")
    limits = {key: str(child.value) for key in node.names() if key in bound.LIMITS
              and (child := node.child(key))}
    made = Datatype(lexical.known(base.text() if base else "string"), limits=limits,
                    **_format(node.child("format")))
    is_grouped = made.format and _GROUP in made.format and lexical.is_number(made)
    return replace(made, group=_GROUP) if is_grouped and not made.group else made


def _format(node: Node | None) -> dict[str, str]:
    if node is None or isinstance(node.value, str):
        return {"format": node.text()} if node else {}
    allow(node, _FORMAT, "in a format of numbers")
    found = {"format": _string(node.child("pattern")), "group": _string(node.child("groupChar")),
             "decimal": _string(node.child("decimalChar"))}
    return {key: value for key, value in found.items() if value}


def _spoken(node: Node, lang: Node | None, datatype: Datatype, predicate: str | None,
            terms: Terms) -> str | None:
    """Give the language of a column's texts; what is no text has none, whatever it inherits."""
    if lang is None:
        return None
    if not _TAG.fullmatch(lang.text()):
        raise UsageError(f"no language {quoted(lang.text())}; write it as zh, en or zh-Hant")
    is_plain = terms.ranges.get(predicate or "", "") == lexical.STRING
    if is_plain and node.child("lang") and lang.text() != _UNDETERMINED:
        raise UsageError(f"{compress(predicate or '')} has texts of no language; leave out lang")
    is_text = datatype.base == lexical.STRING and not is_plain
    tag = lang.text().lower()  # as the engine writes it
    return tag if is_text and tag != _UNDETERMINED else None


def _titles(node: Node | None) -> Iterator[str]:
    if node is None:
        return
    if isinstance(node.value, dict):
        for key in node.names():
            yield from _titles(node.child(key))
    else:
        yield from node.texts()


def _separator(node: Node | None) -> str | None:
    if node is None or node.value is None:
        return None
    if not 0 < len(node.text()) <= _LONGEST:
        raise UsageError(f"a separator has 1 to {_LONGEST} characters")
    return node.text()


def _null(node: Node | None) -> tuple[str, ...]:
    return node.texts() if node else ("",)


def _namespace(node: Node | None) -> str | None:
    return addition.namespace(node) if node else None


def _string(node: Node | None) -> str | None:
    return node.text() if node else None


def _flag(node: Node | None) -> bool:
    return node.flag() if node else False
