"""What may be asked of a question: parameters named in grlc's grammar, and terms for their values.

`?_name_type` is required unless the header gives a default, `?__name_type` is optional.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pyoxigraph import Literal, NamedNode

from clusterkg.errors import UsageError, quoted

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NAME = re.compile(r"[?$](_{1,2})([a-zA-Z][a-zA-Z0-9]*)(?:_(\w+))?")
_LANGUAGE = re.compile(r"[a-z]{2}")
_ZONE = r"(?:Z|[+-]\d{2}:\d{2})?"
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_TRAPS = {"date": "xsd_date", "datetime": "xsd_dateTime", "year": "xsd_gYear", "int": "integer",
          "decimal": "xsd_decimal", "float": "number", "double": "xsd_double", "string": "literal",
          "text": "literal", "boolean": "xsd_boolean", "bool": "xsd_boolean", "uri": "iri"}


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text, re.ASCII) is not None


def _is_date(text: str) -> bool:
    return _matches(r"\d{4}-\d\d-\d\d")(text) and _parses(date.fromisoformat, text)


def _is_moment(text: str) -> bool:
    shape = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?" + _ZONE
    return _matches(shape)(text) and _parses(datetime.fromisoformat, text)


def _parses(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


# Each datatype: what its lexical form must satisfy, and an example for whoever got it wrong.
_DATATYPES: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "date": (_is_date, "2021-06-04"),
    "dateTime": (_is_moment, "2021-06-04T14:31:00+07:00"),
    "gYear": (_matches(r"-?\d{4,}"), "2021"),
    "gYearMonth": (_matches(r"-?\d{4,}-(?:0[1-9]|1[0-2])"), "2021-06"),
    "decimal": (_matches(_DECIMAL.pattern), "12.5"),
    "double": (_matches(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"), "1.9e13"),
    "integer": (_matches(_INTEGER.pattern), "7"),
    "boolean": (_matches("true|false"), "true"),
    "string": (lambda text: True, "text"),
    "anyURI": (_matches(r"[^\s<>\"{}|\\^`]+"), "https://example.org/"),
}


@dataclass(frozen=True)
class Parameter:
    """Hold one parameter: how it is written, what it takes, and where labels are looked up."""

    name: str
    variable: str
    kind: str
    optional: bool
    default: str | None = None
    of_classes: tuple[str, ...] = ()
    of_scheme: str | None = None
    descriptions: Mapping[str, str] | None = None

    @property
    def takes(self) -> str:
        """Say in a word or two what a value looks like."""
        words = {"iri": "IRI, CURIE or label", "number": "number", "integer": "integer",
                 "literal": "text"}
        return words.get(self.kind, self.kind.replace("xsd_", "xsd:"))


def parse(variable: str) -> Parameter:
    """Read a variable such as `?_cluster_iri`; raise UsageError for a name that grlc misreads."""
    match = _NAME.fullmatch(variable)
    if match is None or variable.startswith("$"):
        raise UsageError(f"{variable} is no parameter name; write ?_name_type or ?__name_type, "
                         "letters and digits only in the name")
    marks, name, kind = match[1], match[2], match[3] or "literal"
    if not _is_kind(kind):
        raise UsageError(f"{variable}: {_misreading(kind)}")
    return Parameter(name, variable, kind, optional=marks == "__")


def given(texts: Iterable[str]) -> dict[str, str]:
    """Read `name=value` as the command line gives them; raise UsageError for any other text."""
    values: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name in values:
            raise UsageError(f"{quoted(text)}: write each parameter once, as name=value")
        values[name] = value
    return values


def _is_kind(kind: str) -> bool:
    datatype = kind.removeprefix("xsd_")
    return (kind in ("iri", "number", "integer", "literal") or _LANGUAGE.fullmatch(kind) is not None
            or (kind.startswith("xsd_") and datatype in _DATATYPES))


def _misreading(kind: str) -> str:
    if kind.lower() in _TRAPS:
        return f"grlc reads _{kind} as a language; write _{_TRAPS[kind.lower()]}"
    if "_" in kind:
        return (f"grlc reads _{kind} as a datatype; write the name without underscores, "
                f"or one of {', '.join('xsd_' + name for name in _DATATYPES)}")
    return f"grlc reads _{kind} as a language; write the name without underscores"


def literal(parameter: Parameter, text: str) -> str:
    """Write a value as a SPARQL term; raise UsageError when it is not of the parameter's kind.

    Every kind but `iri`; the escapes are pyoxigraph's own.
    """
    if parameter.kind in ("integer", "number"):
        pattern, example = (_INTEGER, "7") if parameter.kind == "integer" else (_DECIMAL, "12.5")
        if not pattern.fullmatch(text):
            raise _unfit(parameter, text, example)
        return text.removeprefix("+")
    if parameter.kind.startswith("xsd_"):
        return _typed(parameter, text)
    tag = None if parameter.kind == "literal" else parameter.kind
    try:
        return str(Literal(text, language=tag))
    except ValueError as error:
        raise _unfit(parameter, text, "text in Unicode, without surrogates") from error


def _typed(parameter: Parameter, text: str) -> str:
    datatype = parameter.kind.removeprefix("xsd_")
    fits, example = _DATATYPES[datatype]
    if not fits(text):
        raise _unfit(parameter, text, example)
    try:
        return str(Literal(text, datatype=NamedNode(_XSD + datatype)))
    except ValueError as error:
        raise _unfit(parameter, text, example) from error


def _unfit(parameter: Parameter, text: str, example: str) -> UsageError:
    shown = text if len(text) <= 60 else f"{text[:60]}..."
    return UsageError(f"{parameter.name}={shown!a} is not of kind {parameter.takes}; "
                      f"write it like {example}")
