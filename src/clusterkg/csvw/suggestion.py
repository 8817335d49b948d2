"""Drafts of mappings: what is known of headers, and what the cells themselves show.

`ontology/tables/register.json` is a mapping of all columns that are known, each with its titles;
a draft takes from it those that a table has. A title may have its unit in brackets; a column whose
cells keep the rule of `dc:conformsTo` needs no title. Nothing is sure: a person reads the draft.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from clusterkg.csvw import cleaning, dialect
from clusterkg.files import knowledge, read_text
from clusterkg.tables import Connection
from clusterkg.tabular import Dialect, Grid

Description = dict[str, Any]
_KNOWN = "register.json"
_SAMPLE = 1_000  # rows that are looked at
_SHOWN = 3
_CONFORMS, _MOST = "dc:conformsTo", 0.9
# Of a column that may stand for another as the place in which names are unique; and of one with
# numbers of things, in which scope ("": that of the file).
_PLACE, _NUMBER = "dc:replaces", "dc:identifier"
# What a draft says where nothing tells rows without a code apart.
_WITHOUT = ("Rows without a code are refused: nothing here tells two things of one name apart. If "
            "something does, name it in ckg:mint: else: [name, place], or own: {column, scope}.")
_NOTHING = ("Nothing here tells two things of one name apart, so that rows have no IRI. Give "
            "tableSchema an aboutUrl, such as {+_iri} with ckg:mint: code, else: [name, place], "
            "or own: {column, scope} with the file's own numbers.")
_SEPARATORS = "；;、|，,"
_UNIT = re.compile(r"^(.*?)[(（\[【:：_/](?:单位[:：]?)?([^)）\]】]+)[)）\]】]?$")


def draft(grid: Grid, connection: Connection, given: Dialect | None = None,
          source: str | None = None) -> Description:
    """Give CSVW metadata for a table, from its header and its first thousand rows.

    What was `given` to read it stands in the draft; `source` is the scope of its own numbers.
    """
    known = _known()
    matched = _matched(grid.columns, known["tableSchema"]["columns"])
    matched |= _shown(connection, grid, matched, known["tableSchema"]["columns"])
    columns: list[Description] = []
    for number, title in enumerate(grid.columns, 1):
        cells = _cells(connection, number)
        found = matched.get(number)
        columns.append(_described(title, found, cells) if found else _unknown(title, cells))
    names = {column["name"] for column in columns if "name" in column}
    if names:
        columns += [dict(column) for column in known["tableSchema"]["columns"]
                    if column.get("virtual") and column.get("ckg:from", "") in {"", *names}]
    made = _whole(known, grid, columns, names)
    if source and made.get("ckg:mint", {}).get("own", {}).get("scope") == Path(grid.name).stem:
        made["ckg:mint"]["own"]["scope"] = source
    said = dialect.described(given) if given else {}
    return {**made, "dialect": said} if said else made


def _known() -> Description:
    known: Description = json.loads(read_text(knowledge("ontology") / "tables" / _KNOWN))
    return known


def _matched(header: tuple[str, ...], known: list[Description]) -> dict[int, Description]:
    """Give each column of the table what is known of it; what is known goes to one column only."""
    plain = {_plain(title): number for number, title in reversed(list(enumerate(header, 1)))}
    found: dict[int, Description] = {}
    for column in known:
        for title in column.get("titles", ()):
            number = plain.get(_plain(title))
            if number is not None and number not in found:
                found[number] = column
                break
    return found


def _shown(connection: Connection, grid: Grid, matched: Mapping[int, Description],
           known: list[Description]) -> dict[int, Description]:
    """Give columns without a known title what nine in ten of their cells show."""
    found: dict[int, Description] = {}
    taken = [column["name"] for column in matched.values()]
    for column in known:
        if column["name"] in taken or _CONFORMS not in column:
            continue
        rule = cleaning.rule(column[_CONFORMS]).sql("text", {})
        for number in range(1, len(grid.columns) + 1):
            cells = _cells(connection, number) if number not in matched else []
            (kept,) = connection.execute(
                f"SELECT count(*) FILTER (({rule}).wrong IS NULL) "
                "FROM (SELECT unnest(?::VARCHAR[]) AS text)", [cells]).fetchone() or (0,)
            if cells and kept >= _MOST * len(cells) and number not in found:
                found[number] = column
                break
    return found


def _plain(title: str) -> str:
    """Write a title as all its spellings are compared: without unit, case, width and spaces."""
    unit = _UNIT.match(title)
    text = unit[1] if unit and unit[1] and _unit(title) else title
    return re.sub(r"[\s_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _unit(title: str) -> str | None:
    """Give the unit of money that a title names in brackets."""
    found = _UNIT.match(title)
    words = cleaning.rule("amount").parameters["unit"].choices
    fitting = [word for word in words if found and found[2].replace("人民币", "").strip() in (
        word, word.removesuffix("元") if word != "元" else word)]
    return fitting[0] if fitting else None


def _cells(connection: Connection, number: int) -> list[str]:
    rows = connection.execute(
        f"SELECT trim(c{number}) FROM (SELECT c{number} FROM grid ORDER BY row LIMIT {_SAMPLE}) "
        f"WHERE trim(c{number}) <> ''").fetchall()
    return [text for text, in rows]


def _described(title: str, known: Description, cells: list[str]) -> Description:
    made = {**known, "titles": title}
    for key in (_CONFORMS, _PLACE, _NUMBER):
        made.pop(key, None)
    rules: list[Any] = list(known.get("ckg:rules", ()))
    serials = [cell for cell in cells if re.fullmatch(r"\d{5}(\.0+)?", cell)]
    if "date" in rules and serials and 2 * len(serials) >= len(cells):
        rules.insert(rules.index("date"), "excel-date")
        made["rdfs:comment"] = (f"Half the cells or more are numbers such as {serials[0]}, which "
                                "excel-date takes for days that a spreadsheet counts.")
    unit = _unit(title)
    made["ckg:rules"] = [{**rule, "unit": unit} if unit and isinstance(rule, dict)
                         and rule["rule"] == "amount" else rule for rule in rules]
    if "separator" in known:
        made["separator"] = _separator(cells) or known["separator"]
    return {key: value for key, value in made.items() if value != []}


def _separator(cells: list[str]) -> str | None:
    """Give the sign that stands in most cells, if any of those that part values does."""
    counts = {sign: sum(sign in cell for cell in cells) for sign in _SEPARATORS}
    best = max(counts, key=lambda sign: counts[sign])
    return best if counts[best] else None


def _unknown(title: str, cells: list[str]) -> Description:
    shown = list(dict.fromkeys(cells))[:_SHOWN]
    said = "Nothing is known of this column" + (f"; such as {' | '.join(shown)}" if shown else "")
    return {"titles": title,
            "rdfs:comment": f"{said[:200]}. It states nothing without propertyUrl."}


def _whole(known: Description, grid: Grid, columns: list[Description],
           names: set[str]) -> Description:
    schema: Description = {"columns": list(_once(columns, names))}
    made: Description = {"@context": known["@context"], "url": grid.name,
                         "ckg:source": {"title": Path(grid.name).stem, "language": "zh"}}
    mint = _mint(known, grid, names)
    if mint:
        made["ckg:mint"] = mint
        schema = {"aboutUrl": known["tableSchema"]["aboutUrl"], **schema}
    if not mint.get("else") and "own" not in mint:
        made["rdfs:comment"] = _WITHOUT if mint else _NOTHING
    if key := _key(mint):
        schema = {"primaryKey": key, **schema}
    return {**made, "tableSchema": schema}


def _mint(known: Description, grid: Grid, names: set[str]) -> Description:
    """Say what tells rows apart: a code, a name within a place, or the file's own number.

    A place alone tells nobody apart, nor does a name in a whole country.
    """
    mint, there = known["ckg:mint"], [column for column in known["tableSchema"]["columns"]
                                      if column["name"] in names]
    (name, place), code = mint["else"], mint["code"]
    places = [column["name"] for column in there if place in (column["name"], column.get(_PLACE))]
    numbers = {column["name"]: column[_NUMBER] for column in there if _NUMBER in column}
    made: Description = {"code": code} if code in names else {}
    if name in names and places:
        made["else"] = [name, places[0]]
    elif numbers:
        column, scope = next(iter(numbers.items()))
        made["own"] = {"column": column, "scope": scope or Path(grid.name).stem}
    return {"namespace": mint["namespace"], **made} if made else {}


def _key(mint: Description) -> str | list[str] | None:
    """Give the columns that name the subject: two rows that share it, and say two things, are told.

    Rows without a code that share name and place are told apart by what has but one value.
    """
    own: str | None = mint.get("own", {}).get("column")
    return mint.get("code") or own or mint.get("else")


def _once(columns: list[Description], names: set[str]) -> Iterator[Description]:
    """Leave out what names columns that are not there, and one property said by two columns.

    The one that is known first says it: a district before its city.
    """
    order = [column.get("name") for column in _known()["tableSchema"]["columns"]]
    said: dict[tuple[str, ...], int] = {}
    for column in columns:
        if "ckg:resolve" in column:
            key = (column["propertyUrl"], column["ckg:resolve"]["by"])
            said[key] = min(said.get(key, len(order)), order.index(column["name"]))
    separators = {column["name"]: column.get("separator") for column in columns
                  if "name" in column}
    for column in columns:
        yield _fitted(column, names, said, order, separators)


def _fitted(column: Description, names: set[str], said: Mapping[tuple[str, ...], int],
            order: list[Any], separators: Mapping[str, str | None]) -> Description:
    made = dict(column)
    if "ckg:from" in made and "separator" in made:
        made["separator"] = separators[made["ckg:from"]]
    how = made.get("ckg:resolve")
    if how:
        if said[made["propertyUrl"], how["by"]] != order.index(made["name"]):
            del made["propertyUrl"], made["ckg:resolve"]
        else:
            within = [name for name in how.get("within", ()) if name in names]
            made["ckg:resolve"] = {"class": how["class"], "by": how["by"]} | (
                {"within": within} if within else {})
    return made
