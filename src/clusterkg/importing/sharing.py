"""Things with numbers of a file's own that another source has too: the same ones, or others?

The scope of such numbers says what they are unique in. Two registers that count from 1 must not
share one: their things would be one thing of two names.
"""

from collections.abc import Collection
from pathlib import Path

from clusterkg import ledger
from clusterkg.csvw.mapping import Mapping
from clusterkg.csvw.terms import NAMING
from clusterkg.errors import RefusedError, quoted
from clusterkg.escape import PARTS
from clusterkg.namespaces import compress, prefixes
from clusterkg.overlay import attached
from clusterkg.tables import Connection

# What IRIs are made for begins with `x-`: it is one thing here and there only by number and scope,
# or because it is called so.
_SHARED = f"""
WITH mine AS (
    SELECT s[2:-2] AS iri, {PARTS} FROM (
        SELECT DISTINCT s, o AS text FROM fact
        WHERE p IN (SELECT unnest($naming)) AND starts_with(s, '<' || $namespace || 'x-'))),
naming AS (SELECT id FROM graph.term
           WHERE kind = 'iri' AND '<' || value || '>' IN (SELECT unnest($naming))),
apart AS (SELECT id FROM graph.term WHERE kind = 'iri' AND value IN (SELECT unnest($graphs))),
theirs AS (
    SELECT source.value AS graph, thing.value AS iri, name.value AS name
    FROM graph.quad JOIN graph.term AS thing ON thing.id = quad.s AND thing.kind = 'iri'
    JOIN graph.term AS name ON name.id = quad.o
    JOIN graph.term AS source ON source.id = quad.g
    WHERE quad.p IN (FROM naming) AND quad.g NOT IN (FROM apart)
      AND thing.value IN (SELECT iri FROM mine)),
compared AS (
    SELECT iri, min(graph) AS graph, min(mine.value) AS here, min(name) AS there,
           bool_or(lower(mine.value) = lower(name)) AS is_same
    FROM mine JOIN theirs USING (iri) GROUP BY iri)
SELECT count(*), count(*) FILTER (NOT is_same), min(graph) FILTER (NOT is_same),
       arg_min(there, iri) FILTER (NOT is_same), arg_min(here, iri) FILTER (NOT is_same)
FROM compared
"""


def check(connection: Connection, mapping: Mapping, version: Path, together: Collection[str],
          *, partly: bool = False) -> list[str]:
    """Say which things of own numbers other sources call otherwise; nothing where none does.

    Raises RefusedError where that are most of those that they have in common; of a table that was
    converted `partly` that cannot be told. Sources that are imported `together` agree on numbers.
    """
    remarks = []
    naming = [f"<{iri}>" for iri in sorted(NAMING)]
    for mint in mapping.mints:
        if mint.own is None:
            continue
        with attached(connection, version):
            found = connection.execute(_SHARED, {
                "naming": naming, "namespace": prefixes()[mint.namespace],
                "graphs": [ledger.graph(name) for name in together]}).fetchone()
        common, unlike, graph, there, here = found or (0, 0, "", "", "")
        if not unlike:
            continue
        said = (f"{unlike:,} of {common:,} things whose numbers of the scope {quoted(mint.own[1])} "
                f"are in other sources too are called otherwise there: {quoted(there)} in "
                f"{compress(graph)}, {quoted(here)} here")
        if unlike * 2 > common and not partly:
            raise RefusedError(
                f"{said}; two registers would become one: give own in ckg:mint another scope, such "
                "as the name of this source, or, where they are the same things, state these names "
                "as skos:altLabel", path=mapping.path)
        remarks.append(said)
    return remarks
