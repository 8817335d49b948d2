"""The IRI of what a row names: its own, that of its code, or one made of its name and place."""

import base64
import re
import unicodedata
from hashlib import sha256

from clusterkg.matching.place import Places
from clusterkg.matching.vocabulary import prefix
from clusterkg.namespaces import expand

_CODE = re.compile(r"[0-9A-Z]{18}")
_LONG = 10  # characters of a made key


def of(name: str, code: str, place: str, places: Places) -> str:
    """Give the IRI under which an import enters such a row, where its mapping mints likewise."""
    namespace = prefix("mint")
    if _CODE.fullmatch(code):
        return expand(f"{namespace}:{code.lower()}")
    meant = places.of(place) if place else frozenset[str]()
    area = places.codes.get(next(iter(meant)), "") if len(meant) == 1 else ""
    folded = unicodedata.normalize("NFKC", name).casefold()
    made = base64.b32encode(sha256(f"{namespace}|{folded}|{area}".encode()).digest()).decode()
    return expand(f"{namespace}:x-{made[:_LONG].lower()}")
