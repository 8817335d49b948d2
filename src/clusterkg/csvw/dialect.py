"""How a table is written, as far as its mapping says it (CSVW's dialect description)."""

import json
from dataclasses import replace

from clusterkg.csvw.located import Node
from clusterkg.errors import UsageError, quoted
from clusterkg.tabular import Dialect

# CSVW's words, and where they go; the others say what readers do anyway.
_TEXTS = {"encoding": "encoding", "delimiter": "delimiter", "quoteChar": "quote",
          "ckg:sheet": "sheet", "ckg:member": "member"}
_FIXED = {"doubleQuote": True, "skipBlankRows": True, "trim": True, "commentPrefix": None,
          "skipColumns": 0, "skipInitialSpace": True}
_WORDS = {*_TEXTS, *_FIXED, "header", "headerRowCount", "skipRows", "lineTerminators", "@id",
          "@type"}
_ENDS = {"\r\n", "\n", "\r"}
_MOST = 10_000  # rows above a table


def read(node: Node | None) -> Dialect:
    """Read a dialect; raise UnreadableError for what the readers do not do."""
    if node is None:
        return Dialect()
    if not isinstance(node.value, dict):
        node.wrong("a dialect is an object {...}, written here")
    texts: dict[str, str] = {}
    for key in node.names():
        value = node.child(key) or node
        if key not in _WORDS:
            value.wrong(f"{quoted(key)} is unknown in a dialect; there are "
                        f"{', '.join(sorted(_WORDS))}")
        if key in _FIXED and value.value != _FIXED[key]:
            value.wrong(f"{key} is not supported but as {json.dumps(_FIXED[key])}; leave it out")
        if key == "lineTerminators" and not {item.text() for item in value.items()} <= _ENDS:
            value.wrong("lineTerminators is not supported but for lines that end as text files do")
        if key in _TEXTS:
            texts[_TEXTS[key]] = "" if value.value is None else value.text()
    return _checked(
        Dialect(header=_header(node), skip=_count(node, "skipRows", _MOST), **texts), node)


def _checked(made: Dialect, node: Node) -> Dialect:
    try:
        made.check()
    except UsageError as error:
        node.wrong(str(error))
    return made


def described(dialect: Dialect) -> dict[str, str | int]:
    """Write what is said of a table as `read` reads it; nothing where nothing is said."""
    said = {word: value for word, name in _TEXTS.items()
            if (value := getattr(dialect, name)) is not None}
    return {**said, "skipRows": dialect.skip} if dialect.skip else said


def merged(given: Dialect, said: Dialect) -> Dialect:
    """Take from what a mapping says all that is not given otherwise."""
    plain = Dialect()
    changes = {name: getattr(said, name) for name in vars(plain)
               if getattr(given, name) == getattr(plain, name)}
    return replace(given, **changes)


def _header(node: Node) -> bool:
    header = node.child("header")
    return _count(node, "headerRowCount", 1, 1) == 1 and (header is None or header.flag())


def _count(node: Node, key: str, most: int, otherwise: int = 0) -> int:
    child = node.child(key)
    if child is None:
        return otherwise
    if type(child.value) is not int or not 0 <= child.value <= most:
        child.wrong(f"{key} is a whole number from 0 to {most}")
    return child.value
