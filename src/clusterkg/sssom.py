"""Decisions on what is the same, in the Simple Standard for Sharing Ontological Mappings (TSV).

    skos:exactMatch                 the subject is the object: the two become one (`joining`)
    skos:exactMatch, with Not       they are two, and it is not asked again
    anything else                   a proposal, or a remark: nothing follows from it

A decision needs somebody who vouches for it: author or reviewer, by id or label, of its row or of
the whole file. A file is a source like others; what its decisions say as triples is its graph.

A spreadsheet runs a cell that begins with = + - or @, and these files are made to be opened in
one: `write` sets an apostrophe before such a text, and one more before a text that has some there
already; `read` takes one away from what has one before such a sign, so that all texts come back.
What a spreadsheet does to a file that it saves as text with tabs is understood, too: tabs behind
the lines at the head, quotes around cells.
Specification: mapping-commons.github.io/sssom, version 1.0.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox
import yaml

from clusterkg.errors import UnreadableError, UsageError, quoted
from clusterkg.files import DECISIONS, read_text
from clusterkg.namespaces import expand

__all__ = ["DECISIONS", "Decision", "Sheet", "quads", "read"]
NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
VOUCHING = ("author_id", "author_label", "reviewer_id", "reviewer_label")
NONE_FOUND = "https://w3id.org/sssom/NoTermFound"
KNOWN = MappingProxyType({"sssom": "https://w3id.org/sssom/", "skos":
                          "http://www.w3.org/2004/02/skos/core#",
                          "semapv": "https://w3id.org/semapv/vocab/"})
SAME = KNOWN["skos"] + "exactMatch"
_HEAD = 100_000  # characters of what stands before the table
_LONGEST = 100_000  # characters of a cell
_MOST = 2**28  # bytes
_RUN = re.compile("'*[=+\\-@\uff1d\uff0b\uff0d\uff20]")  # full-width signs run, too
_MARKED = re.compile("'+[=+\\-@\uff1d\uff0b\uff0d\uff20]")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")
_DEPRECATED, _REPLACED, _ALSO, _DIFFERENT, _BOOLEAN = (ox.NamedNode(expand(name)) for name in (
    "owl:deprecated", "dcterms:isReplacedBy", "skos:altLabel", "owl:differentFrom", "xsd:boolean"))
_TRUE = ox.Literal("true", datatype=_BOOLEAN)


@dataclass(frozen=True, slots=True)
class Decision:
    """A row that decides: `line` of the file; `label` is what the subject is called."""

    line: int
    subject: str
    object: str
    label: str
    is_same: bool


@dataclass(frozen=True)
class Sheet:
    """A file: what is said of the whole, the columns, and the rows with their lines."""

    path: Path
    about: Mapping[str, object]
    columns: Sequence[str]
    rows: Sequence[tuple[int, Mapping[str, str]]]

    def decisions(self) -> Iterator[Decision]:
        """Give the rows that decide; raise UnreadableError for one that nobody vouches for."""
        for line, row in self.rows:
            if row["predicate_id"] and self.iri(row["predicate_id"], line) == SAME:
                decision = self._decision(line, row)
                if decision.object != NONE_FOUND:
                    yield decision

    def iri(self, written: str, line: int) -> str:
        """Expand a CURIE by the file's own map, SSSOM's and the project's."""
        prefix, colon, local = written.partition(":")
        own = self.about.get("curie_map")
        space = own.get(prefix) if isinstance(own, dict) else None
        space = space or KNOWN.get(prefix)
        try:
            found = f"{space}{local}" if space and colon else expand(written)
        except UsageError:
            found = written if (colon and local.startswith("//")) or prefix == "urn" else ""
        if not _IRI.fullmatch(found):
            raise UnreadableError(f"{quoted(written)} is neither a CURIE of a known prefix nor an "
                                  "IRI; add the prefix to curie_map", path=self.path, line=line)
        return found

    def _decision(self, line: int, row: Mapping[str, str]) -> Decision:
        subject, object_ = (self.iri(row[name], line) for name in ("subject_id", "object_id"))
        modifier = row.get("predicate_modifier", "")
        if modifier not in ("", "Not"):
            raise UnreadableError(f"predicate_modifier is {quoted(modifier)}; leave it empty, or "
                                  "write Not", path=self.path, line=line)
        if subject == object_:
            raise UnreadableError("subject_id and object_id are one; name two things",
                                  path=self.path, line=line)
        if object_ != NONE_FOUND and not any(row.get(who) or self.about.get(who)
                                             for who in VOUCHING):
            raise UnreadableError("nobody vouches for this decision; fill in author_label or "
                                  "reviewer_label, or say who does with --author",
                                  path=self.path, line=line)
        return Decision(line, subject, object_, row.get("subject_label", ""), not modifier)


