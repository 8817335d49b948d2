"""Run a Virtuoso server on loopback for a while, with a folder and ports of its own."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
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
[HTTPServer]
ServerPort = 127.0.0.1:{web}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 100000000
MaxQueryExecutionTime = 120
"""


class MissingError(Exception):
    """Virtuoso is not there, or did not start or load."""


@contextmanager
def serving(folder: Path, triples: Path) -> Iterator[tuple[str, float]]:
    """Give the address of a server that holds a file of N-Triples, and how long it loaded."""
    if not (shutil.which("virtuoso-t") and shutil.which("isql-vt")):
        raise MissingError("virtuoso-t or isql-vt is not installed")
    folder = folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "all.nt").hardlink_to(triples)
    port, web = _free_port(), _free_port()
    # A buffer takes about 8.5 kB; these are 1.4 GB, more than the database of a million triples.
    (folder / "virtuoso.ini").write_text(_CONFIGURATION.format(
        folder=folder, port=port, web=web, buffers=170_000, dirty=130_000))
    process = subprocess.Popen(["virtuoso-t", "+configfile", folder / "virtuoso.ini",
                                "+foreground"], cwd=folder, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        _await(process, web)
        start = monotonic()
        _load(folder, port)
        yield f"http://127.0.0.1:{web}/sparql", monotonic() - start
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
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


def _load(folder: Path, port: int) -> None:
    said = subprocess.run(
        ["isql-vt", f"127.0.0.1:{port}", "dba", "dba", "ERRORS=stdout",
         f"EXEC=log_enable(2, 1); ld_dir('{folder}/in', '*.nt', '{GRAPH}'); rdf_loader_run(); "
         "checkpoint; SELECT ll_error FROM DB.DBA.LOAD_LIST WHERE ll_error IS NOT NULL;"],
        capture_output=True, text=True, timeout=_LOAD, check=False)
    if said.returncode or "0 Rows." not in said.stdout:
        raise MissingError(f"virtuoso did not load: {said.stdout.strip()[-300:]}")
