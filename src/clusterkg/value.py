"""Python's own values for RDF terms."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from clusterkg.answer import Term
from clusterkg.caption import plain
from clusterkg.namespaces import compress

_XSD = "http://www.w3.org/2001/XMLSchema#"


class IRI(str):
    """Be a string that names a resource."""

    __slots__ = ()

    @property
    def curie(self) -> str:
        """Give the short form, or `<IRI>` where no prefix fits."""
        return compress(str(self))


Value = str | int | Decimal | float | bool | date | datetime | IRI | None

_INTEGERS = ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger",
             "nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong",
             "unsignedShort", "unsignedByte", "gYear")
_READERS: Mapping[str, Callable[[str], Value]] = {
    **{_XSD + name: int for name in _INTEGERS},
    _XSD + "decimal": Decimal,
    _XSD + "double": float,
    _XSD + "float": float,
    _XSD + "boolean": lambda text: {"true": True, "1": True, "false": False, "0": False}[text],
    _XSD + "date": date.fromisoformat,
    _XSD + "dateTime": datetime.fromisoformat,
}


def of(term: Term | None) -> Value:
    """Turn a term into a Python value; a year is an int, an ill-formed literal stays a string."""
    if term is None:
        return None
    if isinstance(term, NamedNode):
        return IRI(term.value)
    if not isinstance(term, Literal):
        return plain(term)
    read = _READERS.get(term.datatype.value, str)
    try:
        return read(term.value)
    except (ValueError, KeyError, ArithmeticError):
        return term.value
