"""The index of labels that lies beside a store: an SQLite file, built from the tables.

    resource(id, iri, name)         name: what a message calls it
    label(id, resource, sort, key)  key: the label folded by `fit.normalise`
    sound(id, sort, key)            how a Chinese label is read; the first letters of that: the
                                    label's id doubled, and that and one
    sort(id, members)               the distinct sets of classes and schemes that resources have
    member(of, sort)                the same by class or scheme; '' is in every sort
    gram(text, sort)                FTS5: the trigrams of the spelled label, between two spaces,
                                    and of its sort's mark
    often(gram, share)              how many labels in a thousand hold a common trigram
    syllable(text, spelled)         how characters are read, and the words that read otherwise;
                                    nothing where all labels are of ASCII characters

A label that was revised leaves its trigrams behind; nothing in `label` answers for them.
"""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache, cached_property
from itertools import islice
from pathlib import Path

from clusterkg import fit, reading
from clusterkg.tables import Connection

FILE = "labels.sqlite"
FACTS = "(SELECT s, p, o FROM quad UNION SELECT s, p, o FROM inferred)"
EVERYTHING = ""
_CHUNK = 20_000
# One label in so many is looked at for common trigrams: a prime, since languages take turns.
_SAMPLE = 47

_SCHEMA = """
CREATE TABLE resource(id INTEGER PRIMARY KEY, iri TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE label(id INTEGER PRIMARY KEY, resource INTEGER, sort INTEGER, key TEXT NOT NULL);
CREATE TABLE sound(id INTEGER PRIMARY KEY, sort INTEGER, key TEXT NOT NULL);
CREATE TABLE sort(id INTEGER PRIMARY KEY, members TEXT NOT NULL);
CREATE TABLE member(of TEXT, sort INTEGER, PRIMARY KEY (of, sort)) WITHOUT ROWID;
CREATE TABLE often(gram TEXT PRIMARY KEY, share REAL) WITHOUT ROWID;
CREATE TABLE syllable(text TEXT PRIMARY KEY, spelled TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE gram USING fts5(text, sort, content='', detail=none, columnsize=0,
                                     tokenize='trigram case_sensitive 1');
INSERT INTO gram(gram, rank) VALUES ('hashsize', 67108864);
"""
_INDEXES = """
CREATE INDEX label_by_key ON label(sort, key, resource);
CREATE INDEX label_by_text ON label(key);
CREATE INDEX sound_by_key ON sound(sort, key);
CREATE INDEX label_by_resource ON label(resource);
CREATE UNIQUE INDEX resource_by_iri ON resource(iri);
"""
_BARE = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536"

_WORDS = """'http://www.w3.org/2000/01/rdf-schema#label',
        'http://www.w3.org/2004/02/skos/core#prefLabel',
        'http://www.w3.org/2004/02/skos/core#altLabel',
        'http://www.w3.org/2004/02/skos/core#notation'"""
_KINDS = """'http://www.w3.org/1999/02/22-rdf-syntax-ns#type',
    'http://www.w3.org/2004/02/skos/core#inScheme'"""
# The predicates whose triples an index is made from.
TOLD = f"(SELECT id FROM term WHERE kind = 'iri' AND value IN ({_WORDS}, {_KINDS}))"
_TOLD_FACTS = (f"(SELECT s, p, o FROM quad WHERE p IN {TOLD} "
               f"UNION SELECT s, p, o FROM inferred WHERE p IN {TOLD})")

# A main label before others, an English one before others: messages are in English.
_LABELLED = """
CREATE OR REPLACE TEMP TABLE labelled AS
WITH word AS (
    SELECT id, value IN ('http://www.w3.org/2000/01/rdf-schema#label',
                         'http://www.w3.org/2004/02/skos/core#prefLabel') AS main
    FROM term WHERE kind = 'iri' AND value IN ({words}))
SELECT f.s AS resource, t.value AS text,
       min(CASE WHEN w.main THEN 0 ELSE 2 END + CASE WHEN t.language = 'en' THEN 0 ELSE 1 END)
           AS rank
FROM {facts} AS f JOIN word AS w ON w.id = f.p
JOIN term AS t ON t.id = f.o AND t.kind = 'literal'
JOIN term AS r ON r.id = f.s AND r.kind = 'iri'
{among}
GROUP BY f.s, t.value;
CREATE OR REPLACE TEMP TABLE belonging AS
WITH word AS (SELECT id FROM term WHERE kind = 'iri' AND value IN ({kinds})),
kept AS (SELECT DISTINCT resource FROM labelled)
SELECT k.resource, coalesce(list_sort(list(DISTINCT f.o) FILTER (f.o IS NOT NULL)), []) AS members
FROM kept AS k LEFT JOIN (SELECT f.s, f.o FROM {facts} AS f SEMI JOIN word AS w ON w.id = f.p)
    AS f ON f.s = k.resource
GROUP BY k.resource;
CREATE OR REPLACE TEMP TABLE sorted AS
SELECT row_number() OVER (ORDER BY members) AS sort, members
FROM (SELECT DISTINCT members FROM belonging)
"""
_SORTS = """
SELECT s.sort, coalesce(string_agg(t.value, ' ' ORDER BY t.value), '')
FROM (SELECT sort, unnest(CASE WHEN len(members) = 0 THEN [0] ELSE members END) AS id FROM sorted)
    AS s LEFT JOIN term AS t ON t.id = s.id AND t.kind = 'iri'
GROUP BY s.sort ORDER BY s.sort
"""
_RESOURCES = """
SELECT n.resource, t.value, n.name
FROM (SELECT resource, arg_min(text, (rank, text)) AS name FROM labelled GROUP BY resource) AS n
JOIN term AS t ON t.id = n.resource
"""
_LABELS = """
SELECT l.resource, s.sort, l.text FROM labelled AS l
JOIN belonging AS b ON b.resource = l.resource JOIN sorted AS s ON s.members = b.members
ORDER BY s.sort, l.resource, l.text
"""
_Label = tuple[int, int, str]  # resource, sort, text


