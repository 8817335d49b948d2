"""Imports taken back: the graph is again what it was before, byte for byte."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from clusterkg import snapshot, written
from clusterkg.errors import RefusedError, UsageError, quoted
from clusterkg.extent import Edit
from clusterkg.files import checksum_once
from clusterkg.importing import difference, ground, history, splicing
from clusterkg.importing.history import FOLDER, Edition
from clusterkg.snapshot import Built
from clusterkg.written import Trial


class Undone(NamedTuple):
    """Which edition is no more, and which answers instead; 0 for none."""

    source: str
    number: int
    now: int


@dataclass(frozen=True)
class Back:
    """What was taken back, and the version that answers."""

    sources: Sequence[Undone]
    built: Built


def undo(folder: Path, source: str, say: Callable[[str], None] = lambda text: None) -> Undone:
    """Take back the last import of a source; the edition before answers again, if there is one.

    Raises UsageError for what was not imported, RefusedError where the graph would not conform
    without it, and for an edition that somebody changed.
    """
    return undo_all(folder, [source], say).sources[0]


def undo_all(folder: Path, sources: Sequence[str],
             say: Callable[[str], None] = lambda text: None) -> Back:
    """Take back the last import of each source, all of them or none; raise what `undo` raises."""
    with ground.alone(folder), history.scratch(folder) as aside:
        found = {source: _editions(folder, source) for source in sources}
        edits = {source: _edit(folder, editions[-1], aside) for source, editions in found.items()
                 if len(editions) > 1}
        befores = {source: _before(folder, editions, edits[source], aside)
                   if source in edits else None for source, editions in found.items()}
        made = snapshot.build(ground.inputs(folder), folder, say, trial=Trial(befores, edits=edits))
        if made.version is None:
            what = made.report.results[0]
            raise RefusedError("nothing was taken back: without it the graph does not conform: "
                               f"{what.message()} [at {what.focus_node}]")
        return Back([Undone(source, editions[-1].number, editions[-1].number - 1)
                     for source, editions in found.items()], made)


def _editions(folder: Path, source: str) -> list[Edition]:
    editions = history.editions(folder, source)
    if not editions:
        there = ", ".join(history.sources(folder)) or "none"
        _refuse_lost(folder, source, source in history.sources(folder))
        raise UsageError(f"{quoted(source)} was not imported; there are: {there}")
    numbers, last = {edition.number for edition in editions}, editions[-1].number
    _refuse_lost(folder, source, last > 1 and last - 1 not in numbers, last - 1)
    return editions


def _refuse_lost(folder: Path, source: str, is_lost: bool, number: int = 0) -> None:
    if is_lost:
        path = history.place(folder, source, number) if number else folder / FOLDER / source
        raise RefusedError("what was kept of " + ("this edition" if number else "the last edition")
                           + " is missing; nothing was taken back. Put it there again from a copy, "
                             "or import its file again with --replace", path=path)


def _edit(folder: Path, last: Edition, aside: Path) -> Edit:
    """Give what an edition changed, the other way round."""
    place = history.place(folder, last.source, last.number)
    try:
        made = difference.edit(place, aside / last.source)
    except (OSError, EOFError, zlib.error) as error:
        raise RefusedError(f"what this edition changed cannot be read ({error}); nothing was taken "
                           "back. Put it there again from a copy, or import the file of the "
                           "edition before again", path=place) from error
    return Edit(made.new, made.gone, made.more, made.less)


def _before(folder: Path, editions: list[Edition], edit: Edit, aside: Path) -> Path:
    """Write the facts of the last edition but one."""
    last, wanted = editions[-1], editions[-2]
    path = aside / f"{last.source}.nt"
    splicing.exchange(written.place(folder, last.source), edit.gone, edit.new, path)
    if checksum_once(path) != wanted.facts_sha256:
        raise RefusedError("what was kept of the edition before is not what it was; import its "
                           "file again", path=history.place(folder, last.source, last.number))
    return path
