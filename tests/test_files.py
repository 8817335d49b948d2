"""Files are found, read and replaced whole."""

import os
import threading
from pathlib import Path

import pytest

from clusterkg.errors import RefusedError, UnreadableError
from clusterkg.files import rdf_files, read_text, replaced, tidy_up


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("before")

    def fail() -> None:
        with replaced(path) as temporary:
            temporary.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert path.read_text() == "before"
    with replaced(path) as temporary:
        temporary.write_text("after")
    assert path.read_text() == "after"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("before")
    link.symlink_to(target)
    with replaced(link) as temporary:
        temporary.write_text("after")
    assert link.is_symlink()
    assert target.read_text() == "after"


def test_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_text()), daemon=True)
    reader.start()
    with replaced(pipe) as place:
        place.write_text("through")
    reader.join(5)
    assert got == ["through"]
    assert pipe.is_fifo()


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with (pytest.raises(RefusedError, match="cannot write"),
          replaced(tmp_path / "no" / "a.txt") as temporary):
        temporary.write_text("x")


def test_an_ending_process_leaves_no_litter(tmp_path: Path) -> None:
    with replaced(tmp_path / "a.txt") as temporary:
        assert temporary.exists()
        tidy_up(1)
        assert not temporary.exists()
        temporary.write_text("x")


def test_a_catalogue_is_no_data(tmp_path: Path) -> None:
    for name in ("b.ttl", "a.nt", "catalog-v001.xml", "notes.txt"):
        (tmp_path / name).write_text("")
    assert [path.name for path in rdf_files([tmp_path, tmp_path / "b.ttl"])] == ["a.nt", "b.ttl"]


def test_text_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("one\ntw\xf6".encode("latin-1"))
    with pytest.raises(UnreadableError, match=r"a\.txt:2: not UTF-8"):
        read_text(path)
