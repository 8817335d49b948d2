"""The options of `clusterkg serve`, and the settings that they make."""

import argparse
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clusterkg import allowance, deadline, source
from clusterkg.errors import UsageError, quoted
from clusterkg.server import token
from clusterkg.upstream import Upstream
from clusterkg.world import Settings

_MOST_PROCESSES = 4
# No name or password, query or fragment; all of it is written into links.
_BASE = re.compile(r"https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True)
class Options:
    """Where to listen, how, and by which token; `settings.base` is "" until the port is known."""

    settings: Settings
    host: str
    port: int
    token_file: Path | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare them."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--snapshot", type=lambda text: Path(_said(text)), metavar="DIR",
                       help="the built graph (default: $CLUSTERKG_SNAPSHOT, else ./snapshot)")
    where.add_argument("--endpoint", type=_said, metavar="URL",
                       help="serve this SPARQL 1.1 endpoint instead")
    parser.add_argument("--default-graph", action="append", default=[], metavar="IRI",
                        help="of the endpoint, where its own is not the graph; may be repeated")
    parser.add_argument("--host", type=_said, default="127.0.0.1",
                        help="where to listen (%(default)s)")
    parser.add_argument("--port", type=_whole(0, 65535), default=7878, help="(%(default)s)")
    parser.add_argument("--base-url", default="", metavar="URL",
                        help="what links begin with (default: http://HOST:PORT)")
    _add_limits(parser)
    parser.add_argument("--processes", type=_whole(1, 64), default=_processes(), metavar="N",
                        help="that hold connections (%(default)s)")
    parser.add_argument("--service", action="append", default=[], metavar="HOST",
                        help="a host that queries may ask by SERVICE; may be repeated")
    parser.add_argument("--writable", action="store_true", help="take updates, with a token")
    parser.add_argument("--token-file", type=Path, metavar="F", help="holds that token")
    parser.add_argument("--metrics", action="store_true", help="offer /metrics")


def _add_limits(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--timeout", type=deadline.seconds, default=30.0, dest="limit", metavar="S",
                        help="seconds of a query (%(default)g)")
    parser.add_argument("--rows", type=_whole(0, 10**12), default=0, metavar="N",
                        help="rows of an answer (0: no limit)")
    parser.add_argument("--bytes", type=allowance.size, default="2GB", metavar="N",
                        help="size of an answer (%(default)s)")
    parser.add_argument("--queue", type=_whole(0, 10**6), default=64, metavar="N",
                        help="requests that wait; more are turned away (%(default)s)")
    parser.add_argument("--body", type=allowance.size, default="10MB", metavar="N",
                        help="size of a request (%(default)s)")
    parser.add_argument("--memory-of-a-query", type=allowance.size, default="1GB", metavar="N",
                        dest="memory", help="(%(default)s)")


def read(arguments: argparse.Namespace) -> Options:
    """Make the options of what was given; raise UsageError for what does not go together."""
    if arguments.endpoint and arguments.writable:
        raise UsageError("an endpoint is only read; leave out --writable, or --endpoint")
    _check_endpoint(arguments)
    if arguments.writable != bool(arguments.token_file):
        raise UsageError("--writable and --token-file go together; give both, or none")
    if arguments.token_file:
        token.read(arguments.token_file)
    base: str = arguments.base_url.rstrip("/")
    if arguments.base_url and not _BASE.fullmatch(base):
        raise UsageError(f"--base-url {quoted(arguments.base_url)} is no address such as "
                         "https://example.org or https://example.org/graph")
    settings = Settings(
        snapshot=str((arguments.snapshot or source.default_folder()).absolute()),
        endpoint=arguments.endpoint or "", base=base, timeout=arguments.limit, rows=arguments.rows,
        bytes=arguments.bytes, queue=arguments.queue, body=arguments.body, memory=arguments.memory,
        processes=arguments.processes, services=tuple(map(str.lower, arguments.service)),
        is_writable=arguments.writable, metrics=arguments.metrics,
        default_graphs=tuple(arguments.default_graph))
    return Options(settings, arguments.host, arguments.port, arguments.token_file)


def address(host: str, port: int) -> str:
    """Write where a server listens as a URL."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _check_endpoint(arguments: argparse.Namespace) -> None:
    if not arguments.endpoint:
        if arguments.default_graph:
            raise UsageError("--default-graph is of an endpoint; a snapshot has one of its own")
        return
    if arguments.service:
        raise UsageError("an endpoint would itself ask what SERVICE names; leave out --service")
    Upstream(arguments.endpoint, default_graphs=tuple(arguments.default_graph))


def _processes() -> int:
    """Give as many as there are cores, where the system shares out connections among them."""
    if sys.platform != "linux":
        return 1
    return min(_MOST_PROCESSES, len(os.sched_getaffinity(0)))


def _said(text: str) -> str:
    """Refuse what was left empty, as by a variable that is not set."""
    if not text.strip():
        raise argparse.ArgumentTypeError("nothing is given; name something, or leave it out")
    return text


def _whole(least: int, most: int) -> Callable[[str], int]:
    """Give what reads a whole number from `least` to `most`."""
    def number(text: str) -> int:
        if not text.isdecimal() or len(text) > 15 or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{quoted(text)} is no whole number from {least} to "
                                             f"{most}")
        return int(text)
    return number
