"""The graph as a Python program sees it: questions by name, and SPARQL."""

from pathlib import Path

from pyoxigraph import Triple

from clusterkg import diagnosis, query, source, syntax
from clusterkg.answer import Answer, Source
from clusterkg.query import Files, Query, Value
from clusterkg.result import Result


class Graph:
    """Ask a source questions; their texts are `questions`, as `query.folder` gives them."""

    def __init__(self, origin: Source, questions: Files):
        """Keep the source open as long as this lives."""
        self.source = origin
        self.questions = questions

    def warm(self) -> bool:
        """Begin to read an embedded graph into memory, for a process that asks much.

        It answers meanwhile. False where it does not fit, and for an endpoint.
        """
        from clusterkg.memory import Embedded

        return isinstance(self.source, Embedded) and self.source.warm()

    def queries(self) -> list[Query]:
        """Parse every question; raise UnreadableError for a broken one."""
        return query.every(self.questions)

    def query(self, name: str, **values: Value) -> Result:
        """Ask the question `name`.

        Raises UsageError for an unknown question, parameter or value.
        """
        asked = query.named(name, self.questions)
        taken: list[str] = []
        answer = query.run(asked, values, self.source, taken.append)
        return Result(answer, self.source, asked.wording,
                      lambda: diagnosis.of_query(asked, values, self.source), taken)

    def sparql(self, text: str) -> Result | bool | list[Triple]:
        """Ask in SPARQL: rows for SELECT, a bool for ASK, triples for CONSTRUCT and DESCRIBE.

        The known prefixes need no declaration. Raises UsageError for a syntax error and
        RefusedError for an update or SERVICE.
        """
        whole = syntax.with_prefixes(text)
        syntax.check(whole)
        reply = self.source.query(whole)
        if not isinstance(reply, Answer):
            return reply
        return Result(reply, self.source,
                      diagnose=lambda: diagnosis.of_text(whole, self.source))


def open_graph(snapshot: Path | str | None = None) -> Graph:
    """Open a built graph with the questions that were built with it."""
    at = source.version_of(None if snapshot is None else Path(snapshot))
    return Graph(source.open_version(at), query.folder(source.questions(at)))


def connect(url: str, *, timeout: float | None = None) -> Graph:
    """Ask the packaged questions of the SPARQL endpoint at `url`; `timeout` is in seconds."""
    return Graph(source.connect(url, timeout=timeout), query.folder())
