"""The IRI of what a row names: its own, that of its code, or one made of its name and place."""

import re

from clusterkg.csvw import minting
from clusterkg.matching.place import Places
from clusterkg.matching.vocabulary import prefix
from clusterkg.namespaces import expand

_CODE = re.compile(r"[0-9A-Z]{18}")


def of(name: str, code: str, place: str, places: Places) -> str:
    """Give the IRI under which a mapping as it is drafted enters such a row.

    What a mapping that was written otherwise makes of it, only that can say (`table.Mapped`).
    """
    namespace = prefix("mint")
    if _CODE.fullmatch(code):
        return expand(f"{namespace}:{code.lower()}")
    meant = places.of(place) if place else frozenset[str]()
    area = places.codes.get(next(iter(meant)), "") if len(meant) == 1 else ""
    return expand(f"{namespace}:{minting.key(namespace, name, area)}")
