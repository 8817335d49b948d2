"""The sources that the graph is built from, and the editions of those that were imported."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clusterkg import version
from clusterkg.errors import UnreadableError
from clusterkg.importing import history
from clusterkg.integrity import MANIFEST


def listed(folder: Path) -> list[dict[str, Any]]:
    """List sources by name: graph, file, triples, and editions, the oldest first.

    Raises UnreadableError where nothing is built, or another release of the program built it.
    """
    manifest = json.loads((version.current(folder) / MANIFEST).read_text(encoding="utf-8"))
    history.known(folder)
    return [{"source": name, "graph": said["graph"], "file": said["file"],
             "triples": said["quads"], **_editions(folder, name)}
            for name, said in sorted(manifest["sources"].items())]


def _editions(folder: Path, name: str) -> dict[str, Any]:
    """List the editions of a source; one whose account is none keeps no other from being listed."""
    try:
        return {"editions": [asdict(edition) for edition in history.editions(folder, name)]}
    except UnreadableError as error:
        return {"editions": [], "wrong": str(error)}


def text(found: Sequence[dict[str, Any]]) -> str:
    """Give a line for each source, and one for each edition."""
    return "\n".join(line for one in found for line in _lines(one))


def _lines(one: dict[str, Any]) -> Iterator[str]:
    yield f"{one['source']}: {one['triples']:,} triples"
    if "wrong" in one:
        yield f"  {one['wrong']}"
    for edition in one["editions"]:
        account = edition["account"]
        mended = f", {edition['mended']:,} rows mended" if edition["mended"] else ""
        yield (f"  edition {edition['number']}: {edition['file']}{mended}, {edition['when']} by "
               f"{edition['who']}; read {account['read']:,} = entered {account['entered']:,} + "
               f"quarantined {account['quarantined']:,} + skipped {account['skipped']:,}")
