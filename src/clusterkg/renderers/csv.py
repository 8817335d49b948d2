"""SPARQL 1.1 Query Results CSV Format: bare values, for programs.

A value that begins with `=`, `+`, `-` or `@` is written as it is, for the format is exact and a
changed value is a wrong one; a spreadsheet would run it as a formula, so give those XLSX.
"""

import csv
import io

from clusterkg.caption import plain
from clusterkg.view import View

BINARY = False


def render(view: View) -> bytes:
    """Write a header of variable names and a line a solution, ended by CRLF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(view.answer.columns)
    writer.writerows([plain(term) for term in row] for row in view.answer.rows)
    return out.getvalue().encode()
