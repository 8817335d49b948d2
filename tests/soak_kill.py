"""Kill builds at random moments, many times: python tests/soak_kill.py [TIMES [SEED [SOURCE...]]].

Each round changes a source, starts `clusterkg build` as a process of its own and kills it at a
random moment of the time that such a build takes (every fourth round builds from nothing), until
so many were killed. Each time the snapshot that was there has to answer as before, or the new one
as it should, every byte in its place; and nothing may be left locked. At the end a build succeeds.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import count
from pathlib import Path

import clusterkg
from clusterkg import version
from test_build import ONTOLOGY, SHAPES

QUERY = """#+ summary: What was changed?
#+ x-clusterkg:
#+   columns: {mark: {en: mark, zh: 标记}}
SELECT ?mark WHERE { <https://example.org/soak> <https://example.org/mark> ?mark }
"""


class Soak:
    def __init__(self, folder: Path, seed: int, sources: list[str]):
        self.folder, self.chance = folder, random.Random(seed)
        self.ends, self.known = Counter[str](), ""
        for name, text in {"ontology.ttl": ONTOLOGY, "shapes.ttl": SHAPES,
                           "queries/marks.rq": QUERY}.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        self.command = [sys.executable, "-m", "clusterkg", "build", "-q"]
        for name, path in {"snapshot": "snapshot", "queries": "queries", "shapes": "shapes.ttl",
                           "ontology": "ontology.ttl", "data": "soak.ttl"}.items():
            self.command += [f"--{name}", str(folder / path)]
        self.command += sources
        self.took = {full: self.timed(f"first {full}", full) for full in (True, False)}

    def timed(self, text: str, full: bool) -> float:
        self.mark(text)
        start = time.perf_counter()
        subprocess.run([*self.command, *(["--full"] if full else [])], check=True)
        assert self.asked() == text
        self.known = text
        return time.perf_counter() - start

    def mark(self, text: str) -> None:
        (self.folder / "soak.ttl").write_text(
            f'<https://example.org/soak> <https://example.org/mark> "{text}" .\n',
            encoding="utf-8")

    def turn(self, number: int) -> bool:
        self.mark(str(number))
        full = number % 4 == 0
        killed = self.kill(["--full"] if full else [],
                           self.chance.uniform(0, 1.1) * self.took[full])
        found, how = self.asked(), "killed" if killed else "ended"
        assert found in ({self.known, str(number)} if killed else {str(number)}), (found, number)
        assert not (damaged := version.damages(self.folder / "snapshot")), damaged
        self.ends[f"{how}, {'old' if found == self.known else 'new'} answers"] += 1
        self.known = found
        return killed

    def kill(self, more: list[str], seconds: float) -> bool:
        """Start a process group of its own; end all of it after some seconds, if it still runs."""
        start = time.perf_counter()
        child = subprocess.Popen([*self.command, *more], start_new_session=True)
        try:
            assert child.wait(seconds) == 0
            self.took[bool(more)] = time.perf_counter() - start  # builds are quicker than thought
            return False
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait(60)
            return True

    def asked(self) -> str:
        (row,) = clusterkg.open(self.folder / "snapshot").query("marks")
        return str(row.mark)


def main(times: str = "100", seed: str = "1", *sources: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        soak = Soak(Path(place), int(seed), list(sources))
        rounds, kills = count(), 0
        while kills < int(times):
            kills += soak.turn(next(rounds))
        soak.timed("last", False)
        left = sorted(path.name for path in (soak.folder / "snapshot/versions").iterdir())
        assert len(left) <= 2, left
        print(f"{kills} kills: {dict(soak.ends)}; a build takes {soak.took[True]:.1f} s from "
              f"nothing, {soak.took[False]:.1f} s upon the last")


if __name__ == "__main__":
    main(*sys.argv[1:])
