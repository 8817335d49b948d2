"""Index labels and look some up: `label.py FOLDER COUNT`.

Half of the labels are Chinese, half English; looked up are whole labels, beginnings, pinyin and
misspelt ones, each through what the command line calls.
"""

import json
import sys
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

import names

from clusterkg import fit, labels, lookup, tables

_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"


def main() -> None:
    """Write the labels, index them, look up."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    lines = folder / "labels.nt"
    with lines.open("w", encoding="utf-8") as out:
        for number in range(count // 2):
            english, chinese = _named(number)
            here = f"<http://example.org/{number}>"
            out.write(f'{here} {_LABEL} "{english}"@en .\n{here} {_LABEL} "{chinese}"@zh .\n')
    connection = tables.connect()
    tables.load(connection, lines)
    start = perf_counter()
    labels.write(folder, connection, "(SELECT s, p, o FROM quad)")
    indexed = perf_counter() - start
    print(json.dumps({"index": indexed, "bytes": (folder / labels.FILE).stat().st_size,
                      **_timed(folder, count)}))


def _named(number: int) -> tuple[str, str]:
    (area, zh_area), (brand, zh_brand) = names.place(number % 2_800), names.brand(number % 125_000)
    serial = "" if number < 125_000 else f" {number // 125_000}"
    return (f"{area} {brand}{serial} roller bearing company",
            f"{zh_area}{zh_brand}{serial.strip()}滚动轴承有限公司")


def _timed(folder: Path, count: int) -> dict[str, object]:
    index, random = lookup.Index(folder), Random(1)
    found: dict[str, object] = {}
    for kind in ("english", "chinese", "beginning", "pinyin", "misspelt"):
        times, right = [], 0
        for _ in range(100):
            number = random.randrange(count // 2)
            key = fit.normalise(_asked(kind, *_named(number), random))
            start = perf_counter()
            known = index.among([""])
            hits = fit.fitting(key, known) or known.similar(key)
            times.append(1000 * (perf_counter() - start))
            right += f"http://example.org/{number}" in hits
        found[kind] = {"median": median(times), "max": max(times), "found": right}
    return found


def _asked(kind: str, english: str, chinese: str, random: Random) -> str:
    if kind == "chinese":
        return chinese
    if kind == "beginning":
        return chinese[:5]
    if kind == "pinyin":
        return "".join(english.split()[:2]).lower()
    if kind == "misspelt":
        at = random.randrange(len(english) - 1)
        return english[:at] + english[at + 1] + english[at] + english[at + 2:]
    return english


if __name__ == "__main__":
    main()
