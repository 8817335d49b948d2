"""Registers of who makes what, laid down as the tables of a version, for the rules of placement."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from clusterkg import ntriples, tables
from clusterkg.content import TABLES
from clusterkg.files import knowledge
from clusterkg.importing import placing
from clusterkg.namespaces import expand

Line = tuple[str, str, float | None]  # code, product, share of the revenue


def placed(folder: Path, lines: Iterable[Line], industries: Mapping[str, str],
           broader: Mapping[str, str], rules: Path | None = None) -> set[tuple[str, str]]:
    """Run the rules, as `place` does, over makers; give code and rule of those that are placed.

    `industries` gives the industry of a code, `broader` the next broader industry, by their names.
    Those of `rules` are run instead of the project's own where it is given.
    """
    files = [rules or knowledge("ontology") / "placement.ttl"]
    path = folder / "facts.nt"
    path.write_bytes(b"".join(f"{triple} .\n".encode() for triple in (
        *ntriples.triples(files[0]), *_industries(industries, broader), *_lines(lines))))
    with tables.connect(folder / TABLES) as connection:
        tables.load(connection, path)
        connection.execute("CREATE TABLE triple AS SELECT DISTINCT s, p, o FROM quad")
    with tables.connect(folder / "work.duckdb") as connection:
        placing.look(connection, folder, files)
        return {(code, rule) for code, rule in connection.execute(
            "SELECT code, rule FROM proposal").fetchall()}


def _industries(of: Mapping[str, str], broader: Mapping[str, str]) -> Iterator[ox.Triple]:
    names = {*of.values(), *broader, *broader.values()}
    number = {name: f"urn:industry:{n}" for n, name in enumerate(sorted(names))}
    for name in sorted(names):
        yield _said(number[name], "rdfs:label", name)
    for code, name in of.items():
        yield _linked(f"urn:firm:{code}", "ckg:industryClass", number[name])
    for name, above in broader.items():
        yield _linked(number[name], "skos:broader", number[above])


def _lines(lines: Iterable[Line]) -> Iterator[ox.Triple]:
    for number, (code, product, share) in enumerate(lines):
        firm, line, made = f"urn:firm:{code}", f"urn:line:{number}", f"urn:product:{number}"
        yield _said(firm, "ckg:securitiesCode", code)
        yield _said(made, "rdfs:label", product)
        yield _linked(line, "ckg:productLineOf", firm)
        yield _linked(line, "ckg:lineProduct", made)
        if share is not None:
            yield _said(line, "ckg:revenueShare", str(share))


def _said(subject: str, predicate: str, text: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(expand(predicate)), ox.Literal(text))


def _linked(subject: str, predicate: str, other: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(expand(predicate)), ox.NamedNode(other))
