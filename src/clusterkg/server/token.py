"""The token that allows writing: read from a file by the fronts, and told to nobody."""

import hashlib
import hmac
import re
from pathlib import Path

from clusterkg.errors import UsageError
from clusterkg.files import read_text

_LEAST, _MOST = 16, 4096  # characters, and bytes of the file
_OTHERS = 0o077
_BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)


def read(path: Path) -> bytes:
    """Give the digest of the token in a file.

    Raises UsageError where it is too short, no plain small file or others may read it,
    UnreadableError for no file.
    """
    if path.exists() and not (path.is_file() and path.stat().st_size <= _MOST):
        raise UsageError("a token lies in a plain file of one line", path=path)
    token = read_text(path).strip()
    if len(token) < _LEAST or not _BEARER.fullmatch(f"Bearer {token}"):
        raise UsageError(f"a token has at least {_LEAST} characters, of A-Z a-z 0-9 . _ ~ + / - "
                         "and = at its end; make one with `openssl rand -hex 32`", path=path)
    if path.stat().st_mode & _OTHERS and hasattr(path, "owner"):
        raise UsageError(f"others may read the token; `chmod 600 {path}`", path=path)
    return _digest(token)


def matches(header: str | None, digest: bytes) -> bool:
    """Compare what an Authorization header says, in a time that tells nothing of the token."""
    given = _BEARER.fullmatch((header or "").strip())
    return hmac.compare_digest(_digest(given[1] if given else ""), digest) and given is not None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
