"""What can influence the results of each shape, kept with a version so that none is read again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clusterkg.shacl import dependence, kinship, route
from clusterkg.shacl.dependence import Dependence
from clusterkg.shacl.model import Model
from clusterkg.shacl.route import Route, Step
from clusterkg.shape import Shapes, text


@dataclass(frozen=True)
class Influence:
    """What the results of a shape with targets depend on, and whose results they are.

    `needs` is None where that is anything, `routes` where its focus nodes cannot be told from a
    change; `parts` names the shapes within it.
    """

    needs: Dependence | None
    routes: frozenset[Route] | None
    parts: frozenset[str]


Influences = Mapping[str, Influence]  # by the shapes' names, as N-Triples writes them


def of(shapes: Shapes) -> Influences:
    """Read all shapes that have targets."""
    needs, model = dependence.of(shapes), Model(shapes.graph)
    parts = kinship.parts(shapes, needs)
    return {name: Influence(needs[name], None if needs[name] is None else route.of(model, node),
                            parts[name])
            for node in model.targeted if (name := text(node))}


def written(influences: Influences) -> str:
    """Write what `read` reads."""
    return json.dumps({name: {
        "needs": found.needs and [sorted(found.needs.predicates), sorted(found.needs.classes)],
        "routes": None if found.routes is None else sorted(found.routes),
        "parts": sorted(found.parts)} for name, found in influences.items()})


def read(written: str) -> Influences:
    """Read what was written; raise ValueError, KeyError or TypeError for anything else."""
    kept: dict[str, dict[str, Any]] = json.loads(written)
    return {name: Influence(
        found["needs"] and Dependence(*map(frozenset, found["needs"])),
        None if found["routes"] is None else frozenset(
            tuple(Step(*step) for step in way) for way in found["routes"]),
        frozenset(found["parts"])) for name, found in kept.items()}
