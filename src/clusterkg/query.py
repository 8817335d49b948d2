"""A question: a SPARQL query in a file, with a header that says what it answers and takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from clusterkg import binding, fit, header, label, syntax
from clusterkg.answer import Answer, Source
from clusterkg.errors import ClusterkgError, UnreadableError, UsageError, quoted
from clusterkg.files import knowledge, read_text
from clusterkg.header import Header, Texts
from clusterkg.label import Say, unsaid
from clusterkg.namespaces import expand
from clusterkg.parameter import Parameter, literal
from clusterkg.tokens import significant

SUFFIX = ".rq"
Files = Mapping[Path, str]  # the text of each question file
Value = str | int | float | bool | date | NamedNode | None
_SAMPLES = {"iri": "<http://example.org/>", "integer": "1", "number": "1"}


@dataclass(frozen=True)
class Query:
    """Hold one question; `text` is the whole file, so that its lines are the file's lines."""

    name: str
    path: Path
    text: str
    header: Header
    parameters: tuple[Parameter, ...]

    @property
    def summary(self) -> str:
        """Say in one line what is asked."""
        return self.header.summary

    def title(self, language: str) -> str:
        """Say the same in a language where the header does, else in English."""
        return self.header.titles.get(language, self.summary)

    @property
    def description(self) -> str:
        """Say at length what is asked; may be empty."""
        return self.header.description

    @property
    def columns(self) -> Mapping[str, Texts]:
        """Map each selected variable to its titles by language."""
        return self.header.columns

    @property
    def wording(self) -> Mapping[str, Texts]:
        """Map variables to titles, and the strings it answers with, in quotes, to their words."""
        words = {str(Literal(word)): texts for word, texts in self.header.words.items()}
        return {**self.header.columns, **words}


def folder(path: Path | None = None) -> Files:
    """Read the question files of a folder, or the packaged ones; one without any is an error."""
    place = path or knowledge("queries")
    found = sorted(p for p in place.glob(f"*{SUFFIX}") if p.is_file())
    if not found:
        raise UnreadableError(f"no question here; put a {SUFFIX} file there", path=place)
    return {path: read_text(path) for path in found}


def named(name: str, files: Files | None = None) -> Query:
    """Find a question among `files`, or the packaged ones; raise UsageError with the nearest."""
    files = folder() if files is None else files
    paths = {path.name.removesuffix(SUFFIX): path for path in files}
    key = name.replace("-", "_")
    if key not in paths:
        near = ", ".join(fit.nearest(key, paths)) or "nothing is similar"
        raise UsageError(f"no question {quoted(name)}; nearest: {near}; "
                         "'clusterkg queries' lists all")
    return parse(paths[key], files[paths[key]])


def every(files: Files) -> list[Query]:
    """Parse all questions of a folder, in the order of their names."""
    return [parse(path, text) for path, text in files.items()]


def read(path: Path) -> Query:
    """Read and check one question file; raise UnreadableError with `path:line`."""
    return parse(path, read_text(path))


@lru_cache(maxsize=1000)
def parse(path: Path, text: str) -> Query:
    """Check the text of a question file; raise UnreadableError with `path:line`.

    Checked: the header, the parameters' names and places, the syntax with every parameter set
    and with every optional one unset, and that header and query name the same parameters.
    """
    query = outline(path, text)
    unset = [p for p in query.parameters if p.optional and p.default is None]
    try:
        binding.unguarded(text, unset)
    except binding.MisuseError as error:
        raise UnreadableError(str(error), path=path, line=error.line) from error
    _check_names(query)
    _check_syntax(query)
    return query


@lru_cache(maxsize=1000)
def outline(path: Path, text: str) -> Query:
    """Read header and parameters of a file that was checked before, as a build does.

    Raises UnreadableError for what it comes across. Takes a tenth of the time of `parse`.
    """
    head = header.read(text, path)
    try:
        written = binding.parameters(text)
    except binding.MisuseError as error:
        raise UnreadableError(str(error), path=path, line=error.line) from error
    described = tuple(_described(parameter, head, path) for parameter in written)
    return Query(path.name.removesuffix(SUFFIX), path, text, head, described)


