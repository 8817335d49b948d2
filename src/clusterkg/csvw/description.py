"""One column of a mapping, with what it inherits."""

import re
from collections.abc import Iterator

from clusterkg.csvw import addition, lexical, template
from clusterkg.csvw.located import Node
from clusterkg.csvw.mapping import Column, Datatype
from clusterkg.csvw.template import Template
from clusterkg.csvw.terms import TYPE, Terms
from clusterkg.errors import UsageError, quoted
from clusterkg.namespaces import compress

INHERITED = {"aboutUrl", "datatype", "default", "lang", "null", "ordered", "propertyUrl",
             "required", "separator", "textDirection", "valueUrl"}
OWN = {"@id", "@type", "name", "titles", "virtual", "suppressOutput"}
_DATATYPE = {"@id", "@type", "base", "format", *lexical.LIMITS}
_FORMAT = {"pattern", "decimalChar", "groupChar"}
_LONGEST = 10  # characters between values
_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def column(node: Node, outer: tuple[Node, ...], terms: Terms) -> Column:
    """Read a column; `outer` are its schema, table and group, from which it inherits."""
    def inherited(key: str) -> Node | None:
        return next(filter(None, (one.child(key) for one in (node, *outer))), None)

    titles = tuple(_titles(node.child("titles")))
    name = node.child("name")
    if name is None and not titles:
        node.wrong("a column needs a name or titles")
    predicate = _predicate(inherited("propertyUrl"), terms)
    value = _template(inherited("valueUrl"))
    language = inherited("lang")
    made = Column(
        name.text() if name else titles[0], titles, virtual=_flag(node.child("virtual")),
        suppressed=_flag(node.child("suppressOutput")), required=_flag(inherited("required")),
        predicate=predicate, about=_template(inherited("aboutUrl")), value=value,
        datatype=_datatype(inherited("datatype"), predicate, terms),
        language=_language(language), null=_null(inherited("null")),
        default=_string(inherited("default")), separator=_string(inherited("separator")),
        steps=addition.steps(node.child("ckg:rules")),
        resolution=addition.resolution(node.child("ckg:resolve"), terms),
        namespace=_namespace(node.child("ckg:mint")), source=_string(node.child("ckg:from")),
        when=addition.when(node.child("ckg:when")),
        line=node.line)
    if made.separator is not None and not 0 < len(made.separator) <= _LONGEST:
        raise UsageError(f"a separator has 1 to {_LONGEST} characters")
    if _flag(inherited("ordered")):
        raise UsageError("ordered lists are not supported; leave out ordered")
    _check(made, terms)
    return made



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
    if column.predicate == TYPE and column.value and not column.value.variables:
        terms.known("".join(str(part) for part in column.value.parts), "class")
    if column.about is None:
        raise UsageError(f"nothing says what {shown} is about; give aboutUrl")


def _predicate(node: Node | None, terms: Terms) -> str | None:
    if node is None:
        return None
    if "{" in node.text():
        raise UsageError("propertyUrl is one property, not a template")
    return terms.known(node.text(), "property")


def _template(node: Node | None) -> Template | None:
    return template.parse(node.text()) if node else None


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
    keys = node.names()
    unknown = [key for key in keys if key not in _DATATYPE]
    if unknown:
        raise UsageError(f"{quoted(unknown[0])} is unknown in a datatype; there are "
                         f"{', '.join(sorted(_DATATYPE))}")
    base = node.child("base")
    limits = {key: str(child.value) for key in keys if key in lexical.LIMITS
              and (child := node.child(key))}
    return Datatype(lexical.known(base.text() if base else "string"), limits=limits,
                    **_format(node.child("format")))


def _format(node: Node | None) -> dict[str, str]:
    if node is None or isinstance(node.value, str):
        return {"format": node.text()} if node else {}
    unknown = [key for key in node.names() if key not in _FORMAT]
    if unknown or node.child("pattern"):
        raise UsageError("a format of numbers has groupChar and decimalChar; patterns are not "
                         "supported")
    found = {"group": _string(node.child("groupChar")),
             "decimal": _string(node.child("decimalChar"))}
    return {key: value for key, value in found.items() if value}


def _language(node: Node | None) -> str | None:
    if node is None:
        return None
    if not _TAG.fullmatch(node.text()):
        raise UsageError(f"no language {quoted(node.text())}; write it as zh, en or zh-Hant")
    return node.text()


def _titles(node: Node | None) -> Iterator[str]:
    if node is None:
        return
    if isinstance(node.value, dict):
        for key in node.names():
            yield from _titles(node.child(key))
    else:
        yield from node.texts()


def _null(node: Node | None) -> tuple[str, ...]:
    return node.texts() if node else ("",)


def _namespace(node: Node | None) -> str | None:
    return addition.namespace(node) if node else None


def _string(node: Node | None) -> str | None:
    return node.text() if node else None


def _flag(node: Node | None) -> bool:
    return node.flag() if node else False
