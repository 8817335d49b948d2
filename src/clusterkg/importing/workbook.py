"""Texts as a workbook of one sheet in which nothing is computed, or as JSON lines.

Both are made in SQL, as the rows are many. A relation has number, from 1 on, and t1, t2, ...
"""

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from clusterkg.sql import literal
from clusterkg.tables import Connection
from clusterkg.tabular.grid import letters

_LONGEST = 32_767  # characters of a cell, says the format
# What XML has not, and what spreadsheets take for the code of a character.
_FOREIGN = r"[\x00-\x08\x0B\x0C\x0D\x0E-\x1F\x{FFFE}\x{FFFF}]|_x[0-9A-Fa-f]{4}_"
_SOME = 10_000
_DAY = (2000, 1, 1, 0, 0, 0)  # so that the same rows are the same bytes
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f"""<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>""",
    "xl/workbook.xml": f"""<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">
<sheets><sheet name="quarantine" sheetId="1" r:id="r1"/></sheets></workbook>""",
    # Style 1 is text (49 is @), so that what is typed into such a cell stays as it is typed.
    "xl/styles.xml": f"""<styleSheet xmlns="{_MAIN}">
<fonts count="2"><font/><font><b/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>
<cellXfs count="3"><xf xfId="0"/><xf xfId="0" numFmtId="49" applyNumberFormat="1"/>
<xf xfId="0" numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>""",
}


def fits(connection: Connection, relation: str, width: int, most: int) -> bool:
    """Tell whether a workbook holds the rows, which are no more than `most`."""
    odd = " OR ".join(f"length(t{n}) > {_LONGEST} OR regexp_matches(t{n}, '{_FOREIGN}')"
                      for n in range(1, width + 1))
    rows, strange = connection.execute(
        f"SELECT count(*), count(*) FILTER ({odd}) FROM {relation}").fetchone() or (0, 0)
    return rows <= most and not strange


def write(connection: Connection, relation: str, titles: Sequence[str], path: Path) -> None:
    """Write a workbook: the titles, and under them the rows, each cell as text."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as book:
        for name, text in _PARTS.items():
            book.writestr(_entry(name), _HEAD + text)
        with book.open(_entry("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as out:
            for text in _sheet(connection, relation, titles):
                out.write(text.encode())


def write_lines(connection: Connection, relation: str, titles: Sequence[str], path: Path) -> None:
    """Write an object a line: each title with its text, or null."""
    pairs = ", ".join(f"{literal(title)}, t{n}" for n, title in enumerate(titles, 1))
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for line in _lines(connection, f"SELECT json_object({pairs})::VARCHAR FROM {relation}"):
            out.write(line + "\n")


def _sheet(connection: Connection, relation: str, titles: Sequence[str]) -> Iterator[str]:
    names = [letters(n) for n in range(1, len(titles) + 1)]
    last = names[-1]
    yield (f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane '
           'ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>'
           f'<cols><col min="1" max="{len(titles)}" width="18" style="1" customWidth="1"/></cols>'
           "<sheetData>")
    escaped = [_cell(f"$t{n}", name, "'1'", 2) for n, name in enumerate(names)]
    (head,) = connection.execute(f"SELECT concat({', '.join(escaped)})", {
        f"t{n}": title for n, title in enumerate(titles)}).fetchone() or ("",)
    yield f'<row r="1">{head}</row>'
    cells = ", ".join(_cell(f"t{n}", name, "(number + 1)", 1) for n, name in enumerate(names, 1))
    # No chain of ||, which DuckDB refuses where it is a thousand long.
    yield from _lines(connection, "SELECT concat('<row r=\"', number + 1, '\">', "
                                  f"{cells}, '</row>') FROM {relation}")
    yield f'</sheetData><autoFilter ref="A1:{last}1"/></worksheet>'


def _cell(value: str, column: str, row: str, style: int) -> str:
    """Give the SQL of a cell; nothing where there is no value."""
    text = f"replace(replace(replace({value}::VARCHAR, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
    return (f"coalesce('<c r=\"{column}' || {row} || '\" t=\"inlineStr\" s=\"{style}\"><is>"
            f"<t xml:space=\"preserve\">' || {text} || '</t></is></c>', '')")


def _lines(connection: Connection, query: str) -> Iterator[str]:
    found = connection.execute(f"{query} ORDER BY number")
    while rows := found.fetchmany(_SOME):
        yield from (text for text, in rows)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
