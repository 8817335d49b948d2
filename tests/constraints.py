"""Random SPARQL constraints and small graphs, for comparing engines."""

import re
from random import Random

XSD = "http://www.w3.org/2001/XMLSchema#"
NODES = ["<urn:a>", "<urn:b>", "<urn:c>", "<urn:d>", "_:n1", "_:n2"]
PREDICATES = ["<urn:p>", "<urn:p>", "<urn:q>", "<urn:r>"]
NUMBERS = [f'"{text}"^^<{XSD}{kind}>' for text, kind in [
    ("1", "integer"), ("01", "integer"), ("2", "integer"), ("1.0", "decimal"), ("2.50", "decimal"),
    ("1", "decimal"), ("7", "int"), ("3", "byte"), ("0", "integer"), ("-1.5", "decimal")]]
ODD = [f'"{text}"^^<{XSD}{kind}>' for text, kind in [
    ("x", "integer"), ("abc", "decimal"), ("2020-01-01", "date"), ("2020-02-30", "date"),
    ("2019-12-31Z", "date"), ("2020-01-01T00:00:00Z", "dateTime"),
    ("2020-01-01T01:00:00+01:00", "dateTime"), ("2020-01-01T00:00:00", "dateTime"),
    ("true", "boolean"), ("0", "boolean"), ("u", "anyURI"), ("1.5", "double"),
    ("2e0", "double"), ("-7.0", "float"), ("q", "float"), ("P1D", "duration"),
    ("a", "token")]] + ['"m"^^<urn:type>', '"n"^^<urn:type>']
TEXTS = ['"a"', '"ab"', '""', '"2020-01-01"', '"中文"', '"a"@en', '"ab"@en-gb', '"1"', '"b\\n"',
         '"A"', '"ü"']
_WRITTEN = [text for text in NODES[:4] * 2 + NUMBERS + ODD + TEXTS if "\\n" not in text]
_VARIABLES = ["$this", "$this", "?x", "?y", "?z"]
_PATHS = ["<urn:p>/<urn:q>", "<urn:p>|<urn:q>", "^<urn:p>", "<urn:p>*", "<urn:p>+", "<urn:q>?",
          "(<urn:p>/^<urn:q>)+", "!(<urn:p>|<urn:r>)", "<urn:r>/<urn:p>*", "(<urn:p>|^<urn:q>)*"]
_PATTERNS = ["^a", "b$", "a|1", "^[0-9]+$", "^.?$", "(a)(b)?", "[^a]", "a{1,2}b*", r"\\d"]
_VALUES = ["STR({})", "STRLEN({})", "LANG({})", "DATATYPE({})", "COALESCE({}, {})",
           "SUBSTR({}, 2, 3)", "STRBEFORE({}, {})", "STRAFTER({}, {})", "CONCAT({}, {})",
           "UCASE({})", "LCASE({})", "({} + {})", "({} - {})", "({} * {})", "FLOOR({})",
           "CEIL({})", "(- {})", "YEAR({})", "DAY({})", f"<{XSD}integer>({{}})",
           f"<{XSD}decimal>({{}})", f"<{XSD}boolean>({{}})", 'REPLACE({}, "b", "X")',
           'REPLACE({}, "[a1]+$", "-")', "IF({}, {}, {})", "FLOOR(STRLEN({}) / 2)"]
_TESTS = [*[f"({{}} {operator} {{}})" for operator in ("=", "!=", "<", ">", "<=", ">=") * 3],
          "isIRI({})", "isBLANK({})", "isLITERAL({})", "isNUMERIC({})", "CONTAINS({}, {})",
          "STRSTARTS({}, {})", "STRENDS({}, {})", 'LANGMATCHES(LANG({}), "en")',
          'LANGMATCHES(LANG({}), "*")', "{}"]


_REPEATED = re.compile(r"[)>][*+?] ")
_FALSY = re.compile(r'"(0|)"(\^\^<[^>]*#(integer|boolean)>)?[ ,)]')


def differs(turtle: str, text: str) -> bool:
    """Say whether a path may repeat from 0, false or "", which rdflib takes for no term."""
    return bool(_REPEATED.search(text) and _FALSY.search(turtle + text))


def graph(r: Random) -> str:
    """Make a Turtle document of a few triples."""
    nodes = r.sample(NODES, 3)
    literals = r.sample(NUMBERS, 2) + r.sample(ODD, 2) + r.sample(TEXTS, 2)
    rows = {f"{r.choice(nodes)} {r.choice(PREDICATES)} {r.choice([*nodes, *nodes, *literals])} .\n"
            for _ in range(r.randint(4, 24))}
    return "".join(sorted(rows))


