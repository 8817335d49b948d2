"""GraphML: resources as nodes, links as edges, for network tools; other values are left out."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from pyoxigraph import Literal, NamedNode, Quad

from clusterkg import canonical
from clusterkg.classification import Classification
from clusterkg.layout import TYPE
from clusterkg.markup import attribute, content, sayable
from clusterkg.namespaces import compress, expand

MEDIA_TYPE = "application/xml"
SUFFIX = ".graphml"

_INFERRED = NamedNode(expand("graph:inferred"))
_LABELS = [NamedNode(expand(name)) for name in ("rdfs:label", "skos:prefLabel")]
_HEAD = b"""<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="label" for="node" attr.name="label" attr.type="string"/>
  <key id="type" for="node" attr.name="type" attr.type="string"/>
  <key id="predicate" for="edge" attr.name="predicate" attr.type="string"/>
  <key id="inferred" for="edge" attr.name="inferred" attr.type="boolean"/>
  <graph edgedefault="directed">
"""
_TAIL = b"  </graph>\n</graphml>\n"

_Link = tuple[object, NamedNode, object]


def export(quads: Iterable[Quad], out: BinaryIO) -> None:
    """Write every resource with its label (English if it has one) and types, and every link.

    A link is inferred when only the graph of inferences holds it. Control characters, which XML
    cannot carry, are dropped.
    """
    ordered = canonical.dataset(quads)
    links = _links(ordered)
    out.write(_HEAD)
    out.writelines(line.encode() for line in _nodes(ordered, links))
    out.writelines(line.encode() for line in _edges(links))
    out.write(_TAIL)


def _links(quads: Iterable[Quad]) -> dict[_Link, bool]:
    """Map each link to whether it is inferred."""
    found: dict[_Link, bool] = {}
    for quad in quads:
        if quad.predicate != TYPE and not isinstance(quad.object, Literal):
            link = (quad.subject, quad.predicate, quad.object)
            found[link] = quad.graph_name == _INFERRED and found.get(link, True)
    return found


def _nodes(quads: list[Quad], links: Iterable[_Link]) -> Iterator[str]:
    labels = _labels(quads)
    classes = Classification(quads)
    ends = {end for subject, _, value in links for end in (subject, value)}
    for node in sorted(ends | {quad.subject for quad in quads}, key=_id):
        types = " ".join(compress(kind).strip("<>") for kind in classes.most_specific(node))
        data = {"label": labels.get(node) or _name(node), "type": types}
        yield f"    <node id={attribute(_id(node))}>{_data(data)}</node>\n"


def _edges(links: Mapping[_Link, bool]) -> Iterator[str]:
    for number, (subject, predicate, value) in enumerate(sorted(links, key=_order), 1):
        inferred = links[subject, predicate, value]
        data = {"predicate": compress(predicate.value).strip("<>"),
                "inferred": "true" if inferred else "false"}
        yield (f'    <edge id="e{number}" source={attribute(_id(subject))} '
               f"target={attribute(_id(value))}>{_data(data)}</edge>\n")


def _labels(quads: Iterable[Quad]) -> dict[object, str]:
    """Choose one label each: rdfs:label before skos:prefLabel, English before any other."""
    found: dict[object, list[tuple[int, bool, str, str]]] = defaultdict(list)
    for quad in quads:
        if quad.predicate in _LABELS and isinstance(quad.object, Literal):
            language = quad.object.language or ""
            rank = _LABELS.index(quad.predicate)
            found[quad.subject].append((rank, language != "en", language, quad.object.value))
    return {subject: min(labels)[-1] for subject, labels in found.items()}


def _name(node: object) -> str:
    return re.split("[/#]", _id(node).rstrip("/#"))[-1]


def _id(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def _order(link: _Link) -> tuple[str, str, str]:
    subject, predicate, value = link
    return _id(subject), predicate.value, _id(value)


def _data(values: Mapping[str, str]) -> str:
    return "".join(f'<data key="{key}">{content(sayable(value))}</data>'
                   for key, value in values.items() if value)
