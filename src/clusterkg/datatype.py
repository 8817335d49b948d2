"""What the datatypes of OWL 2 RL make of a literal: well written or not, where it lies, its value.

    datatype_space(iri, number, family, plain)     families are the disjoint value spaces; plain:
                                                   any text is good and its own value
    literal(id, family, good, value, written, datatype)   view
    ill_typed(literal)                             not in its datatype's lexical space
    inside_datatype(literal, datatype, inside)     whether the value lies in a datatype asked for
    literal_value(literal, value)                  equal texts for equal values
    equal_literal(literal, value)                  what is written in several ways; the same value
                                                   has the same number
    known_datatype(id)                             the datatypes that all this knows of

Literals of other datatypes are in none of them: nothing certain can be said of their values.
"""

from collections.abc import Sequence

from clusterkg.sql import literal
from clusterkg.tables import Connection
from clusterkg.vocabulary import OWL, RDF, RDFS

XSD = "http://www.w3.org/2001/XMLSchema#"
_ZONE = r"(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_DATE = r"-?(\d{4}|[1-9]\d{4,})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"(([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?|24:00:00(\.0+)?)"
_FLOAT = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN"
_NAME = r"[\p{L}_:][\p{L}\p{M}\p{N}_:.\-\x{B7}]*"
_NCNAME = _NAME.replace(":", "")
_TOKEN = r"([^\s]+( [^\s]+)*)?"