def write(folder: Path, connection: Connection, facts: str = _TOLD_FACTS) -> None:
    """Write the index of the labels in `facts` (columns s, p, o) into a version's folder."""
    _gather(connection, facts, "")
    path = folder / FILE
    path.unlink(missing_ok=True)
    with _opened(path) as index:
        index.executescript(_SCHEMA)
        _add_sorts(index, connection.execute(_SORTS).fetchall())
        index.executemany("INSERT INTO resource VALUES (?, ?, ?)",
                          _rows(connection, _RESOURCES))
        _Writer(index).add(_rows(connection, _LABELS))
        index.executescript(_INDEXES)


def revise(old: Path, new: Path, connection: Connection, changed: str,
           facts: str = _TOLD_FACTS) -> None:
    """Write the index in folder `new` from the one in `old`, which stays as it is.

    `changed` is a relation whose column `s` names every subject that lost or gained a label, a
    class or a scheme; what they have now is read from `facts`.
    """
    shutil.copyfile(old / FILE, new / FILE)
    _gather(connection, facts, f"SEMI JOIN {changed} AS c ON c.s = f.s")
    with _opened(new / FILE) as index:
        _forget(index, _rows(connection, f"""
            SELECT t.value FROM (SELECT DISTINCT s FROM {changed} AS c) AS c
            JOIN term AS t ON t.id = c.s AND t.kind = 'iri'"""))
        sorts = _known_sorts(index, connection.execute(_SORTS).fetchall())
        (last,) = index.execute("SELECT coalesce(max(id), 0) FROM resource").fetchone()
        named = connection.execute(_RESOURCES).fetchall()
        ids = {resource: last + n for n, (resource, _, _) in enumerate(named, 1)}
        index.executemany("INSERT INTO resource VALUES (?, ?, ?)",
                          ((ids[resource], iri, name) for resource, iri, name in named))
        _Writer(index).add((ids[resource], sorts[sort], text)
                           for resource, sort, text in _rows(connection, _LABELS))


def _gather(connection: Connection, facts: str, among: str) -> None:
    connection.execute(_LABELLED.format(facts=facts, among=among, words=_WORDS, kinds=_KINDS))


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as index:
        index.executescript(_BARE)
        yield index
        index.commit()


# The rows of DuckDB and SQLite have the types that the SELECT names.
def _rows(connection: Connection, select: str) -> Iterator[tuple]:  # type: ignore[type-arg]
    cursor = connection.execute(select)
    while rows := cursor.fetchmany(_CHUNK):
        yield from rows


def _add_sorts(index: sqlite3.Connection, sorts: Iterable[tuple[int, str]]) -> None:
    for sort, members in sorts:
        index.execute("INSERT INTO sort VALUES (?, ?)", (sort, members))
        index.executemany("INSERT INTO member VALUES (?, ?)",
                          ((of, sort) for of in {EVERYTHING, *members.split()}))


def _known_sorts(index: sqlite3.Connection, sorts: Sequence[tuple[int, str]]) -> dict[int, int]:
    """Map sorts to the index's own, adding those that it does not have yet."""
    known = {members: sort for sort, members in index.execute("SELECT id, members FROM sort")}
    new = [members for _, members in sorts if members not in known]
    fresh = {members: max(known.values(), default=0) + n for n, members in enumerate(new, 1)}
    _add_sorts(index, ((sort, members) for members, sort in fresh.items()))
    return {sort: (known | fresh)[members] for sort, members in sorts}


