"""Who made a table, and how it may be used: `ckg:source`, checked where it is written."""

import re
from datetime import date

import pyoxigraph as ox

from clusterkg.csvw import addition
from clusterkg.csvw.located import Node
from clusterkg.errors import quoted

_WORDS = ("title", "publisher", "issued", "licence", "language", "url")
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_WHEN = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_WEB = ("http://", "https://")


def read(table: Node) -> dict[str, str]:
    """Read who made the table; raise UnreadableError for what the graph cannot hold."""
    node = table.child("ckg:source")
    if node is None:
        return {}
    addition.only(node, set(_WORDS))
    language = node.child("language")
    spoken = language.text() if language else "en"
    found = {}
    for key in node.names():
        child = addition.needed(node, key)
        said = addition.words(child, spoken)
        if not said.strip():
            child.wrong(f"{key} is empty; leave it out, or fill it in")
        found[key] = said
        _check(child, key, said)
    return found


def _check(node: Node, key: str, said: str) -> None:
    if key == "language" and not _TAG.fullmatch(said):
        node.wrong(f"no language {quoted(said)}; write it as zh, en or zh-Hant")
    if key == "issued" and not _is_day(said):
        node.wrong(f"no date {quoted(said)}; write it as 2019, 2019-01 or 2019-01-02")
    if key == "url" or (key in ("licence", "publisher") and said.startswith(_WEB)):
        _check_iri(node, key, said)


def _is_day(text: str) -> bool:
    found = _WHEN.fullmatch(text)
    try:
        return bool(found and date(int(found[1]), int(found[2] or 1), int(found[3] or 1)))
    except ValueError:
        return False


def _check_iri(node: Node, key: str, text: str) -> None:
    try:
        ox.NamedNode(text)
    except ValueError:
        node.wrong(f"{key} is no IRI: {quoted(text)}; give one such as https://example.org/a")
