"""What is asked for: queries of a kind, each for another thing, from what a store holds."""

from pathlib import Path
from random import Random
from urllib.parse import quote

import pyoxigraph as ox

from clusterkg.namespaces import expand

_SEED, _MOST = 1, 40_000  # things: more than any cache of answers holds
_LABEL, _TYPE = (ox.NamedNode(expand(name)) for name in ("rdfs:label", "rdf:type"))

MIXES = {
    "label": "SELECT ?label WHERE {{ {thing} {label} ?label }}",
    "facts": "SELECT ?p ?o WHERE {{ {thing} ?p ?o }}",
    "star": "SELECT ?label ?type ?value WHERE {{ {thing} {label} ?label ; {type} ?type ; "
            "{other} ?value }}"}


def written(store: Path, folder: Path) -> dict[str, Path]:
    """Write a file of percent-encoded queries for each mix, and one named `all` with every one."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: folder / name for name in MIXES}
    held = ox.Store.read_only(str(store))
    things = _things(held)
    lines: dict[str, list[str]] = {name: [] for name in MIXES}
    for thing in things:
        other = _other(held, thing)
        for name, query in MIXES.items() if other else ():
            text = query.format(thing=thing, label=_LABEL, type=_TYPE, other=other)
            lines[name].append(quote(text, safe=""))
    for name, file in files.items():
        file.write_text("\n".join(lines[name]) + "\n", encoding="ascii")
    each = zip(*lines.values(), strict=True)
    (folder / "all").write_text("\n".join(line for three in each for line in three) + "\n",
                                encoding="ascii")
    return files


def _things(store: ox.Store) -> list[ox.NamedNode]:
    """Choose things that have a label, in no order."""
    found = {quad.subject.value for quad in
             store.quads_for_pattern(None, _LABEL, None, ox.DefaultGraph())
             if isinstance(quad.subject, ox.NamedNode)}
    listed = sorted(found)
    return [ox.NamedNode(iri)
            for iri in Random(_SEED).sample(listed, min(_MOST, len(listed)))]


def _other(store: ox.Store, thing: ox.NamedNode) -> ox.NamedNode | None:
    """Give the first of its properties, but for label and type; None for a thing without any."""
    found = {quad.predicate.value for quad in
             store.quads_for_pattern(thing, None, None, ox.DefaultGraph())}
    others = sorted(found - {_LABEL.value, _TYPE.value})
    return ox.NamedNode(others[0]) if others else None
