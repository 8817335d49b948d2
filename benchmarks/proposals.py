"""What came of matching: MATCHING.md for people, matching.json for programs."""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from bench import PROJECT
from results import VERDICTS, machine, table

_SECONDS, _MILLISECONDS = 60.0, 150.0
_ALL = "all"
Found = dict[str, Any]


def write(found: Found, folder: Path) -> int:
    """Write both files; give the exit code."""
    whole = {**found, "machine": machine(), "commit": _commit(), "date": date.today().isoformat()}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "matching.json").write_text(
        json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "MATCHING.md").write_text(markdown(whole), encoding="utf-8")
    return int(not all(row.reached for row in _rows(whole)))


class _Row(tuple[str, str, str, bool]):
    """Work, what was to be reached, what was measured, whether that is enough."""

    @property
    def reached(self) -> bool:
        return self[3]


def _rows(found: Found) -> list[_Row]:
    matched, batches = found["matched"], found["batches"]
    seconds, half = matched["seconds"], median(batches)
    return [_Row((f"{found['names']:,} names against {found['entries']:,} firms, by the command "
                  "line", f"under {_SECONDS:g} s",
                  f"{seconds:.1f} s, {matched['processor']:.1f} s of processor, "
                  f"{matched['megabytes']:,} MB at most", seconds < _SECONDS)),
            _Row((f"50 names against {found['served']:,} firms, by a server",
                  f"under {_MILLISECONDS:g} ms",
                  f"{half:.0f} ms, the median of {len(batches)} batches (up to "
                  f"{max(batches):.0f})", half < _MILLISECONDS))]


def rates(counts: Mapping[str, int]) -> tuple[float | None, float | None]:
    """Give recall: meanings that are among the proposed; precision: proposals right at first."""
    recall = counts["found"] / counts["meant"] if counts.get("meant") else None
    precision = counts["right"] / counts["proposed"] if counts.get("proposed") else None
    return recall, precision


def markdown(found: Found) -> str:
    """Render everything as Markdown."""
    here = found["machine"]
    return "\n".join([
        "# Names matched", "",
        f"Written by `python benchmarks/matching.py` on {found['date']} at commit "
        f"{found['commit']}; `matching.json` has all figures. The register is made up (seed "
        f"{found['seed']}): groups whose members share a brand, namesakes elsewhere, brands that "
        "differ in a letter, far denser than a real one; of each name it is known which firm it "
        "means, and half of the kinds mean none that is there.", "",
        f"Machine: {here['processor']}, {here['cores']} cores, {here['memory']}, {here['system']}, "
        f"Python {here['python']}; when it began its load was {found['load']:g}.", "",
        "## What was to be reached", "",
        *table(("work", "to reach", "measured", "reached"),
               ((*row[:3], VERDICTS[row.reached]) for row in _rows(found))), "",
        "## How often it is right", "",
        "Recall: of the names that mean a firm, those for which it is among the at most three that "
        "are likely. Precision: of the names for which any is likely, those whose first is what "
        "they mean. Certain: those with one proposal that is the same by all signs, and no other; "
        "right of these: those that mean it. Of a kind where several fit, other firms of the "
        "register could have been written just so, and only one of them counts as right; what is "
        "renamed without its code shares nothing with what it was. Nothing is merged by any of "
        "this.", "",
        *table(("kind of name", "names", "mean a firm", "recall", "some likely", "precision",
                "certain", "right of these"),
               _kinds(found["matched"]["kinds"])), ""])


def _kinds(kinds: Mapping[str, Mapping[str, int]]) -> Iterable[Sequence[str]]:
    for kind, counts in sorted(kinds.items(), key=lambda pair: (pair[0] == _ALL, pair[0])):
        recall, precision = rates(counts)
        yield (kind, f"{counts['names']:,}", f"{counts['meant']:,}", _share(recall),
               f"{counts['proposed']:,}", _share(precision), f"{counts.get('certain', 0):,}",
               _share(counts["right_certain"] / counts["certain"] if counts.get("certain")
                      else None))


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def _commit() -> str:
    said = subprocess.run(["git", "describe", "--always", "--dirty", "--exclude", "*"],
                          cwd=PROJECT, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "unknown"
