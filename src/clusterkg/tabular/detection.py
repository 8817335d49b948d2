"""How a text is written: its encoding and what stands between its cells."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from itertools import islice
from typing import IO

from clusterkg.errors import UnreadableError, UsageError, quoted
from clusterkg.tabular.legibility import legible
from clusterkg.tabular.unpacking import Packed

UNDECODABLE = "\udcff"  # stands for bytes that are no text
_BLOCK = 1 << 20
_BOMS = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",
         codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SHOWN = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16",
          "utf-16-be": "UTF-16", "utf-32": "UTF-32", "gb18030": "GB18030"}
_DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
_RARE = 20  # one bad sequence in so many characters beyond ASCII is a flaw, not another encoding
_QUOTED = re.compile(r'(?:^|\t)"(?:(?:[^"\n]|""){0,5000}|(?:[^"\t]|""){1,5000})"(?=\t|$)',
                     re.MULTILINE)
_DECLARED = re.compile(r'\ufeff?"?sep=(.)"?(?:\r\n|\r|\n)', re.IGNORECASE)
_OTHERS = ("big5", "shift_jis", "euc_kr", "cp1252")  # what GB18030 is easily taken for
# What Python knows beside encodings of text, though it calls them so.
_NO_TEXT = {"charmap", "unicode-escape", "raw-unicode-escape"}
# What Windows adds, files have that are said to be of these.
_WIDER = {"gbk": "gb18030", "gb2312": "gb18030", "utf-8": "utf-8-sig", "big5": "cp950",
          "shift_jis": "cp932", "euc_kr": "cp949"}
# Four characters of Chinese in UTF-8 in a row, which GB18030 has as rare ones.
_UTF8 = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){4,}")
_SAMPLE, _FEW = 1_000, 3  # rows

codecs.register_error("clusterkg-mark", lambda error: (UNDECODABLE, error.end))  # type: ignore[attr-defined]  # decoding only


def encoding(packed: Packed, given: str | None = None) -> str:
    """Find how a file is encoded, looking at all of it; or check what is `given`.

    Raises UnreadableError where no encoding fits, UsageError for an unknown one.
    """
    if given:
        return _known(given)
    with packed.opened() as file:
        first = file.read(_BLOCK)
        for mark, name in _BOMS.items():
            if first.startswith(mark):
                return name
        if wide := _wide(first):
            return wide
        odd = _first_odd(first, file)
    if odd is None:
        return "utf-8"
    flaws = {name: _flaws(odd, name) for name in ("utf-8", "gb18030")}
    best = min(flaws, key=lambda name: flaws[name])
    if flaws[best] * _RARE > 1:
        raise UnreadableError("neither UTF-8, UTF-16 nor GB18030; save it as UTF-8, or name its "
                              "encoding with --encoding", path=packed.path)
    if best == "gb18030":
        _refuse_illegible(odd, packed)
    return best


def is_utf8(given: str | None) -> bool:
    """Tell whether what is said of an encoding, if anything is, is UTF-8."""
    return given is None or _known(given) == "utf-8-sig"


def shown(name: str) -> str:
    """Name an encoding or a delimiter for people."""
    return _SHOWN.get(name) or _DELIMITERS.get(name) or name


def texts(file: IO[bytes], name: str) -> Iterator[str]:
    """Decode a file in blocks; UNDECODABLE stands for what is no text."""
    decoder = codecs.getincrementaldecoder(name)("clusterkg-mark")
    for block in _marked(file) if name == "gb18030" else iter(lambda: file.read(_BLOCK), b""):
        if text := decoder.decode(block):
            yield text
    yield decoder.decode(b"", final=True)


def delimiter(sample: str, *, given: str | None = None, expected: str = ",") -> str:
    """Find what stands between cells: what cuts most lines of a sample alike."""
    if given:
        return given
    scores = {mark: _agreement(sample, mark) for mark in _DELIMITERS}
    best = max(scores, key=lambda mark: (scores[mark], mark == expected))
    return best if scores[best] > (0, 0) else expected


def declared(text: str) -> str | None:
    """Give the delimiter that a first line such as `sep=;` declares."""
    found = _DECLARED.match(text)
    return found[1] if found else None


def quote(text: str, mark: str) -> str:
    """Find whether cells are quoted: between tabs only where a cell of the text is."""
    if mark != "\t":
        return '"'
    return '"' if '"' in text and _QUOTED.search(text) else ""


def width(sample: str, mark: str, quote: str) -> int | None:
    """Give how many cells the rows below a header have, where it differs by blank ones alone."""
    header, *rows = [*islice(_rows(sample, mark, quote), _SAMPLE)] or [[]]
    widths = {len(row) for row in rows}
    if len(rows) < _FEW or len(widths) > 1 or len(header) in widths:
        return None
    wide = len(rows[0])
    beyond = [header[wide:], *(row[len(header):] for row in rows)]
    return None if any(cell.strip() for cells in beyond for cell in cells) else wide


def _rows(sample: str, mark: str, quote: str) -> Iterator[list[str]]:
    """Cut a sample as well as it can be, without its last line and empty ones."""
    lines = StringIO(sample, newline="").readlines()
    found = csv.reader(lines, delimiter=mark, quotechar=quote) if quote else \
        csv.reader(lines, delimiter=mark, quoting=csv.QUOTE_NONE)
    with suppress(csv.Error):
        yield from (row for row in found if any(cell.strip() for cell in row))


def _known(given: str) -> str:
    try:
        name = codecs.lookup(given).name
        "".encode(name)
        if name in _NO_TEXT:
            raise LookupError(name)
        codecs.getincrementaldecoder(name)("clusterkg-mark").decode(b"a", final=True)
    except (LookupError, ValueError, TypeError) as error:
        raise UsageError(f"no encoding {quoted(given)}; give utf-8, gb18030, utf-16, big5, "
                         "shift_jis or another") from error
    return _WIDER.get(name, name)


def _refuse_illegible(part: bytes, packed: Packed) -> None:
    text = part.decode("gb18030", "ignore")
    if legible(text):
        return
    found = re.search(r"[^\x00-\x7f]+", text)
    fitting = [name for name in _OTHERS if _flaws(part, _WIDER.get(name, name)) * _RARE <= 1]
    raise UnreadableError(
        f"in GB18030 it would read {quoted(found[0][:20] if found else '')}, which few people "
        f"write; name its encoding with --encoding: "
        f"{', '.join(['gb18030', *fitting])}", path=packed.path)


def _marked(file: IO[bytes]) -> Iterator[bytes]:
    """Give whole lines, and a byte that is no GB18030 for what is UTF-8 in them."""
    rest = b""
    while block := file.read(_BLOCK):
        whole, found, rest = (rest + block).rpartition(b"\n")
        if not found and len(rest) > _BLOCK:
            whole, rest = rest, b""
        yield _UTF8.sub(b"\xff", whole + found)
    yield _UTF8.sub(b"\xff", rest)


def _wide(first: bytes) -> str | None:
    """Tell UTF-16 without a mark by its line ends and commas, and from text with a NUL in it."""
    nothing = first.count(0)
    if not nothing or (nothing * 4 < len(first) and _is_utf8(first)):
        return None
    for name, parity in (("utf-16-le", 0), ("utf-16-be", 1)):
        high, low = first[1 - parity::2].count(0), first[parity::2].count(0)
        marks = [above for below, above in zip(first[parity::2], first[1 - parity::2], strict=False)
                 if below in b",;\t\r\n"]
        # U+4E00 is common, too; of U+2C2C and its like there are few.
        if high > len(first) // 50 and high > 5 * low and 2 * marks.count(0) > len(marks):
            return name
    return None


def _is_utf8(first: bytes) -> bool:
    with suppress(UnicodeDecodeError):
        codecs.getincrementaldecoder("utf-8")().decode(first)
        return True
    return False


def _first_odd(block: bytes, file: IO[bytes]) -> bytes | None:
    """Give the first part that is not UTF-8; None where all is."""
    decoder, before = codecs.getincrementaldecoder("utf-8")(), b""
    while block:
        try:
            decoder.decode(block)
        except UnicodeDecodeError:
            return before[-4:] + block + file.read(_BLOCK)
        before, block = block, file.read(_BLOCK)
    with suppress(UnicodeDecodeError):
        decoder.decode(b"", final=True)
        return None
    return before


def _flaws(part: bytes, name: str) -> float:
    """Give the share of bad sequences among what is beyond ASCII; both ends may be cut."""
    text = part.decode(name, "clusterkg-mark")[2:-2]
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return text.count(UNDECODABLE) / max(1, beyond)


def _agreement(sample: str, mark: str) -> tuple[int, int]:
    """Count the lines of a sample that have as many cells as most, if those are several."""
    found = Counter[int]()
    if mark not in sample:
        return 0, 0
    if '"' not in sample:  # then each mark is one between cells
        found.update(line.count(mark) + 1 for line in sample.splitlines() if line)
    else:
        with suppress(csv.Error):
            for row in csv.reader(sample.splitlines(keepends=True), delimiter=mark):
                found[len(row)] += bool(row)
    if not found:
        return 0, 0
    (most, lines), = found.most_common(1)
    return (lines, most) if most > 1 else (0, 0)