def _forget(index: sqlite3.Connection, iris: Iterable[tuple[str]]) -> None:
    for (iri,) in iris:
        row = index.execute("SELECT id FROM resource WHERE iri = ?", (iri,)).fetchone()
        if row is not None:
            index.execute("DELETE FROM sound WHERE id IN ("
                          "SELECT 2 * id FROM label WHERE resource = ?1 UNION ALL "
                          "SELECT 2 * id + 1 FROM label WHERE resource = ?1)", row)
            index.execute("UPDATE label SET resource = NULL, sort = NULL, key = '' "
                          "WHERE resource = ?", row)
            index.execute("DELETE FROM resource WHERE id = ?", row)


def _dictionary(index: sqlite3.Connection) -> reading.Reading:
    """Read what was written before: quicker than the dictionary that it comes from."""
    rows = index.execute("SELECT text, spelled FROM syllable").fetchall()
    if not rows:
        index.executemany("INSERT INTO syllable VALUES (?, ?)", _syllables())
        return reading.dictionary()
    return reading.Reading({ord(text): spelled for text, spelled in rows if len(text) == 1},
                           {text: spelled for text, spelled in rows if len(text) > 1})


def _syllables() -> Iterator[tuple[str, str]]:
    known = reading.dictionary()
    yield from ((chr(code), spelled) for code, spelled in known.syllables.items())
    yield from known.words.items()


def mark(sort: int) -> str:
    """Give the three characters of no text that mark a label's sort among its trigrams."""
    return f"\ue000{chr(0xe001 + sort // 6000)}{chr(0xe001 + sort % 6000)}"


class _Writer:
    """Add labels chunk by chunk: one pass of each string function over a whole chunk.

    The syllables are added with the first label that is not of ASCII characters alone.
    """

    def __init__(self, index: sqlite3.Connection):
        self.index = index
        (self.last,) = index.execute("SELECT coalesce(max(id), 0) FROM label").fetchone()
        self.marks = cache(mark)
        self.grams: Counter[str] = Counter()
        self.sampled = 0

    @cached_property
    def dictionary(self) -> reading.Reading:
        return _dictionary(self.index)

    def add(self, labels: Iterable[_Label]) -> None:
        """Add (resource, sort, text)."""
        rest = iter(labels)
        while chunk := list(islice(rest, _CHUNK)):
            self._chunk(chunk)
        self.index.executemany("INSERT OR IGNORE INTO often VALUES (?, ?)", (
            (gram, 1000 * count / self.sampled) for gram, count in self.grams.items() if count > 1))

    def _chunk(self, labels: Sequence[_Label]) -> None:
        keys = fit.normalised([text for _, _, text in labels])
        resources, sorts, _ = zip(*labels, strict=True)
        ids = range(self.last + 1, self.last + 1 + len(keys))
        self.last += len(keys)
        self.index.executemany("INSERT INTO label VALUES (?, ?, ?, ?)",
                               zip(ids, resources, sorts, keys, strict=True))
        texts = self._spelled(keys, sorts, ids)
        self.index.executemany("INSERT INTO gram(rowid, text, sort) VALUES (?, ?, ?)", zip(
            ids, (f" {text} " for text in texts), map(self.marks, sorts), strict=True))
        self._sample(texts[::_SAMPLE])

    def _spelled(self, keys: list[str], sorts: Sequence[int], ids: range) -> list[str]:
        """Replace Chinese labels by their spellings, and add how they sound."""
        texts = keys.copy()
        held = [at for at, key in enumerate(keys) if not key.isascii()]
        if not held:
            return texts
        usual = self.dictionary.usual("\n".join(keys[at] for at in held)).split("\n")
        chinese = [(at, spelled) for at, spelled in zip(held, usual, strict=False)
                   if spelled != keys[at]]
        odd = [at for at, _ in chinese if not self.dictionary.odd.isdisjoint(keys[at])]
        read = dict(zip(odd, self.dictionary.in_context(
            "\n".join(keys[at] for at in odd)).split("\n"), strict=False))
        for at, spelled in chinese:
            right = read.setdefault(at, spelled)
            texts[at] = (spelled if right == spelled else f"{right}\n{spelled}").lower()
        whole = "\n".join(read[at] for at, _ in chinese)
        for more, sounds in enumerate((reading.letters(whole), reading.initials(whole))):
            self.index.executemany("INSERT INTO sound VALUES (?, ?, ?)", (
                (2 * ids[at] + more, sorts[at], sound)
                for (at, _), sound in zip(chinese, sounds.split("\n"), strict=False)
                if len(sound) > 1))
        return texts

    def _sample(self, texts: Sequence[str]) -> None:
        self.sampled += len(texts)
        for text in texts:
            self.grams.update(fit.grams(text))
