"""Labels among a million."""

from bench import Bench, Row


def measure(bench: Bench) -> None:
    """Index a million labels and look up."""
    count = bench.reference
    folder = bench.work / "labels"
    folder.mkdir(exist_ok=True)
    measured = bench.task("label", folder, str(count))
    bench.details["labels"] = measured.said
    bench.note(("label index", "clusterkg", count), measured.said["index"], measured,
               f"tasks/label.py {count}: `index`")
    kinds = {name: times for name, times in measured.said.items() if isinstance(times, dict)}
    slowest = max(times["median"] for times in kinds.values())
    text = "; ".join(f"{name} {times['median']:.1f} ms (at most {times['max']:.0f}, "
                     f"{times['found']}% found)" for name, times in kinds.items())
    bench.rows.append(Row(f"a label among {count:,}", "under 20 ms", text, slowest < 20))
