"""The head of an answer of the short road, made once by what makes the heads of the long one."""

from collections.abc import Callable
from functools import lru_cache

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from clusterkg.web import condition, dispatch
from clusterkg.web.message import Request, Response

TAG, _ID = b"W/-tag-", b"-id-"  # what stand for the tag and for the request's id

Headers = list[tuple[bytes, bytes]]


@lru_cache(64)
def of(media_type: str) -> tuple[bytes, bytes]:
    """Give the head of a whole answer up to the request's id, and from there up to its length."""
    request = Request("GET", "/sparql", "/sparql", id=_ID.decode())
    answer = condition.tagged(Response(200, (("Content-Type", media_type),)), request,
                              TAG.decode())
    said = _written([(name.lower().encode("latin-1"), value.encode("latin-1"))
                     for name, value in dispatch.complete(answer, request).headers])
    before, after = said.split(_ID)
    return before, after.removesuffix(b"0\r\n")


class Beginning:
    """The status line, and the headers that the server itself sends, which change each second."""

    def __init__(self, always: Callable[[], Headers]):
        """Take what gives those headers: the same list as long as they are the same."""
        self._always = always
        self._headers: Headers = []
        self._said = STATUS_LINE[200]

    def written(self) -> bytes:
        """Give them as they are sent now."""
        headers = self._always()
        if headers is not self._headers:
            self._headers, self._said = headers, STATUS_LINE[200] + _written(headers)
        return self._said


def _written(headers: Headers) -> bytes:
    return b"".join(name + b": " + value + b"\r\n" for name, value in headers)
