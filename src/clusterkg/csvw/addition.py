"""What the project adds to CSVW: the keys that begin with `ckg:` (see `metadata`)."""

from collections.abc import Callable, Iterator

from clusterkg.csvw import cleaning, space
from clusterkg.csvw.located import Node
from clusterkg.csvw.mapping import Mint, Resolution, Skip, Step
from clusterkg.csvw.terms import Terms
from clusterkg.errors import UsageError, quoted
from clusterkg.namespaces import prefixes

TABLE = {"ckg:source", "ckg:skip", "ckg:mint", "ckg:derived"}
COLUMN = {"ckg:rules", "ckg:resolve", "ckg:mint", "ckg:from", "ckg:when"}
SHOWN = 1_000  # characters of a refused value
ROW = "_iri"  # the variable that holds the IRI of a row's thing
OWN = "_own"  # the variable that holds the IRI made of a cell
_MOST_RULES, _MOST_PARTS = 50, 10  # of a column; of columns that an IRI is made of, or settled by
_MINT = {"namespace", "code", "else", "own", "name"}

_Find = Callable[[Node], str]


def skips(table: Node, find: _Find) -> Iterator[Skip]:
    """Read the rules by which rows are passed over."""
    for node in _listed(table, "ckg:skip"):
        only(node, {"column", "equals", "equalsColumn", "why"})
        texts, other = node.child("equals"), node.child("equalsColumn")
        if (texts is None) == (other is None):
            node.wrong('say which texts: "equals": ["...", ...], or "equalsColumn": another column')
        yield Skip(find(needed(node, "column")), texts.texts() if texts else (),
                   words(needed(node, "why")), find(other) if other else None)


def mints(table: Node, find: _Find) -> Iterator[Mint]:
    """Read how IRIs of rows' things are made."""
    for node in _listed(table, "ckg:mint"):
        only(node, _MINT)
        code, otherwise, own = node.child("code"), node.child("else"), node.child("own")
        name = node.child("name")
        made = Mint(name.text() if name else ROW, namespace(needed(node, "namespace")),
                    find(code) if code else None,
                    tuple(find(item) for item in _few(otherwise, _MOST_PARTS, "columns")),
                    _own(own, find) if own else None)
        if not (made.code or made.otherwise or made.own):
            node.wrong("an IRI is made of something: give code, else or own")
        yield made


def is_derived(table: Node) -> bool:
    """Tell a table that was made from the graph: its rows and its file are nobody's evidence."""
    node = table.child("ckg:derived")
    return node is not None and node.flag()


def steps(node: Node | None) -> tuple[Step, ...]:
    """Read cleaning rules; raise UsageError for one that is not there."""
    return tuple(_step(item) for item in _few(node, _MOST_RULES, "rules"))


def resolution(node: Node | None, terms: Terms) -> Resolution | None:
    """Read how cells become things; `within` names columns by what is written."""
    if node is None:
        return None
    only(node, {"class", "by", "within"})
    within = [item.text() for item in _few(node.child("within"), _MOST_PARTS, "columns")]
    return Resolution(terms.known(needed(node, "class").text(), "class"),
                      needed(node, "by").text(), tuple(within))


def when(node: Node | None) -> tuple[str, tuple[str, ...]] | None:
    """Read in which rows a column states something."""
    if node is None:
        return None
    only(node, {"column", "equals"})
    return needed(node, "column").text(), needed(node, "equals").texts()


def namespace(node: Node) -> str:
    """Give a prefix of the project in which things are."""
    if node.text() not in space.own():
        what = "no prefix of things" if node.text() in prefixes() else "no prefix"
        node.wrong(f"{what} {quoted(node.text())}; there are {', '.join(sorted(space.own()))}")
    return node.text()


def words(node: Node, language: str = "en") -> str:
    """Give a text, or that of several in a language, or the first."""
    if not isinstance(node.value, dict):
        return node.text()
    found = node.child(language) or next((node.child(key) for key in node.names()), None)
    return found.text() if found else node.wrong("no text in any language")


def _step(node: Node) -> Step:
    try:
        if isinstance(node.value, str):
            return Step(node.value, cleaning.rule(node.value).check({}))
        needed(node, "rule")
        given = {key: node.value[key] for key in node.names()}  # type: ignore[index] # `keys` looked
        name = str(given.pop("rule"))
        return Step(name, cleaning.rule(name).check(given))
    except UsageError as error:
        node.wrong(str(error))


def _own(node: Node, find: _Find) -> tuple[str, str]:
    only(node, {"column", "scope"})
    return find(needed(node, "column")), needed(node, "scope").text()


def _few(node: Node | None, most: int, what: str) -> list[Node]:
    """Give the items of a list; refuse one so long that no person wrote it."""
    found = list(node.items()) if node else []
    if node and len(found) > most:
        node.wrong(f"more than {most} {what}; leave some out")
    return found


def _listed(table: Node, key: str) -> Iterator[Node]:
    child = table.child(key)
    if child:
        yield from child.items()


def needed(node: Node, key: str) -> Node:
    """Give what lies under a key that has to be there."""
    return node.child(key) or node.wrong(f"{key} is missing")


def only(node: Node, allowed: set[str]) -> None:
    """Refuse all other keys."""
    for key in node.names():
        if key not in allowed:
            node.wrong(f"{quoted(key)} is unknown here; there are {', '.join(sorted(allowed))}")
