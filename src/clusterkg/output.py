"""Where results go: standard output or a file that is replaced whole."""

import sys
from pathlib import Path

from clusterkg.caption import printable
from clusterkg.errors import RefusedError, UsageError
from clusterkg.files import replaced


def write(content: bytes, path: Path | None, *, binary: bool = False) -> None:
    """Write to `path`, or to standard output where it is None or `-`.

    A terminal gets no control characters and no binary file. Raises UsageError for the latter and
    RefusedError where nothing can be written.
    """
    if path is not None and str(path) != "-":
        with replaced(path) as temporary:
            temporary.write_bytes(content)
    elif not sys.stdout.isatty():
        _write(content)
    elif binary:
        raise UsageError("this format is not for a terminal; add -o FILE")
    else:
        _write(printable(content.decode(), keep="\n\t").encode())


def tell(text: str, *, wrong: bool = False) -> None:
    """Write lines to standard output, to standard error if `wrong`, without control characters.

    What is no terminal gets those on standard output as they are.
    """
    if wrong:
        print(printable(text, keep="\n\t"), file=sys.stderr)
        return
    write(f"{text}\n".encode("utf-8", "replace"), None)


def say(*texts: str) -> None:
    """Write lines for people to standard error."""
    for text in texts if sys.stderr is not None else ():
        print(f"clusterkg: {printable(text)}", file=sys.stderr)


def _write(content: bytes) -> None:
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise RefusedError(f"cannot write to standard output: {error.strerror}; make room, or "
                           "write elsewhere with -o FILE") from error