# datatype -> (value space, lexical pattern)
_WRITTEN = {
    "string": ("string", ""), "normalizedString": ("string", r"[^\r\n\t]*"),
    "token": ("string", _TOKEN), "language": ("string", r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
    "Name": ("string", _NAME), "NCName": ("string", _NCNAME),
    "NMTOKEN": ("string", r"[\p{L}\p{M}\p{N}_:.\-\x{B7}]+"),
    "boolean": ("boolean", "true|false|0|1"),
    "decimal": ("decimal", r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    "float": ("float", _FLOAT), "double": ("double", _FLOAT),
    "dateTime": ("dateTime", f"{_DATE}T{_TIME}{_ZONE}"),
    "dateTimeStamp": ("dateTime", f"{_DATE}T{_TIME}{_ZONE.removesuffix('?')}"),
    "date": ("date", _DATE + _ZONE), "time": ("time", _TIME + _ZONE),
    "gYear": ("gYear", rf"-?(\d{{4}}|[1-9]\d{{4,}}){_ZONE}"),
    "gYearMonth": ("gYearMonth", rf"-?(\d{{4}}|[1-9]\d{{4,}})-(0[1-9]|1[0-2]){_ZONE}"),
    "hexBinary": ("hexBinary", "([0-9a-fA-F]{2})*"),
    "base64Binary": ("base64Binary", r"([A-Za-z0-9+/ ]+=? ?=?)?"),
    "anyURI": ("anyURI", ""),  # XSD 1.1: any text
}
# datatypes of whole numbers -> (lowest, highest)
_WHOLE: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None), "nonNegativeInteger": (0, None), "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1),
    "long": (-2**63, 2**63 - 1), "int": (-2**31, 2**31 - 1), "short": (-2**15, 2**15 - 1),
    "byte": (-2**7, 2**7 - 1), "unsignedLong": (0, 2**64 - 1), "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1), "unsignedByte": (0, 2**8 - 1)}
_LANGUAGE_TAGGED = RDF + "langString"
# datatypes whose values are written with another one -> what tells them
_UNWRITTEN = {RDFS + "Literal": "true",
              RDF + "PlainLiteral": "l.family IN ('string', 'langString')",
              _LANGUAGE_TAGGED: "l.family = 'langString'", OWL + "real": "l.family = 'decimal'",
              OWL + "rational": "l.family = 'decimal'"}
_PLAIN = {XSD + "string", XSD + "anyURI"}
_BEYOND = 2**127 - 1

_NUMBER = """
CASE WHEN regexp_full_match(value, '[+-]?0*(\\.0*)?') THEN '0' ELSE
    CASE WHEN value[1] = '-' THEN '-' ELSE '' END
    || coalesce(nullif(ltrim(split_part(ltrim(value, '+-'), '.', 1), '0'), ''), '0')
    || coalesce('.' || nullif(rtrim(split_part(value, '.', 2), '0'), ''), '') END
"""
_VALUES = {
    "decimal": _NUMBER,
    "boolean": "CASE value WHEN '1' THEN 'true' WHEN '0' THEN 'false' ELSE value END",
    "float": "TRY_CAST(replace(value, 'INF', 'Infinity') AS FLOAT)::VARCHAR",
    "double": "TRY_CAST(replace(value, 'INF', 'Infinity') AS DOUBLE)::VARCHAR",
    "dateTime": "CASE WHEN regexp_matches(value, '(Z|[+-]\\d\\d:\\d\\d)$')"
                " THEN 'z' || epoch_us(TRY_CAST(value AS TIMESTAMPTZ))"
                " ELSE 'l' || epoch_us(TRY_CAST(value AS TIMESTAMP)) END",
    "hexBinary": "upper(value)", "base64Binary": "replace(value, ' ', '')",
    "langString": "value || '@' || language"}
# A zone other than Z may make two texts one date or year: those are left undecided.
_VALUES |= dict.fromkeys(("date", "time", "gYear", "gYearMonth"), "CASE WHEN NOT "
                         "regexp_matches(value, '[+-]\\d\\d:\\d\\d$') THEN value END")
# Times are compared in microseconds: finer ones may differ though they seem the same.
_TOO_FINE = "(l.family = 'dateTime' AND regexp_matches(l.written, '\\.\\d{7}'))"
_SPACES = {**{XSD + name: space for name, (space, _) in _WRITTEN.items()},
           **{XSD + name: "decimal" for name in _WHOLE}, _LANGUAGE_TAGGED: "langString"}
_STRINGS = {XSD + name for name, (space, _) in _WRITTEN.items() if space == "string" != name}


def prepare(connection: Connection) -> None:
    """Make the empty relations."""
    connection.execute("""
        CREATE OR REPLACE TABLE ill_typed(literal INTEGER);
        CREATE OR REPLACE TABLE literal_value(literal INTEGER, value VARCHAR);
        CREATE OR REPLACE TABLE inside_datatype(literal INTEGER, datatype INTEGER, inside BOOLEAN)
        """)
    connection.execute("CREATE OR REPLACE TABLE known_datatype AS SELECT id FROM term "
                       "WHERE kind = 'iri' AND value IN (SELECT unnest(?::VARCHAR[]))",
                       [[*_SPACES, *_UNWRITTEN]])


def equate(connection: Connection) -> None:
    """Number the values that are written in several ways (dt-eq); nothing infers other literals.

    Makes the view `literal` of the datatypes that are there: each more takes time to plan.
    """
    used = {row[0] for row in connection.execute(
        "SELECT DISTINCT datatype FROM term WHERE id < 0").fetchall()}
    _see(connection, [iri for iri in _SPACES if iri in used])
    # Most literals are strings, which are equal to themselves alone.
    alone = {_LANGUAGE_TAGGED} | ({XSD + "string"} if not used & _STRINGS else set())
    connection.execute(f"""
        CREATE OR REPLACE TABLE equal_literal AS
        WITH known AS MATERIALIZED (
            SELECT l.id, l.family, l.value FROM literal AS l
            WHERE l.datatype NOT IN ({', '.join(f"'{iri}'" for iri in sorted(alone))})
              AND l.value IS NOT NULL AND l.good AND NOT {_TOO_FINE}),
        several AS (
            SELECT family, value, max(id) AS id FROM known GROUP BY ALL HAVING count(*) > 1)
        SELECT k.id AS literal, s.id AS value
        FROM known AS k JOIN several AS s USING (family, value)""")


def place(connection: Connection) -> None:
    """Say of every literal whether it lies in the datatypes that restrictions ask for."""
    connection.execute("DELETE FROM inside_datatype")
    _place(connection, """
        SELECT l.id AS literal, k.id AS datatype FROM literal AS l CROSS JOIN known_datatype AS k
        WHERE k.id IN (SELECT w.o FROM some_values_from AS w)""")


def compare(connection: Connection) -> None:
    """Fill the relations once nothing more is inferred."""
    connection.execute(f"""
        DELETE FROM ill_typed; DELETE FROM literal_value;
        INSERT INTO ill_typed SELECT l.id FROM literal AS l
        WHERE l.datatype NOT IN ('{XSD}string', '{_LANGUAGE_TAGGED}') AND NOT l.good""")
    connection.execute("""
        INSERT INTO literal_value SELECT l.id, l.family || ' ' || l.value FROM literal AS l
        WHERE l.good AND l.value IS NOT NULL AND l.id IN (
            SELECT t.o FROM triple AS t WHERE t.o < 0 AND t.p IN (
                SELECT s FROM functional_property
                UNION SELECT r.o FROM on_property AS r JOIN max_one AS m ON m.s = r.s))""")
    _place(connection, """
        SELECT t.o AS literal, n.datatype FROM triple AS t
        JOIN (SELECT r.s AS property, r.o AS datatype FROM property_range AS r
              UNION
              SELECT r.o, w.o FROM all_values_from AS w JOIN on_property AS r ON r.s = w.s) AS n
        ON n.property = t.p WHERE t.o < 0
        EXCEPT SELECT i.literal, i.datatype FROM inside_datatype AS i""")


def _place(connection: Connection, asked: str) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE asked AS {asked}")
    rows = connection.execute(
        "SELECT id, value FROM term WHERE id IN (SELECT datatype FROM asked)").fetchall()
    known = {identifier: condition for identifier, iri in rows if (condition := _inside(iri))}
    if known:
        cases = " ".join(f"WHEN {each} THEN {condition}" for each, condition in known.items())
        connection.execute(f"""
            INSERT INTO inside_datatype SELECT l.id, a.datatype, CASE a.datatype {cases} END
            FROM asked AS a JOIN literal AS l ON l.id = a.literal
            WHERE a.datatype IN ({", ".join(map(str, known))}) AND l.good""")


def _see(connection: Connection, iris: Sequence[str]) -> None:
    """Make `datatype_space` and the view `literal` of some datatypes."""
    numbers = {iri: number for number, iri in enumerate(iris)}
    rows = ", ".join(f"('{iri}', {number}, '{_SPACES[iri]}', {iri in _PLAIN})"
                     for iri, number in numbers.items()) or "(NULL, 0, NULL, true)"
    goods = "".join(f" WHEN d.number = {numbers[iri]} THEN {good}" for iri in iris
                    if iri != _LANGUAGE_TAGGED
                    and (good := _good(iri.removeprefix(XSD))) != "true")
    values = "".join(f" WHEN d.family = '{space}' THEN {_VALUES[space]}"
                     for space in sorted({_SPACES[iri] for iri in iris} & _VALUES.keys()))
    connection.execute(f"""
        CREATE OR REPLACE TABLE datatype_space AS
        FROM (VALUES {rows}) AS d(iri, number, family, plain)""")
    connection.execute(f"""
        CREATE OR REPLACE VIEW literal AS
        SELECT t.id, d.family, CASE WHEN d.plain THEN true{goods} ELSE true END AS good,
               CASE WHEN d.plain THEN t.value{values} ELSE t.value END AS value,
               t.value AS written, t.datatype
        FROM term AS t JOIN datatype_space AS d ON d.iri = t.datatype WHERE t.id < 0""")


def _inside(iri: str) -> str:
    """Give SQL that tells whether a well-written `l` lies in a datatype; empty if not known."""
    name = iri.removeprefix(XSD)
    if iri in _UNWRITTEN:
        return _UNWRITTEN[iri]
    if name in _WHOLE:
        return f"l.family = 'decimal' AND NOT contains(l.value, '.') AND {_bounds(name, 'l.value')}"
    if name in _WRITTEN:
        space, pattern = _WRITTEN[name]
        derived = pattern and name not in {"decimal", space}
        return f"l.family = '{space}'" + (f" AND {_matches('l.written', pattern)}"
                                          if derived else "")
    return ""


def _good(name: str) -> str:
    if name in _WHOLE:
        return f"{_matches('value', '[+-]?[0-9]+')} AND {_bounds(name, 'value')}"
    space, pattern = _WRITTEN[name]
    condition = _matches("value", pattern) if pattern else "true"
    if space in {"date", "dateTime"}:  # four-digit years have a calendar that can be asked
        condition += " AND (value[5] <> '-' OR TRY_CAST(value[1:10] AS DATE) IS NOT NULL)"
    return condition


def _bounds(name: str, text: str) -> str:
    low, high = _WHOLE[name]
    number = f"coalesce(TRY_CAST({text} AS HUGEINT), CASE WHEN {text}[1] = '-' " \
             f"THEN -{_BEYOND} ELSE {_BEYOND} END)"
    return " AND ".join(["true", *([f"{number} >= {low}"] if low is not None else []),
                         *([f"{number} <= {high}"] if high is not None else [])])


def _matches(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, {literal(pattern)})"
