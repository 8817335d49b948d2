"""Links in a head (RFC 8288)."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

_KEPT = ":/?#[]@!$&'()*+,;=%~"


@dataclass(frozen=True)
class Link:
    """Where to, as what, in which form."""

    target: str
    rel: str
    type: str = ""
    title: str = ""


def header(links: Iterable[Link]) -> str:
    """Write the value of a Link header; nothing in a link can end it early."""
    return ", ".join(_written(each) for each in links)


def absolute(base: str, path: str) -> str:
    """Join what links begin with and a decoded path, of whatever characters."""
    return base.rstrip("/") + quote(path, safe="/:@!$&'()*+,;=~")


def _written(link: Link) -> str:
    said = [f"<{quote(link.target, safe=_KEPT)}>", f"rel={_quoted(link.rel)}"]
    if link.type:
        said.append(f"type={_quoted(link.type)}")
    if link.title:
        said.append(f"title*=UTF-8''{quote(link.title, safe='')}")
    return "; ".join(said)


def _quoted(text: str) -> str:
    plain = "".join(c for c in text if " " <= c <= "~")
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
