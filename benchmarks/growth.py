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
    """Continue the times of the two largest sizes to another, in a straight line.

    So what is the same at every size counts once, and what grows faster is told too short.
    """
    (small, before), (large, after) = sorted(times.items())[-2:]
    return after + (after - before) * (size - large) / (large - small)
