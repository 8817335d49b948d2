"""From a selection to a file in one of the formats."""

import argparse
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import Quad

from clusterkg import deadline, discovery, label, output, source, version
from clusterkg.errors import UsageError
from clusterkg.files import replaced
from clusterkg.selection import Selection, from_endpoint, from_snapshot
from clusterkg.store import Store

Export = Callable[[Iterable[Quad], BinaryIO], None]


@contextmanager
def selected(arguments: argparse.Namespace) -> Iterator[Iterator[Quad]]:
    """Give the quads that the arguments name, as long as the block lasts.

    Raises UsageError for an unknown source or entity, UnreadableError where nothing was built.
    """
    if arguments.endpoint:
        with source.opened(arguments) as origin:
            yield from_endpoint(_selection(arguments, origin), origin)
        return
    # One version throughout, whatever is built in the meantime.
    at = version.current(arguments.snapshot or source.default_folder())
    with deadline.ending(arguments.timeout):
        store = Store.open(at / "store")
        yield from_snapshot(_selection(arguments, store), at, store)


def _selection(arguments: argparse.Namespace, origin: source.Source) -> Selection:
    entity = label.resolve(arguments.entity, origin) if arguments.entity else None
    return Selection(arguments.source, entity, arguments.inferred)


def exporter(name: str, context: str | None) -> Export:
    """Find the exporter of a format; raise UsageError for a context that it has no use for."""
    module = discovery.load("exporters", name)
    if context is None:
        found: Export = module.export
        return found
    if not hasattr(module, "export_by_reference"):
        raise UsageError(f"--context is of no use with {name}; leave it out, or take jsonld")
    return partial(module.export_by_reference, url=context)


def write(export: Export, quads: Iterable[Quad], path: Path | None, *, binary: bool) -> None:
    """Write to `path`, or to standard output where it is None or `-`; whole or not at all."""
    if path is not None and str(path) != "-":
        with replaced(path) as temporary, temporary.open("wb") as out:
            export(quads, out)
        return
    whole = io.BytesIO()
    export(quads, whole)
    output.write(whole.getvalue(), None, binary=binary)
