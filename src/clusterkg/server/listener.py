"""The address that is listened at: of one process alone, or shared by several."""

import socket
from collections.abc import Callable

from clusterkg.errors import RefusedError

_SHARE = getattr(socket, "SO_REUSEPORT", None)


def alone(host: str, port: int) -> socket.socket:
    """Take an address; raise RefusedError where that is not possible."""
    return _bound(host, port, lambda _: None)


def shared(host: str, port: int) -> socket.socket:
    """Take an address together with other processes; the system shares out connections."""
    return _bound(host, port, _share)


def reserved(host: str, port: int) -> socket.socket:
    """Take an address that nobody else has, to be shared; whoever does not listen gets nothing."""
    with alone(host, port) as first:
        port = first.getsockname()[1]
    return shared(host, port)


def _share(bound: socket.socket) -> None:
    if _SHARE is None:
        raise RefusedError("this system cannot share a port among processes; --processes 1")
    bound.setsockopt(socket.SOL_SOCKET, _SHARE, 1)


def _bound(host: str, port: int, prepare: Callable[[socket.socket], None]) -> socket.socket:
    try:
        family, kind, number, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        bound = socket.socket(family, kind, number)
        prepare(bound)
        if hasattr(socket, "AF_UNIX"):  # elsewhere it would let others take the port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        raise RefusedError(f"cannot listen at {host}:{port}: {error.strerror or error}; choose "
                           "another with --host and --port") from error
    return bound
