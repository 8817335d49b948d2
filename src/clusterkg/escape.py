"""The escapes of N-Triples, in SQL."""

from functools import cache


@cache
def undone() -> str:
    """Give SQL that undoes the escapes of N-Triples in a quoted literal."""
    quoted = "text[2 : length(text) - strpos(reverse(text), '\"')]"
    expression = f"replace({quoted}, '\\\\', chr(1) || 'b')"
    expression = f"replace({expression}, '\\u0001', chr(1) || 'c')"
    named = {"t": 9, "n": 10, "r": 13, "b": 8, "f": 12, '"': 34}
    for letter, code in named.items():
        expression = f"replace({expression}, '\\{letter}', chr({code}))"
    for code in (*range(2, 8), 11, *range(14, 32), 127):
        expression = f"replace({expression}, '\\u{code:04X}', chr({code}))"
    expression = f"replace({expression}, chr(1) || 'b', '\\')"
    expression = f"replace({expression}, chr(1) || 'c', chr(1))"
    return f"CASE WHEN contains(text, '\\') THEN {expression} ELSE {quoted} END"
