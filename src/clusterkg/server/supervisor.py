"""What `clusterkg serve` starts: one front, or several with the same address."""

import signal
import socket
from dataclasses import replace
from pathlib import Path

from clusterkg import output, source
from clusterkg.errors import RefusedError
from clusterkg.server import front, token
from clusterkg.server.option import Options, address


def run(options: Options) -> None:
    """Serve until a signal comes.

    Raises UnreadableError where nothing is built, RefusedError where the port is taken.
    """
    # The command line ends a process soon after Ctrl-C; a server ends on its own.
    signal.set_wakeup_fd(-1)
    settings = options.settings
    if not settings.endpoint:
        source.version_of(Path(settings.snapshot))
    with listening(options.host, options.port) as listener:
        at = address(options.host, listener.getsockname()[1])
        settings = replace(settings, base=settings.base or at)
        secret = token.read(options.token_file) if options.token_file else None
        output.say(f"serving {settings.endpoint or settings.snapshot} at {at}/")
        front.serve(settings, listener, secret)


def listening(host: str, port: int) -> socket.socket:
    """Take an address; raise RefusedError where that is not possible."""
    try:
        family, kind, number, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind, number)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise RefusedError(f"cannot listen at {host}:{port}: {error.strerror}; choose another "
                           "with --port") from error
    return listener
