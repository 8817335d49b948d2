"""A mapping for those who use RML: its triples maps in Turtle, and in words what RML has not.

Looking up, minting, keys, skipped rows and several values in a cell are left out, each with a
comment: such columns make no map, and rows are taken as they are, whatever is in them. So are the
cells of columns with cleaning rules: a comment names the rules, but for those that take spaces away
or make signs half-width.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

import pyoxigraph as ox

from clusterkg.csvw import addition
from clusterkg.csvw.lexical import STRING
from clusterkg.csvw.mapping import Column, Mapping
from clusterkg.csvw.template import Template
from clusterkg.errors import UsageError, quoted
from clusterkg.namespaces import compress, prefixes
from clusterkg.tabular import Dialect

_RR, _RML = "http://www.w3.org/ns/r2rml#", "http://semweb.mmlab.be/ns/rml#"
_QL = "http://semweb.mmlab.be/ns/ql#"
# What engines take a CSV file for.
_PLAIN = (Dialect(), Dialect(encoding="utf-8"), Dialect(delimiter=","),
          Dialect(encoding="utf-8", delimiter=","))
_SLIGHT = {"trim", "width"}  # rules that do nothing to a tidy cell
_Triples = Iterator[ox.Triple]


def export(mapping: Mapping, file: str | None = None) -> str:
    """Write RML for a CSV file, or that of the mapping; the first lines say what is left out.

    Raises UsageError where it is not known which, or where it is no CSV.
    """
    source = file or mapping.url
    if source is None or PurePosixPath(source).suffix.lower() != ".csv":
        raise UsageError(f"RML is written for a CSV file, not for {quoted(source)}; name one with "
                         "--file" if source else "say with --file which CSV file RML is to read")
    said, triples = list[str](), list[ox.Triple]()
    left_out, raw = lost(mapping), uncleaned(mapping)
    for number, column in enumerate(_stated(mapping), 1):
        shown = " ".join(f"{column.name} ({compress(str(column.predicate))})".split())
        if rules := raw.get(column.name):
            said.append(f"# {shown}: taken as it is, without {', '.join(rules)}\n")
        if reason := left_out.get(column.name):
            said.append(f"# {shown}: left out, for {reason}\n")
        else:
            triples += _map(mapping, column, number, source)
    said += [f"# the table's {what} is left out\n" for what, there in (
        ("ckg:skip", mapping.skips), ("primaryKey", mapping.primary_key),
        ("foreignKeys", mapping.foreign_keys),
        ("dialect", mapping.dialect not in _PLAIN)) if there]
    known = {"rr": _RR, "rml": _RML, "ql": _QL, "xsd": prefixes()["xsd"]}
    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=known) or b""
    return "".join(said) + text.decode()


def lost(mapping: Mapping) -> dict[str, str]:
    """Say of columns, by name, for what RML cannot do they are left out."""
    return {column.name: reason for column in _stated(mapping)
            if (reason := _lost(mapping, column))}


def uncleaned(mapping: Mapping) -> dict[str, list[str]]:
    """Give of columns that make a map, by name, the rules that RML does not carry out."""
    found = {column.name: dict.fromkeys(
        step.rule for one in _used(mapping, column) for step in one.steps
        if step.rule not in _SLIGHT) for column in _stated(mapping) if not _lost(mapping, column)}
    return {name: list(rules) for name, rules in found.items() if rules}


def is_empty(mapping: Mapping) -> bool:
    """Tell whether all columns that state something are left out."""
    return all(_lost(mapping, column) for column in _stated(mapping))


def _stated(mapping: Mapping) -> list[Column]:
    return [column for column in mapping.columns if column.predicate and not column.suppressed]


def _used(mapping: Mapping, column: Column) -> list[Column]:
    return [one for one in mapping.columns if one.name in (column.name, *_variables(column))]


def _lost(mapping: Mapping, column: Column) -> str | None:
    """Say what of a column RML cannot do."""
    used = _used(mapping, column)
    mints = {addition.OWN, "_row", "_sourceRow", *(mint.name for mint in mapping.mints)}
    templates = [template for template in (column.about, column.value) if template]
    reasons = {
        "ckg:resolve": any(one.resolution for one in used),
        "its separator": column.separator is not None,
        "null, or the format of its datatype": any(
            set(one.null) != {""} or _is_formatted(one) for one in used),
        "ckg:when, ckg:from or default": bool(column.when or column.source
                                              or column.default is not None),
        "an IRI that is minted, or the number of the row": bool(mints & set(_variables(column))),
        "an operator of its template": any(_template(mapping, one) is None for one in templates)}
    return next((reason for reason, holds in reasons.items() if holds), None)


def _is_formatted(column: Column) -> bool:
    kind = column.datatype
    return bool(kind and (kind.format or kind.group or kind.decimal != "."))


def _variables(column: Column) -> tuple[str, ...]:
    return tuple(name for template in (column.about, column.value) if template
                 for name in template.variables)


def _map(mapping: Mapping, column: Column, number: int, source: str) -> _Triples:
    one, logical, subject, pair, value = (ox.BlankNode(f"m{number}x{part}") for part in range(5))
    yield _triple(one, ox.NamedNode(f"{prefixes()['rdf']}type"), _node(_RR + "TriplesMap"))
    yield _triple(one, _node(_RML + "logicalSource"), logical)
    yield _triple(logical, _node(_RML + "source"), ox.Literal(source))
    yield _triple(logical, _node(_RML + "referenceFormulation"), _node(_QL + "CSV"))
    yield _triple(one, _node(_RR + "subjectMap"), subject)
    if column.about:
        yield from _iri(mapping, subject, column.about)
    yield _triple(one, _node(_RR + "predicateObjectMap"), pair)
    yield _triple(pair, _node(_RR + "predicate"), _node(str(column.predicate)))
    yield _triple(pair, _node(_RR + "objectMap"), value)
    if column.value:
        yield from _iri(mapping, value, column.value)
    else:
        yield from _literal(column, value)


def _iri(mapping: Mapping, node: ox.BlankNode, template: Template) -> _Triples:
    word, text = _template(mapping, template) or ("", "")
    is_constant = word == _RR + "constant"
    yield _triple(node, _node(word), _node(text) if is_constant else ox.Literal(text))
    if not is_constant:
        yield _triple(node, _node(_RR + "termType"), _node(_RR + "IRI"))


def _literal(column: Column, node: ox.BlankNode) -> _Triples:
    yield _triple(node, _node(_RML + "reference"), ox.Literal(_title(column)))
    if column.language:
        yield _triple(node, _node(_RR + "language"), ox.Literal(column.language))
    elif column.datatype and column.datatype.base != STRING:
        yield _triple(node, _node(_RR + "datatype"), _node(column.datatype.base))


def _template(mapping: Mapping, template: Template) -> tuple[str, str] | None:
    """Give RML's word and text for a template; None where it has no such thing."""
    if not template.variables:
        return _RR + "constant", "".join(str(part) for part in template.parts)
    titles = {column.name: _title(column) for column in mapping.columns}
    if len(template.parts) == 1 and not isinstance(template.parts[0], str):
        operator, names = template.parts[0]
        if operator == "+" and len(names) == 1:
            return _RML + "reference", titles.get(names[0], names[0])
    text = ""
    for part in template.parts:
        if isinstance(part, str):
            text += part
        elif part[0] or len(part[1]) > 1:
            return None
        else:
            text += f"{{{_escaped(titles.get(part[1][0], part[1][0]))}}}"
    return _RR + "template", text


def _escaped(title: str) -> str:
    return title.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}")


def _title(column: Column) -> str:
    return column.titles[0] if column.titles else column.name


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _triple(subject: ox.BlankNode, predicate: ox.NamedNode,
            value: ox.NamedNode | ox.Literal | ox.BlankNode) -> ox.Triple:
    return ox.Triple(subject, predicate, value)
