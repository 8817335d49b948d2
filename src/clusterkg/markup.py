"""Text inside XML 1.0: escaped, and free of the characters that no escape can carry."""

import re
from xml.sax.saxutils import escape, quoteattr

_UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = {"\r": "&#xD;"}  # a reader would turn a bare one into a line feed


def content(text: str) -> str:
    """Escape text that stands between tags."""
    return escape(text, _LINE_ENDS)


def attribute(text: str) -> str:
    """Quote and escape an attribute's value."""
    return quoteattr(text)


def unsayable(text: str) -> str | None:
    """Give the first character that XML 1.0 has no way to write, if any."""
    found = _UNSAYABLE.search(text)
    return found[0] if found else None


def sayable(text: str) -> str:
    """Leave out the characters that XML 1.0 has no way to write."""
    return _UNSAYABLE.sub("", text)
