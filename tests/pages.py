"""HTML read strictly: what a page holds, and whatever is wrong with how it is nested."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(("meta", "link", "input", "br", "img"))
KNOWN = VOID | frozenset(("html", "head", "title", "script", "body", "a", "header", "nav",
    "form", "label", "span", "button", "main", "h1", "h2", "h3", "p", "ul", "ol", "li", "dl",
    "dt", "dd", "div", "section", "table", "thead", "tbody", "tr", "th", "td", "sup", "strong",
    "code", "pre", "textarea", "details", "summary", "footer", "select", "option"))
_INLINE = frozenset(("a", "span", "sup", "strong", "code", "label", "button", "input", "br",
                     "select", "textarea"))
_INSIDE = {"li": ("ul", "ol"), "dt": ("dl",), "dd": ("dl",), "tr": ("thead", "tbody"),
           "th": ("tr",), "td": ("tr",), "thead": ("table",), "tbody": ("table",),
           "summary": ("details",), "option": ("select",), "title": ("head",), "meta": ("head",),
           "link": ("head",), "head": ("html",), "body": ("html",)}
_HOLDS = {"ul": ("li",), "ol": ("li",), "dl": ("dt", "dd"), "tr": ("th", "td"),
          "table": ("thead", "tbody"), "thead": ("tr",), "tbody": ("tr",)}
_PHRASING = ("p", "h1", "h2", "h3", "a", "span", "sup", "strong", "code", "summary", "pre", "dt")


@dataclass
class Node:
    """An element; `inside` are texts and elements in their order."""

    tag: str
    attributes: dict[str, str]
    inside: list["Node | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(each if isinstance(each, str) else each.text for each in self.inside)

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    def all(self, tag: str, **attributes: str) -> list["Node"]:
        """Find elements below, in the order of the page; `class_` and the like drop the `_`."""
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        found = []
        for each in self.inside:
            if isinstance(each, Node):
                if each.tag == tag and wanted.items() <= each.attributes.items():
                    found.append(each)
                found += each.all(tag, **attributes)
        return found

    def one(self, tag: str, **attributes: str) -> "Node":
        (found,) = self.all(tag, **attributes)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("", {})
        self.open = [self.root]
        self.faults: list[str] = []
        self.ids: list[str] = []

    def handle_decl(self, decl: str) -> None:
        if decl != "doctype html" or self.root.inside:
            self.faults.append(f"<!{decl}>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.check(tag, attrs)
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if len(self.open) < 2 or self.open[-1].tag != tag:
            self.faults.append(f"</{tag}> in <{self.open[-1].tag}> at {self.getpos()}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1].tag in _HOLDS:
            self.faults.append(f"text in <{self.open[-1].tag}>: {data.strip()[:40]}")
        self.open[-1].inside.append(data)

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data[:40]}")

    def check(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        above, names = self.open[-1].tag, [name for name, _ in attrs]
        where = f"<{tag}> in <{above}> at {self.getpos()}"
        if tag not in KNOWN or above not in _INSIDE.get(tag, (above,)) \
                or tag not in _HOLDS.get(above, (tag,)):
            self.faults.append(where)
        if tag not in _INLINE and any(node.tag in _PHRASING for node in self.open):
            self.faults.append(f"{where}, which holds text alone")
        if tag == "a" and any(node.tag == "a" for node in self.open):
            self.faults.append(f"{where}: a link in a link")
        if len(names) != len(set(names)) or any(name.startswith("on") or name == "style"
                                                for name in names):
            self.faults.append(f"{where}: {names}")
        for name, value in attrs:
            if name == "id" and value in self.ids:
                self.faults.append(f"id {value} again")
            if name == "id":
                self.ids.append(value or "")


def read(text: str) -> Node:
    """Read a whole page; fail with all that is wrong with it."""
    assert text.startswith("<!doctype html>"), text[:80]
    reader = _Reader()
    reader.feed(text)
    reader.close()
    faults = reader.faults + [f"<{node.tag}> stays open" for node in reader.open[1:]]
    page = reader.root
    if len(page.all("h1")) != 1 or len(page.all("title")) != 1:
        faults.append("not one title and one heading")
    for link in page.all("a"):
        to = link.attributes["href"]
        if to.startswith("#") and to[1:] not in reader.ids:
            faults.append(f"no {to}")
    faults += [f"script {node.attributes}" for node in page.all("script")
               if node.attributes != {"type": "application/ld+json"}]
    assert not faults, faults
    return page


def addresses(page: Node) -> list[str]:
    """List where a page leads, fetches from and sends to."""
    found = []
    for tag in ("a", "link", "form", "img", "script"):
        for node in page.all(tag):
            found += [node.attributes[name] for name in ("href", "src", "action")
                      if name in node.attributes]
    return found


def fetched(page: Node) -> list[str]:
    """List what a browser fetches or sends without being led there by a link."""
    links = [node.attributes["href"] for node in page.all("link", rel="stylesheet")]
    return links + [node.attributes["action"] for node in page.all("form")] + \
        [node.attributes["src"] for tag in ("img", "script") for node in page.all(tag)
         if "src" in node.attributes]


def is_harmless(address: str) -> bool:
    """Tell whether a link leads to this server, or by a scheme that does nothing by itself."""
    return bool(re.match(r"(/(?!/)|#|\?|https?://|mailto:|tel:|urn:)", address, re.IGNORECASE))


def facts(page: Node, heading: str = "facts") -> dict[str, list[Node]]:
    """Map the address of each property below a heading to the items that are its values."""
    (main,) = page.all("main")
    nodes = [each for each in main.inside if isinstance(each, Node)]
    place = next(i for i, node in enumerate(nodes) if node.attributes.get("id") == heading)
    rows = next(node for node in nodes[place:] if node.tag == "dl")
    found: dict[str, list[Node]] = {}
    key = ""
    for node in (each for each in rows.inside if isinstance(each, Node)):
        if node.tag == "dt":
            key = node.one("a").attributes["href"]
        else:
            found[key] = [item for part in node.all("ul", class_="values")
                          for item in part.inside if isinstance(item, Node)]
    return found
