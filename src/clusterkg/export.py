"""From a selection to a file in one of the formats."""

import argparse
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from pyoxigraph import Quad

from clusterkg import deadline, discovery, label, output, source
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
    at = source.version_of(arguments.snapshot)
    with deadline.ending(arguments.timeout):
        store = Store.open(at / "store")
        yield from_snapshot(_selection(arguments, store), at, store)


def _selection(arguments: argparse.Namespace, origin: source.Source) -> Selection:
    entity = label.resolve(arguments.entity, origin, say=output.say) if arguments.entity else None
    return Selection(arguments.source, entity, arguments.inferred)


def carry_out(arguments: argparse.Namespace) -> None:
    """Write what the arguments name; raises what selecting and writing raise, and UsageError."""
    module = discovery.load("exporters", arguments.format)
    binary = module.MEDIA_TYPE == "application/zip"
    if arguments.context_only:
        alone = _having(module, "write_context")
        write(lambda quads, out: alone(out), (), arguments.output, binary=binary)
        return
    export = module.export
    if arguments.context:
        export = partial(_having(module, "export_by_reference"), url=arguments.context)
    with selected(arguments) as quads:
        write(export, quads, arguments.output, binary=binary)


def _having(module: ModuleType, function: str) -> Callable[..., None]:
    if not hasattr(module, function):
        raise UsageError("only the format jsonld has a context; leave the option out")
    found: Callable[..., None] = getattr(module, function)
    return found


def write(export: Export, quads: Iterable[Quad], path: Path | None, *, binary: bool) -> None:
    """Write to `path`, or to standard output where it is None or `-`; whole or not at all."""
    if path is not None and str(path) != "-":
        with replaced(path) as temporary, temporary.open("wb") as out:
            export(quads, out)
        return
    whole = io.BytesIO()
    export(quads, whole)
    output.write(whole.getvalue(), None, binary=binary)
