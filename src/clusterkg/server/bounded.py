"""Which queries need so little that they may be answered between two others, whatever is stored.

Told by the text alone: one triple pattern, none of whose variables stands twice, so that every
triple that the store looks at is a solution, of which few are taken; or a star, whose subject and
predicates are constant, and which runs with as few values of each property.
"""

import re
from typing import NamedTuple

MOST = 200  # solutions
_LONGEST = 2000  # characters
_ARMS = 5  # patterns of a star

_S = r"[ \t\r\n]*+"
_IRI = r"<[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20]*+>"
_VARIABLE = r"[?$][A-Za-z0-9_]++"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_VERB = rf"{_IRI}|(?-i:a)(?=[ \t\r\n<?$])"
_HEAD = rf"{_S}(?:(?P<ask>ASK)|SELECT(?P<columns>(?:{_S}{_VARIABLE})+|{_S}\*))" \
        rf"{_S}(?:WHERE{_S})?\{{{_S}"
_END = rf"{_S}(?:\.{_S})?\}}{_S}"
_ONE = re.compile(
    rf"{_HEAD}(?P<s>{_IRI}|{_VARIABLE}){_S}(?P<p>{_VERB}|{_VARIABLE}){_S}(?P<o>{_IRI}|{_VARIABLE})"
    rf"{_END}(?:LIMIT[ \t\r\n]+(?P<limit>[0-9]{{1,3}}){_S})?", re.IGNORECASE)
_ARM = rf"{_S}(?:{_VERB}){_S}{_VARIABLE}{_S}"
_STAR = re.compile(
    rf"{_HEAD}(?P<s>{_IRI})(?P<arms>{_ARM}(?:(?:;|\.{_S}(?P=s)){_ARM}){{0,{_ARMS - 1}}}){_END}",
    re.IGNORECASE)
_FEW = f" LIMIT {MOST + 1}"
_NAMES = re.compile(_VARIABLE)
_PAIR = re.compile(rf"(?:;|\.{_S}{_IRI})?{_S}({_VERB}){_S}[?$](\w+)")


class Value(NamedTuple):
    """Ask for the values of one property: what a store answers without SPARQL."""

    subject: str
    predicate: str
    variable: str


class Bounded(NamedTuple):
    """A query: its `text` may run, and asks for at most one solution more than `MOST`.

    `limit` is the number of solutions that was asked for. What has a `value` is no more than that.
    """

    shape: str
    text: str
    limit: int | None
    value: Value | None = None


def bounded(text: str) -> Bounded | None:
    """Read a query; None for all but those that are surely small."""
    if len(text) > _LONGEST or "/." in text:  # parsers take dots out of addresses
        return None
    found = None if ";" in text else _ONE.fullmatch(text)
    if found:
        return _one(found, text)
    found = _STAR.fullmatch(text)
    return _star(found, text) if found else None


def _one(found: re.Match[str], text: str) -> Bounded | None:
    asks, columns, s, p, o, said = found.groups()
    variables = [term for term in (s, p, o) if term[0] in "?$"]
    limit = int(said) if said else None
    if len({name[1:] for name in variables}) < len(variables) or (limit or 0) > MOST:
        return None
    if s in variables and o in variables and not asks and limit is None:
        return None  # all of a property: seldom few
    shape = ("ASK " if asks else "SELECT ") + "".join(
        "?" if term in variables else "." for term in (s, p, o))
    if shape == "SELECT ..?" and columns.lstrip() == o:
        return Bounded(shape, text + _FEW * (not said), limit, Value(s[1:-1], _iri(p), o[1:]))
    return Bounded(shape, text + _FEW * (not asks and not said), limit)


def _star(found: re.Match[str], text: str) -> Bounded | None:
    if found["ask"] or "*" in found["columns"]:
        return None
    columns = _NAMES.findall(found["columns"])
    arms = _PAIR.findall(found["arms"])
    names = [name for _, name in arms]
    if len(set(names)) < len(names) or not set(names).issuperset(name[1:] for name in columns):
        return None
    groups = " ".join(f"{{SELECT ?{name} {{{found['s']} {verb} ?{name}}}{_FEW}}}"
                      for verb, name in arms)
    return Bounded(f"SELECT {len(arms)}*",
                   f"SELECT {' '.join(columns)} WHERE {{{groups}}}{_FEW}", None)


def _iri(verb: str) -> str:
    return _TYPE if verb == "a" else verb[1:-1]
