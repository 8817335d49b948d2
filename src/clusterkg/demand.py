"""What a client asks of a question: values, which part of the answer, in which form and language.

Parameters come from the address, and with POST from a form or a JSON object. `page`, `page_size`,
`format`, `lang` and `timeout` are the server's own. Under `.html` an empty value counts as not
given, for the form of a page sends every field.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from clusterkg import body, offer, operation, page, query
from clusterkg.answer import Source
from clusterkg.errors import UsageError, quoted, shortened
from clusterkg.parameter import Parameter
from clusterkg.query import Query
from clusterkg.web import negotiation
from clusterkg.web.link import Link
from clusterkg.web.message import Request
from clusterkg.web.negotiation import HTML, JSON, Format
from clusterkg.web.problem import Problem

CSV = Format("csv", "text/csv; charset=utf-8", ".csv")
TSV = Format("tsv", "text/tab-separated-values; charset=utf-8", ".tsv")
XLSX = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx")
FORMATS: tuple[Format, ...] = (JSON, CSV, TSV, XLSX, HTML)
WHOLE = (CSV, TSV, XLSX)  # files, which nobody wants in pieces without having asked for them
PAGE_SIZE, MOST_ROWS, LAST_PAGE = 100, 1000, 1_000_000
LONGEST = 2_000  # characters of a value
LEAST_TIME = 1  # seconds that may be asked for
OWN = ("page", "page_size", "format", "lang", "timeout")
_JSON_TYPES = {"page": "integer", "page_size": "integer", "format": "string", "lang": "string"}
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NUMBER = re.compile("[0-9]{1,7}")
_LANGUAGE = re.compile("[a-z]{2,3}")
_LONGEST_LINK = 4_000

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Demand:
    """Hold what is asked, as far as it can be told without the graph.

    `said` is all that was given, for links; `size` is None where the whole answer is wanted.
    """

    question: Query
    values: Mapping[str, str]
    form: Format
    language: str
    said: Mapping[str, str]
    page: int = 1
    size: int | None = None

    @property
    def skip(self) -> int:
        """Count the solutions before the page."""
        return (self.page - 1) * (self.size or 0)

    def links(self, address: str, *, more: bool) -> list[Link]:
        """Lead from page to page; nothing where the whole is given or an address gets too long."""
        if self.size is None:
            return []
        pages = {"first": 1, **({"prev": self.page - 1} if self.page > 1 else {}),
                 **({"next": self.page + 1} if more and self.page < LAST_PAGE else {})}
        form = self.form.suffix if "format" not in self.said else ""
        found = [Link(self.address(address + form, page=str(page)), rel)
                 for rel, page in pages.items()]
        return [each for each in found if len(each.target) <= _LONGEST_LINK]

    def whole(self, path: str) -> str:
        """Give the address under which the whole answer is had."""
        kept = {name: value for name, value in self.said.items() if name in (*self.values, "lang")}
        return f"{path}?{urlencode(kept)}" if kept else path

    def address(self, path: str, **changed: str) -> str:
        """Give the address under which GET gives the same, but for what is `changed`."""
        return f"{path}?{urlencode({**self.said, **changed})}"


def read(request: Request, question: Query, suffix: str, source: Source,
         rows: int = MOST_ROWS) -> Demand:
    """Read a request; `suffix` names a format, or is "", and a page has at most `rows` rows.

    Raises Problem 400 and 415 for a body that cannot be read, 404 for an unknown suffix, 406, and
    422 that lists what is allowed.
    """
    if operation.seconds(request, LEAST_TIME) < LEAST_TIME:  # the front reads and keeps it
        raise own("timeout", "that is too short")
    is_form = suffix == HTML.name
    types = _JSON_TYPES | {one.name: offer.json_type(one) for one in question.parameters}
    pairs = [(name, value) for name, value in (*request.query, *body.pairs(request, types))
             if value or not is_form or name in OWN]
    said = _once(pairs, question, source)
    form = wanted(said.get("format"), suffix, request.headers.get("accept"))
    number = _number(said, "page", LAST_PAGE)
    size = _number(said, "page_size", rows)
    if size is None and (number or form not in WHOLE):
        size = min(PAGE_SIZE, rows)
    values = {name: value for name, value in said.items() if name not in OWN}
    return Demand(question, values, form, language(request, said.get("lang")),
                   {name: value for name, value in said.items() if name != "timeout"},
                   number or 1, size)


def terms(asked: Demand, source: Source, taken: list[str]) -> dict[str, str | None]:
    """Look the values up: each parameter's variable and its term, None where it stays unset.

    `taken` gets what a name was taken to be. Raises Problem 422 for what fits nothing.
    """
    found: dict[str, str | None] = {}
    for one in asked.question.parameters:
        value = asked.values.get(one.name)
        try:
            found[one.variable] = query.term(one, value, source, taken.append)
        except UsageError as error:
            raise _unfit(asked.question, str(error), one.name, source, value) from error
    return found


def language(request: Request, named: str | None) -> str:
    """Give the language that is named, else the one that the reader would rather have.

    Raises Problem 422 for what is no language.
    """
    if named is None:
        return negotiation.language(request.headers.get("accept-language"), page.languages())
    if not _LANGUAGE.fullmatch(named):
        raise own("lang", f"{quoted(named)} is no language such as en or zh")
    return named


def own(name: str, what: str, allowed: Iterable[str] = (), takes: str = "") -> Problem:
    """Say that one of the server's own parameters does not fit."""
    listed: dict[str, Any] = {"name": name, "takes": takes or _TAKES[name], "required": False}
    more = {"allowed": [{"value": value} for value in allowed]} if allowed else {}
    return Problem(422, "parameter", f"{name}: {what}", parameters=[listed | more], parameter=name)


