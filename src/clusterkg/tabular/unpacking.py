"""Files as they come: plain, compressed, or in an archive, and never more than is good for us."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from clusterkg.errors import UnreadableError


@dataclass(frozen=True)
class Packed:
    """Name a file on disk, and in `member` one inside it."""

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """Give the name of what is inside."""
        return self.path.name

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """Open what is inside; raise UnreadableError where that is impossible."""
        try:
            with self.path.open("rb") as file:
                yield file
        except OSError as error:
            raise UnreadableError(f"{error.strerror or error}; check the path and its permissions",
                                  path=self.path) from error
