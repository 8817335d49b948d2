"""Whether the texts in a folder are those that a graph speaks of, passage by passage."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from clusterkg.caption import printable
from clusterkg.namespaces import compress
from clusterkg.passage import Document, Folder, Ledger, Passage, cut, paragraph, span

VERIFIED, DIFFERS, NOT_THERE = "verified", "differs", "not there"


@dataclass(frozen=True)
class PassageCheck:
    """Say what is wrong with one passage, and its words where they could be cut out."""

    passage: Passage
    problems: tuple[str, ...]
    words: str | None


@dataclass(frozen=True)
class DocumentCheck:
    """Say what is wrong with one document; `file` is None where it is not there."""

    document: Document
    file: Path | None
    problems: tuple[str, ...]
    passages: tuple[PassageCheck, ...]

    @property
    def status(self) -> str:
        """Name the outcome; a document with one bad passage differs."""
        if self.file is None:
            return NOT_THERE
        good = not self.problems and not any(check.problems for check in self.passages)
        return VERIFIED if good else DIFFERS


def verify(ledger: Ledger, root: Path) -> list[DocumentCheck]:
    """Check every document of the ledger against the files below `root`.

    Raises UnreadableError where there is no such folder.
    """
    folder = Folder(root)
    return [_document(document, ledger, folder) for document in ledger.documents]


def conforms(checks: list[DocumentCheck]) -> bool:
    """Say whether something was verified and nothing differs; what is not there is no fault."""
    found = {check.status for check in checks}
    return VERIFIED in found and DIFFERS not in found


def _document(document: Document, ledger: Ledger, folder: Folder) -> DocumentCheck:
    path = folder.find(document)
    if path is None:
        return DocumentCheck(document, None, (), ())
    try:
        raw = path.read_bytes()
    except OSError as error:
        return DocumentCheck(document, path, (f"cannot be read: {error.strerror}",), ())
    found = sha256(raw).hexdigest()
    problems: tuple[str, ...] = () if found == document.checksum else (
        f"SHA-256 is {found[:12]}…, recorded is {document.checksum[:12]}…",)
    try:
        words = raw.decode()
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problems += (f"not UTF-8 (line {line}), so no passage can be checked",)
        return DocumentCheck(document, path, problems, ())
    checks = tuple(_passage(passage, words) for passage in ledger.of(document))
    return DocumentCheck(document, path, problems, checks)


def _passage(passage: Passage, words: str) -> PassageCheck:
    inside = cut(words, passage)
    problems = list(_position(passage, words)) if inside is None else list(_words(passage, inside))
    if inside is not None:
        problems += _paragraph(passage, words)
    return PassageCheck(passage, tuple(problems), inside)


def _position(passage: Passage, words: str) -> Iterator[str]:
    if passage.start is None and passage.end is None and passage.row:
        yield f"row {passage.row} is not there"
    elif passage.start is None or passage.end is None:
        yield "start or end is not recorded"
    else:
        where = f"characters {passage.start} to {passage.end}"
        yield f"{where} are not there; the text has {len(words)}"


def _words(passage: Passage, inside: str) -> Iterator[str]:
    found = sha256(inside.encode()).hexdigest()
    if passage.checksum is None:
        yield "no checksum is recorded"
    elif found != passage.checksum:
        yield "the words differ from those recorded"


def _paragraph(passage: Passage, words: str) -> Iterator[str]:
    place = span(words, passage)
    found = None if place is None else paragraph(words, place[0])
    if passage.paragraph is not None and passage.paragraph != found:
        yield f"starts in paragraph {found}, recorded is {passage.paragraph}"


def lines(checks: list[DocumentCheck], *, show: bool = False) -> Iterator[str]:
    """Write one line a document and a problem; with `show`, each passage and what it supports."""
    for check in checks:
        where = check.file or check.document.file or "no file name"
        yield f"{check.status}: {where} ({check.document.title or compress(check.document.iri)})"
        name = f"{where}: document {compress(check.document.iri)}"
        yield from (f"{name}: {problem}" for problem in check.problems)
        for passage in check.passages:
            name = f"{where}: passage {compress(passage.passage.iri)}"
            yield from (f"{name}: {problem}" for problem in passage.problems)
            if show:
                yield from _shown(passage)
    yield _summary(checks)


def _shown(check: PassageCheck) -> Iterator[str]:
    passage = check.passage
    place = passage.row or f"paragraph {passage.paragraph}, {passage.start} to {passage.end}"
    yield f"\n{compress(passage.iri)} ({place})"
    yield f"  “{printable(check.words, keep='')}”" if check.words else "  (not there)"
    yield from (f"  supports: {label}" for label in passage.supports)


def _summary(checks: list[DocumentCheck]) -> str:
    counts = [f"{sum(c.status == status for c in checks)} {status}"
              for status in (VERIFIED, DIFFERS, NOT_THERE)]
    passages = [passage for check in checks for passage in check.passages]
    good = sum(not passage.problems for passage in passages)
    return f"documents: {', '.join(counts)}; passages: {good} of {len(passages)} hold"


def record(checks: list[DocumentCheck], *, show: bool = False) -> dict[str, Any]:
    """Lay the outcome out for JSON; with `show`, the words of each passage are there too."""
    return {"conforms": conforms(checks), "documents": [
        {"document": check.document.iri, "title": check.document.title, "status": check.status,
         "file": str(check.file) if check.file else None, "problems": list(check.problems),
         "passages": [_entry(passage, show) for passage in check.passages]} for check in checks]}


def _entry(check: PassageCheck, show: bool) -> dict[str, Any]:
    passage = check.passage
    entry = {"passage": passage.iri, "start": passage.start, "end": passage.end,
             "paragraph": passage.paragraph, "row": passage.row, "problems": list(check.problems),
             "supports": list(passage.supports)}
    return entry | {"words": check.words} if show else entry
