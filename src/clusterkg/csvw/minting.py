"""IRIs of things that have none: `x-` and ten characters that follow from their names.

    {namespace}{code}            the code in lower case, where the row has one
    {namespace}x-{ten}           else the first ten base32 characters of the SHA-256 of
                                 namespace|name|place: the name NFKC and casefolded, the place by
                                 the code at the end of its IRI, with `|` between
    {namespace}x-{ten}           of namespace|scope|number, with the file's own number, where the
                                 name is masked (`*`) or missing

A masked name tells nobody from another: without a number of its own such a row is refused.
"""

import unicodedata
from base64 import b32encode
from hashlib import sha256

from clusterkg.csvw.frame import Frame
from clusterkg.csvw.mapping import Mint
from clusterkg.namespaces import prefixes
from clusterkg.sql import literal
from clusterkg.tables import Connection

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_MASK = "[*＊]"
_KEY = "[a-z0-9][a-z0-9.-]*"
# NFKC leaves these as they are, but for full-width forms.
_PLAIN = r"[\x20-\x7E\x{4E00}-\x{9FFF}\x{3000}\x{FF01}-\x{FF5E}·]*"
_RARE = r"[^\x20-\x7E\x{4E00}-\x{9FFF}]"
_WIDE = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000"
_NARROW = "".join(chr(code) for code in range(0x21, 0x7F)) + " "
_CHUNK = 50_000
_LONG = 10  # characters of a made key
MISSING = "has nothing to make an identifier of"
MASKED = "is masked, and tells nobody from another"


def prepare(connection: Connection) -> None:
    """Make the table `folded(text, plain)` of the rare texts that SQL cannot fold."""
    connection.execute("CREATE OR REPLACE TEMP TABLE folded(text VARCHAR, plain VARCHAR)")


def fold(connection: Connection, relation: str, value: str) -> None:
    """Add the texts of a relation to `folded`, as far as they need it."""
    cursor = connection.cursor()
    cursor.execute(f"SELECT DISTINCT {value} FROM {relation} "
                   f"WHERE NOT regexp_full_match({value}, {literal(_PLAIN)})")
    while rows := cursor.fetchmany(_CHUNK):
        texts = [text for text, in rows]
        connection.execute("INSERT INTO folded SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
                           [texts, [folded(text) for text in texts]])


def folded(text: str) -> str:
    """Write a name as all its spellings are compared."""
    return unicodedata.normalize("NFKC", text).casefold()


def spelled(value: str) -> str:
    """Give the SQL of a text as all its spellings are compared, as far as `fold` knows it."""
    return f"coalesce({_folded(value)}, lower({value}))"


def own(namespace: str, value: str) -> str:
    """Give the SQL of the IRI made of one text; NULL for a masked one."""
    key = hashed(f"{literal(f'{namespace}|')} || {_folded(value)} || '|'")
    return (f"CASE WHEN regexp_matches({value}, '{_MASK}') THEN NULL "
            f"ELSE {literal(prefixes()[namespace])} || {key} END")


def row(frame: Frame, mint: Mint) -> str:
    """Give the SQL of the IRI of a row's thing; NULL where there is none."""
    branches = []
    if mint.code:
        code = f"lower({frame.value(mint.code)})"
        branches.append(f"WHEN {code} IS NOT NULL THEN CASE WHEN regexp_full_match({code}, "
                        f"'{_KEY}') THEN {code} END")
    if mint.otherwise:
        there = " AND ".join(f"{frame.value(name)} IS NOT NULL" for name in mint.otherwise)
        masked = f"regexp_matches({frame.value(mint.otherwise[0])}, '{_MASK}')"
        parts = [_part(frame, name) for name in mint.otherwise]
        parts += ["''"] * (2 - len(parts))
        text = " || '|' || ".join([literal(mint.namespace), *parts])
        branches.append(f"WHEN {there} AND NOT {masked} THEN {hashed(text)}")
    if mint.own:
        name, scope = mint.own
        text = f"{literal(f'{mint.namespace}|{scope}|')} || {frame.value(name)}"
        branches.append(f"WHEN {frame.value(name)} IS NOT NULL THEN {hashed(text)}")
    return f"({literal(prefixes()[mint.namespace])} || CASE {' '.join(branches)} END)"


def masked(frame: Frame, mint: Mint) -> str:
    """Give the SQL that says whether a row has no IRI because its name is masked."""
    return is_masked(frame.value(mint.otherwise[0])) if mint.otherwise else "false"


def is_masked(value: str) -> str:
    """Give the SQL that says whether a text is masked."""
    return f"coalesce(regexp_matches({value}, '{_MASK}'), false)"


def key(namespace: str, name: str, place: str = "") -> str:
    """Give the key of a name as `row` makes it in SQL; `place` is a code."""
    told = f"{namespace}|{folded(name)}|{place}"
    return f"x-{b32encode(sha256(told.encode()).digest()).decode()[:_LONG].lower()}"


def hashed(text: str) -> str:
    """Give the SQL of the key of a text: 50 bits of its SHA-256, five a letter."""
    letters = " || ".join(f"substr('{_LETTERS}', ((n >> {shift}) & 31)::INTEGER + 1, 1)"
                          for shift in range(45, -1, -5))
    number = f"('0x' || sha256({text})[1:13])::UBIGINT >> 2"
    return f"list_transform([{number}], lambda n: 'x-' || {letters})[1]"


def _part(frame: Frame, name: str) -> str:
    value = frame.value(name)
    if value.startswith("i"):
        return f"regexp_extract({value}, '[^/#-]*$')"
    return _folded(value)


def _folded(value: str) -> str:
    narrow = f"lower(translate({value}, {literal(_WIDE)}, {literal(_NARROW)}))"
    return (f"CASE WHEN NOT regexp_matches({value}, {literal(_RARE)}) THEN lower({value}) "
            f"WHEN regexp_full_match({value}, {literal(_PLAIN)}) THEN {narrow} ELSE "
            f"(SELECT any_value(plain) FROM folded WHERE text = {value}) END")
