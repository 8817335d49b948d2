"""What came of a demand: its solutions, what is said about them, and how each format holds them."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode

from clusterkg import (
    binding,
    caption,
    demand,
    diagnosis,
    discovery,
    offer,
    page,
    portion,
    rendering,
)
from clusterkg.answer import Source, Term
from clusterkg.demand import Demand
from clusterkg.errors import UsageError
from clusterkg.renderers.json import term
from clusterkg.view import View, view
from clusterkg.web import link
from clusterkg.web.link import Link
from clusterkg.web.negotiation import HTML, JSON
from clusterkg.web.problem import Problem

_PATIENCE = 2.0  # seconds, to find out why there is no row
_LABELLED = (JSON, HTML, demand.XLSX)


class Outcome:
    """Ask, once; `more` says that rows follow on a next page."""

    def __init__(self, asked: Demand, source: Source, most: int):
        """Ask `source` for a page, or for at most `most` rows.

        Raises Problem 422 for values that fit nothing and for more rows, and what the source
        raises.
        """
        self.asked, self.source = asked, source
        self.taken: list[str] = []
        self.terms = demand.terms(asked, source, self.taken)
        part = self._part(asked.size or most)
        if asked.size is None and part.more:
            raise Problem(422, "too-large", f"there are more than {most} rows; ask for a page of "
                                            "them with page and page_size, or ask for less")
        self.answer, self.more = part.answer, part.more

    def links(self, base: str) -> list[Link]:
        """Lead to the other pages."""
        return self.asked.links(self._address(base), more=self.more)

    def body(self, base: str) -> bytes:
        """Write it in the format that is wanted; `base` is what links begin with."""
        if self.asked.form == JSON:
            return self._json(base)
        if self.asked.form == HTML:
            return self._page(base)
        content: bytes = discovery.load("renderers", self.asked.form.name).render(self._view)
        return content

    def _part(self, most: int) -> portion.Portion:
        question = self.asked.question
        try:
            return portion.of(binding.place(question.text, self.terms), self.source,
                              self.asked.skip, most)
        except UsageError as error:  # a number that the engine does not take, say
            raise Problem(422, "parameter", str(error), parameters=[
                offer.parameter(each, "en") for each in question.parameters]) from error

    def _address(self, base: str) -> str:
        return link.absolute(base, f"/queries/{self.asked.question.name}/run")

    @cached_property
    def _known(self) -> Mapping[str, str]:
        """Map IRIs to labels, where the format has a place for them."""
        if self.asked.form not in _LABELLED:
            return {}
        return caption.labels(self.source, self.answer.terms(), self.asked.language)

    @cached_property
    def _view(self) -> View:
        return view(self.answer, self._known, self.asked.question.wording,
                    language=self.asked.language)

    def _why(self) -> str:
        """Say why there is no row; "" where there is one, or was on the pages before."""
        question = self.asked.question
        if self.answer.rows or self.asked.skip:
            return ""
        if question.header.unknown:
            return rendering.UNKNOWN
        return diagnosis.of_query(question, self.asked.values, self.source, budget=_PATIENCE)

    def _json(self, base: str) -> bytes:
        question, language, columns = self.asked.question, self.asked.language, self.answer.columns
        rows = [{name: _labelled(one, self._known) for name, one in zip(columns, row, strict=True)
                 if one is not None} for row in self.answer.rows]
        said = {"question": question.name, "title": question.title(language),
                "columns": offer.columns(question, columns, language), "rows": rows,
                "page": self.asked.page, "page_size": self.asked.size,
                "links": {each.rel: each.target for each in self.links(base)},
                "taken": self.taken, "diagnosis": self._why()}
        return json.dumps(said, ensure_ascii=False).encode() + b"\n"

    def _page(self, base: str) -> bytes:
        question, language = self.asked.question, self.asked.language
        said = offer.question(question, language, base, self.source)
        address = self._address(base)
        return page.render(
            "result.html", lang=language, base=base, title=said["title"], question=said,
            given={each.name: self.asked.values.get(each.name, "") for each in question.parameters},
            titles=self._view.titles, rows=self._cells(), page=self.asked.page,
            links=[(each.rel, each.target) for each in self.links(base)],
            files=[(each.name, self.asked.whole(address + each.suffix))
                   for each in (*demand.WHOLE, JSON)],
            taken=self.taken, why=self._why(),
            other=self.asked.address(f"{address}.html", lang=page.other(language)))

    def _cells(self) -> Sequence[Sequence[tuple[str, str]]]:
        """Give each cell's text, and its IRI where it is one."""
        return [[(text, one.value if isinstance(one, NamedNode) else "")
                 for text, one in zip(texts, row, strict=True)]
                for texts, row in zip(self._view.texts, self.answer.rows, strict=True)]


def _labelled(one: Term, known: Mapping[str, str]) -> dict[str, Any]:
    said = term(one)
    label = known.get(said["value"]) if said["type"] == "uri" else None
    return said if label is None else {**said, "label": label}
