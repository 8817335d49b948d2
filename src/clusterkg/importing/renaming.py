"""Whether a newer edition calls most things otherwise: then it is perhaps another register.

Two registers that count from 1 have the same numbers. Things whose IRIs are made of their names
cannot be called otherwise, so things are counted apart by the beginnings of their IRIs.
"""

from clusterkg.csvw import addition
from clusterkg.csvw.mapping import Column, Mapping
from clusterkg.importing.difference import Difference
from clusterkg.namespaces import prefixes
from clusterkg.tables import Connection

_NOW = """
SELECT count(DISTINCT key) FROM tie SEMI JOIN entered USING (row)
WHERE starts_with(s, $stem) AND NOT EXISTS (
    SELECT 1 FROM (SELECT unnest($stems::VARCHAR[]) AS longer)
    WHERE length(longer) > length($stem) AND starts_with(s, longer))
"""


def stems(mapping: Mapping) -> list[str]:
    """Give what the IRIs of things begin with, the longest first."""
    found = {_stem(mapping, column) for column in mapping.columns if column.about}
    return sorted(found, key=lambda stem: (-len(stem), stem))


def _stem(mapping: Mapping, column: Column) -> str:
    assert column.about
    first, *_ = column.about.parts or ("",)
    if isinstance(first, str):
        return first
    spaces = {mint.name: mint.namespace for mint in mapping.mints}
    _, (name, *_) = first
    space = column.namespace if name == addition.OWN else spaces.get(name)
    return prefixes()[space] if space else ""


def most(connection: Connection, mapping: Mapping, found: Difference) -> tuple[int, int]:
    """Give how many of how many things are called otherwise where that are most; else 0 of 0."""
    for stem, count in found.renamed.items():
        (now,) = connection.execute(_NOW, {"stem": stem, "stems": stems(mapping)}).fetchone() or (
            0,)
        kept = now - found.fresh.get(stem, 0)
        if count * 2 > kept:
            return count, kept
    return 0, 0
