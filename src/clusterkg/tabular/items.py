"""The items of a JSON list, one after the other, however long the list is."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from clusterkg.errors import UnreadableError
from clusterkg.tabular.grid import LONGEST

_SPACE = re.compile(r"[ \t\r\n\ufeff]*")

Decode = Callable[[str, int], tuple[object, int]]


def begins(text: str) -> bool:
    """Tell whether a text begins as a list does."""
    return text[_end_of_space(text, 0):].startswith("[")


class Items:
    """The items of a list whose text comes in parts; raise UnreadableError where it is no JSON."""

    def __init__(self, texts: Iterator[str], decode: Decode, path: Path):
        """Hold what is to be read; `decode` gives what stands at a place, and where it ends."""
        self._texts, self._decode, self._path = texts, decode, path
        self._text, self._place, self._line = "", 0, 1

    def __iter__(self) -> Iterator[tuple[str, object]]:
        """Give the text of each item, and what it says."""
        sign = self._sign()  # the bracket that opens it
        if self._sign() != "]":
            self._place -= 1
            while sign != "]":
                yield self._item()
                sign = self._sign()
                if sign not in {",", "]"}:
                    raise self._wrong("a comma or a bracket is missing")
        if self._sign():
            raise self._wrong("there is more behind the list")

    def _sign(self) -> str:
        """Pass over spaces and one sign, and give it; "" at the end."""
        while True:
            self._place = _end_of_space(self._text, self._place)
            if self._place < len(self._text):
                self._place += 1
                return self._text[self._place - 1]
            if not self._more():
                return ""

    def _item(self) -> tuple[str, object]:
        while True:
            try:
                self._place = _end_of_space(self._text, self._place)
                found, end = self._decode(self._text, self._place)
                # What ends where the part does may go on in the next.
                if end < len(self._text) or not self._more():
                    text = self._text[self._place:end]
                    self._place = end
                    return text, found
            except (ValueError, RecursionError) as error:
                if len(self._text) - self._place > LONGEST or not self._more():
                    what = "nested too deep" if isinstance(error, RecursionError) else str(error)
                    raise self._wrong(what.partition(":")[0]) from error

    def _more(self) -> bool:
        part = next(self._texts, "")
        self._line += self._text.count("\n", 0, self._place)
        self._text, self._place = self._text[self._place:] + part, 0
        return bool(part)

    def _wrong(self, what: str) -> UnreadableError:
        return UnreadableError(f"no list in JSON: {what}; mend it, or give one object a line",
                               path=self._path,
                               line=self._line + self._text.count("\n", 0, self._place))


def _end_of_space(text: str, start: int) -> int:
    found = _SPACE.match(text, start)
    return found.end() if found else start
