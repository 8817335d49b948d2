"""What a graph is built from, and how a snapshot remembers it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clusterkg.files import knowledge, replaced

INPUTS = "inputs.json"


@dataclass(frozen=True)
class Inputs:
    """Name what a build reads; each path is a file or a folder of files."""

    ontology: Sequence[Path]
    data: Sequence[Path]
    shapes: Sequence[Path]
    queries: Path

    @classmethod
    def packaged(cls) -> "Inputs":
        """Name the knowledge that comes with clusterkg."""
        ontology = knowledge("ontology")
        return cls((ontology,), (knowledge("data"),), (ontology / "shapes",), knowledge("queries"))

    @classmethod
    def of(cls, folder: Path) -> "Inputs | None":
        """Give what a snapshot was built from, for one who builds it again; None if unknown."""
        try:
            named = json.loads((folder / INPUTS).read_text(encoding="utf-8"))
            paths = {key: tuple(map(Path, given)) for key, given in named.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return None
        return inputs(paths | {"queries": paths["queries"][0]} if "queries" in paths else paths)

    def keep(self, folder: Path) -> None:
        """Write down in a snapshot folder what `of` reads; the packaged knowledge goes unnamed."""
        mine, packaged = self._paths(), Inputs.packaged()._paths()
        text = json.dumps({key: mine[key] for key in mine if mine[key] != packaged[key]}, indent=1)
        path = folder / INPUTS
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            with replaced(path) as temporary:
                temporary.write_text(text, encoding="utf-8")

    def _paths(self) -> dict[str, list[str]]:
        named = {"ontology": self.ontology, "data": self.data, "shapes": self.shapes,
                 "queries": [self.queries]}
        return {key: [str(path.absolute()) for path in paths] for key, paths in named.items()}


def inputs(named: Mapping[str, Any]) -> Inputs:
    """Take the packaged knowledge, but for each of `Inputs`' names that `named` gives paths for."""
    own = {key: paths for key in ("ontology", "data", "shapes", "queries")
           if (paths := named.get(key)) is not None}
    return replace(Inputs.packaged(), **own)
