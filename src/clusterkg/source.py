"""Where answers come from: an embedded snapshot or a SPARQL endpoint, as the command line names it.

Every command that reads the graph takes the arguments declared here.
"""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clusterkg import deadline, version
from clusterkg.answer import Source
from clusterkg.errors import UsageError, quoted

__all__ = ["Source", "add_arguments", "add_folder", "asked_folder", "connect", "default_folder",
           "open_version", "opened", "questions", "version_of"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare --snapshot, --endpoint, --timeout (seconds) and -o as `output` (a Path or None)."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--snapshot", type=Path, metavar="DIR",
                       help="the built graph (default: $CLUSTERKG_SNAPSHOT, else ./snapshot)")
    where.add_argument("--endpoint", metavar="URL", help="ask this SPARQL 1.1 endpoint instead")
    deadline.add_argument(parser)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE",
                        help="write to FILE instead of standard output")


def add_folder(parser: argparse.ArgumentParser) -> None:
    """Declare --snapshot alone, for what is done with the folder itself."""
    parser.add_argument("--snapshot", type=Path, metavar="DIR", default=default_folder(),
                        help="the built graph (default: $CLUSTERKG_SNAPSHOT, else ./snapshot)")


@contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[Source]:
    """Give the source that the arguments name; raise what `version_of` and `connect` raise."""
    yield (connect(arguments.endpoint, timeout=arguments.timeout) if arguments.endpoint
           else open_version(version_of(arguments.snapshot)))


def default_folder() -> Path:
    """Give the folder in CLUSTERKG_SNAPSHOT, else `snapshot` in the working directory."""
    return Path(os.environ.get("CLUSTERKG_SNAPSHOT") or "snapshot")


def version_of(folder: Path | None = None) -> Path:
    """Locate the version that answers in a snapshot folder; raise UnreadableError for none."""
    return version.current(folder or default_folder())


def open_version(built: Path) -> Source:
    """Open one version of a built graph; it answers as long as it is kept open."""
    from clusterkg.memory import Embedded

    return Embedded(built)


def questions(built: Path) -> Path | None:
    """Locate the questions that were built with a version; None where it has none of its own."""
    place = built / "queries"
    return place if any(place.glob("*.rq")) else None


def connect(url: str, *, timeout: float | None = None) -> Source:
    """Give the endpoint at `url` as a source; nothing is sent yet. Raises UsageError."""
    from clusterkg.remote import Remote

    if not url.startswith(("http://", "https://")):
        raise UsageError(f"{quoted(url)} is not an address of an endpoint; it begins with http(s)://")
    return Remote(url, timeout)


def asked_folder(arguments: argparse.Namespace) -> Path | None:
    """Locate the questions that the arguments mean; None for the packaged ones.

    Those in --queries, else those built with the snapshot; an endpoint is asked the packaged ones.
    """
    if arguments.queries is not None or arguments.endpoint:
        return Path(arguments.queries) if arguments.queries else None
    folder = arguments.snapshot or default_folder()
    # To list the questions nothing needs to be built, unless a snapshot is named.
    built = arguments.snapshot or folder.is_dir()
    return questions(version.current(folder)) if built else None
