"""What was decided of names put into force, and taken back: a build each, or nothing at all.

    decisions/
        <name>/<checksum>.sssom.tsv    what a source of decisions was before it had that checksum

A file there is read only while the source has that checksum, so that a build may fail, or the
process end, at any moment; an empty one says that there was no such source. Kept are the states
that the last changes can be taken back to; the folder may be deleted by whoever takes none back.
"""

from dataclasses import dataclass, field, fields
from hashlib import sha256
from pathlib import Path

from clusterkg import joining, snapshot, source, sssom, summary, version, written
from clusterkg.errors import UsageError, quoted
from clusterkg.files import replaced, sweep
from clusterkg.importing import ground
from clusterkg.matching import decision, objection
from clusterkg.snapshot import Built
from clusterkg.sssom import Sheet
from clusterkg.written import Trial

FOLDER = "decisions"
_STEPS = 20  # changes of a source that can be taken back, one after the other


@dataclass(frozen=True)
class Order:
    """What is to be done: apply a file, or take back what a source of decisions was given last.

    `author` vouches for decisions that name nobody; with `prefer` the file counts where it
    contradicts earlier ones.
    """

    apply: Path | None = None
    undo: str | None = None
    withdraw: str | None = None
    author: str = ""
    prefer: bool = False

    @classmethod
    def of(cls, said: object) -> "Order":
        """Take it from attributes of the same names."""
        return cls(**{each.name: getattr(said, each.name) for each in fields(cls)})


@dataclass(frozen=True)
class Ruled:
    """What was done with which source of decisions; `built` is None where nothing changed."""

    name: str
    done: str
    remarks: list[str] = field(default_factory=list)
    built: Built | None = None

    @property
    def code(self) -> int:
        """Give the exit code: 1 where the graph would not conform."""
        return 0 if self.built is None or self.built.version else 1

    def __str__(self) -> str:
        """Say it."""
        lines = [f"{self.name}: {self.done}", *self.remarks]
        return "\n".join([*lines, summary.text(self.built)] if self.built else lines)


def carry_out(order: Order, folder: Path) -> Ruled | None:
    """Do what is asked for; None where nothing is.

    Raises UsageError for decisions that are not there, UnreadableError for those that contradict
    one another, RefusedError for what cannot be one.
    """
    if order.apply:
        return apply(order, order.apply, folder)
    if order.undo:
        return undo(folder, order.undo)
    return withdraw(folder, order.withdraw) if order.withdraw else None


def apply(order: Order, file: Path, folder: Path) -> Ruled:
    """Build with what a file decides, and with what was decided before under its name."""
    given = decision.read(file, order.author)
    name = decision.name_of(file.name)
    with ground.alone(folder):
        path = written.place(folder, name)
        before = sssom.read(path) if path.is_file() else None
        merged = decision.merge(given, before, prefer=order.prefer)
        _check(given, before if not merged.changed else None, folder, path)
        remarks = objection.check(given, merged.added, source.open_version(version.current(folder)))
        content = sssom.write(merged.sheet).encode()
        if content == _now(folder, name):
            return Ruled(name, f"{merged}; nothing changes")
        _keep(folder, name, content)
        return Ruled(name, str(merged), remarks, _built(folder, name, content))


def _check(given: Sheet, before: Sheet | None, folder: Path, path: Path) -> None:
    """Raise UnreadableError, with lines that can be looked up, for decisions that do not agree."""
    others = (sssom.read(other) for other in written.files(folder)
              if other.name.endswith(sssom.DECISIONS) and other != path)
    joining.ends([given, *others, *([before] if before else [])])


def undo(folder: Path, named: str) -> Ruled:
    """Build with what was decided under a name before it was last applied or withdrawn."""
    name = decision.name_of(named)
    with ground.alone(folder):
        kept = _before(folder, name, _now(folder, name))
        if not kept.is_file():
            raise UsageError(f"nothing is left to take back under the name {quoted(named)}; there "
                             f"are: {_there(folder)}")
        made = _built(folder, name, kept.read_bytes() or None)
    return Ruled(name, "the last change is taken back", built=made)


def withdraw(folder: Path, named: str) -> Ruled:
    """Build without all that was decided under a name."""
    name = decision.name_of(named)
    with ground.alone(folder):
        if _now(folder, name) is None:
            raise UsageError(f"nothing is decided under the name {quoted(named)}; there are: "
                             f"{_there(folder)}")
        _keep(folder, name, None)
        return Ruled(name, "withdrawn", built=_built(folder, name, None))


def _built(folder: Path, name: str, content: bytes | None) -> Built:
    made = snapshot.build(ground.inputs(folder), folder, trial=Trial({name: content}))
    if made.version:
        _forget(folder, name, content)
    return made


def _forget(folder: Path, name: str, content: bytes | None) -> None:
    """Delete what no step back leads to, and what lies too far back."""
    path, kept = _before(folder, name, content), set[Path]()
    while path.is_file() and path not in kept and len(kept) < _STEPS:
        kept.add(path)
        path = _before(folder, name, path.read_bytes() or None)
    for path in (folder / FOLDER / name).glob(f"*{sssom.DECISIONS}"):
        if path not in kept:
            path.unlink(missing_ok=True)


def _keep(folder: Path, name: str, content: bytes | None) -> None:
    """Keep what is there for when it has become `content`."""
    kept = _before(folder, name, content)
    kept.parent.mkdir(parents=True, exist_ok=True)
    sweep(kept.parent)
    with replaced(kept) as temporary:
        temporary.write_bytes(_now(folder, name) or b"")


def _now(folder: Path, name: str) -> bytes | None:
    path = written.place(folder, name)
    return path.read_bytes() if path.is_file() else None


def _before(folder: Path, name: str, content: bytes | None) -> Path:
    """Locate what was there before a source had these bytes."""
    return folder / FOLDER / name / f"{sha256(content or b'').hexdigest()}{sssom.DECISIONS}"


def _there(folder: Path) -> str:
    found = sorted(path.name for path in written.files(folder)
                   if path.name.endswith(sssom.DECISIONS))
    return ", ".join(found) or "none"
