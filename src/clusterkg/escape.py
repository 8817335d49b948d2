r"""The spelling of terms in N-Triples, in SQL.

As pyoxigraph writes them: `\t \b \n \r \f \" \\`, `\uXXXX` for other control characters and for
U+FFFE and U+FFFF; no datatype where it is xsd:string. One term has one spelling.
"""

_NAMED = {"t": 9, "n": 10, "r": 13, "b": 8, "f": 12, '"': 34}
_NUMBERED = (0, *range(2, 8), 11, *range(14, 32), 127, 0xFFFE, 0xFFFF)
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LANGUAGE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_TAIL = "string_split(text, '\"')[-1]"  # of a literal: what follows its quotes
_QUOTED = f"text[2 : -length({_TAIL}) - 2]"


def _undone() -> str:
    # While `\\` is away, chr(1) stands for it.
    expression = f"replace({_QUOTED}, '\\\\', chr(1) || 'b')"
    expression = f"replace({expression}, '\\u0001', chr(1) || 'c')"
    for letter, code in _NAMED.items():
        expression = f"replace({expression}, '\\{letter}', chr({code}))"
    rare = expression
    for code in _NUMBERED:
        rare = f"replace({rare}, '\\u{code:04X}', chr({code}))"
    expression = f"CASE WHEN contains(text, '\\u') THEN {rare} ELSE {expression} END"
    expression = f"replace({expression}, chr(1) || 'b', '\\')"
    expression = f"replace({expression}, chr(1) || 'c', chr(1))"
    return f"CASE WHEN contains(text, '\\') THEN {expression} ELSE {_QUOTED} END"


def _done() -> str:
    expression = "replace(value, '\\', '\\\\')"
    for letter, code in _NAMED.items():
        expression = f"replace({expression}, chr({code}), '\\{letter}')"
    rare = expression
    for code in (*_NUMBERED, 1):
        rare = f"replace({rare}, chr({code}), '\\u{code:04X}')"
    plain = "[^\\x00-\\x1F\"\\\\\\x7F\uFFFE\uFFFF]*"
    usual = "[^\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F\uFFFE\uFFFF]*"
    return f"""CASE WHEN regexp_full_match(value, '{plain}') THEN value
        WHEN regexp_full_match(value, '{usual}') THEN {expression} ELSE {rare} END"""


# From `value` to what stands between the quotes.
ESCAPED = _done()
# From `text` to value, kind, datatype, language; from these to `text`.
PARTS = f"""
    CASE text[1] WHEN '<' THEN text[2 : -2] WHEN '_' THEN text[3 :] ELSE {_undone()} END AS value,
    CASE text[1] WHEN '<' THEN 'iri' WHEN '_' THEN 'blank' ELSE 'literal' END AS kind,
    CASE WHEN text[1] <> '"' THEN '' WHEN text[-1] = '"' THEN '{_STRING}'
         WHEN {_TAIL}[1] = '@' THEN '{_LANGUAGE}' ELSE {_TAIL}[4 : -2] END AS datatype,
    CASE WHEN text[1] = '"' AND {_TAIL}[1] = '@' THEN {_TAIL}[2 :] ELSE '' END AS language"""
TEXT = f"""
    CASE kind WHEN 'iri' THEN '<' || value || '>' WHEN 'blank' THEN '_:' || value
    ELSE '"' || {ESCAPED} || '"' || CASE WHEN language <> '' THEN '@' || language
        WHEN datatype = '{_STRING}' THEN '' ELSE '^^<' || datatype || '>' END END AS text"""
