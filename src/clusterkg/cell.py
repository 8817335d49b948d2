"""What a cell of a CSVW table can hold so that a reader gets the same triple back.

CSV on the Web, W3C 2015: Metadata Vocabulary 5.11 (datatypes), Tabular Data Model 6.4 (cells),
RFC 6570 (URI templates: `{+name}` rewrites all but unreserved and reserved ASCII).
"""

import re

from pyoxigraph import BlankNode, Literal, NamedNode

from clusterkg.namespaces import expand

_XSD = expand("xsd:")
_SAFE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*")
_DOTS = re.compile(r"/\.\.?(?:[/?#]|\Z)")
_BUILT_IN = frozenset((
    "anyURI", "base64Binary", "boolean", "byte", "date", "dateTime", "dateTimeStamp",
    "dayTimeDuration", "decimal", "double", "duration", "float", "gDay", "gMonth", "gMonthDay",
    "gYear", "gYearMonth", "hexBinary", "int", "integer", "language", "long", "Name",
    "negativeInteger", "NMTOKEN", "nonNegativeInteger", "nonPositiveInteger", "normalizedString",
    "positiveInteger", "QName", "short", "string", "time", "token", "unsignedByte", "unsignedInt",
    "unsignedLong", "unsignedShort", "yearMonthDuration"))
_WHOLE = re.compile(r"[+-]?[0-9]+")
_ZONE = r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
_YEAR = r"-?(?:[1-9][0-9]{4,}|[0-9]{4})"
_DAY = (rf"{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
        r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|[12][0-9]))")
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_FORMS = {"boolean": re.compile("true|false|1|0"), "double": _FLOAT, "float": _FLOAT,
          "decimal": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"),
          "date": re.compile(_DAY + _ZONE), "time": re.compile(_TIME + _ZONE),
          "dateTime": re.compile(f"{_DAY}T{_TIME}{_ZONE}"),
          "gYear": re.compile(_YEAR + _ZONE),
          "gYearMonth": re.compile(_YEAR + "-(?:0[1-9]|1[0-2])" + _ZONE),
          **{name: _WHOLE for name in _BUILT_IN if name.lower().endswith(
              ("integer", "int", "long", "short", "byte"))}}


def misfit(term: object) -> str | None:
    """Say why a term is lost in a cell; None where it is not."""
    if isinstance(term, BlankNode):
        return "blank nodes have no IRI to stand in a cell"
    if isinstance(term, NamedNode):
        safe = _SAFE_IRI.fullmatch(term.value) and not _DOTS.search(term.value)
        return None if safe else "URI templates rewrite the characters of an IRI"
    return _literal_misfit(term) if isinstance(term, Literal) else "not a term of RDF 1.1"


def datatype(iri: str) -> object:
    """Give CSVW's description of a datatype: a name, or a string type with its own IRI."""
    name = _built_in(iri)
    return name or {"@id": iri, "base": "string"}


def _literal_misfit(literal: Literal) -> str | None:
    if not literal.value:
        return "an empty cell means that there is no value"
    if "\x00" in literal.value:
        return "CSV readers stop at a NUL"
    name = "string" if literal.language else _built_in(literal.datatype.value)
    if name in (None, "string"):
        return None
    if name in _FORMS and not _FORMS[name].fullmatch(literal.value):
        return "ill-formed values are read as strings"
    folded = " ".join(literal.value.split()) == literal.value
    return None if folded else "white space is folded in values that are no strings"


def _built_in(iri: str) -> str | None:
    name = iri.removeprefix(_XSD)
    return name if iri.startswith(_XSD) and name in _BUILT_IN else None