_TAKES = {"format": "the name of a format", "lang": "a language such as en",
          "timeout": f"a number of seconds from {LEAST_TIME}"}


def _once(pairs: Pairs, question: Query, source: Source) -> dict[str, str]:
    """Take each parameter that there is, once."""
    said: dict[str, str] = {}
    known = {one.name for one in question.parameters} | set(OWN)
    for name, value in pairs:
        wrong = _wrong(name, value, name in known, name in said)
        if wrong:
            raise _unfit(question, wrong, name, source)
        said[name] = value
    return said


def _wrong(name: str, value: str, is_known: bool, is_repeated: bool) -> str:
    if not is_known:
        return f"there is no parameter {quoted(name)}; give one of those that are listed"
    if is_repeated:
        return f"{name} is given twice; give it once"
    if len(value) > LONGEST:
        return f"{name} is longer than {LONGEST} characters; shorten it"
    return f"{name} holds a control character; leave it out" if _UNFIT.search(value) else ""


def _unfit(question: Query, what: str, name: str, source: Source,
           value: str | None = None) -> Problem:
    """Say what is wrong with one value, and what each parameter takes."""
    def listed(one: Parameter) -> dict[str, Any]:
        said = offer.parameter(one, "en")
        if one.name != name:
            return said
        near = offer.nearest(one, value, source) if value else {}
        return {**said, **offer.allowed(one, source), **near}

    return Problem(422, "parameter", what, parameter=shortened(name),
                   parameters=[listed(one) for one in question.parameters])


def wanted(named: str | None, suffix: str, accept: str | None) -> Format:
    """Choose the format: as it is named, as the address ends, or as Accept prefers.

    Raises Problem 404, 406 and 422 that list those there are.
    """
    if suffix:
        found = next((each for each in FORMATS if each.suffix == f".{suffix}"), None)
        if found is None:
            raise Problem(404, "not-found", f"an answer is not to be had as .{shortened(suffix)}, "
                          f"but as {', '.join(each.suffix for each in FORMATS)}")
        accept = None
    if named is not None:
        found = next((each for each in FORMATS if each.name == named), None)
        if found is None:
            raise own("format", f"there is no {quoted(named)}", [each.name for each in FORMATS])
    elif not suffix:
        found = negotiation.choose(accept, FORMATS)
    assert found is not None
    return found


def _number(said: Mapping[str, str], name: str, most: int) -> int | None:
    text = said.get(name)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= most:
        takes = f"a whole number from 1 to {most}"
        raise own(name, f"{quoted(text)} is not {takes}", takes=takes)
    return int(text)
