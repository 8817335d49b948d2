"""Draw seconds against triples, both axes logarithmic, as SVG."""

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10

from bench import NAMES, Point

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 760, 460, 70, 190, 40, 50
_COLOURS = ("#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#d68910", "#566573", "#16a085", "#a04000")


def draw(points: Sequence[Point], title: str) -> str:
    """Draw one line for each work and engine that was measured at two sizes or more."""
    lines: dict[str, list[tuple[float, float]]] = {}
    for point in points:
        lines.setdefault(f"{point.work}: {point.engine}", []).append(
            (log10(point.triples), log10(max(point.seconds, 1e-3))))
    lines = {name: sorted(found) for name, found in lines.items() if len(found) > 1}
    if not lines:
        return ""
    every = [point for found in lines.values() for point in found]
    bounds = [(floor(min(axis)), ceil(max(axis))) for axis in zip(*every, strict=True)]
    parts = [_text(_LEFT, 22, title, "start", 15), *_grid(*bounds)]
    for number, (name, found) in enumerate(sorted(lines.items())):
        parts += _line(name, [_place(point, *bounds) for point in found], number)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
            f'font-family="sans-serif">\n<rect width="100%" height="100%" fill="white"/>\n'
            + "\n".join(parts) + "\n</svg>\n")


def _place(point: tuple[float, float], across: tuple[int, int],
           up: tuple[int, int]) -> tuple[float, float]:
    width, height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    x = _LEFT + width * (point[0] - across[0]) / (across[1] - across[0])
    y = _HEIGHT - _BOTTOM - height * (point[1] - up[0]) / (up[1] - up[0])
    return round(x, 1), round(y, 1)


def _grid(across: tuple[int, int], up: tuple[int, int]) -> list[str]:
    parts = []
    for power in range(across[0], across[1] + 1):
        x, y = _place((power, up[0]), across, up)
        parts += [_stroke((x, _TOP), (x, y)),
                  _text(x, y + 18, NAMES.get(10 ** power, f"{10 ** power:,}"))]
    for power in range(up[0], up[1] + 1):
        x, y = _place((across[0], power), across, up)
        parts += [_stroke((x, y), (_WIDTH - _RIGHT, y)), _text(x - 8, y + 4, f"{10 ** power:g} s",
                                                             "end")]
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    return [*parts, _text(middle, _HEIGHT - 12, "asserted triples")]


def _line(name: str, places: Sequence[tuple[float, float]], number: int) -> list[str]:
    colour = _COLOURS[number % len(_COLOURS)]
    path = " ".join(f"{x},{y}" for x, y in places)
    dots = [f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in places]
    key = _TOP + 10 + 20 * number
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>', *dots,
            f'<rect x="{_WIDTH - _RIGHT + 14}" y="{key - 9}" width="12" height="12" '
            f'fill="{colour}"/>', _text(_WIDTH - _RIGHT + 32, key + 2, name, "start")]


def _stroke(start: tuple[float, float], end: tuple[float, float]) -> str:
    return (f'<line x1="{start[0]}" y1="{start[1]}" x2="{end[0]}" y2="{end[1]}" '
            'stroke="#dddddd"/>')


def _text(x: float, y: float, text: str, anchor: str = "middle", size: int = 12) -> str:
    return (f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}">{escape(text)}'
            "</text>")
