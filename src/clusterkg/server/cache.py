"""Answers that were given, kept as long as they fit."""

from collections import OrderedDict
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """What says how many bytes it takes."""

    @property
    def size(self) -> int:
        """Give them."""
        ...


Value = TypeVar("Value", bound=Sized)
_ENTRY = 500  # bytes that an entry takes beside what is in it: measured


class Cache(Generic[Value]):
    """Keep what was used last, up to a number of bytes."""

    def __init__(self, most: int):
        """Take `most` bytes in all."""
        self._most, self.size = most, 0
        self._held: OrderedDict[bytes, Value] = OrderedDict()

    def find(self, key: bytes) -> Value | None:
        """Give what was kept, which is then used."""
        found = self._held.get(key)
        if found is not None:
            self._held.move_to_end(key)
        return found

    def keep(self, key: bytes, value: Value) -> None:
        """Keep something under a key that is not known yet; forget what was not used longest."""
        self._held[key] = value
        self.size += _size(key, value)
        while self.size > self._most:
            self.size -= _size(*self._held.popitem(last=False))


def _size(key: bytes, value: Sized) -> int:
    return len(key) + value.size + _ENTRY
