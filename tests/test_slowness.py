"""Every slow shape is found in its own file, on its line, and nowhere else in it."""

from pathlib import Path

import pytest

from clusterkg import slowness

CASES = sorted((Path(__file__).parent / "slowness").glob("*.rq"))
LINES = {"several-patterns-in-option": 4, "pattern-after-option": 4, "constant-in-exists": 4,
         "path-that-is-closed": 4}


def test_every_shape_has_a_case() -> None:
    assert [path.stem for path in CASES] == sorted(LINES)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_shape_is_found_on_its_line(path: Path) -> None:
    found = slowness.find(path.read_text(encoding="utf-8"), {"ex:within"})
    assert [(finding.shape, finding.line) for finding in found] == [(path.stem, LINES[path.stem])]
    assert all(finding.advice for finding in found)
