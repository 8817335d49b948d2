"""One connection: uvicorn's own, with limits."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Connection(HttpToolsProtocol):
    """Read requests by httptools and give them to the application."""
