"""What the tests share: where things lie, and how a missing tool is told."""

import fcntl
import gc
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
MIRROR = ROOT.parent / ".mirror"
# RDF4J's copy of W3C's SPARQL 1.1 tests; of the protocols it holds no exchanges, but the names.
COPY = ("org.eclipse.rdf4j", "rdf4j-sparql-testsuite", "5.1.0")
STAND_IN = "tests/protocol.tsv and tests/written.tsv stand in for its exchanges"


# To look for circles after each 700 new objects takes a tenth of the time of what is in Python.
gc.set_threshold(50_000, 20, 50)
# On a machine that is busy any example may take long.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
# Where Python is told to keep no bytecode, hundreds of commands would each compile the program.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None) and "PYTHONPYCACHEPREFIX" not in os.environ:
    _bytecode = TemporaryDirectory(prefix="clusterkg-bytecode-")  # workers inherit it
    os.environ["PYTHONPYCACHEPREFIX"] = _bytecode.name


class Readable(Protocol):
    """Whatever holds W3C's tests by their paths in its repository."""

    def read(self, path: str) -> bytes: ...


class Copy:
    """Read the files of W3C's SPARQL 1.1 tests in RDF4J's archive."""

    def __init__(self, archive: Path):
        self._archive = zipfile.ZipFile(archive)

    def read(self, path: str) -> bytes:
        """Give one file; a file that is not there is a failure."""
        return self._archive.read(path.replace("sparql/sparql11/", "testcases-sparql-1.1-w3c/", 1))


class Suite:
    """Read the files of a folder, or of a git directory that is named by its HEAD."""

    def __init__(self, place: Path):
        self._place = place

    def read(self, path: str) -> bytes:
        """Give one file; a file that is not there is a failure."""
        if self._place.is_dir():
            return (self._place / path).read_bytes()
        return subprocess.run(["git", "--git-dir", str(self._place.parent), "show", f"HEAD:{path}"],
                              capture_output=True, check=True).stdout


class Requires:
    """Skip with a reason where a tool or folder is missing.

    With CLUSTERKG_REQUIRE_ALL=1 (set by `.ci/run`) a missing tool is a failure. The real inputs
    are not part of the project: only where their folder is there must all of it be there.
    """

    def program(self, name: str) -> str:
        """Give the path of a program."""
        found = shutil.which(name)
        if found is None:
            self._missing(f"the program {name}", must=True)
        return str(found)

    def java(self) -> str:
        """Give the path of a Java runtime."""
        return self.program("java")

    def shared(self, name: str) -> Path:
        """Give a folder of real inputs that lies beside the project."""
        folder = SHARED / name
        if not folder.is_dir():
            self._missing(f"the folder of real inputs {name!r}", must=SHARED.is_dir())
        return folder

    def w3c(self) -> "Suite":
        """Give W3C's tests of RDF: in the folder $CLUSTERKG_W3C, or mirrored beside the project."""
        folder, mirror = os.environ.get("CLUSTERKG_W3C"), MIRROR / "w3c+rdf-tests"
        found = [Path(folder)] if folder else list(mirror.glob("**/HEAD"))
        if not found:
            self._missing(f"W3C's rdf-tests, in $CLUSTERKG_W3C; {STAND_IN}", must=MIRROR.is_dir())
        return Suite(found[0])

    def sparql(self, folder: Path) -> Copy:
        """Give W3C's tests of SPARQL 1.1 as RDF4J's project publishes them, by Maven."""
        group, name, number = COPY
        kept = Path.home() / ".m2/repository" / group.replace(".", "/") / name / number / \
            f"{name}-{number}.jar"
        if not kept.is_file():
            copy = [self.program("mvn"), "-q", "-B", f"-DoutputDirectory={folder}",
                    f"-Dartifact={':'.join(COPY)}", "dependency:copy"]
            done = subprocess.run(copy, capture_output=True, text=True, timeout=300, check=False)
            kept = folder / kept.name
            if done.returncode or not kept.is_file():
                pytest.fail(f"Maven could not fetch {':'.join(COPY)}: {done.stdout[-500:]}")
        return Copy(kept)

    def mirrored(self, name: str) -> "Suite":
        """Give a public repository that is mirrored beside the project: `owner+name`."""
        found = list((MIRROR / name).glob("**/HEAD"))
        if not found:
            self._missing(f"a mirror of {name.replace('+', '/')}", must=MIRROR.is_dir())
        return Suite(found[0])

    def mounted(self, folder: Path, size: str) -> None:
        """Mount a disk of some size on a folder; few may, and CI cannot install the right to."""
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
                              capture_output=True, check=False)
        if done.returncode:
            self._missing("the right to mount a disk", must=_may_administer())

    def _missing(self, what: str, *, must: bool) -> None:
        if must and os.environ.get("CLUSTERKG_REQUIRE_ALL"):
            pytest.fail(f"{what} is missing and CLUSTERKG_REQUIRE_ALL is set")
        pytest.skip(f"needs {what}")


def _may_administer() -> bool:
    """Tell whether the system gives this process CAP_SYS_ADMIN."""
    status = Path("/proc/self/status")
    found = re.search(r"CapEff:\s*(\w+)", status.read_text()) if status.exists() else None
    return bool(found and int(found[1], 16) >> 21 & 1)


@pytest.fixture(scope="session")
def requires() -> Requires:
    return Requires()


@pytest.fixture(scope="session")
def sparql_suite(requires: Requires, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Give W3C's tests of SPARQL 1.1."""
    return requires.sparql(tmp_path_factory.mktemp("suite"))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a snapshot of the packaged knowledge; all workers copy what one builds."""
    from clusterkg import snapshot

    kept = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        kept = kept.parent
    with (kept / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (kept / "built").is_dir():
            made = snapshot.build(snapshot.Inputs.packaged(), kept / "building")
            assert made.version is not None, made.report.groups
            (kept / "building").rename(kept / "built")
    return Path(shutil.copytree(kept / "built", tmp_path_factory.mktemp("own") / "snapshot",
                                symlinks=True))


@pytest.fixture(scope="session")
def classpath(requires: Requires, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Resolve the reasoner with Maven: from its cache when it is there, else over the network."""
    maven, listed = requires.program("mvn"), tmp_path_factory.mktemp("maven") / "classpath"
    goal = ["-q", "-B", "-f", str(ROOT / "tests/owl/pom.xml"), "dependency:build-classpath",
            f"-Dmdep.outputFile={listed}"]
    for offline in (["-o"], []):
        done = subprocess.run([maven, *offline, *goal], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return listed.read_text(encoding="utf-8").strip()
    pytest.fail(f"Maven cannot resolve the reasoner: {done.stdout[-2000:]}")