def _described(parameter: Parameter, head: Header, path: Path) -> Parameter:
    said = head.parameters.get(parameter.name)
    if said is None:
        raise UnreadableError(f"parameter {parameter.name!r} is not described; add it to "
                              "x-clusterkg: parameters:", path=path, line=1)
    return replace(parameter, default=head.defaults.get(parameter.name),
                   of_classes=tuple(_iri(name, path) for name in said["class"]),
                   of_scheme=_iri(said["scheme"], path) or None,
                   descriptions=said["description"])


def _iri(text: str, path: Path) -> str:
    if not text or text.startswith("<"):
        return text.strip("<>")
    try:
        return expand(text)
    except UsageError as error:
        raise UnreadableError(str(error), path=path, line=1) from error


def _check_names(query: Query) -> None:
    known = {parameter.name for parameter in query.parameters}
    head = query.header
    for where, names in (("parameters", head.parameters), ("defaults", head.defaults),
                         ("example", head.example)):
        for name in names.keys() - known:
            raise UnreadableError(f"the header's {where} name {name!r}, which the query does not "
                                  "use; remove it", path=query.path, line=1)


def _check_syntax(query: Query) -> None:
    given: dict[str, str | None] = {p.variable: _sample(p) for p in query.parameters}
    unset = {p.variable: None for p in query.parameters if p.optional}
    for values in (given, given | unset):
        text = binding.place(query.text, values)
        form = syntax.check(text, query.path)
        if form != "SELECT":
            raise UnreadableError(f"a question is a SELECT, not {form}", path=query.path, line=1)
        _check_columns(query, syntax.columns(text))


def _sample(parameter: Parameter) -> str:
    return _SAMPLES.get(parameter.kind, '""')


def _check_columns(query: Query, selected: Sequence[str]) -> None:
    line = next(token.line for token in significant(query.text) if token.is_word("SELECT"))
    for name in sorted(set(selected) ^ query.columns.keys()):
        what = "has a title but is not selected" if name in query.columns else \
            "is selected but has no title in x-clusterkg: columns:"
        raise UnreadableError(f"column {name!r} {what}", path=query.path, line=line)


def bind(query: Query, values: Mapping[str, Value], source: Source,
         say: Say = unsaid) -> str:
    """Give the query's text with the values in place; labels are looked up in `source`.

    A value that is not given takes the default; an optional parameter without one stays unset.
    `say` is told what a name was taken to be that is not quite a label. Raises UsageError for a
    value that is unknown, unfit or missing.
    """
    return binding.place(query.text, terms(query, values, source, say))


def terms(query: Query, values: Mapping[str, Value], source: Source,
          say: Say = unsaid) -> dict[str, str | None]:
    """Map each parameter's variable to its SPARQL term, None where it stays unset."""
    known = [parameter.name for parameter in query.parameters]
    for name in values:
        if name not in known:
            takes = ", ".join(known) or "none"
            raise UsageError(f"{query.name} has no parameter {quoted(name)}; it takes {takes}")
    return {p.variable: term(p, values.get(p.name), source, say) for p in query.parameters}


def term(parameter: Parameter, value: Value, source: Source, say: Say = unsaid) -> str | None:
    """Give one parameter's SPARQL term, None where it stays unset; raises what `bind` raises."""
    text = parameter.default if value is None else _text(value)
    if text is None:
        if parameter.optional:
            return None
        raise UsageError(f"{parameter.name} is missing; give {parameter.name}=... "
                         f"({parameter.takes})")
    if parameter.kind != "iri":
        return literal(parameter, text)
    try:
        return str(label.resolve(text, source, scope(parameter),
                                 lambda taken: say(f"{parameter.name}: {taken}")))
    except UsageError as error:
        raise UsageError(f"{parameter.name}: {error}") from error


def scope(parameter: Parameter) -> label.Scope:
    """Say among what a parameter's labels are looked up."""
    return label.Scope(parameter.of_classes, parameter.of_scheme)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return f"<{value.value}>" if isinstance(value, NamedNode) else str(value)


def run(query: Query, values: Mapping[str, Value], source: Source,
        say: Say = unsaid) -> Answer:
    """Ask `source` the question; raise what `bind` raises, and ClusterkgError from the source."""
    reply = source.query(bind(query, values, source, say))
    if not isinstance(reply, Answer):
        raise ClusterkgError(f"{query.name} did not answer with rows")
    return reply
