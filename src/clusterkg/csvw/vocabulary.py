"""Which keys may stand in an object of a mapping: CSVW's and ours, and remarks of others."""

from collections.abc import Iterable

from clusterkg.csvw.located import Node
from clusterkg.errors import quoted
from clusterkg.namespaces import prefixes

# Beside ours: prefixes that CSVW knows without a declaration, and IRIs in full. What they say of
# a table stays a remark, as in the standard's minimal mode.
_OTHERS = frozenset([
    "as", "cc", "csvw", "ctag", "dc", "dc11", "dcat", "dcterms", "dctypes", "dqv", "duv", "foaf",
    "gr", "grddl", "http", "https", "ical", "ldp", "ma", "oa", "og", "org", "owl", "prov", "qb",
    "rdf", "rdfa", "rdfs", "rev", "rif", "rr", "schema", "sd", "sioc", "skos", "skosxl", "v",
    "vcard", "void", "wdr", "wrds", "xhv", "xml", "xsd"])


def only(node: Node, allowed: Iterable[str]) -> None:
    """Refuse all other keys: of an object in which there are no remarks."""
    for key in node.names():
        if key not in allowed:
            (node.child(key) or node).wrong(f"{quoted(key)} is unknown here; there are "
                                            f"{', '.join(sorted(allowed))}")


def allow(node: Node, allowed: Iterable[str], where: str = "here") -> None:
    """Refuse keys that nothing reads; a key of another vocabulary is a remark."""
    for key in node.names():
        prefix, colon, _ = key.partition(":")
        remark = colon and prefix != "ckg" and (prefix in prefixes() or prefix in _OTHERS)
        if key not in allowed and not remark:
            there = ", ".join(sorted(one for one in allowed if not one.startswith("@")))
            (node.child(key) or node).wrong(f"{quoted(key)} is unknown {where}; there are {there}")
    name = node.child("@id")
    if name and name.text().startswith("_:"):
        name.wrong("an @id is an IRI, no blank node; give one, or leave it out")
