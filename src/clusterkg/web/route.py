"""Which resource answers a path: read from the files of `resources`, none of them imported."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import ModuleType

from clusterkg import discovery
from clusterkg.errors import ClusterkgError
from clusterkg.web.problem import Problem

_FOLDER = "resources"
_PLACE = re.compile(r"\{(\w+)(\.\.\.)?\}")


@dataclass(frozen=True)
class Route:
    """A pattern of paths: `{name}` is one segment of it, or a part of one, `{rest...}` the rest."""

    pattern: str
    methods: tuple[str, ...]
    module: str

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """Give the pattern as a regular expression."""
        return re.compile("".join(_expressed(self.pattern)), re.DOTALL)

    @property
    def standing(self) -> tuple[int, int, int]:
        """Rank routes: the longer literal beginning wins, then the more literal, then the first."""
        literal = _PLACE.sub("\0", self.pattern)
        return len(literal.partition("\0")[0]), len(literal.replace("\0", "")), -literal.count("\0")

    def allowed(self) -> tuple[str, ...]:
        """List what may be asked for, with what follows from it."""
        return (*self.methods, *(("HEAD",) if "GET" in self.methods else ()), "OPTIONS")


def routes() -> tuple[Route, ...]:
    """List every route, the one that wins first."""
    return _routes()


def find(method: str, path: str) -> tuple[ModuleType, Mapping[str, str]]:
    """Find the resource that answers, and what its pattern captured.

    Raises Problem 404, or 405 with Allow.
    """
    found, captured = taking(method, path)
    return _loaded(found.module), captured


def taking(method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    """Find the route of a path that takes a method; raise Problem 404, or 405 with Allow."""
    found, captured = matching(path)
    if method not in found.allowed():
        allowed = ", ".join(found.allowed())
        raise Problem(405, "method-not-allowed", f"this address takes {allowed}",
                      headers=(("Allow", allowed),))
    return found, captured


def matching(path: str) -> tuple[Route, Mapping[str, str]]:
    """Find the route of a path; raise Problem 404."""
    for route in _routes():
        match = route.expression.fullmatch(path)
        if match:
            return route, match.groupdict()
    raise Problem(404, "not-found", "there is nothing at this address; / leads to what there is")


@cache
def _loaded(name: str) -> ModuleType:
    return discovery.load(_FOLDER, name)


@cache
def _routes() -> tuple[Route, ...]:
    found = [route for name in discovery.names(_FOLDER) for route in _declared(name)]
    return tuple(sorted(found, key=lambda route: route.standing, reverse=True))


def _declared(name: str) -> Iterator[Route]:
    for pattern, methods in discovery.constant(_FOLDER, name, "PATHS").items():
        if not pattern.startswith("/") or not isinstance(methods, tuple):
            raise ClusterkgError(f"resource {name}: {pattern!r} is no path with a tuple of methods")
        yield Route(pattern, methods, name)


def _expressed(pattern: str) -> Iterator[str]:
    end = 0
    for place in _PLACE.finditer(pattern):
        yield re.escape(pattern[end:place.start()])
        yield f"(?P<{place[1]}>{'.+' if place[2] else '[^/]+?'})"
        end = place.end()
    yield re.escape(pattern[end:])
