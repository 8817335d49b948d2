"""Which texts are IRIs that the graph can hold: as a pattern for SQL, somewhat narrower than RFC
3987 is, so that every parser takes what it lets pass.
"""

from collections.abc import Set

from clusterkg.csvw import addition
from clusterkg.csvw.mapping import Mapping
from clusterkg.csvw.template import Template
from clusterkg.namespaces import prefixes
from clusterkg.sql import literal

_OTHER = r"\x00-\x20<>\"{}|\\^`\[\]#%\x{7F}-\x{9F}\x{E000}-\x{F8FF}\x{FFF0}-\x{10FFFF}"
_PART = rf"([^{_OTHER}]|%[0-9A-Fa-f]{{2}})"
_HOST = rf"//([^{_OTHER}/?:@]|%[0-9A-Fa-f]{{2}})*(:[0-9]*)?"
_REST = rf"([^{_OTHER}/]|%[0-9A-Fa-f]{{2}}|/[^{_OTHER}/]){_PART}*"
_PATTERN = rf"[A-Za-z][A-Za-z0-9+.-]*:({_HOST}([/?]{_PART}*)?|{_REST})(#{_PART}*)?"
WRONG = "makes no IRI"
ADVICE = "give an IRI in full, such as https://example.org/a"


def fits(text: str) -> str:
    """Give the SQL that says whether a text is an IRI, and no name with a prefix of ours."""
    ours = "|".join(sorted(prefixes()))
    return (f"(regexp_full_match({text}, {literal(_PATTERN)}) "
            f"AND NOT regexp_matches({text}, '^({ours}):[^/]'))")


def whole(mapping: Mapping) -> set[str]:
    """Name the variables of templates that are IRIs already."""
    return {addition.OWN, *(mint.name for mint in mapping.mints),
            *(column.name for column in mapping.columns if column.resolution)}


def is_doubtful(template: Template, sure: Set[str]) -> bool:
    """Tell whether an IRI of the template has to be looked at: its cells decide what it becomes.

    Literal text at the beginning, and cells that are encoded, make nothing but IRIs, and so do the
    variables that are `sure`.
    """
    first = True
    for part in template.parts:
        if not isinstance(part, str):
            operator, names = part
            raw = operator in ("+", "#") and not set(names) <= sure
            if raw or (first and not set(names) <= sure):
                return True
            first = False
        elif first and ":" not in part:
            return True
        else:
            first = False
    return False
