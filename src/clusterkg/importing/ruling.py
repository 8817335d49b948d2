"""What rules have to be before they place anybody: of one name each, with patterns that are some.

The shapes of the ontology say the rest, when the graph is built that has the rules.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from clusterkg import location
from clusterkg.errors import UnreadableError, quoted
from clusterkg.namespaces import compress
from clusterkg.tables import Connection, Error

_PATTERNS = {"head": "ckg:rulePattern", "tail": "ckg:ruleTail", "exception": "ckg:ruleException",
             "unfit": "ckg:ruleIndustryException"}
_MAY_BE_NOTHING = "tail"


def check(connection: Connection, files: Iterable[Path] = ()) -> None:
    """Raise UnreadableError for a table `rule` that nobody could follow.

    It names the line of the rule where one of the `files` has it.
    """
    for iri, why in _wrong(connection):
        place = location.find(files, {f"<{iri}>"}).get(f"<{iri}>")
        file, line = place or (None, None)
        raise UnreadableError(f"the rule {compress(iri)} {why}; mend it, and build again",
                              path=Path(file) if file else None, line=line)


def _wrong(connection: Connection) -> Iterator[tuple[str, str]]:
    twice = connection.execute(
        "SELECT max(iri), min(iri), count(DISTINCT iri) FROM rule GROUP BY rule "
        "HAVING count(*) > 1 OR max(most) > 1 ORDER BY 1").fetchall()
    for iri, other, number in twice:
        yield iri, (f"has the name of {compress(other)}, and decisions are made by name"
                    if number > 1 else "says one thing several times: it has one conclusion, one "
                                       "subject and one pattern of each kind")
    named = ", ".join(_PATTERNS)
    for iri, *patterns in connection.execute(
            f"SELECT iri, {named} FROM rule ORDER BY iri").fetchall():
        for name, pattern in zip(_PATTERNS, patterns, strict=True):
            if pattern is not None and (why := _unfit(connection, name, pattern)):
                yield iri, f"has a {_PATTERNS[name]} that {why}"


def _unfit(connection: Connection, name: str, pattern: str) -> str:
    try:
        found = connection.execute("SELECT regexp_matches('', $1)", [pattern]).fetchone()
    except Error as error:
        said = str(error).strip().splitlines()[0]
        return f"is no pattern of RE2: {quoted(pattern)} ({said})"
    fits = bool(found and found[0]) and name != _MAY_BE_NOTHING
    return f"fits any name: {quoted(pattern)}" if fits else ""
