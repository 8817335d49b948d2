"""How times grow with size."""

from collections.abc import Mapping
from math import log


def exponent(times: Mapping[int, float]) -> float:
    """Fit seconds = a * triples ** b by least squares of the logarithms; give b."""
    points = [(log(size), log(seconds)) for size, seconds in times.items()]
    x, y = (sum(column) / len(points) for column in zip(*points, strict=True))
    return float(sum((a - x) * (b - y) for a, b in points)
                 / sum((a - x) ** 2 for a, _ in points))


def extrapolated(times: Mapping[int, float], size: int) -> float:
    """Continue the times of a few sizes to another by their own exponent, from the largest."""
    largest = max(times)
    return float(times[largest] * (size / largest) ** exponent(times))
