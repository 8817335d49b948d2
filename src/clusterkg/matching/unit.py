"""What a name is cut into to be compared: characters where it is unspaced, words elsewhere.

Brackets, spaces and marks are left out. A name that has no words of Latin letters stays one string,
whose characters are its units.
"""

import re

from clusterkg import fit

Units = str | tuple[str, ...]
_MARKS = re.compile(r"[\W_]+")
_WORDS = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
                    r"|[^\W_\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_LETTERS = re.compile(r"[^\W\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def units(text: str) -> Units:
    """Cut any text."""
    return cut(fit.normalise(text))


def cut(key: str) -> Units:
    """Cut a text that `fit.normalise` folded."""
    if _LETTERS.search(key):
        return tuple(_WORDS.findall(key))
    return _MARKS.sub("", key)


def joined(some: Units) -> str:
    """Write units without what stood between them."""
    return some if isinstance(some, str) else "".join(some)


def begins(short: Units, whole: Units) -> bool:
    """Tell whether all units of one begin the other."""
    if isinstance(whole, str) and isinstance(short, str):
        return whole.startswith(short)
    return tuple(whole[:len(short)]) == tuple(short)


def is_within(short: Units, whole: Units) -> bool:
    """Tell whether the units of one stand in the other, in their order, the first of both alike."""
    if not short or tuple(short[:1]) != tuple(whole[:1]):
        return False
    rest = iter(whole)
    return all(unit in rest for unit in short)


def shortened(some: Units, after: int = 0) -> list[str]:
    """Give a text with each of its letters left out in turn, but for some at its beginning."""
    text = joined(some)
    return [text[:at] + text[at + 1:] for at in range(after, len(text))]
