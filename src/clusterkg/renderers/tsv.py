"""SPARQL 1.1 Query Results TSV Format: RDF terms as in Turtle, without loss."""

from clusterkg.view import View

BINARY = False


def render(view: View) -> bytes:
    """Write a header of `?variables` and a line a solution."""
    lines = ["\t".join(f"?{name}" for name in view.answer.columns)]
    lines += ["\t".join(_escaped(term) for term in row) for row in view.answer.rows]
    return ("\n".join(lines) + "\n").encode()


def _escaped(term: object) -> str:
    written = "" if term is None else str(term)
    return written.replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n")
