"""N-Triples whose lines are what the parser's engine would write of them: they are taken as such.

That holds of what an import writes. Told are lines with web addresses alone, without ports and the
like, and with literals of a language in lower case or of a datatype that is not one of strings.
Where any line is otherwise a file goes to the parser, which says what is wrong with it.

A file is read three times: its lines are counted, looked at, and taken. Where it has changed since
the first time, nothing of it is taken.
"""

import os
from collections.abc import Generator
from functools import partial
from pathlib import Path

from clusterkg.errors import UnreadableError

State = tuple[int, ...]

_LEAST = 16 * 2**20  # bytes of a file; less is quickly parsed
_PIECE = 64 * 2**20  # bytes
_LONGEST = 2**20  # bytes of a line
_SIGN = r"[A-Za-z0-9._~!$&''()*+,;=:@/-]|%[0-9A-Fa-f]{2}|[\x{00A0}-\x{D7FF}]"
_IRI = rf"<https?://[a-z0-9][a-z0-9.-]*(/({_SIGN})*)?(\?({_SIGN}|\?)*)?(#({_SIGN}|\?)*)?>"
_TEXT = r'"([^"\\\x00-\x1F\x7F\x{FFFE}\x{FFFF}]|\\[nrt"\\])*"'
_LINE = rf"{_IRI} {_IRI} ({_IRI}|{_TEXT}(@[a-z]{{2,3}}|\^\^{_IRI})?) \."
# Counts such lines; fails for what is no UTF-8, is too long, or holds a sign that none has.
PLAIN = f"""
SELECT count(*) FROM read_csv(?, columns = {{'line': 'VARCHAR'}}, delim = '\x01', quote = '',
    escape = '', header = false, auto_detect = false, max_line_size = {_LONGEST})
WHERE regexp_full_match(line, '{_LINE}') AND NOT regexp_matches(line,
    '"\\^\\^<http://www.w3.org/(2001/XMLSchema#string|[^>]*angString)>')
"""


def lines(path: Path) -> int:
    """Count the lines of a large file of N-Triples; 0 where they cannot be taken as they stand."""
    if path.suffix != ".nt" or not path.is_file() or path.stat().st_size < _LEAST:
        return 0
    found, piece = 0, b""
    with path.open("rb") as file:
        for piece in iter(partial(file.read, _PIECE // 4), b""):
            if b"\r" in piece:
                return 0
            found += piece.count(b"\n")
    return found if piece.endswith(b"\n") else 0


def chunks(path: Path, folder: Path, state: State) -> Generator[Path]:
    """Write such a file into pieces, as `chunk.of_files` does; each is gone when the next comes.

    Raises UnreadableError where the file is not in the state in which its lines were looked at.
    """
    piece = folder / "lines"
    with path.open("rb") as file:
        while lines := file.read(_PIECE):
            lines += file.readline()
            if _state(os.fstat(file.fileno())) != state:
                raise UnreadableError("somebody wrote to this file while it was read; build again "
                                      "when nobody does", path=path)
            piece.write_bytes(lines.replace(b"\n", b"\x010\n"))
            yield piece


def state(path: Path) -> State:
    """Tell which file lies there, and when it was last written to; () for none."""
    return _state(path.stat()) if path.is_file() else ()


def _state(stat: os.stat_result) -> State:
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns
