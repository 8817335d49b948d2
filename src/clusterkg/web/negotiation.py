"""Which format and which language a client would rather have (RFC 9110, section 12.5)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clusterkg.web.problem import Problem

_LONGEST = 4096  # characters of a header that are looked at
_RANGE = re.compile(r"([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)")
_TAG = re.compile(r"\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_WEIGHT = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?")


@dataclass(frozen=True)
class Format:
    """A way to write an answer; `aliases` are other types that clients ask for it by."""

    name: str
    media_type: str  # as it is sent
    suffix: str  # of a path, with its dot
    aliases: tuple[str, ...] = ()

    @property
    def essence(self) -> str:
        """Give the media type without its parameters."""
        return self.media_type.partition(";")[0]


JSON = Format("json", "application/json", ".json")
HTML = Format("html", "text/html; charset=utf-8", ".html", ("application/xhtml+xml",))
_SOLUTIONS = (
    Format("json", "application/sparql-results+json", ".json", ("application/json",)),
    Format("xml", "application/sparql-results+xml", ".xml", ("application/xml", "text/xml")))
# The first of each is what is given to who does not say.
RESULTS: tuple[Format, ...] = (
    *_SOLUTIONS, Format("csv", "text/csv; charset=utf-8", ".csv"),
    Format("tsv", "text/tab-separated-values; charset=utf-8", ".tsv"))
BOOLEANS: tuple[Format, ...] = _SOLUTIONS
GRAPHS: tuple[Format, ...] = (
    Format("turtle", "text/turtle; charset=utf-8", ".ttl",
           ("application/x-turtle", "application/turtle")),
    Format("ntriples", "application/n-triples", ".nt"),
    Format("rdfxml", "application/rdf+xml", ".rdf", ("application/xml", "text/xml")),
    Format("jsonld", "application/ld+json", ".jsonld", ("application/json",)),
    Format("trig", "application/trig; charset=utf-8", ".trig"),
    Format("nquads", "application/n-quads", ".nq"))


def choose(accept: str | None, offered: Sequence[Format]) -> Format:
    """Choose what Accept prefers; the first of equals.

    Raises Problem 406 with `available`. What is no media range, or has no proper weight, counts as
    absent.
    """
    ranges = _ranges(accept)
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda each: _standing(each, ranges))
    if _standing(best, ranges)[0] <= 0:
        raise Problem(406, "not-acceptable", "none of these formats is offered here; ask for one "
                      "of those that are available", available=[each.essence for each in offered])
    return best


def prefers_html(accept: str | None, offered: Sequence[Format] = GRAPHS) -> bool:
    """Tell whether a page is named, and none of the offered RDF types with as high a weight."""
    ranges = _ranges(accept)
    wanted = max(ranges.get("text/html", 0), ranges.get("application/xhtml+xml", 0))
    return wanted > max((ranges.get(each.essence, 0) for each in offered), default=0)


def prefers_rdf(accept: str | None) -> bool:
    """Tell whether an RDF type is named, and no page with a higher weight."""
    return any(_ranges(accept).get(each.essence, 0) for each in GRAPHS) and \
        not prefers_html(accept)


def language(accept_language: str | None, offered: Sequence[str]) -> str:
    """Choose among language tags by lookup (RFC 4647, section 3.4); the first where none fits."""
    weighed = sorted(_weighed(accept_language, _TAG), key=lambda pair: -pair[1])
    for wanted, weight in weighed:
        found = _tag(wanted, offered)
        if weight and found is not None:
            return found
    return offered[0]


def _tag(wanted: str, offered: Sequence[str]) -> str | None:
    if wanted == "*":
        return offered[0]
    while wanted:
        for each in offered:
            if each.lower() == wanted:
                return each
        wanted = wanted.rpartition("-")[0]
    return None


def _standing(offered: Format, ranges: dict[str, float]) -> tuple[float, int]:
    """Give the weight of a format, and how precisely it was asked for."""
    names = (offered.essence, *offered.aliases)
    exact = [ranges[name] for name in names if name in ranges]
    if exact:
        return (exact[0] if offered.essence in ranges else max(exact)), 3
    kind = offered.essence.partition("/")[0]
    if f"{kind}/*" in ranges:
        return ranges[f"{kind}/*"], 2
    return ranges.get("*/*", 0), 1


def _ranges(accept: str | None) -> dict[str, float]:
    """Map each media range, in lower case and without parameters, to its weight."""
    found: dict[str, float] = {}
    for name, weight in _weighed(accept, _RANGE):
        if not name.startswith("*/") or name == "*/*":
            found[name] = max(weight, found.get(name, 0))
    return found


def _weighed(header: str | None, shape: re.Pattern[str]) -> Iterator[tuple[str, float]]:
    for part in (header or "")[:_LONGEST].split(","):
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        weights = [value.strip() for key, _, value in (p.partition("=") for p in parameters)
                   if key.strip() == "q"]
        if shape.fullmatch(name) and all(map(_WEIGHT.fullmatch, weights)):
            yield name, float(weights[0]) if weights else 1.0
