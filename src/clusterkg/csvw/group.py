"""Which table of a CSVW table group a mapping is wanted for.

A file that describes one table need not say which: its url may be missing, or another file's. In
a group of several each table has a url, and the last part of it is what its file is called.
"""

from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from clusterkg.csvw.located import Node
from clusterkg.errors import quoted

_PACKED = (".gz", ".zip")
_SHOWN = 20
_MOST = 1_000  # tables


def tables(group: Node) -> list[Node]:
    """List the descriptions of tables in their order; the file itself where it has but one."""
    listed = group.child("tables")
    if listed is None:
        return [group]
    found = list(listed.items())
    if not found:
        listed.wrong("a group has tables: [{\"url\": ..., \"tableSchema\": ...}, ...]")
    if len(found) > _MOST:
        listed.wrong(f"{len(found):,} tables, more than {_MOST:,}; make several groups")
    for node in found:
        node.names()
    return found


def called(table: Node) -> str | None:
    """Give the name of a table's file: the last part of its url, None where it has none."""
    url = table.child("url")
    if url is None:
        return None
    return unquote(PurePosixPath(urlsplit(url.text()).path).name) or url.wrong(
        f"{quoted(url.text())} names no file; give its name, such as register.csv")


def urls(group: Node) -> list[str]:
    """List what the files of the tables are called; raise UnreadableError for a doubtful one.

    A table of which nothing is wanted (`suppressOutput`) is left out.
    """
    found: list[str] = []
    for table in tables(group):
        name = called(table) or table.wrong("this table has no url; name its file in it")
        if name in found:
            table.wrong(f"two tables are read from {quoted(name)}; keep one")
        found.append(name)
    wanted = [called(table) or "" for table in tables(group) if not suppressed(table)]
    return wanted or group.wrong("suppressOutput is true of all tables: nothing would be stated")


def base(table: Node, group: Node) -> str | None:
    """Give the IRI of a table, upon which its templates rest; None where it has none in full."""
    url = table.child("url")
    joined = complete(group, url.text() if url else "")
    return joined if urlsplit(joined).scheme in ("http", "https") else None


def complete(group: Node, url: str) -> str:
    """Give a url as the base in the group's context completes it."""
    context = group.child("@context")
    bases = [found for item in (context.items() if context else ())
             if isinstance(item.value, dict) and (found := item.child("@base"))]
    return urljoin(bases[0].text() if bases else "", url)


def suppressed(table: Node) -> bool:
    """Tell whether nothing is wanted of a table."""
    flag = table.child("suppressOutput")
    return bool(flag and flag.flag())


def chosen(group: Node, file: str | None) -> Node:
    """Give the table that is read from a file of that name, or the only one."""
    found = tables(group)
    if len(found) > 1:
        names = urls(group)
        fitting = [table for table in found if called(table) in spellings(file)]
        if not fitting:
            said = f"no table is read from {quoted(file)}" if file else "say from which file"
            shown = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
            group.wrong(f"{said}; this group has tables for {shown}")
        found = fitting
    if suppressed(found[0]):
        found[0].wrong("suppressOutput is true of this table: nothing would be stated; leave out "
                       "suppressOutput, or the table")
    return found[0]


def spellings(file: str | None) -> list[str]:
    """Give the name of a file as it is, and without what it is packed in."""
    if file is None:
        return []
    plain = next((file.removesuffix(end) for end in _PACKED if file.lower().endswith(end)), file)
    return [file, plain]
