"""Write a made-up register of enterprises and all that is around it, the same for the same seed.

    python benchmarks/generate.py --triples 1000000 --seed 1 --out DIR

writes DIR/ontology.ttl, DIR/data/*.nt and DIR/truth.json; --edit writes DIR/edited/bulletin.nt
too, the small source after an edit.
"""

import argparse
import json
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from sources import (
    bulletin,
    catalogue,
    clusters,
    declarations,
    faults,
    lists,
    parks,
    places,
    register,
    statistics,
)
from triples import Source
from world import World

_SMALL: dict[str, Callable[[World, Source], None]] = {
    "places": places.write, "catalogue": catalogue.write, "articles": clusters.write,
    "lists": lists.write, "statistics": statistics.write, "declarations": declarations.write,
    "parks": parks.write}
_LEAST = 600  # triples of the register and what goes with it, in the smallest worlds
_LARGE = ("register", "supplies", "notices")


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--violations", type=int, default=0, metavar="N",
                        help="break each of some shapes N times")
    parser.add_argument("--edit", action="store_true", help="write the edited small source too")
    arguments = parser.parse_args()
    truth = generate(arguments.triples, arguments.seed, arguments.out, arguments.violations)
    if arguments.edit:
        edit(arguments.triples, arguments.seed, arguments.out / "edited")
    print(json.dumps({name: truth[name] for name in ("triples", "sources")}, sort_keys=True))


def generate(triples: int, seed: int, folder: Path, violations: int = 0) -> dict[str, object]:
    """Write everything into a folder; give what is known to be true of it."""
    world, data = World(triples, seed), folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    for stale in data.glob("*.nt"):
        stale.unlink()
    shutil.copyfile(Path(__file__).parent / "register.ttl", folder / "ontology.ttl")
    sizes = {}
    with Source(data / "bulletin.nt") as out:
        world.members += bulletin.write(world, out, edited=False)
        sizes["bulletin"] = out.count
    for name, write in _SMALL.items():
        with Source(data / f"{name}.nt") as out:
            write(world, out)
            sizes[name] = out.count
    with ExitStack() as stack:
        large = [stack.enter_context(Source(data / f"{name}.nt")) for name in _LARGE]
        register.write(world, large, max(_LEAST, triples - sum(sizes.values())))
        sizes |= {source.path.stem: source.count for source in large}
    broken = {}
    if violations:
        with Source(data / "faults.nt") as out:
            broken = faults.write(world, out, violations)
            sizes["faults"] = out.count
    truth = _truth(world, sizes) | {"violations": broken}
    (folder / "truth.json").write_text(json.dumps(truth, indent=1, sort_keys=True) + "\n")
    return truth


def edit(triples: int, seed: int, folder: Path) -> Counter[int]:
    """Write the small source as it is after an edit; give how many members it adds to clusters."""
    folder.mkdir(parents=True, exist_ok=True)
    with Source(folder / "bulletin.nt") as out:
        return bulletin.write(World(triples, seed), out, edited=True)


def _truth(world: World, sizes: dict[str, int]) -> dict[str, object]:
    return {"triples": sum(sizes.values()), "sources": sizes, "seed": world.seed,
            "clusters": len(world.clusters), "counties": len(world.counties),
            "counts": dict(world.counts),
            "members": {world.clusters[number].slug: count
                        for number, count in world.members.items()}}


if __name__ == "__main__":
    main()
