"""Plain text that fits the terminal."""

from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

from clusterkg.notation import parts, readable, severity, summary
from clusterkg.report import Group, Report


def write(report: Report, *, language: str = "en", width: int = 80) -> str:
    """Give the verdict, then one paragraph a group with its first results."""
    lines = [*_folded(summary(report), width, "")]
    for group in report.groups:
        lines += ["", *_group(group, language, width)]
    return "\n".join(lines) + "\n"


def _group(group: Group, language: str, width: int) -> Iterator[str]:
    heading = (severity(group.severity), readable(group.shape), readable(group.path),
               f"({group.count})")
    yield from _folded("  ".join(part for part in heading if part), width, "")
    yield from _folded(group.message(language), width, "  ")
    for result in group.samples:
        yield from _folded("  ".join(parts(result).values()), width, "    ")
    if group.count > len(group.samples):
        yield f"    and {group.count - len(group.samples)} more"


def _folded(text: str, width: int, indent: str) -> Iterator[str]:
    """Wrap by terminal cells, breaking between words where that is possible."""
    room, line = max(width - len(indent), 8), ""
    for word in text.replace("  ", " \N{NO-BREAK SPACE}").split(" "):
        for piece in chop_cells(word, room) or [""]:
            joined = f"{line} {piece}" if line else piece
            if cell_len(joined) > room:
                yield indent + line.rstrip()
                joined = piece.lstrip("\N{NO-BREAK SPACE}")
            line = joined
    yield (indent + line).replace("\N{NO-BREAK SPACE}", " ").rstrip()
