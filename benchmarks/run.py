"""Measure everything, beside every peer, and write RESULTS.md, results.json and times.svg.

    python benchmarks/run.py [--size 1m|10m] [--skip PEER ...] [--only PART ...]

With `--only` the other parts stay as an earlier run of the same size found them.
Exit code 1: something was wrong: a count, a closure, a report or an answer.
"""

import argparse
import sys
import traceback
import venv
from importlib import import_module
from pathlib import Path

import parts
import results
from bench import HERE, Bench
from measure import FailedError, run

_SIZES = {"3k": 3_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000, "10m": 10_000_000}


def main() -> int:
    """Read the arguments, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=str.lower, choices=_SIZES, default="1m")
    parser.add_argument("--skip", nargs="*", default=[], metavar="PEER",
                        help="owlrl, reasonable, purrdf, pySHACL, shacl-rust, rdflib, virtuoso")
    parser.add_argument("--only", nargs="*", choices=parts.NAMES, default=parts.NAMES)
    parser.add_argument("--work", type=Path, default=HERE / "work", help="where data is kept")
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--peers", type=Path, help="a virtual environment that has the peers")
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    bench = Bench(work, _SIZES[arguments.size], frozenset(arguments.skip),
                  arguments.peers or peers(work / "peers"))
    known = parts.earlier(arguments.out, bench)
    for name in arguments.only:
        known[name] = part = parts.fresh(bench)
        _measure(part.found, name)
        results.write(known, bench, arguments.out)  # a run that is stopped leaves what it has
    print(results.markdown(known, bench))
    return 1 if any(known[name].found.wrong for name in arguments.only) else 0


def _measure(bench: Bench, name: str) -> None:
    """Measure one part; what ends in an error is wrong, and the others go on."""
    try:
        import_module(f"rows.{name}").measure(bench)
    except FailedError as error:
        bench.check(False, name, error)
    except Exception as error:  # whatever a peer or a task says: it belongs into the report
        traceback.print_exc()
        bench.check(False, name, f"{type(error).__name__}: {error}")


def peers(folder: Path, wanted: Path = HERE / "requirements.txt") -> Path | None:
    """Make a virtual environment for peers, once; None where that fails."""
    ready = folder / ".ready"
    if not ready.is_file():
        venv.create(folder, with_pip=True, clear=True)
        try:
            run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes",
                 "-r", wanted], 900)
        except FailedError as error:
            print(f"no peers: {error}", file=sys.stderr)
            return None
        ready.touch()
    return folder


if __name__ == "__main__":
    sys.exit(main())
