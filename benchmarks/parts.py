"""What was found, part by part: a run of some keeps what earlier ones found of the others."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from bench import PROJECT, Bench, Point, Row

NAMES = ("closure", "shacl", "build", "again", "start", "questions", "labels")
_TOLD = ("rows", "points", "details", "right", "wrong", "failed")


@dataclass(frozen=True)
class Part:
    """What one part found, on which day, at which commit of the project."""

    measured: str
    commit: str
    found: Bench

    def told(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        said = asdict(self.found)
        return {"measured": self.measured, "commit": self.commit,
                **{name: said[name] for name in _TOLD}}


def fresh(bench: Bench) -> Part:
    """Begin a part of a run."""
    return Part(date.today().isoformat(), _commit(),
                Bench(bench.work, bench.size, bench.skip, bench.peers))


def earlier(folder: Path, bench: Bench) -> dict[str, Part]:
    """Read what runs of the same size found before."""
    file = folder / "results.json"
    said = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if said.get("size") != bench.size:
        return {}
    return {name: _read(part, bench) for name, part in said.get("parts", {}).items()}


def joined(parts: Mapping[str, Part], bench: Bench) -> Bench:
    """Put all parts together, in their order."""
    whole = Bench(bench.work, bench.size, bench.skip, bench.peers)
    for part in _in_order(parts):
        whole.rows += part.found.rows
        whole.points += part.found.points
        whole.right += part.found.right
        whole.wrong += part.found.wrong
        whole.details |= part.found.details
        whole.failed |= part.found.failed
    return whole


def when(parts: Mapping[str, Part]) -> list[str]:
    """Say when each was measured, those of one commit together."""
    found: dict[tuple[str, str], list[str]] = {}
    for name in NAMES:
        if name in parts:
            found.setdefault((parts[name].measured, parts[name].commit), []).append(name)
    return [f"{', '.join(names)} on {day} at commit {commit}"
            for (day, commit), names in found.items()]


def _in_order(parts: Mapping[str, Part]) -> Iterable[Part]:
    return (parts[name] for name in NAMES if name in parts)


def _read(said: Mapping[str, Any], bench: Bench) -> Part:
    found = {name: said[name] for name in _TOLD}
    found["rows"] = [Row(**row) for row in found["rows"]]
    found["points"] = [Point(**point) for point in found["points"]]
    return Part(said["measured"], said["commit"], replace(bench, **found))


def _commit() -> str:
    """Name the commit that is measured, with a mark where files differ from it."""
    said = subprocess.run(["git", "describe", "--always", "--dirty", "--exclude", "*"],
                          cwd=PROJECT, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "unknown"
