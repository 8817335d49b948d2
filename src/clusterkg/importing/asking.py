"""What a user says of an import, and what is still to be asked of the user."""

import argparse
from pathlib import Path

from clusterkg import source
from clusterkg.errors import RefusedError
from clusterkg.importing.entry import Run


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("file", type=Path, metavar="FILE",
                        help="CSV, TSV, XLSX, JSON lines or Parquet, also in .gz or .zip; or a "
                        "folder of tables, for a mapping that describes several")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--mapping", type=Path, metavar="FILE", help="what its columns mean (CSVW)")
    what.add_argument("--suggest", action="store_true", help="only draft such a mapping")
    parser.add_argument("--source", metavar="NAME", help="(default: named after the file; of a "
                        "folder, it stands before the names of the files)")
    parser.add_argument("--dry-run", action="store_true", help="say the same, and write nothing")
    parser.add_argument("--mended", type=Path, metavar="FILE", help="the quarantine of the last "
                        "import of this file, mended: its rows stand in for those of the file")
    parser.add_argument("--replace", action="store_true", help="let the table stand for what is "
                        "there under its name, whatever that is")
    parser.add_argument("--json", action="store_true", help="say it as JSON")
    for name in ("encoding", "delimiter", "sheet", "member"):
        parser.add_argument(f"--{name}", help="(default: found out, or the first)")
    parser.add_argument("--skip-rows", type=int, default=0, metavar="N",
                        help="rows above the header, such as a title (default: as the mapping "
                        "says, or none)")
    source.add_folder(parser)


def refuse(done: Run) -> None:
    """Raise RefusedError where what was but tried would be refused."""
    for table in done.tables:
        if table.objection and not table.edition:
            raise RefusedError(f"this would be refused: {table.objection}")
