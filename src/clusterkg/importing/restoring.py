"""Files of sources that somebody changed, made again what the graph was built from."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from clusterkg import custody
from clusterkg.importing import ground


def restore(folder: Path, sources: Sequence[str]) -> Iterator[tuple[str, Path | None]]:
    """Restore each source; give its file, None where that is as it was.

    Raises what `custody.restore` and `ground.turn` raise.
    """
    with ground.turn(folder):
        for source in sources:
            yield source, custody.restore(folder, source)
