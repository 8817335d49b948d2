"""A page as an answer: in the reader's language, with what a cache and a program want to know."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from clusterkg import demand, page, representation
from clusterkg.web import condition, link
from clusterkg.web.link import Link
from clusterkg.web.message import Request, Response
from clusterkg.web.negotiation import HTML


@dataclass(frozen=True)
class Sheet:
    """A page: its template, what fills it, the same as data, and what its tag depends on.

    `chosen` where Accept could have chosen another form than a page.
    """

    template: str
    values: Callable[[], Mapping[str, object]]
    links: Sequence[Link] = ()
    state: str = ""
    chosen: bool = False


def reader(request: Request) -> str:
    """Give the language of the address, else the one that the reader would rather have."""
    return demand.language(request, request.one("lang"))


def answer(request: Request, version: str, sheet: Sheet) -> Response:
    """Fill it, unless the reader has it already; `version` is `World.checksum`.

    Whatever Accept says: what has pages alone is not offered otherwise.
    """
    lang = reader(request)
    headers = (("Content-Type", HTML.media_type), ("Content-Language", page.spoken(lang)),
               ("Vary", f"{'Accept, ' if sheet.chosen else ''}Accept-Language"),
               ("Link", link.header((*sheet.links, representation.described(request.base)))))
    tag = condition.etag(version, request, f"html {lang} {page.edition()} {sheet.state}")
    return condition.answer(request, tag, headers, lambda: Response(200, headers, page.render(
        sheet.template, lang=lang, base=request.base, other=_other(request, lang),
        **sheet.values())))


def _other(request: Request, lang: str) -> str:
    """Give the address of the same in the other language."""
    kept = [(name, value) for name, value in request.query if name != "lang"]
    said = urlencode([*kept, ("lang", page.other(lang))])
    return f"{re.split('[?#]', request.target)[0]}?{said}"
