"""From the cells of a table to what its rows state, in SQL from end to end.

    grid(row, c1, ...) -> cleaned(row, v1, w1, a1, ...) -> named(row, v1, ..., m1, s1, ...) -> fact

A row of which any cell is refused states nothing. `fact(row, s, p, o)` holds terms as N-Triples
writes them; for each thing that a row is about there is one triple that names the row.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from clusterkg.csvw import addition, agreement, minting
from clusterkg.csvw.frame import NUMBERED, Frame
from clusterkg.csvw.mapping import Mapping, Resolution
from clusterkg.csvw.pipeline import (
    MISSING,
    Cell,
    Seen,
    given,
    is_laborious,
    look,
    select,
)
from clusterkg.csvw.statement import Statements
from clusterkg.errors import UsageError
from clusterkg.sql import literal
from clusterkg.tables import Connection
from clusterkg.tabular import Grid

if TYPE_CHECKING:
    from clusterkg.resolving import Known

_SEVERAL = 2  # times at least that a text is there, if it is to be looked up rather than cleaned
_REFUSED = """
INSERT INTO refused SELECT row, {place}, left({text}, {shown}), wrong, advice
FROM (SELECT row, {wrong} AS wrong, {advice} AS advice FROM {relation} WHERE {wrong} IS NOT NULL)
JOIN grid USING (row)
"""


def convert(connection: Connection, mapping: Mapping, grid: Grid,
            version: "Path | Known | None" = None, *, earlier: str | None = None) -> None:
    """Make `fact` of `grid`, and add to `refused` and `skipped` what does not become facts.

    For the k-th column `told<k>` has what its texts name, and where `earlier` is the name of a
    database that is attached, what those name that are in its `told<k>`.

    Things that cells name are looked up in a built `version`, and where it is `Known` in the facts
    of other tables too. Raises UnreadableError for a column
    that the table has not, UsageError where a version is needed and none is there.
    """
    connection.execute("SET preserve_insertion_order = false")  # rows have their numbers
    try:
        _Conversion(connection, Frame(mapping, grid), earlier).run(version)
    finally:
        connection.execute("RESET preserve_insertion_order")


def follow(connection: Connection, mapping: Mapping, grid: Grid) -> None:
    """Refuse rows that lead to such as were refused since `convert`, and those that lead to them.
    """
    if mapping.foreign_keys:
        agreement.follow(connection, Frame(mapping, grid))


class _Conversion:
    def __init__(self, connection: Connection, frame: Frame, earlier: str | None):
        self._connection, self._frame, self._earlier = connection, frame, earlier
        self._joins = ""  # of what cells name to `cleaned`

    def run(self, version: "Path | Known | None") -> None:
        if self._frame.is_numbered:
            self._do(NUMBERED)
        self._skip()
        self._look()
        self._clean()
        for cell in self._frame.cells:
            if cell.column.resolution:
                self._resolve(cell, cell.column.resolution, version)
        self._mint()
        agreement.check(self._connection, self._frame)
        self._frame.full = self._full()
        for statement in Statements(self._frame).views():
            self._do(statement)

    def _do(self, statement: str) -> None:
        self._connection.execute(statement)

    def _full(self) -> frozenset[str]:
        """Name the columns of `named` that are NULL nowhere."""
        found = self._connection.execute("SELECT count(COLUMNS(*)) FROM named")
        counts = found.fetchone() or ()
        names = [one[0] for one in found.description or ()]
        most = max(counts, default=0)  # that of `row`
        return frozenset(name for name, count in zip(names, counts, strict=True) if count == most)

    def _skip(self) -> None:
        for skip in self._frame.mapping.skips:
            text = self._trimmed(skip.column)
            those = (f"nullif({self._trimmed(skip.other)}, '')" if skip.other
                     else ", ".join(literal(one) for one in skip.texts))
            self._do(f"INSERT INTO skipped SELECT row, {literal(skip.why)} FROM grid "
                     f"WHERE {text} IN ({those}) AND row NOT IN (SELECT row FROM skipped)")

    def _trimmed(self, name: str) -> str:
        return f"coalesce(trim(c{self._frame.places[name]}, e' \\t\\r\\n'), '')"

    def _look(self) -> None:
        """See what the columns have in common, so that no cell is cleaned that is clean."""
        places = sorted(set(self._frame.places.values()))
        looked = look([f"c{n}" for n in places], "grid", plain=self._frame.grid.plain)
        (found,) = self._connection.execute(looked).fetchone() or ((),)
        self._frame.seen = {place: Seen(**seen) for place, seen in zip(places, found, strict=True)}

    def _clean(self) -> None:
        frame = self._frame
        kept = "(FROM grid ANTI JOIN skipped USING (row))" if frame.mapping.skips else "grid"
        self._clean_single(kept)
        for cell in frame.several:
            self._clean_several(cell, kept)
        for cell in frame.single:
            self._refuse_wrong(cell, "cleaned")

    def _clean_single(self, kept: str) -> None:
        """Make `cleaned`; where a column repeats its texts, each is cleaned but once."""
        few = self._repeating(kept)
        named = list(dict.fromkeys(cell.text for cell in few))
        keys = ", ".join(["row", *named])
        left = f" EXCLUDE ({', '.join(named)})" if named else ""
        many = [cell for cell in self._frame.single if cell not in few]
        made = select(many, kept, keys) if many else f"SELECT {keys} FROM {kept}"
        told = joins = ""
        for cell in few:
            n, texts = cell.number, f"(SELECT DISTINCT {cell.text} FROM {kept})"
            self._do(f"CREATE OR REPLACE TEMP TABLE once{n} AS "
                     f"{select([cell], texts, cell.text)}")
            told += f", v{n}, w{n}, a{n}"
            joins += f" LEFT JOIN once{n} ON b.{cell.text} IS NOT DISTINCT FROM once{n}.{cell.text}"
        cleaned = f"SELECT b.*{left}{told} FROM ({made}) AS b{joins}"
        if self._frame.is_direct:
            cleaned = f"SELECT *{self._subjects()} FROM ({cleaned})"
        self._do(f"CREATE OR REPLACE TABLE cleaned AS {cleaned}")
        for cell in few:
            self._do(f"DROP TABLE once{cell.number}")

    def _clean_several(self, cell: Cell, kept: str) -> None:
        """Make `listed<k>`; what may be missing is the cell, not one of its items."""
        number, column = cell.number, cell.column
        listed, split = f"listed{number}", f"{given(cell)}, {literal(column.separator)}"
        items = f"(SELECT row, unnest(string_split({split})) AS item FROM {kept})"
        item = Cell(number, replace(column, required=False, default=None), "item")
        self._do(f"CREATE OR REPLACE TABLE {listed} AS {select([item], items)}")
        self._refuse_wrong(replace(cell, column=item.column), listed)
        self._do(f"DELETE FROM {listed} WHERE v{number} IS NULL")
        if column.required:
            place = self._frame.places[column.name]
            self._do(f"""
                INSERT INTO refused
                SELECT row, {place}, left({cell.text}, {addition.SHOWN}), {MISSING}
                FROM {kept} ANTI JOIN {listed} USING (row)
                WHERE row NOT IN (SELECT row FROM refused WHERE col = {place})""")

    def _repeating(self, kept: str) -> list[Cell]:
        """Give the columns with something to clean that have each text several times."""
        some = [cell for cell in self._frame.single if is_laborious(cell.column)]
        counts = ", ".join(f"approx_count_distinct({cell.text})" for cell in some)
        if not some:
            return []
        rows, *found = self._connection.execute(
            f"SELECT count(*), {counts} FROM {kept}").fetchone() or (0,)
        return [cell for cell, distinct in zip(some, found, strict=True)
                if distinct * _SEVERAL < rows]

    def _refuse_wrong(self, cell: Cell, relation: str) -> None:
        if cell.may_be_wrong:
            self._refuse(cell, relation, f"w{cell.number}", f"a{cell.number}")

    def _refuse(self, cell: Cell, relation: str, wrong: str, advice: str) -> None:
        self._do(_REFUSED.format(
            place=self._frame.places[cell.column.name], text=cell.text, shown=addition.SHOWN,
            relation=relation, wrong=wrong, advice=advice))

    def _resolve(self, cell: Cell, how: Resolution,
                 version: "Path | Known | None") -> None:
        """Make i<k> of v<k>, each distinct text looked up once."""
        from clusterkg import resolving  # it loads much, which few mappings need

        if version is None:
            raise UsageError("this mapping names things of a graph; build a snapshot first")
        number = cell.number
        relation = f"listed{number}" if cell.column.separator else "cleaned"
        within = [f"v{self._frame.numbers[name]}" for name in how.within]
        keys = ["text", *(f"within{n}" for n in range(1, len(within) + 1))]
        texts = ", ".join(f"{value} AS {key}" for value, key in
                          zip([f"v{number}", *within], keys, strict=True))
        before = (f" UNION SELECT {', '.join(keys)} FROM {self._earlier}.told{number}"
                  if self._earlier else "")
        self._do(f"""
            CREATE OR REPLACE TEMP TABLE wanted AS SELECT row_number() OVER () AS id, *
            FROM (SELECT DISTINCT {texts} FROM {relation} WHERE v{number} IS NOT NULL
                  {before})""")
        by = resolving.How(how.kind, how.by, len(within))
        resolving.resolve(self._connection, version, "wanted", by)
        told = f"told{number}"
        self._do(f"""
            CREATE OR REPLACE TEMP TABLE {told} AS
            SELECT w.* EXCLUDE (id), iri AS i{number}, wrong AS t{number}, advice AS u{number}
            FROM wanted AS w JOIN resolved USING (id)""")
        on = " AND ".join(f"b.{value} IS NOT DISTINCT FROM {told}.{key}" for value, key in
                          zip([f"v{number}", *within], keys, strict=True))
        self._refuse(cell, f"({relation} AS b JOIN (FROM {told} WHERE i{number} IS NULL) AS {told} "
                           f"ON {on})", f"t{number}", f"u{number}")
        if cell.column.separator is None:
            self._joins += f" LEFT JOIN {told} ON {on}"
            return
        self._do(f"CREATE OR REPLACE TABLE joined AS SELECT b.*, i{number} "
                 f"FROM {relation} AS b LEFT JOIN {told} ON {on}")
        self._do(f"DROP TABLE {relation}; ALTER TABLE joined RENAME TO {relation}")

    def _subjects(self) -> str:
        return "".join(f", {self._frame.told(about)} AS {name}"
                       for about, name in self._frame.subjects.items())

    def _mint(self) -> None:
        """Make `named`, with the IRIs that rows and texts get, without the rows refused so far."""
        if self._frame.is_direct:
            self._do("DROP TABLE IF EXISTS named; ALTER TABLE cleaned RENAME TO named; "
                     "DELETE FROM named WHERE row IN (SELECT row FROM refused)")
            return
        frame, connection = self._frame, self._connection
        minting.prepare(connection)
        needed = {name for mint in frame.mapping.mints for name in mint.otherwise
                  if not frame.mapping.column(name).resolution}
        for cell in frame.cells:
            if cell.column.name in needed or cell.column.namespace:
                relation = f"listed{cell.number}" if cell.column.separator else "cleaned"
                minting.fold(connection, relation, f"v{cell.number}")
        minted = [f", {minting.row(frame, mint)} AS m{number}"
                  for number, mint in enumerate(frame.mapping.mints, 1)]
        minted += [f", {minting.own(cell.column.namespace, f'v{cell.number}')} AS own{cell.number}"
                   for cell in frame.single if cell.column.namespace]
        self._do(f"CREATE OR REPLACE TABLE named AS SELECT *{self._subjects()} FROM ("
                 f"SELECT COLUMNS('^(row|[vi][0-9]+)$'){''.join(minted)} "
                 f"FROM (FROM cleaned ANTI JOIN refused USING (row)) AS b{self._joins}); "
                 "DROP TABLE cleaned")
        for cell in frame.several:
            if cell.column.namespace:
                listed = f"listed{cell.number}"
                made = minting.own(cell.column.namespace, f"v{cell.number}")
                self._do(f"CREATE OR REPLACE TABLE joined AS SELECT *, {made} AS own{cell.number} "
                         f"FROM {listed}; DROP TABLE {listed}; "
                         f"ALTER TABLE joined RENAME TO {listed}")
