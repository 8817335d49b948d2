"""Read the `#+` header of a question file: grlc's decorators, and ours under `x-clusterkg`.

    #+ summary: Which stages of a chain have no known enterprise?      (required, one line)
    #+ description: |                                                  (optional)
    #+   Longer text.
    #+ tags: [chain, gaps]                                             (optional)
    #+ defaults:                                                       (grlc; one map each)
    #+   - limit: 50
    #+ x-clusterkg:
    #+   summary: {zh: 产业链哪些环节没有已知企业？}   the same in other languages (optional)
    #+   question: 8                          number of the competency question (optional)
    #+   unknown: true                        no row is the expected answer: the sources are silent
    #+   parameters:                          every parameter of the query, and no other
    #+     cluster:
    #+       class: ckg:Cluster               a label is looked up among the members of this class;
    #+                                        of several, [a, b], the first wins where both fit
    #+       description: {en: the cluster, zh: 集群}
    #+     field:
    #+       scheme: <https://w3id.org/clusterkg/voc/field>    ... or among a scheme's concepts
    #+       description: {en: the field, zh: 领域}
    #+   columns:                             a title for every selected variable, and no other
    #+     stage: {en: stage, zh: 环节}
    #+   words:                               other languages for the strings that it answers with
    #+     none known: {zh: 未知}
    #+   example: {cluster: Banan}            values with which the tests ask it

A header is YAML whose lines begin with `#+`; all its scalars are read as text. Values in
`defaults` and `example` are what a user would type: an IRI, a CURIE, a label, a number, a date.

Parameters are variables, named as grlc reads them (one underscore: required unless it has a
default; two: optional; no further underscore inside a name):

    ?_cluster_iri   ?__region_iri    a resource (IRI, CURIE or label)
    ?_limit_integer                  an integer; the only kind for LIMIT and OFFSET
    ?_share_number                   a decimal number
    ?_word_literal  ?_word           a plain string
    ?_name_zh                        a string with a language tag
    ?_since_xsd_date                 xsd: date dateTime gYear gYearMonth decimal double integer
                                     boolean string anyURI

An optional parameter that is not set: `BOUND(?__region_iri)` is false, in VALUES it is UNDEF, and
elsewhere it stays a variable, so that a triple pattern matches everything. In a FILTER write
`FILTER(!BOUND(?__region_iri) || ?region = ?__region_iri)`. To echo one write
`BIND(?_cluster_iri AS ?cluster)`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from clusterkg.errors import UnreadableError

Texts = Mapping[str, str]

_GRLC = {"summary", "description", "tags", "method", "pagination", "defaults", "enumerate",
         "endpoint", "endpoint_in_url", "endpoint-method", "transform", "x-clusterkg"}
# libyaml reads the same ten times faster, where PyYAML was built with it.
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OURS = {"summary", "question", "unknown", "parameters", "columns", "words", "example"}
_PARAMETER = {"class", "scheme", "description"}


@dataclass(frozen=True)
class Header:
    """Hold what a header says, as text, and the line of each of its keys."""

    summary: str
    titles: Texts = field(default_factory=dict)
    description: str = ""
    tags: tuple[str, ...] = ()
    defaults: Texts = field(default_factory=dict)
    question: int | None = None
    unknown: bool = False
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    columns: Mapping[str, Texts] = field(default_factory=dict)
    words: Mapping[str, Texts] = field(default_factory=dict)
    example: Texts = field(default_factory=dict)


def read(text: str, path: Path) -> Header:
    """Read the header of a question; raise UnreadableError with the line of what is wrong."""
    return _Reader(path, _header_lines(text)).header()


def _header_lines(text: str) -> list[tuple[int, str]]:
    lines = enumerate(text.splitlines(), 1)
    return [(number, line[2:]) for number, line in lines if line.startswith("#+")]


class _Reader:
    """Turn YAML nodes into plain values, and name the file's line for whatever is wrong."""

    def __init__(self, path: Path, lines: list[tuple[int, str]]):
        self.path = path
        self.lines = lines

    def header(self) -> Header:
        top = self.mapping(self.root(), "the header", _GRLC)
        ours = self.mapping(top.get("x-clusterkg"), "x-clusterkg", _OURS)
        if not self.text(top.get("summary"), "summary"):
            raise self.broken("no summary; add the line '#+ summary: ...'")
        return Header(
            summary=self.text(top.get("summary"), "summary"),
            titles=self.texts(ours.get("summary"), "summary"),
            description=self.text(top.get("description"), "description"),
            tags=tuple(self.text(tag, "a tag") for tag in self.sequence(top.get("tags"), "tags")),
            defaults=self.defaults(top.get("defaults")),
            question=self.number(ours.get("question"), "question"),
            unknown=self.truth(ours.get("unknown"), "unknown"),
            parameters=self.parameters(ours.get("parameters")),
            columns=self.translations(ours.get("columns"), "column"),
            words=self.translations(ours.get("words"), "word"),
            example=self.texts(ours.get("example"), "example"))

    def root(self) -> yaml.Node:
        try:
            node = yaml.compose("\n".join(line for _, line in self.lines), _LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            raise self.broken(f"the header is not YAML: {error.problem}",
                              mark.line if mark else 0) from error
        except yaml.YAMLError as error:
            raise self.broken(f"the header is not YAML: {error}") from error
        if node is None:
            raise self.broken("no header; begin the file with lines such as '#+ summary: ...'")
        return node

    def broken(self, what: str, place: yaml.Node | int = 0) -> UnreadableError:
        index = place if isinstance(place, int) else place.start_mark.line
        line = self.lines[min(index, len(self.lines) - 1)][0] if self.lines else 1
        return UnreadableError(what, path=self.path, line=line)

    def mapping(self, node: yaml.Node | None, where: str,
                allowed: set[str] | None = None) -> dict[str, yaml.Node]:
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            raise self.broken(f"{where} is not a map of 'key: value' pairs", node)
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self.text(key, f"a key of {where}")
            if name in found:
                raise self.broken(f"{name!r} stands twice in {where}; keep one", key)
            if allowed is not None and name not in allowed:
                raise self.broken(f"unknown key {name!r} in {where}; "
                                  f"known are {', '.join(sorted(allowed))}", key)
            found[name] = value
        return found

    def sequence(self, node: yaml.Node | None, where: str) -> list[yaml.Node]:
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            raise self.broken(f"{where} is not a list", node)
        return list(node.value)

    def text(self, node: yaml.Node | None, where: str) -> str:
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            raise self.broken(f"{where} is not a text; put it on one line or in quotes", node)
        return str(node.value).strip()

    def texts(self, node: yaml.Node | None, where: str) -> dict[str, str]:
        pairs = self.mapping(node, where).items()
        return {name: self.text(value, f"{name} in {where}") for name, value in pairs}

    def number(self, node: yaml.Node | None, where: str) -> int | None:
        text = self.text(node, where)
        if node is not None and not text.isdecimal():
            raise self.broken(f"{where} is {text!r}, not a number", node)
        return int(text) if text else None

    def truth(self, node: yaml.Node | None, where: str) -> bool:
        text = self.text(node, where) or "false"
        if text not in ("true", "false"):
            raise self.broken(f"{where} is {text!r}; write true or false", node or 0)
        return text == "true"

    def defaults(self, node: yaml.Node | None) -> dict[str, str]:
        found: dict[str, str] = {}
        for item in self.sequence(node, "defaults"):
            for name, value in self.texts(item, "defaults").items():
                if name in found:
                    raise self.broken(f"two defaults for {name!r}; keep one", item)
                found[name] = value
        return found

    def parameters(self, node: yaml.Node | None) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for name, value in self.mapping(node, "parameters").items():
            inside = self.mapping(value, f"parameter {name!r}", _PARAMETER)
            if {"class", "scheme"} <= inside.keys():
                raise self.broken(f"parameter {name!r} has a class and a scheme; keep one", value)
            found[name] = {"class": self.classes(inside.get("class")),
                           "scheme": self.text(inside.get("scheme"), "scheme"),
                           "description": self.texts(inside.get("description"), "description")}
        return found

    def classes(self, node: yaml.Node | None) -> tuple[str, ...]:
        if node is None or isinstance(node, yaml.ScalarNode):
            return tuple(filter(None, [self.text(node, "class")]))
        return tuple(self.text(item, "a class") for item in self.sequence(node, "class"))

    def translations(self, node: yaml.Node | None, what: str) -> dict[str, dict[str, str]]:
        return {name: self.texts(value, f"{what} {name!r}")
                for name, value in self.mapping(node, f"{what}s").items()}
