"""Whether a change touches what words mean, so that anything may follow anew.

Axioms, the lists that they end in, class expressions, and terms of RDF, RDFS and OWL that are more
than a label, a type or a likeness.
"""

from clusterkg.tables import Connection
from clusterkg.vocabulary import OWL, RDF, RDFS

_EXPRESSIONS = ("on_property", "intersection_of", "union_of", "one_of", "complement_of")
_PLAIN = (RDF + "type", RDF + "first", RDF + "rest", RDF + "nil", RDF + "value", RDFS + "label",
          RDFS + "comment", RDFS + "seeAlso", RDFS + "isDefinedBy", OWL + "sameAs",
          OWL + "differentFrom", OWL + "NamedIndividual", OWL + "versionInfo")
# A blank node as a class is part of an axiom; whether it is published depends on what else it has.
_AXIOMS = """
SELECT 1 FROM {rows} AS r CROSS JOIN vocabulary AS v
WHERE EXISTS (SELECT 1 FROM axiom AS a
              WHERE a.p = r.p AND a.p NOT IN (v.rdf_first, v.rdf_rest)
                AND (a.o IS NULL OR a.o = r.o))
   OR (r.p IN (v.rdf_first, v.rdf_rest)
       AND (r.s = v.rdf_nil OR r.s IN (SELECT m.cell FROM list_member AS m)))
   OR (r.p = v.rdf_type AND r.o NOT IN (SELECT e.s FROM ({expressions}) AS e)
       AND r.o IN (SELECT term.id FROM term WHERE term.kind = 'blank'))
LIMIT 1
"""
_TERMS = """
SELECT 1 FROM {rows} AS r CROSS JOIN vocabulary AS v
JOIN term AS t ON t.id = r.p OR (t.id = r.o AND r.p = v.rdf_type)
WHERE t.kind = 'iri' AND ({spaces}) AND t.value NOT IN ({plain})
LIMIT 1
"""
# An expression that is somebody's type stands where a superclass does: it may not be covered there.
_SUPERCLASSES = """
SELECT 1 FROM {rows} AS r CROSS JOIN vocabulary AS v
WHERE r.p = v.rdf_type AND r.o IN (SELECT e.s FROM ({expressions}) AS e)
  AND NOT EXISTS (SELECT 1 FROM position AS n WHERE n.node = r.o AND n.side = 'super')
LIMIT 1
"""


def has_axioms(connection: Connection, rows: str) -> bool:
    """Tell whether a relation (s, p, o) holds axioms, or parts of their lists or expressions."""
    return _any(connection, _AXIOMS, rows)


def has_words(connection: Connection, rows: str) -> bool:
    """Tell whether asserting such rows, or no longer, may change what words mean."""
    return any(_any(connection, text, rows) for text in (_AXIOMS, _TERMS, _SUPERCLASSES))


def _any(connection: Connection, text: str, rows: str) -> bool:
    expressions = " UNION ALL ".join(f"SELECT s FROM {name}" for name in _EXPRESSIONS)
    spaces = " OR ".join(f"starts_with(t.value, '{space}')" for space in (RDF, RDFS, OWL))
    plain = ", ".join(f"'{iri}'" for iri in _PLAIN)
    return connection.execute(text.format(rows=rows, expressions=expressions, spaces=spaces,
                                          plain=plain)).fetchone() is not None