def read(path: Path) -> Sheet:
    """Read a file; raise UnreadableError with the line of what is wrong."""
    lines = [line.removesuffix("\r") for line in _text(path).split("\n")]
    head = next((n for n, line in enumerate(lines) if not line.startswith(("#", '"#'))), len(lines))
    rows = _cells(lines[head:], path, head + 1,
                  is_quoted=any(line.startswith('"#') for line in lines[:head]))
    columns = next(rows, [])
    while columns and not columns[-1]:
        columns.pop()
    lost = [name for name in NEEDED if name not in columns]
    if lost:
        raise UnreadableError(f"no column {', '.join(lost)}; the first row names the columns, with "
                              "tabs between", path=path, line=head + 1)
    if twice := [name for name, times in Counter(columns).items() if times > 1]:
        raise UnreadableError(f"two columns are called {quoted(twice[0])}; rename one", path=path,
                              line=head + 1)
    about = _about([_plain(line).removeprefix("#") for line in lines[:head]], path)
    return Sheet(path, about, columns, list(_rows(rows, columns, path, head + 2)))


def quads(path: Path) -> Iterator[ox.Quad]:
    """Say as triples what the decisions of a file say; raise what `read` and `decisions` raise."""
    for one in list(read(path).decisions()):
        subject, object_ = ox.NamedNode(one.subject), ox.NamedNode(one.object)
        if one.is_same:
            yield ox.Quad(subject, _DEPRECATED, _TRUE)
            yield ox.Quad(subject, _REPLACED, object_)
            if one.label:
                yield ox.Quad(object_, _ALSO, ox.Literal(one.label))
        else:
            yield ox.Quad(subject, _DIFFERENT, object_)


def write(sheet: Sheet) -> str:
    """Write a file as `read` takes it; what would end a cell becomes a space."""
    out = io.StringIO()
    head = yaml.safe_dump(dict(sheet.about), allow_unicode=True, sort_keys=False, width=10_000)
    out.write("".join(f"#{line}\n" for line in head.splitlines() if sheet.about))
    out.write("\t".join(sheet.columns) + "\n")
    for _, row in sheet.rows:
        out.write("\t".join(_safe(row.get(name, "")) for name in sheet.columns) + "\n")
    return out.getvalue()


def _safe(text: str) -> str:
    """Write a cell on one line, so that no spreadsheet runs it."""
    cell = " ".join(text.split())
    return f"'{cell}" if _RUN.match(cell) else cell


def _cells(lines: Sequence[str], path: Path, start: int, *, is_quoted: bool) -> Iterator[list[str]]:
    """Cut rows into cells as they were written, or as a spreadsheet quoted them."""
    rows = csv.reader(lines, delimiter="\t",
                      quoting=csv.QUOTE_MINIMAL if is_quoted else csv.QUOTE_NONE)
    try:
        for row in rows:
            if max(map(len, row), default=0) > _LONGEST:
                raise csv.Error(f"one has more than {_LONGEST:,} characters")
            yield [cell[1:] if _MARKED.match(cell) else cell for cell in row]
    except csv.Error as error:
        raise UnreadableError(f"this row cannot be cut into cells ({error}); write short texts, "
                              "on one line, with a tab between two of them", path=path,
                              line=start + rows.line_num - 1) from error


def _plain(line: str) -> str:
    """Give a line of the head as it was before a spreadsheet saved it."""
    text = line.rstrip("\t")
    return text[1:-1].replace('""', '"') if text[:1] == text[-1:] == '"' else text


def _text(path: Path) -> str:
    if path.exists() and path.stat().st_size > _MOST:
        raise UnreadableError(f"more than {_MOST // 2**20} MB; split it", path=path)
    text = read_text(path).removeprefix("\ufeff")
    if "\0" in text:
        raise UnreadableError("a NUL byte; save the file as plain text", path=path,
                              line=text[:text.index("\0")].count("\n") + 1)
    return text


def _about(lines: Sequence[str], path: Path) -> Mapping[str, object]:
    text = "\n".join(lines)
    if len(text) > _HEAD:
        raise UnreadableError(f"more than {_HEAD:,} characters before the table", path=path, line=1)
    try:
        found = yaml.load(text, _Plain) or {}  # a safe loader that makes no dates
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise UnreadableError("what stands before the table is no YAML; write lines "
                              "such as #license: ...", path=path,
                              line=mark.line + 1 if mark else 1) from error
    if not isinstance(found, dict):
        raise UnreadableError("what stands before the table are no names with values; "
                              "write lines such as #license: ...", path=path, line=1)
    return found


class _Plain(yaml.SafeLoader):
    """Read every value as the text it is; none is repeated by a name, which could make it huge."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="a value is repeated by a name")
        return super().compose_node(parent, index)


_Plain.yaml_implicit_resolvers = {}


def _rows(rows: Iterator[list[str]], columns: Sequence[str], path: Path,
          start: int) -> Iterator[tuple[int, Mapping[str, str]]]:
    for line, row in enumerate(rows, start):
        if any(row):
            if any(row[len(columns):]):
                raise UnreadableError(f"{len(row)} cells under {len(columns)} columns; take "
                                      "out the tabs that are too many", path=path, line=line)
            yield line, dict(zip(columns, [*row, *[""] * (len(columns) - len(row))], strict=False))
