"""What an import has to say: for a person, and for a program."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from clusterkg.importing.account import Account
from clusterkg.importing.entry import Imported, Run, Told
from clusterkg.tabular import Grid

_MOST = 30  # reasons
_SHOWN = 60  # characters of a value
_DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}


def json_text(run: Run) -> str:
    """Say it for a program: of one table, or of several and their sum."""
    said = [content(done) for done in run.tables]
    whole = said[0] if len(said) == 1 else {"tables": said, "account": asdict(run.account)}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def run_text(run: Run) -> str:
    """Say it of each table, and at last what they are together."""
    said = [text(done) for done in run.tables]
    if len(said) > 1:
        said.append(f"{len(said)} tables: {_account(run.account)}")
    return "\n".join(said)


def text(done: Imported) -> str:
    """Say what was read, where each row is, why, and what is different now."""
    if done.prepared is None:
        said = f"{done.source}: nothing changed; edition {done.edition} has this file and mapping"
        left = [_account(done.account), f"quarantine: {done.quarantine}"]
        return "\n".join([said, *left] if done.account.quarantined else [said])
    lines = [table(done.prepared.grid), *done.prepared.grid.remarks, *_mended(done),
             _account(done.account)]
    lines += _reasons(done)
    lines += [f"skipped: {number:>8,}  {rule}" for rule, number in done.rules]
    lines += _outcome(done)
    return "\n".join(lines)


def content(done: Imported) -> dict[str, Any]:
    """Say the same as JSON."""
    grid = done.prepared.grid if done.prepared else None
    return {"source": done.source, "edition": done.edition, "unchanged": done.unchanged,
            "table": grid and {"name": grid.name, "sheet": grid.sheet, "columns": grid.columns,
                               **asdict(grid.dialect), "remarks": grid.remarks},
            "account": asdict(done.account),
            "mended": done.prepared.mended if done.prepared else None,
            "quarantined": [{"rows": told.reason.rows, "column": told.column,
                             "wrong": told.reason.wrong, "first": told.address,
                             "value": told.reason.value, "advice": told.reason.advice}
                            for told in done.reasons],
            "skipped": [{"rows": number, "rule": rule} for rule, number in done.rules],
            "difference": asdict(done.difference),
            "quarantine": done.quarantine and str(done.quarantine),
            "objection": done.objection or None,
            "version": done.version and str(done.version)}


def table(grid: Grid) -> str:
    """Say how a table is written, and how large it is."""
    dialect = grid.dialect
    delimiter = _DELIMITERS.get(dialect.delimiter or "", dialect.delimiter)
    said = [dialect.encoding, delimiter, grid.sheet and f"sheet {grid.sheet}",
            f"{len(grid.columns):,} columns", f"{grid.read:,} rows"]
    return f"{grid.name}: {', '.join(word for word in said if word)}"


def _mended(done: Imported) -> Iterator[str]:
    if done.prepared and done.prepared.mended:
        yield f"rows that were mended: {done.prepared.mended:,}"


def _account(found: Account) -> str:
    return (f"read {found.read:,} = entered {found.entered:,} + quarantined "
            f"{found.quarantined:,} + skipped {found.skipped:,}")


def _reasons(done: Imported) -> Iterator[str]:
    for told in done.reasons[:_MOST]:
        yield f"quarantined: {told.reason.rows:>8,}  {_reason(told)}"
    if len(done.reasons) > _MOST:
        rest = done.reasons[_MOST:]
        yield f"quarantined: {sum(told.reason.rows for told in rest):>8,}  " \
              f"for {len(rest)} other reasons"


def _reason(told: Told) -> str:
    reason = told.reason
    value = f' "{_short(reason.value)}"' if reason.value else ""
    advice = f"; {reason.advice}" if reason.advice else ""
    column = f"{told.column}: " if told.column else ""
    return f"{column}{reason.wrong} (first: {told.address}{value}{advice})"


def _short(value: str) -> str:
    plain = " ".join(value.split())
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"


def _outcome(done: Imported) -> Iterator[str]:
    if not done.edition:
        yield f"nothing was written; as {done.source} it would enter so"
        return
    if done.unchanged:
        yield f"{done.source}: nothing changed; edition {done.edition} stays"
        return
    without = "" if done.account.entered else ", without any row"
    yield f"{done.source}: edition {done.edition} is in the graph{without} ({done.version})"
    if done.edition > 1:
        yield from _difference(done)
    if done.account.quarantined:
        yield f"quarantine: {done.quarantine}"


def _difference(done: Imported) -> Iterator[str]:
    found = done.difference
    renamed = sum(found.renamed.values())
    named = f" ({renamed:,} by name)" if renamed else ""
    yield (f"beside edition {done.edition - 1}: {found.added:,} added, {found.gone:,} gone, "
           f"{found.changed:,} changed{named}, {found.moved:,} in another row; "
           f"facts +{found.facts_added:,} -{found.facts_gone:,}")
    for kind, some in found.shown.items():
        yield from (f"  {kind}: {one}" for one in some)
        left = getattr(found, kind) - len(some)
        if left:
            yield f"  {kind}: {left:,} more"