def query(r: Random) -> str:
    """Make a SELECT or an ASK."""
    body = group(r, r.choice([1, 1, 2]))
    return r.choice([
        f"SELECT $this ?x ?y ?z WHERE {{ {body} }}",
        f"SELECT $this ?x WHERE {{ {body} FILTER({condition(r)}) }}",
        f"SELECT DISTINCT $this ?x ?w WHERE {{ {body} BIND({expression(r, 2)} AS ?w) }}",
        f"SELECT $this ({expression(r, 2)} AS ?w) WHERE {{ {body} }}",
        f"SELECT $this (?x AS ?w) WHERE {{ {body} }} GROUP BY $this ?x "
        f"HAVING (COUNT({r.choice(['', 'DISTINCT '])}?y) > 1)",
        f"ASK {{ {body} FILTER({condition(r)}) }}"])


def group(r: Random, depth: int) -> str:
    """Make a group graph pattern."""
    parts = [_block(r)] if r.random() < .9 else []
    for _ in range(r.choice([0, 1, 1, 1, 2]) if depth else 0):
        parts.insert(r.choice([0, len(parts), len(parts)]), _part(r, depth))
    return " ".join(parts)


def _block(r: Random) -> str:
    return " ".join(_triple(r) for _ in range(r.choice([1, 1, 1, 2])))


def _triple(r: Random) -> str:
    draw = r.random()
    predicate = r.choice(PREDICATES) if draw < .7 else r.choice(
        _PATHS) if draw < .9 else r.choice(_VARIABLES)
    end = r.choice(_VARIABLES) if r.random() < .93 else r.choice(_WRITTEN)
    return f"{r.choice(_VARIABLES)} {predicate} {end} ."


def _part(r: Random, depth: int) -> str:
    inner = group(r, depth - 1)
    return r.choice([
        f"OPTIONAL {{ {inner} }}", f"OPTIONAL {{ {inner} FILTER({condition(r)}) }}",
        f"{{ {inner} }} UNION {{ {group(r, depth - 1)} }}", f"{{ {inner} }}",
        f"FILTER({condition(r)})", f"FILTER({condition(r)})", f"FILTER EXISTS {{ {inner} }}",
        f"FILTER NOT EXISTS {{ {inner} }}",
        f"FILTER NOT EXISTS {{ {inner} FILTER({condition(r)}) }}",
        f"FILTER(EXISTS {{ {inner} }} || {condition(r)})", f"BIND({expression(r, 2)} AS ?b{depth})",
        f"BIND({expression(r, 1)} AS ?z)", f"{{ SELECT DISTINCT $this ?y WHERE {{ {inner} }} }}",
        f"{{ SELECT $this ?x (COUNT({r.choice(['', 'DISTINCT '])}{r.choice(['?y', '?z'])}) AS ?n) "
        f"WHERE {{ {inner} }} GROUP BY $this ?x }} FILTER(?n >= 1)",
        f"{{ SELECT $this (SUM(?y) AS ?n) WHERE {{ {inner} FILTER(isNUMERIC(?y)) }} "
        f"GROUP BY $this }} FILTER(?n != {r.choice(NUMBERS)}) BIND(STR(?n) AS ?w{depth})"])


def expression(r: Random, depth: int) -> str:
    """Make an expression."""
    if not depth or r.random() < .3:
        return r.choice(_VARIABLES) if r.random() < .7 else r.choice(_WRITTEN)
    return _filled(r, r.choice(_VALUES), depth - 1)


def condition(r: Random, depth: int = 2) -> str:
    """Make an expression that is mostly true or false."""
    draw = r.random()
    if depth and draw < .3:
        return r.choice(["(!{})", "({} && {})", "({} || {})", "IF({}, {}, {})"]).format(
            *(condition(r, depth - 1) for _ in range(3)))
    if draw < .4:
        return f"BOUND({r.choice(_VARIABLES)})"
    if draw < .5:
        options = f"{r.choice(_WRITTEN)}, {r.choice(_WRITTEN)}"
        return f"({r.choice(_VARIABLES)} {r.choice(['IN', 'NOT IN'])} ({options}))"
    if draw < .6:
        return f'REGEX({expression(r, 1)}, "{r.choice(_PATTERNS)}")'
    return _filled(r, r.choice(_TESTS), r.choice([0, 0, 1, 2]))


def _filled(r: Random, template: str, depth: int) -> str:
    return template.format(*(expression(r, depth) for _ in range(3)))
