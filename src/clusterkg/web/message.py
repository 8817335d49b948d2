"""What a client asks and what it gets, as every resource sees them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from clusterkg.web.problem import Problem

_UNFIT = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")

Headers = tuple[tuple[str, str], ...]
Body = bytes | Callable[[BinaryIO], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks; text is decoded, header names are lower-case.

    Repeated headers are joined by ", ". `target.parsed` makes one from what came.
    """

    method: str
    path: str  # percent-decoded once; `target` is as it came
    target: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base: str = "http://127.0.0.1:7878"  # what links begin with; never the Host header
    writer: bool = False  # the front has compared the token
    id: str = ""

    def one(self, name: str) -> str | None:
        """Give a query parameter; raise Problem 400 when it was given twice."""
        found = self.all(name)
        if len(found) > 1:
            raise Problem(400, "repeated-parameter", f"{name} is given {len(found)} times; give "
                                                     "it once", parameter=name)
        return found[0] if found else None

    def all(self, name: str) -> list[str]:
        """Give every value of a query parameter, in the order in which they came."""
        return [value for key, value in self.query if key == name]

    def media_type(self) -> str:
        """Give the type of the body, without parameters, in lower case; "" for none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Response:
    """What it gets; a body that is a function writes itself, in pieces, to what it is given.

    pyoxigraph pushes into a writer, so bodies push too. A Problem raised in it becomes the answer
    while nothing was sent, else the connection is aborted.
    """

    status: int
    headers: Headers = ()
    body: Body = b""

    def __post_init__(self) -> None:
        """Refuse a header that would end early and begin another, or that HTTP cannot carry."""
        for name, value in self.headers:
            if not _NAME.fullmatch(name) or _UNFIT.search(value):
                raise ValueError(f"unfit header {name!r}: {value!r}")

    def header(self, name: str) -> str | None:
        """Give the first header of that name, in whatever case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)
