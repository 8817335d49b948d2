"""What a result says: a shape's own messages, or where it has none pySHACL's general words."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.rdfutil.stringify import stringify_blank_node
from pyshacl.shapes_graph import ShapesGraph
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from clusterkg.report import SHACL
from clusterkg.shacl.constraint import Constraint

Messages = Mapping[str, str]
Say = Callable[[Node, Node | None], Messages]
_VARIABLE = re.compile(r"\{[?$](\w+)\}")


def joined(messages: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Join (language, text) by language, sorted."""
    found: dict[str, list[str]] = {}
    for language, text in messages:
        found.setdefault(language.lower(), []).append(text)
    return {language: " ".join(sorted(texts)) for language, texts in sorted(found.items())}


def declared(messages: Iterable[Literal]) -> dict[str, str]:
    """Give the messages of a shape as they are."""
    return joined({(message.language or "", str(message)) for message in messages})


def filled(messages: Iterable[Literal], values: Mapping[str, str]) -> dict[str, str]:
    """Put values in the place of `{?variable}` and `{$variable}` (SHACL 5.3.2)."""
    def value(found: re.Match[str]) -> str:
        return values.get(found[1], found[0])
    return joined({(message.language or "", _VARIABLE.sub(value, str(message)))
                   for message in messages})


def variables(messages: Iterable[Literal]) -> set[str]:
    """Name the variables in messages."""
    return {name for message in messages for name in _VARIABLE.findall(str(message))}


def forget() -> None:
    """Empty pySHACL's memory of blank nodes, which takes a new graph for a gone one."""
    stringify_blank_node.dict_cache.clear()


class Words:
    """Makes the messages of results whose shapes have none; `data` describes blank nodes."""

    def __init__(self, shapes: Graph, data: Graph):
        """Keep the graphs."""
        self.shapes, self.data = ShapesGraph(shapes), data
        forget()
        _ = self.shapes.shapes  # finds them

    def of(self, shape: Node, constraint: Constraint) -> Say:
        """Give the function from focus node and value to the messages of a constraint."""
        parameter = URIRef(SHACL + constraint.component.needs[0].property)
        kinds: dict[URIRef, Any] = CONSTRAINT_PARAMETERS_MAP
        made = kinds[parameter](self.shapes.lookup_shape_from_node(shape))
        return lambda focus, value: joined(
            ("", str(text)) for text in made.make_generic_messages(self.data, focus, value))
