"""Who may change the graph: whoever knows the token, where changes are taken at all."""

from clusterkg import operation
from clusterkg.web.message import Request
from clusterkg.web.problem import Problem


def is_change(request: Request) -> bool:
    """Tell whether a request asks for a change, as far as its body is known."""
    if request.method != "POST":
        return request.method in ("PUT", "DELETE")
    if request.path.startswith("/sparql"):
        kind = request.media_type()
        return kind == operation.UPDATE or (kind == operation.FORM and b"update=" in request.body)
    return request.path == "/store"


def check(request: Request, is_writable: bool) -> None:
    """Raise Problem 403 where nothing is changed, 401 for a client that is not known."""
    if not is_writable:
        raise Problem(403, "read-only", "this server only answers questions; it takes no changes")
    if not request.writer:
        raise Problem(401, "token", "changes need the token of this server, in the header "
                      "Authorization: Bearer TOKEN",
                      headers=(("WWW-Authenticate", 'Bearer realm="clusterkg"'),))
