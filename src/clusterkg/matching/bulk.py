"""What a version says of many that may be meant, from its tables: what a store says one by one.

`fact` asks a source, which costs as much for each thing; here one statement is enough for all.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from clusterkg import tables
from clusterkg.content import TABLES
from clusterkg.errors import UnreadableError
from clusterkg.matching import fact
from clusterkg.matching.fact import Entry

_SAID = """
WITH one AS MATERIALIZED (SELECT id, value FROM term SEMI JOIN (SELECT unnest($iris) AS value)
                          USING (value) WHERE kind = 'iri'),
     link AS MATERIALIZED (SELECT id, value FROM term SEMI JOIN (SELECT unnest($links) AS value)
                           USING (value) WHERE kind = 'iri'),
     said AS MATERIALIZED (
        SELECT s, p, o FROM quad SEMI JOIN one ON one.id = s SEMI JOIN link ON link.id = p
        UNION
        SELECT s, p, o FROM inferred SEMI JOIN one ON one.id = s SEMI JOIN link ON link.id = p)
SELECT one.value, link.value, t.value, t.kind, t.datatype, t.language
FROM said JOIN one ON one.id = s JOIN link ON link.id = p JOIN term AS t ON t.id = o
WHERE t.kind <> 'blank'
"""


def entries(iris: Collection[str], version: Path) -> Mapping[str, Entry]:
    """Look up what is known of some things, as `fact.entries` does; raise UnreadableError."""
    found: dict[str, Entry] = defaultdict(Entry)
    path = version / TABLES
    try:
        with tables.reopen(path) as connection:
            rows = connection.execute(_SAID, {"iris": sorted(iris),
                                              "links": fact.links()}).fetchall()
    except tables.Error as error:
        raise UnreadableError("the tables of this graph cannot be read; build it again",
                              path=path) from error
    for subject, link, value, kind, datatype, language in rows:
        fact.keep(found[subject], link, NamedNode(value) if kind == "iri" else
                  Literal(value, language=language) if language else
                  Literal(value, datatype=NamedNode(datatype)))
    return found
