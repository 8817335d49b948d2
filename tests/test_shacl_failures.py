"""What pySHACL fails on becomes one line that names the shape and says what to do."""

from contextlib import closing
from pathlib import Path

import pytest

from clusterkg import validation
from clusterkg.errors import UnreadableError

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .\n"


def failure(tmp_path: Path, shapes: str) -> str:
    path, data = tmp_path / "s.ttl", tmp_path / "d.ttl"
    path.write_text(PREFIXES + shapes)
    data.write_text(PREFIXES + " ".join(f"ex:a{n} ex:p ex:a{n + 1} ." for n in range(40)))
    with pytest.raises(UnreadableError) as raised, closing(validation.load([data])) as tables:
        validation.check(tables, validation.read_shapes([path]))
    said = str(raised.value)
    assert said.startswith(f"{path}:")
    assert "\n" not in said
    return said.removeprefix(f"{path}:")


@pytest.mark.parametrize(("shapes", "says"), [
    ("ex:S sh:targetNode ex:a0 ; sh:node ex:S1 . " + " ".join(
        f"ex:S{n} a sh:NodeShape ; sh:node ex:S{n % 20 + 1} ." for n in range(1, 21)),
     "2: <http://example.org/S> cannot be checked: it leads from shape to shape"),
    ("ex:S sh:targetNode ex:a0 ; sh:expression [ sh:foo 3 ] .",
     "2: <http://example.org/S> cannot be checked: "),
    ("ex:S sh:targetNode ex:a0 ; sh:property [ sh:path [ sh:inversePath 3 ] ; sh:minCount 1 ] .",
     "2: <http://example.org/S> is no SHACL: what stands in sh:path is no property path; write")])
def test_the_shape_and_what_to_do_are_named(tmp_path: Path, shapes: str, says: str) -> None:
    assert failure(tmp_path, shapes).startswith(says)
