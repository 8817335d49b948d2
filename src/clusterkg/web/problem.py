"""An answer that is an error, as clients read it (RFC 9457)."""

from collections.abc import Mapping

from clusterkg.errors import ClusterkgError, RefusedError, UnreadableError, UsageError
from clusterkg.namespaces import BASE

TITLES = {400: "Bad request", 401: "Not known", 403: "Not allowed", 404: "Not found",
          405: "Method not allowed", 406: "No such format", 408: "Too slow", 409: "In conflict",
          410: "Withdrawn", 412: "Changed meanwhile", 413: "Request too large",
          414: "Address too long", 415: "Unfit media type", 417: "Expectation not met",
          422: "Not carried out", 429: "Too many requests", 431: "Header too large",
          500: "Internal error", 501: "Not offered", 502: "The endpoint failed", 503: "Not now",
          504: "The endpoint is too slow"}


class Problem(ClusterkgError):  # noqa: N818 # the word of RFC 9457
    """An answer that is an error; `more` are its extension members.

    `name` is the last segment of its type, whose address the server explains.
    """

    def __init__(self, status: int, name: str, detail: str, *,
                 headers: tuple[tuple[str, str], ...] = (), **more: object):
        """Keep what the client is told; `detail` says what to do, too."""
        super().__init__(detail)
        self.status, self.name, self.headers, self.more = status, name, headers, more

    @property
    def detail(self) -> str:
        """Say what is wrong and what to do, on one line."""
        return str(self)

    @property
    def title(self) -> str:
        """Give the title of all problems of this status."""
        return TITLES.get(self.status, self.name)

    def members(self) -> Mapping[str, object]:
        """Give the members of the JSON object."""
        return {"type": f"{BASE}problem/{self.name}", "title": self.title, "status": self.status,
                "detail": self.detail, **self.more}


def of(error: Exception) -> Problem:
    """Map any error to what a client may know of it; of an unexpected one that is nothing."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, UsageError):
        return Problem(400, "request", str(error))
    if isinstance(error, UnreadableError):
        return Problem(503, "unreadable", "the graph cannot be read now; ask again later",
                       headers=(("Retry-After", "30"),))
    if isinstance(error, RefusedError):
        return Problem(503, "refused", str(error), headers=(("Retry-After", "30"),))
    return Problem(500, "internal", "something went wrong here; ask again, and tell whoever runs "
                                    "this server the request's id")
