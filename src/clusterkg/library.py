"""The questions of a server: they were checked when they were built, so they are only outlined."""

from clusterkg import fit, query
from clusterkg.errors import quoted
from clusterkg.query import Files, Query
from clusterkg.web.problem import Problem


def found(name: str, files: Files) -> Query:
    """Find a question; raise Problem 404 with those of similar names."""
    paths = {path.name.removesuffix(query.SUFFIX): path for path in files}
    key = name.replace("-", "_")
    if key not in paths:
        near = fit.nearest(key[:100], paths)
        raise Problem(404, "question", f"no question {quoted(name)}; nearest: "
                      f"{', '.join(near) or 'nothing is similar'}; /queries lists all",
                      nearest=near)
    return query.outline(paths[key], files[paths[key]])
