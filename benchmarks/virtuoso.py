"""Run a Virtuoso server on loopback for a while, with a folder and ports of its own."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

GRAPH = "http://bench/"
_START, _LOAD = 60, 300  # seconds at most
_CONFIGURATION = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{port}
DisableUnixSocket = 1
ServerThreads = 20
CheckpointInterval = 60
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
DirsAllowed = {folder}
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 4
MaxQueryMem = 1G
MaxSortedTopRows = 1100000
[HTTPServer]
ServerPort = 127.0.0.1:{web}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 120
"""


class MissingError(Exception):
    """Virtuoso is not there, or did not start or load."""


@contextmanager
def serving(folder: Path, triples: Path) -> Iterator[tuple[str, float]]:
    """Give the address of a server that holds a file of N-Triples, and how long it loaded."""
    # A buffer takes about 8.5 kB; these are 1.4 GB, more than the database of a million triples.
    with running(folder, buffers=170_000) as server:
        start = monotonic()
        server.load(triples, GRAPH)
        yield server.url, monotonic() - start


@dataclass(frozen=True)
class Server:
    """A server that runs: its folder, its port for SQL, and the address that answers SPARQL."""

    folder: Path
    port: int
    url: str

    def load(self, file: Path, graph: str) -> None:
        """Load a file; what it puts into no graph of its own goes into `graph`."""
        place = self.folder / "in" / file.name
        place.unlink(missing_ok=True)
        place.hardlink_to(file)
        said = self.sql(
            "log_enable(2, 1)", "DELETE FROM DB.DBA.LOAD_LIST",
            f"ld_dir('{self.folder}/in', '{file.name}', '{graph}')", "rdf_loader_run()",
            "checkpoint", "SELECT ll_error FROM DB.DBA.LOAD_LIST WHERE ll_error IS NOT NULL")
        if "0 Rows." not in said:
            raise MissingError(f"virtuoso did not load: {said.strip()[-300:]}")

    def sql(self, *statements: str) -> str:
        """Run statements, and give what is said about them."""
        done = subprocess.run(
            ["isql-vt", f"127.0.0.1:{self.port}", "dba", "dba", "ERRORS=stdout",
             f"EXEC={'; '.join(statements)};"],
            capture_output=True, text=True, timeout=_LOAD, check=False)
        if done.returncode:
            raise MissingError(f"isql-vt: {done.stdout.strip()[-300:]}")
        return done.stdout


@contextmanager
def running(folder: Path, *, buffers: int, rows: int = 100_000_000) -> Iterator[Server]:
    """Run an empty server that gives at most so many rows; it ends with the block."""
    if not (shutil.which("virtuoso-t") and shutil.which("isql-vt")):
        raise MissingError("virtuoso-t or isql-vt is not installed")
    folder = folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "in").mkdir(parents=True)
    port, web = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_CONFIGURATION.format(
        folder=folder, port=port, web=web, buffers=buffers, dirty=buffers * 3 // 4, rows=rows))
    process = subprocess.Popen(["virtuoso-t", "+configfile", folder / "virtuoso.ini",
                                "+foreground"], cwd=folder, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        _await(process, web)
        yield Server(folder, port, f"http://127.0.0.1:{web}/sparql")
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Find a port on loopback that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await(process: "subprocess.Popen[bytes]", port: int) -> None:
    stop = monotonic() + _START
    while monotonic() < stop:
        if process.poll() is not None:
            raise MissingError(f"virtuoso-t ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            sleep(0.2)
        else:
            return
    raise MissingError(f"virtuoso-t did not listen within {_START} s")
